"""The walk along the stages: compare, intend, write, record; exactly once, and nothing hidden."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from shlex import quote

from tieout.applying import acts, findings, recover, stages
from tieout.applying.preflight import Request, pending
from tieout.applying.report import ApplyReport, Result, State, result, tally
from tieout.applying.session import Session
from tieout.connectors.ports import Once, Outcome, Status
from tieout.domain.books import Record
from tieout.domain.change import Change
from tieout.domain.diagnostic import Diagnostic, Refused
from tieout.store import lock
from tieout.store.journal import Journal
from tieout.store.record import Act, Event

#: So many batches in a row without one document done: something is wrong with the books or the way
#: there, and going on would only make the list longer.
BREAKER = 5

_STATES = {
    Event.DONE: State.DONE,
    Event.DONE_DIFFERS: State.DIFFERS,
    Event.REFUSED: State.REFUSED,
    Event.UNKNOWN: State.UNKNOWN,
}


def apply(request: Request, session: Session) -> ApplyReport:
    """Carry out a plan. What was done before is not done again; what a crash left open must be
    settled first (``resume``).

    Raises ``Refused``, with nothing written: the lock is held, or the plan may not be applied
    (exit 3), it is stale (exit 4), the state can't be used (exit 1).
    """
    file = request.file
    held = lock.hold(
        session.state,
        who=session.actor,
        command=f"apply {quote(file)}",
        clock=session.clock,
        tell=session.tell,
    )
    with held as ours, Journal.open(session.state, session.company, session.environment) as journal:
        settled = recover.settle(journal, session) if request.resume else 0
        changes = pending(request, session, journal)
        if not (changes or settled or journal.unclosed()):
            return _report(request, {}, None, [])
        return _Walk(request, session, journal, ours).through(changes)


def rehearse(request: Request, session: Session) -> tuple[str, ...]:
    """What apply would do now, request by request; writes nothing and takes no lock.
    Raises ``Refused`` as :func:`apply` does."""
    journal = Journal.read(session.state, session.company, session.environment)
    try:
        changes = pending(request, session, journal)
        return tuple(
            line
            for stage in stages.build(changes, session.writers)
            for line in stages.told(stage, session.writers)
        )
    finally:
        if journal:
            journal.close()


class _Walk:
    """One apply under way. ``stopped`` holds the change sets that may go no further, ``halted`` why
    nothing may go any further."""

    def __init__(
        self, request: Request, session: Session, journal: Journal, ours: lock.Lock
    ) -> None:
        self.request = request
        self.plan = request.plan
        self.session = session
        self.journal = journal
        self.lock = ours
        self.results: dict[tuple[str, str, int], Result] = {}
        self.stopped: dict[str, Diagnostic] = {}
        self.halted: Diagnostic | None = None
        self.notices: list[Diagnostic] = []
        self.barren = 0

    def through(self, changes: Sequence[Change]) -> ApplyReport:
        """Walk all stages; a failure of the state itself ends the walk, never the report."""
        left = {_id(change): change for change in changes}
        try:
            for stage in stages.build(changes, self.session.writers):
                self._take(stage, len(changes))
        except Refused as refused:
            self.halted = findings.cut_off(refused, self.request.file)
        for key, change in left.items():
            self.results.setdefault(key, self._untouched(change))
        return _report(self.request, self.results, self.halted, self.notices)

    def _take(self, stage: stages.Stage, pending: int) -> None:
        match stage:
            case stages.Open():
                self._open(pending)
            case stages.Compare(target=target, changes=changes):
                first = {change.document: change for change in reversed(changes)}
                self._compare(target, list(first.values()))
            case stages.Note(target=target, changes=changes) if self._may_go_on():
                self._note(target, self._going(changes))
            case stages.Write(changes=changes) if self._may_go_on():
                self._write(stage, self._going(changes))
            case stages.Capture(target=target) if self.lock.held:
                self._capture(target)
            case stages.Close() if self.lock.held:
                self._close()
            case _:
                pass  # halted: what is left shows as not tried

    def _open(self, pending: int) -> None:
        actor = self.session.actor
        begin = [acts.opened(self.plan, actor, pending)]
        self._append([*begin, *acts.approvals(self.plan, self.request.approvals)], "opened")

    def _may_go_on(self) -> bool:
        if self.halted is None and not self.lock.held:
            self.halted = findings.lock_lost(self.request.file)
        if self.halted is None and self.session.stop():
            self.halted = findings.interrupted(self.request.file)
        return self.halted is None

    def _going(self, changes: Iterable[Change]) -> list[Change]:
        return [change for change in changes if change.change_set not in self.stopped]

    def _compare(self, target: str, changes: list[Change]) -> Mapping[str, Record]:
        """Read these documents; a change whose document isn't as planned stops its change set."""
        found = self.session.readers[target].look_up([change.document for change in changes])
        for change in changes:
            record = found.get(change.document)
            now = record.document if record else None
            if not acts.same(now, change.before):
                self._stop(change, State.REFUSED, findings.drifted(change, record))
        return found

    def _note(self, target: str, changes: list[Change]) -> None:
        found = self._compare(target, changes)
        changes = self._going(changes)
        outcomes = [
            Outcome(document=c.document, status=Status.DONE, record=found.get(c.document))
            for c in changes
        ]
        noted = {_id(change): self._act(change, Event.DONE) for change in changes}
        self._record(changes, outcomes, noted, "noted")

    def _write(self, stage: stages.Write, changes: list[Change]) -> None:
        self._compare(stage.target, changes)
        changes = self._going(changes)
        if not changes:
            return
        self.session.on_progress(f"{stage.name}: {len(changes)} documents")
        intents = self._intend(stage.name, changes)
        outcomes = self._send(stage, changes)
        self._record(changes, outcomes, intents, f"recorded {stage.name}")
        self._mind_the_breaker(changes)

    def _intend(self, name: str, changes: list[Change]) -> dict[tuple[str, str, int], Act]:
        """Make the whole batch's intents durable; returns them, each with its attempt."""
        intents = {_id(change): self._act(change, Event.INTENDED) for change in changes}
        before = self.journal.attempts(str(intent.operation) for intent in intents.values())
        for key, intent in intents.items():
            attempt = before.get(str(intent.operation), 0) + 1
            intents[key] = replace(intent, attempt=attempt)
        self._append(list(intents.values()), f"intended {name}")
        return intents

    def _send(self, stage: stages.Write, changes: list[Change]) -> Sequence[Outcome]:
        """Let the writer write. Where it can't say what came of it, the books are asked."""
        writer = self.session.writers[stage.target]
        failure: Diagnostic | None = None
        given: dict[str, Outcome] = {}
        try:
            given = {o.document: o for o in writer.write(stage.name, changes)}
        except Exception as error:  # whatever it was, the report must tell what became of the rest
            failure = findings.failed(stage.name, error)
        self.session.checkpoint(f"written {stage.name}")
        open_ = [c for c in changes if _unknown(given.get(c.document))]
        outcomes = list(given.values())
        if open_:
            known = [outcome for outcome in outcomes if not _unknown(outcome)]
            outcomes = [*known, *self._look(stage.target, open_, given, failure)]
        return [findings.with_next(outcome, self.request.file) for outcome in outcomes]

    def _look(
        self,
        target: str,
        changes: list[Change],
        given: Mapping[str, Outcome],
        failure: Diagnostic | None,
    ) -> list[Outcome]:
        """What the books say of writes that nobody answered for; unknown when they don't answer."""
        reader = self.session.readers[target]
        if reader.capabilities.once is Once.LOOKUP:
            self.session.wait(reader.capabilities.settle)
        whys = {
            c.document: o.diagnostic if (o := given.get(c.document)) else failure for c in changes
        }
        try:
            found = reader.look_up([change.document for change in changes])
        except Refused as refused:
            return [
                Outcome(
                    document=c.document,
                    status=Status.UNKNOWN,
                    diagnostic=findings.unknown(c, str(refused), self.request.file),
                )
                for c in changes
            ]
        return [findings.seen(c, found.get(c.document), whys[c.document]) for c in changes]

    def _record(
        self,
        changes: list[Change],
        outcomes: Iterable[Outcome],
        intents: Mapping[tuple[str, str, int], Act],
        checkpoint: str,
    ) -> None:
        """Make the outcomes durable, then count them. If the journal fails, what was written stays
        an open intent, and the report says unknown."""
        by_document = {outcome.document: outcome for outcome in outcomes}
        settled = [(change, by_document[change.document]) for change in changes]
        try:
            self._append([_outcome(intents[_id(c)], c, o) for c, o in settled], checkpoint)
        except Refused as refused:
            for change in changes:
                why = findings.unknown(change, str(refused), self.request.file)
                self._stop(change, State.UNKNOWN, why)
            raise
        for change, outcome in settled:
            event = acts.event_of(outcome, change)
            if event is Event.DONE:
                self.results[_id(change)] = result(change, State.DONE)
            else:
                self._stop(change, _STATES[event], findings.why(event, outcome, change))

    def _mind_the_breaker(self, changes: list[Change]) -> None:
        done = any(self.results[_id(change)].state is State.DONE for change in changes)
        self.barren = 0 if done else self.barren + 1
        if self.barren == BREAKER:
            self.halted = findings.breaker(BREAKER, self.request.file)

    def _capture(self, target: str) -> None:
        """Keep the books as they are now; when that fails, what was written stays written."""
        try:
            books = self.session.readers[target].read()
            self.session.keep_books(self.session.state, target, books, self.session.clock())
        except (Refused, OSError) as error:
            self.notices.append(findings.not_kept(target, error))
        self.session.checkpoint(f"captured {target}")

    def _close(self) -> None:
        counts = tally(self.results.values())
        self._append([acts.closed(self.plan, self.session.actor, counts)], "closed")

    def _stop(self, change: Change, state: State, why: Diagnostic | None) -> None:
        self.results[_id(change)] = result(change, state, why)
        self.stopped.setdefault(change.change_set, why or findings.drifted(change, None))

    def _untouched(self, change: Change) -> Result:
        if change.change_set in self.stopped:
            culprit = self.stopped[change.change_set]
            return result(change, State.HELD, findings.held(change, culprit))
        return result(change, State.NOT_TRIED)

    def _act(self, change: Change, event: Event) -> Act:
        return acts.act_of(change, self.plan, self.session.actor, event)

    def _append(self, batch: Sequence[Act], checkpoint: str) -> None:
        if batch:
            self.journal.append(batch, self.session.clock())
        self.session.checkpoint(checkpoint)


def _id(change: Change) -> tuple[str, str, int]:
    return (change.target, change.document, change.sequence)


def _outcome(intent: Act, change: Change, outcome: Outcome) -> Act:
    event = acts.event_of(outcome, change)
    why = findings.why(event, outcome, change)
    return acts.with_outcome(intent, event, outcome.record, why)


def _unknown(outcome: Outcome | None) -> bool:
    return outcome is None or outcome.status is Status.UNKNOWN


def _report(
    request: Request,
    results: Mapping[tuple[str, str, int], Result],
    halted: Diagnostic | None,
    notices: Sequence[Diagnostic],
) -> ApplyReport:
    everything = tuple(
        results.get(_id(change)) or result(change, State.ALREADY_DONE)
        for change in request.plan.body.changes
    )
    return ApplyReport(
        plan=request.plan.id, results=everything, halted=halted, notices=tuple(notices)
    )
