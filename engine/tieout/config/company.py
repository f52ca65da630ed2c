"""tieout.yaml → company, sources, targets, streams and environment."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from tieout.config.model import (
    WORKSHEET,
    Company,
    Entity,
    Environment,
    Produce,
    SourceConfig,
    Stream,
    TargetConfig,
)
from tieout.config.reader import Map, Node, Seq
from tieout.config.scalars import WEEKDAYS, clock, count, day, duration, flag
from tieout.config.shape import Names
from tieout.config.versions import Row, with_defaults
from tieout.domain.diagnostic import Position

UNKNOWN: Final = Company(id="", name="", timezone="UTC", currency="USD", week_starts=0)
"""Stands in while the rest is checked, where the company's own section is wrong."""
_DAY: Final = 86_400
_OURS: Final = ("connector", "path", "rounding", "rotate_after")
_SOURCE_FIELDS: Final = (*_OURS, "profile", "files", "timezone", "window")
_TARGET_FIELDS: Final = (*_OURS, "drift")
"""What is not handed to a connector as its own options."""


@dataclass
class Section:
    """What of tieout.yaml is sound; `rows` by address, unsound ones among them."""

    company: Company = UNKNOWN
    sources: dict[str, SourceConfig] = field(default_factory=dict)
    targets: dict[str, TargetConfig] = field(default_factory=dict)
    streams: dict[str, Stream] = field(default_factory=dict)
    environments: dict[str, Environment] = field(default_factory=dict)
    #: environment → target → which books it writes there; the company itself is `default`
    books: dict[str, dict[str, str]] = field(default_factory=dict)
    state: str = ".tieout"
    rows: dict[str, Row] = field(default_factory=dict)


def names_of(root: Map) -> Names | None:
    """What sources and targets are called, sound or not; None where that can't be told."""
    sources, targets = root.get("sources"), root.get("targets")
    if type(sources) is not Map or type(targets) is not Map:
        return None
    return Names(tuple(map(str, sources)), tuple(map(str, targets)))


def section(root: Map, file: str, bad: set[int], environment: str) -> Section:
    """Reads the sound parts of tieout.yaml for one environment; `bad` are the ids of mappings
    that the schema check found unsound."""
    found = Section(rows={row.address: row for row in _rows(root, file, bad)})
    if "state" in root:
        found.state = str(root["state"])
    for address, row in found.rows.items():
        kind, _, name = address.partition("/")
        if not row.sound:
            continue
        if kind == "company":
            found.company = _company(row.node)
        elif kind == "sources":
            found.sources[name] = _source(name, row)
        elif kind == "streams":
            found.streams[name] = _stream(name, row.node)
        elif kind == "environments":
            found.environments[name] = _environment(name, row.node)
        else:
            found.targets[name] = _target(name, _overlaid(row, found.rows, environment))
    for name in ("default", *found.environments):
        found.books[name] = {target: _books(target, found.rows, name) for target in found.targets}
    return found


def _books(target: str, rows: Mapping[str, Row], environment: str) -> str:
    """What tells the target's books from all others: a path, else an address and a database."""
    said = _overlaid(rows[f"targets/{target}"], rows, environment).node
    path = _text(said, "path")
    return posixpath.normpath(path) if path else f"{_text(said, 'address')} {_text(said, 'database')}"


def _rows(root: Map, file: str, bad: set[int]) -> Iterator[Row]:
    for key in root.keys_placed():
        node = root[key]
        if type(node) is Map and key == "company":
            yield Row("company", file, node, key, id(node) not in bad)
        elif type(node) is Map and key in ("sources", "targets", "streams", "environments"):
            for name in node.keys_placed():
                child = node[name]
                if type(child) is Map:
                    yield Row(f"{key}/{name}", file, child, name, id(child) not in bad)


def _company(node: Map) -> Company:
    week: Any = node["workweek"]
    given = {str(k): str(v) for k, v in node.items()}
    return Company(
        id=given["id"],
        name=given["name"],
        timezone=given["timezone"],
        currency=given["currency"],
        week_starts=WEEKDAYS.index(week["starts"]),
        week_at=clock(week.get("at", "00:00")),
        industry=given.get("industry"),
        employees=count(given["employees"]) if "employees" in given else None,
        entities=dict(_entities(node.get("entities", {}))),
    )


def _entities(node: Any) -> Iterator[tuple[str, Entity]]:
    for name, child in node.items():
        yield str(name), Entity(name=_text(child, "name"), currency=_text(child, "currency"))


def _source(name: str, row: Row) -> SourceConfig:
    given: Any = row.node
    window = given.get("window")
    return SourceConfig(
        name=name,
        connector=str(given["connector"]),
        profile=_text(given, "profile"),
        path=_text(given, "path"),
        files=_text(given, "files") or "merge",
        timezone=_text(given, "timezone"),
        window=(day(window["from"]), day(window["to"])) if window else None,
        options=_options(given, _SOURCE_FIELDS),
        row=row.address,
        places=dict(_places(row.node, row.file)),
    )


def _target(name: str, row: Row) -> TargetConfig:
    return TargetConfig(
        name=name,
        connector=str(row.node["connector"]),
        path=_text(row.node, "path"),
        drift=_text(row.node, "drift") or "report",
        options=_options(row.node, _TARGET_FIELDS),
        row=row.address,
    )


def _overlaid(row: Row, rows: Mapping[str, Row], environment: str) -> Row:
    """A target as the environment has it: its own options over the company's."""
    over = rows.get(f"environments/{environment}")
    if over is None or not over.sound:
        return row
    changes: Any = over.node["targets"]
    change = changes.get(row.address.partition("/")[2])
    if change is None:
        return row
    return Row(row.address, row.file, with_defaults(change, row.node), row.at)


def _stream(name: str, node: Map) -> Stream:
    given: Any = node
    sources = given["from"]
    return Stream(
        name=name,
        sources=tuple(map(str, sources)) if type(sources) is Seq else (str(sources),),
        starts={str(purpose): day(text) for purpose, text in given.get("starts", {}).items()},
        produce={str(kind): _produce(str(kind), child) for kind, child in given["produce"].items()},
    )


def _produce(kind: str, node: Map) -> Produce:
    given: Any = node
    anchor = given.get("anchor")
    return Produce(
        kind=kind,
        to=str(given["to"]),
        period=_text(node, "period"),
        anchor=day(anchor) if anchor else None,
        per=_words(node, "per") or (("customer",) if kind in ("invoice", WORKSHEET) else ()),
        lines=_words(node, "lines") or Produce.lines,
        basis=_text(node, "basis"),
        mode=_text(node, "mode") or ("match" if kind == "bill" else None),
        agreement=_text(node, "agreement"),
        pay_date=duration(given["pay_date"]) // _DAY if "pay_date" in given else None,
        open=_text(node, "open") or "grow",
        purposes=_words(node, "purposes"),
    )


def _environment(name: str, node: Map) -> Environment:
    only: Any = node.get("only")
    since: date | None = day(only["since"]) if only and "since" in only else None
    return Environment(name=name, workers=_words(only, "workers") if only else (), since=since)


def _text(node: Map, key: str) -> str | None:
    value = node.get(key)
    return None if value is None else str(value)


def _words(node: Map, key: str) -> tuple[str, ...]:
    return tuple(map(str, node.get(key, ())))


def _options(node: Map, fields: tuple[str, ...]) -> dict[str, Any]:
    return {str(key): _plain(value) for key, value in node.items() if key not in fields}


def _places(node: Map, file: str, under: str = "") -> Iterator[tuple[str, Position]]:
    """Where each key stands; those of a mapping behind the name of the mapping and a dot."""
    for key in node.keys_placed():
        yield f"{under}{key}", Position(file, key.line, key.column)
        child = node[key]
        if type(child) is Map:
            yield from _places(child, file, f"{under}{key}.")


def _plain(node: Node) -> Any:
    """Options as plain text, lists and mappings; `over_midnight: true` is a flag."""
    if type(node) is Map:
        return {str(key): _plain(value) for key, value in node.items()}
    if type(node) is Seq:
        return [_plain(value) for value in node]
    return flag(str(node)) if node in ("true", "false") else str(node)
