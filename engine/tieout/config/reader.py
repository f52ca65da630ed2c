"""YAML read through libyaml's events, into text that knows where it stands.

A document becomes ordinary Python: :class:`Map` (a dict), :class:`Seq` (a list) and :class:`Text`
(a str), each with the line and column at which it begins. Scalars stay the text that was written
(`no`, `010`, `1.10`, `12:30`); the schemas type them, never the guesses of YAML 1.1. Anchors,
aliases, tags and further documents are refused: one way to say each thing.

Why events and a builder of our own: 100,000 mapping rows take PyYAML's CSafeLoader six times as
long, without positions, and ruamel twenty-five (tests/bench/bench_mappings.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from yaml import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    MarkedYAMLError,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from yaml.cyaml import CParser  # type: ignore[attr-defined]
from yaml.reader import ReaderError

from tieout.domain.collection import without_collection

MAX_BYTES: Final = 64 * 1024 * 1024
"""A larger file is not a mapping that people review."""
MAX_DEPTH: Final = 64
"""Nesting; the language itself needs six."""
MAX_COMPLAINTS: Final = 100
"""Reading stops there: such a file is not meant for us."""
LINE_BREAK: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What libyaml counts as the end of a line (YAML 1.1, section 4.2)."""


class Text(str):
    """A scalar as written; `line` and `column` count from 1."""

    __slots__ = ("column", "line")
    line: int
    column: int


class Map(dict[str, "Node"]):
    """A mapping in the order written. `places` says where its keys stand, a packed line and
    column each: keys themselves are plain text, shared and fast to look up."""

    __slots__ = ("column", "line", "places")
    line: int
    column: int
    places: list[int]

    if TYPE_CHECKING:  # what is found, the schema knows

        def get(self, key: str, default: Any = None, /) -> Any: ...
        def __getitem__(self, key: str, /) -> Any: ...

    def key(self, name: str) -> Text:
        """A key of this mapping, with its place."""
        return _key(name, self.places[list(self).index(name)])

    def keys_placed(self) -> Iterator[Text]:
        """All keys, with their places."""
        return map(_key, self, self.places)


class Seq(list["Node"]):
    """A list."""

    __slots__ = ("column", "line")
    line: int
    column: int


_BITS: Final = 32
_MASK: Final = (1 << _BITS) - 1

Node: TypeAlias = Text | Map | Seq
Complain: TypeAlias = Callable[[str, int, int, str, str], None]
"""(code, line, column, message, hint); line 0 means the whole file."""


def _key(name: str, place: int) -> Text:
    return placed(name, (place >> _BITS) + 1, (place & _MASK) + 1)


def placed(text: str, line: int, column: int) -> Text:
    """Text that stands at a place."""
    found = Text(text)
    found.line, found.column = line, column
    return found


class _Stop(Exception):
    """Nothing sensible can be read after this; it has been complained about."""


def read(data: bytes, complain: Complain) -> Node | None:
    """The one document in `data`, or None where it is empty or can't be read.

    Everything wrong is handed to `complain`; what is merely not allowed (an anchor, a key given
    twice) doesn't end the reading, so that one run finds all of it.
    """
    if not _decodable(data, complain):
        return None
    with without_collection():
        try:
            return _build(data, complain)
        except _Stop:
            return None


def _decodable(data: bytes, complain: Complain) -> bool:
    if len(data) > MAX_BYTES:
        complain(
            "TO102",
            0,
            0,
            f"the file is larger than {MAX_BYTES // 2**20} MB",
            "split it: a mapping may be a folder of files",
        )
        return False
    try:
        data.decode()
    except UnicodeDecodeError as error:
        line, column = _place(data[: error.start].decode())
        complain("TO102", line, column, "the file is not UTF-8 text", "save it as UTF-8")
        return False
    return True


def _place(before: str) -> tuple[int, int]:
    """Line and column of what comes after `before`."""
    lines = LINE_BREAK.split(before)
    return len(lines), len(lines[-1]) + 1


def _build(data: bytes, complain: Complain) -> Node | None:
    try:
        return _Builder(complain).run(CParser(data).get_event)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        problem = " ".join(filter(None, (error.context, error.problem)))
        complain("TO101", line, column, f"this can't be read as YAML: {problem}", _LAYOUT_HINT)
    except ReaderError as error:
        # libyaml gives the offset in bytes (a BOM included) and no line.
        before = data[: error.position].decode(errors="ignore")
        line, column = _place(before.removeprefix("\ufeff"))
        complain(
            "TO101",
            line,
            column,
            f"this can't be read as YAML: {error.reason}",
            "remove the character",
        )
    return None


_LAYOUT_HINT = "check the indentation, the quotes and the brackets of this line and the one above"


class _Builder:
    """Turns events into nodes, without recursion, so that depth is ours to limit."""

    def __init__(self, complain: Complain) -> None:
        self._complain = complain
        self._complaints = 0
        self._stack: list[Map | Seq | None] = []

    def run(self, next_event: Callable[[], Any]) -> Node | None:
        """The loop that everything waits for: a key costs a number, a scalar an object."""
        root: Node | None = None
        container: Map | Seq | None = None
        key: str | None = None
        share: dict[str, str] = {}
        while True:
            event = next_event()
            kind = type(event)
            if kind is ScalarEvent:
                if key is None and type(container) is Map:
                    key = share.setdefault(event.value, event.value)
                    self._enter(key, event, container)
                    continue
                node: Node = Text(event.value)
            elif kind is MappingStartEvent:
                node = Map()
                node.places = []
            elif kind is SequenceStartEvent:
                node = Seq()
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                container = self._stack.pop()
                continue
            elif kind is AliasEvent:
                node = Text("*")
            elif kind is StreamEndEvent:
                return root
            else:
                self._check_single(event, root)
                continue
            mark = event.start_mark
            node.line = mark.line + 1
            node.column = mark.column + 1
            if kind is not ScalarEvent or event.anchor or event.tag or not node:
                self._inspect(event, node, key, container)
            if container is None:
                root = node
            elif type(container) is Seq:
                container.append(node)
            else:
                container.setdefault(key, node)  # type: ignore[union-attr, arg-type]
                key = None
            if kind is MappingStartEvent or kind is SequenceStartEvent:
                self._stack.append(container)
                container = node  # type: ignore[assignment]

    def _enter(self, key: str, event: Any, container: Map) -> None:
        """Notes where a key stands; one given twice is reported, and its value dropped."""
        mark = event.start_mark
        if key not in container:
            container.places.append(mark.line << _BITS | mark.column)
            if event.anchor or event.tag or not key:
                self._inspect(event, placed(key, mark.line + 1, mark.column + 1), None, None)
        else:
            at = placed(key, mark.line + 1, mark.column + 1)
            first = container.key(key).line
            self._say("TO103", at, f"'{key}' is given twice, first on line {first}",
                      "keep one of the two")

    def _check_single(self, event: Any, root: Node | None) -> None:
        if type(event) is DocumentStartEvent and root is not None:
            self._refuse(
                event,
                "a second document is not allowed in one file",
                "put it into a file of its own",
            )
            raise _Stop

    def _inspect(self, event: Any, node: Node, key: str | None, container: Any) -> None:
        """What is rare in a scalar and mostly wrong; and how deep we are in anything else."""
        if type(container) is Map and key is None:
            self._say("TO108", node, "a mapping, a list or an alias can't be a key",
                      "put text that starts with {, [ or * in quotes")
            raise _Stop
        if type(event) is AliasEvent:
            self._refuse(event, f"the alias '*{event.anchor}' is not allowed")
            return
        if event.anchor:
            self._refuse(event, f"the anchor '&{event.anchor}' is not allowed")
        if event.tag:
            self._refuse(event, f"the tag '{event.tag}' is not allowed",
                         "write the value alone; the schema knows its type")
        if len(self._stack) >= MAX_DEPTH:
            self._refuse(event, f"nested deeper than {MAX_DEPTH} levels", "write it flatter")
            raise _Stop
        if type(event) is ScalarEvent and not node and event.implicit[0]:
            at, name = node, "this"
            if key is not None:  # as the last key entered, or one given twice
                known = container.key(key) if key in container else None
                at, name = known or _key(key, container.places[-1]), f"'{key}'"
                node.line, node.column = at.line, at.column
            self._say("TO109", at, f"{name} has no value", "write one or remove the line; "
                      '"" is the empty text, [] the empty list, {} the empty mapping')

    def _refuse(self, event: Any, message: str, hint: str = "write the value out") -> None:
        mark = event.start_mark
        self._say("TO108", placed("", mark.line + 1, mark.column + 1), message, hint)

    def _say(self, code: str, at: Node, message: str, hint: str) -> None:
        self._complain(code, at.line, at.column, message, hint)
        self._complaints += 1
        if self._complaints >= MAX_COMPLAINTS:
            raise _Stop
