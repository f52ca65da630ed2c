"""Pull: read every source and the books, then store what they gave. All of it, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from tieout.config.findings import quoted
from tieout.config.model import Config
from tieout.connectors.ports import BookReader, Capture, Source
from tieout.connectors.sources import open_source
from tieout.domain.books import Books
from tieout.domain.diagnostic import Diagnostic, Position, Refused, Severity, ordered
from tieout.domain.entry import Coverage, Rejected
from tieout.pulling.strangers import strangers
from tieout.store.books import read_books, write_books
from tieout.store.entries import (
    Delta,
    delta,
    write_entries,
    write_exchange,
    write_payments,
    write_rates,
)
from tieout.store.snapshot import SnapshotRef, coverage_json, newest, sound

#: How many rejected rows of a source are listed; the rest is counted.
LISTED: Final = 20

#: Profiles of exchange rates.
EXCHANGE_PROFILES: Final = frozenset({"ecb", "exchange_rates"})
_WRITE: Final = {"rates": write_rates, "exchange": write_exchange, "payments": write_payments}

Only = Literal["sources", "books"]


@dataclass(frozen=True, kw_only=True)
class PulledSource:
    """One source's snapshot and what it brought. ``seconds`` is None for rates."""

    name: str
    snapshot: SnapshotRef
    count: int
    seconds: int | None
    delta: Delta
    coverage: Coverage
    left_out: Mapping[str, int]
    rejected: tuple[Rejected, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def not_collected(self) -> Mapping[str, int]:
        """How many values of which fields were dropped at the door."""
        return dict(self.snapshot.manifest.get("not_collected", {}))

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "kind": self.snapshot.kind,
            "snapshot": self.snapshot.id,
            "count": self.count,
            "seconds": self.seconds,
            **vars(self.delta),
            "coverage": coverage_json(self.coverage),
            "left_out": dict(self.left_out),
            "not_collected": self.not_collected,
            "rejected": [dict(vars(row)) for row in self.rejected],
            "diagnostics": [d.as_json() for d in self.diagnostics],
        }


@dataclass(frozen=True, kw_only=True)
class PulledBooks:
    """One target's snapshot. ``delta`` counts our records: new, changed by anyone, gone."""

    name: str
    snapshot: SnapshotRef
    records: int
    foreign: int
    lock_date: str | None
    delta: Delta
    diagnostics: tuple[Diagnostic, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "snapshot": self.snapshot.id,
            "records": self.records,
            "foreign": self.foreign,
            "lock_date": self.lock_date,
            **vars(self.delta),
            "diagnostics": [d.as_json() for d in self.diagnostics],
        }


@dataclass(frozen=True, kw_only=True)
class PullResult:
    """What a pull stored."""

    sources: tuple[PulledSource, ...]
    books: tuple[PulledBooks, ...]

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All warnings and notes, by place."""
        found = [d for source in self.sources for d in source.diagnostics]
        return ordered([*found, *(d for books in self.books for d in books.diagnostics)])

    def as_json(self) -> dict[str, Any]:
        return {
            "format_version": 1,
            "sources": [s.as_json() for s in self.sources],
            "books": [b.as_json() for b in self.books],
        }


def pull(
    config: Config,
    readers: Mapping[str, BookReader],
    state: Path,
    now: datetime,
    only: Only | None = None,
    accept_rejects: bool = False,
    progress: Callable[[str], None] = lambda _step: None,
) -> PullResult:
    """Take snapshots of the sources and of the books that ``readers`` (by target) read.

    Everything is read before anything is stored. Raises ``Refused`` with all that is wrong in any
    of them; rows that can't be read are wrong (TO311) unless ``accept_rejects``.
    """
    captures: dict[str, Capture] = {}
    found_books: dict[str, Books] = {}
    refused: list[Diagnostic] = []
    for name in config.sources if only != "books" else ():
        progress(f"reading {name}")
        try:
            captures[name] = _read_source(config, name)
            if not accept_rejects:
                unread = _unread(name, captures[name].rejected)
                refused += _placed(config, name, unread)
        except Refused as refusal:
            refused += _placed(config, name, refusal.diagnostics)
    for name, reader in readers.items() if only != "sources" else ():
        progress(f"reading {name}")
        try:
            found_books[name] = reader.read()
        except Refused as refusal:
            refused += refusal.diagnostics
    if refused:
        raise Refused(ordered(refused))
    progress("storing")
    return PullResult(
        sources=tuple(_store_source(config, name, c, state, now) for name, c in captures.items()),
        books=tuple(_store_books(name, b, state, now) for name, b in found_books.items()),
    )


def unusable(config: Config) -> tuple[Diagnostic, ...]:
    """What is wrong with the settings of sources (TO308, TO310), told without reading a file."""
    found: list[Diagnostic] = []
    for name in config.sources:
        try:
            _open(config, name)
        except Refused as refusal:
            found += _placed(config, name, refusal.diagnostics)
    return ordered(found)


def _open(config: Config, name: str) -> Source:
    return open_source(config.sources[name], config.company.timezone, config.root)


def _read_source(config: Config, name: str) -> Capture:
    return _open(config, name).pull()


def _placed(config: Config, name: str, diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """What has no place of its own is a matter of the source's row in the config; what stands in
    the config is told with its line."""
    source = config.sources[name]
    row = config.positions.get(source.row)
    for diagnostic in diagnostics:
        at = diagnostic.position or row
        ours = at is not None and (at == row or at in source.places.values())
        line = quoted(config.root, at) if at and ours else diagnostic.line
        yield replace(diagnostic, position=at, line=line)


def _unread(source: str, rejected: Sequence[Rejected]) -> Iterator[Diagnostic]:
    for row in rejected[:LISTED]:
        yield Diagnostic(row.code, row.message, position=Position(row.file, row.line))
    if rejected:
        more = f", the first {LISTED} are listed" if len(rejected) > LISTED else ""
        count = f"{len(rejected):,} rows" if len(rejected) > 1 else "1 row"
        yield Diagnostic(
            "TO311",
            f"source {source}: {count} can't be read{more}; nothing was stored",
            hint="mend them in the tracker and export again, or go on without them: "
            "they are then counted as exceptions",
            next="tieout pull --accept-rejects",
        )


def _store_source(
    config: Config, name: str, capture: Capture, state: Path, now: datetime
) -> PulledSource:
    before = newest(state, name)
    if before:
        sound(before)
    kind, source = _kind(config, name, capture), config.sources[name]
    if kind == "entries":
        ref = write_entries(state, source, capture, now, config.rules.privacy)
    else:
        ref = _WRITE[kind](state, source, capture, now)
    comparable = before if before and before.kind == ref.kind else None
    return PulledSource(
        name=name,
        snapshot=ref,
        count=ref.manifest["count"],
        seconds=ref.manifest.get("seconds"),
        delta=delta(comparable, ref),
        coverage=ref.coverage,
        left_out=_left_out(capture),
        rejected=tuple(capture.rejected),
        diagnostics=(*capture.diagnostics, *strangers(config, capture), *_accepted(capture)),
    )


def _kind(config: Config, name: str, capture: Capture) -> str:
    """Of what kind a capture is: by what is in it, and of an empty one by its profile."""
    profile = config.sources[name].profile
    if capture.rates or profile in ("pay_rates", "pay_items"):
        return "rates"
    if capture.payments or profile == "payments":
        return "payments"
    return "exchange" if capture.exchange or profile in EXCHANGE_PROFILES else "entries"


def _left_out(capture: Capture) -> dict[str, int]:
    """Why rows don't count, and how many: what still runs is kept, and nothing is booked for it."""
    running = sum(entry.running for entry in capture.entries)
    told = {**capture.left_out, "still running": running}
    return {why: count for why, count in sorted(told.items()) if count}


def _accepted(capture: Capture) -> Iterator[Diagnostic]:
    for row in capture.rejected[:LISTED]:
        yield Diagnostic(row.code, row.message, Severity.WARNING, Position(row.file, row.line))


def _store_books(name: str, books: Books, state: Path, now: datetime) -> PulledBooks:
    before = newest(state, name)
    ref = write_books(state, name, books, now)
    return PulledBooks(
        name=name,
        snapshot=ref,
        records=len(books.records),
        foreign=len(books.foreign),
        lock_date=books.lock_date,
        delta=_books_delta(before, ref, books),
        diagnostics=books.diagnostics,
    )


def _books_delta(before: SnapshotRef | None, ref: SnapshotRef, books: Books) -> Delta:
    if before is not None and before.id == ref.id:
        return Delta()
    old = {r.document.key: r for r in read_books(before).records} if before else {}
    new = {r.document.key: r for r in books.records}
    return Delta(
        new=len(new.keys() - old.keys()),
        changed=sum(1 for key in new.keys() & old.keys() if new[key] != old[key]),
        gone=len(old.keys() - new.keys()),
    )
