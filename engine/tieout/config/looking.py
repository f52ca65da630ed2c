"""What a company lets be looked for in time entries, and what of them it keeps, as plain values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class LimitRule:
    """Past what an entry, a day and a week of one worker are told, in seconds, and how old work may
    be that a plan is made for; None: nothing is looked for."""

    entry: int | None = 16 * 3600
    day: int | None = None
    week: int | None = None
    age_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class PrivacyRule:
    """``collect``: the fields of entries that are kept, beside what every entry needs (None: all).
    ``notes``: collect | hash | drop."""

    collect: tuple[str, ...] | None = None
    notes: str = "collect"
