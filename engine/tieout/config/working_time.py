"""Rules of working time as plain values: rounding, which law holds, whom its rows are for, its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from tieout.domain.diagnostic import Position


@dataclass(frozen=True, kw_only=True)
class Grid:
    """How a figure of seconds becomes a multiple of ``increment``; 0 leaves it as it is.

    ``mode``: nearest | half_down | half_even | nearest_minute_first | nearest_minute_up | up | down.
    """

    increment: int = 0
    mode: str = "nearest"
    grace: int = 0


@dataclass(frozen=True, kw_only=True)
class Rounding(Grid):
    """One place rounds. ``start`` and ``end`` round a span's clock before its length is looked at;
    ``meals`` exact leaves out the clock at which a pause begins or ends. ``audit_…``: when the
    neutrality audit finds a bias."""

    where: str = "tieout"
    per: str = "entry"                     # punch | entry | day | week
    start: Grid | None = None
    end: Grid | None = None
    meals: str = "rounded"                 # rounded | exact
    tolerate_punch: int = 0                # seconds off the worker's shift that count as on time, each
    tolerate_day: int = 0                  # … and together
    audit_bias: int = 50                   # in ten-thousandths: what may be taken from a year's time
    audit_over: int = 20                   # entries, fewer of which say nothing

    @property
    def at_clock(self) -> bool:
        """Whether tieout rounds the clock of spans."""
        return self.where == "tieout" and bool(self.start or self.end or self.tolerate_punch)


@dataclass(frozen=True, kw_only=True)
class Gate:
    """For whom a row of a law holds; what isn't said is no condition.

    ``industry``: one of these. ``agreement``: made with the worker; ``unless``: not made. Hired from
    ``hired_from`` and before ``hired_before``; at a company of at least ``employees_from`` and fewer
    than ``employees_below``.
    """

    industry: tuple[str, ...] = ()
    agreement: str | None = None
    unless: str | None = None
    hired_from: date | None = None
    hired_before: date | None = None
    employees_from: int | None = None
    employees_below: int | None = None


EVERYONE = Gate()


@dataclass(frozen=True, kw_only=True)
class Limit:
    """One limit of a law pack: what is found where it isn't kept. Never a change of hours.

    ``kind``: break | meal | rest_break | daily_rest | weekly_rest | worked | overtime. Seconds:
    ``over``: of a day that works longer; ``least``: a pause or rest; ``slice``: the shortest pause that
    counts; ``below``: the shortest that no longer counts as a rest break; ``by``: the work before which
    the ``number``-th meal begins; ``every``: the work (or its greater part) that a rest break is due
    for; ``reduced``: a rest allowed once in seven days; ``most``: of work or overtime in a ``window``
    (day, week, month, year), on average over ``periods`` of them; ``premium``: hours owed where it
    isn't kept. ``eligible``: only for who is eligible for overtime. With the agreement ``waiver`` a
    meal is due only past ``waived_to``.
    """

    kind: str
    basis: str
    source: str
    over: int = 0
    least: int = 0
    slice: int = 0
    below: int = 1 << 40
    by: int = 1 << 40
    number: int = 1
    every: int = 1 << 40
    reduced: int | None = None
    most: int = 0
    window: str = "day"
    periods: int = 1
    premium: int = 0
    eligible: bool = False
    waiver: str | None = None
    waived_to: int = 0
    from_: date = date.min
    to: date = date.max
    verified: bool = True
    place: Position | None = None
    where: Gate = EVERYONE


@dataclass(frozen=True, kw_only=True)
class Override:
    """What the company has instead of one figure of a law pack, and why.

    ``parameter`` like ``tiers/day/8h/over`` (``config/overrides.py`` says which there are), ``value`` as it
    is written. From ``from_`` to ``to``, both included.
    """

    law: str
    parameter: str
    value: str
    reason: str
    by: str | None = None
    from_: date = date.min
    to: date = date.max
    place: Position | None = field(default=None, compare=False)


@dataclass(frozen=True, kw_only=True)
class OvertimeRule:
    """``packs``: jurisdiction → pack id; ``default`` for all others (None: no overtime at all).

    ``regular_rate``: weighted_average | in_effect (by agreement, 29 CFR 778.419).
    ``rate_rounding``: none | minor_unit, before it is multiplied (778.322).
    """

    default: str | None = None
    packs: Mapping[str, str] = field(default_factory=dict)
    premium: str = "overhead"              # overhead | pro_rata | where_worked
    regular_rate: str = "weighted_average"
    rate_rounding: str = "none"
    effective: date = date.min
    overrides: tuple[Override, ...] = ()
