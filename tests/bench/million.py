"""A company of any size for the benchmarks: config, entries as Parquet, and a state that is 95 % applied."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tieout.config.model import (
    Account,
    Company,
    Config,
    Customer,
    Environment,
    LawPack,
    OvertimeRule,
    Produce,
    Project,
    Rounding,
    Rules,
    Service,
    SourceConfig,
    Stream,
    TargetConfig,
    Tier,
    Worker,
)  # fmt: skip
from tieout.domain.entry import ENTRY_COLUMNS

if TYPE_CHECKING:
    import pyarrow as pa

ROLES = (
    "labor_expense",
    "labor_clearing",
    "overhead_premium",
    "contractor_expense",
    "accounts_payable",
    "receivable",
    "billable_income",
    "suspense",
)
AS_OF = date(2026, 11, 22)


def _tier(window: str, hours: int, percent: int, exclude: bool = False) -> Tier:
    return Tier(
        window=window,
        over=hours * 3600,
        percent=percent,
        exclude=exclude,
        basis="bench",
        source="",
        pay_class="overtime" if percent == 150 else "double_time",
    )


def config(root: Path, count: int) -> Config:
    """For so many entries: half of the workers in California, half under the FLSA; 398 of the 400
    projects of their tracker, of 80 customers."""
    workers = _workers(count)
    packs = {
        "law/us-flsa": LawPack(id="law/us-flsa", title="FLSA", tiers=(_tier("week", 40, 150),)),
        "law/us-ca": LawPack(
            id="law/us-ca",
            title="California",
            tiers=(
                _tier("day", 8, 150),
                _tier("day", 12, 200),
                _tier("seventh_day", 0, 150),
                _tier("seventh_day", 8, 200),
                _tier("week", 40, 150, exclude=True),
            ),
        ),
    }
    kinds = (
        ("time_activity", None),
        ("timesheet", "biweek"),
        ("journal", "week"),
        ("invoice", "month"),
    )
    return Config(
        root=root,
        state=root / f"state-{count}",
        digest="bench",
        positions={},
        company=Company(
            id="bench", name="Bench", timezone="America/New_York", currency="USD", week_starts=6
        ),
        environment=Environment(),
        earnings=(),
        sources={"t": SourceConfig(name="t", connector="file", profile="generic", path="t.csv")},
        targets={"books": TargetConfig(name="books", connector="plaintext", path="books")},
        streams={
            "s": Stream(
                name="s",
                sources=("t",),
                produce={
                    kind: Produce(
                        kind=kind,
                        to="books",
                        period=period,
                        per=("customer",),
                        basis="allocate",
                        anchor=date(2025, 1, 5),
                    )
                    for kind, period in kinds
                },
            )
        },
        workers=tuple(
            Worker(
                id=f"W{n:06}",
                name=f"Worker {n}",
                overtime="eligible",
                row=f"workers/W{n:06}",
                jurisdiction="US-CA" if n % 2 else "US-NY",
                timezone="America/Los_Angeles" if n % 2 else None,
                refs={"t": ({"id": str(n)},)},
                books={"books": {"employee": f"Worker {n}"}},
            )
            for n in range(workers)
        ),
        customers=tuple(
            Customer(id=f"C{n}", name=f"Customer {n}", books={"books": {"customer": f"C {n}"}})
            for n in range(80)
        ),
        projects=tuple(
            Project(
                id=f"P{n}",
                name=f"Project {n}",
                customer=f"C{n % 80}",
                method="hourly",
                rate=1_000_000 + n % 9 * 50_000,
                refs={"t": ({"project_id": str(n)},)},
            )
            for n in range(398)
        ),
        services=(Service(id="general", name="General", item="Services", refs={"t": ({},)}),),
        accounts=tuple(Account(id=role, books={"books": f"Acc:{role}"}) for role in ROLES),
        rules=Rules(
            packs=packs,
            overtime=OvertimeRule(default="law/us-flsa", packs={"US-CA": "law/us-ca"}),
            unmapped={("project", "cost"): "suspense"},
            rounding={"billing": Rounding(increment=360, per="day")},
        ),
    )


@dataclass(frozen=True)
class World:
    """Files and tables for one size."""

    config: Config
    entries: Path
    rates: pa.Table


def world(root: Path, count: int) -> World:
    """``count`` entries: two spans a workday of 500 days for every thousand of them one worker.

    Arithmetic stands for chance, so that every run has the same entries: lengths of 2:30 to 5:20 on
    five days a week, and 2 of 400 projects without a mapping row (0.5 %).
    """
    import duckdb

    path = root / f"entries-{count}.parquet"
    given = {
        "key": "'t:' || n",
        "source": "'t'",
        "grain": "'span'",
        "start_at": "start_at",
        "end_at": "start_at + to_seconds(length)",
        "seconds": "length",
        "worker_id": "worker::varchar",
        "project_id": "((n * 7919 + worker) % 400)::varchar",
        "task_name": "'Design'",
        "billable": "true",
        "billed": "false",
        "running": "false",
        "approval": "'approved'",
        "notes": "'worked on item ' || (n % 5000)",
    }
    columns = ", ".join(
        f"({given.get(name, 'null')})::{kind} as {name}" for name, kind in ENTRY_COLUMNS.items()
    )
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select {columns} from (select n, n // 1000 as worker, "
            "  timestamp '2024-12-02 13:00:00' + to_days(((n % 1000) // 10 * 7 + (n % 1000) // 2 % 5)::integer) "
            "  + to_seconds((n % 2) * 21600 + (n * 31) % 900) as start_at, "
            "  9000 + (n * 104729) % 10200 as length from range($count) t(n)) order by worker, start_at) "
            "to $path (format parquet, compression zstd)".replace("$count", str(count)).replace(
                "$path", f"'{path}'"
            )
        )
    return World(config(root, count), path, rates(count))


def _workers(count: int) -> int:
    return max(count // 1000, 1)


def rates(count: int) -> pa.Table:
    """One hourly rate a worker, as a source of pay rates gives it."""
    import pyarrow as pa

    workers = _workers(count)
    return pa.table(
        {
            "key": [f"r{n}" for n in range(workers)],
            "worker": [f"W{n:06}" for n in range(workers)],
            "from_date": pa.array([date(2025, 1, 1)] * workers),
            "to_date": pa.array([None] * workers, pa.date32()),
            "rate": [300_000 + n % 40 * 10_000 for n in range(workers)],
            "currency": ["USD"] * workers,
            "project": pa.array([None] * workers, pa.string()),
            "earning": pa.array([None] * workers, pa.string()),
            "basis": ["hour"] * workers,
        }
    )
