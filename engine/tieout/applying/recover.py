"""Resume: what an apply that was cut off intended is looked up in the books, before anything else.

The books decide. They hold what was intended: it was done, and only the answer was lost. They hold
what stood before: it never arrived, and may be sent again. They hold something else: somebody was
there meanwhile, and the next plan has to say what that means.
"""

from __future__ import annotations

from itertools import groupby

from tieout.applying.acts import because, verdict
from tieout.applying.session import Session
from tieout.connectors.ports import Once
from tieout.domain.books import Record as BookRecord
from tieout.domain.diagnostic import Diagnostic, Refused, ordered
from tieout.store.journal import Journal
from tieout.store.record import Act, Event, Payload, Record

_TOLD = {
    Event.DONE: "was done",
    Event.NOT_DONE: "was not done",
    Event.REFUSED: "holds something else than was there or was sent",
}


def settle(journal: Journal, session: Session) -> int:
    """Give every open intent its outcome; returns how many there were.

    Raises ``Refused`` (exit 3) with TO531 for intents on books that can't be asked now; all others
    are settled by then.
    """
    intents = sorted(journal.open_intents(), key=lambda r: (str(r.target), r.number))
    unsettled: list[Diagnostic] = []
    for target, group in groupby(intents, key=lambda r: str(r.target)):
        unsettled += _settle(journal, session, target, tuple(group))
    if unsettled:
        raise Refused(ordered(unsettled), exit_code=3)
    return len(intents)


def _settle(
    journal: Journal, session: Session, target: str, intents: tuple[Record, ...]
) -> list[Diagnostic]:
    reader = session.readers.get(target)
    alien = [i for i in intents if reader is None or reader.identity != i.identity]
    if reader is None or alien:
        return [_unreachable(i, f"{target!r} is not {i.identity} any more") for i in alien]
    if reader.capabilities.once is Once.LOOKUP:
        session.wait(reader.capabilities.settle)
    try:
        found = reader.look_up([str(intent.document) for intent in intents])
    except Refused as refused:
        return [_unreachable(intent, str(refused)) for intent in intents]
    acts = [_outcome(journal, session, i, found.get(str(i.document))) for i in intents]
    journal.append(acts, session.clock())
    session.checkpoint(f"settled {target}")
    return []


def _outcome(journal: Journal, session: Session, intent: Record, found: BookRecord | None) -> Act:
    event = verdict(intent.before, intent.after, found)
    session.tell(f"{intent.document}: {_TOLD[event]}")
    why = None if event is Event.DONE else _why(intent, event)
    return Act(
        event=event,
        actor=session.actor,
        plan=intent.plan,
        target=intent.target,
        identity=intent.identity,
        document=intent.document,
        sequence=intent.sequence,
        operation=intent.operation,
        attempt=intent.attempt,
        before=intent.before,
        after=intent.after,
        remote_id=found.remote_id if found else None,
        version=found.version if found else None,
        payload=because(why) if why else Payload(journal.payload(intent.payload)),
    )


def _why(intent: Record, event: Event) -> Diagnostic:
    return Diagnostic(
        code="TO532",
        message=f"{intent.document} {_TOLD[event]}",
        hint="the apply was cut off around this write; resume looked it up",
        next="tieout plan",
    )


def _unreachable(intent: Record, why: str) -> Diagnostic:
    return Diagnostic(
        code="TO531",
        message=f"{intent.document}: nobody can say whether it was written to {intent.identity}"
        f" ({why})",
        hint="make these books readable again, then resume; nothing else may be applied before",
        next="tieout state show",
    )
