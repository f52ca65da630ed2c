"""Asks a told story which part of overtime pay the Fair Labor Standards Act itself requires.

Qualified overtime (26 U.S.C. 225, for 2025 to 2028) is what section 7 of the Act (29 U.S.C. 207) has an
employer pay above the regular rate: half of it for each hour past forty in the workweek, whatever more a
state's law, an agreement or the house pays. Form W-2 reports it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

from tieout.config.model import Worker
from tieout.domain.money import RATE_SCALE, SECONDS_PER_HOUR
from tieout.pipeline.run import Story

#: Seconds of a workweek past which the Act requires overtime pay: 29 U.S.C. 207(a)(1).
FORTY_HOURS: Final = 40 * 3600

_WORKED = """
select w.id, s.week, s.currency, sum(s.seconds)::bigint, any_value(r.rate.n), any_value(r.rate.d)
from costed_segment s
join week_rate r using (worker_no, week, currency)
join (select distinct worker_no, id from worker_row) w using (worker_no)
where s.counts and s.eligible
group by w.id, s.week, s.currency
order by all
"""
_PREMIUMS = """
select w.id, p.week, p.currency, p.seconds, p.regular_rate.n, p.regular_rate.d, p.rate.n, p.rate.d
from premium p
join (select distinct worker_no, id from worker_row) w using (worker_no)
order by w.id, p.week, p.currency, p.portion_no desc, p.seq desc
"""


@dataclass(frozen=True, kw_only=True)
class Qualified:
    """Of one workweek that begins on ``week``: the ``seconds`` past forty hours, and the ``amount`` that
    the Act requires above the regular rate for them (major unit, exact). In one currency: a week that is
    paid in several is shared by its hours."""

    worker: str
    week: date
    currency: str
    seconds: Fraction
    amount: Fraction

    @property
    def year(self) -> int:
        """The calendar year in which the workweek ends."""
        return (self.week + timedelta(days=6)).year


def qualified(story: Story) -> list[Qualified]:
    """By worker, week and currency: of who is eligible in a jurisdiction of the United States, and has a
    rate. Never more than the premium that the week is paid."""
    worked: dict[tuple[str, date], dict[str, tuple[int, Fraction]]] = defaultdict(dict)
    for worker, week, currency, seconds, n, d in story.connection.execute(_WORKED).fetchall():
        worked[worker, week][currency] = seconds, Fraction(n, d)
    premiums: dict[tuple[str, date, str], list[tuple[int, Fraction, Fraction]]] = defaultdict(list)
    for worker, week, currency, seconds, n, d, more, by in story.connection.execute(
        _PREMIUMS
    ).fetchall():
        premiums[worker, week, currency].append((seconds, Fraction(n, d), Fraction(more, by)))
    config = story.inputs.config
    result = []
    for (worker, week), paid in worked.items():
        total = sum(seconds for seconds, _ in paid.values())
        if total <= FORTY_HOURS or not _in_the_us(config.workers, worker, week):
            continue
        for currency, (seconds, rate) in paid.items():
            past = Fraction((total - FORTY_HOURS) * seconds, total)
            above = premiums[worker, week, currency]
            if config.rules.overtime.regular_rate == "in_effect":
                required = _last(above, past)
            else:
                required = past * rate / 2
            most = sum((s * more for s, _, more in above), Fraction(0))
            amount = min(required, most) / (SECONDS_PER_HOUR * RATE_SCALE)
            result.append(Qualified(worker=worker, week=week, currency=currency, seconds=past, amount=amount))
    return result


def _last(premiums: Iterable[tuple[int, Fraction, Fraction]], past: Fraction) -> Fraction:
    """Half of the rates in effect for the last hours of the week (29 U.S.C. 207(g)(2))."""
    left, found = past, Fraction(0)
    for seconds, rate, _ in premiums:
        taken = min(left, Fraction(seconds))
        found, left = found + taken * rate / 2, left - taken
    return found


def _in_the_us(workers: Iterable[Worker], id_: str, week: date) -> bool:
    """Whether the worker's row of the week's last day, or that before it, says so."""
    rows: list[Any] = [w for w in workers if w.id == id_ and w.from_ <= week + timedelta(days=6)]
    last = max(rows, key=lambda w: w.from_, default=None)
    where = (last.jurisdiction if last else None) or ""
    return where == "US" or where.startswith("US-")
