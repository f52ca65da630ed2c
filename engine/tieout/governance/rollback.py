"""Rolling back an apply: the acts as the journal has them, and the plan that takes them back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tieout.config.model import Config
from tieout.domain.books import Claim, Record
from tieout.domain.change import Change
from tieout.domain.diagnostic import Diagnostic, Refused
from tieout.domain.document import Document
from tieout.domain.plan import Body, Plan
from tieout.governance.applies import Applied, history
from tieout.governance.undo import Done, Inverse, Now, Place, inverse
from tieout.planning.control import totals
from tieout.planning.envelope import enclose
from tieout.planning.gather import Gathered, gather
from tieout.planning.guards import judge
from tieout.store.books import read_books
from tieout.store.journal import Journal
from tieout.store.record import MOVES, Event
from tieout.store.snapshot import by_id

#: So many digits of a plan's id name it; with fewer a word could be taken for one.
_SHORTEST = 4


@dataclass(frozen=True)
class Undone:
    """The plan that takes an apply back. ``commits`` of the configuration that it was made from."""

    plan: Plan
    applies: tuple[Applied, ...]
    commits: tuple[str, ...]


def named(config: Config, text: str) -> tuple[Applied, ...]:
    """The applies that ``text`` names: one by its number, or all of a plan by the beginning of its
    id. Raises ``Refused`` (TO720) where that begins the ids of several plans."""
    with_journal = _journal(config)
    if with_journal is None:
        return ()
    with with_journal as journal:
        applies = history(journal)
    numbered = tuple(a for a in applies if text.isdigit() and a.number == int(text))
    if numbered or len(text) < _SHORTEST:
        return numbered
    found = tuple(a for a in applies if a.plan.startswith(text.lower()))
    if len({apply.plan for apply in found}) > 1:
        raise Refused([Diagnostic(
            code="TO720", message=f"{text} begins the ids of several plans",
            hint="give more of the id, or the number of the apply", next="tieout log",
        )])  # fmt: skip
    return found


def undo(config: Config, applies: Sequence[Applied], now: datetime) -> Undone:
    """The plan that takes back what these applies did. ``now`` dates its envelope.

    Raises ``Refused`` (TO727) where they did nothing that could be taken back.
    """
    gathered = gather(config)
    journal = _journal(config)
    assert journal is not None, "an apply that was found is in a journal"
    with journal:
        done = [act for apply in applies for act in _done(journal, apply)]
        standings = journal.standings(sorted({act.document for act in done}))
        opened = [_payload(journal, record.payload) for record in journal.applies()
                  if record.number in {apply.number for apply in applies}]  # fmt: skip
    records = _records(config, gathered)
    locks = {
        target: date.fromisoformat(books.lock_date)
        for target, books in gathered.books.items()
        if books.lock_date
    }
    found = inverse(done, Now(standings=standings, records=records, locks=locks))
    if not found.changes and not found.exceptions:
        raise Refused([Diagnostic(
            code="TO727", message=f"apply {applies[0].number} changed no document",
            hint="there is nothing to take back", next="tieout log",
        )])  # fmt: skip
    body = _body(config, gathered, found, standings, records)
    plan = Plan(
        body=body, envelope=enclose(body, config, now, gathered.serial, gathered.journal_head)
    )
    commits = tuple(sorted({str(said["commit"]) for said in opened if said.get("commit")}))
    return Undone(plan, tuple(applies), commits)


def _records(config: Config, gathered: Gathered) -> dict[Place, Record]:
    """What the books held when they were gathered, by (target, document key)."""
    found: dict[Place, Record] = {}
    for target in sorted(gathered.books):
        ref = by_id(config.state, target, gathered.snapshots[target])
        assert ref is not None, "a snapshot that was gathered is in the state"
        for record in read_books(ref).records:
            found[target, record.document.key] = record
    return found


def _journal(config: Config) -> Journal | None:
    return Journal.read(config.state, config.company.id, config.environment.name)


def _payload(journal: Journal, digest: str | None) -> Mapping[str, Any]:
    return dict(journal.payload(digest) or {})


def _done(journal: Journal, apply: Applied) -> Iterator[Done]:
    """The acts of one apply that were done, in their order."""
    for record in journal.records(apply.number):
        if record.event is Event.OPENED and record.number != apply.number:
            return
        if record.event in MOVES:
            said = _payload(journal, record.payload)
            yield Done(
                apply=apply.number,
                target=str(record.target),
                document=str(record.document),
                operation=record.operation,
                change=Change.from_json(said["change"]) if said else None,
                claims=_claims_before(
                    journal, str(record.target), str(record.document), record.number
                ),
            )


def _claims_before(journal: Journal, target: str, document: str, number: int) -> tuple[Claim, ...]:
    """The entries of what stood under the key before the act of this number."""
    earlier = [
        record
        for record in journal.records(document=document)
        if record.event in MOVES and record.number < number and record.target == target
    ]
    said = _payload(journal, earlier[-1].payload) if earlier else {}
    return Change.from_json(said["change"]).claims if said else ()


def _stood(
    standings: Mapping[Place, Any], changes: Iterable[Change]
) -> dict[str, dict[str, tuple[int, str | None]]]:
    """By target and document, what was applied last of all that is taken back."""
    result: dict[str, dict[str, tuple[int, str | None]]] = {}
    for target, key in sorted({(change.target, change.document) for change in changes}):
        standing = standings[target, key]
        result.setdefault(target, {})[key] = (standing.sequence, standing.digest)
    return result


def _body(
    config: Config, gathered: Gathered, found: Inverse, standings: Mapping[Place, Any],
    records: Mapping[Place, Record],
) -> Body:  # fmt: skip
    """The body as planning makes it. It asks nothing of the entries, so it counts none."""
    after: dict[Place, Document] = {place: record.document for place, record in records.items()}
    for change in found.changes:
        place = (change.target, change.document)
        after.pop(place, None)
        if change.after:
            after[place] = change.after
    return Body(
        company=config.company.id,
        environment=config.environment.name,
        streams=tuple(sorted(config.streams)),
        as_of=gathered.as_of.isoformat(),
        snapshots=dict(gathered.snapshots),
        config=config.digest,
        targets=dict(sorted(gathered.identities.items())),
        only=(),
        applied=_stood(standings, found.changes),
        changes=found.changes,
        exceptions=found.exceptions,
        guards=judge(
            config.rules.guards, found.changes, found.exceptions,
            applied=len(records), source_seconds=0, unmapped_seconds=0,
        ),
        conservation={},
        control=totals((), [(None, tuple(after[place] for place in sorted(after)))]),
        entries=0,
    )  # fmt: skip
