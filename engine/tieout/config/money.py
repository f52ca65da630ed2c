"""What the rules say of money, as plain values; a part of :mod:`tieout.config.model`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class TaxRule:
    """``percent`` in ten-thousandths of one (20 % is 2000); ``account`` is a role."""

    code: str
    percent: int
    account: str | None


@dataclass(frozen=True, kw_only=True)
class CurrencyRule:
    """How money is rounded, split and converted. ``lines``, ``totals``, ``tax``: modes of
    ``domain.money.divide``. ``max_age`` in days. ``intermediate``: decimals, None: not rounded."""

    lines: str = "half_away"
    totals: str = "half_away"
    tax: str = "half_away"
    split: str = "largest_remainder"  # largest_remainder | first_to_last | last_to_first
    convert: str = "tracker"  # tracker | tieout | books
    policy: str = "previous_published_day"  # transaction_date | previous_… | month_average
    max_age: int = 7
    at: str = "work_date"  # work_date | posting_date
    common: str = "EUR"
    intermediate: int | None = None
