"""Leg 2 as a template gets it: hours and amounts are text already, as people read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tieout.domain.money import format_seconds
from tieout.reporting.figures import money
from tieout.reporting.privacy import HIDDEN, HIDDEN_BALANCE
from tieout.reporting.reconciliation import Gross, Paid, Reconciliation


def register_data(found: Reconciliation) -> dict[str, Any]:
    """``register`` (rows that differ, and gross), ``clearing`` and ``issued``; all may be empty."""
    register = found.register
    rows: list[Paid | Gross] = []
    if register:
        rows = [row for row in register.paid if row.ours != row.register]
        rows += register.gross
    return {
        "register": [_row(row) for row in rows],
        "clearing": list(_clearing(found)),
        "issued": [
            {"issued": row.issued, "invoices": row.invoices,
             "amount": money(row.issued_amount, row.currency),
             "drafts": money(row.amount - row.issued_amount, row.currency)}
            for row in found.issued
        ],
    }  # fmt: skip


def _row(row: Paid | Gross) -> dict[str, Any]:
    period = f"{row.from_} – {row.to}"
    ties = row.within or not row.unexplained
    if isinstance(row, Gross) and row.hidden:
        return {"what": f"gross {period}", "ours": HIDDEN, "paid": HIDDEN, "ties": ties, "causes": []}

    def told(size: int) -> str:
        return money(size, row.currency) if isinstance(row, Gross) else format_seconds(size)

    what = "gross" if isinstance(row, Gross) else f"{row.worker} {row.earning}"
    return {
        "what": f"{what} {period}", "ours": told(row.ours), "paid": told(row.register), "ties": ties,
        "causes": [
            {"name": name, "size": told(size)} for name, size in _all(row).items() if size
        ],
    }  # fmt: skip


def _all(row: Paid | Gross) -> Mapping[str, int]:
    word = "unexplained, within the tolerance" if row.within else "unexplained"
    return {**row.causes, word: row.unexplained}


def _clearing(found: Reconciliation) -> Iterator[dict[str, str]]:
    for row in found.register.clearing if found.register else ():
        figures = {"posted": row.posted, "allocated": row.allocated, "remainder": row.remainder}
        shown = {
            name: HIDDEN_BALANCE if row.hidden else money(minor, row.currency)
            for name, minor in figures.items()
        }
        yield {"account": row.account, **shown}
