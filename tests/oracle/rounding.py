"""Section 3: worked seconds rounded to an increment, the remainder carried within a group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from oracle.periods import week_of
from oracle.story import Portion, PortionId
from tieout.config.model import Company, Config, Grid, Rounding
from tieout.domain.document import Purpose


def rounded(config: Config, purpose: str, worked: Sequence[Portion]) -> dict[PortionId, int]:
    """Seconds of each portion after rounding; ``worked`` stand in entry order."""
    rule = config.rules.rounding.get(purpose, Rounding())
    if rule.where != "tieout":
        return {portion.id: portion.seconds for portion in worked}
    running: dict[Any, int] = defaultdict(int)
    clock = at_clock(rule, worked)
    result = {}
    for portion in worked:
        seconds = clock.get(portion.id, portion.seconds)
        if rule.per == "punch" and portion.id in clock:
            result[portion.id] = seconds
            continue
        group = group_of(config.company, rule.per, purpose, portion)
        before = running[group]
        running[group] += seconds
        result[portion.id] = to_increment(rule, running[group]) - to_increment(rule, before)
    return result


def at_clock(rule: Rounding, worked: Sequence[Portion]) -> dict[PortionId, int]:
    """Seconds between the rounded start and the rounded end of every span."""
    if not rule.start and not rule.end and not rule.tolerate_punch:
        return {}
    days: dict[tuple[str, date], list[Portion]] = defaultdict(list)
    for portion in worked:
        if portion.start is not None and portion.worker is not None:
            days[portion.worker.id, portion.date].append(portion)
    result = {}
    for spans in days.values():
        shift = on_time(rule, spans)
        for portion in spans:
            begins, ends = clock_of(portion)
            if shift and portion is spans[0]:
                begins = shift[0]
            elif rule.start and (rule.meals == "rounded" or portion is spans[0]):
                begins = to_increment(rule.start, begins)
            if shift and portion is spans[-1]:
                ends = shift[1]
            elif rule.end and (rule.meals == "rounded" or portion is spans[-1]):
                ends = to_increment(rule.end, ends)
            result[portion.id] = max(0, ends - begins)
    return result


def clock_of(portion: Portion) -> tuple[int, int]:
    assert portion.start is not None
    begins = int((portion.start - portion.midnight).total_seconds())
    return begins, begins + portion.seconds


def on_time(rule: Rounding, spans: Sequence[Portion]) -> tuple[int, int] | None:
    """The worker's shift of the day, if the first start and the last end are near enough to it."""
    worker, day = spans[0].worker, spans[0].date
    assert worker is not None
    shift = worker.shifts[day.weekday()] if worker.shifts else None
    if shift is None or not rule.tolerate_punch:
        return None
    off = [abs(clock_of(spans[0])[0] - shift[0]), abs(clock_of(spans[-1])[1] - shift[1])]
    return shift if max(off) <= rule.tolerate_punch and sum(off) <= rule.tolerate_day else None


def group_of(company: Company, per: str, purpose: str, portion: Portion) -> tuple[Any, ...]:
    """What the remainder is carried within."""
    if per in ("entry", "punch"):
        return (portion.entry.key,)
    assert portion.worker is not None
    day = portion.date if per == "day" else week_of(company, portion.date)
    if purpose == Purpose.PAY:
        return (portion.worker.id, day)
    return (portion.worker.id, day, project_or_own_fields(portion))


def project_or_own_fields(portion: Portion) -> tuple[str | None, ...]:
    """The project, or what the tracker says of it until it's mapped."""
    if portion.project:
        return (portion.project.id,)
    entry = portion.entry
    return (
        entry.source, entry.project_id, entry.project_name, entry.customer_id, entry.customer_name
    )  # fmt: skip


def to_increment(rule: Grid, seconds: int) -> int:
    """``R(x)``: a multiple of the increment. ``seconds`` aren't negative."""
    if rule.increment == 0:
        return seconds
    whole, remainder = divmod(seconds, rule.increment)
    match rule.mode:
        case "nearest":
            rises = 2 * remainder >= rule.increment
        case "nearest_minute_first":
            rises = 2 * (remainder - remainder % 60) >= rule.increment
        case "nearest_minute_up":
            half = rule.increment / 2
            rises = remainder >= (half if rule.increment < 120 else half - half % 60)
        case "half_down":
            rises = 2 * remainder > rule.increment
        case "half_even":
            rises = 2 * remainder > rule.increment - (whole % 2 == 1)
        case "up":
            rises = remainder > rule.grace
        case "down":
            rises = rule.grace > 0 and remainder >= rule.increment - rule.grace
        case other:
            raise AssertionError(f"no such mode: {other}")
    return (whole + rises) * rule.increment
