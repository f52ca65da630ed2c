"""`tieout log`: the applies so far, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from tieout.cli import console
from tieout.cli.company import configured

if TYPE_CHECKING:
    from tieout.governance.applies import Applied


class Format(StrEnum):
    """How the log is printed."""

    TEXT = "text"
    JSON = "json"


def command(
    env: Annotated[
        str | None, typer.Option(metavar="NAME", help="The environment to look at.")
    ] = None,
    format: Annotated[Format, typer.Option(help="How to print the log.")] = Format.TEXT,
) -> None:
    """Tell who applied which plan, when, and what came of it."""
    from tieout.governance.applies import history
    from tieout.store.journal import Journal

    config = configured(env)
    journal = Journal.read(config.state, config.company.id, config.environment.name)
    applies: tuple[Applied, ...] = ()
    if journal is not None:
        with journal:
            applies = tuple(reversed(history(journal)))
    if format is Format.JSON:
        import json

        data = {"format_version": 1, "applies": [apply.as_json() for apply in applies]}
        console.out(json.dumps(data, indent=2, ensure_ascii=False))
    else:
        console.out("\n".join(told(applies)))


def told(applies: tuple[Applied, ...]) -> Iterator[str]:
    """One line an apply: when (UTC), who, plan, counts."""
    for apply in applies:
        when = apply.began[:16].replace("T", " ")
        yield f"{when}Z  {apply.actor}  plan {apply.plan[:8]}  ·  {_came_to(apply)}"
    if not applies:
        yield "Nothing was applied yet."
        yield ""
        yield "Next: tieout plan -o plan.tieout"


def _came_to(apply: Applied) -> str:
    if apply.ended is None:
        return console.style("cut off", "yellow")
    if apply.counts is None:
        return "ended; its counts were removed by retention"
    parts = [f"{n:,} {state.replace('_', ' ')}" for state, n in apply.counts.items()]
    return ", ".join(parts) or "settled what was open"
