"""Character-separated text → rows: CSV, TSV, and what spreadsheets write for either."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from tieout.connectors.sources.table import (
    DELIMITERS,
    LONGEST_CELL,
    WIDEST,
    Row,
    Table,
    empty,
    too_large,
)
from tieout.domain.diagnostic import Diagnostic, Position, Refused

#: What Excel's CSV may begin with, to say what stands between the columns.
_SEPARATOR_LINE = re.compile(r"sep=([,;\t|])\s*")


def open_separated(name: str, text: str, delimiter: str | None) -> Table:
    """Header and delimiter. Raises ``Refused`` (TO304, TO306, TO312) where they can't be told."""
    stripped = text.lstrip("\r\n")
    if not stripped.strip():
        raise Refused([empty(name)])
    first = io.StringIO(stripped, newline="").readline()
    said = _SEPARATOR_LINE.fullmatch(first)
    chosen = delimiter or (said[1] if said else _sniff(name, first))
    records = _records(name, text, chosen)
    head = next(records)
    if said:
        head = next(records, head)
    if len(head.cells) > WIDEST:
        raise Refused([too_large(name, f"has {len(head.cells):,} columns", head.line)])

    def rows() -> Iterator[Row]:
        """Parsed anew at each pass, so that only one row is in memory."""
        return (row for row in _records(name, text, chosen) if row.line > head.line)

    return Table(name, tuple(cell.strip() for cell in head.cells), head.line, rows)


def _sniff(name: str, line: str) -> str:
    """The one of ``, ; tab |`` that stands outside quotes in the header line."""
    bare = "".join(line.split('"')[::2])
    found = [sign for sign in DELIMITERS.values() if sign in bare.strip("\r\n")]
    if len(found) > 1:
        words = " and ".join(word for word, sign in DELIMITERS.items() if sign in found)
        raise Refused(
            [
                Diagnostic(
                    "TO304",
                    f"the header of {name} holds {words}: which one separates the columns?",
                    position=Position(name, 1),
                    line=line.strip()[:200],
                    hint=f"say `delimiter:` at the source: {', '.join(DELIMITERS)}",
                    next="tieout validate",
                )
            ]
        )
    return found[0] if found else ","


def _records(name: str, text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Refused([_broken(name, text, line, error)]) from None
        if cells and (len(cells) > 1 or cells[0].strip()):
            yield Row(line, cells)


def _broken(name: str, text: str, line: int, error: csv.Error) -> Diagnostic:
    if "field limit" in str(error):
        longest = (
            f"holds a cell of more than {LONGEST_CELL:,} characters, or a quote that isn't closed"
        )
        return too_large(name, longest, line)
    shown = next((t for n, t in enumerate(io.StringIO(text, newline=""), 1) if n == line), "")
    return Diagnostic(
        "TO306",
        f"the quoting is broken in the row that begins here ({error})",
        position=Position(name, line),
        line=shown.strip()[:200],
        hint='inside a quoted cell a quotation mark is written twice: "the ""new"" page"',
        next="tieout pull",
    )
