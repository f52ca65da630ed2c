"""`tieout log`: the applies and the changes of the configuration so far, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from tieout.cli import console
from tieout.cli.company import configured

if TYPE_CHECKING:
    from tieout.governance.applies import Applied
    from tieout.governance.changelog import Edit

#: So many changes of one commit are told in a terminal; JSON has them all.
_SHOWN = 12


class Format(StrEnum):
    """How the log is printed."""

    TEXT = "text"
    JSON = "json"


def command(
    env: Annotated[
        str | None, typer.Option(metavar="NAME", help="The environment to look at.")
    ] = None,
    commits: Annotated[
        int, typer.Option(metavar="N", min=0, help="So many commits of the configuration.")
    ] = 20,
    format: Annotated[Format, typer.Option(help="How to print the log.")] = Format.TEXT,
) -> None:
    """Tell who applied which plan, and who changed which mapping or rule, when, in words."""
    from tieout.governance.applies import history
    from tieout.governance.changelog import changelog
    from tieout.store.journal import Journal

    config = configured(env)
    journal = Journal.read(config.state, config.company.id, config.environment.name)
    applies: tuple[Applied, ...] = ()
    if journal is not None:
        with journal:
            applies = tuple(reversed(history(journal)))
    edits = changelog(config.root, commits)
    if format is Format.JSON:
        import json

        data = {
            "format_version": 1,
            "applies": [apply.as_json() for apply in applies],
            "changes": [edit.as_json() for edit in edits],
        }
        console.out(json.dumps(data, indent=2, ensure_ascii=False))
    else:
        console.out("\n".join([*told(applies), *changed(edits)]))


def told(applies: tuple[Applied, ...]) -> Iterator[str]:
    """One line an apply: its number, when (UTC), who, plan, counts."""
    for apply in applies:
        when = apply.began[:16].replace("T", " ")
        said = f"plan {apply.plan[:8]}  ·  {_came_to(apply)}"
        yield f"#{apply.number}  {when}Z  {apply.actor}  {said}"
    if not applies:
        yield "Nothing was applied yet."
        yield ""
        yield "Next: tieout plan -o plan.tieout"


def changed(edits: tuple[Edit, ...]) -> Iterator[str]:
    """A paragraph a commit: hash, when (UTC), who, subject, then what changed, a line each."""
    if edits:
        yield ""
        yield console.style("Configuration", "bold")
    for edit in edits:
        when = edit.when[:16].replace("T", " ")
        yield f"{edit.commit[:10]}  {when}Z  {edit.author}  ·  {edit.subject}"
        yield from (f"  {word}" for word in edit.words[:_SHOWN])
        if len(edit.words) > _SHOWN:
            yield console.style(f"  … and {len(edit.words) - _SHOWN} more", "dim")


def _came_to(apply: Applied) -> str:
    if apply.ended is None:
        return console.style("cut off", "yellow")
    if apply.counts is None:
        return "ended; its counts were removed by retention"
    parts = [f"{n:,} {state.replace('_', ' ')}" for state, n in apply.counts.items()]
    return ", ".join(parts) or "settled what was open"
