"""Payments to vendors, out of what the books hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from tieout.config.entities import role_of
from tieout.config.model import Config
from tieout.domain.books import Books, Foreign
from tieout.domain.payment import Payment

_CONTRACTORS = "contractor_expense"


def paid_by_books(config: Config, target: str, books: Books) -> Iterator[Payment]:
    """A payment for each transaction of other people's that takes from the payable (or books on a
    contractors' expense) what it takes from other accounts of assets or liabilities.

    The vendor is the payee; what stands on both sides of payable and expense is a vendor's bill.
    """
    owed = _accounts(config, target)
    by_record: dict[str, list[Foreign]] = defaultdict(list)
    for posting in books.foreign:
        by_record[posting.remote_id].append(posting)
    for name in sorted(by_record):
        postings = by_record[name]
        for currency in sorted({p.currency for p in postings}):
            mine = [p for p in postings if p.currency == currency]
            yield from _payment(config, target, name, mine, owed)


def _payment(
    config: Config, target: str, name: str, postings: Sequence[Foreign], owed: frozenset[str]
) -> Iterator[Payment]:
    settled = [p.amount for p in postings if p.account in owed]
    if not settled or (min(settled) < 0 < max(settled)):
        return
    rule, first = config.rules.vendors, postings[0]
    money = [p for p in postings if p.account not in owed and _is_money(p.account)]
    for method, accounts in (("bank", None), ("card", rule.cards)):
        paid = -sum(
            p.amount for p in money
            if (_under(p.account, rule.cards) if accounts is not None
                else not _under(p.account, rule.cards))
        )  # fmt: skip
        withheld = -sum(p.amount for p in money if _under(p.account, rule.withholding))
        if paid:
            yield Payment(
                f"{name}/{method}/{first.currency}", target, date.fromisoformat(first.date),
                first.text, paid, first.currency, method, withheld if method == "bank" else 0,
            )  # fmt: skip


def _is_money(account: str) -> bool:
    """Whether it can be paid from: income and expenses are discounts and fees."""
    return account.partition(":")[0] in ("Assets", "Liabilities")


def _under(account: str, parents: Sequence[str]) -> bool:
    return any(account == parent or account.startswith(f"{parent}:") for parent in parents)


def _accounts(config: Config, target: str) -> frozenset[str]:
    """What the books call the payable and the contractors' expense accounts, at whatever time."""
    roles = {"accounts_payable", _CONTRACTORS}
    roles |= {s.expense.get("contractor", _CONTRACTORS) for s in config.services}
    return frozenset(
        account.books[target]
        for account in config.accounts
        if role_of(account.id) in roles and target in account.books
    )
