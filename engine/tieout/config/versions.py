"""Rows and the time they hold: defaults laid under, dated values resolved, addresses given.

A *row* is a mapping of a file under an address (`projects/acme-web`, `rules/rounding`). A value of
it has the row's address and its path (`projects/acme-web billing.rate`), and where it is dated the
day from which it holds (`projects/acme-web billing.rate@2026-12-01`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from tieout.config.model import ALWAYS, FOREVER
from tieout.config.reader import Map, Node, Seq, Text
from tieout.config.scalars import day
from tieout.domain.diagnostic import Position

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Row:
    """A mapping with an address; `at` is where it begins (its key, where it has one). `sound`: its
    shape is as the schema says, so that its values can be read."""

    address: str
    file: str
    node: Map
    at: Node
    sound: bool = True

    @cached_property
    def valid(self) -> tuple[date, date]:
        """The first and last day on which the row holds; always, where that can't be told."""
        valid = self.node.get("valid")
        if type(valid) is not Map or not self.sound:
            return ALWAYS, FOREVER
        return _bound(valid, "from", ALWAYS), _bound(valid, "to", FOREVER)

    def position(self, path: str = "") -> Position:
        """Where the value at `path` stands; where the row begins, if it isn't there."""
        node = _find(self.node, path) if path else self.at
        return Position(self.file, (node or self.at).line, (node or self.at).column)


class Day:
    """A row as it stands on one day. `origins` collects, by field, the address of the dated value
    that is in force; of several (a field may be a mapping), the one that began last."""

    __slots__ = ("_day", "node", "origins", "row")

    def __init__(self, row: Row, on: date) -> None:
        self.row = row
        self.node = row.node
        self.origins: dict[str, str] = {}
        self._day = on

    def text(self, path: str, field: str = "") -> str | None:
        """The value at `path`; its address, where it is dated, is kept for `field`."""
        value = self._at(path)
        return None if value is None else self.held(value, path, field)

    def texts(self, path: str, field: str = "") -> dict[str, str]:
        """The values of the mapping at `path`, by key; addresses as in `text`."""
        values = self._at(path)
        if values is None:
            return {}
        held = {key: self.held(value, f"{path}.{key}", field) for key, value in values.items()}
        return {key: text for key, text in held.items() if text is not None}

    def held(self, value: Any, path: str, field: str) -> str | None:
        """The text that a value is on this day, whether it is dated or not."""
        if type(value) is Text:
            return str(value)
        since = _in_force(value, self._day)
        if since is None:
            return None
        if field and self.origins.get(field, "").rpartition("@")[2] < since:
            self.origins[field] = f"{self.row.address} {path}@{since}"
        return str(value[since])

    def _at(self, path: str) -> Any:
        head, _, tail = path.partition(".")
        value = self.node.get(head)
        return value.get(tail) if tail and value is not None else value


def with_defaults(row: Map, defaults: Map | None) -> Map:
    """`row` over `defaults`, mapping by mapping; a dated value replaces the default whole."""
    if not defaults:
        return row
    merged = Map(row)
    merged.line, merged.column, merged.places = row.line, row.column, list(row.places)
    for (key, value), place in zip(defaults.items(), defaults.places, strict=True):
        own = row.get(key)
        if own is None:
            merged[key] = value
            merged.places.append(place)
        elif type(own) is Map and type(value) is Map and not (is_dated(own) or is_dated(value)):
            merged[key] = with_defaults(own, value)
    return merged


def is_dated(node: Node) -> bool:
    """Whether a mapping holds a value by day: it does if its first key is a day."""
    if type(node) is not Map or not node:
        return False
    key = next(iter(node))
    return len(key) == 10 and key[4] == "-" and key[:4].isdigit()


def dated_keys(node: Map) -> list[str]:
    """The keys under which something changes with time."""
    return [key for key, value in node.items() if type(value) is Map and _changes(value)]


def periods(row: Row, moving: Sequence[str]) -> list[tuple[date, date]]:
    """The stretches, both ends included, in which no value of the row changes; `moving` are its
    `dated_keys`."""
    first, last = row.valid
    cuts = {d for key in moving for d in _days(row.node[key])}
    if not cuts:
        return [(first, last)]
    starts = [first, *sorted(cut for cut in cuts if first < cut <= last)]
    ends = [start - _ONE_DAY for start in starts[1:]] + [last]
    return list(zip(starts, ends, strict=True))


class Positions(Mapping[str, Position]):
    """Row address → position, found when it is asked for."""

    def __init__(self, rows: Mapping[str, Row]) -> None:
        self._rows = rows

    def row(self, address: str) -> Row | None:
        """The row of an address that names no value of it, as it was written."""
        return self._rows.get(address)

    def __getitem__(self, address: str) -> Position:
        name, _, path = address.partition(" ")
        row = self._rows[name]
        node = _find(row.node, path) if path else row.at
        if node is None:
            raise KeyError(address)
        return Position(row.file, node.line, node.column)

    def __iter__(self) -> Iterator[str]:
        for name, row in self._rows.items():
            yield name
            yield from (f"{name} {path}" for path in _paths(row.node))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _bound(valid: Map, side: str, otherwise: date) -> date:
    value = valid.get(side)
    return day(value) if value is not None else otherwise


def _in_force(dated: Map, on: date) -> str | None:
    """The key of the value that holds on a day: the last that has begun."""
    begun = [key for key in dated if day(key) <= on]
    return max(begun) if begun else None


def _changes(node: Map) -> bool:
    if is_dated(node):
        return True
    return any(type(value) is Map and _changes(value) for value in node.values())


def _days(node: Map) -> set[date]:
    if is_dated(node):
        return {day(key) for key in node}
    return {d for value in node.values() if type(value) is Map for d in _days(value)}


def _find(node: Node, path: str) -> Node | None:
    """What an error about `path` points at: a scalar itself, the key of anything larger."""
    at: Node = node
    while path:
        if type(node) is not Map:
            return None
        # ids may have dots, so the longest key that fits is the one meant
        fitting = [k for k in node if path == k or path.startswith((f"{k}.", f"{k}@"))]
        if not fitting:
            return None
        key = max(fitting, key=len)
        parent, node, path = node, node[key], path[len(key) + 1 :]
        at = node if type(node) is Text else parent.key(key)
    return at


def _paths(node: Node, before: str = "") -> Iterator[str]:
    if type(node) is not Map:
        return
    for key, value in node.items():
        path = f"{before}@{key}" if is_dated(node) else f"{before}.{key}" if before else key
        yield path
        if type(value) is not Seq:
            yield from _paths(value, path)
