"""Asks a told story what each worker's days came to for pay: what a pay register is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tieout.pipeline.run import Story


@dataclass(frozen=True, kw_only=True)
class PayDay:
    """One worker's day in one state: ``code`` None for what is booked, else why it is held or left
    out. ``seconds`` of the sources; ``rounding`` added to those that are booked."""

    worker: str
    day: date
    code: str | None
    seconds: int
    rounding: int


def pay_days(story: Story) -> tuple[PayDay, ...]:
    """Every mapped worker's days, by worker, day and state. Nothing where no document serves pay."""
    found = story.connection.execute(
        "select w.id, c.work_date, c.pay, sum(c.seconds)::bigint, "
        "  sum(if(c.pay = 0, r.pay_seconds - c.seconds, 0))::bigint "
        "from checked c join rounded r using (portion_no) "
        "join (select distinct worker_no, id from worker_row) w using (worker_no) "
        "where exists (select 1 from purpose_claimed where purpose = 'pay') "
        "group by w.id, c.work_date, c.pay order by w.id, c.work_date, c.pay"
    ).fetchall()
    return tuple(
        PayDay(
            worker=worker, day=day, code=f"TO{state}" if state else None, seconds=seconds,
            rounding=rounding,
        )
        for worker, day, state, seconds, rounding in found
    )  # fmt: skip
