"""Control totals: what each account comes to when the plan is applied, from the documents alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from tieout.domain.document import Document, Kind

_SALES = frozenset({Kind.INVOICE, Kind.CREDIT_NOTE})
_PURCHASES = frozenset({Kind.BILL, Kind.VENDOR_CREDIT})


def postings(document: Document) -> Iterator[tuple[str, str, int]]:
    """(account reference, currency, minor units; debit positive) as ``1-model`` says per kind."""
    currency = document.currency
    if currency is None:
        return
    sign = -1 if document.kind in _SALES else 1
    for line in document.lines:
        if line.account_ref is not None and line.amount:
            yield line.account_ref, currency, sign * line.amount
    if other := counter(document):
        yield other


def counter(document: Document) -> tuple[str, str, int] | None:
    """The posting of a sale or a bill that is no line of it: to the receivable, or the payable."""
    if document.currency is None or document.control_ref is None:
        return None
    if document.kind not in _SALES | _PURCHASES:
        return None
    sign = -1 if document.kind in _SALES else 1
    return document.control_ref, document.currency, -sign * document.amount


def totals(
    desired: Iterable[tuple[str, str, str, int]],
    replaced: Iterable[tuple[Document | None, tuple[Document, ...]]],
) -> dict[str, dict[str, int]]:
    """Balances in minor units by account and currency, debits positive, over all targets.

    ``desired`` are the pipeline's sums over all desired documents; ``replaced`` gives (desired, what
    stands in the books instead) for each document where the two differ.
    """
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for _, account, currency, amount in desired:
        sums[account, currency] += amount
    for document, standing in replaced:
        for account, currency, amount in postings(document) if document else ():
            sums[account, currency] -= amount
        for other in standing:
            for account, currency, amount in postings(other):
                sums[account, currency] += amount
    result: dict[str, dict[str, int]] = {}
    for (account, currency), amount in sorted(sums.items()):
        if amount:
            result.setdefault(account, {})[currency] = amount
    return result
