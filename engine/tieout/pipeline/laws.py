"""Law packs as rows: for whom each holds, with the company's own figures, its thresholds, its limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tieout.config.model import FOREVER, Company, Config, Gate, LawPack, Limit, Tier, Worker
from tieout.config.overrides import overridden
from tieout.pipeline.rows import Table, table

#: limit → the code of what is found; an average over several windows has its own
CODES = {
    "break": "TO267", "meal": "TO268", "rest_break": "TO269", "daily_rest": "TO270",
    "weekly_rest": "TO271", "worked": "TO272", "overtime": "TO274",
}  # fmt: skip
AVERAGE = "TO273"


class Laws:
    """What holds for whom: of each pack the rows whose gates a worker passes, numbered from 1 in the
    order of the workers. Two workers for whom the same holds have the same number."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._by_terms: dict[tuple[Any, ...], int | None] = {}
        self.numbers: dict[LawPack, int] = {}
        for worker in sorted(config.workers, key=lambda w: (w.id, w.from_)):
            self.number(worker)

    def number(self, worker: Worker) -> int | None:
        """The law of the worker's row; None where there is none."""
        rule = self._config.rules.overtime
        name = rule.packs.get(worker.jurisdiction or "", rule.default)
        terms = (name, worker.industry, worker.agreements, worker.schedule, worker.hired)
        if terms not in self._by_terms:
            pack = self._config.rules.packs.get(name or "")
            held = _held_by(overridden(pack, rule.overrides), worker, self._config.company) if pack else None
            self._by_terms[terms] = (
                self.numbers.setdefault(held, len(self.numbers) + 1) if held else None
            )
        return self._by_terms[terms]


def _held_by(pack: LawPack, worker: Worker, company: Company) -> LawPack:
    """The pack with the rows that hold for the worker; a meal that was waived is due later."""
    return replace(
        pack,
        tiers=tuple(
            placed for t in pack.tiers if admits(t.where, worker, company)
            for placed in _by_schedule(t, worker.schedule)
        ),
        limits=tuple(
            replace(row, over=max(row.over, row.waived_to))
            if row.waiver in worker.agreements else row
            for row in pack.limits if admits(row.where, worker, company)
        ),
    )  # fmt: skip


def _by_schedule(tier: Tier, schedule: Sequence[int]) -> list[Tier]:
    """A tier that goes by the worker's schedule, for each day of the week; any other as it is."""
    if not tier.schedule:
        return [tier]
    days = [replace(tier, weekday=day) for day in range(len(schedule))]
    if tier.schedule == "other_days":
        return [day for day, seconds in zip(days, schedule, strict=True) if not seconds]
    return [replace(d, over=d.over + seconds) for d, seconds in zip(days, schedule, strict=True)]


def admits(gate: Gate, worker: Worker, company: Company) -> bool:
    """Whether a row is for this worker. A size or day of hiring that nobody says shuts nobody out."""
    industry = worker.industry or company.industry
    return (
        (not gate.industry or industry in gate.industry)
        and (gate.agreement is None or gate.agreement in worker.agreements)
        and (gate.unless is None or gate.unless not in worker.agreements)
        and _within(worker.hired, gate.hired_from, gate.hired_before)
        and _within(company.employees, gate.employees_from, gate.employees_below)
    )


def _within(value: Any, from_: Any, below: Any) -> bool:
    return value is None or ((from_ is None or value >= from_) and (below is None or value < below))


def packs(laws: Laws, week_starts: int) -> Table:
    """How each law counts. ``anchor``: the first day of the workweek in which periods begin."""

    def first_day(anchor: date) -> date:
        return anchor - timedelta(days=(anchor.weekday() - week_starts) % 7)

    return table(
        "pack",
        "pack_no INTEGER, greater BOOLEAN, rolling BOOLEAN, consecutive BOOLEAN, gap BIGINT, "
        "weeks INTEGER, anchor DATE, salary_hours BIGINT, flat_over_straight BOOLEAN, shift_gap BIGINT",
        (
            (
                number,
                p.combination == "greater",
                p.workday == "first_work",
                any(t.window == "consecutive" for t in p.tiers),
                p.gap,
                p.weeks,
                first_day(p.anchor),
                p.salary_hours,
                p.flat_bonus == "straight_time",
                p.shift_gap,
            )
            for p, number in laws.numbers.items()
        ),
    )


def limits(laws: Laws) -> Table:
    """The limits of each law; ``limit_no`` by their place, the same in the pack as the company has it."""
    columns = (
        "limit_no INTEGER, pack_no INTEGER, kind VARCHAR, code INTEGER, over BIGINT, least BIGINT, "
        "slice BIGINT, below BIGINT, by BIGINT, number INTEGER, every BIGINT, reduced BIGINT, most BIGINT, "
        "window VARCHAR, periods INTEGER, premium BIGINT, eligible BOOLEAN, from_ DATE, to_ DATE"
    )
    return table(
        "law_limit", columns,
        (
            (place, pack_no, row.kind, int(code(row)[2:]), row.over, row.least, row.slice, row.below,
             row.by, row.number, row.every, row.reduced, row.most, row.window, row.periods, row.premium,
             row.eligible, row.from_, row.to)
            for place, (pack_no, row) in enumerate(limit_rows(laws))
        ),
    )  # fmt: skip


def limit_rows(laws: Laws) -> list[tuple[int, Limit]]:
    """(pack_no, limit) by ``limit_no``."""
    return [(number, row) for pack, number in laws.numbers.items() for row in pack.limits]


def code(limit: Limit) -> str:
    """The code of what is found where the limit isn't kept."""
    return AVERAGE if limit.kind == "worked" and limit.periods > 1 else CODES[limit.kind]


def tiers(laws: Laws) -> Table:
    """Thresholds as intervals: for every window and stretch of validity, [lo, hi) at a percent."""
    rows: list[tuple[Any, ...]] = []
    for pack, number in laws.numbers.items():
        for window in ("day", "consecutive", "seventh_day", "week", "month"):
            all_ = [t for t in pack.tiers if t.window == window]
            for day, own in _by_weekday(all_):
                for from_, to in stretches(own):
                    rows += _intervals(
                        number, window, from_, to, [t for t in own if t.from_ <= from_ and to <= t.to], day
                    )
    return table(
        "tier",
        "tier_no INTEGER, pack_no INTEGER, window VARCHAR, from_ DATE, to_ DATE, lo BIGINT, hi BIGINT, "
        "percent INTEGER, pay_class VARCHAR, excludes BOOLEAN, basis VARCHAR, rate_below BIGINT, "
        "weekday INTEGER, less BIGINT",
        ((no, *row) for no, row in enumerate(rows, 1)),
    )


def _by_weekday(tiers: list[Tier]) -> list[tuple[int | None, list[Tier]]]:
    """One ladder for all days; where some tiers are of one day of the week, one for each day."""
    if all(t.weekday is None for t in tiers):
        return [(None, tiers)]
    return [(day, [t for t in tiers if t.weekday in (None, day)]) for day in range(7)]


def stretches(rows: Sequence[Tier]) -> list[tuple[date, date]]:
    """The periods in which the same of these tiers hold."""
    if not rows:
        return []
    begins = sorted(
        {t.from_ for t in rows} | {t.to + timedelta(days=1) for t in rows if t.to < FOREVER}
    )
    ends = [day - timedelta(days=1) for day in begins[1:]] + [FOREVER]
    return [
        (a, b)
        for a, b in zip(begins, ends, strict=True)
        if any(t.from_ <= a and b <= t.to for t in rows)
    ]


def _intervals(
    pack_no: int, window: str, from_: date, to: date, tiers: Sequence[Tier], weekday: int | None
) -> list[tuple[Any, ...]]:
    """The tiers of a window are all for the same rates and holidays (``packs`` sees to it), straight time
    too."""
    ordered = sorted(tiers, key=lambda t: t.over)
    ends = [t.over for t in ordered[1:]] + [1 << 40]
    excludes, below = any(t.exclude for t in ordered), ordered[0].rate_below
    less = max(t.holiday for t in ordered)
    steps: list[tuple[int, int, int, str, str | None]] = [
        (t.over, end, t.percent, t.pay_class, t.basis) for t, end in zip(ordered, ends, strict=True)
    ]
    if ordered[0].over > 0:
        steps.insert(0, (0, ordered[0].over, 100, "regular", None))
    return [
        (pack_no, window, from_, to, lo, hi, percent, pay_class, excludes, basis, below, weekday, less)
        for lo, hi, percent, pay_class, basis in steps
    ]
