"""`tieout doctor`: is the set-up in order?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

import typer

from tieout.cli import console
from tieout.cli.context import company_root
from tieout.cli.exits import ExitCode


def command(
    env: Annotated[
        str | None, typer.Option(metavar="NAME", help="The environment to look at.")
    ] = None,
    format: Annotated[Literal["text", "json"], typer.Option(help="How to print it.")] = "text",
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 for a warning too.")
    ] = False,
) -> None:
    """Look at the set-up: each thing that a run relies on, and the command that mends it.

    Configuration, git, clock, state, lock, sources and the age of what was pulled, references to
    secrets, books, extras that are needed, law packs to be reviewed, plans that wait for an approval.
    Nothing is changed. Exits with 1 if something fails.
    """
    from tieout.config.load import load
    from tieout.governance.doctor import Health, examine
    from tieout.reporting import doctor

    root = company_root()
    found = examine(load(root, env), root, datetime.now(UTC))
    page = (
        doctor.as_json(found) if format == "json" else doctor.text(found, colour=console.coloured())
    )
    console.out(page.rstrip("\n"))
    bad = (Health.FAIL, Health.WARN) if strict else (Health.FAIL,)
    if any(check.health in bad for check in found):
        raise typer.Exit(ExitCode.ERROR)
