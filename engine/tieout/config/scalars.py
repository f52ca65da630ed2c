"""Text → value, for every kind of scalar that the language has. Each raises ValueError in words.

The names in :data:`FORMATS` are the `format` keywords of the schemas. Parsed values: dates `date`,
durations and clock times seconds, rates as in `domain.money`, shares hundredths of a percent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, Final

from tieout.domain.money import CURRENCIES, parse_amount, parse_rate

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WINDOWS: Final = ("day", "consecutive", "seventh_day", "week", "month")
HOUR_KINDS: Final = ("work", "break", "leave", "holiday", "sick", "standby", "travel")
COUNTRIES: Final = frozenset(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR "
    "BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ "
    "EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW "
    "GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY "
    "KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV "
    "MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY "
    "QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG "
    "TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM "
    "ZW".split()
)
US_PARTS: Final = frozenset(
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM "
    "NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC AS GU MP PR UM VI".split()
)
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_DURATION = re.compile(r"(\d{1,6})([smhd])")
_SHIFT = re.compile(r"(?a)\d\d:\d\d-\d\d:\d\d(?: \d\d:\d\d-\d\d:\d\d)*")
_HOURS = re.compile(r"(?a)-?(\d{1,6}(?:\.\d{1,9})?)")
_HOURS_MINUTES = re.compile(r"(?a)(-?)(\d{1,6}):([0-5]\d)(?::([0-5]\d))?")
_SPANS = re.compile(r"(?a)(week|month)s:([1-9]\d?)")
_WEEKS = re.compile(r"(?a)weeks:([1-9]\d?)")
_FIGURE = re.compile(r"(?a)-?\d{1,15}(?:\.\d{1,9})?")
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)\s?%")
_AMOUNT = re.compile(r"(\d[\d.]*)(?: ([A-Z]{3}))?")
_JURISDICTION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")


@lru_cache(maxsize=65536)
def day(text: str) -> date:
    """``2026-11-23``, and no other way to write a date."""
    if not _DATE.fullmatch(text):
        raise ValueError("is not a date like 2026-11-23")
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise ValueError("is not a day of the calendar") from None


def clock(text: str) -> int:
    """``06:00`` → 21600 seconds after midnight."""
    match = _CLOCK.fullmatch(text)
    if not match:
        raise ValueError("is not a time of day like 06:00")
    return int(match[1]) * 3600 + int(match[2]) * 60


def duration(text: str) -> int:
    """``30s``, ``6m``, ``1h``, ``30d`` → seconds."""
    match = _DURATION.fullmatch(text)
    if not match:
        raise ValueError("is not a duration like 30s, 6m, 1h or 30d")
    return int(match[1]) * _SECONDS[match[2]]


def shift(text: str) -> tuple[int, tuple[int, int] | None]:
    """``10h`` → 36000 and None; ``08:00-12:00 13:00-17:00`` → 28800, and when it begins and ends."""
    if not _SHIFT.fullmatch(text):
        if _DURATION.fullmatch(text):
            return duration(text), None
        raise ValueError("is neither hours like 10h nor a shift like 08:00-12:00 13:00-17:00")
    clocks = [clock(part) for part in re.split("[ -]", text)]
    if sorted(set(clocks)) != clocks:
        raise ValueError("has a clock that isn't after the one before")
    worked = sum(clocks[1::2]) - sum(clocks[::2])
    return worked, (clocks[0], clocks[-1])


def hours(text: str) -> int:
    """``8.25``, ``8:15`` or ``8:15:00`` → 29700 seconds: always a whole number of them."""
    if found := _HOURS_MINUTES.fullmatch(text):
        seconds = int(found[2]) * 3600 + int(found[3]) * 60 + int(found[4] or 0)
        return -seconds if found[1] else seconds
    if not _HOURS.fullmatch(text):
        raise ValueError("is not a number of hours like 8.25 or 8:15")
    exact = Decimal(text) * 3600
    if exact != exact.to_integral_value():
        raise ValueError("is no whole number of seconds; write it like 8:20:00")
    return int(exact)


def window(text: str) -> str:
    """Within which hours are counted; ``weeks:2`` is a reference period of two workweeks."""
    if text not in WINDOWS and not weeks(text):
        raise ValueError(f"is not {', '.join(WINDOWS)} or weeks:N")
    return str(text)


def weeks(text: str) -> int:
    """``week`` → 1, ``weeks:4`` → 4 (at most 53), any other window → 0."""
    found = _WEEKS.fullmatch(text)
    count_ = int(found[1]) if found else 0
    return 1 if text == "week" else count_ if count_ <= 53 else 0


def span(text: str) -> tuple[str, int]:
    """``day``, ``week``, ``month``, ``year`` → that and 1; ``weeks:17``, ``months:4`` → week, month
    and how many (at most 53)."""
    if text in ("day", "week", "month", "year"):
        return str(text), 1
    found = _SPANS.fullmatch(text)
    if not found or int(found[2]) > 53:
        raise ValueError("is not day, week, month, year, weeks:N or months:N")
    return found[1], int(found[2])


def figure(text: str) -> Decimal:
    """``285.00``: a decimal with the digits that were written."""
    if not _FIGURE.fullmatch(text):
        raise ValueError("is not a figure like 285.00")
    return Decimal(text)


@lru_cache(maxsize=65536)
def rate(text: str) -> int:
    """``140.00`` → 1_400_000: ten-thousandths of the major unit an hour; never negative."""
    try:
        value = parse_rate(text)
    except ValueError as error:
        raise ValueError(str(error).removeprefix(repr(text)).strip()) from None
    if value < 0:
        raise ValueError("is negative; a rate is zero or more")
    return value


def share(text: str) -> int:
    """``5%`` → 500, ``8.25%`` → 825: hundredths of a percent."""
    match = _SHARE.fullmatch(text)
    if not match:
        raise ValueError("is not a share like 5% or 8.25%")
    return int(Decimal(match[1]) * 100)


def multiplier(text: str) -> int:
    """``1.5`` → 150: what an hour is paid, in whole percents of the regular rate."""
    scaled = rate(text)
    if scaled % 100:
        raise ValueError("has more than two decimal places")
    return scaled // 100


def count(text: str) -> int:
    """A whole number, zero or more."""
    if not (text.isascii() and text.isdigit()):
        raise ValueError("is not a whole number")
    return int(text)


def amount(text: str, currency: str) -> tuple[int, str]:
    """``25000 USD`` → (2_500_000, "USD"); without a currency it is in `currency`."""
    match = _AMOUNT.fullmatch(text)
    if not match or not (match[2] or match[1].isdigit()):
        raise ValueError("is not an amount like 25000 USD")
    unit = currency_code(match[2] or currency)
    try:
        return parse_amount(match[1], unit), unit
    except ValueError as error:
        raise ValueError(str(error).removeprefix(repr(match[1])).strip()) from None


def limit(text: str) -> int:
    """A count (``500``) or a share (``5%``)."""
    return share(text) if text.endswith("%") else count(text)


def currency_code(text: str) -> str:
    """A code of ISO 4217."""
    if text not in CURRENCIES:
        raise ValueError("is not a currency of ISO 4217, like USD")
    return str(text)


@cache
def _zones() -> frozenset[str]:
    from zoneinfo import available_timezones

    return frozenset(available_timezones())


def zone(text: str) -> str:
    """A name of the IANA time zone database."""
    if text not in _zones():
        raise ValueError("is not a time zone of the IANA database, like America/Los_Angeles")
    return str(text)


def jurisdiction(text: str) -> str:
    """A country of ISO 3166-1 or a part of one by ISO 3166-2: ``DE``, ``US-CA``. Only the parts
    of the US are known by name: where most law packs are."""
    country, _, part = text.partition("-")
    known = country in COUNTRIES and (country != "US" or not part or part in US_PARTS)
    if not known or not _JURISDICTION.fullmatch(text):
        raise ValueError("is not a jurisdiction like US-CA or DE")
    return str(text)


def flag(text: str) -> bool:
    """``true`` or ``false``, which spreadsheets write in capitals; `yes` and `no` are what YAML 1.1
    would have guessed about."""
    if text not in ("true", "false", "TRUE", "FALSE"):
        raise ValueError("is neither true nor false")
    return text in ("true", "TRUE")


FORMATS: Final[Mapping[str, Callable[[str], Any]]] = {
    "date": day,
    "clock": clock,
    "duration": duration,
    "hours": hours,
    "shift": shift,
    "figure": figure,
    "window": window,
    "span": span,
    "rate": rate,
    "share": share,
    "multiplier": multiplier,
    "count": count,
    "limit": limit,
    "amount": lambda text: amount(text, "USD"),
    "currency": currency_code,
    "timezone": zone,
    "jurisdiction": jurisdiction,
    "flag": flag,
}
FORMAT_CODES: Final = {"currency": "TO121", "timezone": "TO122", "jurisdiction": "TO123"}
"""Formats whose failure has a page of its own; the others are TO107."""
