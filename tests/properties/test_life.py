"""A company's life in memory: plans applied one after another, each converging and conserving."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st
from oracle.companies import World, customers, projects, worlds
from test_plan import inputs, profile

from tieout.domain.books import Applied, Books, Claim, Record
from tieout.domain.change import Action
from tieout.domain.document import SERVES
from tieout.domain.entry import Coverage
from tieout.domain.key import canonical
from tieout.domain.plan import Body
from tieout.pipeline import arrow
from tieout.pipeline.run import APPLIED_COLUMNS
from tieout.planning.build import build
from tieout.planning.gather import Gathered
from tieout.store.books import rows_of, table

EVERYTHING = Coverage(None, None, proves_absence=True)


@dataclass
class Ledger:
    """What was applied and what the books hold, changed by carrying out plans."""

    applied: dict[str, Applied] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    lock: str | None = None
    before: Counter[tuple[str, str]] = field(default_factory=Counter)
    after: Counter[tuple[str, str]] = field(default_factory=Counter)

    def plan(self, world: World) -> Body:
        books = Books(target="b", identity="b", records=tuple(self.records.values()), lock_date=self.lock)
        rows = [
            (key, "b", a.sequence, a.document.digest if a.document else None,
             canonical(a.document.as_json()) if a.document else None, a.config)
            for key, a in sorted(self.applied.items())
        ]  # fmt: skip
        gathered = Gathered(**inputs(
            world, snapshots={}, books={"b": books}, identities={"b": "b"},
            applied=arrow.as_arrow(list(APPLIED_COLUMNS.items()), rows),
            records=table("b", rows_of(books)),
            coverage=dict.fromkeys("st", EVERYTHING),
        ))  # fmt: skip

        def claims(state: object, target: str, keys: Iterable[str]) -> dict[str, tuple[Claim, ...]]:
            return {key: self.applied[key].claims for key in keys if key in self.applied}

        with patch("tieout.store.applied.claims", claims):
            return build(gathered)

    def carry_out(self, body: Body) -> None:
        """Every change in its order; each finds the sequence and the record that it was planned on."""
        self.before, self.after = self.claimed(), Counter()
        ended = {c.document: c for c in body.changes}
        for key in {*self.records, *ended}:
            claims = ended[key].claims if key in ended else self.applied[key].claims
            if "~" not in key:
                for claim in claims:
                    for purpose in SERVES[key.split("/")[1]]:
                        self.after[purpose, claim.entry] += claim.seconds
        for change in body.changes:
            was = self.applied.get(change.document)
            assert change.sequence == (was.sequence if was else 0) + 1
            held = self.records.get(change.document)
            assert (held.document if held else None) == change.before
            self.applied[change.document] = Applied(
                key=change.document, target="b", sequence=change.sequence, document=change.after,
                config=body.config, claims=change.claims,
            )  # fmt: skip
            if change.after is None:
                self.records.pop(change.document, None)
            elif change.action is not Action.ADOPT:
                self.records[change.document] = Record(
                    document=change.after, remote_id=change.document, version="1"
                )
            self.never_twice(body)

    def never_twice(self, body: Body) -> None:
        """At no instant does an entry stand for more seconds in a purpose than before or after the plan:
        what dies between two acts may lack hours, but never books them twice."""
        now = self.claimed()
        for place, seconds in now.items():
            assert seconds <= max(self.before.get(place, 0), self.after.get(place, 0)), place

    def claimed(self) -> Counter[tuple[str, str]]:
        """(purpose, entry) → seconds, over all documents that stand."""
        sums: Counter[tuple[str, str]] = Counter()
        for key in self.records:
            if "~" not in key:
                for claim in self.applied[key].claims:
                    for purpose in SERVES[key.split("/")[1]]:
                        sums[purpose, claim.entry] += claim.seconds
        return sums

    def books(self) -> dict[str, str]:
        return {key: canonical(record.document.as_json()) for key, record in self.records.items()}


def conserving(body: Body, ledger: Ledger) -> None:
    """Exact by its parts, and booked is what our documents in the books come to."""
    for purpose, figures in body.conservation.items():
        assert figures.exact, (purpose, figures)
    held: dict[str, int] = dict.fromkeys(body.conservation, 0)
    for record in ledger.records.values():
        for purpose in SERVES[record.document.kind]:
            if purpose in held:
                held[purpose] += record.document.seconds
    assert held == {purpose: figures.booked for purpose, figures in body.conservation.items()}


@st.composite
def edits(draw: st.DrawFn) -> tuple[World, World]:
    """A company, and the same with other projects and customers."""
    world = draw(worlds())
    config = replace(
        world.config, projects=draw(projects()), customers=draw(customers()), digest="d1"
    )
    return world, replace(world, config=config)


@profile
@given(edits())
def test_a_reverted_edit_restores_the_books(pair: tuple[World, World]) -> None:
    before, after = pair
    ledger = Ledger()
    ledger.carry_out(ledger.plan(before))
    first = ledger.books()
    for world in (after, before):
        ledger.carry_out(ledger.plan(world))
        again = ledger.plan(world)
        assert again.changes == ()
        conserving(again, ledger)
    assert ledger.books() == first


@profile
@given(edits(), st.frozensets(st.integers(0, 20), max_size=5), st.sampled_from([None, "2026-03-20"]))
def test_apply_converges_whatever_is_final(
    pair: tuple[World, World], final: frozenset[int], lock: str | None
) -> None:
    ledger = Ledger()
    ledger.carry_out(ledger.plan(pair[0]))
    for number, key in enumerate(sorted(ledger.records)):
        if number in final:
            ledger.records[key] = replace(ledger.records[key], final="sent")
    ledger.lock = lock
    for _ in range(2):
        ledger.carry_out(ledger.plan(pair[1]))
        again = ledger.plan(pair[1])
        assert again.changes == ()
        conserving(again, ledger)
