"""How people call the workers, customers and projects that documents know by id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tieout.config.model import Config, Customer, Project, Worker


@dataclass(frozen=True, kw_only=True)
class Names:
    """The latest name of each id. What isn't known has none and is told by its id alone."""

    workers: Mapping[str, str] = field(default_factory=dict)
    customers: Mapping[str, str] = field(default_factory=dict)
    projects: Mapping[str, str] = field(default_factory=dict)
    entities: Mapping[str, str] = field(default_factory=dict)

    def of(self, dimension: str, id_: str) -> str:
        """The name of a worker, customer, project or legal entity; empty where none is known, or of a
        period."""
        known = {
            "worker": self.workers, "customer": self.customers, "project": self.projects,
            "entity": self.entities,
        }  # fmt: skip
        return known.get(dimension, {}).get(id_, "")

    def party(self, kind: str, id_: str) -> str:
        """The name of the party of a document: of sales a customer, of all else a worker."""
        sale = kind in ("invoice", "credit_note", "worksheet")
        return self.of("customer" if sale else "worker", id_)


def names(config: Config) -> Names:
    """The names that a company's mappings give."""
    return Names(
        workers=_latest(config.workers), customers=_latest(config.customers),
        projects=_latest(config.projects),
        entities={id_: one.name or "" for id_, one in config.company.entities.items()},
    )  # fmt: skip


def _latest(rows: Sequence[Worker | Customer | Project]) -> dict[str, str]:
    return {row.id: row.name for row in sorted(rows, key=lambda row: row.from_)}
