"""When the days of a time zone begin and end, as the pinned tzdata knows it, not the database's own.

DuckDB's ``timezone()`` costs microseconds a call; a table of the days that occur costs one join.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from tieout.pipeline.rows import Table, table

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


def day_table(zones: Mapping[str, int], dates: Iterable[date]) -> Table:
    """For each zone and UTC date the local days that it touches, each with the instants (UTC) of its
    beginning and of its end, which is not part of it."""
    known = list(dates)
    return table(
        "local_day", "zone_no INTEGER, utc_date DATE, work_date DATE, from_ TIMESTAMP, to_ TIMESTAMP",
        (row for name, number in sorted(zones.items()) for row in _days(number, ZoneInfo(name), known)),
    )


def _days(number: int, zone: ZoneInfo, dates: Iterable[date]) -> Iterator[tuple[Any, ...]]:
    begins = cache(lambda day: midnight(day, zone))
    for utc_date in dates:
        start = datetime.combine(utc_date, time.min)
        for day in (utc_date - _DAY, utc_date, utc_date + _DAY):
            if begins(day) < start + _DAY and begins(day + _DAY) > start:
                yield number, utc_date, day, begins(day), begins(day + _DAY)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant (UTC, naive) at which the zone's date is ``day`` or later: also where the clock
    skips midnight, or repeats it."""
    local = datetime.combine(day, time.min, zone)
    instant = local.astimezone(UTC).replace(tzinfo=None)
    if _date(instant, zone) >= day > _date(instant - _SECOND, zone):
        return instant
    return _searched(day, zone, instant - _DAY, instant + _DAY)


def _searched(day: date, zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    while after - before > _SECOND:
        middle = before + (after - before) // (2 * _SECOND) * _SECOND
        before, after = (before, middle) if _date(middle, zone) >= day else (middle, after)
    return after


def _date(instant: datetime, zone: ZoneInfo) -> date:
    return instant.replace(tzinfo=UTC).astimezone(zone).date()
