"""Asks a told story what a rule test looks at: paid hours by pay class, and what they come to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tieout.domain.money import RATE_SCALE, SECONDS_PER_HOUR, divide, minor_digits
from tieout.pipeline.run import Story


@dataclass(frozen=True, kw_only=True)
class PaidClass:
    """Seconds that are booked for pay, of one pay class by one tier. ``percent`` of the rate."""

    pay_class: str
    percent: int
    basis: str | None
    seconds: int


@dataclass(frozen=True, kw_only=True)
class PaidWeek:
    """One workweek of an employee in one currency: exact amounts in the major unit."""

    week: date
    currency: str
    regular_rate: Fraction
    straight: Fraction
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


def paid_weeks(story: Story) -> list[PaidWeek]:
    """In the order of the weeks. The regular rate is that of the whole week's rated hours, those
    among them that are held."""
    rows = story.connection.execute(
        "select s.week, s.currency, w.n, w.t, sum(s.seconds::hugeint * s.rate)::hugeint, "
        "  sum((s.percent - 100) * s.seconds::hugeint)::hugeint "
        "from costed_segment s join cost_week w using (worker_no, week, currency) "
        "join checked c using (portion_no) where c.pay = 0 group by all order by all"
    ).fetchall()
    scale = Fraction(1, RATE_SCALE * SECONDS_PER_HOUR)
    return [
        PaidWeek(
            week=week,
            currency=currency,
            regular_rate=Fraction(n, t * RATE_SCALE),
            straight=straight * scale,
            premium=Fraction(premium * n, 100 * t) * scale,
        )
        for week, currency, n, t, straight, premium in rows
    ]



def in_minor_units(amount: Fraction, currency: str) -> Fraction:
    """The amount to whole minor units, half away from zero."""
    unit = 10 ** minor_digits(currency)
    exact = amount * unit
    return Fraction(divide(exact.numerator, exact.denominator), unit)
