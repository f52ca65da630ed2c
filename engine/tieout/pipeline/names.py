"""Names and references by posting date: what documents call workers, customers, jobs and accounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from tieout.config.model import ALWAYS, FOREVER, Config
from tieout.pipeline.rows import Numbers, Table, V, table


def lasting(rows: Sequence[V]) -> list[tuple[V, date, date]]:
    """Each version until the next of its id begins, the first since ever: for posting dates."""
    result = []
    ordered = sorted(rows, key=lambda r: (getattr(r, "id"), r.from_))  # noqa: B009
    for place, row in enumerate(ordered):
        first = place == 0 or getattr(ordered[place - 1], "id") != getattr(row, "id")  # noqa: B009
        last = place + 1 == len(ordered) or getattr(ordered[place + 1], "id") != getattr(row, "id")  # noqa: B009
        to = FOREVER if last else ordered[place + 1].from_ - timedelta(days=1)
        result.append((row, ALWAYS if first else row.from_, to))
    return result


def named_tables(config: Config, n: Numbers) -> Iterable[Table]:
    targets = sorted(config.targets)
    yield table(
        "worker_named",
        "worker_no INTEGER, target_no INTEGER, from_ DATE, to_ DATE, id VARCHAR, name VARCHAR, ref VARCHAR, "
        "contractor BOOLEAN",
        (
            (
                n.worker[w.id],
                n.target[t],
                from_,
                to,
                w.id,
                w.name,
                w.books.get(t, {}).get("vendor" if w.kind == "contractor" else "employee"),
                w.kind == "contractor",
            )
            for w, from_, to in lasting(config.workers)
            for t in targets
        ),
    )
    yield table(
        "customer_named",
        "customer_no INTEGER, target_no INTEGER, from_ DATE, to_ DATE, id VARCHAR, name VARCHAR, "
        "ref VARCHAR, tax VARCHAR",
        (
            (
                n.customer[c.id],
                n.target[t],
                from_,
                to,
                c.id,
                c.name,
                c.books.get(t, {}).get("customer"),
                c.tax,
            )
            for c, from_, to in lasting(config.customers)
            for t in targets
        ),
    )
    yield table(
        "project_named",
        "project_no INTEGER, target_no INTEGER, from_ DATE, to_ DATE, id VARCHAR, name VARCHAR, "
        "class VARCHAR, job VARCHAR",
        (
            (
                n.project[p.id],
                n.target[t],
                from_,
                to,
                p.id,
                p.name,
                p.class_,
                p.books.get(t, {}).get("job"),
            )
            for p, from_, to in lasting(config.projects)
            for t in targets
        ),
    )
    yield table(
        "service_named",
        "service_no INTEGER, from_ DATE, to_ DATE, id VARCHAR, name VARCHAR, item VARCHAR, revenue VARCHAR, "
        "expense_employee VARCHAR, expense_contractor VARCHAR, tax VARCHAR",
        (
            (
                n.service[s.id],
                from_,
                to,
                s.id,
                s.name,
                s.item,
                s.revenue,
                s.expense.get("employee"),
                s.expense.get("contractor"),
                s.tax,
            )
            for s, from_, to in lasting(config.services)
        ),
    )
    yield table(
        "account_at",
        "role VARCHAR, target_no INTEGER, from_ DATE, to_ DATE, ref VARCHAR",
        (
            (a.id, n.target[t], a.from_, a.to, a.books[t])
            for a in config.accounts
            for t in targets
            if t in a.books
        ),
    )
    yield table(
        "earning_at",
        "id VARCHAR, target_no INTEGER, from_ DATE, to_ DATE, ref VARCHAR",
        (
            (e.id, n.target[t], e.from_, e.to, e.books[t])
            for e in config.earnings
            for t in targets
            if t in e.books
        ),
    )
