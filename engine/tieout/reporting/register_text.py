"""Leg 2 in a terminal: hours and gross against the pay register, the clearing account, what is issued."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.domain.money import format_seconds
from tieout.reporting.figures import counted, money, pad, safe, width
from tieout.reporting.privacy import HIDDEN, HIDDEN_BALANCE
from tieout.reporting.reconciliation import Clearing, Gross, Paid, Reconciliation

#: How many rows that differ a page shows.
_ROWS = 20


def lines(found: Reconciliation, columns: int) -> Iterator[str]:
    """Everything below the headline of the leg: rows that agree are counted, the others shown."""
    register = found.register
    if register:
        apart = [row for row in register.paid if row.ours != row.register]
        agree = len(register.paid) - len(apart)
        if register.paid:
            within = sum(row.within for row in register.paid)
            tolerated = f", {within:,} within the tolerance" if within else ""
            yield f"  {counted(agree, 'row')} of worker, period and earning agree{tolerated}"
        for row in apart[:_ROWS]:
            yield from _paid(row, columns)
        if len(apart) > _ROWS:
            yield f"    … and {len(apart) - _ROWS:,} more: tieout reconcile --format json"
        for gross in register.gross:
            yield from _gross(gross)
        for account in register.clearing:
            yield from _clearing(account)
    for sales in found.issued:
        drafts = sales.amount - sales.issued_amount
        yield (
            f"  {sales.issued:,} of {counted(sales.invoices, 'invoice')} issued: "
            f"{money(sales.issued_amount, sales.currency)}; drafts {money(drafts, sales.currency)}"
        )


def _paid(row: Paid, columns: int) -> Iterator[str]:
    mark = "✓" if row.within or not row.unexplained else "✗"
    figures = f"ours {format_seconds(row.ours)}   paid {format_seconds(row.register)}"
    name = f"{safe(row.worker)} {safe(row.earning)} {row.from_} – {row.to}"
    yield f"  {mark} {pad(name, columns - 4 - width(figures))}{figures}"
    word = "unexplained, within the tolerance" if row.within else "unexplained"
    for cause, seconds in (*row.causes.items(), (word, row.unexplained)):
        if seconds:
            yield f"      {cause:44}{format_seconds(seconds, signed=True):>14}"


def _gross(row: Gross) -> Iterator[str]:
    head = f"  {'✓' if row.within or not row.unexplained else '✗'} gross {row.from_} – {row.to}"
    if row.hidden:
        yield f"{head}  {HIDDEN}"
        return
    ours, paid = money(row.ours, row.currency), money(row.register, row.currency)
    yield f"{head}  journals {ours}   paid {paid}"
    word = "unexplained, within the tolerance" if row.within else "unexplained"
    for cause, minor in (*row.causes.items(), (word, row.unexplained)):
        if minor:
            yield f"      {cause:44}{money(minor, row.currency, signed=True):>18}"


def _clearing(row: Clearing) -> Iterator[str]:
    name = f"  clearing {safe(row.account)}"
    if row.hidden:
        yield f"{name}  {HIDDEN_BALANCE}"
        return
    posted, taken, left = (
        money(minor, row.currency) for minor in (row.posted, row.allocated, row.remainder)
    )
    yield f"{name}  posted {posted}   allocated {taken}   remainder {left}"
