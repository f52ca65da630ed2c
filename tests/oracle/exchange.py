"""Sections 2, 5 and 6: by which published rates one currency becomes another, one day at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from tieout.config.model import Config
from tieout.domain.exchange import ExchangeRate
from tieout.domain.money import divide


@dataclass(frozen=True)
class Step:
    """From one currency into the next: ``factor`` is the rate, or one by it; ``told`` says which."""

    from_: str
    to: str
    factor: Fraction
    told: str
    source: str
    place: int


@dataclass(frozen=True)
class Conversion:
    """One or two steps by rates of one day (or month: ``label``)."""

    steps: tuple[Step, ...]
    label: str
    intermediate: int | None

    def convert(self, amount: Fraction, decimals: int, mode: str) -> int:
        """Units of so many decimals in the last currency."""
        for step in self.steps[:-1]:
            amount *= step.factor
            if self.intermediate is not None:
                amount = Fraction(rounded(amount, self.intermediate, mode), 10**self.intermediate)
        return rounded(amount * self.steps[-1].factor, decimals, mode)

    def tell(self, amount: Fraction, shown: str, mode: str) -> str:
        """What the converted line says."""
        first, *others = self.steps
        text = f"{shown} {first.from_}{first.told}"
        if others and self.intermediate is not None:
            unit = rounded(amount * first.factor, self.intermediate, mode)
            text += f" = {decimal(unit, self.intermediate)} {first.to}"
        sources = list(dict.fromkeys(step.source for step in self.steps))
        return text + "".join(s.told for s in others) + f" of {self.label} by {' and '.join(sources)}"


def rounded(amount: Fraction, decimals: int, mode: str) -> int:
    exact = amount * 10**decimals
    return divide(exact.numerator, exact.denominator, mode)


def decimal(digits: int, scale: int) -> str:
    text = str(digits).rjust(scale + 1, "0")
    return f"{text[: len(text) - scale]}.{text[len(text) - scale :]}" if scale else text


class Exchange:
    """The published rates that a plan of ``as_of`` knows."""

    def __init__(self, config: Config, rates: Sequence[ExchangeRate], as_of: date) -> None:
        self.rule, self.as_of = config.rules.currency, as_of
        names = sorted(config.sources, key=lambda n: (config.sources[n].profile == "ecb", n))
        self._place = {name: place for place, name in enumerate(names)}
        self._by_day: dict[date, dict[tuple[str, str], ExchangeRate]] = defaultdict(dict)
        for rate in sorted(rates, key=lambda r: -self._place[r.source]):
            if rate.day <= as_of:
                self._by_day[rate.day][rate.base, rate.currency] = rate

    def find(self, from_: str, to: str, day: date) -> Conversion | None:
        """The one that the policy chooses for a day."""
        if self.rule.convert != "tieout" or from_ == to:
            return None
        if self.rule.policy == "month_average":
            return self._by_month(from_, to, day)
        back = 0 if self.rule.policy == "transaction_date" else self.rule.max_age
        for n in range(back + 1):
            on = day - timedelta(days=n)
            if found := self._among(from_, to, list(self._by_day.get(on, {}).values()), str(on)):
                return found
        return None

    def _by_month(self, from_: str, to: str, day: date) -> Conversion | None:
        following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        if following > self.as_of:  # not over yet
            return None
        rates: dict[tuple[str, str], list[ExchangeRate]] = defaultdict(list)
        for on, published in self._by_day.items():
            if (on.year, on.month) == (day.year, day.month):
                for pair, rate in published.items():
                    rates[pair].append(rate)
        means = [self._mean(found) for found in rates.values()]
        return self._among(from_, to, means, f"{day:%Y-%m}")

    def _mean(self, rates: list[ExchangeRate]) -> ExchangeRate:
        scale = max(rate.scale for rate in rates)
        total = sum(rate.digits * 10 ** (scale - rate.scale) for rate in rates)
        best = min(rates, key=lambda rate: self._place[rate.source])
        sources = " and ".join(sorted({rate.source for rate in rates}))
        place = self._place[best.source]
        self._place.setdefault(sources, place)
        return replace(best, digits=divide(total, len(rates)), scale=scale, source=sources)

    def _among(
        self, from_: str, to: str, rates: list[ExchangeRate], label: str
    ) -> Conversion | None:
        """Directly if there is a rate, else by way of the common currency."""
        steps = [step for rate in rates for step in self._steps(rate)]
        ways = [(step,) for step in steps if (step.from_, step.to) == (from_, to)]
        ways.sort(key=lambda way: (way[0].place, way[0].told))
        if ways:
            return Conversion(ways[0], label, self.rule.intermediate)
        common = self.rule.common
        crossed = [
            (a, b) for a in steps for b in steps
            if (a.from_, a.to) == (from_, common) and (b.from_, b.to) == (common, to)
        ]  # fmt: skip
        crossed.sort(key=lambda way: (max(s.place for s in way), way[0].told, way[1].told))
        return Conversion(crossed[0], label, self.rule.intermediate) if crossed else None

    def _steps(self, rate: ExchangeRate) -> Iterator[Step]:
        """Away from the base times the rate, towards it divided by the rate: never inverted."""
        exact = Fraction(rate.digits, 10**rate.scale)
        shown, place = decimal(rate.digits, rate.scale), 2 * self._place[rate.source]
        yield Step(rate.base, rate.currency, exact, f" * {shown}", rate.source, place)
        yield Step(rate.currency, rate.base, 1 / exact, f" / {shown}", rate.source, place + 1)
