"""The SQL tells the same story as the oracle, whatever the company and its entries.

`TIEOUT_EXAMPLES=2000` tries more of them than an ordinary run does.
"""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import astuple, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle.companies import World, worlds
from oracle.desired import desired
from oracle.small import ANA, BEN_IS, DESIGN, PRODUCE, RULES, SUNDAY, WEB, company, day, pay
from oracle.states import serves
from oracle.story import OracleResult, Portion

from tieout.config.model import Entity, Rounding, Rules, Stream
from tieout.domain.books import Claim
from tieout.domain.change import Conservation
from tieout.domain.entry import ENTRY_COLUMNS, RATE_COLUMNS, Entry, PayRate
from tieout.domain.exchange import EXCHANGE_COLUMNS
from tieout.pipeline import arrow
from tieout.pipeline.run import Inputs, Story, compute

EXAMPLES = int(os.environ.get("TIEOUT_EXAMPLES", "10"))


def examples(number: int) -> settings:
    return settings(
        max_examples=number, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )


#: Codes below belong to what is booked, and to what is held; the rest is excluded.
HELD, EXCLUDED = 200, 250

States = dict[tuple[str, int], dict[str, tuple[int, int]]]
"""Portion → purpose → (code, seconds of the source)."""


def run(world: World, entries: Sequence[Any] | None = None) -> Story:
    """The SQL's story of the world."""
    rows = [astuple(entry) for entry in (world.entries if entries is None else entries)]
    return compute(
        Inputs(
            config=world.config,
            as_of=world.as_of,
            entries=arrow.as_arrow(list(ENTRY_COLUMNS.items()), rows),
            rates=arrow.as_arrow(list(RATE_COLUMNS.items()), [astuple(r) for r in world.rates]),
            exchange=arrow.as_arrow(
                list(EXCHANGE_COLUMNS.items()), [astuple(r) for r in world.exchange]
            ),
            resolutions=world.resolutions,
        )
    )


def oracle(world: World) -> OracleResult:
    return desired(
        world.config, world.entries, world.rates, world.as_of, world.resolutions, world.exchange
    )


def texts(story: Story) -> dict[str, str]:
    """Document key → its canonical JSON, as the SQL wrote it."""
    return dict(story.connection.execute("select document, json from desired").fetchall())


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@examples(EXAMPLES)
@given(worlds())
def test_the_sql_tells_the_oracle_s_story(world: World) -> None:
    """One run of the SQL an example answers every question: runs are what costs time."""
    told = oracle(world)
    with run(world) as story:
        assert states(story, told) == expected_states(told)
        documents = texts(story)
        assert documents == {k: canonical(d.as_json()) for k, d in told.documents.items()}
        assert bare(story.claims(documents)) == bare(told.claims)
        assert figures(conservation(story), told) == figures(told.conservation, told)
        assert every_purpose_once(story)
        assert seconds_by_worker(world, told, story) == source_by_worker(world, told)
    assert all(found.exact for found in told.conservation.values())


def expected_states(told: OracleResult) -> States:
    return {
        (key, number - 1): {
            purpose: (int((state.code or "TO0")[2:]), state.seconds)
            for purpose, state in by_purpose.items()
        }
        for (key, number), by_purpose in told.states.items()
    }


def states(story: Story, told: OracleResult) -> States:
    """Of the purposes that something serves. What is booked has no code."""
    return {
        id_: {p: coded(*by_purpose[p][:2]) for p in told.conservation}
        for id_, by_purpose in story.states().items()
    }


def coded(code: int, seconds: int) -> tuple[int, int]:
    return (code if code > HELD else 0, seconds)


def bare(claims: Mapping[str, Sequence[Claim]]) -> dict[str, list[tuple[str, int, str]]]:
    """Without the digests of content, which are the engine's own."""
    return {
        key: [(claim.entry, claim.seconds, claim.date) for claim in found]
        for key, found in claims.items()
    }


def figures(found: Mapping[str, Conservation], told: OracleResult) -> dict[str, Any]:
    """Of a company without entries the SQL has no figures at all."""
    return {p: found[p].as_json() for p in told.conservation if told.portions}


def every_purpose_once(story: Story) -> bool:
    """No portion's seconds stand in two documents for one purpose."""
    claimed = story.connection.execute(
        "select count(distinct document) from claim group by purpose, portion_no"
    ).fetchall()
    return all(documents == 1 for (documents,) in claimed)


def source_by_worker(world: World, told: OracleResult) -> Counter[str | None]:
    """What the tracker says, by the worker of an entry's first portion."""
    workers = {p.entry.key: worker(p) for p in told.portions if p.number == 1}
    return +sum((Counter({workers[e.key]: e.seconds}) for e in positive(world)), Counter())


def seconds_by_worker(world: World, told: OracleResult, story: Story) -> Counter[str | None]:
    """What has a state, of the same entries by the same workers."""
    workers = {p.entry.key: worker(p) for p in told.portions if p.number == 1}
    keys = {entry.key for entry in positive(world)}
    found: Counter[str | None] = Counter()
    for (key, _), by_purpose in story.states().items():
        if key in keys:
            found[workers[key]] += by_purpose["record"][1]
    return found


def positive(world: World) -> list[Entry]:
    return [entry for entry in world.entries if entry.seconds > 0]


def worker(portion: Portion) -> str | None:
    return portion.worker.id if portion.worker else None


def conservation(story: Story) -> dict[str, Conservation]:
    """The SQL's figures; what is booked is summed from its documents, and so proves them."""
    booked: dict[str, int] = defaultdict(int)
    produce = {k: p for s in story.inputs.config.streams.values() for k, p in s.produce.items()}
    for document in story.documents():
        for purpose in serves(produce[document.kind]):
            booked[purpose] += document.seconds
    grain = story.grain()
    result: dict[str, Conservation] = {}
    for purpose, code, seconds, rounding in story.control():
        now = result.setdefault(
            purpose,
            Conservation(purpose=purpose, booked=booked[purpose], grain=grain.get(purpose, 0)),
        )
        now = replace(now, source=now.source + seconds)
        if code < HELD:
            now = replace(now, rounding=now.rounding + rounding)
        elif code < EXCLUDED:
            by = {**now.held_by, f"TO{code}": seconds}
            now = replace(now, held=now.held + seconds, held_by=by)
        else:
            by = {**now.excluded_by, f"TO{code}": seconds}
            now = replace(now, excluded=now.excluded + seconds, excluded_by=by)
        result[purpose] = now
    return result


@examples(max(1, EXAMPLES // 4))
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_is_irrelevant(world: World, random: Any) -> None:
    shuffled = list(world.entries)
    random.shuffle(shuffled)
    with run(world) as one, run(world, shuffled) as other:
        assert texts(one) == texts(other)
        assert one.states() == other.states()


def small(entries: Sequence[Entry], rates: Sequence[PayRate] = (), **changes: Any) -> World:
    return World(company(**changes), tuple(entries), tuple(rates), {}, date(2026, 4, 30))


def producing(*kinds: str, **changes: Any) -> dict[str, Stream]:
    """A stream of these kinds of document alone, with changes to each."""
    produce = {kind: replace(PRODUCE[kind], **changes) for kind in kinds}
    return {"st": Stream(name="st", sources=("s",), produce=produce)}


def ruled(**unmapped: str) -> Rules:
    """Policies for cost by mapping kind."""
    return replace(RULES, unmapped={(kind, "cost"): to for kind, to in unmapped.items()})


NINE, THIRTY = [day("1", SUNDAY, 9)], pay("A", 300_000)
WEEK = [SUNDAY + timedelta(days=n) for n in range(7)]
OTHER = replace(DESIGN, id="other", item="Other", refs={"s": ({"task": "Other"},)})
NO_EXPENSE = tuple(a for a in company().accounts if a.id != "labor_expense")

EXAMPLES_BY_HAND = {
    "overtime in a journal that no timesheet stands beside": small(
        NINE, [THIRTY], streams=producing("journal")
    ),
    "the rate of a project outranks that of an earning": small(
        NINE, [THIRTY, pay("A", 400_000, project="web"), pay("A", 500_000, earning="overtime")]
    ),
    "a rate is in its own row's currency": small(
        NINE, [THIRTY, pay("A", 400_000, earning="overtime", currency="EUR")]
    ),
    "regular is an earning": small([day("1", SUNDAY, 1)], [pay("A", 300_000, earning="regular")]),
    "no customer, and cost waits for one": small(
        NINE, [THIRTY], projects=(replace(WEB, customer=None),), rules=ruled(customer="hold")
    ),
    "no account, and cost goes to suspense": small(
        NINE, [THIRTY], accounts=NO_EXPENSE, rules=ruled(account="suspense")
    ),
    "two services in one line of an invoice": small(
        [day("1", SUNDAY, 1), day("2", SUNDAY, 1, task_name="Other")],
        services=(DESIGN, OTHER),
        streams=producing("invoice", lines=("worker",)),
    ),
    "what rounds to nothing has no line": small(
        [day("1", SUNDAY, "0:10:00")],
        streams=producing("invoice"),
        rules=replace(RULES, rounding={"billing": Rounding(increment=3600, mode="down")}),
    ),
    "a week bucket is no seventh day of work": small(
        [day(str(n), WEEK[n], 2) for n in range(6)]
        + [replace(day("w", WEEK[6], 1), grain="week", from_date=SUNDAY)],
        [THIRTY],
    ),
    "hours before the rule took effect fill the week": small(
        [day(str(n), WEEK[n], 10, BEN_IS) for n in range(5)],
        [pay("B", 300_000)],
        rules=replace(RULES, overtime=replace(RULES.overtime, effective=WEEK[3])),
    ),
    "an entity bills in its own currency where a customer has none": small(
        NINE, [THIRTY], projects=(replace(WEB, entity="west"),),
        company=replace(company().company, entities={"west": Entity(currency="EUR")}),
    ),
    "leave of no project is booked without one, that of an unmapped one waits": small(
        [day(n, SUNDAY, 8, type="off", customer_name=None, project_name=project)
         for n, project in (("1", None), ("2", "Party"))],
        [THIRTY], services=(DESIGN, replace(DESIGN, id="off", kind="leave", refs={"s": ({"type": "off"},)})),
    ),
    "who left in mid period": small(NINE, [THIRTY], workers=(replace(ANA, to=SUNDAY),)),
}


@pytest.mark.parametrize("world", EXAMPLES_BY_HAND.values(), ids=EXAMPLES_BY_HAND.keys())
def test_what_examples_drawn_at_random_seldom_meet(world: World) -> None:
    told = oracle(world)
    with run(world) as story:
        assert states(story, told) == expected_states(told)
        assert texts(story) == {k: canonical(d.as_json()) for k, d in told.documents.items()}
