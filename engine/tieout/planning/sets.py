"""Change sets: chains between which an entry's seconds move, and the order that never books twice.

Within one purpose an entry that leaves document A and joins document B ties the two together: they
are held, refused or released as one, and A is written before B. Where two documents exchange entries
both ways no order will do, so one of them is voided first and made anew last.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tieout.domain.books import Claim
from tieout.domain.document import SERVES, Purpose


@dataclass(frozen=True)
class Moves:
    """``joined``: base key → the smallest base key of its change set. ``after``: base key → the chains
    that lose what it gains, and so have to be written before it."""

    joined: Mapping[str, str]
    after: Mapping[str, frozenset[str]]

    def members(self) -> dict[str, list[str]]:
        """Change set → its chains, both in order."""
        result: dict[str, list[str]] = defaultdict(list)
        for base in sorted(self.joined):
            result[self.joined[base]].append(base)
        return dict(sorted(result.items()))


def moves(
    old: Mapping[str, Sequence[Claim]], new: Mapping[str, Sequence[Claim]], kinds: Mapping[str, str]
) -> Moves:
    """What moves between chains, from the claims applied (``old``) and desired (``new``) by base key."""
    lost: dict[tuple[Purpose, str], list[str]] = defaultdict(list)
    gained: dict[tuple[Purpose, str], list[str]] = defaultdict(list)
    for base in sorted(kinds):
        before, after = _seconds(old.get(base, ())), _seconds(new.get(base, ()))
        for entry in sorted(before.keys() | after.keys()):
            change = after.get(entry, 0) - before.get(entry, 0)
            for purpose in SERVES[kinds[base]] if change else ():
                (gained if change > 0 else lost)[purpose, entry].append(base)
    edges: dict[str, set[str]] = defaultdict(set)
    for place, losers in lost.items():
        for gainer in gained.get(place, ()):
            edges[gainer].update(loser for loser in losers if loser != gainer)
    return Moves(
        _components(kinds, edges), {base: frozenset(edges.get(base, ())) for base in kinds}
    )


def _seconds(claims: Iterable[Claim]) -> dict[str, int]:
    return {claim.entry: claim.seconds for claim in claims}


def _components(bases: Iterable[str], edges: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Union-find, the smallest key leading."""
    leader = {base: base for base in bases}

    def find(base: str) -> str:
        while leader[base] != base:
            leader[base] = leader[leader[base]]
            base = leader[base]
        return base

    for gainer, losers in edges.items():
        for loser in losers:
            a, b = sorted((find(gainer), find(loser)))
            leader[b] = a
    return {base: find(base) for base in leader}


@dataclass(frozen=True)
class Order:
    """``phase``: base key → when it is written, from 0. ``broken``: chains that are voided in phase 0
    and made anew in their phase, since they stand in a circle."""

    phase: Mapping[str, int]
    broken: frozenset[str]


def order(
    bases: Sequence[str], after: Mapping[str, frozenset[str]], reduces: Mapping[str, bool]
) -> Order:
    """Losers before gainers. Without moves among them, reductions are phase 0 and the rest phase 1."""
    phase: dict[str, int] = {}
    broken: set[str] = set()
    mine = frozenset(bases)
    waiting = {base: after.get(base, frozenset()) & mine for base in sorted(bases)}
    step = 0
    while waiting:
        ready = [base for base, before in waiting.items() if not before - phase.keys() - broken]
        if not ready:
            broken.add(min(waiting, key=lambda base: (len(waiting[base]), base)))
            continue
        for base in ready:
            later = (
                any(b in phase for b in waiting[base])
                or base in broken
                or not reduces.get(base, False)
            )
            phase[base] = max(step, 1) if later else step
            del waiting[base]
        step = max(phase.values()) + 1
    return Order(phase, frozenset(broken))
