"""Makes a whole plan: gather, build, enclose. What every verb that needs a plan calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from tieout.config.model import Config
from tieout.domain.plan import Plan
from tieout.planning.build import build
from tieout.planning.envelope import enclose
from tieout.planning.gather import gather


def make(
    config: Config,
    now: datetime,
    *,
    as_of: date | None = None,
    chosen: Mapping[str, str] | None = None,
    only: Sequence[str] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> Plan:
    """A plan from the newest (or ``chosen``) snapshots. ``now`` dates the envelope, nothing else.

    Raises ``Refused`` where something was never pulled or can't be read.
    """
    gathered = gather(config, as_of=as_of, chosen=chosen)
    body = build(gathered, only, progress)
    envelope = enclose(body, config, now, gathered.serial, gathered.journal_head)
    return Plan(body=body, envelope=envelope)
