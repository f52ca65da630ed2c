"""`tieout test`: do the company's rules still come to what its own examples say?"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from tieout.cli import console
from tieout.cli.company import configured
from tieout.cli.exits import ExitCode


class Format(StrEnum):
    """How the outcomes are written."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    JUNIT = "junit"


def command(
    chosen: Annotated[
        str, typer.Argument(metavar="[TEXT]", help="Only tests with this in their name or file.")
    ] = "",
    env: Annotated[
        str | None, typer.Option(metavar="NAME", help="Under the rules of this environment.")
    ] = None,
    shown: Annotated[
        Format,
        typer.Option("--format", help="text, json, github for annotations, junit for reports."),
    ] = Format.TEXT,
) -> None:
    """Run the examples in rules/tests against the rules as they stand.

    Each example is worked out by the very path that plans take. All that fail are told at once,
    with what was expected, what came, and the rule that made it so. Nothing is read but the
    company's files, and nothing written.
    """
    from tieout.governance.ruletests.run import run_tests
    from tieout.reporting import ruletests

    config = configured(env)
    with console.steps() as step:
        results = run_tests(config, chosen, step)
    match shown:
        case Format.JSON:
            text = ruletests.as_json(results)
        case Format.GITHUB:
            text = ruletests.github(results)
        case Format.JUNIT:
            text = ruletests.junit(results)
        case Format.TEXT:
            text = ruletests.text(results, colour=console.coloured())
    if text:
        console.out(text.rstrip("\n"))
    raise typer.Exit(ExitCode.DONE if results.ok else ExitCode.ERROR)
