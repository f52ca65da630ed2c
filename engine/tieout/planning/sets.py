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
from tieout.domain.key import mirrored_key
from tieout.planning.chain import Place


@dataclass(frozen=True)
class Moves:
    """``joined``: chain → the smallest chain of its change set. ``after``: chain → the chains that lose
    what it gains, and so have to be written before it. A chain is named by its place."""

    joined: Mapping[Place, Place]
    after: Mapping[Place, frozenset[Place]]

    def members(self) -> dict[Place, list[Place]]:
        """Change set → its chains, both in order."""
        result: dict[Place, list[Place]] = defaultdict(list)
        for chain in sorted(self.joined):
            result[self.joined[chain]].append(chain)
        return dict(sorted(result.items()))


def moves(
    old: Mapping[Place, Sequence[Claim]],
    new: Mapping[Place, Sequence[Claim]],
    kinds: Mapping[Place, str],
) -> Moves:
    """What moves between chains, from the claims applied (``old``) and desired (``new``) by place."""
    lost: dict[tuple[Purpose, str], list[Place]] = defaultdict(list)
    gained: dict[tuple[Purpose, str], list[Place]] = defaultdict(list)
    for chain in sorted(kinds):
        before, after = _seconds(old.get(chain, ())), _seconds(new.get(chain, ()))
        for entry in sorted(before.keys() | after.keys()):
            change = after.get(entry, 0) - before.get(entry, 0)
            for purpose in SERVES[kinds[chain]] if change else ():
                (gained if change > 0 else lost)[purpose, entry].append(chain)
    edges: dict[Place, set[Place]] = defaultdict(set)
    for place, losers in lost.items():
        for gainer in gained.get(place, ()):
            edges[gainer].update(loser for loser in losers if loser != gainer)
    for chain in sorted(kinds):  # what one entity charges another stands in both or in neither
        mirror = (chain[0], mirrored_key(chain[1]) or "")
        if mirror in kinds:
            edges[max(chain, mirror)].add(min(chain, mirror))
    return Moves(
        _components(kinds, edges), {chain: frozenset(edges.get(chain, ())) for chain in kinds}
    )


def _seconds(claims: Iterable[Claim]) -> dict[str, int]:
    return {claim.entry: claim.seconds for claim in claims}


def _components(
    chains: Iterable[Place], edges: Mapping[Place, Iterable[Place]]
) -> dict[Place, Place]:
    """Union-find, the smallest key leading."""
    leader = {chain: chain for chain in chains}

    def find(chain: Place) -> Place:
        while leader[chain] != chain:
            leader[chain] = leader[leader[chain]]
            chain = leader[chain]
        return chain

    for gainer, losers in edges.items():
        for loser in losers:
            a, b = sorted((find(gainer), find(loser)))
            leader[b] = a
    return {chain: find(chain) for chain in leader}


@dataclass(frozen=True)
class Order:
    """``phase``: chain → when it is written, from 0. ``broken``: chains that are voided in phase 0
    and made anew in their phase, since they stand in a circle."""

    phase: Mapping[Place, int]
    broken: frozenset[Place]


def order(
    chains: Sequence[Place],
    after: Mapping[Place, frozenset[Place]],
    reduces: Mapping[Place, bool],
) -> Order:
    """Losers before gainers. Without moves among them, reductions are phase 0 and the rest phase 1."""
    phase: dict[Place, int] = {}
    broken: set[Place] = set()
    mine = frozenset(chains)
    waiting = {chain: after.get(chain, frozenset()) & mine for chain in sorted(chains)}
    step = 0
    while waiting:
        ready = [chain for chain, before in waiting.items() if not before - phase.keys() - broken]
        if not ready:
            broken.add(min(waiting, key=lambda chain: (len(waiting[chain]), chain)))
            continue
        for chain in ready:
            later = (
                any(b in phase for b in waiting[chain])
                or chain in broken
                or not reduces.get(chain, False)
            )
            phase[chain] = max(step, 1) if later else step
            del waiting[chain]
        step = max(phase.values()) + 1
    return Order(phase, frozenset(broken))
