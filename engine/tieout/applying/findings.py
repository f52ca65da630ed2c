"""What apply has to tell: every diagnostic of a walk is made here, once."""

from __future__ import annotations

from dataclasses import replace
from shlex import quote

from tieout.applying.acts import verdict
from tieout.connectors.ports import Outcome, Status
from tieout.domain.books import Record
from tieout.domain.change import Change
from tieout.domain.diagnostic import Diagnostic, Refused, Severity
from tieout.store.record import Event


def drifted(change: Change, record: Record | None) -> Diagnostic:
    """The books no longer hold what the plan was made on."""
    if record is None:
        now = "it is gone"
    elif change.before is None:
        now = f"they hold a record of this key already ({record.remote_id})"
    else:
        now = f"{record.remote_id} was changed there"
    return Diagnostic(
        code="TO533",
        message=f"{change.document}: the books moved since the plan was made: {now}",
        hint="nothing of its change set was written from here on; plan anew to see the difference",
        next="tieout plan",
    )


def held(change: Change, culprit: Diagnostic) -> Diagnostic:
    """Another document of the same change set was not done."""
    return Diagnostic(
        code="TO534",
        message=f"{change.document} is held back with its change set {change.change_set}:"
        f" {culprit.message}",
        hint="documents that exchange entries go together, so that nothing is booked twice",
        next=culprit.next,
    )


def failed(name: str, error: Exception) -> Diagnostic:
    """The writer could not finish its batch."""
    what = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Diagnostic(
        code="TO535",
        message=f"{name} could not be written: {what or type(error).__name__}",
        hint="mend that (disk, rights, network), then apply the same plan again",
        next="tieout state show",
    )


def unknown(change: Change, why: str, file: str) -> Diagnostic:
    """Sent, and nobody can say what became of it."""
    return Diagnostic(
        code="TO536",
        message=f"{change.document}: nobody can say yet whether it was written: {why}",
        hint="resume looks it up in the books; nothing else may be applied before",
        next=f"tieout apply {quote(file)} --resume",
    )


def differs(change: Change) -> Diagnostic:
    """Written, but the books hold something else than was sent."""
    return Diagnostic(
        code="TO537",
        message=f"{change.document} was written, and the books read back something else",
        hint="the next plan shows the difference, field by field",
        next="tieout plan",
    )


def breaker(batches: int, file: str) -> Diagnostic:
    """Too many failures in a row."""
    return Diagnostic(
        code="TO538",
        message=f"stopped: {batches} batches in a row came to nothing",
        hint="see why the first of them was refused, mend that, then apply the same plan again",
        next=f"tieout apply {quote(file)}",
    )


def interrupted(file: str) -> Diagnostic:
    """A person asked to end; the batch in flight was finished."""
    return Diagnostic(
        code="TO539",
        message="stopped on request; the batch in flight was finished and recorded",
        severity=Severity.WARNING,
        hint="what is left waits in the plan",
        next=f"tieout apply {quote(file)}",
    )


def lock_lost(file: str) -> Diagnostic:
    """Somebody broke our lock."""
    return Diagnostic(
        code="TO540",
        message="stopped: the lock on the state was broken while this apply ran",
        hint="see who broke it and what they applied, then go on",
        next=f"tieout apply {quote(file)}",
    )


def cut_off(refused: Refused, file: str) -> Diagnostic:
    """Books or state failed in mid-walk."""
    return Diagnostic(
        code="TO541",
        message=f"stopped: {refused}",
        hint="mend that, then resume: what was written is looked up, nothing is written twice",
        next=f"tieout apply {quote(file)} --resume",
    )


def not_kept(target: str, error: Refused | OSError) -> Diagnostic:
    """The books could not be captured after the walk."""
    return Diagnostic(
        code="TO542",
        message=f"no snapshot of {target} was kept after the apply: {error}",
        severity=Severity.WARNING,
        hint="nothing is lost; the next plan needs a fresh look at the books",
        next="tieout pull",
    )


def seen(change: Change, record: Record | None, why: Diagnostic | None) -> Outcome:
    """The outcome of a write that nobody answered for, by what the books hold now. ``why`` it
    failed, where that is known."""
    before = change.before.digest if change.before else None
    after = change.after.digest if change.after else None
    match verdict(before, after, record):
        case Event.DONE:
            return Outcome(document=change.document, status=Status.DONE, record=record)
        case Event.NOT_DONE:
            why = why or failed(change.document, OSError("no answer, and nothing was written"))
            return Outcome(document=change.document, status=Status.REFUSED, diagnostic=why)
        case _:
            found = drifted(change, record)
            return Outcome(document=change.document, status=Status.REFUSED, diagnostic=found)


def with_next(outcome: Outcome, file: str) -> Outcome:
    """The outcome, with the command to run next where the books left that to us."""
    why = outcome.diagnostic
    if why is None or why.next:
        return outcome
    return replace(outcome, diagnostic=replace(why, next=f"tieout apply {quote(file)}"))


def why(event: Event, outcome: Outcome, change: Change) -> Diagnostic | None:
    """What to tell of an outcome; None of what is simply done."""
    if event is Event.DONE:
        return None
    if event is Event.DONE_DIFFERS:
        return differs(change)
    return outcome.diagnostic or failed(change.document, OSError("the books gave no reason"))
