"""Names and references by posting date: what documents call workers, customers, jobs and earnings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any, TypeAlias, TypeVar

from tieout.config.model import (
    ALWAYS,
    FOREVER,
    Config,
    Customer,
    Project,
    Worker,
)
from tieout.pipeline.rows import Numbers, Table, V, table

W = TypeVar("W", bound=Worker | Customer | Project)
Row: TypeAlias = tuple[Any, ...]


def lasting(rows: Sequence[V]) -> list[tuple[V, date, date]]:
    """Each version until the next of its id begins, the first since ever: for posting dates."""
    result: list[tuple[V, date, date]] = []
    for _, same in groupby(sorted(rows, key=lambda r: (r.id, r.from_)), key=lambda r: r.id):
        mine = list(same)
        begins = [ALWAYS, *(row.from_ for row in mine[1:])]
        ends = [*(day - timedelta(days=1) for day in begins[1:]), FOREVER]
        result += zip(mine, begins, ends, strict=True)
    return result


def named_tables(config: Config, n: Numbers) -> Iterable[Table]:
    """``…_named`` and ``…_at``: a row for each version, and for each target where it has a name there."""
    targets = sorted(n.target.items())

    def named(
        rows: Sequence[W], numbers: Mapping[str, int], said: Callable[[W, Mapping[str, str]], Row]
    ) -> Iterator[Row]:
        for row, from_, to in lasting(rows):
            for target, number in targets:
                there = row.books.get(target, {})
                yield numbers[row.id], number, from_, to, row.id, row.name, *said(row, there)

    key = "target_no INTEGER, from_ DATE, to_ DATE, id VARCHAR, name VARCHAR"
    yield table(
        "worker_named",
        f"worker_no INTEGER, {key}, ref VARCHAR, contractor BOOLEAN",
        named(config.workers, n.worker, lambda w, there: (
            there.get("vendor" if w.kind == "contractor" else "employee"), w.kind == "contractor",
        )),
    )  # fmt: skip
    yield table(
        "customer_named",
        f"customer_no INTEGER, {key}, ref VARCHAR, tax VARCHAR",
        named(config.customers, n.customer, lambda c, there: (there.get("customer"), c.tax)),
    )
    yield table(
        "project_named",
        f"project_no INTEGER, {key}, class VARCHAR, job VARCHAR",
        named(config.projects, n.project, lambda p, there: (p.class_, there.get("job"))),
    )
    yield table(
        "service_named",
        "service_no INTEGER, from_ DATE, to_ DATE, id VARCHAR, name VARCHAR, item VARCHAR, revenue VARCHAR, "
        "expense_employee VARCHAR, expense_contractor VARCHAR, tax VARCHAR",
        (
            (n.service[s.id], from_, to, s.id, s.name, s.item, s.revenue,
             s.expense.get("employee"), s.expense.get("contractor"), s.tax)
            for s, from_, to in lasting(config.services)
        ),
    )  # fmt: skip
    yield table(
        "earning_at",
        "id VARCHAR, target_no INTEGER, from_ DATE, to_ DATE, ref VARCHAR",
        (
            (row.id, number, row.from_, row.to, row.books[target])
            for row in config.earnings
            for target, number in targets
            if target in row.books
        ),
    )
