"""What the journal is made of: acts before they are written, records after."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from operator import attrgetter
from typing import Any

from tieout.domain.key import canonical, digest


class Event(StrEnum):
    """What a record says happened.

    An *intent* is durable before the request leaves and has one outcome: ``done``, ``done_differs``
    (the books hold something else than was sent), ``refused``, ``not_done`` (found out by looking:
    the request never arrived). ``unknown`` is no outcome: the intent stays open.
    """

    OPENED = "opened"
    APPROVED = "approved"
    OVERRIDE = "override"
    INTENDED = "intended"
    DONE = "done"
    DONE_DIFFERS = "done_differs"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    NOT_DONE = "not_done"
    CLOSED = "closed"
    UNLOCKED = "unlocked"


#: Moves the applied state: the sequence of the document rises.
MOVES = frozenset({Event.DONE, Event.DONE_DIFFERS})
#: Settles the intent of the same operation and attempt.
SETTLES = MOVES | {Event.REFUSED, Event.NOT_DONE}


@dataclass(frozen=True)
class Payload:
    """What an act is about, as JSON-able values; its digest stands in the chain, its text apart."""

    value: Mapping[str, Any]

    @cached_property
    def text(self) -> str:
        return canonical(self.value)

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Act:
    """One thing to be recorded. ``identity`` says which books; ``before`` and ``after`` are the
    digests of documents; ``attempt`` counts from 1 how often this operation was intended."""

    event: Event
    actor: str
    plan: str | None = None
    target: str | None = None
    identity: str | None = None
    document: str | None = None
    sequence: int | None = None
    operation: str | None = None
    attempt: int | None = None
    before: str | None = None
    after: str | None = None
    remote_id: str | None = None
    version: str | None = None
    payload: Payload | None = None


@dataclass(frozen=True, kw_only=True)
class Record:
    """One row of the journal, as stored. ``hash`` covers every other field, in this order; what
    ``payload`` names lies apart. ``at`` is UTC, ISO 8601 with microseconds."""

    number: int
    at: str
    event: Event
    company: str
    environment: str
    plan: str | None
    actor: str
    target: str | None
    identity: str | None
    document: str | None
    sequence: int | None
    operation: str | None
    attempt: int | None
    before: str | None
    after: str | None
    remote_id: str | None
    version: str | None
    payload: str | None
    previous: str | None
    hash: str = field(default="")

    def sealed(self) -> str:
        """The hash that these fields must have."""
        return digest(list(self.row()[:-1]))

    def row(self) -> tuple[Any, ...]:
        """The values in the order of the table's columns."""
        return _row(self)


COLUMNS = tuple(f.name for f in fields(Record))
_row: attrgetter[tuple[Any, ...]] = attrgetter(*COLUMNS)


def record_of(row: tuple[Any, ...]) -> Record:
    """A record from a row of the table. ValueError when its event is none that we know."""
    values = dict(zip(COLUMNS, row, strict=True))
    return Record(**{**values, "event": Event(values["event"])})


def stamp(now: datetime) -> str:
    """UTC as the journal writes it: ``2026-11-23T15:00:00.000000Z``. ValueError without a zone."""
    if now.tzinfo is None:
        raise ValueError("a time without a zone means nothing in a journal")
    return now.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
