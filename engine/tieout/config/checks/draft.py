"""What the semantic checks look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tieout.config.company import Section
from tieout.config.model import Config, Produce, Service, Stream, Version
from tieout.config.reader import Map
from tieout.config.versions import Row
from tieout.domain.diagnostic import Position

ROLES = (
    "labor_expense",
    "labor_clearing",
    "overhead_premium",
    "accrued_wages",
    "accrued_expenses",
    "contractor_expense",
    "accounts_payable",
    "receivable",
    "billable_income",
    "suspense",
    "burden_applied",
    "due_from",
    "due_to",
    "intercompany_income",
    "intercompany_expense",
)
"""The account roles that the language itself names; a company may name more."""


class Unknowable(frozenset[str]):
    """The ids of a kind of which a file can't be read: any may be in it, so none is missing."""

    def __contains__(self, _name: object) -> bool:
        return True


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A company whose shape has been checked. `config` has what is sound of it; `rows` every row
    by address and `ids` every id by kind (`tax` among them), sound or not, so that one mistake
    isn't told twice."""

    config: Config
    section: Section
    main: Map
    rows: Mapping[str, Row]
    ids: Mapping[str, frozenset[str]]
    packs: tuple[str, ...]

    def at(self, address: str) -> Position:
        """Where an address stands; if the value isn't written, where its row begins."""
        name, _, path = address.partition(" ")
        return self.rows[name].position(path)

    def of_kind(self, kind: str) -> Iterator[tuple[str, Row]]:
        """Every row of one kind with its address, as it was written, sound or not."""
        beginning = f"{kind}/"
        return ((name, row) for name, row in self.rows.items() if name.startswith(beginning))

    @property
    def roles(self) -> frozenset[str]:
        """All account roles there are: the language's and the company's."""
        own = self.ids["accounts"]
        return own if isinstance(own, Unknowable) else own | frozenset(ROLES)

    def produced(self) -> list[tuple[Stream, Produce]]:
        """Every document kind of every stream."""
        return [(s, p) for s in self.config.streams.values() for p in s.produce.values()]

    def has(self, kind: str, name: str) -> bool:
        """Whether tieout.yaml names such a source, target … sound or not."""
        return f"{kind}/{name}" in self.rows

    def named(self, kind: str) -> list[str]:
        """The names of all sources, targets …, sound or not."""
        return [a.partition("/")[2] for a in self.section.rows if a.startswith(f"{kind}/")]


def address(version: Version, path: str) -> str:
    """The address of a row's value: of the one in force, where it is dated."""
    return version.origins.get(path, f"{version.row} {path}")


def works(service: Service) -> bool:
    """Whether hours of the service can be billed, unless a project says otherwise."""
    by_kind = service.kind in ("work", "travel")
    return by_kind if service.billable is None else service.billable
