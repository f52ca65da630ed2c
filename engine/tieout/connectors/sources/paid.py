"""What a row of pay is for: an hour, a salary and its hours, or the days of a single amount."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from tieout.config.scalars import hours
from tieout.connectors.sources.cells import BadRow
from tieout.domain.entry import FLUCTUATING, FULL_WEEK, SALARY_PERIODS, PayRate

#: Hours of a week.
_MOST = 168 * 3600


def basis_of(row: Mapping[str, str]) -> str:
    """The basis of a `PayRate`. Raises `BadRow` (TO335)."""
    basis = (row.get("basis") or "hour").lower()
    if basis in SALARY_PERIODS:
        narrowed = [name for name in ("project", "earning") if row.get(name)]
        if narrowed:
            raise BadRow("TO335", f"a salary can't be for one {' and one '.join(narrowed)} alone")
        return f"{basis}/{_weekly(row.get('hours') or '')}"
    if basis not in ("hour", "piece"):
        known = ", ".join(("hour", *SALARY_PERIODS, "piece"))
        raise BadRow("TO335", f"basis: {basis!r} is none of {known}")
    if row.get("hours"):
        raise BadRow("TO335", "hours are for a salary: what an hour is paid needs none")
    return basis


def _weekly(text: str) -> str:
    """Seconds a week that a salary is meant for."""
    if text.lower() == FLUCTUATING:
        return FLUCTUATING
    try:
        seconds = hours(text) if text else FULL_WEEK
    except ValueError as error:
        raise BadRow("TO335", f"hours: {text!r} {error}; or write {FLUCTUATING}") from None
    if not 0 < seconds <= _MOST:
        raise BadRow("TO335", f"hours: {text!r} are not the hours of a week")
    return str(seconds)


def days_of(days: Mapping[str, date | None]) -> tuple[date, date | None]:
    """From `date`, `from` and `to`: a day, whose workweek counts, or the first and last of several.
    Raises `BadRow`."""
    single, first, last = days["date"], days["from"], days["to"]
    if single and not first and not last:
        return single, None
    if single or not first or not last:
        raise BadRow("TO261", "give a date, or from and to")
    if last < first:
        raise BadRow("TO323", f"it ends on {last}, before it begins on {first}")
    return first, last


def again(item: PayRate) -> PayRate:
    """The same amount a second time: two rows are two payments."""
    key, _, number = item.key.partition("#")
    return replace(item, key=f"{key}#{int(number or 1) + 1}")
