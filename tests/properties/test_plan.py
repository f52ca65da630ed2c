"""The plan is the oracle's: after one full apply, whatever has changed since on either side."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle.brief import Brief
from oracle.companies import World, customers, projects, worlds
from oracle.desired import desired
from oracle.diff import plan
from oracle.tracked import TURN, entry_lists

from tieout.domain.books import Applied, Books, Claim, Record
from tieout.domain.document import Document
from tieout.domain.entry import ENTRY_COLUMNS, RATE_COLUMNS, Coverage
from tieout.domain.key import base_key, canonical
from tieout.domain.plan import Body
from tieout.pipeline import arrow
from tieout.pipeline.run import APPLIED_COLUMNS, Inputs, compute
from tieout.planning.build import build
from tieout.planning.gather import Gathered
from tieout.store.books import rows_of, table

EXAMPLES = int(os.environ.get("TIEOUT_EXAMPLES", "10")) // 2 or 1
profile = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@dataclass(frozen=True, repr=False)
class History(Brief):
    """``before`` was applied wholly; then the company and its entries became ``now``.

    ``final``, ``edited``, ``gone``: numbers that pick documents whose record in the books became
    final, was edited, was deleted.
    """

    before: World
    now: World
    final: frozenset[int]
    edited: frozenset[int]
    gone: frozenset[int]
    lock: str | None
    coverage: Coverage


@st.composite
def histories(draw: st.DrawFn) -> History:
    before = draw(worlds())
    config = before.config
    if draw(st.booleans()):
        config = replace(
            config, projects=draw(projects()), customers=draw(customers()), digest="d1"
        )
    kept = [entry for entry in before.entries if draw(st.integers(0, 4)) > 0]
    longer = [
        replace(entry, seconds=entry.seconds + 3600)
        if entry.grain == "day" and draw(st.integers(0, 4)) == 0
        else entry
        for entry in kept
    ]
    added = [replace(e, key=f"{e.key}new") for e in draw(entry_lists(3))]
    some = st.frozensets(st.integers(0, 9), max_size=2)
    everything, later = Coverage(None, None, True), Coverage(TURN, None, True)
    return History(
        before=before,
        now=replace(before, config=config, entries=tuple(longer + added)),
        final=draw(some),
        edited=draw(some),
        gone=draw(some),
        lock=draw(st.sampled_from([None, "2026-03-10", "2026-04-30"])),
        coverage=draw(st.sampled_from([everything, everything, everything, later])),
    )


def inputs(world: World, **more: Any) -> dict[str, Any]:
    rows = [tuple(getattr(entry, name) for name in ENTRY_COLUMNS) for entry in world.entries]
    rates = [tuple(getattr(rate, name) for name in RATE_COLUMNS) for rate in world.rates]
    return {
        "config": world.config,
        "as_of": world.as_of,
        "entries": arrow.as_arrow(list(ENTRY_COLUMNS.items()), rows),
        "rates": arrow.as_arrow(list(RATE_COLUMNS.items()), rates),
        "resolutions": world.resolutions,
        **more,
    }


def wrote(history: History) -> dict[str, Applied]:
    """The applied state after ``before``, with the claims as the engine wrote them."""
    world = history.before
    with compute(Inputs(**inputs(world))) as story:
        documents = {document.key: document for document in story.documents()}
        claims = story.claims(documents)
    return {
        key: Applied(
            key=key, target="b", sequence=1, document=document, remote_id=key, version="1",
            config=world.config.digest, claims=claims.get(key, ()),
        )
        for key, document in documents.items()
    }  # fmt: skip


def standing(history: History, applied: Mapping[str, Applied]) -> Books:
    """What has become of it in the books."""
    records = []
    for number, (key, one) in enumerate(sorted(applied.items())):
        if number in history.gone or one.document is None:
            continue
        document = one.document
        if number in history.edited:
            lines = tuple(replace(line, seconds=line.seconds + 1) for line in document.lines)
            document = replace(document, lines=lines)
        final = "sent" if number in history.final else None
        records.append(Record(document=document, remote_id=key, version="1", final=final))
    return Books(target="b", identity="b", records=tuple(records), lock_date=history.lock)


def engine(history: History, applied: Mapping[str, Applied], books: Books) -> Body:
    rows = [
        (key, "b", a.sequence, a.document.digest, canonical(a.document.as_json()), a.config)
        for key, a in sorted(applied.items())
        if a.document
    ]
    gathered = Gathered(
        **inputs(
            history.now,
            snapshots={},
            applied=arrow.as_arrow(list(APPLIED_COLUMNS.items()), rows),
            books={"b": books},
            records=table("b", rows_of(books)),
            coverage=dict.fromkeys("st", history.coverage),
            identities={"b": "b"},
        )
    )

    def claims(state: Path, target: str, keys: Iterable[str]) -> dict[str, tuple[Claim, ...]]:
        return {key: applied[key].claims for key in keys if key in applied}

    with patch("tieout.store.applied.claims", claims):
        return build(gathered)


def shape(document: Document | None) -> Any:
    return document.as_json() if document else None


def both(history: History) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the oracle and the engine make of it: changes and what is held, by document."""
    applied = wrote(history)
    books = standing(history, applied)
    body = engine(history, applied, books)
    now = history.now
    result = desired(now.config, now.entries, now.rates, now.as_of, now.resolutions)
    with compute(Inputs(**inputs(now))) as story:  # this test is of the plan alone
        documents = {document.key: document for document in story.documents()}
        result = replace(result, documents=documents, claims=story.claims(documents))
    covers = dict.fromkeys("st", history.coverage)
    told = plan(now.config, result, applied, {"b": books}, covers, now.as_of)
    known = {*documents, *applied}
    return (
        {
            "changes": {key: (action, shape(after)) for action, key, after in told.changes},
            "held": told.held,
        },
        {
            "changes": {c.document: (c.action.value, shape(c.after)) for c in body.changes},
            "held": {
                base_key(e.entry): e.code for e in body.exceptions if base_key(e.entry) in known
            },
        },
    )


@profile
@given(histories())
def test_the_plan_is_the_oracle_s(history: History) -> None:
    told, made = both(history)
    assert made == told


@profile
@given(worlds())
def test_after_a_full_apply_the_plan_is_empty(world: World) -> None:
    still = History(
        before=world, now=world, final=frozenset(), edited=frozenset(), gone=frozenset(),
        lock=None, coverage=Coverage(None, None, True),
    )  # fmt: skip
    applied = wrote(still)
    assert engine(still, applied, standing(still, applied)).changes == ()
