"""Makes a whole plan: gather, build, enclose. What every verb that needs a plan calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from tieout.config.model import Config
from tieout.domain.diagnostic import Diagnostic, Refused
from tieout.domain.document import Kind
from tieout.domain.key import base_key
from tieout.domain.plan import Body, Plan
from tieout.pipeline.run import Story
from tieout.planning.build import build
from tieout.planning.changes import names
from tieout.planning.envelope import enclose
from tieout.planning.gather import Gathered, gather


def make(
    config: Config,
    now: datetime,
    *,
    as_of: date | None = None,
    chosen: Mapping[str, str] | None = None,
    only: Sequence[str] = (),
    progress: Callable[[str], None] = lambda _: None,
    ask: Callable[[Story], None] = lambda _: None,
) -> Plan:
    """A plan from the newest (or ``chosen``) snapshots. ``now`` dates the envelope, nothing else.
    ``ask`` may question the story that the plan is made from.

    Raises ``Refused`` where something was never pulled or can't be read, and with TO456 where
    ``only`` names what there isn't.
    """
    gathered = gather(config, as_of=as_of, chosen=chosen)
    body = build(gathered, only, progress, ask=ask)
    if missing := _missing(only, body, gathered):
        raise Refused(missing)
    envelope = enclose(body, config, now, gathered.serial, gathered.journal_head)
    return Plan(body=body, envelope=envelope)


def _missing(only: Sequence[str], body: Body, gathered: Gathered) -> list[Diagnostic]:
    """An empty plan because of a typing error must not read as if all were well."""
    keys = {base_key(change.document) for change in body.changes}
    keys.update(exception.entry for exception in body.exceptions)
    keys.update(map(base_key, gathered.applied.column("key").to_pylist() if only else ()))
    return [
        Diagnostic(
            code="TO456",
            message=f"--only {pattern} names no document",
            hint=f"name a kind ({', '.join(Kind)}), or a key as the plan shows it, with * for the rest",
            next="tieout plan",
        )
        for pattern in sorted(set(only) - set(Kind))
        if not any(names(pattern, key) for key in keys)
    ]
