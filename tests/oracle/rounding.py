"""Section 3: worked seconds rounded to an increment, the remainder carried within a group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from oracle.periods import week_of
from oracle.story import Portion, PortionId
from tieout.config.model import Company, Config, Rounding
from tieout.domain.document import Purpose


def rounded(config: Config, purpose: str, worked: Sequence[Portion]) -> dict[PortionId, int]:
    """Seconds of each portion after rounding; ``worked`` stand in entry order."""
    rule = config.rules.rounding.get(purpose, Rounding())
    if rule.where != "tieout":
        return {portion.id: portion.seconds for portion in worked}
    running: dict[Any, int] = defaultdict(int)
    result = {}
    for portion in worked:
        group = group_of(config.company, rule.per, purpose, portion)
        before = running[group]
        running[group] += portion.seconds
        result[portion.id] = to_increment(rule, running[group]) - to_increment(rule, before)
    return result


def group_of(company: Company, per: str, purpose: str, portion: Portion) -> tuple[Any, ...]:
    """What the remainder is carried within."""
    if per == "entry":
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


def to_increment(rule: Rounding, seconds: int) -> int:
    """``R(x)``: a multiple of the increment. ``seconds`` aren't negative."""
    if rule.increment == 0:
        return seconds
    whole, remainder = divmod(seconds, rule.increment)
    match rule.mode:
        case "nearest":
            rises = 2 * remainder >= rule.increment
        case "nearest_minute_first":
            rises = 2 * (remainder - remainder % 60) >= rule.increment
        case "up":
            rises = remainder > rule.grace
        case "down":
            rises = rule.grace > 0 and remainder >= rule.increment - rule.grace
        case other:
            raise AssertionError(f"no such mode: {other}")
    return (whole + rises) * rule.increment
