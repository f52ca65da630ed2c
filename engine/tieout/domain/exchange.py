"""Exchange rates as they were published: a day, two currencies, and the very digits.

``base`` is the currency that stands for one: ``1 EUR = 1.0845 USD`` has base EUR, ``currency`` USD,
``digits`` 10845 and ``scale`` 4. A rate is never inverted: towards the base one divides by it
(Council Regulation (EC) No 1103/97, article 4).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

#: The most digits a rate may have: with them no conversion leaves 128 bits.
MOST_DIGITS = 12
#: The least decimals of an intermediate amount (Regulation (EC) No 1103/97, article 4(4)).
LEAST_INTERMEDIATE = 3


@dataclass(frozen=True)
class ExchangeRate:
    """What one unit of ``base`` was worth on ``day``. ``source`` is the source's name."""

    key: str
    source: str
    day: date
    base: str
    currency: str
    digits: int
    scale: int


EXCHANGE_COLUMNS: dict[str, str] = {
    "key": "VARCHAR",
    "source": "VARCHAR",
    "day": "DATE",
    "base": "VARCHAR",
    "currency": "VARCHAR",
    "digits": "BIGINT",
    "scale": "BIGINT",
}


def exchange_key(source: str, day: date, base: str, currency: str) -> str:
    """What names a rate: a source publishes one a day for two currencies."""
    return f"{source}:{base}/{currency}/{day.isoformat()}"


def parse_exchange(text: str) -> tuple[int, int]:
    """``"1.0845"`` → (10845, 4): digits as published, trailing zeros too. Raises ValueError."""
    number = Decimal(text)
    sign, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int) or exponent > 0 or sign or not any(digits):
        raise ValueError(f"{text!r} is not a rate above zero")
    if len(digits) > MOST_DIGITS or -exponent > MOST_DIGITS:
        raise ValueError(f"{text!r} has more than {MOST_DIGITS} digits")
    return int("".join(map(str, digits))), -exponent
