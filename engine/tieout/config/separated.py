"""A mapping as CSV, read into the very nodes that the same mapping in YAML becomes.

The first row names the keys, those inside of others with dots: `timesheets.email`, `billing.rate`,
`valid.from`. A dated value has a column for each day, `billing.rate@2026-12-01`; alternatives of one
source are numbered, `timesheets[1].project`. An empty cell is a key that isn't there. Accounts and
earnings have their role, or pay class, in the column `id`.

From there on it is one language: the schemas check and type the cells, and what is wrong is told
with line and column as for YAML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

from tieout.config.findings import PAY_KEY, SECRET_KEY
from tieout.config.reader import LINE_BREAK, MAX_BYTES, Complain, Map, Seq, Text
from tieout.domain.collection import without_collection

KEYED: Final = ("accounts", "earnings")
"""Mappings whose rows are given by key instead of in a list."""
DELIMITERS: Final = ",;\t|"
"""What may stand between cells; the header shows which it is, or a first line `sep=;` says so."""
_SEP: Final = re.compile(r"(?i)sep=([,;\t|])")
_NUMBERED: Final = re.compile(r"(.+)(\[[1-9]\d?\])")
_NAMING: Final = (
    "the first row names the keys: id, name, timesheets.email, billing.rate@2026-12-01 …"
)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_BITS: Final = 32

_QUOTED: Final = re.compile(r'[ \t]*"((?:[^"]|"")*)"[ \t]*')
_UNCLOSED: Final = (
    "the quotes are not closed on this line", "close them; a cell has no line breaks",
)  # fmt: skip
_TRAILING: Final = ("something follows the closing quotes", 'double a quote inside of a cell: ""')

_Cell: TypeAlias = tuple[str, int]
"""A text and the column, counted from 1, where it begins."""


class _Column(NamedTuple):
    """Under which keys the cells of a column go. Its `place` is packed as those of `Map`."""

    steps: tuple[str, ...]
    place: int


class _Broken(Exception):
    """What is wrong with one row: (column, message, hint)."""


def read(data: bytes, kind: str, names: Sequence[str], complain: Complain) -> Map | None:
    """The mapping that the bytes of `mappings/KIND….csv` stand for, or None where nothing of it can
    be trusted. `names`: what the sources and targets are called, dots included.

    All that is wrong is handed to `complain`, with the codes TO102 (bytes), TO194 (header) and
    TO195 (row); what the cells say, the schema checks.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        complain("TO102", 0, 0, "the file is not UTF-8 text", "save it as 'CSV UTF-8'")
        return None
    if len(data) > MAX_BYTES:
        complain("TO102", 0, 0, f"the file is larger than {MAX_BYTES // 2**20} MB",
                 "split it: a mapping may be a folder of files")  # fmt: skip
        return None
    with without_collection():
        return _Table(kind, names, complain).read(LINE_BREAK.split(text))


def hider(data: bytes, kind: str) -> Callable[[str], str] | None:
    """What blots out the secrets and the pay in a line of such a file that is quoted; None where no
    column is called like one."""
    lines = LINE_BREAK.split(data.decode(errors="replace").removeprefix("\ufeff"))
    delimiter, number = _form(lines)
    header = _names(lines[number], delimiter) if number < len(lines) else []
    hidden = [place for place, name in enumerate(header) if _sensitive(name, kind)]
    if not hidden:
        return None

    def blot(line: str) -> str:
        if line == lines[number]:
            return line
        try:
            cells = _cells(line, delimiter)
        except _Broken:
            return "*" * len(line)
        for place in hidden:
            if place < len(cells) and cells[place][0]:
                line = line.replace(cells[place][0], "***")
        return line

    return blot


def _sensitive(name: str, kind: str) -> bool:
    last = name.partition("@")[0].rpartition(".")[2]
    return bool(SECRET_KEY.fullmatch(last) or (kind == "workers" and PAY_KEY.fullmatch(last)))


def _names(line: str, delimiter: str) -> list[str]:
    try:
        return [text for text, _ in _cells(line, delimiter)]
    except _Broken:
        return []


class _Table:
    """Reads one file. `names`: the longest first, so that one of two with a common beginning fits."""

    def __init__(self, kind: str, names: Sequence[str], complain: Complain) -> None:
        self._kind = kind
        self._names = sorted(names, key=lambda name: (-len(name), name))
        self._complain = complain

    def read(self, lines: Sequence[str]) -> Map | None:
        """The root mapping: the rows under the kind's name."""
        self._delimiter, header = _form(lines)
        if header == len(lines):
            self._complain("TO106", 0, 0, "the file is empty", "write it, or remove the file")
            return None
        columns = self._header(lines[header], header)
        return None if columns is None else self._root(lines, header, columns)

    def _header(self, line: str, number: int) -> list[_Column] | None:
        """The columns, or None where one has no name, a name that can't be, or one given twice."""
        try:
            cells = _cells(line, self._delimiter)
        except _Broken as broken:
            self._say("TO194", number, *broken.args)
            return None
        while cells and not cells[-1][0]:  # separators at the line's end
            cells.pop()
        first: dict[tuple[str, ...], int] = {}
        fine = True
        for text, at in cells:
            steps = self._steps(text)
            if steps is None:
                what = f"'{text}' can't be the name of a column" if text else "a column has no name"
                fine = self._say("TO194", number, at, what, _NAMING)
            elif steps in first:
                what = f"the column '{text}' is there twice, first at {first[steps]}"
                fine = self._say("TO194", number, at, what, "keep one of the two")
            else:
                first[steps] = at
        if fine and ("id",) not in first:
            fine = self._say("TO194", number, 1, "no column is called 'id'", _NAMING)
        columns = [_Column(steps, number << _BITS | (at - 1)) for steps, at in first.items()]
        return columns if fine else None

    def _steps(self, header: str) -> tuple[str, ...] | None:
        """`timesheets[1].project` → ("timesheets", "[1]", "project"). Ids may have dots, so what
        comes after the second one is one key; so may the names of sources and targets."""
        path, dated, since = header.partition("@")
        named = (n for n in self._names if path == n or path.startswith((f"{n}.", f"{n}[")))
        name = next(named, "")
        head, dot, tail = path[len(name) :].partition(".")
        head = name + head
        numbered = _NUMBERED.fullmatch(head)
        steps = [numbered[1], numbered[2]] if numbered else [head]
        steps += tail.split(".", 1) if dot else []
        steps += [since] if dated else []
        return tuple(steps) if all(steps) else None

    def _root(self, lines: Sequence[str], header: int, columns: Sequence[_Column]) -> Map:
        numbered = {steps[0] for steps, _ in columns if len(steps) > 1 and steps[1][0] == "["}
        rows: Map | Seq = Map() if self._kind in KEYED else Seq()
        _put(rows, header + 1, 1)
        for number in range(header + 1, len(lines)):
            if _skipped(lines[number], self._delimiter):
                continue
            row = self._row(lines[number], number, columns)
            if row is None:
                continue
            for key in numbered:
                _listed(row, key)
            if isinstance(rows, Map):
                self._add(rows, row, number)
            else:
                rows.append(row)
        root = Map({self._kind: rows})
        _put(root, header + 1, 1)
        root.places.append(header << _BITS)
        return root

    def _row(self, line: str, number: int, columns: Sequence[_Column]) -> Map | None:
        """One row, or None where it doesn't fit the header."""
        row = Map()
        _put(row, number + 1, 1)
        try:
            cells = _cells(line, self._delimiter)
            if len(cells) != len(columns):
                cells = _fitted(cells, len(columns))
            for (steps, place), (text, column) in zip(columns, cells, strict=True):
                if not text:
                    continue
                leaf = Text(text)
                leaf.line, leaf.column = number + 1, column
                if len(steps) > 1 or steps[0] in row:
                    _enter(row, steps, place, leaf)
                else:  # most of them
                    row[steps[0]] = leaf
                    row.places.append(place)
        except _Broken as broken:
            self._say("TO195", number, *broken.args)
            return None
        return row

    def _add(self, rows: Map, row: Map, number: int) -> None:
        """One role of accounts, one pay class of earnings: the id is the key of the rest."""
        id_ = row.get("id")
        if id_ is None:
            self._say("TO195", number, 1, "the row has no id", "say in the column 'id' which it is")
        elif id_ in rows:
            first = rows.key(id_).line
            self._say("TO103", number, id_.column,
                      f"'{id_}' is given twice, first on line {first}", "keep one of the two")  # fmt: skip
        else:
            at = list(row).index("id")
            del row["id"], row.places[at]
            rows[str(id_)] = row
            rows.places.append(number << _BITS | (id_.column - 1))

    def _say(self, code: str, number: int, column: int, message: str, hint: str) -> bool:
        """Complain about a place, lines counted from 0; always False."""
        self._complain(code, number + 1, column, message, hint)
        return False


def _enter(row: Map, steps: tuple[str, ...], place: int, leaf: Text) -> None:
    """Puts a value below its row, making the mappings between. Raises `_Broken` where another
    column of the row has said it already."""
    node = row
    for step in steps[:-1]:
        child = node.get(step)
        if child is None:
            child = Map()
            _put(child, leaf.line, leaf.column)
            node[step] = child
            node.places.append(place)
        node = child
        if type(node) is not Map:
            break
    if type(node) is not Map or steps[-1] in node:
        raise _Broken(leaf.column, "two columns of this row say the same", "empty one of the cells")
    node[steps[-1]] = leaf
    node.places.append(place)


def _listed(row: Map, key: str) -> None:
    """The numbered alternatives under a key as a list, in the order of their numbers."""
    found = row.get(key)
    if type(found) is Map:
        items = Seq(found[number] for number in sorted(found, key=lambda n: int(n[1:-1])))
        _put(items, found.line, found.column)
        row[key] = items


def _put(node: Map | Seq, line: int, column: int) -> None:
    node.line, node.column = line, column
    if type(node) is Map:
        node.places = []


def _form(lines: Sequence[str]) -> tuple[str, int]:
    """What stands between the cells, and which line, from 0, is the header."""
    said = _SEP.fullmatch(lines[0].strip(" "))
    first = 1 if said else 0
    whole = (n for n in range(first, len(lines)) if not _skipped(lines[n], DELIMITERS))
    header = next(whole, len(lines))
    if said or header == len(lines):
        return said[1] if said else DELIMITERS[0], header
    return max(DELIMITERS, key=lines[header].count), header


def _skipped(line: str, delimiter: str) -> bool:
    """Whether a line holds nothing, or is a remark: no id begins with `#`."""
    return line.startswith("#") or not line.strip(f"{delimiter} \t")


def _cells(line: str, delimiter: str) -> list[_Cell]:
    """The cells of a line, trimmed, each with the column where it begins."""
    if '"' in line or not line.isprintable():
        return list(_quoted_cells(line, delimiter))
    cells, at = [], 1
    for part in line.split(delimiter):
        cells.append((part.strip(), at))
        at += len(part) + 1
    return cells


def _quoted_cells(line: str, delimiter: str) -> Iterator[_Cell]:
    """The same where a cell may be in quotes, and may hold what nobody sees. Raises `_Broken`."""
    if found := _CONTROL.search(line):
        raise _Broken(found.start() + 1, "a control character is not allowed", "remove the character")
    at = 0
    while at <= len(line):
        found = _QUOTED.match(line, at)
        if found is None:
            end = line.find(delimiter, at)
            end = len(line) if end < 0 else end
            text = line[at:end].strip()
            if text.startswith('"'):
                raise _Broken(at + 1, *_UNCLOSED)
        else:
            end, text = found.end(), found[1].replace('""', '"').strip()
            if end < len(line) and line[end] != delimiter:
                raise _Broken(end + 1, *_TRAILING)
        yield text, at + 1
        at = end + 1


def _fitted(cells: list[_Cell], width: int) -> list[_Cell]:
    """Blank cells past the last column are separators at the line's end. Raises `_Broken`."""
    if len(cells) < width or any(text for text, _ in cells[width:]):
        raise _Broken(1, f"the row has {len(cells)} cells, the header {width}",
                      "a cell with the separator in it needs quotes")  # fmt: skip
    return cells[:width]
