"""What the rules say of money, as plain values; a part of :mod:`tieout.config.model`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, kw_only=True)
class TaxRule:
    """``percent`` in ten-thousandths of one (20 % is 2000); ``account`` is a role."""

    code: str
    percent: int
    account: str | None


@dataclass(frozen=True, kw_only=True)
class CurrencyRule:
    """How money is rounded, split and converted. ``lines``, ``totals``: modes of
    ``domain.money.divide``. ``max_age`` in days. ``intermediate``: decimals, None: not rounded."""

    lines: str = "half_away"
    totals: str = "half_away"
    split: str = "largest_remainder"  # largest_remainder | first_to_last | last_to_first
    convert: str = "tracker"  # tracker | tieout | books
    policy: str = "previous_published_day"  # transaction_date | previous_… | month_average
    max_age: int = 7
    at: str = "work_date"  # work_date | posting_date
    common: str = "EUR"
    intermediate: int | None = None


@dataclass(frozen=True, kw_only=True)
class FormOf1099:
    """What a vendor's form needs. ``exempt``: why there is none, such as ``corporation``."""

    box: str = "NEC-1"
    w9_on_file: bool = False
    exempt: str | None = None


@dataclass(frozen=True, kw_only=True)
class Contract:
    """The agreement with a contractor: where it is kept, payment terms, its last day."""

    ref: str | None = None
    terms: str | None = None
    ends: date | None = None


@dataclass(frozen=True, kw_only=True)
class Review:
    """Somebody has looked at what a vendor was paid in a year. ``vendor``: the worker's id."""

    vendor: str
    year: int
    by: str
    on: date


@dataclass(frozen=True, kw_only=True)
class VendorRule:
    """``payments``: the source that brings them; None: the books. ``cards`` and ``withholding`` are
    accounts of the books, each with all below it. ``thresholds``: year → cents."""

    payments: str | None = None
    cards: tuple[str, ...] = ()
    withholding: tuple[str, ...] = ()
    thresholds: Mapping[int, int] = field(default_factory=dict)
    reviews: tuple[Review, ...] = ()
