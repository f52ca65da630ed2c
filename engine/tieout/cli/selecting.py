"""Which exceptions are meant: of a saved plan, or of one made now whose story can be asked more."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from tieout.domain.change import Exception_
    from tieout.domain.plan import Plan
    from tieout.pipeline.run import Held, Story


@dataclass(frozen=True)
class Chosen:
    """``narrowed``: at least one filter was given."""

    plan: Plan
    found: tuple[Exception_, ...]
    narrowed: bool


@dataclass
class _Asked:
    """What only the story knows of the held entries."""

    held: list[Held] = field(default_factory=list)

    def __call__(self, story: Story) -> None:
        self.held = story.held()

    def among(
        self, worker: str | None, project: str | None, older: int | None, as_of: date
    ) -> frozenset[str]:
        latest = None if older is None else as_of - timedelta(days=older)
        return frozenset(
            held.entry
            for held in self.held
            if worker in (None, held.worker)
            and project in (None, held.project)
            and (latest is None or held.work_date < latest)
        )


def choose(
    file: Path | None, env: str | None, *, worker: str | None, project: str | None,
    older: int | None, **filters: str | None,
) -> Chosen:  # fmt: skip
    """The exceptions that agree with every filter. A usage error where a saved plan is asked for
    what only the entries can tell."""
    from tieout.reporting import exceptions

    asked, deep = _Asked(), any(given is not None for given in (worker, project, older))
    if file is None:
        from tieout.cli.afresh import plan_now

        plan = plan_now(env, ask=asked).plan
    else:
        from tieout.planning import plan_file

        if deep:
            raise typer.BadParameter(
                "a saved plan doesn't say the worker, project and day of its entries: leave it out"
            )
        plan = plan_file.read(file)
    as_of = date.fromisoformat(plan.body.as_of)
    among = asked.among(worker, project, older, as_of) if deep else None
    found = exceptions.select(plan, among=among, **filters)
    return Chosen(plan, found, deep or any(filters.values()))
