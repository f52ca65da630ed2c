"""Which rows and rules differ between two configurations of a company, and bear on what is booked.

Values are compared as they were parsed and typed: a row that moved, or was laid out anew, is none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Final

from tieout.config.model import Config, LawPack, Version
from tieout.config.reader import Map, Node, Seq
from tieout.config.versions import Positions
from tieout.domain.change import Origin
from tieout.planning.envelope import locate

KINDS: Final = ("workers", "customers", "projects", "services", "accounts", "earnings")
_SECTIONS: Final = ("sources", "streams")
_RULES: Final = ("approval", "unmapped", "rounding", "overtime", "tax")
"""Those that decide what is desired; the others judge a plan, or settle what is final."""
_FORM: Final = frozenset({"origins", "row", "places", "place"})
_UNBOOKED: Final = frozenset({"manager", "owner", "retroactive", "terms"})
"""What a row says for people, and no document shows."""
_UNBOOKED_LAW: Final = frozenset({"title", "reviewed", "limits", "shift_gap", "exact"})


@dataclass(frozen=True)
class Edit:
    """A row that differs. ``row`` is its address, with the path of the value where one alone does;
    ``before`` and ``after`` are that value, or None. ``id`` is the mapping's; empty for what bears on
    all documents of some kind."""

    kind: str
    id: str
    row: str
    before: str | None = None
    after: str | None = None

    @property
    def address(self) -> str:
        """The row's own address, without a path."""
        return self.row.partition(" ")[0]


@dataclass(frozen=True)
class Edits:
    """All that differs from ``base`` (None: nothing was there) to ``head``."""

    base: Config | None
    head: Config
    found: tuple[Edit, ...]

    @cached_property
    def by_id(self) -> Mapping[tuple[str, str], tuple[Edit, ...]]:
        """By kind and id: two rows of one id, valid after each other, may both differ."""
        result: dict[tuple[str, str], tuple[Edit, ...]] = {}
        for edit in self.found:
            at = (edit.kind, edit.id)
            result[at] = (*result.get(at, ()), edit)
        return result

    def places(self) -> dict[str, dict[str, Any]]:
        """Where each stands (in the head, or where it is gone in the base), and who wrote it."""
        rows = [edit.row for edit in self.found]
        found = locate(self.base, rows) if self.base else {}
        return found | locate(self.head, rows)


def edits(base: Config | None, head: Config) -> Edits:
    """Every row and rule that differs, in the order of their addresses."""
    old, new = _said(base) if base else {}, _said(head)
    found = [
        _edit(kind, id_, address, base, head)
        for kind, id_, address in sorted(old.keys() | new.keys())
        if old.get((kind, id_, address)) != new.get((kind, id_, address))
    ]
    return Edits(base, head, tuple(found))


def _said(config: Config) -> dict[tuple[str, str, str], Any]:
    """Everything that a configuration says, by kind, id and address."""
    found: dict[tuple[str, str, str], Any] = defaultdict(list)
    for kind in KINDS:
        for version in getattr(config, kind):
            address = version.row or f"{kind}/{version.id}"
            found[kind, version.id, address].append(_values(version))
    for kind in _SECTIONS:
        for name, section in getattr(config, kind).items():
            found[kind, name, f"{kind}/{name}"] = _values(section)
    for name in _RULES:
        found["rules", name, f"rules/{name}"] = getattr(config.rules, name)
    for id_, pack in config.rules.packs.items():
        found["law", "", id_] = _pack(pack)
    for decision in config.rules.decisions:
        found["decisions", decision.key, decision.row or decision.id] = decision
    for name, target in config.targets.items():
        found["targets", "", f"targets/{name}"] = _values(target)
    found["company", "", "company"] = config.company
    found["company", "", f"environments/{config.environment.name}"] = config.environment
    return dict(found)


def _values(said: Any) -> dict[str, Any]:
    """The fields that count. A version that holds as the one before it does is none of its own."""
    left_out = _FORM | _UNBOOKED if isinstance(said, Version) else _FORM
    return {f.name: getattr(said, f.name) for f in fields(said) if f.name not in left_out}


def _pack(pack: LawPack) -> dict[str, Any]:
    """What of a law books anything: limits are found and told alone, and titles name it."""
    said = {name: value for name, value in _values(pack).items() if name not in _UNBOOKED_LAW}
    return said | {"tiers": [_values(tier) for tier in pack.tiers]}


def _edit(kind: str, id_: str, address: str, base: Config | None, head: Config) -> Edit:
    """With the one value that differs, where it is one and both sides have been read from files."""
    old, new = _leaves(base, address), _leaves(head, address)
    differing = sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path))
    if len(differing) != 1 or not (old and new):
        return Edit(kind, id_, address)
    (path,) = differing
    shown = kind in (*KINDS, "rules")  # the options of a source may hold what nobody should read
    values = (old.get(path), new.get(path)) if shown else (None, None)
    return Edit(kind, id_, f"{address} {path}", *values)


def _leaves(config: Config | None, address: str) -> dict[str, str]:
    rows = config.positions if config else None
    row = rows.row(address) if isinstance(rows, Positions) else None
    return dict(_texts(row.node)) if row else {}


def _texts(node: Node, before: str = "") -> Iterator[tuple[str, str]]:
    if not isinstance(node, Map):
        yield before, ", ".join(map(str, node)) if isinstance(node, Seq) else str(node)
        return
    for key, value in node.items():
        dated = before and len(key) == 10 and key[4:5] == "-"
        yield from _texts(value, f"{before}@{key}" if dated else f"{before}.{key}" if before else key)


def origins(found: Iterable[Edit]) -> tuple[Origin, ...]:
    """As a change names them."""
    return tuple(Origin(row=edit.row) for edit in sorted(set(found), key=lambda e: e.row))
