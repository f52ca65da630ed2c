"""Where the company departs from a law pack: told in every plan, as whoever reviews it must know."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tieout.config.model import ALWAYS, FOREVER, Config, Override
from tieout.config.overrides import in_force, standing
from tieout.domain.change import Exception_


def departures(config: Config, as_of: date) -> Iterator[Exception_]:
    """TO372 for each figure of a law in place of which the company has its own, now or later."""
    for override in in_force(config.rules.overtime.overrides, as_of):
        law = standing(config.rules.packs[override.law])[override.parameter]
        yield Exception_(
            code="TO372", severity="info", purpose=None, entry=f"{override.law}/{override.parameter}",
            owner=override.by, message=_message(override, law or "nothing"),
        )  # fmt: skip


def _message(override: Override, law: str) -> str:
    from_ = f" from {override.from_}" if override.from_ != ALWAYS else ""
    to = f" to {override.to}" if override.to != FOREVER else ""
    said = f"{override.law} {override.parameter} is {override.value} here, not {law}{from_}{to}"
    return f"{said}: {override.reason}"
