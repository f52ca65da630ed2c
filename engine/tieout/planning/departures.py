"""What whoever reviews a plan must know of the laws: where the company departs from one, and which public
holidays shortened a week, by which version of their library."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tieout.config.calendars import library, public_holidays
from tieout.config.model import ALWAYS, FOREVER, Config, Override
from tieout.config.overrides import in_force, overridden, standing
from tieout.domain.change import Exception_
from tieout.pipeline.run import Story


def departures(config: Config, as_of: date) -> Iterator[Exception_]:
    """TO372 for each figure of a law in place of which the company has its own, now or later."""
    for override in in_force(config.rules.overtime.overrides, as_of):
        law = standing(config.rules.packs[override.law])[override.parameter]
        yield Exception_(
            code="TO372", severity="info", purpose=None, entry=f"{override.law}/{override.parameter}",
            owner=override.by, message=_message(override, law or "nothing"),
        )  # fmt: skip


_SHORTENED = """
select distinct h.day
from holiday_row h
join checked c on c.pack_no = h.pack_no and h.day between c.week and c.week + 6
join segment s using (portion_no)
where s.percent > 100 and s.basis in (select unnest($bases))
order by 1
"""


def shortened(story: Story) -> Iterator[Exception_]:
    """TO373 for each law and public holiday of a workweek in which somebody worked past what it left."""
    rules = story.inputs.config.rules
    for pack in sorted((p for p in rules.packs.values() if p.holidays), key=lambda p: p.id):
        tiers = overridden(pack, rules.overtime.overrides).tiers
        bases = {"bases": [tier.basis for tier in tiers if tier.holiday]}
        days = [day for (day,) in story.connection.execute(_SHORTENED, bases).fetchall()]
        names = public_holidays(pack.holidays or "", {day.year for day in days})
        for day in days:
            yield Exception_(
                code="TO373", severity="info", purpose=None, entry=f"{pack.id}/{day}", owner=None,
                message=f"{names[day]}, {day}, shortens the workweek of {pack.id} (by {library()})",
            )  # fmt: skip


def _message(override: Override, law: str) -> str:
    from_ = f" from {override.from_}" if override.from_ != ALWAYS else ""
    to = f" to {override.to}" if override.to != FOREVER else ""
    said = f"{override.law} {override.parameter} is {override.value} here, not {law}{from_}{to}"
    return f"{said}: {override.reason}"
