"""One XLSX workbook, a sheet a table: figures are numbers, days are days, texts are texts."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tieout.domain.diagnostic import Diagnostic, Refused
from tieout.reporting.figures import safe, width
from tieout.reporting.spreadsheet import formula
from tieout.reporting.workbook.tables import Table, Value

if TYPE_CHECKING:
    from types import ModuleType

#: The format's own limits: rows of a sheet with its head, characters of a cell.
ROWS, CHARACTERS = 1_048_576, 32_767
#: What a cell's number, a double, holds exactly: 15 significant digits, as spreadsheets show them.
_DIGITS = 15
#: Columns are as wide as what stands in the first of their rows, within reason.
_SAMPLED, _NARROW, _WIDE = 200, 8, 60

_FORMATS: dict[str, dict[str, Any]] = {
    "head": {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"},
    "whole": {"num_format": "#,##0"},
    "decimal": {"num_format": "#,##0.00####"},
    "day": {"num_format": "yyyy-mm-dd", "align": "left"},
    # The cell's own mark for "a text, whatever it looks like": it outlives a save and an edit.
    "quoted": {"quote_prefix": True},
}


def workbook(tables: Iterable[Table], made: datetime) -> bytes:
    """The file. ``made`` is the moment that its properties name, so that the same report gives the
    same bytes. Raises ``Refused`` (TO296) where the library that writes it isn't installed."""
    library, out = _library(), io.BytesIO()
    with library.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": made.replace(tzinfo=None)})
        formats = {name: book.add_format(told) for name, told in _FORMATS.items()}
        for name, table in _sheets(tables):
            _fill(book.add_worksheet(name), table, formats)
    return out.getvalue()


def _library() -> ModuleType:
    try:
        import xlsxwriter
    except ImportError:
        raise Refused([
            Diagnostic(
                code="TO296", message="writing XLSX needs the package XlsxWriter",
                hint="pip install 'tieout[xlsx]', or take --format csv",
                next="tieout report --format csv -o DIR",
            )
        ]) from None  # fmt: skip
    module: ModuleType = xlsxwriter
    return module


def _sheets(tables: Iterable[Table]) -> Iterator[tuple[str, Table]]:
    """What is longer than a sheet can be goes on in the next: ``documents``, ``documents 2`` …"""
    for table in tables:
        for number, start in enumerate(range(0, max(len(table.rows), 1), ROWS - 1), 1):
            part = Table(table.name, table.columns, table.rows[start : start + ROWS - 1])
            yield (table.name if number == 1 else f"{table.name} {number}"), part


def _fill(sheet: Any, table: Table, formats: dict[str, Any]) -> None:
    for column, name in enumerate(table.columns):
        sheet.write_string(0, column, name, formats["head"])
        sheet.set_column(column, column, _wide([name, *(r[column] for r in table.rows[:_SAMPLED])]))
    for number, row in enumerate(table.rows, 1):
        for column, value in enumerate(row):
            _write(sheet, number, column, value, formats)
    sheet.freeze_panes(1, 1)
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)


def _wide(values: Iterable[Value]) -> int:
    widest = max(width(str(value)) for value in values if value is not None)
    return min(max(_NARROW, widest + 2), _WIDE)


def _write(sheet: Any, row: int, column: int, value: Value, formats: dict[str, Any]) -> None:
    match value:
        case None:
            return
        case bool():
            sheet.write_boolean(row, column, value)
        case int() | Decimal() if not _fits(value):
            sheet.write_string(row, column, f"{Decimal(value):f}", formats["quoted"])
        case int():
            sheet.write_number(row, column, value, formats["whole"])
        case Decimal():
            sheet.write_number(row, column, value, formats["decimal"])
        case date():
            sheet.write_datetime(row, column, value, formats["day"])
        case str():
            text = safe(value)[:CHARACTERS]
            sheet.write_string(row, column, text, formats["quoted"] if formula(text) else None)


def _fits(value: int | Decimal) -> bool:
    """Whether a spreadsheet keeps every digit of the number."""
    return len(Decimal(value).normalize().as_tuple().digits) <= _DIGITS
