"""JSON → rows: a list of objects, wherever in the file it stands; each object is a row.

Numbers stay the text they are, so no float is ever made. Objects inside an object give columns with
dotted names (``timeInterval.start``); a list of words or of named things is one cell.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from tieout.connectors.sources.table import LONGEST_CELL, WIDEST, Row, Table, too_large
from tieout.domain.diagnostic import Diagnostic, Position, Refused

#: Members under which trackers' APIs keep their entries, the first one present is taken.
LISTS: Final = (
    "time_entries",
    "timeEntries",
    "timeentries",
    "timesheets",
    "timesheets_deleted",
    "worklogs",
    "results",
    "entries",
    "data",
)
#: The most bytes of JSON: its values take some ten times the memory of their text.
LARGEST_JSON: Final = 64 << 20
#: How deep objects may stand in one another; Kimai's stand three deep.
_DEEPEST: Final = 8
_BLANKS: Final = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True)
class Form:
    """What a profile knows of its JSON: see ``Profile.nested`` and ``Profile.cells``. ``list_name``:
    the member that the config says the list stands under, instead of the usual ones."""

    nested: str | None = None
    cells: tuple[str, ...] = ()
    list_name: str | None = None


class _Misfit(ValueError):
    """A value that makes no row, though it is JSON."""


def is_json(name: str, text: str) -> bool:
    """By the file's ending, or by how it begins where the ending doesn't say otherwise."""
    if name.lower().endswith((".csv", ".tsv", ".txt")):
        return False
    return name.lower().endswith(".json") or text.lstrip()[:1] in ("[", "{")


def open_records(name: str, text: str, form: Form) -> Table:
    """The table of all records; its header is every member that any of them has.

    Raises ``Refused``: TO314 for what is no JSON or holds no list of entries, TO312 for too much.
    """
    if len(text) > LARGEST_JSON:
        raise Refused([too_large(name, f"has more than {LARGEST_JSON >> 20} MB of JSON")])
    found: list[tuple[int, dict[str, str], str]] = []
    try:
        for line, value in _Reader(text, form).records():
            try:
                found += [(line, record, "") for record in _rows(value, form)]
            except _Misfit as misfit:
                found.append((line, {}, str(misfit)))
    except json.JSONDecodeError as error:
        raise Refused([_broken(name, error.lineno, error.msg)]) from None
    except (ValueError, RecursionError) as error:
        why = str(error) if isinstance(error, ValueError) else "its values stand too deep"
        raise Refused([_broken(name, 0, why)]) from None
    header = tuple(dict.fromkeys(column for _, record, _ in found for column in record))
    if len(header) > WIDEST:
        raise Refused([too_large(name, f"has {len(header):,} kinds of members")])

    def rows() -> Iterator[Row]:
        for line, record, fault in found:
            yield Row(line, [record.get(column, "") for column in header], fault)

    return Table(name, header, 1, rows)


class _Reader:
    """Steps through a text value by value, so that the line of each is known."""

    def __init__(self, text: str, form: Form) -> None:
        self._text = text
        self._names = (form.list_name,) if form.list_name else LISTS
        decoder = json.JSONDecoder(
            parse_int=str,
            parse_float=str,
            parse_constant=_no_number,
            object_pairs_hook=_members_once,
        )
        self._decode = decoder.raw_decode

    def records(self) -> Iterator[tuple[int, Any]]:
        """Each record and the line on which it begins."""
        line, seen = 1, 0
        for at, value in self._inside(self._skip(0), 0):
            line += self._text.count("\n", seen, at)
            seen = at
            yield line, value

    def _inside(self, at: int, depth: int) -> Iterator[tuple[int, Any]]:
        if self._text[at : at + 1] == "[":
            yield from self._elements(at)
            return
        if self._text[at : at + 1] != "{":
            raise ValueError("it holds neither a list nor an object")
        members = {name: (start, value) for name, start, value in self._members(at)}
        for name in self._names:
            if isinstance(members.get(name, (0, None))[1], list | dict):
                yield from self._inside(members[name][0], depth + 1)
                return
        if not depth:
            raise ValueError(f"no list of entries in it; it has: {', '.join(members)[:200]}")
        yield from members.values()  # a mapping of ids to entries

    def _elements(self, opening: int) -> Iterator[tuple[int, Any]]:
        at = self._skip(opening + 1)
        while self._text[at : at + 1] != "]":
            value, end = self._decode(self._text, at)
            yield at, value
            at = self._next(end, "]")
        self._closed(opening, at)

    def _members(self, opening: int) -> Iterator[tuple[str, int, Any]]:
        at = self._skip(opening + 1)
        while self._text[at : at + 1] != "}":
            name, end = self._decode(self._text, at)
            end = self._skip(end)
            if not isinstance(name, str) or self._text[end : end + 1] != ":":
                raise json.JSONDecodeError("Expecting a name and ':'", self._text, at)
            start = self._skip(end + 1)
            value, end = self._decode(self._text, start)
            yield name, start, value
            at = self._next(end, "}")
        self._closed(opening, at)

    def _next(self, end: int, close: str) -> int:
        """Where the next value begins, or the closing sign stands."""
        at = self._skip(end)
        if self._text[at : at + 1] == close:
            return at
        after = self._skip(at + 1)
        if self._text[at : at + 1] != "," or self._text[after : after + 1] == close:
            raise json.JSONDecodeError(f"Expecting ',' or '{close}'", self._text, at)
        return after

    def _closed(self, opening: int, at: int) -> None:
        """Behind the outermost value nothing may follow."""
        if opening == self._skip(0) and self._skip(at + 1) < len(self._text):
            raise json.JSONDecodeError("Extra data", self._text, at + 1)

    def _skip(self, at: int) -> int:
        found = _BLANKS.match(self._text, at)
        return found.end() if found else at


def _rows(value: Any, form: Form) -> Iterator[dict[str, str]]:
    """The rows of one record: itself, or one for each entry that it holds."""
    if form.cells and isinstance(value, list):
        value = dict(zip(form.cells, value, strict=False))
    if not isinstance(value, dict):
        raise _Misfit("an entry must be an object, of names and values")
    inner = value.get(form.nested) if form.nested else None
    if not isinstance(inner, list):
        yield dict(_flat(value, ""))
        return
    outer = {name: member for name, member in value.items() if name != form.nested}
    for one in inner:
        if not isinstance(one, dict):
            raise _Misfit(f"{form.nested} must hold objects, of names and values")
        yield dict(_flat({**outer, **one}, ""))


def _flat(value: Mapping[str, Any], path: str, depth: int = 1) -> Iterator[tuple[str, str]]:
    if depth > _DEEPEST:
        raise _Misfit("its values stand too deep")
    for name, member in value.items():
        if isinstance(member, dict):
            yield from _flat(member, f"{path}{name}.", depth + 1)
        elif (text := _text(member)) is not None:
            if len(text) > LONGEST_CELL:
                raise _Misfit(f"{name} has more than {LONGEST_CELL:,} characters")
            yield f"{path}{name}", text


def _text(value: Any) -> str | None:
    """One cell; None for a list that isn't one of words or of named things."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    words = [one.get("name") if isinstance(one, dict) else one for one in value]
    texts = [word for word in words if isinstance(word, str)]
    return ", ".join(texts) if len(texts) == len(words) else None


def _members_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members:
            raise ValueError(f"an object has the member {name[:60]!r} twice")
        members[name] = value
    return members


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")


def _broken(name: str, line: int, why: str) -> Diagnostic:
    return Diagnostic(
        "TO314",
        f"{name} can't be read as JSON: {why}",
        position=Position(name, line),
        hint="export it again; `list:` at the source names the member that holds the entries",
        next="tieout pull",
    )
