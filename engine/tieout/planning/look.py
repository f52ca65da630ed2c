"""Documents as planning sees them now: what `drift`, `correct` and `explain` ask."""

from __future__ import annotations

from tieout.config.model import Config
from tieout.domain.key import base_key
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


def look(config: Config, key: str) -> Case | None:
    """The chain of this document key with its verdict, or None where the three states agree on it.

    Raises ``Refused`` where something was never pulled.
    """
    return next((case for case in cases(config) if case.chain.base == base_key(key)), None)
