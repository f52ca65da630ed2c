"""What hours cost: salaries, pay items and premiums, counted by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, replace
from datetime import date, timedelta
from typing import Any

import pytest
from oracle.small import ANA, BEN, BEN_IS, RULES, SUNDAY, company, day, pay

from tieout.config.model import Config, OvertimeRule
from tieout.domain.entry import ENTRY_COLUMNS, RATE_COLUMNS, Entry, PayRate
from tieout.pipeline import arrow
from tieout.pipeline.run import Inputs, Story, compute

FLSA = replace(RULES, overtime=OvertimeRule(default="law/us-flsa"))
PLAIN = company(rules=FLSA)
EXEMPT = company(rules=FLSA, workers=(replace(ANA, overtime="exempt"), BEN))


def told(config: Config, entries: Sequence[Entry], rates: Sequence[PayRate], as_of: date) -> Story:
    return compute(
        Inputs(
            config=config,
            as_of=as_of,
            entries=arrow.as_arrow(list(ENTRY_COLUMNS.items()), [astuple(e) for e in entries]),
            rates=arrow.as_arrow(list(RATE_COLUMNS.items()), [astuple(r) for r in rates]),
        )
    )


def cost(story: Story, by: str = "l.role") -> dict[Any, int]:
    rows = story.connection.execute(
        f"select {by}, sum(amount)::bigint from cost_part p join cost_line l using (line_no) group by all"
    )
    return dict(rows.fetchall())


def states(story: Story) -> set[str]:
    return {f"TO{state}" for (state,) in story.connection.execute("select cost from checked").fetchall()}


def salary(period: str, amount: int, hours: str = "144000", **fields: Any) -> PayRate:
    return pay("A", amount * 10_000, basis=f"{period}/{hours}", **fields)


def days_of(first: date, last: date, hours: int = 8) -> list[Entry]:
    """Every day of a period."""
    count = (last - first).days + 1
    return [day(f"{n:03}", first + timedelta(days=n), hours) for n in range(count)]


MARCH = (date(2026, 3, 1), date(2026, 3, 31))


@pytest.mark.parametrize(
    ("period", "amount", "first", "last", "minor"),
    [
        ("week", 1000, SUNDAY, SUNDAY + timedelta(days=6), 100_000),
        ("biweek", 2000, date(2026, 1, 11), date(2026, 1, 24), 200_000),
        ("semimonth", 2500, date(2026, 3, 16), date(2026, 3, 31), 250_000),
        ("month", 5000, *MARCH, 500_000),
        # a year's is paid by months, and twelve of them are the year: 3 x 1000000/12 less 2 x
        ("year", 10_000, *MARCH, 250_000 - 166_667),
    ],
)
def test_an_exempt_salary_costs_what_it_is_whatever_the_hours(
    period: str, amount: int, first: date, last: date, minor: int
) -> None:
    """Two weeks are counted from the week of the row's first day: 2025-12-28, two before 2026-01-11."""
    with told(EXEMPT, days_of(first, last, 11), [salary(period, amount)], last) as story:
        assert cost(story) == {"labor_expense": minor}


def test_of_a_salary_whose_period_runs_nothing_is_known_yet() -> None:
    hours = days_of(date(2026, 3, 2), date(2026, 3, 6))
    with told(EXEMPT, hours, [salary("month", 5000)], date(2026, 3, 30)) as story:
        assert cost(story) == {}
        assert states(story) == {"TO260"}
    with told(EXEMPT, hours, [salary("month", 5000)], date(2026, 3, 31)) as story:
        assert cost(story) == {"labor_expense": 500_000}


def test_a_raise_within_the_month_counts_by_its_days() -> None:
    rates = [salary("month", 3100), salary("month", 6200, since=date(2026, 3, 11))]
    with told(EXEMPT, days_of(*MARCH), rates, date(2026, 3, 31)) as story:
        assert cost(story) == {"labor_expense": 100_000 + 420_000}


@pytest.mark.parametrize(
    ("hours", "minor"),
    [("126000", {"labor_expense": 23428, "overhead_premium": 286}),       # 35: 29 CFR 778.322, 237.14
     ("fluctuating", {"labor_expense": 20000, "overhead_premium": 244})],  # 778.114: half of 200/41
)  # fmt: skip
def test_a_salary_pays_for_its_hours_and_the_rest_comes_on_top(
    hours: str, minor: dict[str, int]
) -> None:
    entries = [*days_of(SUNDAY, SUNDAY + timedelta(days=4)), day("last", date(2026, 3, 6), 1)]
    with told(PLAIN, entries, [salary("week", 200, hours)], date(2026, 3, 7)) as story:
        assert cost(story) == minor


def item(kind: str, amount: int, on: date, to: date | None = None, **fields: Any) -> PayRate:
    return pay("B", amount * 10_000, on, to_date=to, basis=kind, **fields)


def test_a_month_s_bonus_is_in_the_rate_of_each_of_its_weeks() -> None:
    """29 CFR 778.209: 900 over 90 hours is 10.00 an hour, half of it again for ten hours past 40."""
    weeks = [day(f"{n}", SUNDAY + timedelta(days=n), 10, BEN_IS) for n in (*range(5), *range(7, 11))]
    rates = [pay("B", 100_000), item("bonus", 900, SUNDAY, SUNDAY + timedelta(days=13))]
    with told(PLAIN, weeks, rates, date(2026, 3, 31)) as story:
        assert cost(story) == {"labor_expense": 90_000 + 90_000, "overhead_premium": 5_000 + 5_000}


def test_what_is_excluded_costs_and_is_in_no_rate() -> None:
    weeks = [day(f"{n}", SUNDAY + timedelta(days=n), 10, BEN_IS) for n in range(5)]
    rates = [pay("B", 100_000), item("excluded", 900, SUNDAY)]
    with told(PLAIN, weeks, rates, date(2026, 3, 31)) as story:
        assert cost(story) == {"labor_expense": 50_000 + 90_000, "overhead_premium": 5_000}


@pytest.mark.parametrize("policy", ["overhead", "pro_rata", "where_worked"])
def test_a_policy_moves_the_premium_and_nothing_else(policy: str) -> None:
    """Ten hours past 40 at 30.00: 150.00 of premium, wherever it goes."""
    config = company(rules=replace(FLSA, overtime=replace(FLSA.overtime, premium=policy)))
    entries = [day(f"{n}", SUNDAY + timedelta(days=n), 10, BEN_IS) for n in range(4)]
    entries.append(day("4", SUNDAY + timedelta(days=4), 10, BEN_IS, project_name="Other"))
    with told(config, entries, [pay("B", 300_000)], date(2026, 3, 31)) as story:
        found = cost(story, "l.line_key || if(booked, '', ' held')")
    other = {"overhead": 30_000, "pro_rata": 33_000, "where_worked": 45_000}[policy]
    assert sum(found.values()) == 165_000
    assert found.pop("labor_expense/- held") == other
    straight = {"overhead": 120_000, "pro_rata": 132_000, "where_worked": 120_000}[policy]
    assert found.pop("labor_expense/web") == straight
    assert sum(found.values()) == 165_000 - other - straight
