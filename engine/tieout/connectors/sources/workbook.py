"""XLSX and other workbooks → rows, read in a process of its own: see ``sheet.py``."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Final

from tieout.connectors.sources import sheet
from tieout.connectors.sources.table import WIDEST, Row, Table, empty, too_large
from tieout.domain.diagnostic import Diagnostic, Position, Refused

#: How workbooks begin: XLSX and ODS are zip archives, XLS an OLE compound file.
_BEGINNINGS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
#: Bytes of an export as a workbook; a million cells take about ten.
_LARGEST: Final = 64 << 20
#: Seconds to wait; the process gives up after ``sheet.SECONDS`` of work by itself.
_PATIENCE: Final = 2 * sheet.SECONDS


def is_workbook(data: bytes) -> bool:
    return data.startswith(_BEGINNINGS)


def open_workbook(name: str, data: bytes, wanted: str | None) -> Table:
    """The sheet ``wanted``, or the only one that holds anything. Dates come with the year first.

    Raises ``Refused``: TO304 for an empty one, TO312 where it asks for too much, TO313 where it can't
    be read, is locked, has several sheets, or the reader isn't installed.
    """
    if find_spec("python_calamine") is None:
        hint = "pip install 'tieout[xlsx]', or save it as CSV (UTF-8)"
        raise Refused([_unread(name, "reading workbooks needs the extra `xlsx`", hint)])
    if len(data) > _LARGEST:
        raise Refused([too_large(name, f"has more than {_LARGEST >> 20} MB")])
    text = _converted(name, data, wanted or "")
    rows = _rows(text)
    head = next(rows, None)
    if head is None:
        raise Refused([empty(name)])
    width = max((number for number, cell in enumerate(head.cells, 1) if cell.strip()), default=0)
    if width > WIDEST:
        raise Refused([too_large(name, f"has {width:,} columns", head.line)])

    def body() -> Iterator[Row]:
        return (row for row in _rows(text) if row.line > head.line)

    return Table(name, tuple(cell.strip() for cell in head.cells[:width]), head.line, body)


def _converted(name: str, data: bytes, wanted: str) -> str:
    """The sheet as CSV, with the number of its row in front of each."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", sheet.__file__, wanted],
            input=data,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Refused([too_large(name, f"takes more than {_PATIENCE} seconds to read")]) from None
    if done.returncode == sheet.REFUSED:
        hint = "say `sheet:` at the source, or save the one that counts as CSV (UTF-8)"
        raise Refused([_unread(name, done.stderr.decode("utf-8", "replace")[:500], hint)])
    if done.returncode:
        limits = f"{sheet.MEMORY >> 30} GB of memory or {sheet.SECONDS} seconds"
        raise Refused([too_large(name, f"takes more than {limits} to read, or breaks the reader")])
    return done.stdout.decode("utf-8")


def _rows(text: str) -> Iterator[Row]:
    for number, *cells in csv.reader(io.StringIO(text, newline=""), strict=True):
        yield Row(int(number), cells)


def _unread(name: str, why: str, hint: str) -> Diagnostic:
    return Diagnostic(
        "TO313",
        f"{name} can't be read as a workbook: {why}",
        position=Position(name),
        hint=hint,
        next="tieout pull",
    )
