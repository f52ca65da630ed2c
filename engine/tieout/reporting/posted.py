"""The documents in the books one by one, as far as a reader may see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tieout.domain.books import Applied, Books, Claim, Record
from tieout.domain.document import Kind
from tieout.reporting.privacy import Veil
from tieout.reporting.reconciliation import Posted


def posted(
    books: Mapping[str, Books], applied: Iterable[Applied], shade: Veil
) -> tuple[Posted, ...]:
    """Every document of ours in the ``books``, by kind in the house's order, then by key.

    The amount of a cost document is shown only where enough workers are known to stand behind it:
    those whose entries it claims, as we wrote it.
    """
    claims = {written.key: written.claims for written in applied}
    rows = [
        _posted(record, claims.get(record.document.key, ()), shade)
        for target in books.values() for record in target.records
    ]  # fmt: skip
    order = [kind.value for kind in Kind]
    return tuple(sorted(rows, key=lambda row: (order.index(row.kind), row.key)))


def _posted(record: Record, claims: tuple[Claim, ...], shade: Veil) -> Posted:
    document = record.document
    hidden = shade.hides_lines(document.kind) and shade.few([claims])
    return Posted(
        key=document.key, kind=str(document.kind), party=document.party, date=document.date,
        from_=document.from_, to=document.to, seconds=document.seconds,
        amount=document.amount if document.currency and not hidden else None,
        currency=document.currency, final=record.final, hidden=hidden,
    )  # fmt: skip
