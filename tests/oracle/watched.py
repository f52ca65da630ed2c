"""Section 2, checks: what a company's own limits find in a portion, one check a function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta

from oracle.decisions import waives
from oracle.periods import week_of
from oracle.story import Portion
from tieout.config.model import Config
from tieout.domain.entry import Approval, Grain

#: The severity where the company says none; None: not looked for.
USUAL: Mapping[str, str | None] = {
    "TO214": "warn", "TO215": "warn", "TO220": "warn", "TO221": "warn", "TO222": "warn",
    "TO223": "warn", "TO224": "warn", "TO225": "hold", "TO226": None,
}  # fmt: skip


def found(config: Config, portion: Portion, among: Iterable[Portion], as_of: date) -> dict[str, str]:
    """Code → severity of everything found, in the order of the codes. ``among``: all portions."""
    among = tuple(among)
    tests: dict[str, Callable[[], bool]] = {
        "TO214": lambda: _unexplained(portion),
        "TO215": lambda: _after_contract(portion),
        "TO220": lambda: _long_entry(config, portion),
        "TO221": lambda: _long_day(config, portion, among),
        "TO222": lambda: _long_week(config, portion, among),
        "TO223": lambda: _old(config, portion, as_of),
        "TO224": lambda: _by_oneself(portion),
        "TO225": lambda: _by_a_stranger(config, portion),
        "TO226": lambda: portion.after_midnight,
    }
    severities = {code: config.rules.checks.get(code, USUAL[code]) for code in tests}
    return {
        code: severity
        for code, test in tests.items()
        if (severity := severities[code]) and test() and not waives(config, portion.entry, code, as_of)
    }


def holds(config: Config, portion: Portion, among: Iterable[Portion], as_of: date) -> str | None:
    """The first check that keeps the portion out of every purpose."""
    severe = found(config, portion, among, as_of).items()
    return next((code for code, severity in severe if severity in ("hold", "block")), None)


def _unexplained(portion: Portion) -> bool:
    asked = portion.project is not None and "notes" in portion.project.requires
    return asked and not (portion.entry.notes or "").strip()


def _after_contract(portion: Portion) -> bool:
    ends = portion.worker.contract_ends if portion.worker else None
    return ends is not None and portion.date > ends


def _long_entry(config: Config, portion: Portion) -> bool:
    limit = config.rules.limits.entry
    return limit is not None and portion.entry.grain != Grain.WEEK and portion.entry.seconds > limit


def _same_worker(portion: Portion, among: Iterable[Portion]) -> list[Portion]:
    if portion.worker is None:
        return []
    return [p for p in among if p.worker and p.worker.id == portion.worker.id and not p.entry.running]


def _long_day(config: Config, portion: Portion, among: Iterable[Portion]) -> bool:
    limit = config.rules.limits.day
    day = [p.seconds for p in _same_worker(portion, among)
           if p.date == portion.date and p.entry.grain != Grain.WEEK]
    return limit is not None and sum(day) > limit


def _long_week(config: Config, portion: Portion, among: Iterable[Portion]) -> bool:
    limit = config.rules.limits.week
    week = [p.seconds for p in _same_worker(portion, among)
            if week_of(config.company, p.date) == week_of(config.company, portion.date)]
    return limit is not None and sum(week) > limit


def _old(config: Config, portion: Portion, as_of: date) -> bool:
    limit = config.rules.limits.age_days
    return limit is not None and portion.date < as_of - timedelta(days=limit)


def _by_oneself(portion: Portion) -> bool:
    entry = portion.entry
    names = [name.lower() for name in (entry.worker_email, entry.worker_name, entry.worker_id) if name]
    return entry.approved_by is not None and entry.approved_by.lower() in names


def _by_a_stranger(config: Config, portion: Portion) -> bool:
    may, entry = [name.lower() for name in config.rules.approval.by], portion.entry
    if not may or entry.approved_by is None or entry.approval != Approval.APPROVED:
        return False
    return entry.approved_by.lower() not in may
