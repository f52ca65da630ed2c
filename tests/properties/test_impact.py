"""Impact adds up: (plan under head) − (plan under base) = impact, whatever was edited."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.companies import World, accounts, customers, projects, services, workers, worlds
from oracle.rulebooks import rules
from test_plan import EXAMPLES, inputs, profile

from tieout.config.model import Config
from tieout.domain.books import Books
from tieout.domain.document import SERVES, Document
from tieout.pipeline import arrow
from tieout.pipeline.run import APPLIED_COLUMNS, Inputs, Story, compute
from tieout.planning.control import postings
from tieout.planning.gather import Gathered
from tieout.planning.impact import Impact, difference
from tieout.planning.shares import DIMENSIONS

EDITABLE = {
    "projects": projects, "customers": customers, "services": services, "accounts": accounts,
    "workers": workers, "rules": rules,
}  # fmt: skip

Sums = dict[tuple[str, ...], int]


@st.composite
def edited(draw: st.DrawFn) -> tuple[World, World]:
    """A company before and after somebody edited some of its mappings or rules."""
    world = draw(worlds())
    kinds = draw(st.sets(st.sampled_from(sorted(EDITABLE)), max_size=3))
    changes = {kind: draw(EDITABLE[kind]()) for kind in sorted(kinds)}
    after = Config(**{**vars(world.config), **changes, "digest": "d1"})
    return world, replace(world, config=after)


def gathered(world: World) -> Gathered:
    books = Books(target="b", identity="b")
    nothing = arrow.as_arrow(list(APPLIED_COLUMNS.items()), [])
    return Gathered(
        **inputs(
            world, snapshots={}, applied=nothing, books={"b": books}, records=[], coverage={},
            identities={"b": "b"},
        )
    )  # fmt: skip


def totals(documents: Iterable[Document]) -> Sums:
    """Seconds by purpose and project, postings by account, from the documents alone."""
    sums: Sums = defaultdict(int)
    for document in documents:
        for line in document.lines:
            for purpose in SERVES[document.kind]:
                sums["seconds", purpose.value] += line.seconds
                sums["seconds", purpose.value, line.project or "-"] += line.seconds
        for account, currency, amount in postings(document):
            sums["posted", account, currency] += amount
        if document.role == "customer":
            at = ("billed", document.party or "-", document.currency or "")
            sums[at] += document.amount
    return sums


def told(impact: Impact) -> Sums:
    """The same from the parts of the impact."""
    sums: Sums = defaultdict(int)
    for part in impact.parts:
        moved = part.seconds[1] - part.seconds[0]
        if part.dimension == "purpose":
            sums["seconds", part.purpose] += moved
        if part.dimension == "project":
            sums["seconds", part.purpose, part.name] += moved
        for currency, (before, after) in part.money.items():
            if part.dimension == "account":
                sums["posted", part.name, currency] += after - before
            if part.dimension == "customer" and part.purpose == "billing":
                sums["billed", part.name, currency] += after - before
    return sums


def moved(sums: Mapping[tuple[str, ...], int]) -> Sums:
    return {at: value for at, value in sums.items() if value}


def by_dimension(impact: Impact, dimension: str) -> Sums:
    """What one breakdown comes to in all: seconds and money by purpose."""
    sums: Sums = defaultdict(int)
    for part in impact.parts:
        if part.dimension == dimension:
            sums["seconds", part.purpose] += part.seconds[1] - part.seconds[0]
            for currency, (before, after) in part.money.items():
                sums[part.purpose, currency] += after - before
    return moved(sums)


@settings(profile, max_examples=EXAMPLES // 4 or 1)
@given(edited())
def test_the_impact_is_the_difference_of_the_two_plans(pair: tuple[World, World]) -> None:
    base, head = pair
    desired: list[dict[str, Document]] = []

    def told_and_kept(told_from: Inputs, *more: Any) -> Story:
        story = compute(told_from, *more)
        desired.append({document.key: document for document in story.documents()})
        return story

    with (
        patch("tieout.store.applied.claims", lambda *_: {}),
        patch("tieout.planning.impact.compute", told_and_kept),
    ):
        impact = difference(gathered(base), gathered(head))
    after, before = desired
    assert {(c.document, c.before, c.after) for c in impact.changes} == {
        (key, before.get(key), after.get(key))
        for key in before.keys() | after.keys()
        if before.get(key) != after.get(key)
    }
    was, is_ = totals(before.values()), totals(after.values())
    assert moved(told(impact)) == moved({at: is_[at] - was[at] for at in was.keys() | is_.keys()})
    whole = by_dimension(impact, "purpose")
    for dimension in set(DIMENSIONS) - {"account"}:
        assert by_dimension(impact, dimension) == whole, dimension
    rows = {row for part in impact.parts if part.dimension == "row" for row in part.name.split(" + ")}
    assert rows == {origin.row for change in impact.changes for origin in change.origin}
    assert rows <= {edit.row for edit in impact.edits.found}, "all that differs comes from an edit"
