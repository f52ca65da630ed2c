"""Mapping rows → the flat versions of `model.py`, one for each stretch of time."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any, TypeAlias, TypeVar

from tieout.config.model import Account, Customer, Earning, Project, Service, Version, Worker
from tieout.config.reader import Map, Node, Seq
from tieout.config.scalars import flag, rate
from tieout.config.shape import Names
from tieout.config.versions import Day, Row, periods
from tieout.domain.entry import PROJECT_KEYS, SERVICE_KEYS, WORKER_KEYS

Refs: TypeAlias = Mapping[str, tuple[Mapping[str, str], ...]]
V = TypeVar("V", bound=Version)

ANY_TASK = "any"
"""`task: any` matches every task, a blank one too."""


def versions(kind: str, rows: Iterable[Row], names: Names) -> list[Any]:
    """All rows of one kind (`workers`, `projects` …), sorted by id and time."""
    make = _MAKERS[kind]
    found = [make(row, names, period) for row in rows for period in periods(row)]
    return sorted(found, key=lambda v: (v.id, v.from_, v.row))


def _worker(row: Row, names: Names, period: tuple[date, date]) -> Worker:
    on = Day(row, period[0])
    return Worker(
        id=_id(on),
        name=_name(on),
        kind=on.text("kind") or "employee",
        overtime=on.text("overtime", "overtime"),
        exempt_ground=on.text("exempt_ground"),
        jurisdiction=on.text("jurisdiction", "jurisdiction"),
        timezone=on.text("timezone"),
        manager=on.text("manager"),
        entity=on.text("entity"),
        refs=_refs(row.node, names.sources, WORKER_KEYS),
        books=_books(on, names.targets),
        **_common(on, period),
    )


def _customer(row: Row, names: Names, period: tuple[date, date]) -> Customer:
    on = Day(row, period[0])
    return Customer(
        id=_id(on),
        name=_name(on),
        currency=on.text("currency", "currency"),
        tax=on.text("tax", "tax"),
        terms=on.text("terms"),
        owner=on.text("owner"),
        rate=_rate(on.text("rate", "rate")),
        books=_books(on, names.targets),
        **_common(on, period),
    )


def _project(row: Row, names: Names, period: tuple[date, date]) -> Project:
    on = Day(row, period[0])
    own = _rate(on.text("billing.rate", "rate"))
    workers = _rates(on.texts("billing.workers", "worker_rates"))
    services = _rates(on.texts("billing.services", "service_rates"))
    priced = own is not None or workers or services
    return Project(
        id=_id(on),
        name=_name(on),
        customer=on.text("customer", "customer"),
        class_=on.text("class", "class"),
        owner=on.text("owner"),
        entity=on.text("entity"),
        method=on.text("billing.method", "method") or ("hourly" if priced else "none"),
        rate=own,
        worker_rates=workers,
        service_rates=services,
        refs=_refs(row.node, names.sources, PROJECT_KEYS),
        books=_books(on, names.targets),
        **_common(on, period),
    )


def _service(row: Row, names: Names, period: tuple[date, date]) -> Service:
    on = Day(row, period[0])
    expense = {"employee": "labor_expense", "contractor": "contractor_expense"}
    return Service(
        id=_id(on),
        name=on.text("name"),
        item=on.text("item", "item"),
        kind=on.text("kind") or "work",
        paid=_flag(on.text("paid")),
        counts_to_overtime=_flag(on.text("counts_to_overtime")),
        billable=_flag(on.text("billable")),
        revenue=on.text("revenue", "revenue"),
        expense=expense | on.texts("expense", "expense"),
        tax=on.text("tax", "tax"),
        rate=_rate(on.text("rate", "rate")),
        refs=_refs(row.node, names.sources, SERVICE_KEYS),
        **_common(on, period),
    )


def _keyed(make: Callable[..., V], row: Row, names: Names, period: tuple[date, date]) -> V:
    """Accounts and earnings: the row is nothing but the targets' names for it."""
    on = Day(row, period[0])
    found = {target: on.text(target, "books") for target in names.targets}
    books = {target: value for target, value in found.items() if value is not None}
    return make(id=row.address.partition("/")[2], books=books, **_common(on, period))


_MAKERS: Mapping[str, Callable[[Row, Names, tuple[date, date]], Version]] = {
    "workers": _worker,
    "customers": _customer,
    "projects": _project,
    "services": _service,
    "accounts": partial(_keyed, Account),
    "earnings": partial(_keyed, Earning),
}


def _common(on: Day, period: tuple[date, date]) -> dict[str, Any]:
    said = on.node.get("retroactive")
    return {
        "from_": period[0],
        "to": period[1],
        "row": on.row.address,
        "origins": on.origins,
        "retroactive": {str(k): str(v) for k, v in said.items()} if said else None,
    }


def _id(on: Day) -> str:
    return str(on.node["id"])


def _name(on: Day) -> str:
    return str(on.node["name"])


def _refs(node: Map, sources: Iterable[str], keys: Mapping[str, str]) -> Refs:
    """What the row is called in each source: alternatives of fields that must all agree."""
    found: dict[str, tuple[Mapping[str, str], ...]] = {}
    for source in sources:
        given: Node | None = node.get(source)
        if given is not None:
            alternatives = given if type(given) is Seq else (given,)
            found[source] = tuple(_ref(one, keys) for one in alternatives)
    return found


def _ref(node: Any, keys: Mapping[str, str]) -> dict[str, str]:
    """Texts as the sources give them: trimmed, in NFC, e-mail addresses in lower case."""
    found = {key: unicodedata.normalize("NFC", node[key]).strip() for key in keys if key in node}
    if "email" in found:
        found["email"] = found["email"].lower()
    if found.get("task") == ANY_TASK:
        del found["task"]
    return found


def _books(on: Day, targets: Iterable[str]) -> dict[str, Mapping[str, str]]:
    found = {target: on.texts(target, f"books.{target}") for target in targets}
    return {target: names for target, names in found.items() if names}


def _rate(text: str | None) -> int | None:
    return None if text is None else rate(text)


def _rates(texts: Mapping[str, str]) -> dict[str, int]:
    return {key: rate(text) for key, text in texts.items()}


def _flag(text: str | None) -> bool | None:
    return None if text is None else flag(text)
