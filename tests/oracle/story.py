"""The values that the story is told in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tieout.config.model import Customer, Project, Service, Stream, Worker
from tieout.domain.books import Claim
from tieout.domain.change import Conservation
from tieout.domain.document import Document
from tieout.domain.entry import Entry

PortionId = tuple[str, int]
"""Entry key and portion number, counted from 1 in time order."""


@dataclass(frozen=True, kw_only=True)
class Portion:
    """A part of an entry with one work date. ``seconds`` are the source's, never rounded.

    ``worker`` … ``service`` are the mapping rows in force on ``date``, None where nothing matches.
    ``duplicate`` is said of the whole entry, ``overlap`` of this part of it.
    """

    entry: Entry
    number: int
    date: date
    seconds: int
    duplicate: bool
    overlap: bool
    stream: Stream
    worker: Worker | None
    project: Project | None
    customer: Customer | None
    service: Service | None
    after_midnight: bool = False  # not on the date on which the entry begins
    start: datetime | None = None  # of a span: the instant, UTC
    begins: datetime | None = None  # of a span: when its work date begins in the worker's zone, UTC

    @property
    def id(self) -> PortionId:
        return (self.entry.key, self.number)

    @property
    def midnight(self) -> datetime:
        assert self.begins is not None
        return self.begins


def employer(portion: Portion) -> str | None:
    """The legal entity that the worker is of: pay and cost are in its books."""
    return portion.worker.entity if portion.worker else None


def seller(portion: Portion) -> str | None:
    """The legal entity that bills: the project's, else its customer's."""
    of_project = portion.project.entity if portion.project else None
    return of_project or (portion.customer.entity if portion.customer else None)


@dataclass(frozen=True, kw_only=True)
class Segment:
    """The part of a portion in one pay class. ``percent`` of the regular rate: 100, 150, 200 …"""

    seconds: int
    pay_class: str
    percent: int
    basis: str | None


@dataclass(frozen=True, kw_only=True)
class State:
    """What becomes of a portion for one purpose; ``code`` says why it isn't ``booked``."""

    state: str  # booked | held | excluded
    code: str | None
    seconds: int


@dataclass(frozen=True, kw_only=True)
class OracleResult:
    """Everything that is desired, and how it came about."""

    portions: tuple[Portion, ...]
    states: Mapping[PortionId, Mapping[str, State]]
    rounded: Mapping[str, Mapping[PortionId, int]]
    segments: Mapping[PortionId, tuple[Segment, ...]]
    documents: Mapping[str, Document]
    claims: Mapping[str, tuple[Claim, ...]]
    conservation: Mapping[str, Conservation]
    findings: Sequence[tuple[Any, ...]] = ()  # see oracle.limits.Found
