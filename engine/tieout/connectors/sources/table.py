"""A file's rows, whatever its format: bytes → text → rows, strictly, with the line of every row."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tieout.domain.diagnostic import Diagnostic, Position, Refused

DELIMITERS: Final = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
ENCODINGS: Final = ("utf-8", "utf-16", "cp1252", "latin-1")
#: The most bytes that a file may have: some millions of entries.
LARGEST: Final = 512 << 20
#: The most characters of one cell, as of Python's csv; a note has at most some thousands.
LONGEST_CELL: Final = 131_072
#: The most columns of a table; trackers have some thirty.
WIDEST: Final = 1_000
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Row:
    """``line`` is where the row begins, from 1: a line of text, or a row of a sheet. ``fault`` says
    why the format itself makes no row of it."""

    line: int
    cells: Sequence[str]
    fault: str = ""

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it, and nothing is wrong with it."""
        return not any(self.cells) and not self.fault


@dataclass(frozen=True)
class Table:
    """A table whose rows come anew at each pass. ``read`` gives those after the header."""

    name: str
    header: tuple[str, ...]
    header_line: int
    read: Callable[[], Iterator[Row]]

    def rows(self) -> Iterator[Row]:
        """The rows after the header; wholly empty lines are skipped, ragged rows come as they are.

        Raises ``Refused`` (TO306) where the text is broken: no later row could be trusted then.
        """
        return self.read()

    def filled(self) -> Iterator[Row]:
        """The rows in which anything stands. Raises as :meth:`rows` does."""
        return (row for row in self.rows() if not row.blank)


def decode(name: str, data: bytes, encoding: str | None) -> str:
    """Text of a file: by its byte order mark, else ``encoding``, else UTF-8.

    Raises ``Refused`` (TO303) naming the line of the first byte that doesn't fit, or of a NUL.
    """
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


def too_large(name: str, what: str, line: int = 0) -> Diagnostic:
    """TO312 for what would take more memory or time than an export needs."""
    return Diagnostic(
        "TO312",
        f"{name} {what}",
        position=Position(name, line),
        hint="export a shorter time at once, or as CSV; if it isn't yours, don't open it",
        next="tieout pull",
    )


def empty(name: str) -> Diagnostic:
    """TO304 for a file without anything."""
    return Diagnostic(
        "TO304",
        f"{name} is empty: not even a header",
        position=Position(name),
        hint="export it again, or take the file away",
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
