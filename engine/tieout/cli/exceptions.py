"""`tieout exceptions`: what is held, for whom to mend, on a page or for a spreadsheet."""

from __future__ import annotations

from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tieout.cli import console

if TYPE_CHECKING:
    from tieout.domain.plan import Plan


def command(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Of a saved plan; without, as of now.")
    ] = None,
    code: Annotated[str | None, typer.Option(metavar="TO201", help="Only this code.")] = None,
    purpose: Annotated[
        Literal["record", "pay", "cost", "billing"] | None, typer.Option(help="Only this purpose.")
    ] = None,
    owner: Annotated[str | None, typer.Option(metavar="EMAIL", help="Only this owner's.")] = None,
    env: Annotated[
        str | None, typer.Option(metavar="NAME", help="The environment to work in.")
    ] = None,
    format: Annotated[
        Literal["text", "json", "csv"], typer.Option(help="How to print them.")
    ] = "text",
) -> None:
    """List what is held, by owner and code, the most hours first."""
    from tieout.reporting import exceptions

    plan = _plan(file, env)
    found = exceptions.select(plan, code=code, purpose=purpose, owner=owner)
    match format:
        case "json":
            text = exceptions.as_json(found)
        case "csv":
            text = exceptions.as_csv(found)
        case "text":
            columns = get_terminal_size().columns
            text = exceptions.text(
                found, columns=columns, colour=console.coloured(), by_owner=owner is None,
                of=exceptions.select(plan),
            )  # fmt: skip
    console.out(text.rstrip("\r\n"))


def _plan(file: Path | None, env: str | None) -> Plan:
    if file is None:
        from tieout.cli.afresh import plan_now

        return plan_now(env).plan
    from tieout.planning import plan_file

    return plan_file.read(file)
