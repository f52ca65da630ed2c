"""Section 5: what an hour is billed and paid at, and what a worker's week costs, exactly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from oracle.exchange import Exchange
from oracle.story import Portion, seller
from tieout.config.model import Config, CurrencyRule
from tieout.domain.entry import FLUCTUATING, FULL_WEEK, ITEM_KINDS, SALARY_PERIODS, PayRate
from tieout.domain.money import RATE_SCALE, SECONDS_PER_HOUR, divide, format_rate


def bill_rate(portion: Portion) -> int | None:
    """The most specific one: a rate of 0 is a rate."""
    project, customer, service = portion.project, portion.customer, portion.service
    candidates = [
        portion.entry.rate,
        project.worker_rates.get(portion.worker.id) if project and portion.worker else None,
        project.service_rates.get(service.id) if project and service else None,
        project.rate if project else None,
        customer.rate if customer else None,
        service.rate if service else None,
        portion.worker.bill_rate if portion.worker else None,
    ]
    return next((rate for rate in candidates if rate is not None), None)


def bill_rate_currency(portion: Portion) -> str | None:
    """The currency that the row of the rate names; None: that of the customer."""
    project, service = portion.project, portion.service
    if portion.entry.rate is not None:
        return portion.entry.rate_currency
    if project:
        own = portion.worker and project.worker_rates.get(portion.worker.id)
        kind = service and project.service_rates.get(service.id)
        if any(rate is not None for rate in (own, kind, project.rate)):
            return project.rate_currency
    if portion.customer and portion.customer.rate is not None:
        return None
    if service and service.rate is not None:
        return service.rate_currency
    return portion.worker.bill_currency if portion.worker else None


def pay_rate(rates: Iterable[PayRate], portion: Portion, earning: str) -> PayRate | None:
    """Of the worker on the work date: for project and earning, project, earning, or neither.

    A pay class without a row of its own has the rate of ``regular``.
    """
    project = portion.project.id if portion.project else None
    worker = portion.worker
    assert worker is not None
    mine = [r for r in rates if r.worker == worker.id and r.basis not in ITEM_KINDS]

    def held(wanted: tuple[str | None, str | None]) -> PayRate | None:
        rows = [r for r in mine if (r.project, r.earning) == wanted and r.from_date <= portion.date]
        last = max(rows, key=lambda r: (r.from_date, r.key), default=None)
        if last and worker.kind == "contractor" and last.basis != "hour":
            return None
        return last if last and (last.to_date is None or portion.date <= last.to_date) else None

    if not (held((project, earning)) or held((None, earning))):
        earning = "regular"
    order = [(project, earning), (project, None), (None, earning), (None, None)]
    return next((row for row in map(held, order) if row is not None), None)


@dataclass(frozen=True, kw_only=True)
class Price:
    """What an hour is billed at: ``rate`` in ``currency``. ``named`` is how line keys call it, ``fx``
    how it was converted. ``stranded``: it is in another currency, and nothing converts it."""

    rate: int
    currency: str
    named: str
    fx: str | None = None
    stranded: bool = False


def price(
    config: Config, exchange: Exchange, portion: Portion, posted: date | None
) -> Price | None:
    """``posted``: the invoice's date."""
    rate, own = bill_rate(portion), bill_rate_currency(portion)
    own_books = config.company.currency_of(seller(portion))
    due = (portion.customer.currency if portion.customer else None) or own_books
    if rate is None:
        return None
    plain = Price(rate=rate, currency=due, named=format_rate(rate))
    if own is None or own == due:
        return plain
    rule = config.rules.currency
    if rule.convert == "books":
        return replace(plain, currency=own)
    day = portion.date
    if rule.at == "posting_date" and posted:
        day = min(posted, exchange.as_of)
    found = exchange.find(own, due, day)
    if found is None:
        return replace(plain, stranded=True)
    exact = Fraction(rate, RATE_SCALE)
    return Price(
        rate=found.convert(exact, 4, rule.lines),
        currency=due,
        named=f"{format_rate(rate)}{own}:{found.label}",
        fx=found.tell(exact, format_rate(rate), rule.lines),
    )


def hourly(row: PayRate) -> int:
    """What a row comes to an hour: of a salary a fifty-second of the year's, over its hours."""
    period, _, weekly = row.basis.partition("/")
    if period not in SALARY_PERIODS:
        return row.rate
    hours = FULL_WEEK if weekly == FLUCTUATING else int(weekly)
    return divide(row.rate * SALARY_PERIODS[period] * SECONDS_PER_HOUR, 52 * hours)


Component = tuple[str, str, bool]
"""Document key, line key, and whether it is booked (False: held)."""


OVERHEAD = "overhead_premium/-"


def shared(exact: dict[Component, Fraction], rule: CurrencyRule) -> dict[Component, int]:
    """Whole minor units that add up to the rounded total: floors, then one more by remainder.

    Ties go by document key, line key, and to what is held before what is booked. The other rules
    hand out in that order, or the opposite, to all that have any part.
    """
    sum_ = sum(exact.values(), Fraction(0))
    total = divide(sum_.numerator, sum_.denominator, rule.totals)
    floors = {key: value.numerator // value.denominator for key, value in exact.items()}
    missing = total - sum(floors.values())
    order = sorted(exact, reverse=rule.split == "last_to_first")
    if rule.split == "largest_remainder":
        order.sort(key=lambda key: floors[key] - exact[key])
    else:
        order.sort(key=lambda key: not exact[key])
    for key in order[:missing]:
        floors[key] += 1
    return floors
