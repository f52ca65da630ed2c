"""Random time entries and pay rates, as two sources tell of three people and somebody unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from oracle.small import SUNDAY
from tieout.domain.entry import Approval, Entry, Grain, PayRate
from tieout.domain.exchange import ExchangeRate, exchange_key

#: The weeks in which entries fall: both changes of the clock and a month's end lie in them.
WEEKS = (SUNDAY, date(2026, 3, 29), date(2026, 4, 19), date(2026, 10, 25))
#: A day inside one of the weeks, from which on a dated value may change.
TURN = date(2026, 3, 31)
#: A day inside the last week, so that some entries lie in the future.
AS_OF = date(2026, 10, 30)
SOURCES = ("s", "t")


def sometimes(value: Any, otherwise: Any) -> st.SearchStrategy[Any]:
    """``otherwise`` mostly, since it is the simpler one."""
    return st.sampled_from([otherwise, otherwise, otherwise, value])


def entry_lists(most: int = 14) -> st.SearchStrategy[list[Entry]]:
    """Numbered by place; some are copies of their predecessor under a key of their own."""

    def number(drawn: list[tuple[Entry, bool]]) -> list[Entry]:
        result: list[Entry] = []
        for place, (entry, copied) in enumerate(drawn):
            body = result[-1] if copied and result else entry
            result.append(replace(body, key=f"{body.source}:{place}"))
        return result

    return st.lists(st.tuples(entries(), sometimes(True, False)), max_size=most).map(number)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    source = draw(st.sampled_from(SOURCES))
    worker = draw(st.sampled_from(WORKERS[source]))
    entry = Entry(
        key="",
        source=source,
        grain=Grain.DAY,
        customer_name=draw(st.sampled_from(["Acme", None])),
        project_name=draw(st.sampled_from(["Web", "App", "?", None])),
        project_id=draw(st.sampled_from([None, "w"])) if source == "t" else None,
        task_name=draw(st.sampled_from(["Design", "?", None])),
        task_id=draw(st.sampled_from([None, "d"])) if source == "t" else None,
        type=draw(sometimes("x", None) | sometimes("?", None)),
        billable=draw(st.sampled_from([None, None, True, False])),
        billed=draw(sometimes(True, False)),
        approval=draw(
            st.sampled_from([Approval.APPROVED, Approval.APPROVED, Approval.SUBMITTED, None])
        ),
        rate=draw(sometimes(2_000_000, None)),
        rate_currency=draw(st.sampled_from([None, "USD", "EUR"])),
        notes=draw(st.sampled_from([None, "n"])),
        approved_by=draw(sometimes("ANA@example.org", None) | sometimes("kim", None)),
        **worker,
    )
    return draw(st.one_of(spans(entry), amounts(entry), buckets(entry)))


#: What the sources say of Ana, Ben, Cai and somebody unknown.
WORKERS: dict[str, tuple[dict[str, Any], ...]] = {
    "s": (
        {"worker_email": "ana@example.org"},
        {"worker_email": "ANA@example.org", "worker_id": "9"},
        {"worker_id": "2"},
        {"worker_name": "Cai"},
        {"worker_name": "?"},
    ),
    "t": ({"worker_id": "1"}, {"worker_name": "Ana"}, {"worker_id": "2"}, {}),
}


def days() -> st.SearchStrategy[date]:
    """Mostly of one week, so that daily and weekly thresholds are met."""
    return st.builds(
        lambda week, day: week + timedelta(days=day),
        st.sampled_from([SUNDAY, *WEEKS]),
        st.integers(0, 6),
    )


@st.composite
def spans(draw: st.DrawFn, entry: Entry) -> Entry:
    """From a quarter past something, for up to a day and a half; some end before they begin."""
    minutes = draw(st.integers(0, 24 * 4 - 1)) * 15
    start = datetime.combine(draw(days()), time.min) + timedelta(minutes=minutes)
    entry = replace(entry, grain=Grain.SPAN, start_at=start)
    if draw(st.integers(0, 15)) == 15:
        return replace(entry, running=True)
    length = draw(st.integers(1, 12).map(lambda h: h * 3600) | st.integers(-3600, 36 * 3600))
    return replace(entry, end_at=start + timedelta(seconds=length), seconds=length)


@st.composite
def amounts(draw: st.DrawFn, entry: Entry) -> Entry:
    seconds = draw(st.integers(1, 13).map(lambda h: h * 3600) | st.integers(-60, 13 * 3600))
    return replace(entry, to_date=draw(days()), seconds=seconds)


@st.composite
def buckets(draw: st.DrawFn, entry: Entry) -> Entry:
    last = draw(days())
    seconds = draw(st.integers(0, 50 * 3600))
    return replace(
        entry, grain=Grain.WEEK, from_date=last - timedelta(days=6), to_date=last, seconds=seconds
    )


@st.composite
def pay_rates(draw: st.DrawFn) -> list[PayRate]:
    """Rows that differ in worker, project, earning and first day; none says two things at once."""
    row = st.tuples(
        st.sampled_from(["A", "B", "C"]),
        st.sampled_from([None, None, "web"]),
        st.sampled_from([None, None, "overtime", "regular"]),
        st.sampled_from([date(2026, 1, 1), date(2026, 1, 1), TURN]),
    )
    usual = [(worker, None, None, date(2026, 1, 1)) for worker in "ABC"]
    rows = draw(st.sampled_from([usual, []])) + draw(st.lists(row, max_size=4))
    figures = st.sampled_from([300_000, 333_333, 287_654, 0])
    hourly = [
        PayRate(
            key=f"r{n}", worker=worker, project=project, earning=earning, from_date=since,
            to_date=draw(sometimes(TURN + timedelta(days=3), None)), rate=draw(figures),
            currency=draw(sometimes("EUR", "USD")),
        )
        for n, (worker, project, earning, since) in enumerate(dict.fromkeys(rows))
    ]  # fmt: skip
    if not draw(st.booleans()):
        return hourly
    return [draw(salaries(rate)) for rate in hourly] + draw(st.lists(pay_items(), max_size=3))


@st.composite
def salaries(draw: st.DrawFn, rate: PayRate) -> PayRate:
    """The row, or a salary in its place."""
    if rate.project or rate.earning or not draw(st.booleans()):
        return rate
    period = draw(st.sampled_from(["week", "biweek", "semimonth", "month", "year"]))
    hours = draw(st.sampled_from(["fluctuating", str(35 * 3600), str(10 * 3600), str(133_200)]))
    return replace(rate, basis=f"{period}/{hours}", rate=draw(st.sampled_from([10_000_000, 3_333_300])))


@st.composite
def pay_items(draw: st.DrawFn) -> PayRate:
    """Of a day, or of some days, of which the last may lie ahead."""
    first = draw(days())
    last = first + timedelta(days=draw(st.sampled_from([0, 6, 20])))
    number = draw(st.integers(0, 10**6))
    return PayRate(
        key=f"i{number}", worker=draw(st.sampled_from(["A", "B", "C"])), from_date=first,
        to_date=draw(st.sampled_from([None, last])), project=draw(st.sampled_from([None, None, "web"])),
        basis=draw(st.sampled_from(["bonus", "flat_bonus", "piecework", "commission", "excluded"])),
        rate=draw(st.sampled_from([150_000, 333_333, 10_000])), currency=draw(sometimes("EUR", "USD")),
    )  # fmt: skip


@st.composite
def exchange_rates(draw: st.DrawFn) -> list[ExchangeRate]:
    """Days before and inside the weeks; two sources, of which one may quote the other way round."""
    row = st.tuples(
        st.sampled_from([("EUR", "USD"), ("EUR", "JPY"), ("EUR", "GBP"), ("USD", "EUR")]),
        st.sampled_from(SOURCES),
        st.sampled_from([SUNDAY, *WEEKS, date(2026, 2, 27), date(2026, 10, 26)]),
        st.integers(0, 6),
    )
    figures = st.sampled_from([(10845, 4), (11, 1), (163, 0), (87654, 5), (1_100_00, 5)])
    usual = [(("EUR", c), "s", day, n) for c in ("USD", "GBP") for day in WEEKS for n in (0, 3)]
    rows = draw(st.sampled_from([usual, []])) + draw(st.lists(row, max_size=6))
    found: dict[str, ExchangeRate] = {}
    for (base, currency), source, week, days_on in rows:
        on = week + timedelta(days=days_on)
        key = exchange_key(source, on, base, currency)
        digits, scale = draw(figures)
        found.setdefault(key, ExchangeRate(key, source, on, base, currency, digits, scale))
    return list(found.values())
