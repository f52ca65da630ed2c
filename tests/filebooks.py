"""A target as simple as can be, and a company around it: what apply is tested against.

A file holds the documents of one kind as JSON; a batch is one file, written like the real thing:
draft, fsync, rename. `World` is a company's state and books in a folder, with a planner of a dozen
lines, so that these tests need neither config nor pipeline.
"""

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from tieout.applying.execute import apply
from tieout.applying.preflight import Request
from tieout.applying.report import ApplyReport
from tieout.applying.session import Session
from tieout.connectors.ports import Capabilities, Once, Outcome, Status
from tieout.domain.books import Applied, Books, Claim, Record
from tieout.domain.change import Action, Change, Guard
from tieout.domain.diagnostic import Diagnostic
from tieout.domain.document import Document, Line
from tieout.domain.key import digest
from tieout.domain.plan import Body, Envelope, Plan
from tieout.governance.approvals import Approval
from tieout.store import applied
from tieout.store.journal import Journal

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CONFIG = "c" * 64


def key(number: int | str, kind: str = "invoice") -> str:
    return f"studio/{kind}/{number}/USD/2026-11"


def document(name: str, entries: Mapping[str, int], *, date: str = "2026-11-30") -> Document:
    """An invoice of these entries (entry → seconds), one line each, at a cent a second."""
    lines = tuple(
        Line(
            key=entry,
            seconds=seconds,
            amount=seconds,
            account="billable_income",
            account_ref="Income:Services",
            project="web",
            worker="E-001",
        )
        for entry, seconds in sorted(entries.items())
    )
    return Document(
        key=name,
        kind=name.split("/")[1],
        date=date,
        from_="2026-11-01",
        to="2026-11-30",
        currency="USD",
        role="customer",
        party="acme",
        party_ref="Acme Corp",
        control="receivable",
        control_ref="Assets:Receivable",
        lines=lines,
    )


class FileReader:
    """Reads the folder. `broken` makes every look raise."""

    capabilities = Capabilities(kinds=frozenset({"invoice"}), once=Once.UNIQUE, batch=100)
    codec = None

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.broken: Exception | None = None
        self.on_look: Callable[[], None] = lambda: None

    @property
    def identity(self) -> str:
        return f"file:{self.folder.name}"

    def read(self) -> Books:
        if self.broken:
            raise self.broken
        records = [r for path in sorted(self.folder.glob("*.json")) for r in load(path).values()]
        return Books(target="books", identity=self.identity, records=tuple(records))

    def look_up(self, keys: Iterable[str]) -> Mapping[str, Record]:
        self.on_look()
        wanted = set(keys)
        return {r.document.key: r for r in self.read().records if r.document.key in wanted}


class FileWriter:
    """Writes the folder. `failing` raises before a write, `lost` after it (the answer is lost),
    `refusing` are keys that the books say no to, `mangling` keys that they change on the way."""

    def __init__(self, folder: Path, checkpoint: Callable[[str], None]) -> None:
        self.folder = folder
        self.checkpoint = checkpoint
        self.failing: Exception | None = None
        self.lost = False
        self.refusing: set[str] = set()
        self.mangling: set[str] = set()
        self.forgetful: set[str] = set()
        self.writes: list[tuple[str, tuple[str, ...]]] = []

    def batches(self, changes: Sequence[Change]) -> Sequence[tuple[str, Sequence[Change]]]:
        kinds = sorted({self._file(change) for change in changes})
        return [(k, [c for c in changes if self._file(c) == k]) for k in kinds]

    def requests(self, name: str, changes: Sequence[Change]) -> Sequence[str]:
        return [f"{change.action.value} {change.document} in {name}" for change in changes]

    def write(self, name: str, changes: Sequence[Change]) -> Sequence[Outcome]:
        if self.failing:
            raise self.failing
        self.writes.append((name, tuple(change.document for change in changes)))
        path = self.folder / name
        records = load(path)
        for change in changes:
            if change.document not in self.refusing:
                self._put(records, change)
        self.checkpoint("write: before the draft")
        draft = path.with_suffix(".new")
        with draft.open("w") as file:
            json.dump({k: r.as_json() for k, r in records.items()}, file)
            file.flush()
            os.fsync(file.fileno())
        self.checkpoint("write: before the rename")
        draft.replace(path)
        self.checkpoint("write: after the rename")
        if self.lost:
            raise TimeoutError("no answer")
        return [o for c in changes if (o := self._outcome(c, load(path))) is not None]

    def _put(self, records: dict[str, Record], change: Change) -> None:
        if change.after is None:
            records.pop(change.document, None)
            return
        after = change.after
        if change.document in self.mangling:
            after = replace(after, date="2026-12-31")
        records[change.document] = Record(
            document=after,
            remote_id=f"{self._file(change)}#{change.document}",
            version=digest(after.as_json()),
        )

    def _outcome(self, change: Change, records: Mapping[str, Record]) -> Outcome | None:
        if change.document in self.forgetful:
            return None
        if change.document in self.refusing:
            no = Diagnostic(code="TO999", message=f"{change.document}: the books say no")
            return Outcome(document=change.document, status=Status.REFUSED, diagnostic=no)
        record = records.get(change.document)
        return Outcome(document=change.document, status=Status.DONE, record=record)

    def _file(self, change: Change) -> str:
        """Documents whose names begin alike share a file."""
        return change.document.split("/")[2][0] + ".json"


def load(path: Path) -> dict[str, Record]:
    if not path.exists():
        return {}
    return {k: Record.from_json(r) for k, r in json.loads(path.read_text()).items()}


@dataclass
class World:
    """A company's state and books under one folder. `stop`, `clock` and `checkpoint` may be set."""

    root: Path
    checkpoint: Callable[[str], None] = lambda _step: None
    clock: Callable[[], datetime] = lambda: NOON
    stop: Callable[[], bool] = lambda: False
    told: list[str] = field(default_factory=list)
    kept: list[Books] = field(default_factory=list)
    waited: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.books.mkdir(parents=True, exist_ok=True)
        self.reader = FileReader(self.books)
        self.writer = FileWriter(self.books, lambda step: self.checkpoint(step))

    @property
    def state(self) -> Path:
        return self.root / "state"

    @property
    def books(self) -> Path:
        return self.root / "books"

    def session(self) -> Session:
        return Session(
            company="northwind",
            environment="default",
            state=self.state,
            readers={"books": self.reader},
            writers={"books": self.writer},
            actor="kim",
            clock=self.clock,
            keep_books=lambda _s, _t, books, _n: self.kept.append(books),
            wait=self.waited.append,
            stop=lambda: self.stop(),
            checkpoint=lambda step: self.checkpoint(step),
            on_progress=self.told.append,
            tell=self.told.append,
        )

    def apply(
        self,
        plan: Plan,
        *,
        approvals: Sequence[Approval] = (),
        resume: bool = False,
        expect_config: str | None = None,
    ) -> ApplyReport:
        request = Request(
            plan=plan,
            file="plan.tieout",
            approvals=tuple(approvals),
            resume=resume,
            expect_config=expect_config,
        )
        return apply(request, self.session())

    def journal(self) -> Journal:
        return Journal.open(self.state, "northwind", "default")

    def held(self) -> dict[str, Document]:
        """What the books hold, by document key."""
        return {r.document.key: r.document for r in self.reader.read().records}

    def written(self) -> dict[str, tuple[int, Document | None]]:
        """The applied state: key → (sequence, document)."""
        with self.journal() as journal:
            assert applied.compare(journal.connection) == []
            assert journal.verify() == []
            folded = applied.fold(journal.connection)
        return {k: (a.sequence, a.document) for (_, k), a in folded.items()}

    def edit(self, name: str, **fields: object) -> None:
        """A person edits a record in the books; with no fields, deletes it."""
        for path in self.books.glob("*.json"):
            records = load(path)
            if name in records:
                record = records.pop(name)
                if fields:
                    records[name] = replace(record, document=replace(record.document, **fields))
                path.write_text(json.dumps({k: r.as_json() for k, r in records.items()}))

    def plan(
        self,
        desired: Mapping[str, Mapping[str, int]],
        *,
        sets: Mapping[str, str] | None = None,
        guards: tuple[Guard, ...] = (),
        **body: object,
    ) -> Plan:
        """What leads from the books to `desired` (document name → entries; {}: none). Documents go
        into the change set that `sets` names, else each into its own."""
        state = applied.get(self.state, "books", [key(name) for name in desired])
        books = {r.document.key: r for r in self.reader.read().records}
        changes = [
            change
            for name, entries in desired.items()
            for change in changes_of(
                document(key(name), entries) if entries else None,
                books.get(key(name)),
                state.get(key(name)),
                key(name),
                (sets or {}).get(name, name),
            )
        ]
        return plan_of(
            changes,
            identity=self.reader.identity,
            guards=guards,
            applied={
                k: (a.sequence, a.document.digest if a.document else None) for k, a in state.items()
            },
            **body,
        )


def changes_of(
    after: Document | None, record: Record | None, last: Applied | None, name: str, change_set: str
) -> list[Change]:
    """The acts that lead from the record to `after`: what it loses first, then what it gains, so
    that two documents can even swap entries without one standing in both for a moment."""
    before = record.document if record else None
    had = {line.key: line.seconds for line in before.lines} if before else {}
    gets = {line.key: line.seconds for line in after.lines} if after else {}
    kept = {entry: seconds for entry, seconds in had.items() if entry in gets}
    stages = [before, document(name, kept) if kept else None, after]
    acts: list[Change] = []
    for phase, (old, new) in enumerate(pairwise(stages)):
        if old != new:
            number = (last.sequence if last else 0) + 1 + len(acts)
            acts.append(change_of(old, new, name, change_set, number, phase))
    return acts


def change_of(
    before: Document | None,
    after: Document | None,
    name: str,
    change_set: str,
    sequence: int,
    phase: int,
) -> Change:
    action = Action.CREATE if before is None else Action.VOID if after is None else Action.UPDATE
    lines = after.lines if after else ()
    return Change(
        action=action,
        document=name,
        kind="invoice",
        target="books",
        change_set=change_set,
        reason="entries",
        sequence=sequence,
        phase=phase,
        before=before,
        after=after,
        claims=tuple(
            Claim(entry=line.key, digest="d", seconds=line.seconds, date="2026-11-20")
            for line in lines
        ),
    )


def plan_of(
    changes: Sequence[Change],
    *,
    identity: str,
    applied: Mapping[str, tuple[int, str | None]],
    guards: tuple[Guard, ...] = (),
    journal: tuple[int, str | None] = (0, None),
    **body: object,
) -> Plan:
    values = {
        "company": "northwind",
        "environment": "default",
        "streams": ("studio",),
        "as_of": "2026-11-23",
        "snapshots": {},
        "config": CONFIG,
        "targets": {"books": identity},
        "only": (),
        "applied": {"books": applied},
        "changes": tuple(changes),
        "exceptions": (),
        "guards": guards,
        "conservation": {},
        "control": {},
        "entries": 0,
    }
    envelope = Envelope(
        made_at="2026-11-23T12:00:00Z", engine="0.1.0", serial=journal[0], journal_head=journal[1]
    )
    return Plan(body=Body(**{**values, **body}), envelope=envelope)


def ticking(start: datetime = NOON, step: timedelta = timedelta(seconds=1)):
    """A clock that goes on by `step` (or back, where that is negative) at every look."""
    now = start

    def clock() -> datetime:
        nonlocal now
        now += step
        return now

    return clock
