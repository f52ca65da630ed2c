"""Legal entities: their numbers, the accounts that each posts to, and what they charge one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, TypeAlias

from tieout.config.entities import entity_role, role_of
from tieout.config.model import Config
from tieout.domain.key import ENTITY
from tieout.pipeline.rows import Numbers, Table, table

#: First day, last day, the account.
Held: TypeAlias = tuple[date, date, str]
_DAY = timedelta(days=1)


def entity_tables(config: Config, n: Numbers) -> Iterator[Table]:
    """``entity``; ``account_at``: what each entity posts a role to, by posting date; ``charge_at``:
    when all accounts are there for cost on a role, charged to another entity or to none (0). Number 0
    is the company that names no entity."""
    numbers = {"": 0, **n.entity}
    yield table(
        "entity",
        "entity_no INTEGER, name VARCHAR, path VARCHAR",
        ((no, name or None, f"{ENTITY}{name}/" if name else "") for name, no in numbers.items()),
    )
    yield table(
        "account_at",
        "role VARCHAR, entity_no INTEGER, target_no INTEGER, from_ DATE, to_ DATE, ref VARCHAR",
        (
            (role, no, target_no, from_, to, ref)
            for role in _roles(config)
            for entity, no in numbers.items()
            for target, target_no in n.target.items()
            for from_, to, ref in accounts(config, role, entity, target)
        ),
    )
    yield table(
        "charge_at",
        "entity_no INTEGER, to_entity_no INTEGER, target_no INTEGER, role VARCHAR, from_ DATE, to_ DATE",
        _cost_accounts(config, n),
    )


def accounts(config: Config, role: str, entity: str, target: str) -> list[Held]:
    """Where an entity posts a role in one target: to its own account while there is one, else to
    that of everybody (the only one where ``entity`` is empty)."""

    def mapped(id_: str) -> list[Held]:
        rows = (row for row in config.accounts if row.id == id_ and target in row.books)
        return [(row.from_, row.to, row.books[target]) for row in rows]

    own = mapped(entity_role(role, entity)) if entity else []
    return [*own, *_outside(mapped(role), own)]


def _outside(rows: Iterable[Held], taken: Sequence[Held]) -> Iterator[Held]:
    """The rows, cut to the days that ``taken`` leaves."""
    for from_, to, ref in rows:
        for first, last, _ in sorted(taken):
            if last < from_ or first > to:
                continue
            if first > from_:
                yield from_, first - _DAY, ref
            if last >= to:
                break
            from_ = last + _DAY
        else:
            yield from_, to, ref


def _roles(config: Config) -> list[str]:
    return sorted({role_of(row.id) for row in config.accounts})


def _cost_accounts(config: Config, n: Numbers) -> Iterator[tuple[Any, ...]]:
    """Rows of ``charge_at``. What is on suspense is charged to nobody yet."""
    rule, numbers = config.rules.intercompany, {"": 0, **n.entity}
    for target, target_no in n.target.items():
        for role in _roles(config):
            for giver, no in numbers.items():
                own = accounts(config, role, giver, target)
                for taker, other in numbers.items() if giver and rule else [("", 0)]:
                    needed = [own]
                    if rule and taker and role != "suspense":
                        needed += [accounts(config, r, giver, target) for r in rule.gives]
                        needed += [accounts(config, r, taker, target) for r in (role, *rule.takes)]
                    if giver != taker or not giver:
                        days = _shared(needed)
                        yield from ((no, other, target_no, role, from_, to) for from_, to, _ in days)


def _shared(stretches: Iterable[Iterable[Held]]) -> list[Held]:
    """The days that lie in every one of them."""
    first, *others = map(list, stretches)
    for other in others:
        first = [
            (max(a, c), min(b, d), "")
            for a, b, _ in first
            for c, d, _ in other
            if max(a, c) <= min(b, d)
        ]
    return first
