"""The inverse of an apply, as a plan: what the journal says stood before each of its acts.

Only what is still as that apply left it is taken back; the rest is told with the reason. The
order is turned round with the acts, so that reductions go first again and nothing is booked twice
on the way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tieout.domain.books import Claim, Record
from tieout.domain.change import WRITES, Action, Change, Exception_, Origin
from tieout.domain.document import UNBOUND
from tieout.planning.chain import Member, fixed
from tieout.store.applied import NEVER, Standing

#: What undoes what; a document that was only noted needs nothing.
_INVERSE = {
    Action.CREATE: Action.VOID,
    Action.ADJUST: Action.VOID,
    Action.VOID: Action.CREATE,
    Action.UPDATE: Action.UPDATE,
}
#: Why a document stays as it is, said after its key.
_REASONS: Mapping[str, str] = {
    "TO730": "was changed by a later apply: undo that one first",
    "TO731": "can't be taken back any more: {detail}",
    "TO732": "was edited or deleted in the books since",
    "TO733": "can't be taken back: what stood before it was removed by retention",
    "TO734": "exchanges entries with {detail}, which can't be taken back, and stays with it",
    "TO735": "was only noted by that apply: there is nothing to take back",
}
_NOTES = frozenset({"TO735"})

Place = tuple[str, str]
"""Target and document key."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """One act that the apply did. ``change`` is None where retention removed what it was about;
    ``claims`` are the entries of what stood before it."""

    apply: int
    target: str
    document: str
    operation: str | None
    change: Change | None
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Now:
    """What the journal and the books say at this moment, by target and document key.

    ``locks``: target → the date up to which its books are closed.
    """

    standings: Mapping[Place, Standing]
    records: Mapping[Place, Record]
    locks: Mapping[str, date]


@dataclass(frozen=True)
class Inverse:
    """The changes that undo an apply, and the documents on which that can't be done."""

    changes: tuple[Change, ...]
    exceptions: tuple[Exception_, ...]


def inverse(done: Sequence[Done], now: Now) -> Inverse:
    """What takes these acts back, where they are the latest on their documents. Pure."""
    by_place: dict[Place, list[Done]] = defaultdict(list)
    for act in done:
        by_place[act.target, act.document].append(act)
    held: dict[Place, tuple[str, str]] = {}
    for place, acts in sorted(by_place.items()):
        if found := _kept(place, acts, now):
            held[place] = found
    if any(act.change is None for act in done):  # which entries went where is not known any more
        held = {place: held.get(place, ("TO733", "")) for place in by_place}
    held |= _with_the_held(by_place, held)
    changes = [
        change
        for place, acts in sorted(by_place.items())
        if place not in held
        for change in _turned(acts, now, _tops(done))
    ]
    order = sorted(changes, key=lambda c: (c.phase, c.change_set, c.document, c.sequence))
    return Inverse(tuple(order), tuple(_exceptions(held)))


def _kept(place: Place, acts: Sequence[Done], now: Now) -> tuple[str, str] | None:
    """The code and particulars why this document stays as it is, or None."""
    standing, record = now.standings.get(place, NEVER), now.records.get(place)
    changes = [act.change for act in acts if act.change]
    if len(changes) < len(acts):
        return "TO733", ""
    if all(change.action not in WRITES for change in changes):
        return "TO735", ""
    if standing.operation != acts[-1].operation:
        return "TO730", ""
    if (record.document.digest if record else None) != standing.digest:
        return "TO732", ""
    lock = now.locks.get(place[0])
    why = _closed(changes[0], lock)
    if record:
        member = Member(key=place[1], actual=record.document, final=record.final)
        why = fixed(member, lock) or why
    return ("TO731", f"it is {why}") if why else None


def _closed(change: Change, lock: date | None) -> str | None:
    """Whether what stood before lies in a closed period, where nothing can be written."""
    before = change.before
    if before is None or lock is None or before.kind in UNBOUND or before.date > lock.isoformat():
        return None
    return f"closed to {lock}"


def _with_the_held(
    by_place: Mapping[Place, Sequence[Done]], held: Mapping[Place, tuple[str, str]]
) -> dict[Place, tuple[str, str]]:
    """The other documents of a change set of which one stays: an entry that was moved would
    otherwise stand in both."""
    stuck: dict[str, str] = {}
    for place in sorted(held):
        if held[place][0] not in _NOTES:
            stuck |= dict.fromkeys(_sets(by_place[place]), place[1])
    found: dict[Place, tuple[str, str]] = {}
    for place, acts in by_place.items():
        culprit = next((stuck[name] for name in _sets(acts) if name in stuck), None)
        if place not in held and culprit:
            found[place] = ("TO734", culprit)
    return found


def _sets(acts: Iterable[Done]) -> set[str]:
    return {act.change.change_set for act in acts if act.change}


def _tops(done: Iterable[Done]) -> dict[str, int]:
    """The last phase of each change set; at least 1: what only took away comes back late."""
    tops: dict[str, int] = defaultdict(lambda: 1)
    for act in done:
        if act.change:
            tops[act.change.change_set] = max(tops[act.change.change_set], act.change.phase)
    return tops


def _turned(acts: Sequence[Done], now: Now, tops: Mapping[str, int]) -> Iterator[Change]:
    """The acts on one document, the last one first, each the other way round."""
    place = acts[0].target, acts[0].document
    sequence = now.standings.get(place, NEVER).sequence
    record = now.records.get(place)
    for act in reversed(acts):
        change = act.change
        if change is None or change.action not in WRITES:
            continue
        sequence += 1
        action = _INVERSE[change.action]
        stands = action is not Action.CREATE and record is not None
        document = change.before or change.after
        yield Change(
            action=action,
            document=change.document,
            kind=document.kind if document else change.kind,
            target=change.target,
            change_set=change.change_set,
            reason="rollback",
            sequence=sequence,
            phase=tops[change.change_set] - change.phase,
            before=change.after,
            after=change.before,
            remote_id=record.remote_id if stands and record else None,
            version=record.version if stands and record else None,
            origin=(Origin(row=f"apply {act.apply}"),),
            claims=act.claims if change.before else (),
        )


def _exceptions(held: Mapping[Place, tuple[str, str]]) -> Iterator[Exception_]:
    for (_, key), (code, detail) in sorted(held.items()):
        yield Exception_(
            code=code,
            severity="info" if code in _NOTES else "hold",
            purpose=None,
            entry=key,
            owner=None,
            message=f"{key} {_REASONS[code].format(detail=detail)}",
        )
