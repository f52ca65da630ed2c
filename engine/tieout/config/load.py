"""A company's folder → `model.Loaded`: everything that is wrong at once, or a valid `Config`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from tieout.config import company, packs
from tieout.config.checks.draft import Draft, Unknowable
from tieout.config.commit import Commit
from tieout.config.digest import digest
from tieout.config.files import COMPANY, MAPPINGS, File, Folder, read_company
from tieout.config.findings import Findings
from tieout.config.model import Config, Environment, LawPack, Loaded, OvertimeRule
from tieout.config.reader import Map, Seq, Text
from tieout.config.rows import versions
from tieout.config.rules import rules
from tieout.config.separated import KEYED
from tieout.config.shape import Names, Report, compiled
from tieout.config.validate import validate
from tieout.config.versions import Positions, Row, with_defaults
from tieout.domain.collection import without_collection
from tieout.domain.diagnostic import Position

DEFAULT: Final = "default"


def load(root: Path, environment: str | None = None, commit: Commit | None = None) -> Loaded:
    """Reads, checks and types the company below `root`, for one of its environments.

    Never raises for what a person wrote: that is in the diagnostics, sorted by place, and
    `config` is None if one of them is an error. Of a `commit` the files are read as they are in
    it, and a place of it is told as git names it (`a1b2c3d:mappings/projects.yaml`).
    """
    findings = Findings()
    with without_collection():
        files, broken = read_company(commit or Folder(root), findings)
        config = _assemble(root, files, broken, environment or DEFAULT, findings)
        if config is not None and not findings.errors:
            named = commit.name if commit else None
            config = replace(config, digest=digest(config), commit=named)
    found = findings.all()
    told = tuple(commit.placed(d) for d in found) if commit else found
    return Loaded(None if findings.errors else config, told)


def _assemble(
    root: Path, files: Sequence[File], broken: frozenset[str], environment: str, findings: Findings
) -> Config | None:
    """What is sound of the company, checked for sense; None without a tieout.yaml."""
    main = next((file.root for file in files if file.kind == "tieout"), None)
    names = company.names_of(main) if main else None
    bad = _check_shapes(files, names, findings)
    if main is None:
        return None
    section = company.section(main, COMPANY, bad, environment)
    mapped = {kind: _mapped(kind, files, bad) for kind in MAPPINGS}
    ruled = list(_ruled(files, bad, findings))
    decided = _mapped("decisions", files, bad)
    given = rules(
        {row.address.partition("/")[2]: row for row in ruled if row.sound},
        [row for row in decided if row.sound],
        section.company.currency,
    )
    own_packs = [file for file in files if file.kind == "law"]
    typed: Any = {
        kind: tuple(versions(kind, (row for row in rows if row.sound), names or Names((), ())))
        for kind, rows in mapped.items()
    }
    rows = {row.address: row for rows in (*mapped.values(), ruled, decided) for row in rows}
    rows |= section.rows
    config = Config(
        root=root,
        company=section.company,
        environment=section.environments.get(environment, Environment(name=environment)),
        sources=section.sources,
        targets=section.targets,
        streams=section.streams,
        rules=replace(given, packs=_packs(given.overtime, own_packs, findings)),
        state=_state(root, section.state, environment),
        digest="",
        positions=Positions(rows),
        **typed,
    )
    validate(
        Draft(
            config=config,
            section=section,
            rows=rows,
            packs=packs.known(own_packs),
            main=main,
            ids=_ids(mapped, rows.get("rules/tax"), broken),
        ),
        findings,
    )
    return config


def _check_shapes(files: Iterable[File], names: Names | None, findings: Findings) -> set[int]:
    """Every file against its schema; the ids of the mappings that don't fit."""
    bad: set[int] = set()
    checks = {kind: compiled(kind, names) for kind in {file.kind for file in files}}
    for file in files:
        report = Report(file.name, findings)
        checks[file.kind](file.root, report)
        bad |= report.bad
    return bad


def _mapped(kind: str, files: Iterable[File], bad: set[int]) -> list[Row]:
    """The rows of one kind from all its files, each with an address of its own.

    Of several rows with one id the earliest has the plain address, the others carry their first
    day, so that a further row for the future changes no address.
    """
    by_id: defaultdict[str, list[Row]] = defaultdict(list)
    for file in files:
        if file.kind == kind:
            for row in _keyed(kind, file, bad) if kind in KEYED else _listed(kind, file, bad):
                by_id[row.address].append(row)
    return [row for same in by_id.values() for row in _addressed(same)]


def _addressed(same: list[Row]) -> Iterator[Row]:
    first, *others = sorted(same, key=lambda row: row.valid[0])
    yield first
    for number, row in enumerate(others, 2):
        since = row.valid[0]
        suffix = f"@{since}" if since != first.valid[0] else f"#{number}"
        yield replace(row, address=row.address + suffix)


def _listed(kind: str, file: File, bad: set[int]) -> Iterator[Row]:
    rows, defaults = file.root.get(kind), file.root.get("defaults")
    under = defaults if type(defaults) is Map else None
    fit = id(under) not in bad
    for node in rows if type(rows) is Seq else ():
        if type(node) is Map and type(node.get("id")) is Text:
            address = f"{kind}/{node['id']}"
            sound = fit and id(node) not in bad
            yield Row(
                address, file.name, with_defaults(node, under) if sound else node, node, sound
            )


def _keyed(kind: str, file: File, bad: set[int]) -> Iterator[Row]:
    rows = file.root.get(kind)
    for key in rows.keys_placed() if type(rows) is Map else ():
        node = rows[key]
        if type(node) is Map:
            yield Row(f"{kind}/{key}", file.name, node, key, id(node) not in bad)


def _identity(row: Row) -> str:
    """The id that the row has, whatever its address."""
    named = row.node.get("id")
    return str(named) if type(named) is Text else row.address.partition("/")[2].partition("#")[0]


def _ids(
    mapped: Mapping[str, list[Row]], tax: Row | None, broken: frozenset[str]
) -> dict[str, frozenset[str]]:
    """All ids by kind, of unsound rows too; of tax codes likewise."""
    found = {kind: frozenset(map(_identity, rows)) for kind, rows in mapped.items()}
    found["tax"] = frozenset(tax.node if tax else ()) | {"exempt"}
    unread = {kind: Unknowable() for kind in found if kind in broken}
    return found | unread | ({"tax": Unknowable()} if "rules" in broken else {})


def _ruled(files: Iterable[File], bad: set[int], findings: Findings) -> Iterator[Row]:
    """Each rule, by name; a rule that stands in two files is reported."""
    seen: dict[str, Position] = {}
    for file in files:
        for key in file.root.keys_placed() if file.kind == "rules" else ():
            node = file.root[key]
            at = Position(file.name, key.line, key.column)
            if key in seen:
                findings.error(
                    "TO114",
                    at,
                    f"the rule '{key}' is given in two files",
                    "keep one of the two",
                    related=[seen[key]],
                )
            elif type(node) is Map:
                seen[str(key)] = at
                yield Row(f"rules/{key}", file.name, node, key, id(node) not in bad)


def _packs(rule: OvertimeRule, own: list[File], findings: Findings) -> dict[str, LawPack]:
    """The packs that the rule names and that are there; the others are reported as references."""
    check = compiled("law")
    found = {
        name: packs.named(name, own, check, findings)
        for name in sorted({rule.default or "", *rule.packs.values()})
    }
    return {name: pack for name, pack in found.items() if pack is not None}


def _state(root: Path, state: str, environment: str) -> Path:
    return root / state if environment == DEFAULT else root / state / environment
