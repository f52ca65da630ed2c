"""The entries of a rule test, inline or from a CSV beside it, as the canonical time entry."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any

from tieout.config import regular
from tieout.config.files import outside
from tieout.config.findings import Findings
from tieout.config.reader import Map, Seq, Text, placed
from tieout.config.scalars import day, duration, flag, hours, rate
from tieout.config.shape import Report, compiled
from tieout.connectors.sources.times import Zone, at, parse_clock, parse_moment
from tieout.domain.diagnostic import Position
from tieout.domain.entry import Grain
from tieout.governance.ruletests.model import RuleTest


@dataclass(frozen=True)
class Given:
    """One entry as the test gives it, and where."""

    node: Map
    at: Position

    def text(self, key: str) -> str | None:
        """What stands under a key; None where nothing does, or nothing but blanks."""
        value = self.node.get(key)
        return str(value) if value else None


def given_entries(root: Path, test: RuleTest, findings: Findings) -> list[Given]:
    """The entries in their order. What can't be read of a CSV is reported."""
    node = test.given.get("entries", Seq())
    if type(node) is Seq:
        return [Given(child, test.position(child)) for child in node]  # type: ignore[arg-type]
    return list(_from_csv(root, test, node, findings))


def _from_csv(root: Path, test: RuleTest, name: Text, findings: Findings) -> Iterator[Given]:
    path = str(PurePosixPath(test.file).parent / name)
    why = outside(root, path) or (None if (root / path).is_file() else "isn't there")
    if why:
        findings.error("TO753", test.position(name), f"{name} {why}", "name a CSV beside the test")
        return
    data = regular.read(root / path)
    findings.add_text(path, data)
    check, report = compiled("test-entry"), Report(path, findings)
    try:
        rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        columns = next(rows, [])
        for cells in rows:
            row = _row(columns, cells, rows.line_num)
            if any(cells) and check(row, report):
                yield Given(row, Position(path, rows.line_num, 1))
    except (UnicodeDecodeError, csv.Error) as error:
        findings.error("TO753", Position(path), f"this can't be read as CSV in UTF-8: {error}")


def _row(columns: Sequence[str], cells: Sequence[str], line: int) -> Map:
    """A line as the mapping that it would be inline; empty cells say nothing."""
    row = Map()
    row.line, row.column, row.places = line, 1, []
    for column, cell in zip(columns, cells, strict=False):
        if cell.strip():
            row[column.strip()] = placed(cell.strip(), line, 1)
            row.places.append((line - 1) << 32)
    return row


class Unreadable(ValueError):
    """An entry that says too little, too much, or what can't be; the message says which."""


def timed(given: Given, zone_name: str) -> list[dict[str, Any]]:
    """The time fields of the canonical entries that a given one stands for: one, or, with breaks,
    the spans between them. Raises :class:`Unreadable`."""
    node = given.node
    if "hours" in node:
        if "start" in node or "end" in node or "breaks" in node or "date" not in node:
            raise Unreadable("give `date` and `hours`, or `start` and `end`")
        return [_amount(node)]
    if "start" not in node or not ("end" in node or "running" in node):
        raise Unreadable("give `date` and `hours`, or `start` and `end`")
    zone = Zone(str(node.get("zone", zone_name)))
    start = _moment(node["start"], node.get("date"), zone)
    if "end" not in node:
        return [{"grain": Grain.SPAN, "start_at": start}]
    end = _end(node["end"], start, zone)
    spans = list(_worked(start, end, _breaks(node.get("breaks"), start, end, zone)))
    return [
        {"grain": Grain.SPAN, "start_at": a, "end_at": b, "seconds": _seconds(a, b)}
        for a, b in spans
    ]


def _amount(node: Map) -> dict[str, Any]:
    last, seconds = day(node["date"]), hours(node["hours"])
    if not flag(node.get("week", "false")):
        return {"grain": Grain.DAY, "to_date": last, "seconds": seconds}
    first = last - timedelta(days=6)
    return {"grain": Grain.WEEK, "from_date": first, "to_date": last, "seconds": seconds}


def _moment(text: str, on: str | None, zone: Zone) -> datetime:
    """The UTC instant of `2026-03-02T09:00`, or of `09:00` on the day `on`."""
    try:
        if on is not None and "-" not in text[:10]:
            local, offset = at(day(on), parse_clock(str(text))), None
        else:
            local, offset = parse_moment(str(text), None)
    except ValueError as error:
        raise Unreadable(str(error)) from None
    return zone.instants(local)[0] if offset is None else local - offset


def _end(text: str, start: datetime, zone: Zone) -> datetime:
    """Like `_moment`; a time of day alone is the first such after the start."""
    if "-" in text[:10]:
        return _moment(text, None, zone)
    first = zone.local_date(start)
    found = _moment(text, first.isoformat(), zone)
    return found if found > start else _moment(text, _next(first), zone)


def _next(day_: date) -> str:
    return (day_ + timedelta(days=1)).isoformat()


def _breaks(
    node: Any, start: datetime, end: datetime, zone: Zone
) -> list[tuple[datetime, datetime]]:
    """The breaks in their order; one of which only the length is known lies about the middle, from
    a full hour where there is one, so that no rounding of punches is touched by it."""
    if node is None:
        return []
    if type(node) is Text:
        return [_middle(start, end, timedelta(seconds=duration(node)))]
    found = []
    for child in node:
        begin = _end(child["start"], start - timedelta(seconds=1), zone)
        found.append((begin, _end(child["end"], begin, zone)))
    return sorted(found)


def _middle(start: datetime, end: datetime, length: timedelta) -> tuple[datetime, datetime]:
    about = start + (end - start - length) / 2
    full = about.replace(minute=0, second=0, microsecond=0)
    begin = full if full > start and full + length < end else about.replace(microsecond=0)
    return begin, begin + length


def _worked(
    start: datetime, end: datetime, breaks: list[tuple[datetime, datetime]]
) -> Iterator[tuple[datetime, datetime]]:
    for begin, until in breaks:
        if not start <= begin < until <= end:
            raise Unreadable("a break lies outside start and end, or in another break")
        if begin > start:
            yield start, begin
        start = until
    if end != start or not breaks:
        yield start, end


def _seconds(start: datetime, end: datetime) -> int:
    return (end - start) // timedelta(seconds=1)


def described(given: Given) -> dict[str, Any]:
    """The other fields of the canonical entry, those that no mapping turns on."""
    node = given.node
    flags = {k: flag(node[k]) for k in ("billable", "billed", "running") if k in node}
    billed_at: dict[str, Any] = {"rate": rate(node["bill_rate"])} if "bill_rate" in node else {}
    if "bill_currency" in node:
        billed_at["rate_currency"] = str(node["bill_currency"])
    return {
        "approval": str(node.get("approval", "approved")),
        "customer_name": given.text("customer"),
        "type": given.text("type"),
        "notes": given.text("notes"),
        **flags,
        **billed_at,
    }


