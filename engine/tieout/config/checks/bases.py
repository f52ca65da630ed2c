"""A journal's basis and a bill's mode fit what pays the people and where."""

from __future__ import annotations

from typing import Final

from tieout.config.checks.draft import Draft
from tieout.config.findings import Findings
from tieout.config.model import ACCRUE, WORKSHEET, Produce, Stream
from tieout.domain.document import Kind

#: By the period of a timesheet, how many days after it a pay run may be dated so that no hour is
#: unpaid at two ends of a month: February has 28 days, and a period that begins on the last day of
#: January ends up to 13 days later.
_LATEST: Final = {"week": 22, "biweek": 15, "semimonth": 28, "month": 28}


def check(draft: Draft, findings: Findings) -> None:
    """TO191 an accrual of which nobody can say when it is made or paid, TO192 wages that are posted
    beside a payroll, TO193 invoices with and without a review."""
    for stream, produce in draft.produced():
        if produce.kind == WORKSHEET:
            _check_worksheet(stream, produce, draft, findings)
        if produce.reverses:
            _check_accrual(stream, produce, draft, findings)
        if produce.basis == "post":
            _check_post(stream, produce, draft, findings)


def _check_accrual(stream: Stream, produce: Produce, draft: Draft, findings: Findings) -> None:
    here = f"streams/{stream.name} produce.{produce.kind}"
    how = f"{here}.basis" if produce.kind == Kind.JOURNAL else f"{here}.mode"
    if produce.period != "month":
        findings.error("TO191", draft.at(f"{here}.period"),
                       f"an accrual is made at the end of a month, not of a {produce.period}",
                       "write period: month")
    if produce.kind != Kind.JOURNAL:
        return
    timesheet = stream.produce.get(Kind.TIMESHEET)
    if timesheet is None or timesheet.pay_date is None:
        findings.error("TO191", draft.at(how), "nothing says when hours are paid, so that nobody "
                       "can say what is unpaid at the end of a month",
                       "give the stream a timesheet with pay_date:, such as 5d after its period")
    elif timesheet.pay_date > (most := _LATEST.get(timesheet.period or "", 0)):
        findings.error("TO191", draft.at(f"streams/{stream.name} produce.timesheet.pay_date"),
                       f"with {timesheet.pay_date} days hours may be unpaid at the end of two "
                       f"months, and would be accrued once", f"write at most {most}d")


def _check_worksheet(stream: Stream, produce: Produce, draft: Draft, findings: Findings) -> None:
    """A released worksheet is an invoice of its stream, whose key says nothing of the books."""
    other, here = stream.produce.get(Kind.INVOICE), f"streams/{stream.name} produce"
    if other is None or other.to == produce.to:  # in the same books the hours are told by TO140
        return
    findings.error("TO193", draft.at(f"{here}.{WORKSHEET}"),
                   f"stream '{stream.name}' makes invoices at once as well, in '{other.to}'",
                   "let one of the two go: a worksheet becomes an invoice once it is released",
                   related=[draft.at(f"{here}.{Kind.INVOICE}")])


def _check_post(stream: Stream, produce: Produce, draft: Draft, findings: Findings) -> None:
    """Whoever pays by a timesheet, or spreads or accrues a pay run, has a payroll that posts."""
    here = f"streams/{stream.name} produce.journal"
    for other, beside in draft.produced():
        payroll = beside.kind == Kind.TIMESHEET or beside.basis in ("allocate", ACCRUE)
        told = set(stream.sources) & set(other.sources)  # the same hours twice: TO140
        if payroll and beside.to == produce.to and not told:
            there = f"streams/{other.name} produce.{beside.kind}"
            findings.error("TO192", draft.at(f"{here}.basis"),
                           f"the {beside.kind} of stream '{other.name}' is for a payroll that posts "
                           f"to '{produce.to}' already: wages would stand there twice",
                           "post where no payroll posts to these books; beside one, allocate",
                           related=[draft.at(there)])
            return
