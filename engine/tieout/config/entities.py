"""Legal entities and what they charge one another, as plain values; a part of :mod:`tieout.config.model`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tieout.config.model import Config, Customer, Project, Worker

#: Parts the role of an account from the entity that has an account of its own for it.
OWN = ":"


@dataclass(frozen=True, kw_only=True)
class Entity:
    """A legal entity of the company. ``currency``: that of its books; None: the company's."""

    name: str | None = None
    currency: str | None = None


@dataclass(frozen=True, kw_only=True)
class ChargeRule:
    """How work for another entity's project is charged: the account roles ``due_from`` and ``due_to``,
    ``markup`` on the cost in hundredths of a percent, and the roles that it is posted to."""

    due_from: str
    due_to: str
    markup: int = 0
    income: str = "intercompany_income"
    expense: str = "intercompany_expense"

    @property
    def gives(self) -> tuple[str, ...]:
        """The roles that the entity needs whose people did the work."""
        return (self.due_from, self.income) if self.markup else (self.due_from,)

    @property
    def takes(self) -> tuple[str, ...]:
        """The roles that the entity needs for which they did it, beside those of the cost."""
        return (self.due_to, self.expense) if self.markup else (self.due_to,)


def entity_role(role: str, entity: str) -> str:
    """What the row of an account is called that only one entity posts to: ``labor_expense:east``."""
    return f"{role}{OWN}{entity}"


def role_of(id_: str) -> str:
    """The role that the row of an account is for, whoever posts to it."""
    return id_.partition(OWN)[0]


def named_entities(config: Config) -> set[str | None]:
    """Every legal entity that a worker, a customer or a project names; None where one names none."""
    kinds: tuple[Sequence[Worker | Customer | Project], ...] = (
        config.workers, config.customers, config.projects,
    )  # fmt: skip
    return {row.entity for rows in kinds for row in rows}
