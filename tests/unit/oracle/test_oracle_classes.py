"""Overtime counted by hand. The totals of a week are those of the cited examples."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from oracle.desired import desired
from oracle.packs import CALIFORNIA, FLSA
from oracle.small import (
    ACME,
    ANA,
    BEN,
    BEN_IS,
    RULES,
    SUNDAY,
    WEB,
    company,
    day,
    pay,
    span,
)
from oracle.story import OracleResult

from tieout.config.model import Config, OvertimeRule, Rounding
from tieout.domain.entry import Entry, Grain

AS_OF = date(2026, 4, 30)


def by_class(result: OracleResult) -> dict[str, int]:
    """Hours by pay class, over everything."""
    totals: Counter[str] = Counter()
    for segments in result.segments.values():
        for segment in segments:
            totals[segment.pay_class] += segment.seconds
    assert all(total % 3600 == 0 for total in totals.values())
    return {pay_class: total // 3600 for pay_class, total in totals.items() if total}


def classes(*hours: int, config: Config | None = None, who: object = None) -> dict[str, int]:
    """Hours by pay class of a week with that many hours on each day from Sunday."""
    entries = [day(str(n), SUNDAY + timedelta(days=n), h, who) for n, h in enumerate(hours)]
    return by_class(desired(config or company(), entries, [], AS_OF))


def test_nine_hours_in_california() -> None:
    assert classes(9) == {"regular": 8, "overtime": 1}


def test_thirteen_hours_in_california() -> None:
    assert classes(13) == {"regular": 8, "overtime": 4, "double_time": 1}


def test_four_days_of_twelve_hours_have_no_weekly_overtime_on_top() -> None:
    assert classes(12, 12, 12, 12) == {"regular": 32, "overtime": 16}


def test_five_days_of_nine_hours_and_a_sixth() -> None:
    """Forty regular hours are reached on Friday: Saturday is overtime by the week."""
    assert classes(9, 9, 9, 9, 9, 4) == {"regular": 40, "overtime": 9}


def test_the_seventh_day_of_the_workweek_is_at_a_premium_from_its_first_hour() -> None:
    assert classes(2, 2, 2, 2, 2, 2, 10) == {"regular": 12, "overtime": 8, "double_time": 2}


def test_a_week_without_a_day_off() -> None:
    assert classes(8, 8, 8, 8, 8, 8, 8) == {"regular": 40, "overtime": 16}


def test_seven_days_across_two_workweeks_are_no_seventh_day() -> None:
    assert classes(0, 2, 2, 2, 2, 2, 2, 2) == {"regular": 14}


def test_a_seventh_day_with_no_seconds_left_after_rounding_is_a_day_off() -> None:
    config = company(rules=replace(RULES, rounding={"pay": Rounding(increment=3600)}))
    entries = [day(str(n), SUNDAY + timedelta(days=n), 2) for n in range(1, 7)]
    entries.append(day("0", SUNDAY, "0:10:00"))
    assert by_class(desired(config, entries, [], AS_OF)) == {"regular": 12}


def test_forty_six_hours_under_the_flsa() -> None:
    """29 CFR 778.110(a)."""
    assert classes(0, 10, 10, 10, 10, 6, who=BEN_IS) == {"regular": 40, "overtime": 6}


def test_who_is_exempt_or_no_employee_has_regular_hours_alone() -> None:
    exempt = replace(ANA, overtime="exempt", exempt_ground="administrative")
    assert classes(13, config=company(workers=(exempt,))) == {"regular": 13}


def test_no_overtime_before_the_rule_takes_effect() -> None:
    rule = replace(RULES, overtime=replace(RULES.overtime, effective=SUNDAY + timedelta(days=1)))
    assert classes(10, 10, config=company(rules=rule)) == {"regular": 18, "overtime": 2}


def test_no_pack_no_overtime() -> None:
    assert classes(13, config=company(rules=replace(RULES, overtime=OvertimeRule()))) == {
        "regular": 13
    }


def test_a_week_bucket_knows_no_days_and_counts_to_the_week() -> None:
    bucket = day("w", SUNDAY + timedelta(days=6), 45)
    bucket = replace(bucket, grain=Grain.WEEK, from_date=SUNDAY)
    assert by_class(desired(company(), [bucket], [], AS_OF)) == {"regular": 40, "overtime": 5}


def test_the_last_hours_take_the_premium_and_name_the_law() -> None:
    first = span("1", "2026-03-02 08:00", "2026-03-02 14:00")
    second = span("2", "2026-03-02 15:00", "2026-03-02 18:00")
    segments = desired(company(), [second, first], [], AS_OF).segments
    assert [s.seconds for s in segments["s:1", 1]] == [6 * 3600]
    assert [(s.seconds, s.pay_class, s.percent, s.basis) for s in segments["s:2", 1]] == [
        (7200, "regular", 100, None),
        (3600, "overtime", 150, CALIFORNIA),
    ]


def test_held_hours_keep_their_place_in_the_week() -> None:
    """An unmapped project delays the booking of the first eight hours, not the ninth's premium."""
    entries = [day("1", SUNDAY, 8, project_name="Skunkworks"), day("2", SUNDAY, 1)]
    result = desired(company(), entries, [pay("A", 300_000)], AS_OF)
    assert result.states["s:1", 1]["billing"].code == "TO201"
    assert [s.pay_class for s in result.segments["s:2", 1]] == ["overtime"]


@pytest.mark.parametrize(
    ("lines", "total"),
    [
        ([(46, "12")], 588_00),
        ([(24, "10"), (21, "15")], 585_83),
        ([(25, "11"), (20, "7")], 438_06),
    ],
    ids=["29 CFR 778.110(a)", "two rates", "29 CFR 778.115"],
)
def test_the_regular_rate_is_the_average_of_the_whole_week(
    lines: list[tuple[int, str]], total: int
) -> None:
    projects = tuple(
        replace(WEB, id=f"p{n}", refs={"s": ({"project": f"P{n}"},)}) for n in range(len(lines))
    )
    rates, entries = [], []
    for n, (hours, rate) in enumerate(lines):
        rates.append(pay("B", int(rate) * 10_000, project=f"p{n}"))
        entries += _spread(n, hours)
    result = desired(company(projects=projects, workers=(BEN,)), entries, rates, AS_OF)
    assert {d.amount for d in result.documents.values() if d.kind == "journal"} == {total}
    overtime = [s for found in result.segments.values() for s in found if s.percent > 100]
    assert {s.basis for s in overtime} == {FLSA}


@pytest.mark.parametrize("premium", ["overhead", "where_worked", "pro_rata"])
def test_where_the_premium_goes_moves_no_cent_of_the_week(premium: str) -> None:
    """Ten hours at 30.00 on Monday: 300.00 and a premium of 2 × 15.00."""
    other = replace(WEB, id="app", refs={"s": ({"project": "App"},)})
    rules = replace(RULES, overtime=replace(RULES.overtime, premium=premium))
    config = company(projects=(WEB, other), rules=rules)
    entries = [day("1", SUNDAY, 6), day("2", SUNDAY, 4, project_name="App")]
    result = desired(config, entries, [pay("A", 300_000)], AS_OF)
    journal = result.documents["st/journal/USD/2026-03-01"]
    amounts = {line.key: line.amount for line in journal.lines}
    expected = {
        "overhead": {"overhead_premium/-": 30_00, "labor_expense/web": 180_00},
        "where_worked": {"labor_expense/web": 180_00},
        "pro_rata": {"labor_expense/web": 198_00},
    }[premium]
    assert expected.items() <= amounts.items()
    assert amounts["=labor_clearing"] == -330_00
    assert sum(amounts.values()) == 0


def _spread(n: int, hours: int) -> list[Entry]:
    """The hours on as many days as they need, ten a day, one job after the other."""
    return [
        day(f"{n}{part}", SUNDAY + timedelta(days=3 * n + part), min(10, hours - 10 * part), BEN_IS,
            project_name=f"P{n}", customer_name=ACME.name)
        for part in range(-(-hours // 10))
    ]  # fmt: skip
