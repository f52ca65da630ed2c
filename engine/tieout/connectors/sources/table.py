"""Bytes → text → rows: character-separated tables, strictly, with the line of every row."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tieout.domain.diagnostic import Diagnostic, Position, Refused

DELIMITERS: Final = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
ENCODINGS: Final = ("utf-8", "utf-16", "cp1252", "latin-1")
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: How XLSX (a zip archive) and XLS (an OLE compound file) begin.
_SPREADSHEETS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
#: What Excel's CSV may begin with, to say what stands between the columns.
_SEPARATOR_LINE = re.compile(r"sep=([,;\t|])\s*")


@dataclass(frozen=True)
class Row:
    """``line`` is the line of the file on which the row begins, from 1."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class Table:
    """A table whose rows are parsed anew at each pass, so that only one is in memory."""

    name: str
    text: str
    delimiter: str
    header: tuple[str, ...]
    header_line: int

    def rows(self) -> Iterator[Row]:
        """The rows after the header; wholly empty lines are skipped, ragged rows come as they are.

        Raises ``Refused`` (TO306) where quoting is broken: no later row could be trusted then.
        """
        for row in _records(self.name, self.text, self.delimiter):
            if row.line > self.header_line:
                yield row


def decode(name: str, data: bytes, encoding: str | None) -> str:
    """Text of a file: by its byte order mark, else ``encoding``, else UTF-8.

    Raises ``Refused`` (TO303) naming the line of the first byte that doesn't fit, or of a NUL.
    """
    if data.startswith(_SPREADSHEETS):
        raise Refused([_spreadsheet(name)])
    chosen = next((codec for bom, codec in _BOMS if data.startswith(bom)), encoding or "utf-8")
    try:
        text = data.decode(chosen)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Refused(
            [_undecodable(name, line, f"is not {chosen.removesuffix('-sig')} text")]
        ) from None
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise Refused([_undecodable(name, line, "holds a NUL character")])
    return text


def unreadable(name: str, why: str) -> Diagnostic:
    """TO303 for a file that the machine doesn't let us read."""
    return Diagnostic(
        "TO303",
        f"{name} can't be read: {why}",
        position=Position(name),
        hint="give yourself the right to read it, or put it there again",
        next="tieout pull",
    )


def _spreadsheet(name: str) -> Diagnostic:
    return Diagnostic(
        "TO303",
        f"{name} is a spreadsheet, and not a text file",
        position=Position(name),
        hint="save it as CSV (UTF-8), and put that in its place",
        next="tieout pull",
    )


def _undecodable(name: str, line: int, what: str) -> Diagnostic:
    return Diagnostic(
        "TO303",
        f"{name} {what}",
        position=Position(name, line),
        hint="export it again as UTF-8, or say `encoding: cp1252` (utf-16, latin-1) at the source",
        next="tieout pull",
    )


def open_table(name: str, text: str, delimiter: str | None) -> Table:
    """Header and delimiter. Raises ``Refused`` (TO304, TO306) where they can't be told."""
    stripped = text.lstrip("\r\n")
    if not stripped.strip():
        raise Refused(
            [
                Diagnostic(
                    "TO304",
                    f"{name} is empty: not even a header",
                    position=Position(name),
                    hint="export it again, or take the file away",
                    next="tieout pull",
                )
            ]
        )
    first = io.StringIO(stripped, newline="").readline()
    said = _SEPARATOR_LINE.fullmatch(first)
    chosen = delimiter or (said[1] if said else _sniff(name, first))
    records = _records(name, text, chosen)
    head = next(records)
    if said:
        head = next(records, head)
    return Table(name, text, chosen, tuple(cell.strip() for cell in head.cells), head.line)


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
                    line=line.strip(),
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
    shown = next((t for n, t in enumerate(io.StringIO(text, newline=""), 1) if n == line), "")
    return Diagnostic(
        "TO306",
        f"the quoting is broken in the row that begins here ({error})",
        position=Position(name, line),
        line=shown.strip()[:200],
        hint='inside a quoted cell a quotation mark is written twice: "the ""new"" page"',
        next="tieout pull",
    )
