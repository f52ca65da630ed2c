"""Edits of a person's YAML that leave every other byte as it is: text goes in, or is replaced, at
places that the parser names. Nothing is written anew from what was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tieout.config.reader import LINE_BREAK

_LITERAL: Final = ("|", ">")


@dataclass(frozen=True)
class _Change:
    """The text between two places gives way to another."""

    start: int
    end: int
    text: str


class Page:
    """One file's text and its nodes. Changes are collected and laid in at once, from the end on."""

    def __init__(self, text: str) -> None:
        import yaml

        self.text = text
        self.root: Any = yaml.compose(text, Loader=yaml.CSafeLoader)
        self._starts = [0, *(match.end() for match in LINE_BREAK.finditer(text))]
        self._newline = "\r\n" if "\r\n" in text else "\n"
        self._changes: list[_Change] = []

    def written(self) -> str:
        """The text with every change in it."""
        text = self.text
        for change in sorted(self._changes, key=lambda c: (c.start, c.end), reverse=True):
            text = text[: change.start] + change.text + text[change.end :]
        return text

    def value(self, node: Any, key: str) -> Any:
        """The node under a key of a mapping; None where there is none."""
        pairs = node.value if _is_mapping(node) else ()
        return next((value for name, value in pairs if name.value == key), None)

    def row_at(self, rows: Any, line: int, column: int) -> Any:
        """The mapping of a list that begins at a line and column, from 1."""
        for row in rows.value if _is_list(rows) else ():
            if (row.start_mark.line + 1, row.start_mark.column + 1) == (line, column):
                return row
        return None

    def append(self, rows: Any, blocks: Sequence[Sequence[str]]) -> bool:
        """Further rows at the end of a list, each given by its lines from the dash on. False where
        the list isn't one that lines can be added to."""
        if not _is_list(rows) or (rows.flow_style and rows.value):
            return False
        if rows.value:
            indent, at = rows.start_mark.column, self._end_of_line(self._last_line(rows))
            self._insert(at, self._lines(blocks, indent))
        else:
            start = self._offset(rows.start_mark)
            end = self._offset(rows.end_mark)
            before = start - 1 if self.text[start - 1 : start] == " " else start
            self._changes.append(_Change(before, end, ""))
            lines = self._lines(blocks, 2).removeprefix(self._newline)
            self._insert(self._end_of_line(rows.end_mark.line), lines)
        return True

    def add(self, row: Any, source: str, ref: str) -> bool:
        """A further name under a source: a key of its own, or one more of those that are there."""
        there = self.value(row, source)
        if there is None and row.flow_style:
            self._insert(self._offset(row.end_mark) - 1, f", {source}: {ref}")
        elif there is None:
            indent = " " * row.start_mark.column
            at = self._end_of_line(self._last_line(row))
            self._insert(at, f"{self._newline}{indent}{source}: {ref}")
        elif _is_mapping(there):
            self._listed(there, ref)
        elif there.flow_style:
            self._insert(self._offset(there.end_mark) - 1, f", {ref}")
        else:
            indent = " " * there.start_mark.column
            at = self._end_of_line(self._last_line(there))
            self._insert(at, f"{self._newline}{indent}- {ref}")
        return True

    def _listed(self, mapping: Any, ref: str) -> None:
        """One mapping becomes the first of a list of two."""
        start, end = self._offset(mapping.start_mark), self._offset(mapping.end_mark)
        if mapping.flow_style:
            self._insert(start, "[")
            self._insert(end, f", {ref}]")
            return
        last = self._last_line(mapping)
        self._insert(start, "- ")
        for line in range(mapping.start_mark.line + 1, last + 1):
            self._insert(self._starts[line], "  ")
        indent = " " * mapping.start_mark.column
        self._insert(self._end_of_line(last), f"{self._newline}{indent}- {ref}")

    def _lines(self, blocks: Iterable[Sequence[str]], indent: int) -> str:
        """Each block after a blank line, indented."""
        lines: list[str] = []
        for block in blocks:
            lines += ["", *(" " * indent + line if line else "" for line in block)]
        return "".join(self._newline + line for line in lines)

    def _insert(self, at: int, text: str) -> None:
        """What is inserted twice at one place stands in the order in which it came."""
        same = [c for c in self._changes if (c.start, c.end) == (at, at)]
        for change in same:
            self._changes.remove(change)
        self._changes.append(_Change(at, at, "".join(c.text for c in same) + text))

    def _offset(self, mark: Any) -> int:
        return int(self._starts[mark.line] + mark.column)

    def _end_of_line(self, line: int) -> int:
        """Where a line's text ends, before its break."""
        match = LINE_BREAK.search(self.text, self._starts[line])
        return match.start() if match else len(self.text)

    def _last_line(self, node: Any) -> int:
        """The last line that holds something of a node: a block's own end lies further on."""
        if _is_scalar(node) and node.style in _LITERAL:
            return int(node.end_mark.line) - 1
        if _is_scalar(node) or node.flow_style or not node.value:
            return int(node.end_mark.line)
        return max(self._last_line(child) for child in _children(node))


def _children(node: Any) -> Iterator[Any]:
    if _is_list(node):
        yield from node.value
    else:
        yield from (part for pair in node.value for part in pair)


def _is_list(node: Any) -> bool:
    return node is not None and node.id == "sequence"


def _is_mapping(node: Any) -> bool:
    return node is not None and node.id == "mapping"


def _is_scalar(node: Any) -> bool:
    return bool(node.id == "scalar")
