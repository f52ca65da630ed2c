"""The plan as a flat list of stages, before any of them is walked.

The executor and the dry run walk this very list, so a dry run can't tell anything else than what
apply then does. Reductions of all change sets (phase 0) come before the rest (phase 1), so that a
batch mixes change sets: a file is written once a phase, not once a document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tieout.connectors.ports import BookWriter
from tieout.domain.change import WRITES, Change


@dataclass(frozen=True, kw_only=True)
class Open:
    """The journal says that the apply began, with its approvals and overrides."""


@dataclass(frozen=True, kw_only=True)
class Compare:
    """All documents of one target, as the books hold them now, against what the plan saw."""

    target: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class Note:
    """Acts that only the journal knows: what the books hold already is adopted, or forgotten."""

    target: str
    phase: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class Write:
    """One batch of one target: re-read, intend, write, record."""

    target: str
    phase: int
    name: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class Capture:
    """The books as they are afterwards become a snapshot, which the next plan compares with."""

    target: str


@dataclass(frozen=True, kw_only=True)
class Close:
    """The journal says that the apply came to its end, and to what."""


Stage = Open | Compare | Note | Write | Capture | Close


def build(changes: Iterable[Change], writers: Mapping[str, BookWriter]) -> tuple[Stage, ...]:
    """The stages that carry out these changes, in order. Asks the writers for their batches;
    nothing is written. Of one document no two changes may stand in the same phase and batch."""
    changes = tuple(changes)
    targets = sorted({change.target for change in changes})
    stages: list[Stage] = [Open()]
    stages += [Compare(target=target, changes=_of(changes, target)) for target in targets]
    for phase in sorted({change.phase for change in changes}):
        for target in targets:
            here = [change for change in _of(changes, target) if change.phase == phase]
            stages += _phase(target, phase, here, writers)
    stages += [Capture(target=target) for target in targets]
    return (*stages, Close())


def told(stage: Stage, writers: Mapping[str, BookWriter]) -> tuple[str, ...]:
    """What the dry run prints of a stage: a headline, then the very requests."""
    match stage:
        case Open():
            return ("journal: the apply begins",)
        case Compare(target=target, changes=changes):
            return (f"read {target}: {len(changes)} documents must be as the plan saw them",)
        case Note(changes=changes):
            return tuple(f"journal: {change.action.value} {change.document}" for change in changes)
        case Write(target=target, name=name, changes=changes):
            headline = f"write {target}: {name}, {len(changes)} documents"
            return (headline, *writers[target].requests(name, changes))
        case Capture(target=target):
            return (f"read {target}: keep a snapshot of the books",)
    return ("journal: the apply ends",)


def _of(changes: tuple[Change, ...], target: str) -> tuple[Change, ...]:
    return tuple(change for change in changes if change.target == target)


def _phase(
    target: str, phase: int, changes: list[Change], writers: Mapping[str, BookWriter]
) -> list[Stage]:
    noted = tuple(change for change in changes if change.action not in WRITES)
    written = [change for change in changes if change.action in WRITES]
    stages: list[Stage] = []
    if noted:
        stages.append(Note(target=target, phase=phase, changes=noted))
    if written:
        stages += [
            Write(target=target, phase=phase, name=name, changes=tuple(batch))
            for name, batch in writers[target].batches(written)
        ]
    return stages
