"""Asks a told story whether the rounding of working time evens out (29 CFR 785.48(b)).

Rounding is accepted there only where, over a period of time, it doesn't fail to pay for all the time
that was actually worked. So the differences are added up, for each worker and for all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tieout.config.model import Config, Rounding
from tieout.pipeline.run import Story

#: What the audit looks at: the pay period of the last work known, and the year up to the plan's day.
WINDOWS = ("period", "year")

_BY_ENTRY = """
with last as (
    select c.stream_no, max(k.timesheet_to) as timesheet_to
    from checked c join calendar k on k.stream_no = c.stream_no and k.work_date = c.work_date
    where c.worked and c.work_date <= getvariable('as_of') group by c.stream_no
), entry_sum as (
    select c.worker_no, c.entry_no, k.timesheet_to = l.timesheet_to as in_period,
        sum(c.seconds)::bigint as seconds, sum(r.pay_seconds - c.seconds)::bigint as delta
    from checked c join rounded r using (portion_no)
    join calendar k on k.stream_no = c.stream_no and k.work_date = c.work_date
    left join last l on l.stream_no = c.stream_no
    where c.worked and c.paid and c.pay not between 250 and 299 and c.work_date <= getvariable('as_of')
      and c.work_date > getvariable('as_of') - interval 1 year
    group by c.worker_no, c.entry_no, in_period
)
select w.id, x."window", count(*), sum(s.seconds)::bigint, sum(s.delta)::bigint,
    count(*) filter (where s.delta < 0), count(*) filter (where s.delta > 0)
from entry_sum s
join (values ('period'), ('year')) x("window") on x."window" = 'year' or s.in_period
join (select distinct worker_no, id from worker_row) w using (worker_no)
group by grouping sets ((w.id, x."window"), (x."window"))
order by x."window", w.id nulls first
"""


@dataclass(frozen=True, kw_only=True)
class Audit:
    """What rounding did to one worker's paid time (``worker`` None: to all) in one window.

    ``seconds`` as worked, ``delta`` what rounding added or, negative, took; ``against`` and
    ``favour``: how many of the ``entries`` lost or gained by it.
    """

    worker: str | None
    window: str
    entries: int
    seconds: int
    delta: int
    against: int
    favour: int

    def passes(self, rule: Rounding) -> bool:
        """Whether what was taken is within the rule's limit, or the entries are too few to say."""
        few = self.entries < rule.audit_over
        return few or -self.delta * 10_000 <= self.seconds * rule.audit_bias


def audited(story: Story) -> tuple[Audit, ...]:
    """By window, all workers together first. Nothing where tieout doesn't round pay."""
    if not rounds(story.inputs.config):
        return ()
    return tuple(_audits(story))


def rounds(config: Config) -> bool:
    """Whether tieout itself rounds what workers are paid for."""
    rule = config.rules.rounding.get("pay", Rounding())
    return rule.where == "tieout" and bool(rule.increment or rule.at_clock)


def _audits(story: Story) -> Iterator[Audit]:
    for worker, window, entries, seconds, delta, against, favour in story.connection.execute(
        _BY_ENTRY
    ).fetchall():
        yield Audit(
            worker=worker, window=window, entries=entries, seconds=seconds, delta=delta,
            against=against, favour=favour,
        )  # fmt: skip
