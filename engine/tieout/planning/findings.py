"""What was found of the law's breaks, rest and limits, said to the person who can mend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tieout.config.model import Config, Rounding
from tieout.domain.change import Exception_
from tieout.pipeline.found import Finding
from tieout.pipeline.neutrality import Audit

_USUAL = "warn"


def law_findings(config: Config, found: Iterable[Finding]) -> Iterator[Exception_]:
    """One exception each, by entry and code. Nothing is held by them: `hold` in `rules/checks` warns."""
    managers = {worker.id: worker.manager for worker in config.workers if worker.manager}
    for one in found:
        severity = config.rules.checks.get(one.code, _USUAL)
        yield Exception_(
            code=one.code,
            severity=_USUAL if severity == "hold" else severity,
            purpose=None,
            entry=one.entry,
            owner=managers.get(one.worker),
            message=f"{one.worker} {_told(one)} ({one.limit.basis})",
        )


def _told(one: Finding) -> str:
    """What is wrong, without a word of what anybody is paid."""
    limit, day = one.limit, one.date
    owed = f"; {clock(limit.premium)} h of premium pay is due" if limit.premium else ""
    if limit.kind == "break":
        return f"on {day} has {clock(one.value)} h of breaks, {clock(limit.least)} are due"
    if limit.kind == "meal":
        meals = "a meal" if one.lacking == 1 else f"{one.lacking} meals"
        return f"on {day} lacks {meals} in time in {clock(one.value)} h of work{owed}"
    if limit.kind == "rest_break":
        breaks = "a rest break" if one.lacking == 1 else f"{one.lacking} rest breaks"
        return f"on {day} lacks {breaks} in {clock(one.value)} h of work{owed}"
    if limit.kind in ("daily_rest", "weekly_rest"):
        when = "before the work of" if limit.kind == "daily_rest" else "in the week from"
        due = clock(one.value + (one.excess or 0))
        return f"had {clock(one.value)} h of rest {when} {day}, {due} are due"
    what = "overtime" if limit.kind == "overtime" else "work"
    if limit.periods > 1:
        mean = clock(one.value // limit.periods)
        return (
            f"has {mean} h of {what} a {limit.window} on average over {limit.periods}, the last from"
            f" {day}: {clock(limit.most)} at most"
        )
    when = f"on {day}" if limit.window == "day" else f"in the {limit.window} from {day}"
    return f"has {clock(one.value)} h of {what} {when}, {clock(limit.most)} at most"


def bias_findings(config: Config, audits: Iterable[Audit]) -> Iterator[Exception_]:
    """TO275 for each worker, and for all, from whom rounding took too much within the year."""
    rule = config.rules.rounding.get("pay", Rounding())
    managers = {worker.id: worker.manager for worker in config.workers if worker.manager}
    severity = config.rules.checks.get("TO275", _USUAL)
    for audit in audits:
        if audit.window == "year" and not audit.passes(rule):
            lost = f"{clock(-audit.delta)} of {clock(audit.seconds)} h in a year"
            yield Exception_(
                code="TO275",
                severity=_USUAL if severity == "hold" else severity,
                purpose=None,
                entry=f"rounding/{audit.worker or 'all'}",
                owner=managers.get(audit.worker or ""),
                message=f"rounding takes {lost} from {audit.worker or 'all workers'}: "
                f"{audit.against} of {audit.entries} entries lose by it, {audit.favour} gain",
            )


def clock(seconds: int) -> str:
    """``29700`` → ``8:15``; seconds where there are any."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes // 60}:{minutes % 60:02}" + (f":{rest:02}" if rest else "")
