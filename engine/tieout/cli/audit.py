"""`tieout audit`: both systems as they are, before anything is mapped or booked."""

from __future__ import annotations

from functools import partial
from shutil import get_terminal_size
from typing import Annotated, Literal

import typer

from tieout.cli import console
from tieout.cli.company import Env, configured
from tieout.cli.exits import ExitCode


def command(
    env: Env = None,
    format: Annotated[Literal["text", "json"], typer.Option(help="How to print it.")] = "text",
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 if there is anything to mend.")
    ] = False,
) -> None:
    """Look at both systems before mapping: what is in them, and what is worth mending.

    Duplicates and near duplicates, what has no identifier, what is used after its end, and whom and
    what nobody has mapped, with entries and hours. Sources and books are read as they are now; nothing
    is stored.
    """
    from tieout.connectors.targets import reader
    from tieout.domain.diagnostic import Severity
    from tieout.pulling.audit import audit
    from tieout.pulling.survey import survey
    from tieout.reporting import audit as view

    config = configured(env)
    with console.steps() as step:
        seen = survey(config, {n: partial(reader, config, n) for n in config.targets}, step)
    found = audit(config, seen)
    if format == "json":
        console.out(view.as_json(seen, found))
    else:
        columns = get_terminal_size().columns
        page = view.text(seen, found, columns=columns, colour=console.coloured())
        console.out(page.rstrip("\n"))
    if strict and any(finding.severity is not Severity.INFO for finding in found):
        raise typer.Exit(ExitCode.ERROR)
