"""Qualified overtime for people, for a spreadsheet, and for machines."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from tieout.config.model import Config
from tieout.domain.money import divide, format_amount, minor_digits
from tieout.pipeline.qualified import Qualified
from tieout.reporting.figures import counted, pad, safe, width
from tieout.reporting.paint import painter
from tieout.reporting.spreadsheet import defused

_COLUMNS = ("worker", "name", "year", "weeks", "hours", "currency", "amount")


@dataclass(frozen=True)
class Row:
    """One worker's year in one currency: ``seconds`` past forty hours in ``weeks`` workweeks, ``amount``
    in minor units."""

    worker: str
    name: str
    weeks: int
    seconds: int
    currency: str
    amount: int


@dataclass(frozen=True)
class Overtime:
    """``rows`` by worker and currency."""

    year: int
    rows: tuple[Row, ...]


@dataclass
class _Sum:
    weeks: int = 0
    seconds: Fraction = field(default_factory=Fraction)
    amount: Fraction = field(default_factory=Fraction)


def report(config: Config, weeks: Iterable[Qualified], year: int) -> Overtime:
    """The weeks of one year added up; an amount is rounded once, half up."""
    sums: dict[tuple[str, str], _Sum] = defaultdict(_Sum)
    for week in weeks:
        if week.year == year:
            one = sums[week.worker, week.currency]
            one.weeks += 1
            one.seconds += week.seconds
            one.amount += week.amount * 10 ** minor_digits(week.currency)
    names = {worker.id: worker.name for worker in config.workers}
    return Overtime(
        year,
        tuple(
            Row(worker, names[worker] or worker, one.weeks, _whole(one.seconds), currency, _whole(one.amount))
            for (worker, currency), one in sorted(sums.items())
        ),
    )


def _whole(exact: Fraction) -> int:
    return divide(exact.numerator, exact.denominator)


def text(report: Overtime, *, show_pay: bool, colour: bool = False) -> str:
    """A line for each worker; amounts on request only."""
    paint = painter(colour)
    past = f"{counted(len({r.worker for r in report.rows}), 'worker')} past 40 hours a workweek"
    lines = [paint(f"Qualified overtime of {report.year}", "title") + f"  ·  {past}", ""]
    names = max((width(safe(r.name)) for r in report.rows), default=0)
    hours = max((len(_hours(r.seconds)) for r in report.rows), default=0)
    for row in report.rows:
        paid = f"{format_amount(row.amount, row.currency, grouped=True)} {row.currency}"
        worked = f"{_hours(row.seconds):>{hours}} h in {counted(row.weeks, 'week')}"
        lines.append(f"  {pad(safe(row.name), names)}  {worked}" + (f"  ·  {paid}" if show_pay else ""))
    if not report.rows:
        lines.append("Nobody with a rate worked past 40 hours a workweek in the United States.")
    step = "tieout overtime --show-pay --format csv" if report.rows else "tieout explain TO212"
    hidden = ["", "Amounts are hidden: --show-pay"] if report.rows and not show_pay else []
    return "\n".join([*lines, *hidden, "", f"Next: {step}", ""])


def _hours(seconds: int) -> str:
    return f"{seconds // 3600:,}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def as_csv(report: Overtime, *, show_pay: bool) -> str:
    """A header and a row for each worker, and no cell that a spreadsheet would run as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")  # RFC 4180
    writer.writerow(_COLUMNS)
    for row in report.rows:
        amount = format_amount(row.amount, row.currency) if show_pay else ""
        writer.writerow([defused(row.worker), defused(row.name), report.year, row.weeks,
                         _hours(row.seconds), row.currency, amount])  # fmt: skip
    return out.getvalue()


def as_json(report: Overtime, *, show_pay: bool) -> str:
    """The machine view: amounts in minor units (``schemas/overtime-report.schema.json``)."""
    document = {
        "format_version": 1,
        "year": report.year,
        "pay": "shown" if show_pay else "hidden",
        "workers": [
            {**vars(row), "amount": row.amount if show_pay else None} for row in report.rows
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
