"""What a rule table is made of: its shape, and the numbers that stand for ids in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from tieout.config.entities import named_entities
from tieout.config.model import Config, Version

V = TypeVar("V", bound=Version)


@dataclass(frozen=True)
class Table:
    """A table to be: name, (column, DuckDB type) pairs, rows."""

    name: str
    columns: tuple[tuple[str, str], ...]
    rows: Sequence[tuple[Any, ...]]


def table(name: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> Table:
    """``columns`` reads like SQL: ``"row_no INTEGER, id VARCHAR"``."""
    pairs = tuple((column, kind) for column, kind in map(str.split, columns.split(",")))
    return Table(name, pairs, list(rows))


@dataclass(frozen=True)
class Numbers:
    """Company-wide ids → numbers, from 1, in the order of the ids."""

    worker: Mapping[str, int]
    customer: Mapping[str, int]
    project: Mapping[str, int]
    service: Mapping[str, int]
    target: Mapping[str, int]
    stream: Mapping[str, int]
    #: legal entities, in the order of the keys that name them
    entity: Mapping[str, int]

    @classmethod
    def of(cls, config: Config) -> Numbers:
        def number(ids: Iterable[str]) -> dict[str, int]:
            return {key: n for n, key in enumerate(sorted(set(ids)), 1)}

        paths = (f"{name}/" for name in named_entities(config) if name)
        return cls(
            worker=number(w.id for w in config.workers),
            customer=number(c.id for c in config.customers),
            project=number(p.id for p in config.projects),
            service=number(s.id for s in config.services),
            target=number(config.targets),
            stream=number(config.streams),
            entity={path.removesuffix("/"): n for path, n in number(paths).items()},
        )
