"""The canonical time entry and pay rate: what every source gives, whatever tracker it came from.

These two tables are the contract between sources, snapshots and the pipeline. Times are UTC
instants or local dates; durations whole seconds; rates ten-thousandths of the major unit per hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Grain(StrEnum):
    """What the source knows of the time: a span, a day's amount, or a week's bucket."""

    SPAN = "span"
    DAY = "day"
    WEEK = "week"


class Approval(StrEnum):
    """Of the time, by the tracker. ``submitted`` is not approved.

    ``withdrawn`` is ours: the tracker says approved, but the entry was edited after it had been.
    """

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Entry:
    """One time entry. The field order is the column order of a snapshot's Parquet file.

    ``key`` is ``source:entry_id``. A span has ``start_at`` and ``end_at`` (UTC, ``end_at`` None while
    it runs) and no dates; a day has ``to_date``; a week bucket has ``from_date`` and ``to_date``
    (its first and last day). ``seconds`` is end − start for spans, what the source says otherwise.
    The ``*_id``, ``*_name`` fields are the tracker's own; mappings turn them into the company's ids.
    """

    key: str
    source: str
    grain: str
    start_at: datetime | None = None
    end_at: datetime | None = None
    from_date: date | None = None
    to_date: date | None = None
    seconds: int = 0
    worker_id: str | None = None
    worker_email: str | None = None
    worker_name: str | None = None
    customer_id: str | None = None
    customer_name: str | None = None
    project_id: str | None = None
    project_name: str | None = None
    task_id: str | None = None
    task_name: str | None = None
    type: str | None = None
    billable: bool | None = None
    billed: bool = False
    running: bool = False
    approval: str | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    rate: int | None = None
    rate_currency: str | None = None
    notes: str | None = None
    tags: str | None = None


ENTRY_COLUMNS: dict[str, str] = {
    "key": "VARCHAR",
    "source": "VARCHAR",
    "grain": "VARCHAR",
    "start_at": "TIMESTAMP",
    "end_at": "TIMESTAMP",
    "from_date": "DATE",
    "to_date": "DATE",
    "seconds": "BIGINT",
    "worker_id": "VARCHAR",
    "worker_email": "VARCHAR",
    "worker_name": "VARCHAR",
    "customer_id": "VARCHAR",
    "customer_name": "VARCHAR",
    "project_id": "VARCHAR",
    "project_name": "VARCHAR",
    "task_id": "VARCHAR",
    "task_name": "VARCHAR",
    "type": "VARCHAR",
    "billable": "BOOLEAN",
    "billed": "BOOLEAN",
    "running": "BOOLEAN",
    "approval": "VARCHAR",
    "approved_by": "VARCHAR",
    "approved_at": "TIMESTAMP",
    "rate": "BIGINT",
    "rate_currency": "VARCHAR",
    "notes": "VARCHAR",
    "tags": "VARCHAR",
}

#: Which of the tracker's fields a mapping row may name under a source, and the column each means.
WORKER_KEYS = {"id": "worker_id", "email": "worker_email", "name": "worker_name"}
CUSTOMER_KEYS = {"customer_id": "customer_id", "customer": "customer_name"}
PROJECT_KEYS = {"project_id": "project_id", "project": "project_name", **CUSTOMER_KEYS}
SERVICE_KEYS = {"task_id": "task_id", "task": "task_name", "type": "type"}


#: Periods of a salary → how many a year has.
SALARY_PERIODS = {"week": 52, "biweek": 26, "semimonth": 24, "month": 12, "year": 1}
#: The hours a week that a salary is meant for where nobody says it.
FULL_WEEK = 40 * 3600
FLUCTUATING = "fluctuating"
#: Pay besides hours. All but ``excluded`` (gifts, discretionary bonuses, refunds of expenses:
#: 29 U.S.C. 207(e)) are part of the regular rate.
ITEM_KINDS = ("bonus", "flat_bonus", "piecework", "commission", "excluded")


@dataclass(frozen=True)
class PayRate:
    """What a worker is paid from ``from_date`` (to ``to_date``, inclusive, where given).

    ``worker`` is the company-wide id; ``project`` (company-wide id) and ``earning`` narrow it.
    ``basis`` says for what, ``rate`` how much of it in ten-thousandths of the major unit:

    * ``hour``; ``piece``: the hour itself is paid nothing, its pay comes as pay items;
    * a salary: one of ``SALARY_PERIODS``, a stroke, and the seconds a week that it is meant for
      (``month/144000``), or ``fluctuating``: for however many there are;
    * a pay item: one of ``ITEM_KINDS``, an amount for the workweek of ``from_date``, or for the days
      to ``to_date``.
    """

    key: str
    worker: str
    from_date: date
    to_date: date | None
    rate: int
    currency: str
    project: str | None = None
    earning: str | None = None
    basis: str = "hour"


RATE_COLUMNS: dict[str, str] = {
    "key": "VARCHAR",
    "worker": "VARCHAR",
    "from_date": "DATE",
    "to_date": "DATE",
    "rate": "BIGINT",
    "currency": "VARCHAR",
    "project": "VARCHAR",
    "earning": "VARCHAR",
    "basis": "VARCHAR",
}


@dataclass(frozen=True)
class Rejected:
    """A row that could not be read: counted, listed, and the pull stops unless told otherwise."""

    file: str
    line: int
    code: str
    message: str


@dataclass(frozen=True)
class Coverage:
    """What a capture declares to know: ``None`` is open ended.

    ``proves_absence``: an entry of the window that isn't there is gone (``files: replace``, or a
    window that the file or the config declares). Otherwise absence proves nothing.
    """

    from_date: date | None
    to_date: date | None
    proves_absence: bool

    def holds(self, first: date, last: date) -> bool:
        """Whether both dates lie inside."""
        return (self.from_date is None or self.from_date <= first) and (
            self.to_date is None or last <= self.to_date
        )
