"""Run as a program of its own: a workbook on stdin, one of its sheets as CSV on stdout.

A crafted workbook of a few kilobytes can make any reader ask for more memory than there is, and the
native reader then ends its process. So that this isn't tieout's, `workbook.py` runs this file, under
limits of memory and time. It imports nothing of tieout: it starts in a twentieth of a second.

Exit 0: on stdout the rows that aren't empty, each with its number in front; 3: on stderr why not.
"""

from __future__ import annotations

import csv
import datetime
import io
import sys
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

REFUSED = 3
#: Bytes of memory, and seconds of a processor, that reading a workbook may take.
MEMORY, SECONDS = 1 << 30, 60
#: Characters of a cell: four times what a spreadsheet program lets a cell have.
LONGEST = 131_072
_MIDNIGHT = datetime.time()
_HALF_A_SECOND = datetime.timedelta(milliseconds=500)


class Refusal(Exception):
    """Why a workbook isn't read, in words for people."""


def main() -> int:
    """Read, choose the sheet that ``argv`` names or the only one, write."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    data = sys.stdin.buffer.read()
    _limit()
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
    try:
        writer = csv.writer(out)
        for number, cells in numbered(rows(data, wanted)):
            writer.writerow([number, *cells])
    except Refusal as refusal:
        sys.stderr.buffer.write(str(refusal).encode("utf-8", "replace"))
        return REFUSED
    out.flush()
    return 0


def rows(data: bytes, wanted: str) -> Iterable[Sequence[Any]]:
    """The cells of the sheet, from its first row on. Raises :class:`Refusal`."""
    import python_calamine as calamine

    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.typ is calamine.SheetTypeEnum.WorkSheet
            and (sheet.visible is calamine.SheetVisibleEnum.Visible or sheet.name == wanted)
        ]
        if wanted:
            if wanted not in names:
                raise Refusal(f"it has no sheet {wanted!r}; it has: {', '.join(names)}")
            names = [wanted]
        sheets = {name: workbook.get_sheet_by_name(name) for name in names}
        filled = [name for name, sheet in sheets.items() if sheet.end is not None]
        if len(filled) > 1:
            raise Refusal(f"it has several sheets, which one counts? {', '.join(filled)}")
        return sheets[filled[0]].iter_rows() if filled else []
    except calamine.PasswordError:
        raise Refusal("it is locked with a password") from None
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise Refusal(str(error)) from None


def numbered(table: Iterable[Sequence[Any]]) -> Iterator[tuple[int, list[str]]]:
    """The rows that aren't empty, as text, each with its number from 1. Raises :class:`Refusal`."""
    for number, row in enumerate(table, 1):
        cells = [text(value) for value in row]
        if max(map(len, cells), default=0) > LONGEST:
            raise Refusal(f"row {number} holds a cell of more than {LONGEST:,} characters")
        if any(cells):
            yield number, cells


def text(value: Any) -> str:
    """A cell as an export would write it: dates with the year first, numbers in full.

    A workbook keeps numbers as binary fractions; the shortest decimal that means the same is what
    was typed. It keeps times as fractions of a day, so they are rounded to the second.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}".removesuffix(".0")
    if isinstance(value, datetime.datetime):
        return f"{(value + _HALF_A_SECOND).replace(microsecond=0)}"
    if isinstance(value, datetime.date):
        return f"{value} {_MIDNIGHT}"
    if isinstance(value, datetime.time):
        day = datetime.datetime.combine(datetime.date(2000, 1, 1), value) + _HALF_A_SECOND
        return f"{day.time().replace(microsecond=0)}"
    if isinstance(value, datetime.timedelta):
        seconds = (value + _HALF_A_SECOND) // datetime.timedelta(seconds=1)
        sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
        return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return str(value)


def _limit() -> None:
    try:
        import resource
    except ImportError:  # not on every platform; there the parent's time limit remains
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
