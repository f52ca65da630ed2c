"""Changes as acts of the journal, and what a look at the books proves about one of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tieout.connectors.ports import Outcome, Status
from tieout.domain.books import Record
from tieout.domain.change import Change
from tieout.domain.diagnostic import Diagnostic
from tieout.domain.document import Document
from tieout.domain.plan import Plan
from tieout.governance.approvals import Approval, of
from tieout.store.record import MOVES, Act, Event, Payload


def opened(plan: Plan, actor: str, pending: int) -> Act:
    """An apply begins; its payload says what it sets out to do."""
    value = {
        "config": plan.body.config,
        "commit": plan.envelope.commit,
        "changes": len(plan.body.changes),
        "pending": pending,
        "engine": plan.envelope.engine,
    }
    return Act(event=Event.OPENED, actor=actor, plan=plan.id, payload=Payload(value))


def closed(plan: Plan, actor: str, counts: dict[str, int]) -> Act:
    """An apply ends, with counts by state."""
    return Act(event=Event.CLOSED, actor=actor, plan=plan.id, payload=Payload({"counts": counts}))


def approvals(plan: Plan, given: Iterable[Approval]) -> list[Act]:
    """Who approved this plan, and which guards were overridden for what reason."""
    found = []
    for approval in of(plan, given):
        payload = Payload(approval.as_json())
        event = Event.OVERRIDE if approval.overrides else Event.APPROVED
        found.append(Act(event=event, actor=approval.approver, plan=plan.id, payload=payload))
    return found


def act_of(change: Change, plan: Plan, actor: str, event: Event) -> Act:
    """The change as an act; its payload is the change itself and the config it was planned from."""
    identity = plan.body.targets[change.target]
    return Act(
        event=event,
        actor=actor,
        plan=plan.id,
        target=change.target,
        identity=identity,
        document=change.document,
        sequence=change.sequence,
        operation=change.operation(identity),
        before=digest_of(change.before),
        after=digest_of(change.after),
        payload=Payload({"change": change.as_json(), "config": plan.body.config}),
    )


def verdict(before: str | None, after: str | None, found: Record | None) -> Event:
    """What a look at the books proves about an act that was intended: they hold its outcome
    (``done``), still what stood before (``not_done``), or something else (``refused``)."""
    now = digest_of(found.document) if found else None
    if now == after:
        return Event.DONE
    return Event.NOT_DONE if now == before else Event.REFUSED


def event_of(outcome: Outcome, change: Change) -> Event:
    """The event of a writer's outcome. What was read back decides, not what the writer thinks."""
    if outcome.status is Status.UNKNOWN:
        return Event.UNKNOWN
    if outcome.status is Status.REFUSED:
        return Event.REFUSED
    held = outcome.record.document if outcome.record else None
    return Event.DONE if same(held, change.after) else Event.DONE_DIFFERS


def with_outcome(intent: Act, event: Event, record: Record | None, why: Diagnostic | None) -> Act:
    """What came of an act, with what the books gave it. Done, its payload is the intent's own,
    whose text and digest are known already; otherwise it says why not."""
    return replace(
        intent,
        event=event,
        remote_id=record.remote_id if record else None,
        version=record.version if record else None,
        payload=intent.payload if event in MOVES else because(why),
    )


def because(why: Diagnostic | None) -> Payload:
    """The payload of an outcome that isn't done."""
    return Payload({"why": why.as_json() if why else None})


def same(one: Document | None, other: Document | None) -> bool:
    """Whether two documents say the same. Equal values do; else their digests decide, which know
    nothing of the order of lines and take ten times as long."""
    return one == other or digest_of(one) == digest_of(other)


def digest_of(document: Document | None) -> str | None:
    """The digest of a document, None of none."""
    return document.digest if document else None
