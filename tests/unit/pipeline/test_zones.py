"""When days begin: by the zone's own clock, also where it skips midnight or repeats it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.pipeline.zones import day_table, midnight

ZONES = ("America/Los_Angeles", "Europe/Berlin", "Africa/Cairo", "America/Havana",
         "America/Asuncion", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "UTC")  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        ("UTC", date(2026, 3, 1), datetime(2026, 3, 1)),
        ("America/Los_Angeles", date(2026, 3, 9), datetime(2026, 3, 9, 7)),
        ("America/Los_Angeles", date(2026, 3, 8), datetime(2026, 3, 8, 8)),
        # the clock goes from 23:59:59 to 01:00
        ("Africa/Cairo", date(2026, 4, 24), datetime(2026, 4, 23, 22)),
        # 01:00 becomes 00:00: the first of the two midnights
        ("America/Havana", date(2026, 11, 1), datetime(2026, 11, 1, 4)),
        # 30 December 2011 never was: it ends as it begins
        ("Pacific/Apia", date(2011, 12, 30), datetime(2011, 12, 30, 10)),
        ("Pacific/Apia", date(2011, 12, 31), datetime(2011, 12, 30, 10)),
    ],
)
def test_midnight(zone: str, day: date, begins: datetime) -> None:
    assert midnight(day, ZoneInfo(zone)) == begins


@given(
    zone=st.sampled_from(ZONES),
    moment=st.datetimes(datetime(2012, 1, 1), datetime(2030, 1, 1)).map(
        lambda moment: moment.replace(microsecond=0)
    ),
)
def test_every_instant_has_the_date_of_its_zone(zone: str, moment: datetime) -> None:
    days = day_table({zone: 1}, [moment.date()]).rows
    dates = [day for _, _, day, begins, ends in days if begins <= moment < ends]
    assert dates == [moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()]


def test_the_days_of_a_date_touch_it() -> None:
    rows = day_table({"Asia/Kolkata": 3}, [date(2026, 5, 4)]).rows
    midnight_there = datetime(2026, 5, 3, 18, 30)
    day = timedelta(days=1)
    assert rows == [
        (3, date(2026, 5, 4), date(2026, 5, 4), midnight_there, midnight_there + day),
        (3, date(2026, 5, 4), date(2026, 5, 5), midnight_there + day, midnight_there + 2 * day),
    ]
