"""Leg 3: what our documents give each account, against what the books say it holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from tieout.domain.books import Applied, Books
from tieout.domain.change import Change
from tieout.domain.document import Document, Kind
from tieout.domain.money import divide
from tieout.domain.plan import Plan
from tieout.planning.control import postings
from tieout.reporting.privacy import Veil
from tieout.reporting.reconciliation import Balance, Leg, Verdict

FOREIGN = "foreign postings"
TAX = "tax that the books add"

#: Tax code → (percent in ten-thousandths of the whole, account): ``TargetSettings.tax``.
Taxes = Mapping[str, tuple[int, str]]
#: Minor units by (account, currency) over all targets, debits positive.
Sums = dict[tuple[str, str], int]

_SALES = (Kind.INVOICE, Kind.CREDIT_NOTE)
_WHOLE = 10_000


def taxes(document: Document, rates: Taxes) -> Iterator[tuple[str, str, int]]:
    """(account, currency, minor units) of the tax that the books add to a sale, debits positive.

    It is computed once per document and code, half away from zero, as the books do.
    """
    net: dict[str, int] = defaultdict(int)
    for line in document.lines if document.kind in _SALES else ():
        if line.tax and line.tax in rates:
            net[line.tax] += line.amount
    for code, amount in net.items():
        percent, account = rates[code]
        due = divide(amount * percent, _WHOLE)
        yield account, document.currency or "", -due
        yield document.control_ref or "-", document.currency or "", due


def balances(
    plan: Plan, books: Mapping[str, Books], changes: Iterable[Change], rates: Mapping[str, Taxes]
) -> tuple[Balance, ...]:
    """One row per account and currency that our documents post to, now or after the plan.

    An account is settled when nothing is planned for it, and what we have in it is what the plan
    says it should come to.
    """
    ours, tax, pending, foreign, said = _five_sums(books, changes, rates)
    should = {(a, c): m for a, held in plan.body.control.items() for c, m in held.items()}
    rows = []
    for at in sorted({*ours, *pending, *should, *tax}):
        causes = {FOREIGN: foreign.get(at, 0), TAX: tax.get(at, 0)}
        have, balance = ours.get(at, 0), said.get(at, 0)
        rows.append(Balance(
            account=at[0], currency=at[1], ours=have, should=should.get(at, 0), balance=balance,
            causes={name: value for name, value in causes.items() if value},
            unexplained=balance - have - sum(causes.values()), planned=pending.get(at, 0),
        ))  # fmt: skip
    return tuple(rows)


def verdict(rows: tuple[Balance, ...], books: Mapping[str, Books]) -> Leg:
    """Leg 3: not proved where the books give no balances at all."""
    title = "control accounts ↔ ledger balances"
    if not any(target.balances for target in books.values()):
        why = "the books give no balances"
        return Leg(number=3, title=title, verdict=Verdict.NOT_PROVED, why=why)
    wrong = dict.fromkeys(row.account for row in rows if not row.ties)
    outcome = Verdict.OPEN if wrong else Verdict.TIES
    return Leg(number=3, title=title, verdict=outcome, why=", ".join(wrong))


def hidden(row: Balance, applied: Iterable[Applied], shade: Veil) -> bool:
    """Whether a balance could tell what somebody is paid.

    It may be shown where every cost document on the account is on it with its whole amount, as on a
    clearing or payable account, and enough workers stand behind them. The workers behind a part of
    a document aren't known.
    """
    claims, whole = [], True
    for written in applied:
        document = written.document
        if document and document.currency == row.currency and shade.hides_lines(document.kind):
            parts = [m for a, _, m in postings(document) if a == row.account]
            if parts:
                claims.append(written.claims)
                whole &= abs(sum(parts)) == abs(document.amount)
    return bool(claims) and (not whole or shade.few(claims))


def _five_sums(
    books: Mapping[str, Books], changes: Iterable[Change], rates: Mapping[str, Taxes]
) -> tuple[Sums, ...]:
    """Ours, tax, pending, foreign, and what the books say."""
    sums: tuple[Sums, ...] = tuple(defaultdict(int) for _ in range(5))
    ours, tax, pending, foreign, said = sums
    for name, target in books.items():
        for record in target.records:
            _add(ours, postings(record.document))
            _add(tax, taxes(record.document, rates.get(name, {})))
        _add(foreign, ((p.account, p.currency, p.amount) for p in target.foreign))
        for account, held in target.balances.items():
            _add(said, ((account, currency, amount) for currency, amount in held.items()))
    for change in changes:
        for document, sign in ((change.after, 1), (change.before, -1)):
            if document:
                _add(pending, postings(document), sign)
    return sums


def _add(sums: Sums, amounts: Iterable[tuple[str, str, int]], sign: int = 1) -> None:
    for account, currency, amount in amounts:
        sums[(account, currency)] += sign * amount
