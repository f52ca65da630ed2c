"""What Tryton's accounts hold: all moves, and the invoices that are drafts and post nothing yet.

A draft counts as it will be posted, so that the books tie out before people have posted it; posted,
its move says the same. Amounts are minor units, debits positive.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from tieout.connectors.targets.tryton import marks
from tieout.connectors.targets.tryton.codec import INVOICE, MOVE, minor
from tieout.connectors.targets.tryton.rpc import Row, Rpc
from tieout.domain.books import Foreign


@dataclass(frozen=True)
class Money:
    """Balances by account and currency, and what of them isn't ours."""

    balances: Mapping[str, Mapping[str, int]]
    foreign: tuple[Foreign, ...]


@dataclass(frozen=True)
class _Posting:
    """An amount on an account, and the record that it is of."""

    whole: str
    account: str
    amount: int
    currency: str
    date: str
    text: str


def read(rpc: Rpc, ours: Set[str]) -> Money:
    """All postings. ``ours``: the records that are, as ``model,id``."""
    sums: dict[str, dict[str, int]] = {}
    foreign: dict[tuple[str, str, str], Foreign] = {}
    for posting in (*_moves(rpc), *_drafts(rpc)):
        account = sums.setdefault(posting.account, {})
        account[posting.currency] = account.get(posting.currency, 0) + posting.amount
        if posting.whole in ours:
            continue
        key = (posting.whole, posting.account, posting.currency)
        before = foreign[key].amount if key in foreign else 0
        foreign[key] = Foreign(
            remote_id=posting.whole,
            date=posting.date,
            account=posting.account,
            amount=before + posting.amount,
            currency=posting.currency,
            text=posting.text,
        )
    return Money(sums, tuple(foreign[key] for key in sorted(foreign)))


def _moves(rpc: Rpc) -> Iterator[_Posting]:
    """Lines of moves, in the company's currency; a posted invoice's move counts as the invoice."""
    fields = (
        "account.name", "account.currency.code", "debit", "credit", "move", "date", "move_origin",
        "move.description", "party.name",
    )  # fmt: skip
    for row in rpc.rows("account.move.line", [], fields):
        origin = row["move_origin"] or ""
        whole = origin if origin.startswith(f"{INVOICE},") else f"{MOVE},{row['move']}"
        currency = row["account."]["currency."]["code"]
        yield _Posting(
            whole=whole,
            account=row["account."]["name"],
            amount=minor(row["debit"] - row["credit"], currency),
            currency=currency,
            date=str(row["date"]),
            text=_text(row, marks.theirs((row["move."] or {}).get("description"))),
        )


def _drafts(rpc: Rpc) -> Iterator[_Posting]:
    """Invoices without a move: receivable or payable, lines, taxes; each in the invoice's currency."""
    drafts = [["state", "in", ["draft", "validated"]], ["move", "=", None]]
    fields = (
        "type", "account.name", "currency.code", "invoice_date", "party.name", "description",
        "total_amount",
    )  # fmt: skip
    heads = {row["id"]: row for row in rpc.rows(INVOICE, drafts, fields)}
    if not heads:
        return
    among = [["invoice", "in", list(heads)]]
    for row in heads.values():
        yield _posting(row, row["account."], -row["total_amount"])
    for model in ("account.invoice.line", "account.invoice.tax"):
        for line in rpc.rows(model, among, ("invoice", "account.name", "amount")):
            if line["account."]:
                yield _posting(heads[line["invoice"]], line["account."], line["amount"])


def _posting(head: Row, account: Row, amount: Any) -> _Posting:
    currency = head["currency."]["code"]
    sign = -1 if head["type"] == "out" else 1
    return _Posting(
        whole=f"{INVOICE},{head['id']}",
        account=account["name"],
        amount=sign * minor(amount, currency),
        currency=currency,
        date=str(head["invoice_date"] or ""),
        text=_text(head, head["description"] or ""),
    )


def _text(row: Row, said: str) -> str:
    payee = (row.get("party.") or {}).get("name")
    return " · ".join(part for part in (payee, said) if part)
