"""Section 4: which part of a portion is regular time, and which is overtime by which rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise

import holidays

from oracle.departures import told
from oracle.periods import week_of
from oracle.prices import hourly, pay_rate
from oracle.states import traits
from oracle.story import Portion, PortionId, Segment
from tieout.config.model import Company, Config, Gate, LawPack, Tier, Worker
from tieout.domain.entry import Grain, PayRate


@dataclass(frozen=True)
class Piece:
    """A part of a portion that no threshold cuts. ``tier`` None: at the regular rate."""

    portion: Portion
    seconds: int
    tier: Tier | None = None

    @property
    def percent(self) -> int:
        return self.tier.percent if self.tier else 100


def classify(
    config: Config,
    paid: Sequence[Portion],
    seconds: Mapping[PortionId, int],
    rates: Sequence[PayRate],
) -> dict[PortionId, tuple[Segment, ...]]:
    """The segments of the worked portions, by pay's rounded seconds."""
    law = Law(config, rates)
    result: dict[PortionId, tuple[Segment, ...]] = {}
    workers: dict[str, list[Piece]] = defaultdict(list)
    for portion in paid:
        whole = Piece(portion, seconds[portion.id])
        result[portion.id] = (segment(whole),)
        if counts(portion) and whole.seconds > 0:
            assert portion.worker is not None
            workers[portion.worker.id].append(whole)
    for pieces in workers.values():
        classified = month_tiers(law, week_tiers(law, day_tiers(law, pieces)))
        for id_, parts in groupby(classified, key=lambda piece: piece.portion.id):
            result[id_] = merged(segment(part) for part in parts)
    return result


def counts(portion: Portion) -> bool:
    worker = portion.worker
    assert worker is not None
    eligible = worker.kind == "employee" and worker.overtime == "eligible"
    return eligible and traits(portion).counts_to_overtime


@dataclass(frozen=True)
class Law:
    """Which law holds for a portion."""

    config: Config
    rates: Sequence[PayRate]

    def pack(self, portion: Portion) -> LawPack | None:
        """That of the worker's jurisdiction on the day."""
        rule = self.config.rules.overtime
        assert portion.worker is not None
        name = rule.packs.get(portion.worker.jurisdiction or "", rule.default)
        if name is None or portion.date < rule.effective:
            return None
        pack = told(self.config.rules.packs[name], rule.overrides)
        return held_by(pack, portion.worker, self.config.company)

    def tiers(self, portion: Portion, window: str) -> list[Tier]:
        """Its tiers of one window that hold on the day, for who is paid what the worker is."""
        pack = self.pack(portion)
        assert portion.worker is not None
        scheduled = [on_schedule(tier, portion) for tier in (pack.tiers if pack else ())]
        return [
            tier
            for tier in scheduled
            if tier is not None
            and tier.window == window
            and tier.from_ <= portion.date <= tier.to
            and self._open(tier, portion)
        ]

    def _open(self, tier: Tier, portion: Portion) -> bool:
        if tier.rate_below is None:
            return True
        paid = pay_rate(self.rates, portion, "regular")
        return paid is None or hourly(paid) < tier.rate_below

    def shortened(self, tiers: list[Tier], period: date, portion: Portion) -> list[Tier]:
        """Each holiday in the weeks counted together takes its hours off what may be worked."""
        pack = self.pack(portion)
        if pack is None or pack.holidays is None:
            return tiers
        country = pack.holidays.partition("/")[0]
        days = holidays.country_holidays(country, years=range(2024, 2028), observed=False)
        last = period + timedelta(weeks=pack.weeks)
        number = sum(period <= day < last for day in days)
        return [replace(t, over=t.over - number * t.holiday) for t in tiers]

    def week(self, portion: Portion) -> date:
        return week_of(self.config.company, portion.date)

    def reference(self, portion: Portion) -> date:
        """The first day of the workweeks over which the law counts together."""
        pack, week = self.pack(portion), self.week(portion)
        if pack is None:
            return week
        since = (week - week_of(self.config.company, pack.anchor)).days // 7
        return week - timedelta(weeks=since % pack.weeks)


def on_schedule(tier: Tier, portion: Portion) -> Tier | None:
    """The tier on this weekday of the worker's schedule; None where it doesn't hold."""
    if not tier.schedule:
        return tier
    assert portion.worker is not None
    hours = dict(enumerate(portion.worker.schedule)).get(portion.date.weekday())
    if hours is None or (tier.schedule == "other_days" and hours):
        return None
    return replace(tier, over=tier.over + hours)


def held_by(pack: LawPack, worker: Worker, company: Company) -> LawPack:
    """The pack without the rows that are for others; waived meals are due later."""
    limits = [
        replace(limit, over=max(limit.over, limit.waived_to))
        if limit.waiver in worker.agreements
        else limit
        for limit in pack.limits
        if is_for(limit.where, worker, company)
    ]
    tiers = [tier for tier in pack.tiers if is_for(tier.where, worker, company)]
    return replace(pack, tiers=tuple(tiers), limits=tuple(limits))


def is_for(gate: Gate, worker: Worker, company: Company) -> bool:
    if gate.industry and (worker.industry or company.industry) not in gate.industry:
        return False
    if gate.agreement and gate.agreement not in worker.agreements:
        return False
    if gate.unless in worker.agreements:
        return False
    if worker.hired and gate.hired_from and worker.hired < gate.hired_from:
        return False
    if worker.hired and gate.hired_before and worker.hired >= gate.hired_before:
        return False
    if company.employees is None:
        return True
    fewest, below = gate.employees_from or 0, gate.employees_below
    return fewest <= company.employees and (below is None or company.employees < below)


def day_tiers(law: Law, pieces: Sequence[Piece]) -> list[Piece]:
    """Step 1: each workday by itself, hours in a row, the seventh day of a week without one off."""
    worked = {p.portion.date for p in pieces if p.portion.entry.grain != Grain.WEEK}
    starts = workdays([p.portion for p in pieces if rolls(law, p.portion)])
    runs = run_numbers(law, [piece.portion for piece in pieces])
    in_day: dict[object, int] = defaultdict(int)
    in_run: dict[int, int] = defaultdict(int)
    result = []
    for whole in pieces:
        portion = whole.portion
        if portion.entry.grain == Grain.WEEK:
            result.append(whole)
            continue
        first = law.week(portion)
        week = {first + timedelta(days=n) for n in range(7)}
        seventh = week <= worked and portion.date == max(week)
        run = runs.get(portion.id)
        for workday, piece in by_workday(law, whole, starts):
            tiers = [(tier, in_day[workday]) for tier in law.tiers(portion, "day")]
            if run is not None:
                tiers += [(tier, in_run[run]) for tier in law.tiers(portion, "consecutive")]
                in_run[run] += piece.seconds
            if seventh:
                tiers += [(tier, in_day[workday]) for tier in law.tiers(portion, "seventh_day")]
            result += cut(piece, tiers)
            in_day[workday] += piece.seconds
    return result


DAY = timedelta(hours=24)


def rolls(law: Law, portion: Portion) -> bool:
    pack = law.pack(portion)
    return pack is not None and pack.workday == "first_work" and portion.start is not None


def until(portion: Portion) -> datetime:
    assert portion.start is not None
    return portion.start + timedelta(seconds=portion.seconds)


def workdays(portions: Sequence[Portion]) -> list[datetime]:
    """When each workday of 24 hours begins: with the first work after the one before."""
    if not portions:
        return []
    starts = [min(portion.start for portion in portions if portion.start)]
    while later := [p for p in portions if until(p) > starts[-1] + DAY]:
        starts.append(min(max(p.start, starts[-1] + DAY) for p in later if p.start))
    return starts


def by_workday(
    law: Law, whole: Piece, starts: Sequence[datetime]
) -> list[tuple[date | datetime, Piece]]:
    """The parts of a portion in each workday: nearly always one."""
    portion = whole.portion
    if not rolls(law, portion):
        return [(portion.date, whole)]
    assert portion.start is not None
    result: list[tuple[date | datetime, Piece]] = []
    for start in starts:
        low = max(0, int((start - portion.start).total_seconds()))
        high = int((start + DAY - portion.start).total_seconds())
        if until(portion) <= start + DAY:
            high = max(high, whole.seconds)
        low, high = min(low, whole.seconds), min(high, whole.seconds)
        if start < until(portion) and high > low:
            result.append((start, replace(whole, seconds=high - low)))
    return result


def run_numbers(law: Law, portions: Sequence[Portion]) -> dict[PortionId, int]:
    """Which run of uninterrupted work a span belongs to, where the law counts hours in a row."""
    result = {}
    number, latest = 0, None
    for portion in portions:
        pack = law.pack(portion)
        if portion.start is None or pack is None:
            continue
        if all(tier.window != "consecutive" for tier in pack.tiers):
            continue
        if latest is None or portion.start > latest + timedelta(seconds=pack.gap):
            number += 1
        latest = max(latest or until(portion), until(portion))
        result[portion.id] = number
    return result


def week_tiers(law: Law, pieces: Sequence[Piece]) -> list[Piece]:
    """Step 2: the week, or the weeks of a reference period; then which of day and week stands."""
    everything: dict[date, int] = defaultdict(int)
    plain: dict[date, int] = defaultdict(int)
    both: list[tuple[Piece, Piece]] = []
    for piece in pieces:
        period = law.reference(piece.portion)
        at_regular = piece.percent == 100
        tiers = law.shortened(law.tiers(piece.portion, "week"), period, piece.portion)
        if not at_regular and any(tier.exclude for tier in tiers):
            # It takes no place in the count, but lies behind what was counted so far.
            reached = [(tier, tier.over) for tier in tiers if plain[period] >= tier.over]
        else:
            reached = [(t, plain[period] if t.exclude else everything[period]) for t in tiers]
        for part in cut(replace(piece, tier=None), reached):
            both.append((replace(part, tier=piece.tier), part))
        everything[period] += piece.seconds
        plain[period] += piece.seconds if at_regular else 0
    return choose(law, both)


def choose(law: Law, both: Sequence[tuple[Piece, Piece]]) -> list[Piece]:
    """Of each part by the day and by the week: the higher, or the side that pays more in all."""
    by_day: dict[object, int] = defaultdict(int)
    by_week: dict[object, int] = defaultdict(int)

    def side(portion: Portion) -> object:
        return law.reference(portion), law.pack(portion)

    for day, week in both:
        by_day[side(day.portion)] += (day.percent - 100) * day.seconds
        by_week[side(day.portion)] += (week.percent - 100) * week.seconds
    result = []
    for day, week in both:
        pack, here = law.pack(day.portion), side(day.portion)
        if pack is not None and pack.combination == "greater":
            result.append(week if by_week[here] > by_day[here] else day)
        else:
            result.append(week if week.percent > day.percent else day)
    return result


def month_tiers(law: Law, pieces: Sequence[Piece]) -> list[Piece]:
    """Step 3: overtime past so many hours of a calendar month."""
    overtime: dict[tuple[int, int], int] = defaultdict(int)
    result = []
    for piece in pieces:
        month = (piece.portion.date.year, piece.portion.date.month)
        if piece.percent > 100:
            tiers = law.tiers(piece.portion, "month")
            result += cut(piece, [(tier, overtime[month]) for tier in tiers])
            overtime[month] += piece.seconds
        else:
            result.append(piece)
    return result


def cut(piece: Piece, tiers: Sequence[tuple[Tier, int]]) -> list[Piece]:
    """Cuts the piece where tiers begin and gives each part the highest percent that it reaches.

    With each tier stand the seconds that its window held before the piece.
    """
    inner = {tier.over - before for tier, before in tiers}
    edges = sorted({0, piece.seconds} | {edge for edge in inner if 0 < edge < piece.seconds})
    parts = []
    for start, end in pairwise(edges) if piece.seconds else [(0, 0)]:
        reached = [tier for tier, before in tiers if before + start >= tier.over and end > start]
        best = max(reached, key=lambda tier: tier.percent, default=None)
        higher = best is not None and best.percent > piece.percent
        parts.append(replace(piece, seconds=end - start, tier=best if higher else piece.tier))
    return parts


def segment(piece: Piece) -> Segment:
    if piece.tier is None:
        return Segment(seconds=piece.seconds, pay_class="regular", percent=100, basis=None)
    tier = piece.tier
    return Segment(
        seconds=piece.seconds, pay_class=tier.pay_class, percent=tier.percent, basis=tier.basis
    )


def merged(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """Neighbours that differ in nothing but length are one."""
    result: list[Segment] = []
    for one in segments:
        if result and replace(one, seconds=0) == replace(result[-1], seconds=0):
            result[-1] = replace(one, seconds=one.seconds + result[-1].seconds)
        else:
            result.append(one)
    return tuple(result)
