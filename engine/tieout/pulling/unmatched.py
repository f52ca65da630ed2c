"""Names of the mappings that no tracker has: a typing slip, a rename, or old news."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from tieout.config.findings import Findings
from tieout.config.model import Config, Project, Service, Worker
from tieout.domain.diagnostic import Diagnostic, Position, Severity
from tieout.domain.entry import PROJECT_KEYS, SERVICE_KEYS, WORKER_KEYS
from tieout.store import snapshot

if TYPE_CHECKING:
    from tieout.store.snapshot import SnapshotRef


class _Name(NamedTuple):
    """One alternative of a row under a source: the fields that it names, and their texts."""

    row: str
    fields: tuple[str, ...]
    texts: tuple[str, ...]


def unmatched(config: Config) -> tuple[Diagnostic, ...]:
    """TO181, a warning, for each name under a source that nothing in its newest snapshot has.

    Rows that hold on no day of the snapshot are passed over; nothing is looked at, and DuckDB isn't
    loaded, where nothing was pulled yet.
    """
    found: dict[tuple[str, _Name], None] = {}
    for source in sorted(config.sources):
        ref = snapshot.newest(config.state, source)
        if ref is not None and ref.kind == "entries":
            found |= dict.fromkeys((source, name) for name in _without(config, ref))
    return _told(config, found) if found else ()


def _without(config: Config, ref: SnapshotRef) -> Iterator[_Name]:
    """The names under this source that match nothing in its snapshot."""
    from tieout.store import entries

    span = entries.days(ref)
    if span is None:
        return
    kinds: Sequence[tuple[Sequence[Worker | Project | Service], Mapping[str, str]]] = (
        (config.workers, WORKER_KEYS),
        (config.projects, PROJECT_KEYS),
        (config.services, SERVICE_KEYS),
    )  # fmt: skip
    for rows, columns in kinds:
        by_fields: defaultdict[tuple[str, ...], list[_Name]] = defaultdict(list)
        for name in _names(rows, ref.name, span, tuple(columns)):
            by_fields[name.fields].append(name)
        for fields, names in sorted(by_fields.items()):
            there = _texts(entries.distinct(ref, [columns[field] for field in fields]), fields)
            yield from (name for name in names if name.texts not in there)


def _names(
    rows: Sequence[Worker | Project | Service],
    source: str,
    span: tuple[date, date],
    order: tuple[str, ...],
) -> Iterator[_Name]:
    for row in rows:
        if row.to < span[0] or row.from_ > span[1]:
            continue
        for keys in row.refs.get(source, ()):
            if keys:  # `task: any` matches whatever there is
                fields = tuple(field for field in order if field in keys)
                texts = tuple(keys[field] for field in fields)
                yield _Name(row.row, fields, texts)


def _texts(rows: set[tuple[str | None, ...]], fields: tuple[str, ...]) -> set[tuple[str, ...]]:
    """As mappings write them: e-mail addresses in lower case, and nothing that is blank."""
    return {
        tuple(
            text.lower() if field == "email" else text
            for field, text in zip(fields, row, strict=True)
            if text
        )
        for row in rows
    }


def _told(config: Config, found: Mapping[tuple[str, _Name], None]) -> tuple[Diagnostic, ...]:
    findings, read = Findings(), set[str]()
    for source, name in found:
        place = _place(config, source, name)
        if place.file not in read:
            findings.add_text(place.file, (config.root / place.file).read_bytes())
            read.add(place.file)
        pairs = zip(name.fields, name.texts, strict=True)
        shown = ", ".join(f"{field}: {text}" for field, text in pairs)
        findings.error(
            "TO181",
            place,
            f"nothing in the newest snapshot of '{source}' is {{{shown}}}",
            "look for a rename in the tracker, or end the row with valid: {to: DATE}",
            severity=Severity.WARNING,
        )
    return findings.all()


def _place(config: Config, source: str, name: _Name) -> Position:
    """Where the name stands; of one in a list, where the list begins."""
    addresses = (f"{name.row} {source}.{name.fields[0]}", f"{name.row} {source}", name.row)
    return next(config.positions[each] for each in addresses if each in config.positions)
