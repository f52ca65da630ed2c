"""Asks a told story what a rule test looks at: paid hours by pay class, and what they come to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tieout.domain.money import RATE_SCALE, divide, minor_digits
from tieout.pipeline.run import Story


@dataclass(frozen=True, kw_only=True)
class PaidClass:
    """Seconds that are booked for pay, of one pay class by one tier. ``percent`` of the rate."""

    pay_class: str
    percent: int
    basis: str | None
    seconds: int


@dataclass(frozen=True, kw_only=True)
class Paid:
    """What is rounded once: an employee's workweek by the hour, a salary's period, or a pay item, in
    one currency. Exact amounts in the major unit, the ``premium`` of overtime apart."""

    currency: str
    rest: Fraction
    premium: Fraction


def paid_classes(story: Story) -> list[PaidClass]:
    """By pay class, percent and basis."""
    rows = story.connection.execute(
        "select s.pay_class, s.percent, s.basis, sum(s.seconds)::bigint "
        "from segment s join checked c using (portion_no) where c.pay = 0 group by all order by all"
    ).fetchall()
    return [
        PaidClass(pay_class=name, percent=percent, basis=basis, seconds=seconds)
        for name, percent, basis, seconds in rows
    ]


def paid(story: Story) -> list[Paid]:
    """Of the hours that are booked for pay, in the order of days."""
    rows = story.connection.execute(
        "select h.worker_no, h.week, h.pot, h.currency, h.part = 'premium' as premium, h.denominator, "
        "  sum(h.numerator)::hugeint "
        "from charge h join checked c using (portion_no) where c.pay = 0 group by all order by all"
    ).fetchall()
    pots: dict[tuple[Any, ...], dict[bool, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for *pot, currency, premium, denominator, numerator in rows:
        amount = Fraction(numerator, denominator * 10 ** minor_digits(currency))
        pots[*pot, currency][premium] += amount
    return [
        Paid(currency=currency, rest=amounts[False], premium=amounts[True])
        for (*_, currency), amounts in pots.items()
    ]


def regular_rates(story: Story) -> list[Fraction]:
    """What premiums are multiples of, in each workweek in which something is paid, in their order; of
    a week without a premium its average. Hours that are held are part of the average too."""
    rows = story.connection.execute(
        "select distinct w.week, w.currency, coalesce(p.regular_rate, w.rate).n as n, "
        "  coalesce(p.regular_rate, w.rate).d as d "
        "from week_rate w left join premium p using (worker_no, week, currency) "
        "semi join (select s.worker_no, s.week, s.currency from costed_segment s "
        "  join checked c using (portion_no) where c.pay = 0) s using (worker_no, week, currency) "
        "order by all"
    ).fetchall()
    return [Fraction(n, d * RATE_SCALE) for _, _, n, d in rows]


def in_minor_units(amount: Fraction, currency: str) -> Fraction:
    """The amount to whole minor units, half away from zero."""
    unit = 10 ** minor_digits(currency)
    exact = amount * unit
    return Fraction(divide(exact.numerator, exact.denominator), unit)
