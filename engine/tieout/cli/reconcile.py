"""`tieout reconcile`: do entries, documents and books agree? Exit code 6 when they don't."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from shutil import get_terminal_size
from typing import Annotated, Literal

import typer

from tieout.cli import console
from tieout.cli.company import Env
from tieout.cli.exits import ExitCode


def command(
    env: Env = None,
    format: Annotated[
        Literal["text", "json", "markdown"], typer.Option(help="How to print the result.")
    ] = "text",
    as_of_date: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="As on this day (YYYY-MM-DD)."),
    ] = None,
    register: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", exists=True, dir_okay=False,
            help="Compare with what was paid: a pay register as CSV, TSV or XLSX.",
        ),
    ] = None,
    show_pay: Annotated[
        bool, typer.Option("--show-pay", help="Show balances that could tell a wage.")
    ] = False,
) -> None:  # fmt: skip
    """Prove that time, documents and books agree: the books are read again for it."""
    import json

    from tieout.cli.afresh import reconciled
    from tieout.reporting import reconcile_text, report

    day = as_of_date.date() if as_of_date else None
    config, found = reconciled(env, as_of=day, show_pay=show_pay, register=register)
    match format:
        case "json":
            text = json.dumps(found.as_json(), ensure_ascii=False, indent=2)
        case "markdown":
            packs = config.rules.packs.values()
            text = report.markdown(found, packs, root=config.root, show_pay=show_pay)
        case "text":
            columns = get_terminal_size().columns
            text = reconcile_text.text(found, columns=columns, colour=console.coloured())
    console.out(text.rstrip("\n"))
    if not found.ties:
        raise typer.Exit(ExitCode.UNTIED)
