"""Law packs as rows: how each law counts, and its thresholds as intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from tieout.config.model import FOREVER, Config, LawPack, Tier
from tieout.pipeline.rows import Numbers, Table, table


def packs(config: Config, n: Numbers) -> Table:
    """How each law counts. ``anchor``: the first day of the workweek in which periods begin."""

    def first_day(anchor: date) -> date:
        return anchor - timedelta(days=(anchor.weekday() - config.company.week_starts) % 7)

    return table(
        "pack",
        "pack_no INTEGER, greater BOOLEAN, rolling BOOLEAN, consecutive BOOLEAN, gap BIGINT, "
        "weeks INTEGER, anchor DATE, salary_hours BIGINT, flat_over_straight BOOLEAN",
        (
            (
                n.pack[p.id],
                p.combination == "greater",
                p.workday == "first_work",
                any(t.window == "consecutive" for t in p.tiers),
                p.gap,
                p.weeks,
                first_day(p.anchor),
                p.salary_hours,
                p.flat_bonus == "straight_time",
            )
            for p in config.rules.packs.values()
        ),
    )


def tiers(laws: Mapping[str, LawPack], n: Numbers) -> Table:
    """Thresholds as intervals: for every window and stretch of validity, [lo, hi) at a percent."""
    rows: list[tuple[Any, ...]] = []
    for pack in sorted(laws):
        for window in ("day", "consecutive", "seventh_day", "week", "month"):
            own = [t for t in laws[pack].tiers if t.window == window]
            for from_, to in stretches(own):
                rows += _intervals(
                    n.pack[pack],
                    window,
                    from_,
                    to,
                    [t for t in own if t.from_ <= from_ and to <= t.to],
                )
    return table(
        "tier",
        "tier_no INTEGER, pack_no INTEGER, window VARCHAR, from_ DATE, to_ DATE, lo BIGINT, hi BIGINT, "
        "percent INTEGER, pay_class VARCHAR, excludes BOOLEAN, basis VARCHAR, rate_below BIGINT",
        ((no, *row) for no, row in enumerate(rows, 1)),
    )


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
    pack_no: int, window: str, from_: date, to: date, tiers: Sequence[Tier]
) -> list[tuple[Any, ...]]:
    """The tiers of a window are all for the same rates (``packs`` sees to it), straight time too."""
    ordered = sorted(tiers, key=lambda t: t.over)
    ends = [t.over for t in ordered[1:]] + [1 << 40]
    excludes, below = any(t.exclude for t in ordered), ordered[0].rate_below
    steps: list[tuple[int, int, int, str, str | None]] = [
        (t.over, end, t.percent, t.pay_class, t.basis) for t, end in zip(ordered, ends, strict=True)
    ]
    if ordered[0].over > 0:
        steps.insert(0, (0, ordered[0].over, 100, "regular", None))
    return [
        (pack_no, window, from_, to, lo, hi, percent, pay_class, excludes, basis, below)
        for lo, hi, percent, pay_class, basis in steps
    ]
