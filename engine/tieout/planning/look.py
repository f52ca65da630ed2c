"""Documents as planning sees them now: what `drift`, `correct` and `explain` ask."""

from __future__ import annotations

from tieout.config.model import Config
from tieout.domain.key import base_key
from tieout.pipeline.run import Inputs, compute
from tieout.planning.build import Builder, Case
from tieout.planning.gather import gather


def cases(config: Config) -> list[Case]:
    """Every chain on which the three states don't agree, with its verdict, by key.

    Raises ``Refused`` where something was never pulled.
    """
    gathered = gather(config)
    inputs = Inputs(
        config=config, as_of=gathered.as_of, entries=gathered.entries, rates=gathered.rates,
        applied=gathered.applied, records=gathered.records, resolutions=gathered.resolutions,
    )  # fmt: skip
    with compute(inputs) as story:
        return Builder(gathered, story, ()).cases()


def look(config: Config, key: str) -> Case | None:
    """The chain of this document key with its verdict, or None where the three states agree on it.

    Raises ``Refused`` where something was never pulled.
    """
    return next((case for case in cases(config) if case.chain.base == base_key(key)), None)
