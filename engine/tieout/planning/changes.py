"""From verdicts to changes: what belongs together, in which order it is written, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from tieout.domain.change import Action, Change
from tieout.planning.cases import Case
from tieout.planning.chain import Act, Place
from tieout.planning.sets import Order, moves, order


@dataclass(frozen=True)
class Grouped:
    """The cases with what they do to each other: ``sets`` gives a chain its change set and the order
    within it."""

    cases: list[Case]
    sets: Mapping[Place, tuple[str, Order]]


def group(cases: Sequence[Case], only: Sequence[str]) -> Grouped:
    """Joins chains that exchange entries: one held member holds all, and so does not being selected.

    ``only``: glob patterns of document keys, or kinds; empty selects everything.
    """
    by_place = {case.chain.place: case for case in cases}
    found = moves(
        {place: case.old for place, case in by_place.items()},
        {place: case.new for place, case in by_place.items()},
        {place: case.chain.kind for place, case in by_place.items()},
    )
    sets: dict[Place, tuple[str, Order]] = {}
    for (name, _), places in found.members().items():
        members = [by_place[place] for place in places]
        by_place |= {case.chain.place: case for case in _held_together(members, only)}
        reduces = {case.chain.place: _reduces(case) for case in members}
        sets |= dict.fromkeys(places, (name, order(places, found.after, reduces)))
    return Grouped([by_place[case.chain.place] for case in cases], sets)


def _held_together(members: Sequence[Case], only: Sequence[str]) -> list[Case]:
    """The members of one change set: as they are, or all held."""
    if only and not any(_selected(case, only) for case in members):
        return [replace(case, verdict=case.held("TO247")) for case in members]
    blocking = min((case.chain.base for case in members if case.verdict.code), default=None)
    if blocking is None or len(members) == 1:
        return list(members)
    return [replace(case, verdict=case.held("TO239", blocking)) for case in members]


def _selected(case: Case, only: Sequence[str]) -> bool:
    base, kind = case.chain.base, case.chain.kind
    return any(pattern == kind or names(pattern, base) for pattern in only)


def names(pattern: str, base: str) -> bool:
    """Whether a pattern is this document's key, with its stream or, as plans show it, without."""
    return any(fnmatchcase(key, pattern) for key in (base, base.partition("/")[2]))


def _reduces(case: Case) -> bool:
    """Whether the acts only take away: voids, and updates that lower hours and amount."""
    return bool(case.verdict.acts) and all(_lowers(act) for act in case.verdict.acts)


def _lowers(act: Act) -> bool:
    before, after = act.before, act.after
    if after is None or before is None:
        return after is None
    was, will = (before.seconds, before.amount), (after.seconds, after.amount)
    return was != will and will[0] <= was[0] and will[1] <= was[1]


def changes(grouped: Grouped) -> tuple[Change, ...]:
    """Every act as a change, in the order in which it may be written."""
    found = [
        change
        for case in grouped.cases
        for act in case.verdict.acts
        for change in _changes(case, act, *grouped.sets[case.chain.place])
    ]
    return tuple(sorted(found, key=lambda c: (c.phase, c.change_set, c.document, c.sequence)))


def _changes(case: Case, act: Act, change_set: str, placed: Order) -> list[Change]:
    """One change, or a void and a create where the document stands in a circle of moves."""
    place, member = case.chain.place, act.member
    document = act.after or act.before or member.applied
    assert document is not None
    caused = act.before is not None and act.reason in ("changed", "no_longer_desired")
    change = Change(
        action=act.action, document=member.key, kind=document.kind, target=case.chain.target,
        change_set=change_set, reason=case.cause.reason if caused else act.reason,
        sequence=member.sequence + 1, phase=placed.phase[place],
        before=act.before, after=act.after, remote_id=member.remote_id, version=member.version,
        origin=case.cause.origin, claims=case.new if act.after else (),
    )  # fmt: skip
    if place not in placed.broken or act.action is not Action.UPDATE:
        return [change]
    void = replace(change, action=Action.VOID, phase=0, after=None, claims=())
    again = replace(
        change, action=Action.CREATE, sequence=change.sequence + 1, before=None,
        remote_id=None, version=None,
    )  # fmt: skip
    return [void, again]
