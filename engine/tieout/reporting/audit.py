"""What `tieout audit` shows: both systems, each with what is worth mending in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from tieout.domain.diagnostic import Severity
from tieout.domain.money import format_seconds
from tieout.pulling.audit import Finding
from tieout.pulling.survey import SeenBooks, SeenSource, Survey
from tieout.reporting import codes
from tieout.reporting.figures import counted, cut, pad, safe
from tieout.reporting.paint import Paint, painter

FORMAT_VERSION: Final = 1
#: Of findings that are alike so many are listed on a page; JSON has all.
LISTED: Final = 20
_MARKS: Final = {
    Severity.ERROR: ("✗", "bad"),
    Severity.WARNING: ("!", "update"),
    Severity.INFO: ("·", "faint"),
}


def as_json(seen: Survey, found: Sequence[Finding]) -> str:
    """A document of the schema `audit`."""
    told = {
        "format_version": FORMAT_VERSION,
        "sources": [_source_json(source) for source in seen.sources],
        "books": [_books_json(books) for books in seen.books],
        "findings": [finding.as_json() for finding in found],
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def text(seen: Survey, found: Sequence[Finding], *, columns: int, colour: bool = False) -> str:
    """A headline for each system, its findings below by code and kind; at the end what to run."""
    paint = painter(colour)
    lines: list[str] = []
    systems: tuple[SeenSource | SeenBooks, ...] = (*seen.sources, *seen.books)
    for system in systems:
        mine = [finding for finding in found if finding.system == system.name]
        lines += [_headline(system, paint), *_findings(mine, columns, paint), ""]
    worse = [finding for finding in found if finding.severity is not Severity.INFO]
    empty = all(not source.entries and not source.refused for source in seen.sources)
    lines += [_ending(worse, empty=empty), "", f"Next: {_next(worse, empty=empty)}"]
    return "\n".join(lines) + "\n"


def _headline(system: SeenSource | SeenBooks, paint: Paint) -> str:
    name = paint(safe(system.name), "title")
    if system.refused:
        return f"{name}  can't be read"
    if isinstance(system, SeenSource):
        days = f"  ·  {system.days[0]} to {system.days[1]}" if system.days else ""
        size = counted(system.entries, "entry", "entries")
        return f"{name}  {size}, {format_seconds(system.seconds)}{days}"
    books = system.books
    if books is None:
        return name
    ours = counted(len(books.records), "document")
    return f"{name}  {ours} of ours, {len(books.foreign):,} of others"


def _findings(found: Sequence[Finding], columns: int, paint: Paint) -> Iterator[str]:
    if not found:
        yield "  nothing to mend"
    for (severity, code, kind), group in groupby(found, lambda f: (f.severity, f.code, f.kind)):
        alike = list(group)
        mark, meaning = _MARKS[severity]
        yield f"  {paint(mark, meaning)} {codes.title(code)}: {kind}  {paint(code, 'faint')}"
        for finding in alike[:LISTED]:
            yield from _finding(finding, columns)
        if len(alike) > LISTED:
            yield f"      … and {len(alike) - LISTED:,} more: tieout audit --format json"


def _finding(finding: Finding, columns: int) -> Iterator[str]:
    room = max(24, columns - 54)
    names = cut(safe(" ↔ ".join(finding.names)), room)
    parts = [pad(names, room)] if names else []
    if finding.entries:
        size = counted(finding.entries, "entry", "entries")
        parts.append(f"{size}, {format_seconds(finding.seconds)}" if finding.seconds else size)
    if finding.days:
        first, last = finding.days
        parts.append(f"{first} to {last}" if first != last else f"{first}")
    yield cut("      " + "  ".join(parts).rstrip(), columns) if parts else ""
    if finding.message != "not mapped":
        yield f"        {safe(finding.message)}"
    if finding.hint:
        yield f"        {safe(finding.hint)}"


def _ending(worse: Sequence[Finding], *, empty: bool) -> str:
    if empty:
        return "No source holds an entry yet: put the tracker's export where tieout.yaml says."
    return f"{counted(len(worse), 'thing')} to mend." if worse else "Nothing to mend."


def _next(worse: Sequence[Finding], *, empty: bool) -> str:
    """The command of what matters most: what can't be read, then what isn't mapped."""
    ranked = sorted(
        worse, key=lambda f: (f.severity is not Severity.ERROR, "suggest" not in f.next)
    )
    usual = "tieout audit" if empty else "tieout validate"
    return ranked[0].next if ranked else usual


def _source_json(source: SeenSource) -> dict[str, object]:
    first, last = (day.isoformat() for day in source.days) if source.days else (None, None)
    return {
        "name": source.name, "read": not source.refused, "entries": source.entries,
        "seconds": source.seconds, "from": first, "to": last, "rejected": source.rejected,
    }  # fmt: skip


def _books_json(seen: SeenBooks) -> dict[str, object]:
    books = seen.books
    return {
        "name": seen.name, "read": books is not None, "documents": len(books.records) if books else 0,
        "foreign": len(books.foreign) if books else 0,
        "accounts": sorted(books.balances) if books else [],
    }  # fmt: skip
