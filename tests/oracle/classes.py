"""Section 4: which part of a portion is regular time, and which is overtime by which rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby, pairwise

from oracle.periods import week_of
from oracle.states import traits
from oracle.story import Portion, PortionId, Segment
from tieout.config.model import Config, Tier
from tieout.domain.entry import Grain


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
    config: Config, paid: Sequence[Portion], seconds: Mapping[PortionId, int]
) -> dict[PortionId, tuple[Segment, ...]]:
    """The segments of the worked portions that pay doesn't exclude, by pay's rounded seconds."""
    result: dict[PortionId, tuple[Segment, ...]] = {}
    for portion in paid:
        result[portion.id] = (segment(Piece(portion, seconds[portion.id])),)
    weeks: dict[tuple[str, date], list[Portion]] = defaultdict(list)
    for portion in paid:
        if counts(portion):
            assert portion.worker is not None
            weeks[portion.worker.id, week_of(config.company, portion.date)].append(portion)
    for (_, first), week in weeks.items():
        pieces = [Piece(portion, seconds[portion.id]) for portion in week]
        pieces = week_tiers(config, day_tiers(config, pieces, first))
        for id_, parts in groupby(pieces, key=lambda piece: piece.portion.id):
            result[id_] = merged(segment(part) for part in parts)
    return result


def counts(portion: Portion) -> bool:
    worker = portion.worker
    assert worker is not None
    eligible = worker.kind == "employee" and worker.overtime == "eligible"
    return eligible and traits(portion).counts_to_overtime


def tiers_of(config: Config, portion: Portion, *windows: str) -> list[Tier]:
    """The tiers of the law that holds for the worker on the day; those of a window together."""
    rule = config.rules.overtime
    assert portion.worker is not None
    name = rule.packs.get(portion.worker.jurisdiction or "", rule.default)
    if name is None or portion.date < rule.effective:
        return []
    tiers = [t for t in config.rules.packs[name].tiers if t.from_ <= portion.date <= t.to]
    return [tier for window in windows for tier in tiers if tier.window == window]


def day_tiers(config: Config, pieces: Sequence[Piece], first: date) -> list[Piece]:
    """Step 1: each day by itself, and the seventh day of a week without a day off."""
    of_days = [piece for piece in pieces if piece.portion.entry.grain != Grain.WEEK]
    days_worked = {piece.portion.date for piece in of_days if piece.seconds > 0}
    running: dict[date, int] = defaultdict(int)
    result = []
    for piece in pieces:
        day = piece.portion.date
        if piece.portion.entry.grain == Grain.WEEK:
            result.append(piece)
            continue
        windows = ["day"]
        if len(days_worked) == 7 and day == first + timedelta(days=6):
            windows.append("seventh_day")
        tiers = tiers_of(config, piece.portion, *windows)
        result += cut(piece, [(tier, running[day]) for tier in tiers])
        running[day] += piece.seconds
    return result


def week_tiers(config: Config, pieces: Sequence[Piece]) -> list[Piece]:
    """Step 2: the week. A tier that excludes sees only hours that step 1 left at 100 %."""
    everything = plain = 0
    result = []
    for piece in pieces:
        at_regular = piece.percent == 100
        tiers = [
            (tier, plain if tier.exclude else everything)
            for tier in tiers_of(config, piece.portion, "week")
            if at_regular or not tier.exclude
        ]
        result += cut(piece, tiers)
        everything += piece.seconds
        plain += piece.seconds if at_regular else 0
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
