"""A JSON Schema (2020-12) compiled into closures that check a `reader.Node`, position and all.

The schemas in `schemas/` are what editors check with; the engine checks by the same files. They
use a small part of the standard, which is all that is compiled here: `$ref`, `type`, `properties`,
`additionalProperties`, `propertyNames`, `required`, `minProperties`, `items`, `minItems`, `enum`,
`pattern`, `format`, and `oneOf` between a scalar, a mapping and a list. Scalars are text here, so
`number`, `integer` and `boolean` say how the text must read.

Besides, annotations of ours, which editors pass over: `x-sources` and `x-targets` (the shape of a
value under the name of a source or target, whose names only tieout.yaml knows), `x-later` (words
of an `enum`, or `true` for a whole property, that the engine doesn't deliver yet), `x-pay` (keys
for what a worker earns are refused).

Why not jsonschema, which the tests hold this against: on 100,000 rows it takes longer than all
else together, and its messages are not for a bookkeeper.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple, TypeAlias

from tieout.config import resources
from tieout.config.findings import PAY_KEY, SECRET_KEY, Findings
from tieout.config.reader import Map, Node, Seq, Text
from tieout.config.scalars import FORMAT_CODES, FORMATS
from tieout.domain.diagnostic import Position

Schema: TypeAlias = Mapping[str, Any]
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")


class Report:
    """The findings of one file, and which of its mappings are unfit to be read on (`bad`)."""

    def __init__(self, file: str, findings: Findings) -> None:
        self.file = file
        self.bad: set[int] = set()
        self._findings = findings

    def at(self, node: Node) -> Position:
        """Where a node begins."""
        return Position(self.file, node.line, node.column)

    def wrong(self, code: str, node: Node, message: str, hint: str = "") -> bool:
        """Report, unless the reader has already; always False, for a check to return."""
        if self.at(node) not in self._findings.unread:
            self._findings.error(code, self.at(node), message, hint)
        return False

    def later(self, word: str, node: Node) -> bool:
        """Report what the language has and the engine hasn't yet; always False."""
        return self.wrong("TO113", node, f"'{word}' is part of the language but not delivered yet",
                          "leave it out until a version of tieout delivers it")


class Names(NamedTuple):
    """What tieout.yaml calls its sources and targets."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]


Check: TypeAlias = Callable[[Node, Report], bool]


@lru_cache(maxsize=64)
def compiled(kind: str, names: Names | None = None) -> Check:
    """The check for a file kind (`projects`, `tieout` …). It reports everything wrong and says
    whether all is well. Without `names` any key may be the name of a source or a target."""
    file = f"{kind}.schema.json"
    return _Compiler(names).check(file, _document(file))


@cache
def _document(file: str) -> Schema:
    document: Schema = json.loads(resources.schema(file).read_text(encoding="utf-8"))
    return document


def nearest(word: str, known: Iterable[str]) -> str:
    """`did you mean 'customer'?`, or nothing where no known word is near."""
    close = get_close_matches(word, sorted(known), n=1)
    return f"did you mean '{close[0]}'?" if close else ""


def listed(words: Iterable[str]) -> str:
    """`a, b or c`."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


class _Compiler:
    def __init__(self, names: Names | None) -> None:
        self._names = names

    def check(self, file: str, schema: Schema) -> Check:
        """The check for one (sub)schema of `file`."""
        while "$ref" in schema:
            name, _, pointer = schema["$ref"].partition("#/")
            file = name or file
            target: Any = _document(file)
            for part in filter(None, pointer.split("/")):
                target = target[part]
            schema = {**target, **{k: v for k, v in schema.items() if k != "$ref"}}
        if "oneOf" in schema:
            return self._either(file, schema["oneOf"])
        if schema.get("type") == "object":
            return self._mapping(file, schema)
        if schema.get("type") == ["object", "array"]:
            return _collection
        if schema.get("type") == "array":
            return self._list(file, schema)
        return _scalar(schema)

    def _either(self, file: str, alternatives: Sequence[Schema]) -> Check:
        checks: dict[type, Check] = {}
        for alternative in alternatives:
            check = self.check(file, alternative)
            checks[check.node] = check  # type: ignore[attr-defined]
        expected = listed(_CALLED[t] for t in (Text, Map, Seq) if t in checks)

        def either(node: Node, report: Report) -> bool:
            check = checks.get(type(node))
            if check is None:
                return report.wrong("TO106", node, f"expected {expected}, not {_called(node)}")
            return check(node, report)

        return either

    def _list(self, file: str, schema: Schema) -> Check:
        item = self.check(file, schema["items"])
        least = schema.get("minItems", 0)

        def every(node: Node, report: Report) -> bool:
            if type(node) is not Seq:
                return report.wrong("TO106", node, f"expected a list, not {_called(node)}")
            if len(node) < least:
                return report.wrong("TO106", node, "the list is empty", "name at least one")
            return [item(child, report) for child in node].count(False) == 0

        return _of(Seq, every)

    def _mapping(self, file: str, schema: Schema) -> Check:
        known = {
            name: self._property(file, name, value)
            for name, value in schema.get("properties", {}).items()
        }
        for annotation, names in zip(("x-sources", "x-targets"), self._names or (), strict=False):
            if annotation in schema:
                check = self.check(file, schema[annotation])
                for name in names:  # one that is both is refused elsewhere
                    known[name] = _anything if name in known else check
        further = schema.get("additionalProperties", False)
        named = self._names and not schema.keys().isdisjoint(("x-sources", "x-targets"))
        free = self.check(file, further) if further and not named else None
        key_check = _scalar(schema["propertyNames"]) if "propertyNames" in schema else None
        required = tuple(schema.get("required", ()))
        least, pay = schema.get("minProperties", 0), "x-pay" in schema
        find = known.get

        def mapping(node: Node, report: Report) -> bool:
            if type(node) is not Map:
                return report.wrong("TO106", node, f"expected a mapping, not {_called(node)}")
            fine = True
            for key, value in node.items():
                check = find(key, free)
                if check is None:
                    fine = _unknown(node.key(key), known, pay, report)
                elif not check(value, report):
                    fine = False
            if key_check:
                fine &= [key_check(key, report) for key in node.keys_placed()].count(False) == 0
            for name in required:
                if name not in node:
                    fine = report.wrong("TO105", node, f"'{name}' is missing", f"add '{name}:'")
            if len(node) < least:
                fine = report.wrong("TO106", node, "the mapping is empty")
            if not fine:
                report.bad.add(id(node))
            return fine

        return _of(Map, mapping)

    def _property(self, file: str, name: str, schema: Schema) -> Check:
        if schema.get("x-later") is True:
            return lambda node, report: report.later(name, node)
        return self.check(file, schema)


def _collection(node: Node, report: Report) -> bool:
    return type(node) is not Text or report.wrong("TO106", node, "expected a mapping, not text")


def _anything(_node: Node, _report: Report) -> bool:
    return True


def _of(node_type: type, check: Check) -> Check:
    """Mark what a check is for, so that `oneOf` can choose by what stands there."""
    check.node = node_type  # type: ignore[attr-defined]
    return check


_CALLED: Final[Mapping[type, str]] = {Text: "text", Map: "a mapping", Seq: "a list"}


def _called(node: Node) -> str:
    return _CALLED[type(node)]


def _unknown(key: Text, known: Iterable[str], pay: bool, report: Report) -> bool:
    if SECRET_KEY.fullmatch(key):
        return report.wrong(
            "TO161",
            key,
            f"'{key}' would keep a secret in git",
            "put it into the environment and write ${env:NAME} where it is used",
        )
    if pay and PAY_KEY.fullmatch(key):
        return report.wrong(
            "TO162",
            key,
            f"'{key}' would keep a worker's pay in git",
            "let a source with the profile pay_rates bring it",
        )
    hint = nearest(key, known) or f"known here: {', '.join(sorted(known))}"
    return report.wrong("TO104", key, f"unknown key '{key}'", hint)


def _scalar(schema: Schema) -> Check:
    if "enum" in schema:
        return _of(Text, _enum(schema["enum"], schema.get("x-later", ())))
    if "format" in schema:
        return _of(Text, _format(schema["format"]))
    kind = schema.get("type", "string")
    if kind == "boolean":
        return _of(Text, _format("flag"))
    pattern = re.compile(schema["pattern"]) if "pattern" in schema else None
    if kind in ("number", "integer"):
        pattern = _NUMBER
    said = schema.get("x-said", "this is not what is expected here")

    def text(node: Node, report: Report) -> bool:
        if type(node) is not Text:
            return report.wrong("TO106", node, f"expected text, not {_called(node)}")
        if pattern and not pattern.fullmatch(node):
            return report.wrong("TO107", node, f"'{node}' {said}")
        return True

    return _of(Text, text)


def _enum(words: Sequence[str], later: Sequence[str]) -> Check:
    allowed = frozenset(words) - frozenset(later)

    def enum(node: Node, report: Report) -> bool:
        if type(node) is not Text:
            return report.wrong("TO106", node, f"expected text, not {_called(node)}")
        if node in allowed:
            return True
        if node in later:
            report.later(node, node)
            return True
        choices = listed(w for w in words if w in allowed)
        hint = nearest(node, allowed)
        return report.wrong("TO107", node, f"'{node}' is not {choices}", hint)

    return enum


def _format(name: str) -> Check:
    parse, code = FORMATS[name], FORMAT_CODES.get(name, "TO107")

    def formatted(node: Node, report: Report) -> bool:
        if type(node) is not Text:
            return report.wrong("TO106", node, f"expected text, not {_called(node)}")
        try:
            parse(node)
        except ValueError as error:
            return report.wrong(code, node, f"'{node}' {error}")
        return True

    return formatted
