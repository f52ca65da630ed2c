"""What the schemas say of the language: for `tieout explain KEY` and for the pages of docs/."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from tieout.config import resources

#: The schema of the values that stand under keys.
VALUES: Final = "values.schema.json"
#: Where keys are people's own words, what they are called in writing.
_OWN_WORDS: Final = (("x-sources", "SOURCE"), ("x-targets", "TARGET"))


@cache
def schema(file: str) -> Mapping[str, Any]:
    """A built-in schema, by the name of its file."""
    found: Mapping[str, Any] = json.loads(resources.schema(file).read_text(encoding="utf-8"))
    return found


def resolved(file: str, part: Mapping[str, Any]) -> tuple[str, Mapping[str, Any], str]:
    """A part without ``$ref``, the file it stands in, and the name of its definition where that is
    one of the values (else empty). What stands beside a reference outranks what it leads to."""
    name = ""
    while "$ref" in part:
        other, _, pointer = part["$ref"].partition("#/")
        file = other or file
        found: Any = schema(file)
        for step in filter(None, pointer.split("/")):
            found = found[step]
        name = pointer.rpartition("/")[2] if file == VALUES else ""
        part = {**found, **{key: value for key, value in part.items() if key != "$ref"}}
    return file, part, name


def children(part: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The keys of a mapping and their schemas; one that people name is ``SOURCE``, ``TARGET`` or
    ``NAME``."""
    yield from part.get("properties", {}).items()
    theirs = [(name, part[annotation]) for annotation, name in _OWN_WORDS if annotation in part]
    yield from theirs
    free = part.get("additionalProperties")
    if isinstance(free, dict) and not theirs:
        yield "NAME", free
