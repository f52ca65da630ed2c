"""`tieout show FILE`: a saved plan again, also when it is stale."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from shutil import get_terminal_size
from typing import Annotated

import typer

from tieout.cli import console


class Format(StrEnum):
    """How the plan is written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A plan that `plan -o` wrote.")],
    form: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.TEXT,
    show_pay: Annotated[
        bool, typer.Option("--show-pay", help="Show cost amounts that could tell a wage.")
    ] = False,
) -> None:
    """Read a saved plan again, also when it is stale."""
    from tieout.planning import plan_file
    from tieout.reporting import plan_json, plan_markdown, plan_text

    plan = plan_file.read(file)
    match form:
        case Format.JSON:
            text = plan_json.text(plan, show_pay=show_pay)
        case Format.MARKDOWN:
            text = plan_markdown.text(plan, file=str(file), show_pay=show_pay)
        case Format.TEXT:
            text = plan_text.text(
                plan, file=str(file), show_pay=show_pay, columns=get_terminal_size().columns,
                colour=console.coloured(),
            )  # fmt: skip
    console.out(text.rstrip("\n"))
