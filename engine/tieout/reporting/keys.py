"""Keys of the configuration, as their schemas describe them: what `tieout explain billing.rate` says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any, Final

from tieout.config import described
from tieout.reporting.paint import painter

#: Kinds of files that people write; the schemas of rules/*.yaml stand in `rules`.
KINDS: Final = (
    "tieout", "workers", "customers", "projects", "services", "accounts", "earnings", "rules",
    "law", "decisions", "tests",
)  # fmt: skip
#: Under these nothing more is told: a row's defaults have the keys of a row.
_SHUT: Final = frozenset({"defaults"})


@dataclass(frozen=True)
class Key:
    """One key: the kind of file, its path from the top, what it means and what may stand there."""

    kind: str
    path: str
    meaning: str
    words: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """In which files it is written."""
        if self.kind == "tieout":
            return "tieout.yaml"
        folder = {"law": "rules/law", "decisions": "rules/decisions", "tests": "rules/tests"}
        usual = "rules" if self.kind == "rules" else f"mappings/{self.kind}"
        return folder.get(self.kind, usual)


@cache
def keys() -> tuple[Key, ...]:
    """Every key that is delivered, by kind of file."""
    return tuple(key for kind in KINDS for key in _keys(kind))


def matching(word: str) -> tuple[Key, ...]:
    """The keys that a word names: by their whole path, or by its end (`rate`, `billing.rate`)."""
    wanted = word.casefold()
    found = [key for key in keys() if key.path.casefold() == wanted]
    return tuple(found or [k for k in keys() if k.path.casefold().endswith(f".{wanted}")])


def nearest(word: str) -> tuple[str, ...]:
    """Up to three keys that somebody who typed ``word`` may have meant."""
    names = {key.path.rpartition(".")[2] for key in keys()}
    return tuple(get_close_matches(word, sorted(names), n=3, cutoff=0.7))


def text(found: tuple[Key, ...], *, colour: bool = False) -> str:
    """Each key with its place, its meaning and what may stand there."""
    paint, lines = painter(colour), []
    for key in found:
        lines += [paint(key.path, "title") + f"  ·  {key.where}", f"  {key.meaning}"]
        if key.words:
            lines.append(f"  one of: {', '.join(key.words)}")
        lines.append("")
    return "\n".join([*lines, "Next: tieout validate"]) + "\n"


def as_json(found: tuple[Key, ...]) -> str:
    """The same for machines."""
    told = [
        {"file": k.where, "path": k.path, "meaning": k.meaning, "values": list(k.words)}
        for k in found
    ]
    return json.dumps(
        {"format_version": 1, "of": "keys", "keys": told}, ensure_ascii=False, indent=2
    )


def _keys(kind: str) -> Iterator[Key]:
    file = f"{kind}.schema.json"
    yield from _under(kind, file, described.schema(file), "", 0)


def _under(kind: str, file: str, schema: Mapping[str, Any], path: str, depth: int) -> Iterator[Key]:
    """Every key of a mapping, and of those below it."""
    for name, child in described.children(schema):
        where, found, _ = described.resolved(file, child)
        if found.get("x-later") is True:
            continue
        here = f"{path}.{name}" if path else name
        later = found.get("x-later") or ()
        words = tuple(str(w) for w in found.get("enum", ()) if w not in later)
        yield Key(kind, here, str(found.get("description", "")), words)
        shut = (
            name in _SHUT
            or where == described.VALUES
            or depth > 8
            or found.get("$id") == "rules.schema.json"
        )
        for inner_file, inner in () if shut else _ways(where, found):
            yield from _under(kind, inner_file, inner, here, depth + 1)


def _ways(file: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The mappings that may stand under a key: itself, the rows of a list, the first that fits."""
    if "properties" in schema or isinstance(schema.get("additionalProperties"), dict):
        yield file, schema
    elif schema.get("type") == "array" and "items" in schema:
        where, found, _ = described.resolved(file, schema["items"])
        yield from _ways(where, found)
    else:
        for way in schema.get("oneOf", ()):
            where, found, _ = described.resolved(file, way)
            if "properties" in found:
                yield where, found
                return
