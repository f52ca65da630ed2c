"""Rules laid over a company's own, for one question: what would come out if they were these?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from tieout.config import packs, regular
from tieout.config.files import File, outside, parse
from tieout.config.findings import Findings
from tieout.config.model import Config, LawPack, Override, OvertimeRule, Rules
from tieout.config.overrides import amiss
from tieout.config.reader import Map
from tieout.config.rules import rules
from tieout.config.shape import compiled, nearest
from tieout.config.versions import Positions, Row, with_defaults
from tieout.domain.diagnostic import Position

SECTIONS = (
    "approval", "unmapped", "rounding", "overtime", "after_final", "guards", "tax", "checks", "limits",
    "currency", "vendors", "retention", "intercompany",
)  # fmt: skip
"""The rules that planning reads; each may be laid over by itself."""


def laid_over(config: Config, over: Map, file: str, findings: Findings) -> Rules:
    """The company's rules with `over` (the shape of `rules.schema.json`, already checked) on top,
    value by value. A law pack that isn't there is reported where `over` names it."""
    sections = {name: row for name in SECTIONS if (row := _own(config, name)) is not None}
    for name, node in over.items():
        if type(node) is Map:
            sections[name] = _laid(name, node, sections.get(name), file)
    found = rules(sections, [], config.company.currency)
    named = _packs(config, found.overtime, findings)
    _report_missing(named, over, file, findings)
    overtime = replace(found.overtime, overrides=_overrides(config, found, named, over, findings))
    return replace(found, overtime=overtime, packs=named, decisions=config.rules.decisions)


def _overrides(
    config: Config, found: Rules, named: Mapping[str, LawPack], over: Map, findings: Findings
) -> tuple[Override, ...]:
    """Those that `over` gives, looked through; else the company's of the laws that are named still."""
    said = over.get("overtime")
    if type(said) is not Map or "overrides" not in said:
        return tuple(o for o in config.rules.overtime.overrides if o.law in named)
    for one in amiss(named, found.overtime.overrides):
        if one.code != "TO184":  # a warning, and no matter of a test
            findings.error(one.code, one.override.place, one.message, one.hint)
    return found.overtime.overrides


def _own(config: Config, name: str) -> Row | None:
    rows = config.positions
    return rows.row(f"rules/{name}") if isinstance(rows, Positions) else None


def _laid(name: str, node: Map, own: Row | None, file: str) -> Row:
    """A section on top of the company's. A rounding without a purpose stands for both, so it
    replaces whatever the company says of either."""
    whole = own is None or (name == "rounding" and not {"pay", "billing"} & node.keys())
    merged = node if whole or own is None else with_defaults(node, own.node)
    return Row(f"rules/{name}", file, merged, node)


def _packs(config: Config, rule: OvertimeRule, findings: Findings) -> dict[str, LawPack]:
    own, check = list(_own_packs(config, findings)), compiled("law")
    names = {rule.default or "", *rule.packs.values()} - {""}
    known = {name: config.rules.packs.get(name) for name in names}
    found = {n: known[n] or packs.named(n, own, check, findings) for n in sorted(names)}
    return {name: pack for name, pack in found.items() if pack is not None}


def _own_packs(config: Config, findings: Findings) -> Iterator[File]:
    for path in sorted((config.root / "rules" / "law").glob("*.yaml")):
        name = path.relative_to(config.root).as_posix()
        root = None if outside(config.root, name) else parse(regular.read(path), name, findings)
        if root is not None:
            yield File("law", name, root)


def _report_missing(
    found: dict[str, LawPack], over: Map, file: str, findings: Findings
) -> None:
    said = over.get("overtime")
    if type(said) is not Map:
        return
    wanted = [said.get("default"), *said.get("jurisdictions", {}).values()]
    for name in wanted:
        if name is not None and str(name) not in found:
            at = Position(file, name.line, name.column)
            hint = nearest(name, packs.known([]))
            findings.error("TO120", at, f"there is no law pack '{name}'", hint)
