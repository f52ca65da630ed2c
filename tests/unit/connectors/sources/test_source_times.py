"""Dates, clocks, durations and zones as exports write them."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.connectors.sources.times import (
    UnitMissing,
    Zone,
    parse_clock,
    parse_date,
    parse_duration,
    parse_moment,
    possible_orders,
)

NOVEMBER_2 = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("2026-11-02", None), ("2026/11/2", None), ("2026.11.02", "dmy"), ("02-Nov-2026", None),
        ("2 November 2026", None), ("Nov 2, 2026", None), ("02/11/2026", "dmy"),
        ("11/02/2026", "mdy"), ("2.11.26", "dmy"), ("26-11-02", "ymd"),
        ("2026-11-02 00:00:00", None), ("11/2/2026 12:00 AM", "mdy"), ("2026-11-02T00:00", None),
    ],
)  # fmt: skip
def test_a_date_is_read_in_its_order(text, order):
    assert parse_date(text, order) == NOVEMBER_2


@pytest.mark.parametrize(
    "text", ["", "02/11/2026", "2026-13-01", "2026-02-30", "31 Novembre 2026x", "1066-01-01", "x"]
)
def test_what_is_no_date_without_an_order_is_refused(text):
    with pytest.raises(ValueError, match=r"not a date|no English month"):
        parse_date(text, None)


def test_a_short_date_can_be_read_in_every_order_that_gives_a_date():
    assert possible_orders("03/08/15") == {
        "dmy": date(2015, 8, 3), "mdy": date(2015, 3, 8), "ymd": date(2003, 8, 15)
    }  # fmt: skip
    assert possible_orders("28/02/2026") == {"dmy": date(2026, 2, 28)}


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("9:00", 32_400), ("09:00:30", 32_430), ("12:00 AM", 0), ("12:30pm", 45_000),
        ("9:15 p.m.", 76_500), ("24:00", 86_400), ("09:00:00.703", 32_400),
    ],
)  # fmt: skip
def test_a_clock_is_seconds_since_midnight(text, seconds):
    assert parse_clock(text) == seconds


@pytest.mark.parametrize("text", ["", "9", "9.30", "25:00", "9:60", "13:00 PM", "24:00:01", "0900"])
def test_what_is_no_clock_is_refused(text):
    with pytest.raises(ValueError, match="not a time of day"):
        parse_clock(text)


@pytest.mark.parametrize(
    ("text", "unit", "comma", "seconds", "exact"),
    [
        ("1:30:05", None, False, 5405, True), ("101:30", None, False, 365_400, True),
        ("0h 30m", None, False, 1800, True), ("PT1H30M", None, False, 5400, True),
        ("7.5", "hours", False, 27_000, True), ("7,5", "hours", True, 27_000, True),
        ("90", "minutes", False, 5400, True), ("90", "seconds", False, 90, True),
        ("0.3333", "hours", False, 1200, False), ("-1.25", "hours", False, -4500, True),
        ("-0:30", None, False, -1800, True),
        ("1.5h", None, False, 5400, True), ("1,5 h", None, True, 5400, True),
        ("2 hrs 5 min", None, False, 7500, True), ("90.5 min", "hours", False, 5430, True),
        ("7h30", None, False, 27_000, True), ("-1.5 hours", None, False, -5400, True),
        (".5", "hours", False, 1800, True), ("PT1.5H", None, False, 5400, True),
        ("PT45S", None, False, 45, True), ("P1DT2H", None, False, 93_600, True),
    ],
)  # fmt: skip
def test_a_duration_is_exact_seconds(text, unit, comma, seconds, exact):
    assert parse_duration(text, unit, comma) == (seconds, exact)


def test_a_bare_number_needs_a_unit():
    with pytest.raises(UnitMissing, match="hours, minutes or seconds"):
        parse_duration("7.5", "clock", False)


@pytest.mark.parametrize("text", ["1e3", "1,5", "NaN", "1:75", "1:5:5", "٣", "--1", "1 000"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError, match="is not a length of time"):
        parse_duration(text, "hours", False)


def test_a_decimal_comma_is_not_taken_for_anything_but_says_how_it_can_be_read():
    with pytest.raises(ValueError, match="decimal: comma"):
        parse_duration("1,5h", "hours", False)


def test_a_moment_may_say_its_offset():
    nine = datetime(2026, 11, 2, 9)
    assert parse_moment("2026-11-02T09:00:00Z", None) == (nine, timedelta(0))
    assert parse_moment("20261102T090000Z", None) == (nine, timedelta(0))
    assert parse_moment("20261102T090000", None) == (nine, None)
    assert parse_moment("2026-11-02 09:00 +05:30", None) == (nine, timedelta(minutes=330))
    assert parse_moment("02-Nov-2026 9:00 AM", None) == (nine, None)
    assert parse_moment("11/2/2026, 9:00 am", "mdy") == (nine, None)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2150, 1, 1)).map(lambda d: d.replace(fold=0)))
def test_a_wall_clock_time_means_instants_that_show_it(local):
    zone = Zone("Europe/Berlin")
    instants = zone.instants(local.replace(microsecond=0))
    assert 1 <= len(instants) <= 2
    assert zone.local_date(instants[0]) == local.date()


def test_around_a_change_of_the_clocks_there_are_two():
    zone = Zone("America/Los_Angeles")
    twice = zone.instants(datetime(2026, 11, 1, 1, 30))
    assert twice == (datetime(2026, 11, 1, 8, 30), datetime(2026, 11, 1, 9, 30))
    assert len(zone.instants(datetime(2026, 3, 8, 2, 30))) == 2
    assert zone.instants(datetime(2026, 11, 1, 9)) == (datetime(2026, 11, 1, 17),)
