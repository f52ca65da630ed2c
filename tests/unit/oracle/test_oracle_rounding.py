"""Rounding and sharing out, counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from oracle.desired import desired
from oracle.documents import quantised
from oracle.prices import shared
from oracle.rounding import to_increment
from oracle.small import BEN, RULES, SUNDAY, company, day, pay, span

from tieout.config.model import CurrencyRule, Grid, Rounding

AS_OF = date(2026, 4, 30)
QUARTER = 900


@pytest.mark.parametrize(
    ("mode", "grace", "seconds", "expected"),
    [
        ("nearest", 0, 7 * 60 + 29, 0),
        ("nearest", 0, 7 * 60 + 30, QUARTER),
        ("up", 0, 1, QUARTER),
        ("up", 0, QUARTER, QUARTER),
        ("up", 60, 60, 0),
        ("up", 60, 61, QUARTER),
        ("down", 0, QUARTER - 1, 0),
        ("down", 60, QUARTER - 60, QUARTER),
        ("down", 60, QUARTER - 61, 0),
    ],
)
def test_a_quarter_of_an_hour(mode: str, grace: int, seconds: int, expected: int) -> None:
    assert to_increment(Rounding(increment=QUARTER, mode=mode, grace=grace), seconds) == expected


def rounded(per: str, *lengths: str, purpose: str = "pay") -> list[int]:
    """Minutes of a day's entries after rounding to the quarter."""
    rules = replace(RULES, rounding={purpose: Rounding(increment=QUARTER, per=per)})
    entries = [day(str(n), SUNDAY, length, notes=str(n)) for n, length in enumerate(lengths)]
    found = desired(company(rules=rules), entries, [], AS_OF).rounded[purpose]
    return [found[entry.key, 1] // 60 for entry in entries]


def test_by_entry_each_stands_alone() -> None:
    assert rounded("entry", "0:10:00", "0:10:00", "0:10:00") == [15, 15, 15]


def test_by_day_the_remainder_is_carried() -> None:
    """10 → 15, 20 → 15, 30 → 30: the day's thirty minutes stay thirty."""
    assert rounded("day", "0:10:00", "0:10:00", "0:10:00") == [15, 0, 15]


def test_billing_carries_within_a_project() -> None:
    rules = replace(RULES, rounding={"billing": Rounding(increment=QUARTER, per="day")})
    entries = [
        day("1", SUNDAY, "0:10:00"),
        day("2", SUNDAY, "0:10:00", project_name="unmapped"),
        day("3", SUNDAY, "0:10:00", notes="again"),
    ]
    found = desired(company(rules=rules), entries, [], AS_OF).rounded["billing"]
    assert [found[entry.key, 1] // 60 for entry in entries] == [15, 15, 0]


def test_rounding_elsewhere_is_not_ours() -> None:
    rules = replace(RULES, rounding={"pay": Rounding(where="books", increment=QUARTER)})
    found = desired(company(rules=rules), [day("1", SUNDAY, "0:10:00")], [], AS_OF)
    assert found.rounded["pay"]["s:1", 1] == 600


def test_a_part_of_the_entry_is_rounded_with_the_whole() -> None:
    """22:50 to 0:10: ten minutes on the second day are what eighty round to past seventy."""
    rules = replace(RULES, rounding={"pay": Rounding(increment=QUARTER)})
    entry = span("1", "2026-03-03 22:50", "2026-03-04 00:10")
    found = desired(company(rules=rules), [entry], [], AS_OF).rounded["pay"]
    assert [found["s:1", n] // 60 for n in (1, 2)] == [75, 0]


def test_what_rounding_adds_is_told_apart() -> None:
    rules = replace(RULES, rounding={"pay": Rounding(increment=QUARTER)})
    entries = [day("1", SUNDAY, "0:10:00"), day("2", SUNDAY, "0:05:00", task_name="x")]
    pay_ = desired(company(rules=rules), entries, [], AS_OF).conservation["pay"]
    assert (pay_.source, pay_.booked, pay_.rounding) == (900, 900, 0)
    assert pay_.exact


def test_the_target_s_grain_is_carried_along_the_lines() -> None:
    """30 s, 30 s, 30 s to the minute: 30 → 60, 60 → 60, 90 → 120."""
    assert quantised(60, [("c", 30), ("a", 30), ("b", 30)]) == {"a": 60, "b": 0, "c": 60}


def test_grain_is_no_rounding() -> None:
    result = desired(company(), [day("1", SUNDAY, "1:00:40")], [], AS_OF, {"b": 60})
    record = result.conservation["record"]
    assert (record.source, record.booked, record.rounding, record.grain) == (3640, 3660, 0, 20)


def test_largest_remainder() -> None:
    """10.00 in three: two get 3.33, and the first by key the cent that is left."""
    third = Fraction(1000, 3)
    exact = {("d", line, True): third for line in "bca"}
    shares = shared(exact, CurrencyRule())
    assert shares == {("d", "a", True): 334, ("d", "b", True): 333, ("d", "c", True): 333}


def test_the_greater_remainder_comes_before_the_key() -> None:
    exact = {("d", "a", True): Fraction(105, 10), ("d", "b", True): Fraction(107, 10)}
    assert shared(exact, CurrencyRule()) == {("d", "a", True): 10, ("d", "b", True): 11}


def test_what_is_held_takes_the_cent_before_what_is_booked() -> None:
    exact = {("d", "a", booked): Fraction(1, 2) for booked in (True, False)}
    assert shared(exact, CurrencyRule()) == {("d", "a", True): 0, ("d", "a", False): 1}


def test_a_release_moves_no_neighbour_s_cent() -> None:
    """Two halves of 0.01: the held half is reckoned with before it is booked."""
    config = company(workers=(BEN,))
    who = {"worker_id": "2"}
    mapped = day("1", SUNDAY, "0:00:01", who)
    waiting = day("2", SUNDAY, "0:00:01", who, project_name="unmapped")
    rate = [pay("B", 180_000)]  # half a cent a second
    held = desired(config, [mapped, waiting], rate, AS_OF)
    assert held.states["s:2", 1]["cost"].code == "TO201"
    (journal,) = [d for d in held.documents.values() if d.kind == "journal"]
    # One cent in all; it goes to the line whose key is first: "labor_expense/-" is the held one.
    assert {line.key: line.amount for line in journal.lines}["labor_expense/web"] == 0


def clocked(rule: Rounding, *spans: tuple[str, str]) -> list[int]:
    """Minutes of a day's spans after rounding."""
    rules = replace(RULES, rounding={"pay": rule})
    entries = [span(str(n), f"2026-03-02 {a}", f"2026-03-02 {b}") for n, (a, b) in enumerate(spans)]
    found = desired(company(rules=rules), entries, [], AS_OF).rounded["pay"]
    return [found[entry.key, 1] // 60 for entry in entries]


MORNING, AFTERNOON = ("08:53", "12:08"), ("12:36", "17:09")


def test_a_punch_is_rounded_on_the_clock() -> None:
    """8:53 → 9:00, 12:08 → 12:15; 12:36 → 12:30, 17:09 → 17:15."""
    grid = Grid(increment=QUARTER)
    rule = Rounding(increment=QUARTER, per="punch", start=grid, end=grid)
    assert clocked(rule, MORNING, AFTERNOON) == [195, 285]
    exact = replace(rule, meals="exact")
    assert clocked(exact, MORNING, AFTERNOON) == [188, 279]


def test_the_length_is_rounded_after_the_clock() -> None:
    rule = Rounding(increment=1800, mode="up", start=Grid(increment=QUARTER, mode="up"))
    assert clocked(rule, MORNING) == [210]


@pytest.mark.parametrize(
    ("mode", "increment", "seconds", "expected"),
    [
        ("half_down", QUARTER, 450, 0),
        ("half_down", QUARTER, 451, QUARTER),
        ("half_even", 36, 18, 0),
        ("half_even", 36, 54, 72),
        ("nearest_minute_up", QUARTER, 419, 0),
        ("nearest_minute_up", QUARTER, 420, QUARTER),
        ("nearest_minute_up", 60, 29, 0),
    ],
)
def test_where_a_half_goes(mode: str, increment: int, seconds: int, expected: int) -> None:
    assert to_increment(Grid(increment=increment, mode=mode), seconds) == expected
