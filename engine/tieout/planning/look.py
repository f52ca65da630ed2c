"""Documents as planning sees them now: what `drift` and `correct` ask."""

from __future__ import annotations

from tieout.config.model import Config
from tieout.pipeline.run import compute
from tieout.planning.build import inputs
from tieout.planning.cases import Case, find
from tieout.planning.gather import gather


def cases(config: Config) -> list[Case]:
    """Every chain on which the three states don't agree, with its verdict, by key.

    Raises ``Refused`` where something was never pulled.
    """
    gathered = gather(config)
    with compute(inputs(gathered)) as story:
        return find(gathered, story)
