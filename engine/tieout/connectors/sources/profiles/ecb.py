"""The euro's reference rates as the European Central Bank publishes them.

XML and CSV, of a day (`eurofxref.xml`, `eurofxref.csv`), 90 days (`eurofxref-hist-90d.xml`) and all
days since 1999 (`eurofxref-hist.xml`, `eurofxref-hist.csv`), the CSV also inside the archive that it
comes in. A rate says how much of a currency one euro is. `N/A` stands where none was published.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any, Final
from xml.parsers import expat

from tieout.connectors.sources.profiles.profile import Profile, Shape, column
from tieout.connectors.sources.table import Row, Table
from tieout.domain.diagnostic import Diagnostic, Position, Refused

_HEADER: Final = ("date", "from", "to", "rate")
_EURO: Final = "EUR"
#: What stands in the CSV for a rate that isn't published.
NOT_PUBLISHED: Final = "N/A"


def open_ecb(name: str, text: str) -> Table:
    """A row for each rate, at its line. Raises ``Refused`` (TO350) for any other file."""
    is_xml = text.lstrip("\ufeff \t\r\n").startswith("<")
    rows = _of_xml(name, text) if is_xml else list(_of_csv(name, text))
    return Table(name, _HEADER, 0, lambda: iter(rows))


def _of_csv(name: str, text: str) -> Iterator[Row]:
    """``Date, USD, JPY, …,`` above, a day in each row; blanks and a last comma mean nothing."""
    lines = csv.reader(io.StringIO(text, newline=""))
    header = [cell.strip() for cell in next(lines, [])]
    codes = header[1:]
    if not header or header[0] != "Date" or not any(codes):
        raise Refused([_other(name, 1, "its first line is not `Date, USD, JPY, …`")])
    for cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        day = _day(cells[0].strip())
        for code, cell in zip(codes, cells[1:], strict=False):
            if code and cell.strip():
                yield Row(lines.line_num, (day, _EURO, code, cell.strip()))


def _day(text: str) -> str:
    """The file of a day writes ``20 November 2026``, that of all days ``2026-11-20``."""
    months = "January February March April May June July August September October November December"
    day, _, rest = text.partition(" ")
    month, _, year = rest.partition(" ")
    if day.isdigit() and month in months.split() and year.isdigit():
        return f"{year}-{months.split().index(month) + 1:02}-{int(day):02}"
    return text


def _of_xml(name: str, text: str) -> list[Row]:
    """``Cube`` elements: one with ``time`` for each day, in it one with ``currency`` and ``rate``."""
    found: list[Row] = []
    parser = expat.ParserCreate()
    day = ""

    def start(tag: str, attributes: dict[str, Any]) -> None:
        nonlocal day
        if tag.rpartition(":")[2] != "Cube":
            return
        day = attributes.get("time", day)
        if "currency" in attributes:
            cells = (day, _EURO, attributes["currency"], attributes.get("rate", ""))
            found.append(Row(parser.CurrentLineNumber, cells))

    def doctype(*_: object) -> None:
        raise Refused([_other(name, parser.CurrentLineNumber, "it declares a document type")])

    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = doctype  # entities may grow without bound
    try:
        parser.Parse(text.lstrip("\ufeff"), True)
    except expat.ExpatError as error:
        raise Refused([_other(name, error.lineno, expat.ErrorString(error.code))]) from None
    if not found:
        raise Refused([_other(name, 1, "no `Cube` in it has a currency")])
    return found


def _other(name: str, line: int, why: str) -> Diagnostic:
    return Diagnostic(
        "TO350",
        f"{name} is not a file of reference rates of the European Central Bank: {why}",
        position=Position(name, line),
        hint="take it anew from the bank's page, or give a table of your own with the profile "
        "exchange_rates",
        next="tieout pull",
    )


PROFILE: Final = Profile(
    name="ecb",
    kind="exchange",
    shapes=(
        Shape(
            columns={
                "date": column("date"),
                "from": column("from"),
                "to": column("to"),
                "rate": column("rate"),
            }
        ),
    ),
    text=open_ecb,
    archive=(".csv", ".xml"),
)
