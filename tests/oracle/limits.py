"""Section 4a: breaks, rest and limits of the law, and where they weren't kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise

from oracle.classes import Law, until
from oracle.periods import week_of
from oracle.states import before_start, hour_kind, traits
from oracle.story import Portion, PortionId, Segment
from tieout.config.model import Config, LawPack, Limit
from tieout.domain.entry import Grain

CODES = {
    "break": "TO267", "meal": "TO268", "rest_break": "TO269", "daily_rest": "TO270",
    "weekly_rest": "TO271", "worked": "TO272", "overtime": "TO274",
}  # fmt: skip

Found = tuple[str, str, date, int | None, int, int | None]
"""Code, basis, day or first day of the window, excess, value, how many lack."""


@dataclass
class Shift:
    """A day's work. ``pauses``: (work before it, or None where nobody knows, its length)."""

    date: date
    parts: list[Portion] = field(default_factory=list)
    pauses: list[tuple[int | None, int]] = field(default_factory=list)

    @property
    def seconds(self) -> int:
        return sum(part.seconds for part in self.parts)

    @property
    def first(self) -> Portion:
        return min(self.parts, key=order)

    @property
    def last(self) -> Portion:
        return max(self.parts, key=order)

    @property
    def clocked(self) -> bool:
        return all(part.start for part in self.parts)

    @property
    def starts(self) -> datetime:
        return min(part.start for part in self.parts if part.start)

    @property
    def ends(self) -> datetime:
        return max(until(part) for part in self.parts if part.start)


def findings(
    config: Config, worked: Sequence[Portion], segments: Mapping[PortionId, Sequence[Segment]]
) -> list[Found]:
    """Of all employees; ``worked`` stand in entry order."""
    law = Law(config, [])
    mine: dict[str, list[Portion]] = defaultdict(list)
    for portion in worked:
        worker = portion.worker
        assert worker is not None
        kind = hour_kind(portion)
        at_work = traits(portion).counts_to_overtime or kind == "break"
        if worker.kind == "employee" and portion.seconds > 0 and at_work:
            mine[worker.id].append(portion)
    result = [one for portions in mine.values() for one in of_worker(law, portions, segments)]
    return sorted(result, key=str)


def of_worker(
    law: Law, portions: Sequence[Portion], segments: Mapping[PortionId, Sequence[Segment]]
) -> Iterator[Found]:
    breaks = [p for p in portions if hour_kind(p) == "break"]
    work = [p for p in portions if hour_kind(p) != "break"]
    shifts = days_of(law, work, breaks)
    for shift in shifts:
        if live(shift.parts):
            yield from of_day(law, shift)
    yield from daily_rest(law, shifts)
    yield from weekly_rest(law, shifts)
    amounts = [(s.first, s.last, s.date, s.seconds, s.parts) for s in shifts]
    amounts += [(p, p, p.date, p.seconds, [p]) for p in work if p.entry.grain == Grain.WEEK]
    yield from in_windows(law, "worked", amounts)
    premium = [
        (p, p, p.date, sum(s.seconds for s in segments[p.id] if s.percent > 100), [p]) for p in work
    ]
    yield from in_windows(law, "overtime", [one for one in premium if one[3]])


def days_of(law: Law, work: Sequence[Portion], breaks: Sequence[Portion]) -> list[Shift]:
    """Spans belong to the date on which they begin after a long pause; amounts to their own."""
    shifts: dict[date, Shift] = {}
    latest: datetime | None = None
    on: date | None = None
    turn: list[Portion] = []
    gaps: dict[PortionId, int] = {}
    turns: list[list[Portion]] = []
    for part in (p for p in work if p.start):
        assert part.start is not None
        pack = law.pack(part)
        gap = timedelta(seconds=pack.shift_gap if pack else 0)
        if latest is None or part.start >= latest + gap:
            turn = []
            turns.append(turn)
        turn.append(part)
        if latest is not None:
            gaps[part.id] = int((part.start - latest).total_seconds())
        latest = max(latest or until(part), until(part))
    dated = [(min(p.date for p in turn), p) for turn in turns for p in turn]
    dated += [(p.date, p) for p in work if p.entry.grain == Grain.DAY]
    for on, part in dated:
        shifts.setdefault(on, Shift(on)).parts.append(part)
    for shift in shifts.values():
        before = 0
        for part in (p for p in shift.parts if p.start):
            if before and gaps[part.id] > 0:
                shift.pauses.append((before, gaps[part.id]))
            before += part.seconds
        if not shift.clocked:
            shift.pauses += [(None, p.seconds) for p in breaks if p.date == shift.date]
    return [shifts[on] for on in sorted(shifts)]


def live(parts: Sequence[Portion]) -> bool:
    return any(not before_start(part, "pay") for part in parts)


def limits(law: Law, portion: Portion, kind: str, on: date, parts: Sequence[Portion]) -> list[Limit]:
    """The limits of one kind that hold on a day, by the law of a portion."""
    pack: LawPack | None = law.pack(portion)
    eligible = any(p.worker and p.worker.overtime == "eligible" for p in parts)
    return [
        limit
        for limit in (pack.limits if pack else ())
        if limit.kind == kind and limit.from_ <= on <= limit.to and (eligible or not limit.eligible)
    ]


def of_day(law: Law, shift: Shift) -> Iterator[Found]:
    if not shift.clocked and not shift.pauses:
        return

    def held(kind: str) -> list[Limit]:
        return limits(law, shift.first, kind, shift.date, shift.parts)

    breaks = [limit for limit in held("break") if shift.seconds > limit.over]
    short = []
    for limit in breaks:
        paused = sum(length for _, length in shift.pauses if length >= limit.slice)
        if limit.over == max(one.over for one in breaks) and paused < limit.least:
            short.append(("TO267", limit.basis, shift.date, limit.least - paused, paused, None))
    yield from short[:1]
    missed = []
    for limit in held("meal"):
        taken = [
            length for before, length in shift.pauses
            if length >= limit.least and (before is None or before <= limit.by)
        ]  # fmt: skip
        if shift.seconds > limit.over and len(taken) < limit.number:
            missed.append(limit)
    if missed:
        basis = max(missed, key=lambda limit: limit.over).basis
        yield "TO268", basis, shift.date, None, shift.seconds, len(missed)
    for limit in held("rest_break"):
        whole, rest = divmod(shift.seconds, limit.every)
        due = whole + (rest > limit.every - limit.every // 2)
        taken = [length for _, length in shift.pauses if limit.least <= length < limit.below]
        if shift.seconds >= limit.over and len(taken) < due:
            yield "TO269", limit.basis, shift.date, None, shift.seconds, due - len(taken)


def daily_rest(law: Law, shifts: Sequence[Shift]) -> Iterator[Found]:
    shorts: dict[str, datetime] = {}
    for before, shift in pairwise(shifts):
        if not before.clocked or not shift.clocked:
            continue
        rest = int((shift.starts - before.ends).total_seconds())
        for limit in limits(law, shift.first, "daily_rest", shift.date, shift.parts):
            if rest >= limit.least:
                continue
            earlier = shorts.get(limit.basis)
            again = earlier is not None and shift.starts - earlier < timedelta(days=7)
            shorts[limit.basis] = shift.starts
            due = limit.least if limit.reduced is None or again else limit.reduced
            if rest < due and live(shift.parts):
                yield "TO270", limit.basis, shift.date, due - rest, rest, None


def weekly_rest(law: Law, shifts: Sequence[Shift]) -> Iterator[Found]:
    weeks: dict[tuple[date, str], list[tuple[Shift, Shift | None, Limit]]] = defaultdict(list)
    for shift, after in zip(shifts, [*shifts[1:], None], strict=False):  # who never worked has none
        week = min(week_of(law.config.company, p.date) for p in shift.parts)
        for limit in limits(law, shift.first, "weekly_rest", week, shift.parts):
            weeks[week, limit.basis].append((shift, after, limit))
    for (week, basis), days in weeks.items():
        if any(not shift.clocked or after is None or not after.clocked for shift, after, _ in days):
            continue
        rest = max(int((b.starts - a.ends).total_seconds()) for a, b, _ in days if b)
        least = days[0][2].least
        if rest < least and any(live(shift.parts) for shift, _, _ in days):
            yield "TO271", basis, week, least - rest, rest, None


def in_windows(
    law: Law, kind: str, amounts: Sequence[tuple[Portion, Portion, date, int, Sequence[Portion]]]
) -> Iterator[Found]:
    """Each amount: whose law it is under, its last portion, its day, seconds, all portions."""
    for window in ("day", "week", "month", "year"):
        sums: dict[date, int] = defaultdict(int)
        members: dict[date, list[tuple[Portion, Portion, date, Sequence[Portion]]]] = defaultdict(list)
        for portion, end, on, seconds, parts in amounts:
            first = {
                "day": on, "week": min(week_of(law.config.company, p.date) for p in parts),
                "month": on.replace(day=1), "year": on.replace(month=1, day=1),
            }[window]  # fmt: skip
            sums[first] += seconds
            members[first].append((portion, end, on, parts))
        for first, inside in members.items():
            under = max(inside, key=lambda one: (order(one[1])[:2], one[2]))[0]
            parts = [p for *_, some in inside for p in some]
            for limit in limits(law, under, kind, first, parts):
                if limit.window != window or not live(parts):
                    continue
                total = sum(
                    seconds for on, seconds in sums.items()
                    if 0 <= place(window, first) - place(window, on) < limit.periods
                )  # fmt: skip
                if total > limit.most * limit.periods:
                    code = "TO273" if kind == "worked" and limit.periods > 1 else CODES[kind]
                    yield code, limit.basis, first, total - limit.most * limit.periods, total, None


def order(portion: Portion) -> tuple[datetime, str, int]:
    """The place in the story: by entry, then within it."""
    entry = portion.entry
    start = entry.start_at or datetime.combine(entry.to_date or portion.date, datetime.min.time())
    return start, entry.key, portion.number


def place(window: str, on: date) -> int:
    if window == "week":
        return on.toordinal() // 7
    return 12 * on.year + on.month if window == "month" else on.toordinal()
