"""What `tieout explain KEY` tells: the whole way of one entry, or of one document, as plain values.

``row`` is the address of a configuration row; where it stands, and who wrote it, is in ``origins``
of the whole. ``place`` is the ``file:line`` of something captured. Seconds, minor units, scaled
rates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from typing import Any

from tieout.domain.change import Change
from tieout.domain.document import Document, Line
from tieout.domain.entry import Entry
from tieout.pipeline.lineage import CostShare, Segment


@dataclass(frozen=True, kw_only=True)
class Value:
    """One thing that was settled on the way: what it is, what it came to, and by which row."""

    what: str
    value: str | None
    how: str = ""
    row: str | None = None
    place: str | None = None


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A price of an hour, and where it came from. ``rate`` None: there is none, or it is hidden."""

    rate: int | None
    currency: str | None
    how: str
    row: str | None = None
    place: str | None = None


@dataclass(frozen=True, kw_only=True)
class Use:
    """What becomes of a portion for one purpose: ``booked``, ``held`` or ``excluded``, with the
    code.

    ``seconds`` as captured, ``counted`` as rounded; ``rule`` rounded it, or excludes it.
    """

    purpose: str
    state: str
    code: str | None
    sentence: str
    seconds: int
    counted: int
    rule: Value | None = None


@dataclass(frozen=True, kw_only=True)
class PortionTrace:
    """One day's part of an entry: mapped, checked, rounded, classified and priced."""

    date: date
    seconds: int
    hour_kind: str
    mapped: tuple[Value, ...]
    uses: tuple[Use, ...]
    segments: tuple[Segment, ...]
    law: Value | None
    pay: tuple[Rate, ...]
    bill: Rate | None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a document stands: ``in_books`` as it should be, ``planned`` (the ``action``), ``held``
    (the ``code``), ``settled`` (its difference is accepted for a reason that ``code`` tells)."""

    state: str
    action: str | None = None
    code: str | None = None
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class EntryLine:
    """A line that the entry stands in: its own ``seconds``, and what the whole line comes to.

    ``rate`` and ``amount`` are None where the kind of document has none, or they are hidden.
    """

    document: str
    kind: str
    line: str
    purposes: tuple[str, ...]
    seconds: int
    line_seconds: int
    rate: int | None
    amount: int | None
    currency: str | None
    standing: Standing


@dataclass(frozen=True, kw_only=True)
class EntryTrace:
    """An entry from where it was captured to the lines that it stands in.

    ``begins`` and ``ends`` are wall-clock times in ``timezone``, the worker's; a day or week has
    none. ``shares``: what it adds to the cost of its journals' lines.
    """

    key: str
    entry: Entry
    place: str
    timezone: str
    begins: str | None
    ends: str | None
    portions: tuple[PortionTrace, ...]
    lines: tuple[EntryLine, ...]
    shares: tuple[CostShare, ...]
    origins: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return dict(_plain(self))


@dataclass(frozen=True, kw_only=True)
class Part:
    """An entry's part in a line. ``place`` is empty when the newest snapshot doesn't hold it."""

    entry: str
    date: str
    seconds: int
    place: str


@dataclass(frozen=True, kw_only=True)
class LineTrace:
    """One line, the rows behind its values, and the entries that it is made of."""

    line: Line
    values: tuple[Value, ...]
    entries: tuple[Part, ...]


@dataclass(frozen=True, kw_only=True)
class Held:
    """One document of the chain as the books hold it."""

    document: Document
    remote_id: str
    final: str | None


@dataclass(frozen=True, kw_only=True)
class Written:
    """What we last did to one document of the chain. ``number`` is the journal's, ``at`` UTC;
    ``action`` None: removed by retention."""

    document: str
    number: int
    at: str
    actor: str
    plan: str | None
    action: str | None


@dataclass(frozen=True, kw_only=True)
class DocumentTrace:
    """A document: what it should be line by line, what the books hold, what we wrote, what is next.

    ``desired``: whether the entries ask for it now; if not, ``document`` is what stands of it and
    ``entries`` are those that it was last written from.
    """

    key: str
    target: str
    document: Document
    desired: bool
    standing: Standing
    values: tuple[Value, ...]
    lines: tuple[LineTrace, ...]
    entries: tuple[Part, ...]
    workers: Mapping[str, str]
    books: tuple[Held, ...]
    written: tuple[Written, ...]
    changes: tuple[Change, ...]
    origins: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return dict(_plain(self))


def _plain(value: Any) -> Any:
    """Dataclasses as objects, moments (UTC) and days as ISO text, everything else as it is."""
    if isinstance(value, (Document, Change)):
        return value.as_json()
    if is_dataclass(value):
        return {f.name.rstrip("_"): _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, datetime):
        return value.isoformat() + "Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(each) for each in value]
    return value
