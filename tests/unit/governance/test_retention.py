"""Until when records are kept: the longest period, the first day of it, and holds before all."""

from __future__ import annotations

from datetime import date

import pytest
from oracle.small import company

from tieout.config.keeping import Hold, Period, RetentionRule
from tieout.config.model import Rules
from tieout.governance.retention.dates import Kept, keep_until

TODAY = date(2026, 11, 23)


def until(record: Kept, *periods: Period, holds: tuple[Hold, ...] = (), on: date = TODAY):
    rule = RetentionRule(periods=periods, holds=holds)
    return keep_until(company(rules=Rules(retention=rule)), record, on)


def row(record: str, jurisdiction: str, on: date, **more: str) -> Kept:
    return Kept(record=record, jurisdiction=jurisdiction, on=on, **more)


@pytest.mark.parametrize(
    ("record", "last"),
    [
        (row("payroll", "US-TX", date(2026, 2, 28)), date(2029, 2, 28)),
        (row("payroll", "US-CA", date(2024, 2, 29)), date(2028, 2, 29)),  # 4 y outlast 29 CFR 516.5
        (row("time_card", "US-CA", date(2026, 3, 1)), date(2028, 3, 1)),
        (row("invoice", "DE", date(2026, 1, 1)), date(2034, 12, 31)),
        (row("books", "DE-BE", date(2026, 12, 31)), date(2036, 12, 31)),
        (row("payroll", "GB", date(2026, 4, 5)), date(2029, 4, 5)),
        (row("payroll", "GB", date(2026, 4, 6)), date(2030, 4, 5)),
        (row("minimum_wage", "GB", date(2017, 1, 31)), date(2020, 2, 27)),
        (row("minimum_wage", "GB", date(2026, 1, 15), pay_period="week"), date(2032, 1, 21)),
        (row("minimum_wage", "GB", date(2026, 1, 15), pay_period="four_weeks"), date(2032, 2, 11)),
        (row("geolocation", "US", TODAY), None),
    ],
)
def test_what_tieout_brings_along(record, last):
    assert until(record).last == last


def test_the_company_s_own_period_counts_where_it_is_longer():
    mine = Period(record="invoice", jurisdiction=None, start="event", months=121, basis="ours")
    found = until(row("invoice", "DE", date(2026, 1, 31)), mine)
    assert (found.last, found.period) == (date(2036, 2, 29), mine)
    short = Period(record="invoice", jurisdiction="DE", start="event", days=30, basis="ours")
    assert until(row("invoice", "DE", date(2026, 1, 31)), short).last == date(2034, 12, 31)
    books = Period(record="note", jurisdiction=None, start="event", days=30, system="books")
    assert until(row("note", "DE", date(2026, 1, 31)), books).last is None
    assert until(row("note", "DE", date(2026, 1, 31), system="books"), books).last == date(2026, 3, 2)


def test_a_legal_hold_stops_everything_that_it_names():
    hold = Hold(reason="Smith v. us", by="counsel", on=date(2026, 5, 1), records=("payroll",),
                jurisdiction="US", until=date(2026, 12, 31))  # fmt: skip
    paid = row("payroll", "US-CA", date(2020, 1, 1))
    assert until(paid, holds=(hold,)).hold is hold
    assert until(paid, holds=(hold,), on=date(2026, 4, 30)).hold is None
    assert until(paid, holds=(hold,), on=date(2027, 1, 1)).hold is None
    assert until(row("invoice", "US", TODAY), holds=(hold,)).hold is None
    assert until(row("payroll", "GB", TODAY), holds=(hold,)).hold is None
