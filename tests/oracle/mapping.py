"""Section 1, the mapping rows: which row an entry's own fields pick, and which row is in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from tieout.config.model import Account, Config, Customer, Earning, Project, Service, Worker
from tieout.domain.entry import PROJECT_KEYS, SERVICE_KEYS, WORKER_KEYS, Entry

Row = TypeVar("Row", Worker, Customer, Project, Service, Account, Earning)
Mapped = TypeVar("Mapped", Worker, Project, Service)
Ref = Mapping[str, str]

#: How much each key of a row counts when several rows match: ids before names.
WORKER_RANK = {"id": 4, "email": 2, "name": 1}
PROJECT_RANK = {"project_id": 8, "project": 4, "customer_id": 2, "customer": 1}
SERVICE_RANK = {"type": 4, "task_id": 2, "task": 1}


def worker_of(config: Config, entry: Entry, on: date) -> Worker | None:
    rows = [(row, row.refs.get(entry.source, ())) for row in config.workers]
    return _best(rows, entry, on, WORKER_KEYS, WORKER_RANK)


def project_of(config: Config, entry: Entry, on: date) -> Project | None:
    rows = [(row, row.refs.get(entry.source, ())) for row in config.projects]
    return _best(rows, entry, on, PROJECT_KEYS, PROJECT_RANK)


def service_of(config: Config, entry: Entry, on: date) -> Service | None:
    """An entry with a type is matched only by refs that name it, one without by refs that don't."""
    typed = entry.type is not None
    rows = [
        (row, [ref for ref in row.refs.get(entry.source, ()) if ("type" in ref) == typed])
        for row in config.services
    ]
    return _best(rows, entry, on, SERVICE_KEYS, SERVICE_RANK)


def customer_of(config: Config, project: Project | None, on: date) -> Customer | None:
    return in_force(config.customers, project.customer if project else None, on)


def in_force(rows: Iterable[Row], id_: str | None, on: date) -> Row | None:
    """The version of the row that is valid on the day."""
    return next((r for r in rows if r.id == id_ and r.from_ <= on <= r.to), None)


def last_known(rows: Iterable[Row], id_: str | None, on: date) -> Row | None:
    """The version in force, or the last one that was: who left in mid-period is still paid."""
    begun = [r for r in rows if r.id == id_ and r.from_ <= on]
    return max(begun, key=lambda r: r.from_, default=None)


def _best(
    rows: Sequence[tuple[Mapped, Sequence[Ref]]],
    entry: Entry,
    on: date,
    columns: Mapping[str, str],
    rank: Mapping[str, int],
) -> Mapped | None:
    """Of the rows with a ref whose every key equals the entry's: the one of the greatest rank."""
    matches = [
        (sum(rank[key] for key in ref), row)
        for row, refs in rows
        for ref in refs
        if row.from_ <= on <= row.to and _agrees(ref, entry, columns)
    ]
    return max(matches, key=lambda match: match[0], default=(0, None))[1]


def _agrees(ref: Ref, entry: Entry, columns: Mapping[str, str]) -> bool:
    return all(_same(key, value, getattr(entry, columns[key])) for key, value in ref.items())


def _same(key: str, wanted: str, found: str | None) -> bool:
    if key == "email" and found is not None:
        return wanted.lower() == found.lower()
    return wanted == found
