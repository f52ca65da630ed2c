"""Fills the marked parts of the pages beside this file from what the program itself says.

`python docs/generate.py` rewrites them; `tests/unit/test_docs.py` fails while one is stale. A part
stands between `<!-- made: WHAT ARGUMENTS -->` and `<!-- end -->`; everything else is written by
people. WHAT is one of the functions in MAKERS.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import takewhile
from pathlib import Path
from typing import Any, Final
from unittest import mock

import yaml

from tieout.cli import app
from tieout.config import described
from tieout.config.findings import Findings
from tieout.config.overrides import standing
from tieout.config.packs import named
from tieout.config.shape import compiled
from tieout.reporting import codes

DOCS: Final = Path(__file__).resolve().parent
#: Key path, value and meaning of one row of a table.
Row = tuple[str, str, str]
#: A mapping whose keys are told below a row: the file of its schema, the schema, `[]` of a list.
Below = tuple[str, Mapping[str, Any], str] | None
PART: Final = re.compile(r"(<!-- made: (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)


def made(page: str) -> str:
    """The page with every marked part as it should be now."""
    return PART.sub(lambda part: f"{part[1]}\n{_part(part[2])}\n\n{part[3]}", page)


def _part(line: str) -> str:
    what, *arguments = line.split()
    return MAKERS[what](*arguments).strip("\n")


# what the command line says


def help_of(*verb: str) -> str:
    """What `tieout VERB --help` prints on a terminal of 80 columns."""
    printed = io.StringIO()
    plain = {"COLUMNS": "80", "NO_COLOR": "1"}
    with contextlib.redirect_stdout(printed), mock.patch.dict(os.environ, plain):
        app.main([*verb, "--help"])
    return f"```text\n{printed.getvalue().rstrip()}\n```"


def verbs() -> str:
    """Every verb under the heading of its group, with its help; then the verbs of a verb."""
    group: Any = app.get_command(app.app)
    parts: list[str] = []
    with group.make_context("tieout", [], resilient_parsing=True) as context:
        present = group.list_commands(context)
        for panel in dict.fromkeys(verb.panel for verb in app.VERBS if verb.name in present):
            parts.append(f"## {panel}")
            for verb in (verb.name for verb in app.VERBS if verb.panel == panel):
                if verb in present:
                    parts += [f"### {verb}", help_of(verb)]
                    for sub in getattr(group.get_command(context, verb), "commands", ()):
                        parts += [f"#### {verb} {sub}", help_of(verb, sub)]
    return "\n\n".join(parts)


# what the schemas say


def keys(kind: str, pointer: str = "") -> str:
    """The keys of one file kind, or of the part of its schema at `pointer`, as a table."""
    file = f"{kind}.schema.json"
    top = described.schema(file)
    for step in filter(None, pointer.split("/")):
        top = top[step]
    file, top, _ = described.resolved(file, top)
    rows = [f"| `{key}` | {value} | {text} |" for key, value, text in _rows(file, top, "")]
    return "\n".join(["| key | what stands there | what it means |", "| --- | --- | --- |", *rows])


def _rows(file: str, schema: Mapping[str, Any], above: str) -> Iterator[Row]:
    """Key path, value and meaning of every key under a mapping."""
    for key, child in described.children(schema):
        need = " · **required**" if key in schema.get("required", ()) else ""
        yield from _row(file, child, f"{above}{key}", need)


def _row(file: str, schema: Mapping[str, Any], path: str, need: str) -> Iterator[Row]:
    file, schema, name = described.resolved(file, schema)
    if schema.get("x-later") is True:
        return
    value, below = _value(file, schema, name)
    yield path, value + need, _meaning(file, schema)
    # A row's defaults have the keys of a row; rules inside a test are those of the other tables.
    if below is not None and path != "defaults" and schema.get("$id") != "rules.schema.json":
        where, inner, mark = below
        yield from _rows(where, inner, f"{path}{mark}.")


def _meaning(file: str, schema: Mapping[str, Any]) -> str:
    first = described.resolved(file, schema["oneOf"][0])[1] if "oneOf" in schema else {}
    return str(schema.get("description") or first.get("description", "")).replace("|", "\\|")


def _value(file: str, schema: Mapping[str, Any], name: str) -> tuple[str, Below]:
    """What may stand under a key, in words, and the mapping whose keys are told below it."""
    if name.startswith("dated_"):
        return f"{_plain(name.removeprefix('dated_'))}, may be dated", None
    if name and "properties" in schema:
        return _plain(name), None
    if "oneOf" in schema:
        return _either(file, schema["oneOf"])
    if schema.get("type") == "array":
        where, item, item_name = described.resolved(file, schema["items"])
        value, below = _value(where, item, item_name)
        return ("list", (where, below[1], "[]")) if below else (f"list of {value}", None)
    if schema.get("type") == "object":
        return "mapping", (file, schema, "")
    return _scalar(schema, name), None


def _either(file: str, ways: list[Mapping[str, Any]]) -> tuple[str, Below]:
    """Alternatives; a mapping that gives one of the words by each of its keys is told in a word."""
    found = [described.resolved(file, way) for way in ways]
    words = [way["enum"] for _, way, _ in found if "enum" in way]
    told, below = [], None
    for where, way, name in found:
        by_key = {
            key: described.resolved(where, child)[1].get("enum")
            for key, child in way.get("properties", {}).items()
        }
        if words and by_key and all(by_key.values()):
            told.append("by " + " · ".join(_by_word(key, by_key[key], words[0]) for key in by_key))
        else:
            value, inner = _value(where, way, name)
            below = below or inner
            told.append(value)
    return ", or ".join(told), below


def _by_word(key: str, words: list[str], usual: list[str]) -> str:
    more = ", ".join(f"`{word}`" for word in words if word not in usual)
    return f"`{key}`" + (f" (also {more})" if more else "")


def _scalar(schema: Mapping[str, Any], name: str) -> str:
    if "enum" in schema:
        later = schema.get("x-later", ())
        return " · ".join(f"`{word}`" for word in schema["enum"] if word not in later)
    if name:
        return _plain(name)
    return {"boolean": "`true` or `false`"}.get(str(schema.get("type")), "text")


def _plain(name: str) -> str:
    """A definition of `values.schema.json` in words: its choice, its keys, or its own name."""
    found = described.schema("values.schema.json")["$defs"][name]
    if "enum" in found:
        return " · ".join(f"`{word}`" for word in found["enum"])
    if "properties" in found:
        return f"`{{{', '.join(found['properties'])}}}`"
    return {"flag": "`true` or `false`", "timezone": "time zone"}.get(name, name)


def values() -> str:
    """The kinds of value that stand under keys."""
    rows = [
        f"| {_plain(name)} | {found['description']} |"
        for name, found in described.schema("values.schema.json")["$defs"].items()
        if "enum" not in found and not name.startswith("dated_")
    ]
    return "\n".join(["| value | how it is written |", "| --- | --- |", *rows])


def produce() -> str:
    """The keys under `produce`, each once, with the kinds of document that have it."""
    kinds = described.schema("tieout.schema.json")["$defs"]["stream"]["properties"]["produce"]["properties"]
    found: dict[Row, list[str]] = {}
    for kind, schema in kinds.items():
        if schema.get("x-later") is not True:
            for row in _rows("tieout.schema.json", schema, ""):
                found.setdefault(row, []).append(kind)
    most = max(map(len, found.values()))
    rows = [
        f"| `{key}` | {'all' if len(of) == most else ', '.join(of)} | {value} | {text} |"
        for (key, value, text), of in found.items()
    ]
    head = "| key | of | what stands there | what it means |"
    return "\n".join([head, "| --- | --- | --- | --- |", *rows])


# what the catalogue of codes says


def code_list(first: str, last: str) -> str:
    """The codes from `first` to `last` with their titles."""
    rows = [
        f"| [{code}](../engine/tieout/codes/{code}.md) | {codes.title(code)} |"
        for code in codes.codes()
        if first <= code <= last
    ]
    return "\n".join(["| code | |", "| --- | --- |", *rows])


MAKERS: Final[Mapping[str, Callable[..., str]]] = {
    "help": help_of,
    "verbs": verbs,
    "keys": keys,
    "values": values,
    "produce": produce,
    "codes": code_list,
    "laws": lambda: law_list(),
}


# what the law packs say


def law_page(pack: Path) -> str:
    """A page for one pack: how it counts, every figure with its source, dates, and whether it was read."""
    said: Any = yaml.load(pack.read_text(encoding="utf-8"), yaml.BaseLoader)
    intro = [line.removeprefix("#").strip() for line in _comment(pack)]
    parts = [f"# {said['title']}", "\n".join(intro).strip(), _terms(pack, said)]
    if said["tiers"]:
        parts += ["## Hours at a premium", _figures(said["tiers"], _tier_words)]
    if said.get("limits"):
        parts += ["## Breaks, rest and limits", _figures(said["limits"], _limit_words)]
    parts += ["## What a company may have instead", _parameters(pack)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _parameters(pack: Path) -> str:
    """The names by which `overrides` in rules/overtime call the figures, as the engine knows them."""
    findings = Findings()
    name = f"law/{pack.stem}"
    read = named(name, [], compiled("law"), findings)
    assert read is not None
    assert not findings.all()
    told = [f"`{n}` {value}".strip() for n, value in standing(read).items()]
    return "By [`overrides`](../language.md#rules-overtime), with a reason: " + ", ".join(told) + "."


def _comment(pack: Path) -> list[str]:
    """The lines of the comment at the head, without its title."""
    lines = pack.read_text(encoding="utf-8").splitlines()
    head = list(takewhile(lambda line: line.startswith("#"), lines))
    return head[1:]


def _terms(pack: Path, said: Mapping[str, Any]) -> str:
    keys = ("combination", "workday", "anchor", "gap", "shift_gap")
    told = [f"`{key}: {said[key]}`" for key in keys if key in said]
    name = pack.stem
    by = f", to be looked at again by {said['review_by']}" if "review_by" in said else ""
    first = f"`law/{name}`; reviewed: {said['reviewed']}{by}."
    return " ".join([first, "Terms:" if told else "", ", ".join(told)]).strip()


def _figures(rows: list[Mapping[str, Any]], words: Callable[[Mapping[str, Any]], str]) -> str:
    head = "| what | basis | source | in force | verified | note |"
    lines = [head, "| --- | --- | --- | --- | --- | --- |"]
    for row in rows:
        begins, ends = row.get("from", ""), row.get("to", "")
        span = f"{begins} – {ends}" if begins or ends else ""
        cells = [words(row), row["basis"], row["source"], span,
                 "no" if row.get("verified") == "false" else "yes", row.get("note", "")]  # fmt: skip
        lines.append("| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def _tier_words(row: Mapping[str, Any]) -> str:
    return f"`{row['window']}` over {row['over']}: × {row['multiplier']} ({row['pay_class']})" + _rest(
        row, {"window", "over", "multiplier", "pay_class"}
    )


def _limit_words(row: Mapping[str, Any]) -> str:
    return f"`{row['limit']}`" + _rest(row, {"limit"})


def _rest(row: Mapping[str, Any], told: set[str]) -> str:
    """The other figures of a row, as they are written."""
    apart = told | {"basis", "source", "from", "to", "verified", "note"}
    more = [f"{key} {_flat(value)}" for key, value in row.items() if key not in apart]
    return ", ".join(["", *more])


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return " and ".join(f"{key} {_flat(child)}" for key, child in value.items())
    return ", ".join(value) if isinstance(value, list) else str(value)


def law_pages() -> dict[Path, str]:
    """The page of every pack that tieout brings."""
    packs = sorted((DOCS.parent / "rules" / "law").glob("*.yaml"))
    return {DOCS / "laws" / f"{pack.stem}.md": law_page(pack) for pack in packs}


def law_list() -> str:
    """The packs with their titles, each with its page."""
    rows = [
        f"| [law/{path.stem}](laws/{path.name}) | {text.splitlines()[0].removeprefix('# ')} |"
        for path, text in law_pages().items()
    ]
    return "\n".join(["| pack | |", "| --- | --- |", *rows])


def main() -> None:
    """Rewrite every page whose marked parts are stale, and the page of every law pack."""
    (DOCS / "laws").mkdir(exist_ok=True)
    for path, text in law_pages().items():
        path.write_text(text, encoding="utf-8")
    for path in sorted(DOCS.glob("*.md")):
        page = path.read_text(encoding="utf-8")
        if made(page) != page:
            path.write_text(made(page), encoding="utf-8")


if __name__ == "__main__":
    main()
