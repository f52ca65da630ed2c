"""Dates, clocks, durations and zones as people's exports write them. Nothing is ever guessed.

A date that starts with a four-digit year, or names its month, says what it is. All others
(``03/04/26``) need an order; :func:`possible_orders` tells which orders could read one.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from tieout.domain.money import SECONDS_PER_HOUR, divide

ORDERS: Final = ("dmy", "mdy", "ymd")
#: Seconds that one of a duration column's numbers stands for; ``clock`` is ``H:MM[:SS]``.
UNITS: Final = {"hours": SECONDS_PER_HOUR, "minutes": 60, "seconds": 1}

_CACHED: Final = 1 << 16
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()
# (?a): digits are 0 to 9, as everywhere in exports; others are no number.
_YEAR_FIRST = re.compile(r"(?a)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_NUMBERS = re.compile(r"(?a)(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_DAY_NAMED_MONTH = re.compile(r"(?a)(\d{1,2})[- .]{1,2}([A-Za-z]{3,9})[- .,]{1,2}(\d{4}|\d{2})")
_NAMED_MONTH_DAY = re.compile(r"(?a)([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})")
_CLOCK = re.compile(
    r"(?a)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(?:([AaPp])\.?[Mm]\.?)?"
)
_MOMENT = re.compile(
    r"(?a)(?P<date>.+?)(?:T|,?\s+)(?P<clock>\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?"
    r"\s*(?:[AaPp]\.?[Mm]\.?)?)\s*(?P<zone>Z|UTC|[+-]\d{2}(?::?\d{2})?)?"
)
#: 20260427T080000Z: ISO 8601 without signs, as Timewarrior writes it.
_COMPACT = re.compile(r"(?a)(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(Z?)")
#: What a date may carry behind it, where a program keeps days as moments.
_MIDNIGHT = re.compile(r"(?a)[T ]+(?:00:00(?::00(?:\.0{1,9})?)?|12:00(?::00)? ?AM)$")
_LEADING_NUMBERS = re.compile(r"(?a)\d{1,2}([-/.])\d{1,2}\1(?:\d{4}|\d{2})(?!\d)")
_CLOCK_DURATION = re.compile(r"(?a)([+-]?)(\d{1,6}):([0-5]\d)(?::([0-5]\d))?")
_SPELT_DURATION = re.compile(
    r"(?ai)(?:P(?:(\d{1,4})D)?T?)?(?:(\d{1,6})\s?(?:h|hrs?|hours?))?\s?(?:(\d{1,6})\s?(?:m|mins?|minutes?))?"
    r"\s?(?:(\d{1,8})\s?(?:s|secs?|seconds?))?"
)
_HOUR_MARK = re.compile(r"(?ai)([+-]?\d{1,6})\s?h\s?([0-5]\d)")  # 7h30, as the French write it
_NUMBER_OF = re.compile(
    r"(?ai)(?:PT)?([+-]?[\d.,]+)\s?(?:(?P<hours>h|hrs?|hours?)|(?P<minutes>m|mins?|minutes?)"
    r"|(?P<seconds>s|secs?|seconds?))"
)
_NUMBER = re.compile(r"(?a)[+-]?(?:\d{1,15}(?:\.\d{0,12})?|\.\d{1,12})")


def date_part(text: str) -> str | None:
    """The part of a date or moment that needs an order (``03/04/26``), or None if none does."""
    if text[4:5] == "-":
        return None
    found = _LEADING_NUMBERS.match(text)
    return found[0] if found else None


def possible_orders(text: str) -> dict[str, date]:
    """What each order makes of ``text``, for the orders that can read it at all."""
    made = {}
    for order in ORDERS:
        try:
            made[order] = parse_date(text, order)
        except ValueError:
            continue
    return made


@lru_cache(maxsize=_CACHED)
def parse_date(text: str, order: str | None) -> date:
    """A date; ``order`` (dmy, mdy, ymd) is used only where the text needs one.

    Two-digit years are of this century; a midnight behind the date is passed over. Raises
    ValueError.
    """
    year, month, day = _parts(_MIDNIGHT.sub("", text), order)
    if len(year) == 2:
        year = "20" + year
    if not _FIRST_YEAR <= int(year) <= _LAST_YEAR:
        raise ValueError(f"{text!r} is not a date between {_FIRST_YEAR} and {_LAST_YEAR}")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        wanted = f" in the order {order}" if order else ""
        raise ValueError(f"{text!r} is not a date{wanted}") from None


def _parts(text: str, order: str | None) -> tuple[str, str, str]:
    """Year, month, day as written."""
    if found := _YEAR_FIRST.fullmatch(text):
        return found[1], found[3], found[4]
    if found := _NUMBERS.fullmatch(text):
        first, middle, last = found[1], found[3], found[4]
        if order == "dmy":
            return last, middle, first
        if order == "mdy":
            return last, first, middle
        if order == "ymd" and len(first) == len(last) == 2:
            return first, middle, last
    if found := _DAY_NAMED_MONTH.fullmatch(text):
        return found[3], _month(found[2], text), found[1]
    if found := _NAMED_MONTH_DAY.fullmatch(text):
        return found[3], _month(found[1], text), found[2]
    raise ValueError(f"{text!r} is not a date" + (f" in the order {order}" if order else ""))


def _month(name: str, text: str) -> str:
    """English names, whatever the machine's locale."""
    short = name[:3].lower()
    if short not in _MONTHS:
        raise ValueError(f"{text!r} names no English month")
    return str(_MONTHS.index(short) + 1)


@lru_cache(maxsize=_CACHED)
def parse_clock(text: str) -> int:
    """Seconds since midnight of ``9:00``, ``09:00:30``, ``9:00 PM``; ``24:00`` is the day's end.

    Fractions of a second are cut off. Raises ValueError.
    """
    found = _CLOCK.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is not a time of day")
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[5]:
        if not 1 <= hour <= 12:
            raise ValueError(f"{text!r} is not a time of day")
        hour = hour % 12 + (12 if found[5] in "pP" else 0)
    seconds = hour * SECONDS_PER_HOUR + minute * 60 + second
    if minute > 59 or second > 59 or seconds > 24 * SECONDS_PER_HOUR:
        raise ValueError(f"{text!r} is not a time of day")
    return seconds


def clock_alone(text: str) -> bool:
    """Whether a text is a time of day, without a date."""
    return _CLOCK.fullmatch(text) is not None


def at(day: date, clock: int) -> datetime:
    """The wall-clock time ``clock`` seconds after the midnight that begins ``day``."""
    return datetime(day.year, day.month, day.day) + timedelta(seconds=clock)


def parse_moment(text: str, order: str | None) -> tuple[datetime, timedelta | None]:
    """Date and clock in one text: the wall-clock time, and its offset from UTC where it says one.

    Raises ValueError.
    """
    if compact := _COMPACT.fullmatch(text):
        text = "{}-{}-{}T{}:{}:{}{}".format(*compact.groups())
    found = _MOMENT.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is not a date with a time of day")
    local = at(parse_date(found["date"], order), parse_clock(found["clock"]))
    return local, _offset(found["zone"])


def _offset(text: str | None) -> timedelta | None:
    if not text:
        return None
    if text in ("Z", "UTC"):
        return timedelta(0)
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if offset > timedelta(hours=14):
        raise ValueError(f"{text!r} is not an offset from UTC")
    return -offset if text[0] == "-" else offset


class UnitMissing(ValueError):
    """A bare number in a duration column of which nobody said what it counts."""


@lru_cache(maxsize=_CACHED)
def parse_duration(text: str, unit: str | None, decimal_comma: bool) -> tuple[int, bool]:
    """Seconds, and whether they are exact: what is no whole second is rounded half up.

    ``1:30:00``, ``1h 30m``, ``1h30``, ``1.5h`` and ISO 8601's ``PT1H30M`` say what they are; a bare
    number needs ``unit`` (hours, minutes, seconds). Raises ValueError, and :class:`UnitMissing`.
    """
    if marked := _HOUR_MARK.fullmatch(text):
        text = f"{marked[1]}:{marked[2]}"
    if found := _CLOCK_DURATION.fullmatch(text):
        seconds = int(found[2]) * SECONDS_PER_HOUR + int(found[3]) * 60 + int(found[4] or 0)
        return (-seconds if found[1] == "-" else seconds), True
    if (found := _SPELT_DURATION.fullmatch(text)) and any(found.groups()):
        days, hours, minutes, rest = (int(part or 0) for part in found.groups())
        return (days * 24 + hours) * SECONDS_PER_HOUR + minutes * 60 + rest, True
    if found := _NUMBER_OF.fullmatch(text):
        text, unit = found[1], found.lastgroup
    try:
        number = parse_number(text, decimal_comma)
    except ValueError:
        comma = " (with a decimal comma, say `decimal: comma`)" if "," in text else ""
        raise ValueError(f"{text!r} is not a length of time{comma}") from None
    if unit not in UNITS:
        raise UnitMissing(f"{text!r} could be hours, minutes or seconds")
    numerator, denominator = (number * UNITS[unit]).as_integer_ratio()
    return divide(numerator, denominator), denominator == 1


def parse_number(text: str, decimal_comma: bool) -> Decimal:
    """A plain decimal number, without thousands separators or exponent. Raises ValueError."""
    plain = text.replace(",", ".") if decimal_comma and "." not in text else text
    if not _NUMBER.fullmatch(plain):
        raise ValueError(f"{text!r} is not a number")
    return Decimal(plain)


class Zone:
    """A time zone, asked often: most days have one offset from UTC all day, and that is kept."""

    def __init__(self, name: str) -> None:
        """Raises ``zoneinfo.ZoneInfoNotFoundError`` (a KeyError) or ValueError for a bad name."""
        self.name = name
        self._zone = ZoneInfo(name)
        self._steady: dict[date, timedelta | None] = {}

    def instants(self, local: datetime) -> tuple[datetime, ...]:
        """The UTC instants (naive) that a wall-clock time can mean.

        One; or two around a change of the clocks, where the time comes twice or not at all.
        """
        day = local.date()
        if day not in self._steady:
            self._steady[day] = self._offset_all_day(day)
        steady = self._steady[day]
        if steady is not None:
            return (local - steady,)
        early, late = (local - self._offset(local.replace(fold=fold)) for fold in (0, 1))
        return (early,) if early == late else (early, late)

    def local_date(self, instant: datetime) -> date:
        """The calendar day here at a naive UTC instant."""
        return instant.replace(tzinfo=UTC).astimezone(self._zone).date()

    def _offset(self, local: datetime) -> timedelta:
        offset = local.replace(tzinfo=self._zone).utcoffset()
        assert offset is not None  # a ZoneInfo always knows
        return offset

    def _offset_all_day(self, day: date) -> timedelta | None:
        """The offset that holds from midnight to midnight, or None on a day that changes it."""
        hours = (
            at(day, hour * SECONDS_PER_HOUR).replace(fold=f) for hour in range(25) for f in (0, 1)
        )
        offsets = {self._offset(hour) for hour in hours}
        return offsets.pop() if len(offsets) == 1 else None
