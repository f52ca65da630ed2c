"""The worker's weeks behind a plan: what a report splits its figures by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from tieout.pipeline import weeks
from tieout.pipeline.neutrality import Audit, audited
from tieout.pipeline.run import Story
from tieout.pipeline.weeks import Week as Week


@dataclass(frozen=True, kw_only=True)
class Detail:
    """``weeks`` by worker, week and purpose; ``days``: held entry → first day that it was worked;
    ``rounding``: the neutrality audit."""

    weeks: tuple[Week, ...] = ()
    days: Mapping[str, date] = field(default_factory=dict)
    rounding: tuple[Audit, ...] = ()


def detail(story: Story) -> Detail:
    """The weeks and days of a story while it is open."""
    return Detail(weeks=weeks.weeks(story), days=weeks.held_days(story), rounding=audited(story))
