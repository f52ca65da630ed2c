"""The history of applies, as the journal tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tieout.store.journal import Journal
from tieout.store.record import Event, Record


@dataclass(frozen=True, kw_only=True)
class Applied:
    """One apply. ``number`` is its first journal record; ``began`` and ``ended`` are UTC stamps;
    ``counts`` by state (done, refused …). Both are None of an apply that was cut off."""

    number: int
    plan: str
    actor: str
    began: str
    ended: str | None = None
    counts: Mapping[str, int] | None = None

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "counts": dict(self.counts) if self.counts is not None else None}


def history(journal: Journal) -> tuple[Applied, ...]:
    """Every apply so far, oldest first."""
    found: list[Applied] = []
    opened: Record | None = None
    for record in journal.applies():
        if opened is not None:
            ended = record if record.event is Event.CLOSED else None
            found.append(_applied(journal, opened, ended))
        opened = record if record.event is Event.OPENED else None
    if opened is not None:
        found.append(_applied(journal, opened, None))
    return tuple(found)


def _applied(journal: Journal, opened: Record, closed: Record | None) -> Applied:
    said = journal.payload(closed.payload) if closed else None
    return Applied(
        number=opened.number,
        plan=str(opened.plan),
        actor=opened.actor,
        began=opened.at,
        ended=closed.at if closed else None,
        counts=said["counts"] if said else None,
    )
