"""A worksheet as people review it: a list of what waits, and each as a workbook or as tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from tieout.domain.document import Line
from tieout.domain.money import RATE_SCALE, format_amount, format_seconds, minor_digits
from tieout.planning.worksheets import Billed, Worksheet
from tieout.reporting.workbook import as_csv, as_xlsx
from tieout.reporting.workbook.tables import Table, Value, hours


def told(found: Sequence[Worksheet]) -> Iterator[str]:
    """What waits: a paragraph each."""
    if not found:
        yield "Nothing waits for a review."
    for sheet in found:
        document = sheet.document
        total = format_amount(document.amount, document.currency or "", grouped=True)
        yield f"{document.key}  {format_seconds(document.seconds)}  {total} {document.currency}"
        yield f"  {document.from_} – {document.to}  ·  {document.party_ref}  ·  {sheet.why}" + (
            f"  →  {sheet.reviewer}" if sheet.reviewer else ""
        )


def following(found: Sequence[Worksheet], *, written: bool) -> str:
    """The command to run next."""
    if not found:
        return "tieout plan"
    key = found[0].document.key
    return f'tieout release {key} --reason "…"' if written else "tieout worksheet --format xlsx"


def files(sheet: Worksheet, form: str, now: datetime) -> dict[str, bytes]:
    """Its files by name: one workbook, or a folder with a CSV for each table. The name is made of the
    document's key, of which every part is an id, a currency or a period."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", "-".join(sheet.document.key.split("/")[2:])).strip("-")
    filled = (_head(sheet), _lines(sheet), _entries(sheet))
    if form == "xlsx":
        return {f"{name}.xlsx": as_xlsx.workbook(filled, now)}
    return {f"{name}/{file}": text.encode() for file, text in as_csv.files(filled).items()}


def _head(sheet: Worksheet) -> Table:
    document, standing = sheet.document, sheet.standing
    rows: list[tuple[Value, ...]] = [
        ("document", document.key),
        ("customer", document.party_ref),
        ("from", date.fromisoformat(document.from_)),
        ("to", date.fromisoformat(document.to)),
        ("hours", hours(document.seconds)),
        ("amount, before tax", _money(document.amount, document.currency)),
        ("currency", document.currency),
        ("in the books now", _money(standing.amount, standing.currency) if standing else None),
        ("waits, since", sheet.why),
        ("for", sheet.reviewer),
        ("digest that a release binds", document.digest),
    ]
    return Table("worksheet", ("what", "value"), tuple(rows))


def _lines(sheet: Worksheet) -> Table:
    columns = (
        "line", "text", "project", "service", "worker", "seconds", "hours", "rate", "amount",
        "tax", "account",
    )  # fmt: skip
    currency = sheet.document.currency

    def row(line: Line) -> tuple[Value, ...]:
        rate = Decimal(line.rate) / RATE_SCALE if line.rate is not None else None
        return (
            line.key, line.text, line.project, line.service, line.worker, line.seconds,
            hours(line.seconds), rate, _money(line.amount, currency), line.tax, line.account_ref,
        )  # fmt: skip

    return Table("lines", columns, tuple(map(row, sheet.document.lines)))


def _entries(sheet: Worksheet) -> Table:
    columns = ("line", "date", "worker", "entry", "seconds", "hours", "notes")

    def row(one: Billed) -> tuple[Value, ...]:
        return (
            one.line, one.date, one.worker, one.entry, one.seconds, hours(one.seconds), one.notes,
        )  # fmt: skip

    return Table("entries", columns, tuple(map(row, sheet.billed)))


def _money(minor: int, currency: str | None) -> Decimal:
    return Decimal(minor).scaleb(-minor_digits(currency or ""))
