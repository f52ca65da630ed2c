"""A small company to count by hand with: one source, one target, every kind of document.

Ids are as short as they can be. ``company(**changes)`` replaces whole fields of the configuration;
``day`` and ``span`` make entries that every mapping knows.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from oracle.packs import PACKS
from tieout.config.model import (
    Account,
    Company,
    Config,
    Customer,
    Earning,
    Environment,
    OvertimeRule,
    Produce,
    Project,
    Rules,
    Service,
    SourceConfig,
    Stream,
    TargetConfig,
    Worker,
)
from tieout.domain.entry import Approval, Entry, Grain, PayRate

#: A Sunday, the first day of a workweek.
SUNDAY = date(2026, 3, 1)
ZONE = "America/Los_Angeles"
ROLES = (
    "labor_expense", "labor_clearing", "overhead_premium", "contractor_expense",
    "accounts_payable", "receivable", "billable_income", "suspense", "accrued_wages",
    "accrued_expenses", "due_from", "due_to", "markup", "intercompany_expense",
)  # fmt: skip

ANA = Worker(
    id="A", name="Ana", overtime="eligible", jurisdiction="US-CA",
    refs={"s": ({"email": "ana@example.org"},)}, books={"b": {"employee": "Ana"}},
)  # fmt: skip
BEN = Worker(
    id="B", name="Ben", overtime="eligible", jurisdiction="US-TX",
    refs={"s": ({"id": "2"},)}, books={"b": {"employee": "Ben"}},
)  # fmt: skip
CAI = Worker(
    id="C", name="Cai", kind="contractor",
    refs={"s": ({"name": "Cai"},)}, books={"b": {"vendor": "Cai Ltd"}},
)  # fmt: skip
ACME = Customer(id="acme", name="Acme", books={"b": {"customer": "Acme Corp"}}, tax="exempt")
WEB = Project(
    id="web", name="Website", customer="acme", method="hourly", rate=1_400_000, class_="Consulting",
    refs={"s": ({"project": "Website"},)}, books={"b": {"job": "Acme:Web"}},
)  # fmt: skip
DESIGN = Service(
    id="design", name="Design", item="Design services", revenue="billable_income", tax="standard",
    refs={"s": ({"task": "Design"},)},
    expense={"employee": "labor_expense", "contractor": "contractor_expense"},
)  # fmt: skip
LUNCH = Service(id="lunch", name="Lunch", kind="break", refs={"s": ({"type": "lunch"},)})
PRODUCE = {
    "time_activity": Produce(kind="time_activity", to="b"),
    "timesheet": Produce(kind="timesheet", to="b", period="week"),
    "journal": Produce(kind="journal", to="b", period="week", basis="allocate"),
    "invoice": Produce(kind="invoice", to="b", period="month", per=("customer",)),
    "bill": Produce(kind="bill", to="b", period="month", mode="self_billing", agreement="x"),
}
RULES = Rules(
    overtime=OvertimeRule(default="law/us-flsa", packs={"US-CA": "law/us-ca"}), packs=PACKS
)
COMPANY = Company(id="co", name="Co", timezone=ZONE, currency="USD", week_starts=6)


def company(**changes: Any) -> Config:
    """The company, with these fields of its configuration replaced."""
    config = Config(
        root=Path("/nowhere"),
        company=COMPANY,
        environment=Environment(),
        sources={"s": SourceConfig(name="s", connector="file", profile=None, path=None)},
        targets={"b": TargetConfig(name="b", connector="plaintext")},
        streams={"st": Stream(name="st", sources=("s",), produce=PRODUCE)},
        workers=(ANA, BEN, CAI),
        customers=(ACME,),
        projects=(WEB,),
        services=(DESIGN, LUNCH),
        accounts=tuple(Account(id=role, books={"b": f"Ledger:{role}"}) for role in ROLES),
        earnings=(Earning(id="overtime", books={"b": "OT"}),),
        rules=RULES,
        state=Path("/nowhere/state"),
        digest="d0",
        positions={},
    )
    return replace(config, **changes)


ANA_IS = {"worker_email": "Ana@Example.org"}
BEN_IS = {"worker_id": "2"}
CAI_IS = {"worker_name": "Cai"}
ON_WEB = {"project_name": "Website", "customer_name": "ACME", "task_name": "Design"}


def day(key: str, on: date, hours: int | str, who: Any = None, **fields: Any) -> Entry:
    """An amount of time on one day; ``hours`` like ``9`` or ``"0:07:30"``."""
    values = {**ON_WEB, **(who or ANA_IS), "approval": Approval.APPROVED, **fields}
    return Entry(
        key=f"s:{key}", source="s", grain=Grain.DAY, to_date=on, seconds=seconds(hours), **values
    )


def span(key: str, start: str, end: str, who: Any = None, zone: str = ZONE, **fields: Any) -> Entry:
    """From and to as read on a clock in ``zone``: ``"2026-03-02 09:00"``."""
    values = {**ON_WEB, **(who or ANA_IS), "approval": Approval.APPROVED, **fields}
    begin, until = (_utc(text, zone) for text in (start, end))
    length = int((until - begin).total_seconds())
    return Entry(
        key=f"s:{key}", source="s", grain=Grain.SPAN, start_at=begin, end_at=until,
        seconds=length, **values,
    )  # fmt: skip


def seconds(hours: int | str) -> int:
    """``9`` → 32,400; ``"0:07:30"`` → 450."""
    parts = [int(part) for part in str(hours).split(":")]
    return sum(part * 60 ** (2 - place) for place, part in enumerate(parts))


def pay(worker: str, rate: int, since: date = date(2026, 1, 1), **fields: Any) -> PayRate:
    """A pay rate in ten-thousandths of a dollar an hour."""
    fields = {"to_date": None, "currency": "USD", **fields}
    key = f"{worker}/{fields.get('project')}/{fields.get('earning')}/{since}"
    return PayRate(key=key, worker=worker, from_date=since, rate=rate, **fields)


def _utc(text: str, zone: str) -> datetime:
    local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC).replace(tzinfo=None)
