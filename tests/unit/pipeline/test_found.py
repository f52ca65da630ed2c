"""What is found of a span that goes on past midnight."""

from __future__ import annotations

from dataclasses import astuple, replace
from datetime import date

from oracle.small import RULES, company, span

from tieout.domain.entry import ENTRY_COLUMNS
from tieout.pipeline import arrow
from tieout.pipeline.run import Inputs, compute


def found(checks: dict[str, str]) -> list[tuple[int, int, date]]:
    entries = [astuple(span("1", "2026-03-02 22:00", "2026-03-03 01:30"))]
    inputs = Inputs(
        config=company(rules=replace(RULES, checks=checks)), as_of=date(2026, 3, 31),
        entries=arrow.as_arrow(list(ENTRY_COLUMNS.items()), entries),
    )  # fmt: skip
    with compute(inputs) as story:
        return [(one.code, one.seconds, one.work_date) for one in story.found()]


def test_the_part_after_midnight_is_told_where_it_is_asked_for() -> None:
    assert found({"TO226": "info"}) == [(226, 5400, date(2026, 3, 3))]
    assert found({}) == []
    assert found({"TO226": "hold"}) == [], "then it is held, not told"
