"""What the rules say of how long records are kept; a part of :mod:`tieout.config.model`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

ALWAYS, FOREVER = date.min, date.max


@dataclass(frozen=True, kw_only=True)
class Period:
    """How long one type of record is kept in one jurisdiction. Exactly one of ``years``, ``months``
    and ``days`` is given. ``start``: event | year_end | tax_year_end | next_pay_period. ``system``:
    where the records are; None: wherever. It holds for events from ``from_`` to ``to``."""

    record: str
    jurisdiction: str | None
    start: str
    years: int = 0
    months: int = 0
    days: int = 0
    system: str | None = None
    basis: str = ""
    source: str = ""
    from_: date = ALWAYS
    to: date = FOREVER


@dataclass(frozen=True, kw_only=True)
class Hold:
    """A legal hold: nothing that it names is removed. No records or no jurisdiction named: all."""

    reason: str
    by: str
    on: date
    records: tuple[str, ...] = ()
    jurisdiction: str | None = None
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class RetentionRule:
    """The company's own periods, beside those that tieout brings along, and its legal holds."""

    periods: tuple[Period, ...] = ()
    holds: tuple[Hold, ...] = ()
