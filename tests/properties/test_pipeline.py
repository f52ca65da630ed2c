"""The SQL tells the same story as the oracle, whatever the company and its entries.

`TIEOUT_EXAMPLES=2000` tries more of them than an ordinary run does.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import astuple, fields, replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle.companies import World, worlds
from oracle.desired import desired
from oracle.states import serves
from oracle.story import OracleResult

from tieout.domain.books import Claim
from tieout.domain.change import Conservation
from tieout.domain.entry import ENTRY_COLUMNS, RATE_COLUMNS
from tieout.pipeline import arrow
from tieout.pipeline.run import Inputs, Story, compute

EXAMPLES = int(os.environ.get("TIEOUT_EXAMPLES", "60"))
profile = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
#: Codes below belong to what is booked, and to what is held; the rest is excluded.
HELD, EXCLUDED = 200, 250


def run(world: World, entries: Sequence[Any] | None = None) -> Story:
    """The SQL's story of the world."""
    rows = [astuple(entry) for entry in (world.entries if entries is None else entries)]
    return compute(
        Inputs(
            config=world.config,
            as_of=world.as_of,
            entries=arrow.as_arrow(list(ENTRY_COLUMNS.items()), rows),
            rates=arrow.as_arrow(list(RATE_COLUMNS.items()), [astuple(r) for r in world.rates]),
            resolutions=world.resolutions,
        )
    )


def oracle(world: World) -> OracleResult:
    return desired(world.config, world.entries, world.rates, world.as_of, world.resolutions)


def texts(story: Story) -> dict[str, str]:
    """Document key → its canonical JSON, as the SQL wrote it."""
    return dict(story.connection.execute("select document, json from desired").fetchall())


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@profile
@given(worlds())
def test_the_documents_are_the_oracle_s_byte_for_byte(world: World) -> None:
    expected = {key: canonical(d.as_json()) for key, d in oracle(world).documents.items()}
    with run(world) as story:
        assert texts(story) == expected


@profile
@given(worlds())
def test_every_portion_has_the_oracle_s_states(world: World) -> None:
    result = oracle(world)
    expected = {
        (key, number - 1): {
            purpose: (int((state.code or "TO0")[2:]), state.seconds)
            for purpose, state in states.items()
        }
        for (key, number), states in result.states.items()
    }
    with run(world) as story:
        found = {
            id_: {purpose: states[purpose][:2] for purpose in expected.get(id_, states)}
            for id_, states in story.states().items()
        }
    assert {id_: coded(states) for id_, states in found.items()} == expected


def coded(states: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """Booked has no code, whichever number the SQL gives it."""
    return {
        purpose: (code if code > HELD else 0, seconds)
        for purpose, (code, seconds) in states.items()
    }


@profile
@given(worlds())
def test_the_claims_are_the_oracle_s(world: World) -> None:
    expected = {key: bare(claims) for key, claims in oracle(world).claims.items()}
    with run(world) as story:
        found = story.claims(texts(story))
    assert {key: bare(claims) for key, claims in found.items()} == expected


def bare(claims: Sequence[Claim]) -> list[tuple[str, int, str]]:
    return [(claim.entry, claim.seconds, claim.date) for claim in claims]


@profile
@given(worlds())
def test_every_second_is_accounted_for_as_by_the_oracle(world: World) -> None:
    expected = oracle(world).conservation
    assert all(figures.exact for figures in expected.values())
    with run(world) as story:
        found = conservation(story)
    assert {purpose: found[purpose].as_json() for purpose in expected} == {
        purpose: figures.as_json() for purpose, figures in expected.items()
    }


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


@profile
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_is_irrelevant(world: World, random: Any) -> None:
    shuffled = list(world.entries)
    random.shuffle(shuffled)
    with run(world) as one, run(world, shuffled) as other:
        assert texts(one) == texts(other)
        assert one.states() == other.states()


@profile
@given(worlds())
def test_no_purpose_is_claimed_twice_and_none_beyond_the_portion(world: World) -> None:
    """Each booked portion's seconds stand in one document per purpose, no more and no less."""
    with run(world) as story:
        claimed = story.connection.execute(
            "select purpose, portion_no, count(distinct document) from claim group by all"
        ).fetchall()
    assert all(documents == 1 for _, _, documents in claimed)


@profile
@given(worlds())
def test_conservation_holds_for_every_worker(world: World) -> None:
    """Source = booked − rounding + held + excluded, by worker, from states and claims alone."""
    result = oracle(world)
    with run(world) as story:
        states = story.states()
    workers = {(p.entry.key, p.number - 1): p.worker and p.worker.id for p in result.portions}
    assert states.keys() == workers.keys()
    source: dict[Any, int] = defaultdict(int)
    for entry in world.entries:
        first = next(p for p in result.portions if p.entry.key == entry.key)
        source[first.worker and first.worker.id] += entry.seconds
    counted: dict[Any, int] = defaultdict(int)
    for id_, by_purpose in states.items():
        counted[workers[id_]] += by_purpose["record"][1]
    assert counted == source


def test_the_worlds_have_every_field_of_an_entry() -> None:
    """A field that joins the contract has to join the snapshots' columns."""
    from tieout.domain.entry import Entry

    assert [f.name for f in fields(Entry)] == list(ENTRY_COLUMNS)
