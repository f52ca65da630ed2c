"""Asks a told story where breaks, rest and limits of the law weren't kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tieout.config.model import Limit
from tieout.domain.money import RATE_SCALE, SECONDS_PER_HOUR
from tieout.pipeline.laws import Laws, limit_rows
from tieout.pipeline.run import Story

_ASKED = """
select f.code, f.limit_no, e.key, w.id, f.on_date, f.seconds, f.value, f.lacking, f.premium,
  c.n, c.t, c.currency
from finding f join numbered e using (entry_no)
join (select distinct worker_no, id from worker_row) w using (worker_no)
left join (select worker_no, week, any_value(n) as n, any_value(d) as t, any_value(currency)
             as currency from (select distinct w.worker_no, w.week, w.currency,
               coalesce(p.regular_rate, w.rate).n as n, coalesce(p.regular_rate, w.rate).d as d
               from week_rate w left join premium p using (worker_no, week, currency))
           group by worker_no, week having count(*) = 1) c
  on c.worker_no = f.worker_no and f.premium > 0 and f.on_date between c.week and c.week + 6
order by f.code, w.id, f.on_date, f.limit_no
"""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One limit that a worker's time doesn't keep.

    ``entry``: the last that it was worked by. ``date``: the day, or the first of the window. Seconds:
    ``excess`` is too much or lacking (None where something is counted), ``value`` what there was:
    pauses, rest, or work. ``lacking``: how many meals or rest breaks. ``amount``: what the limit's
    premium comes to at the week's regular rate, in the major unit of ``currency``; None without rates.
    """

    code: str
    limit: Limit
    entry: str
    worker: str
    date: date
    excess: int | None
    value: int
    lacking: int | None
    amount: Fraction | None
    currency: str | None


def findings(story: Story) -> list[Finding]:
    """By code, worker and day."""
    limits = [row for _, row in limit_rows(Laws(story.inputs.config))]
    rows = story.connection.execute(_ASKED).fetchall()
    return [
        Finding(
            code=f"TO{code}",
            limit=limits[limit_no],
            entry=entry,
            worker=worker,
            date=day,
            excess=excess,
            value=value,
            lacking=lacking,
            amount=Fraction(premium * n, t * RATE_SCALE * SECONDS_PER_HOUR) if n is not None else None,
            currency=currency,
        )
        for code, limit_no, entry, worker, day, excess, value, lacking, premium, n, t, currency in rows
    ]
