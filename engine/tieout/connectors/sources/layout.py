"""Which column of one file gives which canonical field."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tieout.connectors.sources.cells import BadRow, clean
from tieout.connectors.sources.columns import near
from tieout.connectors.sources.profiles import Column
from tieout.connectors.sources.profiles.profile import CURRENCY, WHO
from tieout.connectors.sources.settings import Settings
from tieout.connectors.sources.table import Row, Table
from tieout.domain.diagnostic import Diagnostic, Position, Refused


@dataclass
class Layout:
    """Reads a row's canonical fields as clean text; a field whose column is absent isn't there.

    ``control`` counts the control characters that gave way to blanks, ``unlisted`` the words of an
    approval column that the config's ``values`` don't list. ``tagged``: the approval stands in the
    column of tags, of which a cell may hold several, with commas between.
    """

    width: int
    plain: Sequence[tuple[str, int]]
    joined: Sequence[tuple[str, tuple[int, ...]]]
    fixed: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    reads: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    tagged: bool = False
    control: int = 0
    unlisted: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.names = [name for name, _ in self.plain]

    def fields(self, row: Row) -> dict[str, str]:
        """Raises :class:`BadRow` (TO320) for a row with too few or too many cells, (TO326) for a
        word that the config's ``values`` don't know."""
        cells = row.cells
        if row.fault:
            raise BadRow("TO320", row.fault)
        if len(cells) != self.width:
            cells = self._fitted(cells)
        picked = [cells[index] for _, index in self.plain]
        together = "".join(picked)
        if together.isascii() and together.isprintable():  # the usual row, at a third of the cost
            read = dict(zip(self.names, map(str.strip, picked), strict=True))
        else:
            read = self._cleaned(picked)
        for name, indices in self.joined:
            read[name] = " ".join(filter(None, (clean(cells[index])[0] for index in indices)))
        for name, reading in self.reads.items():
            read[name] = reading(read[name])
        for name, words in self.values.items():
            read[name] = self._translated(name, read[name], words)
        read.update(self.fixed)
        return read

    def _translated(self, name: str, text: str, words: Mapping[str, str]) -> str:
        """Our word for the file's. What says nothing of approval is no approval, and counted: that
        is the safe side, and the column may be one of tags."""
        if text.casefold() in words:
            return words[text.casefold()]
        if name == "approval":
            return self._approval(text, words)
        if text:
            raise BadRow("TO326", f"{name}: {text!r} is not among the values of the config")
        return ""

    def _approval(self, text: str, words: Mapping[str, str]) -> str:
        """Of several tags those that are listed; if they contradict one another, none counts."""
        tags = text.split(",") if self.tagged else ()
        listed = {words[tag] for one in tags if (tag := one.strip().casefold()) in words}
        if len(listed) == 1:
            return listed.pop()
        self.unlisted.update([text] if text else [])
        return ""

    def _cleaned(self, picked: Sequence[str]) -> dict[str, str]:
        read = {}
        for name, text in zip(self.names, picked, strict=True):
            read[name], replaced = clean(text)
            self.control += replaced
        return read

    def _fitted(self, cells: Sequence[str]) -> Sequence[str]:
        """Blank cells past the last column are separators at the line's end, not data."""
        if len(cells) < self.width or any(cell.strip() for cell in cells[self.width :]):
            raise BadRow("TO320", f"{len(cells)} cells where the header has {self.width}")
        return cells[: self.width]


def fitting(table: Table, settings: Settings) -> Settings:
    """The settings for the first shape that the file has; else for the one that it comes nearest."""
    header = _Header(table)
    shapes = (settings, *settings.others)
    return min(shapes, key=lambda shape: len(_absent(header, shape.columns)))


class _Header:
    """A table's header, to look names up in: case and blanks don't matter."""

    def __init__(self, table: Table) -> None:
        self.folded = [_fold(name) for name in table.header]
        self._at = {name: index for index, name in reversed(list(enumerate(self.folded)))}

    def find(self, names: Sequence[str]) -> tuple[int, str] | None:
        """Where the first of ``names`` that is there stands, and the currency that it tells."""
        for name in names:
            if CURRENCY in name:
                before, after = (re.escape(_fold(part)) for part in name.split(CURRENCY))
                for index, folded in enumerate(self.folded):
                    if found := re.fullmatch(f"{before}\\s?([a-z]{{3}}){after}", folded):
                        return index, found[1].upper()
            elif _fold(name) in self._at:
                return self._at[_fold(name)], ""
        return None


def _absent(header: _Header, columns: Mapping[str, Column]) -> list[str]:
    """The columns that a file of this shape must have and this one hasn't."""
    absent: list[str] = []
    for column in columns.values():
        if column.joined:
            absent += [name for name in column.joined if not header.find((name,))]
        elif column.fixed is None and column.required and not header.find(column.names):
            absent.append(" or ".join(column.names))
    who = [columns[name] for name in WHO if name in columns]
    if who and not any(one.fixed or one.joined or header.find(one.names) for one in who):
        absent += [" or ".join(name for one in who for name in one.names)]
    return list(dict.fromkeys(absent))


def bind(table: Table, columns: Mapping[str, Column], source: str) -> Layout:
    """The layout of one file. Raises ``Refused`` (TO305) naming every column that is missing."""
    header = _Header(table)
    missing = _absent(header, columns)
    plain: list[tuple[str, int]] = []
    joined: list[tuple[str, tuple[int, ...]]] = []
    fixed = {name: column.fixed for name, column in columns.items() if column.fixed is not None}
    for field_name, column in columns.items():
        if column.joined:
            places = (header.find((name,)) for name in column.joined)
            joined.append((field_name, tuple(place[0] for place in places if place)))
        elif column.fixed is None and (place := header.find(column.names)):
            plain.append((field_name, place[0]))
            if place[1]:
                fixed.setdefault("currency", place[1])
    used = {*(i for _, i in plain), *(i for _, several in joined for i in several)}
    found = [*_missing(table, missing, source), *_twice(table, header.folded, used)]
    if found:
        raise Refused(found)
    bound = {name for name, _ in plain}
    if "rate" in bound and not columns["rate"].required and not {"currency"} & {*bound, *fixed}:
        plain = [one for one in plain if one[0] != "rate"]  # an amount of nobody knows what
        bound.remove("rate")
    return Layout(
        len(table.header),
        plain,
        joined,
        fixed,
        {
            name: column.values
            for name, column in columns.items()
            if column.values and name in bound
        },
        {name: column.read for name, column in columns.items() if column.read and name in bound},
        tagged=_tagged(dict(plain)),
    )


def _tagged(at: Mapping[str, int]) -> bool:
    return "tags" in at and at["tags"] == at.get("approval")


def _fold(name: str) -> str:
    return " ".join(clean(name)[0].casefold().split())


def _missing(table: Table, missing: list[str], source: str) -> Iterator[Diagnostic]:
    if not missing:
        return
    guesses = [
        f"{name}: {near(name, table.header)}" for name in missing if near(name, table.header)
    ]
    yield Diagnostic(
        "TO305",
        f"source {source}: {table.name} has no column {', '.join(missing)}; "
        f"it has: {', '.join(table.header)}",
        position=Position(table.name, table.header_line),
        hint="; ".join(guesses) or "name the file's own columns in `columns:` of the source",
        next="tieout validate",
    )


def _twice(table: Table, folded: list[str], used: set[int]) -> Iterator[Diagnostic]:
    counts = Counter(folded)
    for index in sorted(used):
        if counts[folded[index]] > 1:
            yield Diagnostic(
                "TO305",
                f"{table.name} has the column {table.header[index]!r} more than once",
                position=Position(table.name, table.header_line),
                hint="take one of them out, so that it is clear which one counts",
                next="tieout pull",
            )
