"""What a vendor was paid: by the books, or by a table of payments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

#: Ways to pay that a payment settlement entity reports by itself, on form 1099-K, and the payer
#: therefore leaves out (instructions for forms 1099-MISC and 1099-NEC, "Form 1099-K").
BY_OTHERS = frozenset({"card", "third_party"})
METHODS = ("bank", "check", "cash", *sorted(BY_OTHERS))


@dataclass(frozen=True)
class Payment:
    """One payment. ``vendor`` is a worker's id or what the books call the vendor; ``amount`` in minor
    units before what was withheld, below zero where it was paid back; ``method`` one of METHODS."""

    key: str
    source: str
    day: date
    vendor: str
    amount: int
    currency: str
    method: str = "bank"
    withheld: int = 0


PAYMENT_COLUMNS: dict[str, str] = {
    "key": "VARCHAR",
    "source": "VARCHAR",
    "day": "DATE",
    "vendor": "VARCHAR",
    "amount": "BIGINT",
    "currency": "VARCHAR",
    "method": "VARCHAR",
    "withheld": "BIGINT",
}
