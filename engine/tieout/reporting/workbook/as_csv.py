"""A folder of CSV files, one a table (RFC 4180, UTF-8)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from tieout.reporting.figures import safe
from tieout.reporting.spreadsheet import defused
from tieout.reporting.workbook.tables import Table, Value


def files(tables: Iterable[Table]) -> dict[str, str]:
    """The text of each file by its name: ``{"documents.csv": …}``."""
    return {f"{table.name}.csv": _text(table) for table in tables}


def _text(table: Table) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows([_cell(value) for value in row] for row in table.rows)
    return out.getvalue()


def _cell(value: Value) -> str:
    """Dates in ISO, decimals with a point and no grouping; a text can't become a formula."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case int():
            return str(value)
    return defused(safe(value))
