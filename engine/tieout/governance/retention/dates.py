"""Until when a record is kept: the longest period that holds for it, and legal holds before all."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Final

from tieout.config.files import parse
from tieout.config.findings import Findings
from tieout.config.keeping import Hold, Period
from tieout.config.model import Config
from tieout.config.rules import retention

#: How many months or days lie between the ends of two pay periods.
_MONTHLY: Final = {"month": 1}
_DAILY: Final = {"week": 7, "biweek": 14, "four_weeks": 28}
PAY_PERIODS: Final = (*_DAILY, *_MONTHLY)
#: The last day of a tax year, where that isn't the calendar's: GB, Taxes Management Act 1970 s. 4.
_TAX_YEAR_ENDS: Final = {"GB": (4, 5)}


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One record: its type, where it belongs, and the day of what the period begins with: the last
    entry, the payment, the end of the employment, of the pay period. ``system``: tracker, tieout,
    books."""

    record: str
    jurisdiction: str
    on: date
    system: str | None = None
    pay_period: str = "month"


@dataclass(frozen=True, kw_only=True)
class KeepUntil:
    """The last day on which the record must be there, by which period; None: a hold, no end in sight,
    or (without ``hold``) nothing that asks for it."""

    last: date | None
    period: Period | None = None
    hold: Hold | None = None


def keep_until(config: Config, record: Kept, today: date) -> KeepUntil:
    """A hold in force on ``today`` outranks any period."""
    rule = config.rules.retention
    for hold in rule.holds:
        if _held(hold, record, today):
            return KeepUntil(last=None, hold=hold)
    fitting = [p for p in (*rule.periods, *built_in()) if _fits(p, record)]
    if not fitting:
        return KeepUntil(last=None)
    longest = max(fitting, key=lambda period: _end(period, record))
    return KeepUntil(last=_end(longest, record), period=longest)


@cache
def built_in() -> tuple[Period, ...]:
    """The periods that tieout brings along."""
    name, findings = "periods.yaml", Findings()
    text = files("tieout.governance.retention").joinpath(name).read_bytes()
    root = parse(text, name, findings)
    assert root is not None, "what tieout brings along can be read"
    return retention(root).periods


def _held(hold: Hold, record: Kept, today: date) -> bool:
    begun = hold.on <= today and (hold.until is None or today <= hold.until)
    named = not hold.records or record.record in hold.records
    return begun and named and _within(record.jurisdiction, hold.jurisdiction)


def _fits(period: Period, record: Kept) -> bool:
    return (
        period.record == record.record
        and _within(record.jurisdiction, period.jurisdiction)
        and period.system in (None, record.system)
        and period.from_ <= record.on <= period.to
    )


def _within(jurisdiction: str, of: str | None) -> bool:
    """What holds in a country holds in its parts."""
    return of is None or jurisdiction == of or jurisdiction.startswith(f"{of}-")


def _end(period: Period, record: Kept) -> date:
    """The last day. A period that begins *with* a day ends the day before its return."""
    start = _start(period, record)
    end = _months_on(start, 12 * period.years + period.months) + timedelta(days=period.days)
    return end - timedelta(days=1) if period.start == "next_pay_period" else end


def _start(period: Period, record: Kept) -> date:
    on = record.on
    if period.start == "year_end":
        return date(on.year, 12, 31)
    if period.start == "tax_year_end":
        month, day = _TAX_YEAR_ENDS.get(record.jurisdiction[:2], (12, 31))
        end = date(on.year, month, day)
        return end if on <= end else date(on.year + 1, month, day)
    if period.start == "next_pay_period":
        if record.pay_period in _DAILY:
            return on + timedelta(days=_DAILY[record.pay_period])
        return _months_on(on, _MONTHLY[record.pay_period])
    return on


def _months_on(day: date, months: int) -> date:
    """The same day so many months later; the end of a month stays one."""
    if not months:
        return day
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    at_end = day.day == calendar.monthrange(day.year, day.month)[1] and months % 12 != 0
    return date(year, month + 1, last if at_end else min(day.day, last))
