"""The protocols that every connector meets. Adding a connector is adding one file.

Reader and writer are apart, so that everything but ``applying`` holds only a reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from tieout.domain.books import Books, Record
from tieout.domain.change import Change
from tieout.domain.diagnostic import Diagnostic
from tieout.domain.document import Document
from tieout.domain.entry import Coverage, Entry, PayRate, Rejected
from tieout.domain.exchange import ExchangeRate
from tieout.domain.payment import Payment


@dataclass(frozen=True, kw_only=True)
class Capture:
    """What a source gave. ``rows`` maps an entry's key to its ``file:line``; ``inputs`` a file's
    name to the SHA-256 of its bytes. ``timezone`` says by which clock the coverage counts days.
    ``gone``: keys of entries that the source itself says were deleted."""

    entries: Sequence[Entry] = ()
    rates: Sequence[PayRate] = ()
    exchange: Sequence[ExchangeRate] = ()
    payments: Sequence[Payment] = ()
    coverage: Coverage
    rejected: Sequence[Rejected] = ()
    rows: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    diagnostics: Sequence[Diagnostic] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    gone: Sequence[str] = ()
    timezone: str = "UTC"


class Source(Protocol):
    """Reads a tracker. Raises ``Refused`` with diagnostics when it can't read anything at all."""

    def pull(self) -> Capture: ...


class Once(StrEnum):
    """How a target makes sure of exactly once."""

    UNIQUE = "unique"
    IDEMPOTENT = "idempotent"
    LOOKUP = "lookup"


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """What a target can do, as data.

    ``kinds``: document kinds it can hold. ``resolution``: seconds that a quantity is a multiple of.
    ``settle``: seconds to wait before a look-up can be trusted. ``batch``: documents in one write.
    ``drafts``: kinds that begin as drafts. ``taxes``: it computes tax by itself.
    """

    kinds: frozenset[str]
    once: Once
    resolution: int = 1
    settle: int = 0
    batch: int = 1
    drafts: frozenset[str] = frozenset()
    taxes: bool = False
    lock_date: bool = False
    text_length: int = 4000


class Codec(Protocol):
    """Pure. The law: ``normalise(read(write(project(d)))) == project(d)``."""

    def project(self, document: Document) -> Document:
        """What of the document the target can hold: quantities, text lengths, owned fields."""
        ...


class BookReader(Protocol):
    """Reads the books; never writes."""

    capabilities: Capabilities
    codec: Codec

    @property
    def identity(self) -> str:
        """Which books these are (path, realm, tenant): part of every operation key."""
        ...

    def read(self) -> Books:
        """Everything: our records, linked credits, foreign records, lock date, balances.
        Raises ``Refused`` with diagnostics when the books can't be read."""
        ...

    def look_up(self, keys: Iterable[str]) -> Mapping[str, Record]:
        """Our records under these document keys, as they are now."""
        ...


class Status(StrEnum):
    """What came of one act."""

    DONE = "done"
    DONE_DIFFERS = "done_differs"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one change. ``record`` is what was read back after the write (None: it's gone).

    ``diagnostic`` says why it isn't done. It names no next command where the same plan is to be
    applied again once that is mended: apply, which knows the plan's file, adds it.
    """

    document: str
    status: Status
    record: Record | None = None
    diagnostic: Diagnostic | None = None


class BookWriter(Protocol):
    """Writes the books. Only ``applying`` may hold one."""

    def batches(self, changes: Sequence[Change]) -> Sequence[tuple[str, Sequence[Change]]]:
        """Groups the changes of one phase into the writes that will carry them, each with a name for
        people (``invoice/2026-11.beancount``). Order is stable; nothing is written."""
        ...

    def requests(self, name: str, changes: Sequence[Change]) -> Sequence[str]:
        """The very requests that ``write`` would send, as text, for ``apply --dry-run``."""
        ...

    def write(self, name: str, changes: Sequence[Change]) -> Sequence[Outcome]:
        """Carries out one batch; returns when it is durable and read back. An outcome per change."""
        ...


class Target(Protocol):
    """What a target module offers: ``reader(config) -> BookReader``, ``writer(config) -> BookWriter``."""

    def reader(self, settings: TargetSettings) -> BookReader: ...

    def writer(self, settings: TargetSettings) -> BookWriter: ...


@dataclass(frozen=True, kw_only=True)
class TargetSettings:
    """What a target needs to know. ``root`` is the company's folder: no path leaves it.

    ``accounts``: (role, posting date) is resolved before, so that documents carry references;
    ``posting`` gives the tax table: code → (percent in ten-thousandths, account reference); beside a code
    stands ``code:entity`` for a legal entity that has an account of its own.
    ``names``: (role of party, id) → display name for narrations, never owned. ``state``: the folder in
    which tieout remembers, where calls over the wire are counted.
    """

    name: str
    company: str
    environment: str
    root: str
    path: str | None
    options: Mapping[str, Any] = field(default_factory=dict)
    tax: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    state: str | None = None
