"""Pay classes by the SQL and by the oracle, on random weeks under every law pack that is shipped.

`TIEOUT_EXAMPLES=2000` tries more of them than an ordinary run does.
"""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import astuple, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle.classes import merged
from oracle.desired import desired
from oracle.packs import PACKS
from oracle.small import ANA, ANA_IS, ON_WEB, RULES, SUNDAY, company, pay
from oracle.story import Segment

from tieout.config import packs, resources
from tieout.config.findings import Findings
from tieout.config.model import Config, LawPack, OvertimeRule, Rounding
from tieout.config.shape import compiled
from tieout.domain.entry import ENTRY_COLUMNS, RATE_COLUMNS, Approval, Entry, Grain
from tieout.pipeline import arrow
from tieout.pipeline.found import findings
from tieout.pipeline.run import Inputs, compute

EXAMPLES = int(os.environ.get("TIEOUT_EXAMPLES", "10"))
AS_OF = date(2026, 12, 31)


def shipped() -> dict[str, LawPack]:
    """Every pack that tieout brings."""
    findings, check = Findings(), compiled("law")
    names = [f"law/{name.removesuffix('.yaml')}" for name in resources.names("rules/law")]
    found = {name: packs.named(name, [], check, findings) for name in names}
    assert not findings.all()
    return {name: pack for name, pack in found.items() if pack}


LAWS = {**shipped(), **PACKS}


def under(first: str, then: str, moves: date, rounding: Rounding, week_starts: int = 6) -> Config:
    """Ana under one law, and under another from the day on which she moves."""
    base = company()
    rule = OvertimeRule(default=None, packs={"US-CA": first, "US-NV": then})
    return replace(
        base,
        company=replace(base.company, week_starts=week_starts),
        workers=(
            replace(ANA, to=moves - timedelta(days=1)),
            replace(ANA, from_=moves, jurisdiction="US-NV"),
        ),
        rules=replace(RULES, overtime=rule, packs=LAWS, rounding={"pay": rounding}),
    )


@st.composite
def configs(draw: st.DrawFn) -> Config:
    """Ana under one law until the third week, and perhaps under another from then on."""
    names = sorted(LAWS)
    first, then = draw(st.sampled_from(names)), draw(st.sampled_from(names))
    moves = SUNDAY + timedelta(days=draw(st.sampled_from([400, 400, 14, 16])))
    rounding = draw(st.sampled_from([Rounding(), Rounding(increment=900, per="day")]))
    config = under(first, then, moves, rounding, draw(st.sampled_from([6, 0, 2])))
    terms: dict[str, Any] = {
        "industry": draw(st.sampled_from([None, "building", "trade"])),
        "agreements": draw(st.sampled_from([(), ("long_day",), ("rests_recorded", "opt_out")])),
        "hired": draw(st.sampled_from([None, date(2025, 6, 1), date(2026, 2, 1)])),
    }
    home = replace(config.company, employees=draw(st.sampled_from([None, 5, 50])))
    return replace(
        config, company=home, workers=tuple(replace(w, **terms) for w in config.workers)
    )


@st.composite
def worked(draw: st.DrawFn) -> list[Entry]:
    """Long days of up to three weeks, as spans with pauses and as amounts."""
    result = []
    for place in range(draw(st.integers(1, 20))):
        on = SUNDAY + timedelta(days=draw(st.integers(0, 20)))
        body: dict[str, Any] = {**ANA_IS, **ON_WEB, "approval": Approval.APPROVED}
        body |= draw(st.sampled_from([{}, {}, {}, {"type": "lunch", "notes": str(place)}]))
        entry = Entry(key=f"s:{place:02}", source="s", grain=Grain.DAY, **body)
        kind = draw(st.sampled_from(["span", "span", "span", "day", "week"]))
        hours = draw(st.sampled_from([2, 4, 5, 8, 9, 10, 12, 13, 16])) * 3600
        seconds = hours + draw(st.sampled_from([0, 0, 1800, 437]))
        if kind == "span":
            start = datetime.combine(on, time(draw(st.integers(0, 23)), draw(st.just(0))))
            end = start + timedelta(seconds=seconds)
            entry = replace(entry, grain=Grain.SPAN, start_at=start, end_at=end, seconds=seconds)
        elif kind == "day":
            entry = replace(entry, to_date=on, seconds=seconds)
        else:
            first = on - timedelta(days=6)
            entry = replace(entry, grain=Grain.WEEK, from_date=first, to_date=on, seconds=3 * seconds)
        result.append(entry)
    return result


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(configs(), worked(), st.sampled_from([(), (170_000,), (350_000,)]))
def test_segments_are_the_oracle_s(
    config: Config, entries: list[Entry], paid: tuple[int, ...]
) -> None:
    agree(config, entries, paid)


@pytest.mark.parametrize(
    "law", [name for name in sorted(LAWS) if any(t.rate_below for t in LAWS[name].tiers)]
)
@pytest.mark.parametrize("paid", [(), (170_000,), (350_000,)], ids=["no rate", "17.00", "35.00"])
def test_a_long_week_is_the_oracle_s(law: str, paid: tuple[int, ...]) -> None:
    """Fourteen hours a day, seven days: past every threshold, also those that are only for low pay."""
    entries = [
        Entry(
            key=f"s:{day}", source="s", grain=Grain.SPAN, seconds=14 * 3600,
            start_at=datetime.combine(SUNDAY, time(15)) + timedelta(days=day),
            end_at=datetime.combine(SUNDAY, time(15)) + timedelta(days=day, hours=14),
            approval=Approval.APPROVED, **ANA_IS, **ON_WEB,
        )
        for day in range(7)
    ]  # fmt: skip
    agree(under(law, law, SUNDAY + timedelta(days=400), Rounding()), entries, paid)


def agree(config: Config, entries: list[Entry], paid: tuple[int, ...]) -> None:
    """The segments of the pipeline are those of the oracle."""
    rates = [pay("A", rate) for rate in paid]
    told = desired(config, entries, rates, AS_OF, {})
    inputs = Inputs(
        config=config,
        as_of=AS_OF,
        entries=arrow.as_arrow(list(ENTRY_COLUMNS.items()), [astuple(e) for e in entries]),
        rates=arrow.as_arrow(list(RATE_COLUMNS.items()), [astuple(r) for r in rates]),
    )
    with compute(inputs) as story:
        rows = story.connection.execute(
            "select e.key, c.portion_no, s.pay_class, s.percent, s.basis, s.seconds "
            "from segment s join checked c using (portion_no) join entry e using (entry_no) "
            "where c.worked and s.seconds > 0 order by c.portion_no, s.seq"
        ).fetchall()
        broken = [
            (f.code, f.limit.basis, f.date, f.excess, f.value, f.lacking) for f in findings(story)
        ]
    assert sorted(broken, key=str) == told.findings
    found: dict[str, dict[int, list[Segment]]] = defaultdict(lambda: defaultdict(list))
    for key, portion, name, percent, basis, seconds in rows:
        segment = Segment(seconds=seconds, pay_class=name, percent=percent, basis=basis)
        found[key][portion].append(segment)
    expected: dict[str, list[Any]] = defaultdict(list)
    for (key, _), segments in sorted(told.segments.items()):
        if any(segment.seconds for segment in segments):
            expected[key].append(merged(s for s in segments if s.seconds))
    assert {k: [merged(p) for p in parts.values()] for k, parts in found.items()} == expected
