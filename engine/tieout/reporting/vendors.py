"""The 1099 report for people, for a spreadsheet, and for machines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

from tieout.domain.money import format_amount
from tieout.governance.form1099.report import CURRENCY, Form1099, Vendor
from tieout.reporting.figures import counted, pad, safe, width
from tieout.reporting.paint import Paint, painter
from tieout.reporting.spreadsheet import defused

_COLUMNS = (
    "vendor", "name", "workers", "year", "box", "file", "paid", "threshold", "by_others", "withheld",
    "payments", "w9", "contract", "contract_ends", "reviewed", "exempt", "problems",
)  # fmt: skip


def text(report: Form1099, *, colour: bool = False) -> str:
    """Those whose form is due first, then all others that were paid; what must be settled below."""
    paint = painter(colour)
    due = [v for v in report.vendors if v.file]
    lines = [
        paint(f"Form 1099 of {report.year}", "title")
        + f"  ·  from {_money(report.threshold)} on  ·  {counted(len(due), 'form')} due,"
        f" {counted(len(report.vendors) - len(due), 'vendor')} without",
        "",
    ]
    names = max((width(safe(v.name)) for v in report.vendors), default=0)
    for vendor in report.vendors:
        lines += _vendor(vendor, names, paint)
    lines += _rest(report)
    if not report.vendors:
        lines.append("No contractor was paid in this year.")
    open_ = next((code for v in report.vendors for code in v.problems), None)
    step = f"tieout explain {open_}" if open_ else "tieout vendors --format csv"
    return "\n".join([*lines, "", f"Next: {step}", ""])


def _vendor(vendor: Vendor, names: int, paint: Paint) -> Iterator[str]:
    sign = vendor.box if vendor.file else "-"
    about = [_money(vendor.paid), counted(vendor.payments, "payment")]
    if vendor.by_others:
        about.append(f"{_money(vendor.by_others)} by card, left out")
    if vendor.withheld:
        about.append(f"{_money(vendor.withheld)} withheld")
    if vendor.exempt:
        about.append(f"no form: {safe(vendor.exempt)}")
    if vendor.reviewed:
        about.append(f"reviewed by {safe(vendor.reviewed)}")
    yield f"  {sign:6}  {pad(safe(vendor.name), names)}  {'  ·  '.join(about)}"
    for code, problem in vendor.problems.items():
        yield f"          {paint(code, 'hold')} {safe(problem)}"


def _rest(report: Form1099) -> Iterator[str]:
    for id_, currency, minor in report.elsewhere:
        yield (
            f"  {safe(id_)} was paid {format_amount(minor, currency, grouped=True)} {currency} besides:"
            " the form is in dollars"
        )
    if report.others:
        yield (
            f"  {counted(report.others, 'payment')} of {_money(report.others_paid)} to nobody that is"
            " a contractor here"
        )


def _money(minor: int) -> str:
    return f"{format_amount(minor, CURRENCY, grouped=True)} {CURRENCY}"


def as_csv(report: Form1099) -> str:
    """A header and a row for each vendor, and no cell that a spreadsheet would run as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")  # RFC 4180
    writer.writerow(_COLUMNS)
    for vendor in report.vendors:
        row = _row(vendor)
        row |= {name: format_amount(getattr(vendor, name), CURRENCY) for name in _AMOUNTS}
        row |= {"workers": " ".join(vendor.workers), "problems": " ".join(vendor.problems)}
        row |= {name: "yes" if row[name] else "no" for name in ("file", "w9")}
        writer.writerow([_cell(row[name]) for name in _COLUMNS])
    return out.getvalue()


_AMOUNTS = ("paid", "threshold", "by_others", "withheld")


def _cell(value: object) -> str:
    """A negative amount is a number; what else begins like a formula isn't let through."""
    text_ = "" if value is None else str(value)
    return text_ if text_.lstrip("-").replace(".", "").isdigit() else defused(text_)


def as_json(report: Form1099) -> str:
    """The machine view: amounts in cents (``schemas/form-1099.schema.json``)."""
    document = {
        "format_version": 1,
        "year": report.year,
        "currency": CURRENCY,
        "threshold": report.threshold,
        "vendors": [_row(vendor) for vendor in report.vendors],
        "others": {"payments": report.others, "paid": report.others_paid},
        "other_currencies": [
            {"vendor": id_, "currency": currency, "paid": minor}
            for id_, currency, minor in report.elsewhere
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _row(vendor: Vendor) -> dict[str, object]:
    ends = vendor.contract_ends.isoformat() if vendor.contract_ends else None
    found = {**vars(vendor), "contract_ends": ends, "vendor": vendor.id}
    found |= {"workers": list(vendor.workers)}
    found |= {"problems": [{"code": c, "message": m} for c, m in vendor.problems.items()]}
    return {name: found[name] for name in _COLUMNS}
