"""Section 5: what one employee's hours cost, by the hour, by salary and by what comes besides."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from oracle.periods import week_of
from oracle.prices import OVERHEAD, Component, shared
from oracle.story import Segment
from tieout.config.model import Config, LawPack
from tieout.domain.entry import FLUCTUATING, ITEM_KINDS, SALARY_PERIODS, PayRate
from tieout.domain.money import RATE_SCALE, SECONDS_PER_HOUR, divide, minor_digits

FOREVER = date(9999, 12, 31)


def is_item(row: PayRate) -> bool:
    return row.basis in ITEM_KINDS


def is_salary(row: PayRate) -> bool:
    return row.basis.split("/")[0] in SALARY_PERIODS


def pay_period(config: Config, row: PayRate, day: date) -> tuple[date, date]:
    """The first and last day of the salary's period in which the day lies."""
    week = week_of(config.company, day)
    match row.basis.split("/")[0]:
        case "week":
            return week, week + timedelta(days=6)
        case "biweek":
            first = (
                row.from_date.toordinal()
                - (row.from_date.weekday() - config.company.week_starts) % 7
            )
            begins = week - timedelta(weeks=(week.toordinal() - first) // 7 % 2)
            return begins, begins + timedelta(days=13)
        case "semimonth" if day.day <= 15:
            return day.replace(day=1), day.replace(day=15)
        case "semimonth":
            return day.replace(day=16), last_of_month(day)
        case _:
            return day.replace(day=1), last_of_month(day)


def last_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def lasts(rates: Iterable[PayRate], row: PayRate) -> date:
    """The last day of a rate: its own, or the one before the next begins."""
    later = [
        r.from_date - timedelta(days=1)
        for r in rates
        if not is_item(r) and r.from_date > row.from_date
        and (r.worker, r.project, r.earning) == (row.worker, row.project, row.earning)
    ]  # fmt: skip
    return min([*later, row.to_date or FOREVER])


@dataclass(frozen=True, kw_only=True, eq=False)
class Cost:
    """A rated segment of an employee, and where it is booked (or would be, while held).

    ``counts``: it was worked, and stands in the regular rate.
    """

    document: str
    line: str
    booked: bool
    row: PayRate
    segment: Segment
    date: date
    week: date
    counts: bool
    eligible: bool
    project: str | None
    pack: LawPack | None

    @property
    def seconds(self) -> int:
        return self.segment.seconds


@dataclass(frozen=True)
class Pay:
    """One employee's costs, in time order."""

    config: Config
    rates: Sequence[PayRate]
    as_of: date
    costs: Sequence[Cost]

    def components(self) -> dict[Component, int]:
        """Minor units of each component; each pot is rounded once and shared out."""
        total: dict[Component, int] = defaultdict(int)
        for pot in self.pots():
            for component, minor in shared(pot, self.config.rules.currency).items():
                total[component] += minor
        return total

    def pots(self) -> Iterator[dict[Component, Fraction]]:
        weeks = dict.fromkeys((c.week, c.row.currency) for c in self.costs)
        for week, currency in weeks:
            mine = [c for c in self.costs if (c.week, c.row.currency) == (week, currency)]
            if any(c.seconds for c in mine):
                yield self.week(mine)
        yield from self.salaries()
        yield from self.items()

    # ── salaries ─────────────────────────────────────────────────────────────────────────────

    def meant_for(self, cost: Cost) -> int | None:
        """Seconds a week that the salary pays for; None: for all."""
        if not cost.eligible:
            return None
        text = cost.row.basis.split("/")[1]
        cap = cost.pack.salary_hours if cost.pack else None
        limits = [n for n in (None if text == FLUCTUATING else int(text), cap) if n is not None]
        return min(limits) if limits else None

    @cached_property
    def covered(self) -> dict[Cost, int]:
        """Of each segment under a salary, the seconds that the salary pays for."""
        result: dict[Cost, int] = {}
        before: dict[date, int] = defaultdict(int)
        for cost in self.costs:
            if not is_salary(cost.row):
                continue
            meant = self.meant_for(cost)
            rest = cost.seconds if meant is None else max(0, meant - before[cost.week])
            result[cost] = min(cost.seconds, rest)
            before[cost.week] += cost.seconds
        return result

    def own_rate(self, cost: Cost) -> Fraction:
        """What the hour is paid, in ten-thousandths: exactly."""
        if not is_salary(cost.row):
            return Fraction(cost.row.rate)
        yearly = SALARY_PERIODS[cost.row.basis.split("/")[0]]
        meant = self.meant_for(cost)
        if meant is None:
            same = [c for c in self.covered if c.week == cost.week and self.meant_for(c) is None]
            worked = sum(c.seconds for c in same if c.counts)
            meant = worked or sum(c.seconds for c in same) or 1
        return Fraction(cost.row.rate * yearly * SECONDS_PER_HOUR, 52 * meant)

    def salaries(self) -> Iterator[dict[Component, Fraction]]:
        """The salary of each period, by the seconds that it pays for."""
        periods: dict[tuple[PayRate, date, date], list[Cost]] = defaultdict(list)
        for cost, seconds in self.covered.items():
            if seconds:
                period = pay_period(self.config, cost.row, cost.date)
                periods[cost.row, *period].append(cost)
        for (row, begins, ends), costs in periods.items():
            first, last = max(begins, row.from_date), min(ends, lasts(self.rates, row))
            amount = self.earned(row, begins, ends, (last - begins).days + 1)
            amount -= self.earned(row, begins, ends, (first - begins).days)
            yield spread(amount, [(cost, self.covered[cost]) for cost in costs])

    def earned(self, row: PayRate, begins: date, ends: date, days: int) -> int:
        """Minor units of the first days of a period; of a year they are counted from January."""
        whole = (ends - begins).days + 1
        part, parts = Fraction(days, whole), 1
        if row.basis.startswith("year"):
            part, parts = part + begins.month - 1, 12
        return rounded(
            Fraction(row.rate, RATE_SCALE) * part / parts * 10 ** minor_digits(row.currency)
        )

    # ── pay items ────────────────────────────────────────────────────────────────────────────

    @cached_property
    def paid_items(self) -> list[PayRate]:
        return [r for r in self.rates if is_item(r) and (r.to_date or r.from_date) <= self.as_of]

    def items(self) -> Iterator[dict[Component, Fraction]]:
        """Each by the seconds worked in its days, those without a rate first."""
        for item in self.paid_items:
            first = week_of(self.config.company, item.from_date)
            last = item.to_date or first + timedelta(days=6)
            first = item.from_date if item.to_date else first
            mine = [
                c for c in self.costs
                if c.seconds and c.row.currency == item.currency and first <= c.date <= last
                and item.project in (None, c.project)
            ]  # fmt: skip
            by_piece = item.basis in ("piecework", "commission")
            worked = [c for c in mine if c.counts]
            free = [c for c in worked if by_piece and c.row.rate == 0]
            minor = rounded(Fraction(item.rate, RATE_SCALE) * 10 ** minor_digits(item.currency))
            if mine:
                yield spread(minor, [(c, c.seconds) for c in free or worked or mine])

    def adds(self, item: PayRate, cost: Cost, *, straight: bool) -> Fraction:
        """What an item adds to the rate of an hour in one of its weeks: a share of all hours worked
        in them, or of those at straight time."""
        ends = item.to_date or item.from_date
        first, last = (week_of(self.config.company, day) for day in (item.from_date, ends))
        if item.currency != cost.row.currency or not first <= cost.week <= last:
            return Fraction(0)
        over = [
            c for c in self.costs
            if c.counts and c.row.currency == item.currency and first <= c.week <= last
        ]  # fmt: skip
        if not any(c.seconds for c in over if c.week == cost.week):
            return Fraction(0)
        seconds = sum(c.seconds for c in over)
        if straight:
            seconds = sum(c.seconds for c in over if c.segment.percent == 100) or seconds
        return Fraction(item.rate * SECONDS_PER_HOUR, seconds)

    # ── the week by the hour ─────────────────────────────────────────────────────────────────

    def week(self, costs: Sequence[Cost]) -> dict[Component, Fraction]:
        """Hours that no salary pays for, and the premium of all."""
        rule = self.config.rules.overtime
        unit = minor_units(costs[0].row.currency)
        exact: dict[Component, Fraction] = defaultdict(Fraction)
        # Leave, holidays and sickness are no part of the regular rate: 29 CFR 778.218.
        regular = [c for c in costs if c.counts and c.seconds] or list(costs)
        seconds = sum(c.seconds for c in regular)
        average = sum(c.seconds * self.own_rate(c) for c in regular) / seconds  # 29 CFR 778.115
        premiums = [self.premium(cost, average) for cost in costs]
        for cost, own in zip(costs, premiums, strict=True):
            here = (cost.document, cost.line, cost.booked)
            rate = self.own_rate(cost)
            if is_salary(cost.row) and rule.rate_rounding != "none":
                rate = in_cents(rate, cost.row.currency)
            exact[here] += (cost.seconds - self.covered.get(cost, 0)) * rate * unit
            if rule.premium == "where_worked":
                exact[here] += own * unit
            elif rule.premium == "pro_rata":
                if cost.counts:
                    exact[here] += sum(premiums) * Fraction(cost.seconds, seconds) * unit
            elif cost.segment.percent > 100:
                exact[cost.document, OVERHEAD, cost.booked] += own * unit
        return exact

    def premium(self, cost: Cost, average: Fraction) -> Fraction:
        """What the segment's overtime comes to on top, in ten-thousandths times seconds."""
        percent, rule = Fraction(cost.segment.percent, 100), self.config.rules.overtime
        if percent <= 1:
            return Fraction(0)
        apart = cost.pack is not None and cost.pack.flat_bonus == "straight_time"
        rate = self.own_rate(cost) if rule.regular_rate == "in_effect" else average
        again = Fraction(0)
        for item in self.paid_items:
            if item.basis == "excluded":
                continue
            if apart and item.basis == "flat_bonus":
                again += self.adds(item, cost, straight=True)
            else:
                rate += self.adds(item, cost, straight=False)
        if rule.rate_rounding == "none":
            return cost.seconds * ((percent - 1) * rate + percent * again)
        currency = cost.row.currency
        once = in_cents(rate, currency)
        more = in_cents(once * percent, currency) - once + in_cents(again * percent, currency)
        return cost.seconds * more


def spread(minor: int, over: Sequence[tuple[Cost, int]]) -> dict[Component, Fraction]:
    exact: dict[Component, Fraction] = defaultdict(Fraction)
    for cost, seconds in over:
        share = Fraction(seconds, sum(n for _, n in over))
        exact[cost.document, cost.line, cost.booked] += minor * share
    return exact


def minor_units(currency: str) -> Fraction:
    """Minor units that a ten-thousandth an hour comes to in a second."""
    return Fraction(10 ** minor_digits(currency), SECONDS_PER_HOUR * RATE_SCALE)


def in_cents(rate: Fraction, currency: str) -> Fraction:
    """A rate to whole minor units an hour."""
    size = Fraction(RATE_SCALE, 10 ** minor_digits(currency))
    return rounded(rate / size) * size


def rounded(exact: Fraction) -> int:
    return divide(exact.numerator, exact.denominator)
