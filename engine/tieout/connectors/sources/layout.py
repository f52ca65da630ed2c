"""Which column of one file gives which canonical field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tieout.connectors.sources.cells import BadRow, clean
from tieout.connectors.sources.profiles import Column
from tieout.connectors.sources.settings import near
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
    tagged: bool = False
    control: int = 0
    unlisted: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.names = [name for name, _ in self.plain]

    def fields(self, row: Row) -> dict[str, str]:
        """Raises :class:`BadRow` (TO320) for a row with too few or too many cells, (TO326) for a
        word that the config's ``values`` don't know."""
        cells = row.cells
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

    def _cleaned(self, picked: list[str]) -> dict[str, str]:
        read = {}
        for name, text in zip(self.names, picked, strict=True):
            read[name], replaced = clean(text)
            self.control += replaced
        return read

    def _fitted(self, cells: list[str]) -> list[str]:
        """Blank cells past the last column are separators at the line's end, not data."""
        if len(cells) < self.width or any(cell.strip() for cell in cells[self.width :]):
            raise BadRow("TO320", f"{len(cells)} cells where the header has {self.width}")
        return cells[: self.width]


def bind(table: Table, columns: Mapping[str, Column], source: str) -> Layout:
    """The layout of one file. Raises ``Refused`` (TO305) naming every column that is missing."""
    folded = [_fold(name) for name in table.header]
    at = {name: index for index, name in reversed(list(enumerate(folded)))}
    plain, joined, missing = [], [], []
    for field_name, column in columns.items():
        if column.joined:
            missing += [name for name in column.joined if _fold(name) not in at]
            joined.append((field_name, tuple(at.get(_fold(name), 0) for name in column.joined)))
            continue
        present = [at[_fold(name)] for name in column.names if _fold(name) in at]
        if present:
            plain.append((field_name, present[0]))
        elif column.fixed is None and column.required:
            missing.append(" or ".join(column.names))
    used = {*(i for _, i in plain), *(i for _, several in joined for i in several)}
    found = [*_missing(table, missing, source), *_twice(table, folded, used)]
    if found:
        raise Refused(found)
    bound = {name for name, _ in plain}
    return Layout(
        len(table.header),
        plain,
        joined,
        {name: column.fixed for name, column in columns.items() if column.fixed is not None},
        {
            name: column.values
            for name, column in columns.items()
            if column.values and name in bound
        },
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
