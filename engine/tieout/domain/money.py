"""Money and time as integers: minor units, scaled rates, seconds. No float anywhere.

A *rate* is an integer in ten-thousandths of the currency's major unit per hour
(``140.00`` is ``1_400_000``); an *amount* is in minor units (cents). Minor units by currency are
those of ISO 4217 (maintenance agency SIX, list one, 2024); a currency not listed has two.
"""

from __future__ import annotations

import re
from decimal import Decimal

RATE_SCALE = 10_000
#: What hours are counted in where books hold them like money: whole ones, and no currency.
SECONDS = "SEC"
SECONDS_PER_HOUR = 3600

NO_MINOR = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split())
THREE_MINOR = frozenset("BHD IQD JOD KWD LYD OMR TND".split())
CURRENCIES = NO_MINOR | THREE_MINOR | frozenset(
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD "
    "GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD "
    "MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP "
    "PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS "
    "TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG".split()
)

_DECIMAL = re.compile(r"-?(\d+(\.\d*)?|\.\d+)")


def minor_digits(currency: str) -> int:
    """Digits after the point that the currency has (ISO 4217): 2, or 0 for JPY, 3 for KWD …; 0 for
    seconds."""
    if currency in NO_MINOR or currency == SECONDS:
        return 0
    return 3 if currency in THREE_MINOR else 2


def divide(numerator: int, denominator: int, mode: str = "half_away") -> int:
    """Integer division, rounded by ``mode``: half away from zero wherever nothing else is said.

    The SQL macros ``divide`` and ``rounded`` do the same; ``divide(-7, 2) == -4``. Modes: half_away,
    half_even, half_down (towards zero), up (away from zero), down (towards zero).
    """
    if denominator <= 0:
        raise ValueError("the denominator must be positive")
    quotient, remainder = divmod(abs(numerator), denominator)
    half = 2 * remainder - denominator
    quotient += {
        "half_away": half >= 0,
        "half_even": half > 0 or (half == 0 and quotient % 2 == 1),
        "half_down": half > 0,
        "up": remainder > 0,
        "down": False,
    }[mode]
    return quotient if numerator >= 0 else -quotient


def parse_rate(text: str) -> int:
    """``"140.00"`` → 1_400_000. Raises ValueError on anything but a decimal with ≤ 4 places."""
    if not _DECIMAL.fullmatch(text.strip()):
        raise ValueError(f"{text!r} is not a decimal number")
    scaled = Decimal(text.strip()) * RATE_SCALE
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{text!r} has more than four decimal places")
    return int(scaled)


def amount(seconds: int, rate: int, currency: str, mode: str = "half_away") -> int:
    """Minor units of ``seconds`` at ``rate``: rounded once, by ``mode``."""
    unit = 10 ** minor_digits(currency)
    return divide(seconds * rate * unit, SECONDS_PER_HOUR * RATE_SCALE, mode)


def format_amount(minor: int, currency: str, *, grouped: bool = False) -> str:
    """``462000, "USD"`` → ``"4620.00"`` (``"4,620.00"`` grouped)."""
    digits = minor_digits(currency)
    value = Decimal(minor).scaleb(-digits)
    return f"{value:,.{digits}f}" if grouped else f"{value:.{digits}f}"


def parse_amount(text: str, currency: str) -> int:
    """The inverse of :func:`format_amount`; ValueError when it has more digits than the currency."""
    if not _DECIMAL.fullmatch(text.strip()):
        raise ValueError(f"{text!r} is not a decimal number")
    scaled = Decimal(text.strip()).scaleb(minor_digits(currency))
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{text!r} has more decimal places than {currency}")
    return int(scaled)


def format_rate(rate: int) -> str:
    """At least two decimals, no more than needed: ``1_400_000`` → ``"140.00"``."""
    value = Decimal(rate).scaleb(-4)
    text = f"{value:.4f}"
    while text.endswith("0") and len(text.split(".")[1]) > 2:
        text = text[:-1]
    return text


def format_seconds(seconds: int, *, signed: bool = False) -> str:
    """``5445`` → ``"1:30:45"``: hours are never folded into days."""
    sign = "-" if seconds < 0 else "+" if signed and seconds else ""
    whole = abs(seconds)
    return f"{sign}{whole // 3600:,}:{whole // 60 % 60:02}:{whole % 60:02}"
