"""Mapping rows → the flat versions of `model.py`, one for each stretch of time.

What a row of each kind gives is a table: field → the row's key that it is read from, and how. A
row is read once, and of its further versions only the fields under keys that hold dated values:
with 100,000 rows that is what keeps loading short.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

from tieout.config.model import (
    Account,
    Contract,
    Customer,
    Earning,
    FormOf1099,
    Project,
    Service,
    Version,
    Worker,
)
from tieout.config.reader import Map, Node, Seq
from tieout.config.scalars import WEEKDAYS, day, flag, rate, shift
from tieout.config.shape import Names
from tieout.config.versions import Day, Row, dated_keys, periods
from tieout.domain.entry import PROJECT_KEYS, SERVICE_KEYS, WORKER_KEYS

Read: TypeAlias = Callable[[Day], Any]
Field: TypeAlias = tuple[str, Read]
Refs: TypeAlias = Mapping[str, tuple[Mapping[str, str], ...]]

ANY_TASK: Final = "any"
"""`task: any` matches every task, a blank one too."""
EXPENSE: Final = {"employee": "labor_expense", "contractor": "contractor_expense"}
"""The account roles of cost, where a service doesn't say."""


def versions(kind: str, rows: Iterable[Row], names: Names) -> list[Any]:
    """All rows of one kind (`workers`, `projects` …), sorted by id and time."""
    reading = _KINDS[kind]
    found = [version for row in rows for version in reading.versions(row, names)]
    return sorted(found, key=lambda v: (v.id, v.from_, v.row))


@dataclass(frozen=True)
class _Kind:
    """How one kind of row is read. `refs`: the fields of a source that it may name."""

    make: Callable[..., Version]
    fields: Mapping[str, Field]
    refs: Mapping[str, str] | None = None

    def versions(self, row: Row, names: Names) -> Iterator[Version]:
        """The row's versions, in the order of time."""
        moving = dated_keys(row.node)
        standing = Day(row, row.valid[0])
        values = {n: read(standing) for n, (key, read) in self.fields.items() if key not in moving}
        values["row"] = row.address
        values["retroactive"] = _retroactive(row.node)
        if self.refs is not None:
            values["refs"] = _refs(row.node, names.sources, self.refs)
        changing = [(n, read) for n, (key, read) in self.fields.items() if key in moving]
        if self.make is not Service:
            whole = "id" in row.node
            if names.targets and not set(names.targets).isdisjoint(moving):
                changing.append(("books", lambda on: _books(on, names.targets, whole=whole)))
            else:
                values["books"] = _books(standing, names.targets, whole=whole)
        for first, last in periods(row, moving):
            on = Day(row, first)
            now = {name: read(on) for name, read in changing}
            yield self.make(
                from_=first, to=last, origins={**standing.origins, **on.origins}, **values, **now
            )


def _text(key: str, field: str = "", otherwise: str | None = None) -> Field:
    """The text under a key; with `field`, a plan may name its address as the origin of that."""

    def read(on: Day) -> str | None:
        value = on.node.get(key)
        return otherwise if value is None else on.held(value, key, field) or otherwise

    return key, read


def _rate(key: str) -> Field:
    return key, lambda on: _priced(on.text(key, "rate"))


def _flag(key: str) -> Field:
    def read(on: Day) -> bool | None:
        text = on.text(key)
        return None if text is None else flag(text)

    return key, read


def _priced(text: str | None) -> int | None:
    return None if text is None else rate(text)


def _rates(path: str, name: str) -> Field:
    return "billing", lambda on: {k: rate(v) for k, v in on.texts(path, name).items()}


def schedule(node: Any) -> tuple[int, ...]:
    """``{monday: 10h, …}`` → seconds by weekday, Monday first; none where nothing is said."""
    return tuple(shift(node.get(name, "0h"))[0] for name in WEEKDAYS) if node else ()


def shifts(node: Any) -> tuple[tuple[int, int] | None, ...]:
    """``{monday: 08:00-17:00, …}`` → begin and end by weekday, seconds after midnight."""
    return tuple(shift(node.get(name, "0h"))[1] for name in WEEKDAYS) if node else ()


def _contract_ends(on: Day) -> date | None:
    ends = on.text("contract.ends")
    return None if ends is None else day(ends)


def _method(on: Day) -> str:
    """As written; else hourly where any rate is given, at whatever time."""
    billing = on.node.get("billing", {})
    priced = not billing.keys().isdisjoint(("rate", "workers", "services"))
    return on.text("billing.method", "method") or ("hourly" if priced else "none")


def _form_1099(on: Day) -> FormOf1099 | None:
    node = on.node.get("form_1099")
    if node is None:
        return None
    said: dict[str, Any] = {key: str(node[key]) for key in ("box", "exempt") if key in node}
    return FormOf1099(**said, w9_on_file=flag(node.get("w9_on_file", "false")))


def _contract(on: Day) -> Contract | None:
    node = on.node.get("contract")
    if node is None:
        return None
    said: dict[str, Any] = {key: str(node[key]) for key in ("ref", "terms") if key in node}
    return Contract(**said, ends=day(node["ends"]) if "ends" in node else None)


_PARTY: Final = {"id": _text("id"), "name": _text("name")}
_KINDS: Final[Mapping[str, _Kind]] = {
    "workers": _Kind(Worker, {
        **_PARTY,
        "kind": _text("kind", otherwise="employee"),
        "overtime": _text("overtime", "overtime"),
        "exempt_ground": _text("exempt_ground"),
        "jurisdiction": _text("jurisdiction", "jurisdiction"),
        "timezone": _text("timezone"),
        "manager": _text("manager"),
        "contract_ends": ("contract", _contract_ends),
        "entity": _text("entity", "entity"),
        "industry": _text("industry"),
        "agreements": ("agreements", lambda on: tuple(map(str, on.node.get("agreements", ())))),
        "schedule": ("schedule", lambda on: schedule(on.node.get("schedule"))),
        "shifts": ("schedule", lambda on: shifts(on.node.get("schedule"))),
        "hired": ("hired", lambda on: day(on.node["hired"]) if "hired" in on.node else None),
        "bill_rate": _rate("bill_rate"),
        "bill_currency": _text("bill_currency"),
        "form_1099": ("form_1099", _form_1099),
        "contract": ("contract", _contract),
    }, WORKER_KEYS),
    "customers": _Kind(Customer, {
        **_PARTY,
        "currency": _text("currency", "currency"),
        "tax": _text("tax", "tax"),
        "terms": _text("terms"),
        "owner": _text("owner"),
        "rate": _rate("rate"),
        "entity": _text("entity", "entity"),
    }),
    "projects": _Kind(Project, {
        **_PARTY,
        "customer": _text("customer", "customer"),
        "class_": _text("class", "class_"),
        "owner": _text("owner"),
        "entity": _text("entity", "entity"),
        "method": ("billing", _method),
        "requires": ("requires", lambda on: tuple(map(str, on.node.get("requires", ())))),
        "rate": ("billing", lambda on: _priced(on.text("billing.rate", "rate"))),
        "rate_currency": ("billing", lambda on: on.text("billing.currency", "rate_currency")),
        "worker_rates": _rates("billing.workers", "worker_rates"),
        "service_rates": _rates("billing.services", "service_rates"),
    }, PROJECT_KEYS),
    "services": _Kind(Service, {
        **_PARTY,
        "item": _text("item", "item"),
        "kind": _text("kind", otherwise="work"),
        "paid": _flag("paid"),
        "counts_to_overtime": _flag("counts_to_overtime"),
        "billable": _flag("billable"),
        "revenue": _text("revenue", "revenue"),
        "expense": ("expense", lambda on: EXPENSE | on.texts("expense", "expense")),
        "tax": _text("tax", "tax"),
        "rate": _rate("rate"),
        "rate_currency": _text("rate_currency"),
    }, SERVICE_KEYS),
    "accounts": _Kind(Account, {"id": ("", lambda on: on.row.address.partition("/")[2])}),
    "earnings": _Kind(Earning, {"id": ("", lambda on: on.row.address.partition("/")[2])}),
}  # fmt: skip


def _retroactive(node: Map) -> dict[str, str] | None:
    said = node.get("retroactive")
    return {key: str(value) for key, value in said.items()} if said else None


def _refs(node: Map, sources: Iterable[str], keys: Mapping[str, str]) -> Refs:
    """What the row is called in each source: alternatives of fields that must all agree."""
    found: dict[str, tuple[Mapping[str, str], ...]] = {}
    for source in sources:
        given: Node | None = node.get(source)
        if given is not None:
            alternatives = given if type(given) is Seq else (given,)
            found[source] = tuple([_ref(one, keys) for one in alternatives])
    return found


def _ref(node: Any, keys: Mapping[str, str]) -> dict[str, str]:
    """Texts as the sources give them: trimmed, in NFC, e-mail addresses in lower case."""
    found = {key: unicodedata.normalize("NFC", node[key]).strip() for key in keys if key in node}
    if "email" in found:
        found["email"] = found["email"].lower()
    if found.get("task") == ANY_TASK:
        del found["task"]
    return found


def _books(on: Day, targets: Iterable[str], *, whole: bool) -> dict[str, Any]:
    """What the row is called in each target: a mapping (`{job: …}`) where the row is a `whole`
    one with an id, else (accounts, earnings) the name alone."""
    read = on.texts if whole else on.text
    found = {target: read(target, "books") for target in targets if target in on.node}
    return {target: names for target, names in found.items() if names}
