"""What the sources and the books name, read as they are at this moment; nothing is stored.

A name is counted by the day of its entries, so that rows of the mappings which hold on some days
only can be held against it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date
from typing import Final
from zoneinfo import ZoneInfo

from tieout.config.model import Config, SourceConfig
from tieout.connectors.ports import BookReader, Capture
from tieout.connectors.sources import open_source
from tieout.domain.books import Books
from tieout.domain.diagnostic import Diagnostic, Refused
from tieout.domain.entry import PROJECT_KEYS, SERVICE_KEYS, WORKER_KEYS, Entry

COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {
    "worker": WORKER_KEYS, "project": PROJECT_KEYS, "service": SERVICE_KEYS,
}  # fmt: skip
"""By kind: what a mapping row may name under a source, and the entry's field that it means."""

#: What two entries agree in that are the same work told twice (docs/semantics.md, 1.5).
_SAME: Final = (
    "grain", "start_at", "end_at", "from_date", "to_date", "seconds", "worker_id", "worker_email",
    "worker_name", "customer_id", "customer_name", "project_id", "project_name", "task_id",
    "task_name", "type", "billable", "notes", "tags",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Name:
    """One worker, project or service as a source calls it. ``fields``: what it says of it, by the
    keys of mapping rows. ``days``: day → (entries, seconds). ``billable``: what the entries say;
    ``rated``: whether any brings a billing rate of its own."""

    kind: str
    source: str
    fields: Mapping[str, str]
    days: Mapping[date, tuple[int, int]]
    billable: frozenset[bool | None]
    rated: bool

    @property
    def entries(self) -> int:
        return sum(count for count, _ in self.days.values())

    @property
    def seconds(self) -> int:
        return sum(seconds for _, seconds in self.days.values())


@dataclass(frozen=True, kw_only=True)
class SeenSource:
    """What one source of time gave. ``refused``: why it can't be read, and then all else is empty.
    ``repeated``: entries and seconds that stand there a second time."""

    name: str
    entries: int = 0
    seconds: int = 0
    days: tuple[date, date] | None = None
    names: tuple[Name, ...] = ()
    repeated: tuple[int, int] = (0, 0)
    rejected: int = 0
    refused: tuple[Diagnostic, ...] = ()

    def of(self, kind: str) -> tuple[Name, ...]:
        return tuple(name for name in self.names if name.kind == kind)


@dataclass(frozen=True, kw_only=True)
class SeenBooks:
    """What one set of books holds; ``refused``: why it can't be read."""

    name: str
    books: Books | None = None
    refused: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True)
class Survey:
    """Both sides as they are now, by name."""

    sources: tuple[SeenSource, ...]
    books: tuple[SeenBooks, ...]


def survey(
    config: Config,
    readers: Mapping[str, Callable[[], BookReader]],
    progress: Callable[[str], None] = lambda _step: None,
) -> Survey:
    """Read every source of time and all books. What refuses is a part of what was seen."""
    sources = []
    for name, source in config.sources.items():
        if source.profile != "pay_rates":
            progress(f"reading {name}")
            sources.append(see(config, source))
    seen = []
    for name, reader in readers.items():
        progress(f"reading {name}")
        try:
            seen.append(SeenBooks(name=name, books=reader().read()))
        except Refused as refusal:
            seen.append(SeenBooks(name=name, refused=refusal.diagnostics))
    return Survey(tuple(sources), tuple(seen))


def see(config: Config, source: SourceConfig) -> SeenSource:
    """One source of time, read."""
    try:
        capture = open_source(source, config.company.timezone, config.root).pull()
    except Refused as refusal:
        return SeenSource(name=source.name, refused=refusal.diagnostics)
    return _seen(source.name, capture, ZoneInfo(config.company.timezone))


def _seen(source: str, capture: Capture, zone: ZoneInfo) -> SeenSource:
    dated = [(entry, _day(entry, zone)) for entry in capture.entries]
    days = [day for _, day in dated if day is not None]
    names = [name for kind in COLUMNS for name in _names(kind, source, dated)]
    return SeenSource(
        name=source,
        entries=len(dated),
        seconds=sum(entry.seconds for entry, _ in dated),
        days=(min(days), max(days)) if days else None,
        names=tuple(names),
        repeated=_repeated(capture.entries),
        rejected=len(capture.rejected),
    )


def _day(entry: Entry, zone: ZoneInfo) -> date | None:
    """The entry's day by the company's clock; of a bucket its last."""
    if entry.start_at is None:
        return entry.to_date
    return entry.start_at.replace(tzinfo=UTC).astimezone(zone).date()


def _names(kind: str, source: str, dated: Iterable[tuple[Entry, date | None]]) -> Iterable[Name]:
    """Every name of one kind, the most time first."""
    columns = tuple(COLUMNS[kind].items())
    days: defaultdict[tuple[str | None, ...], dict[date, tuple[int, int]]] = defaultdict(dict)
    billable: defaultdict[tuple[str | None, ...], set[bool | None]] = defaultdict(set)
    rated: set[tuple[str | None, ...]] = set()
    for entry, day in dated:
        texts = tuple(getattr(entry, column) or None for _, column in columns)
        count, seconds = days[texts].get(day or date.min, (0, 0))
        days[texts][day or date.min] = (count + 1, seconds + entry.seconds)
        billable[texts].add(entry.billable)
        if entry.rate is not None:
            rated.add(texts)
    found = [
        Name(
            kind=kind, source=source, days=days[texts], billable=frozenset(billable[texts]),
            rated=texts in rated,
            fields={key: text for (key, _), text in zip(columns, texts, strict=True) if text},
        )
        for texts in days
    ]  # fmt: skip
    return sorted(found, key=lambda name: (-name.seconds, -name.entries, str(name.fields)))


def _repeated(entries: Iterable[Entry]) -> tuple[int, int]:
    """How many entries are told a second time, and their seconds."""
    seen = Counter(tuple(getattr(e, field) for field in _SAME) for e in entries if e.seconds)
    seconds = _SAME.index("seconds")
    again = [(times - 1, (times - 1) * row[seconds]) for row, times in seen.items() if times > 1]
    return sum(times for times, _ in again), sum(total for _, total in again)
