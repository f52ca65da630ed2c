"""Document periods: which one a work date falls in, its posting date and its name in the key."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from tieout.config.model import WORKSHEET, Config, Produce
from tieout.pipeline.rows import Table, table

KINDS = ("timesheet", "journal", "invoice", "bill")
_DEFAULT = {"timesheet": "week", "journal": "week", "invoice": "month", "bill": "month"}
_DEFAULT[WORKSHEET] = _DEFAULT["invoice"]


def period(produce: Produce, day: date, week_starts: int) -> tuple[date, date, str]:
    """(first day, last day = posting date, name). A journal's is cut at the fiscal month's end too."""
    unit = produce.period or _DEFAULT[produce.kind]
    if unit == "month":
        first, last = day.replace(day=1), _month_end(day)
        return first, last, f"{day:%Y-%m}"
    if unit == "semimonth":
        first = day.replace(day=1 if day.day <= 15 else 16)
        last = day.replace(day=15) if day.day <= 15 else _month_end(day)
    elif unit == "biweek":
        anchor = produce.anchor or date(2024, 1, 1) + timedelta(days=(week_starts - 0) % 7)
        first = day - timedelta(days=(day - anchor).days % 14)
        last = first + timedelta(days=13)
    else:
        first = day - timedelta(days=(day.weekday() - week_starts) % 7)
        last = first + timedelta(days=6)
    if produce.kind == "journal":
        first, last = max(first, day.replace(day=1)), min(last, _month_end(day))
    return first, last, first.isoformat()


def paid_by(produce: Mapping[str, Produce], day: date, week_starts: int) -> bool:
    """Whether the pay run of a work date is dated by the end of the period of an accruing journal:
    what has been paid is no accrual."""
    journal, timesheet = produce.get("journal"), produce.get("timesheet")
    if journal is None or not journal.reverses or timesheet is None or timesheet.pay_date is None:
        return False
    paid_for = period(timesheet, day, week_starts)[1]
    return paid_for + timedelta(days=timesheet.pay_date) <= period(journal, day, week_starts)[1]


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def calendar_table(
    config: Config, numbers: dict[str, int], days: Iterable[tuple[int, date]]
) -> Table:
    """For each (stream, work date): the period of every kind that the stream produces, and whether a
    pay run has paid it when an accruing journal is made."""
    names = {no: name for name, no in numbers.items()}

    def row(stream_no: int, day: date) -> tuple[Any, ...]:
        stream = config.streams[names[stream_no]]
        cells: list[Any] = []
        for kind in KINDS:
            if produce := stream.asking(kind):
                cells += period(produce, day, config.company.week_starts)
            else:
                cells += [None, None, None]
        return (stream_no, day, *cells, paid_by(stream.produce, day, config.company.week_starts))

    columns = ["stream_no INTEGER", "work_date DATE"]
    for kind in KINDS:
        columns += [f"{kind}_from DATE", f"{kind}_to DATE", f"{kind}_name VARCHAR"]
    columns.append("by_payroll BOOLEAN")
    return table("calendar", ", ".join(columns), (row(no, day) for no, day in days))
