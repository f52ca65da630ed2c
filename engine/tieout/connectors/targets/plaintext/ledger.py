"""What transactions come to: completed postings, residuals, balances, other people's records.

Amounts are exact decimals until the end, where each balance is rounded once to minor units. What
needs Beancount's booking of lots or a plugin isn't computed: it is told and left out.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from tieout.connectors.targets.plaintext.blocks import Block, Posting, Segment, Unreadable
from tieout.connectors.targets.plaintext.files import encode
from tieout.domain.books import Foreign
from tieout.domain.money import minor_digits


def minor(value: Decimal, currency: str) -> int:
    """Minor units, half away from zero."""
    return int(value.scaleb(minor_digits(currency)).to_integral_value(ROUND_HALF_UP))


def residual(block: Block) -> dict[str, Decimal] | None:
    """What the postings weigh together, by currency, without what is left to be balanced; None
    where a weight isn't written."""
    total: dict[str, Decimal] = {}
    for posting in block.postings:
        if posting.number is None:
            continue
        if posting.weight is None:
            return None
        value, currency = posting.weight
        total[currency] = total.get(currency, Decimal(0)) + value
    return total


def imbalance(block: Block) -> str | None:
    """What is too much in a transaction, as text; None when it balances to half a minor unit."""
    total = residual(block)
    if total is None or any(p.number is None for p in block.postings):
        return None
    wrong = [
        f"{value:f} {currency}"
        for currency, value in sorted(total.items())
        if abs(value).scaleb(minor_digits(currency)) > Decimal("0.5")
    ]
    return ", ".join(wrong) or None


def amounts(block: Block) -> Iterator[tuple[Posting, Decimal, str]]:
    """Every posting with number and currency, the one left open completed (once a currency).
    Raises :class:`Unreadable` where that can't be told without booking."""
    still_open = [posting for posting in block.postings if posting.number is None]
    if len(still_open) > 1:
        raise Unreadable("two postings without an amount", still_open[1].start)
    total = residual(block) if still_open else {}
    if total is None:
        raise Unreadable("an amount follows from a cost that isn't written", still_open[0].start)
    for posting in block.postings:
        if posting.number is not None and posting.currency is not None:
            yield posting, posting.number, posting.currency
        for currency in sorted(total) if posting.number is None else ():
            if total[currency] and posting.currency in (None, currency):
                yield posting, -total[currency], currency


@dataclass
class Ledger:
    """Adds up the transactions of the books, in the order they are read."""

    totals: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    foreign: list[Foreign] = field(default_factory=list)
    _seen: Counter[str] = field(default_factory=Counter)

    def name(self, file: str, segment: Segment) -> str:
        """A name for a record without a key: file and digest, which moving lines doesn't change."""
        name = f"{file}#{hashlib.sha256(encode(segment.text)).hexdigest()[:16]}"
        self._seen[name] += 1
        return name if self._seen[name] == 1 else f"{name}.{self._seen[name]}"

    def add(self, block: Block, remote_id: str, ours: frozenset[int] = frozenset()) -> None:
        """Counts a transaction; its postings are foreign but those whose line is in ``ours``."""
        for posting, value, currency in list(amounts(block)):
            at = (posting.account, currency)
            self.totals[at] = self.totals.get(at, Decimal(0)) + value
            if posting.start not in ours:
                self.others(block, remote_id, posting.account, minor(value, currency), currency)

    def others(
        self, block: Block, remote_id: str, account: str, amount: int, currency: str
    ) -> None:
        """Notes minor units on an account as not ours; that they are in the balances is seen to."""
        self.foreign.append(
            Foreign(
                remote_id=remote_id,
                date=block.date,
                account=account,
                amount=amount,
                currency=currency,
                text=" · ".join(block.texts),
                bills=block.meta.get("bills"),
            )
        )

    def balances(self) -> Mapping[str, Mapping[str, int]]:
        """Minor units by account and currency, sorted."""
        result: dict[str, dict[str, int]] = {}
        for (account, currency), value in sorted(self.totals.items()):
            result.setdefault(account, {})[currency] = minor(value, currency)
        return result
