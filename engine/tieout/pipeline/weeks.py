"""Asks a told story what each worker's weeks came to, and on which day held entries were worked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tieout.pipeline.run import Story

_STATES = """
select c.entry_no, c.worker_no, c.week, c.work_date, c.seconds,
    unnest([{purpose: 'record', state: c.record, counted: c.seconds},
            {purpose: 'pay', state: c.pay, counted: r.pay_seconds},
            {purpose: 'cost', state: c.cost, counted: r.pay_seconds},
            {purpose: 'billing', state: c.billing, counted: r.billing_seconds}], recursive := true)
from checked c join rounded r using (portion_no)
"""


@dataclass(frozen=True, kw_only=True)
class Week:
    """One worker's workweek for one purpose, in seconds, before any document's grain.

    ``worker`` is the company's id, None for who isn't mapped; ``first`` the week's first day.
    ``source`` = ``booked`` − ``rounding`` + ``held`` + ``excluded``.
    """

    purpose: str
    worker: str | None
    first: date
    source: int
    booked: int
    held: int
    excluded: int

    @property
    def rounding(self) -> int:
        """What rounding added to the hours that are booked; negative: what it took."""
        return self.booked + self.held + self.excluded - self.source

    @property
    def exact(self) -> bool:
        """Whether every second of the sources is booked as it was worked."""
        return not (self.held or self.excluded or self.rounding)


def weeks(story: Story) -> tuple[Week, ...]:
    """Every week in which there is an entry, by worker (not mapped: last), week and purpose."""
    found = story.connection.execute(
        "select t.purpose, w.id, t.week, sum(t.seconds)::bigint, "
        "  sum(case when t.state = 0 then t.counted else 0 end)::bigint, "
        "  sum(case when t.state between 201 and 249 then t.seconds else 0 end)::bigint, "
        "  sum(case when t.state between 250 and 299 then t.seconds else 0 end)::bigint "
        f"from ({_STATES}) t join purpose_claimed using (purpose) "
        "left join (select distinct worker_no, id from worker_row) w using (worker_no) "
        "group by t.purpose, w.id, t.week order by w.id nulls last, t.week, t.purpose"
    ).fetchall()
    return tuple(
        Week(
            purpose=purpose, worker=worker, first=first, source=source, booked=booked, held=held,
            excluded=excluded,
        )
        for purpose, worker, first, source, booked, held, excluded in found
    )  # fmt: skip


def held_days(story: Story) -> Mapping[str, date]:
    """The first work date of every entry of which something is held, by the entry's key."""
    found = story.connection.execute(
        f"select e.key, min(t.work_date) from ({_STATES}) t join purpose_claimed using (purpose) "
        "join entry e using (entry_no) where t.state between 201 and 249 "
        "group by e.key order by e.key"
    ).fetchall()
    return dict(found)
