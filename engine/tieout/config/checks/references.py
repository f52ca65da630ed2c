"""References name something that is there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from tieout.config.checks.draft import Draft
from tieout.config.entities import OWN, named_entities
from tieout.config.findings import Findings
from tieout.config.reader import Map, Node, Seq, Text
from tieout.config.shape import nearest
from tieout.config.versions import is_dated

_RESERVED = frozenset(
    "id name kind overtime exempt_ground jurisdiction timezone manager entity form_1099 contract "
    "valid retroactive currency tax terms owner rate customer class billing item paid "
    "counts_to_overtime billable revenue expense".split()
)
"""Keys of mapping rows: a source or target can't be called the same."""


_VALUES: Final = {
    "projects": (("customer", "customer"),),
    "services": (
        ("revenue", "account role"), ("expense.employee", "account role"),
        ("expense.contractor", "account role"), ("tax", "tax code"),
    ),
    "customers": (("tax", "tax code"),),
}  # fmt: skip
"""By kind of row: the value that names something, and what it names."""

_KEYS: Final = {"projects": (("billing.workers", "worker"), ("billing.services", "service"))}
"""The same of mappings whose keys name something."""


def check(draft: Draft, findings: Findings) -> None:
    """TO120 for what isn't there, TO124 for a name that can't be used."""
    _check_mappings(draft, findings)
    _check_streams(draft, findings)
    _check_rules(draft, findings)
    _check_names(draft, findings)


class _Lookup:
    """Tells once for each place what is missing there."""

    def __init__(self, draft: Draft, findings: Findings) -> None:
        self._draft = draft
        self._findings = findings

    def need(self, what: str, name: str | None, known: Collection[str], address: str) -> None:
        if not name or name in known or (at := self._draft.at(address)) in self._findings.unread:
            return
        hint = nearest(name, known) or f"add it, or name one that is there: {_some(known)}"
        self._findings.error("TO120", at, f"there is no {what} '{name}'", hint)


def _some(known: Iterable[str]) -> str:
    names = sorted(known)
    return ", ".join(names[:6]) + (" …" if len(names) > 6 else "") if names else "none"


def _check_mappings(draft: Draft, findings: Findings) -> None:
    """As they are written, so that a row with a mistake elsewhere still has its references told."""
    lookup, ids = _Lookup(draft, findings), draft.ids
    known: dict[str, Collection[str]] = {
        "customer": ids["customers"], "worker": ids["workers"], "service": ids["services"],
        "account role": draft.roles, "tax code": ids["tax"],
    }  # fmt: skip
    for kind, values in _VALUES.items():
        for address, row in draft.of_kind(kind):
            for path, what in values:
                for place, name in _written(_value(row.node, path), path):
                    lookup.need(what, name, known[what], f"{address} {place}")
            for path, what in _KEYS.get(kind, ()):
                named = _value(row.node, path)
                for name in named if type(named) is Map else ():
                    lookup.need(what, name, known[what], f"{address} {path}.{name}")
    _check_entities(draft, lookup)


def _check_entities(draft: Draft, lookup: _Lookup) -> None:
    """Where the company lists its legal entities; else any may be named, and accounts be of these."""
    known = draft.config.company.entities
    for kind in ("workers", "customers", "projects") if known else ():
        for address, row in draft.of_kind(kind):
            for place, name in _written(row.node.get("entity"), "entity"):
                lookup.need("entity", name, known, f"{address} {place}")
    owned = {address: address.partition(OWN)[2] for address, _ in draft.of_kind("accounts")}
    named = known or {of for of in named_entities(draft.config) if of} if any(owned.values()) else ()
    for address, of in owned.items():
        lookup.need("entity", of, named, address)


def _value(node: Node, path: str) -> Node | None:
    for key in path.split("."):
        if type(node) is not Map or key not in node:
            return None
        node = node[key]
    return node


def _written(value: Node | None, path: str) -> list[tuple[str, str]]:
    """(place, text) of a value, or of each that it has by day."""
    if type(value) is Text:
        return [(path, value)]
    if type(value) is Map and is_dated(value):
        return [(f"{path}@{day}", text) for day, text in value.items() if type(text) is Text]
    return []


def _check_streams(draft: Draft, findings: Findings) -> None:
    lookup = _Lookup(draft, findings)
    sources, targets = draft.named("sources"), draft.named("targets")
    for address, row in draft.of_kind("streams"):
        given = row.node.get("from")
        for source in given if type(given) is Seq else (given,):
            if type(source) is Text:
                lookup.need("source", source, sources, f"{address} from")
        produce = row.node.get("produce")
        for kind in produce if type(produce) is Map else ():
            target = _value(row.node, f"produce.{kind}.to")
            if type(target) is Text:
                lookup.need("target", target, targets, f"{address} produce.{kind}.to")


def _check_rules(draft: Draft, findings: Findings) -> None:
    lookup, rules = _Lookup(draft, findings), draft.config.rules
    for code, tax in rules.tax.items():
        lookup.need("account role", tax.account, draft.roles, f"rules/tax {code}.account")
    if (charges := rules.intercompany) is not None:
        for name in ("due_from", "due_to", "income", "expense"):
            role = getattr(charges, name)
            lookup.need("account role", role, draft.roles, f"rules/intercompany {name}")
    if "exempt" in rules.tax:
        findings.error(
            "TO124",
            draft.at("rules/tax exempt"),
            "'exempt' is the built-in tax code that adds nothing",
            "give it another name",
        )
    overtime = draft.rows.get("rules/overtime")
    if overtime is not None:
        placed = overtime.node.get("jurisdictions")
        where = [f"jurisdictions.{name}" for name in placed] if type(placed) is Map else []
        for path in ("default", *where):
            pack = _value(overtime.node, path)
            if type(pack) is Text:
                lookup.need("law pack", pack, draft.packs, f"rules/overtime {path}")


def _check_names(draft: Draft, findings: Findings) -> None:
    """Sources and targets share one space of names with the keys of mapping rows."""
    sources = set(draft.named("sources"))
    for kind in ("sources", "targets"):
        for name in draft.named(kind):
            if name in _RESERVED:
                findings.error(
                    "TO124",
                    draft.at(f"{kind}/{name}"),
                    f"'{name}' is a key of mapping rows and can't be a name here",
                    "give it another name",
                )
            elif kind == "targets" and name in sources:
                findings.error(
                    "TO124",
                    draft.at(f"targets/{name}"),
                    f"a source is called '{name}' too",
                    "give them different names: mappings hold ids by them",
                    related=[draft.at(f"sources/{name}")],
                )
