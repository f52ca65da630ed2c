"""Section 6, periods: from which day to which a document runs, and what it is called by."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from tieout.config.model import Company, Produce
from tieout.domain.document import Kind


@dataclass(frozen=True)
class Period:
    """Both days are inside; the last one is the posting date."""

    name: str
    first: date
    last: date


def period_of(company: Company, produce: Produce, day: date) -> Period:
    if produce.kind == Kind.TIME_ACTIVITY:
        return Period(day.isoformat(), day, day)
    first, last = _bounds(company, produce, day)
    if produce.kind == Kind.JOURNAL:
        first, last = max(first, day.replace(day=1)), min(last, _month_end(day))
    name = f"{day:%Y-%m}" if produce.period == "month" else first.isoformat()
    return Period(name, first, last)


def week_of(company: Company, day: date) -> date:
    """The first day of the company's workweek."""
    return day - timedelta(days=(day.weekday() - company.week_starts) % 7)


def _bounds(company: Company, produce: Produce, day: date) -> tuple[date, date]:
    match produce.period:
        case "week":
            first = week_of(company, day)
            return first, first + timedelta(days=6)
        case "biweek":
            assert produce.anchor is not None
            first = day - timedelta(days=(day - produce.anchor).days % 14)
            return first, first + timedelta(days=13)
        case "semimonth" if day.day <= 15:
            return day.replace(day=1), day.replace(day=15)
        case "semimonth":
            return day.replace(day=16), _month_end(day)
        case "month":
            return day.replace(day=1), _month_end(day)
        case other:
            raise AssertionError(f"{produce.kind} has no period {other!r}")


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
