"""A file's rows → drafts of entries; what can't be read is listed with its line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tieout.connectors.sources import cells
from tieout.connectors.sources.cells import BadRow
from tieout.connectors.sources.identity import Draft
from tieout.connectors.sources.layout import Layout, bind, fitting
from tieout.connectors.sources.orders import date_orders
from tieout.connectors.sources.settings import KEYS, Settings
from tieout.connectors.sources.table import Row, Table
from tieout.connectors.sources.times import UnitMissing
from tieout.connectors.sources.when import Clockwork, When
from tieout.domain.diagnostic import Diagnostic, Position, Refused, Severity
from tieout.domain.entry import Rejected
from tieout.domain.money import format_seconds

#: How many warnings of one kind a file may give before they are only counted.
SHOWN: Final = 20
#: How many of the words that aren't listed are named.
WORDS: Final = 3


@dataclass
class Notes:
    """What is worth saying about one file: the first few of a kind, then their number."""

    file: str
    diagnostics: list[Diagnostic] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def differs(self, line: int, stated: int, seconds: int) -> None:
        """The duration column isn't end − start (TO330)."""
        self.counts["TO330"] += 1
        if self.counts["TO330"] <= SHOWN:
            self.diagnostics.append(
                Diagnostic(
                    "TO330",
                    f"the duration says {format_seconds(stated)}, end − start is "
                    f"{format_seconds(seconds)}, which is taken",
                    Severity.WARNING,
                    Position(self.file, line),
                    hint="mend the entry in the tracker and export again",
                )
            )

    def summed_up(self, layout: Layout) -> list[Diagnostic]:
        """All that was noted, with the counted kinds told once each."""
        found = list(self.diagnostics)
        if (more := self.counts["TO330"] - SHOWN) > 0:
            found.append(self._told("TO330", f"{more} more durations differ from end − start"))
        if rounded := self.counts["TO331"]:
            what = f"amounts that were no whole seconds, rounded half up: {rounded}"
            found.append(self._told("TO331", what))
        if layout.control:
            what = f"control characters replaced by blanks: {layout.control}"
            found.append(self._told("TO332", what))
        if layout.unlisted:
            found.append(self._told("TO333", _unlisted(layout.unlisted)))
        return found

    def _told(self, code: str, message: str) -> Diagnostic:
        severity = Severity.WARNING if code == "TO330" else Severity.INFO
        return Diagnostic(code, message, severity, Position(self.file))


def _unlisted(words: Counter[str]) -> str:
    """How often, and which: the most frequent ones first."""
    often = sorted(words, key=lambda word: (-words[word], word))
    named = ", ".join(f"'{word}'" for word in often[:WORDS]) + (" …" if len(often) > WORDS else "")
    return f"approvals not among `values`, taken as not approved: {words.total()} ({named})"


@dataclass(frozen=True)
class ReadFile:
    """``gone``: entries of which the tracker says that they were deleted. ``left_out``: how many rows
    for which reason."""

    drafts: list[Draft] = field(default_factory=list)
    gone: list[Draft] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def read_entries(table: Table, settings: Settings) -> ReadFile:
    """Every row of a file: read, or rejected with a reason.

    Raises ``Refused`` for what concerns the file as a whole (TO305, TO306, TO307, TO309).
    """
    settings = fitting(table, settings)
    layout = bind(table, settings.columns, settings.source)
    clockwork = Clockwork(settings, date_orders(table, layout, settings.date_order))
    notes = Notes(table.name)
    result = ReadFile()
    for row in table.rows():
        if why := _passed_over(row, settings.profile.total):
            result.left_out[why] += 1
            continue
        try:
            given = layout.fields(row)
            when = clockwork.read(given)
            draft = _draft(row.line, given, when, clockwork, settings)
            deleted = "deleted" in given and _deleted(given["deleted"])
        except BadRow as bad:
            result.rejected.append(Rejected(table.name, row.line, bad.code, bad.message))
            continue
        except UnitMissing as missing:
            raise Refused([_unit_missing(table, row.line, missing)]) from None
        if deleted:
            result.gone.append(draft)
            continue
        if when.stated is not None:
            notes.differs(row.line, when.stated, when.seconds)
        notes.counts["TO331"] += when.rounded
        result.drafts.append(draft)
    result.diagnostics.extend(notes.summed_up(layout))
    return result


def _passed_over(row: Row, total: str | None) -> str:
    """Why a row is no entry and needn't be read: it is blank, or the sum of those above."""
    if row.blank:
        return "blank row"
    if total and row.cells and row.cells[0].strip().casefold() == total and "" in row.cells[1:]:
        return "sum of the rows above"
    return ""


def _deleted(text: str) -> bool:
    """A yes, or the time at which it was deleted."""
    try:
        return bool(cells.yes_or_no(text, "deleted"))
    except BadRow:
        return True


def _draft(
    line: int, row: Mapping[str, str], when: When, clockwork: Clockwork, settings: Settings
) -> Draft:
    email = row.get("email", "").lower() or None
    worker = row.get("worker_id") or email or row.get("worker")
    if not worker:
        raise BadRow("TO325", "the row names no worker")
    rate, currency = cells.rate(row, settings.decimal_comma)
    get = row.get
    values = (
        when.grain.value,
        when.start_at,
        when.end_at,
        when.from_date,
        when.to_date,
        when.seconds,
        get("worker_id") or None,
        email,
        get("worker") or None,
        get("customer_id") or None,
        get("customer") or None,
        get("project_id") or None,
        get("project") or None,
        get("task_id") or None,
        get("task") or None,
        get("type") or None,
        cells.yes_or_no(get("billable", ""), "billable"),
        cells.yes_or_no(get("billed", ""), "billed") or False,
        when.running,
        cells.approval(row),
        get("approved_by") or None,
        clockwork.moment(row, "approved_at"),
        rate,
        currency,
        get("notes") or None,
        get("tags") or None,
    )
    return Draft(line, _natural(row, worker, when, settings), values, when.first, when.last)


def _natural(
    row: Mapping[str, str], worker: str, when: When, settings: Settings
) -> str | tuple[str, ...]:
    """The tracker's id, or the parts of the natural key (the tracker's ids outrank its names)."""
    if "id" in row:
        if not row["id"]:
            raise BadRow("TO325", "id is blank")
        return row["id"]
    parts = []
    usual = when.grain is settings.grain or "start" in when.key
    for name in settings.key if usual else KEYS[when.grain]:
        if name == "worker":
            parts.append(worker)
        else:
            parts.append(when.key.get(name) or row.get(f"{name}_id") or row.get(name, ""))
    return tuple(parts)


def _unit_missing(table: Table, line: int, missing: UnitMissing) -> Diagnostic:
    return Diagnostic(
        "TO309",
        f"the duration {missing}",
        position=Position(table.name, line),
        hint="say `duration: hours`, `minutes` or `seconds` at the source",
        next="tieout validate",
    )
