"""Guards: limits that a plan may not pass unnoticed. They judge the plan; they never stop the planner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from tieout.config.model import GuardRule
from tieout.domain.change import Action, Change, Exception_, Guard
from tieout.domain.money import format_amount


def judge(
    rules: Sequence[GuardRule],
    changes: Sequence[Change],
    exceptions: Sequence[Exception_],
    *,
    applied: int,
    source_seconds: int,
    unmapped_seconds: int,
) -> tuple[Guard, ...]:
    """Every guard with its value and limit, by name. ``applied``: documents that we have in the books."""
    found = [
        guard
        for rule in rules
        for guard in _judge(rule, changes, applied, source_seconds, unmapped_seconds)
    ]
    blocked = sorted({e.code for e in exceptions if e.severity == "block"})
    if blocked:
        found.append(Guard(name="blocked", value=", ".join(blocked), limit="none", ok=False))
    return tuple(sorted(found, key=lambda guard: guard.name))


def _judge(
    rule: GuardRule,
    changes: Sequence[Change],
    applied: int,
    source_seconds: int,
    unmapped_seconds: int,
) -> Iterator[Guard]:
    what, _, kind = rule.name.partition(".")
    if what == "amount_change" and rule.currency and rule.max is not None:
        moved = sum(_moved(change) for change in changes if _currency(change) == rule.currency)
        yield Guard(
            name=rule.name,
            value=f"{format_amount(moved, rule.currency)} {rule.currency}",
            limit=f"{format_amount(rule.max, rule.currency)} {rule.currency}",
            ok=moved <= rule.max,
        )
    elif what == "unmapped":
        yield _share(rule, unmapped_seconds, source_seconds)
    elif what in ("creates", "updates", "voids"):
        count = _counts(changes, kind)[what]
        yield (
            _share(rule, count, applied)
            if rule.share is not None
            else Guard(
                name=rule.name,
                value=str(count),
                limit=str(rule.max),
                ok=rule.max is None or count <= rule.max,
            )
        )


def _counts(changes: Sequence[Change], kind: str) -> Counter[str]:
    name = {
        Action.CREATE: "creates",
        Action.ADJUST: "creates",
        Action.UPDATE: "updates",
        Action.VOID: "voids",
    }
    return Counter(
        name[c.action] for c in changes if c.action in name and (not kind or c.kind == kind)
    )


def _share(rule: GuardRule, count: int, whole: int) -> Guard:
    """A share in hundredths of a percent, rounded up: a limit is passed by the least bit above it."""
    limit = rule.share or 0
    share = -(-count * 10_000 // whole) if whole else (10_000 if count else 0)
    return Guard(
        name=rule.name,
        value=_percent(share),
        limit=_percent(limit),
        ok=count <= rule.over or share <= limit,
    )


def _percent(hundredths: int) -> str:
    text = f"{hundredths // 100}.{hundredths % 100:02}".rstrip("0").rstrip(".")
    return f"{text}%"


def _currency(change: Change) -> str | None:
    document = change.after or change.before
    return document.currency if document else None


def _moved(change: Change) -> int:
    """Minor units by which the document's amount moves, whichever way."""
    if change.action in (Action.ADOPT, Action.FORGET):
        return 0
    before = change.before.amount if change.before else 0
    after = change.after.amount if change.after else 0
    return abs(after - before)
