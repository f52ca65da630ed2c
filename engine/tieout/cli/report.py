"""`tieout report`: the reconciliation as a report that can be kept or sent."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from tieout.cli import console


def command(
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Write it there instead of printing."),
    ] = None,
    env: Annotated[
        str | None, typer.Option(metavar="NAME", help="The environment to work in.")
    ] = None,
    format: Annotated[Literal["markdown"], typer.Option(help="How to write it.")] = "markdown",  # noqa: ARG001  HTML comes beside it
    as_of_date: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="As on this day (YYYY-MM-DD)."),
    ] = None,
    show_pay: Annotated[
        bool, typer.Option("--show-pay", help="Show cost amounts that could tell a wage.")
    ] = False,
) -> None:
    """Write the reconciliation report, from the company's own template where it has one."""
    from tieout.cli.afresh import reconciled
    from tieout.reporting import report

    day = as_of_date.date() if as_of_date else None
    config, found = reconciled(env, as_of=day, show_pay=show_pay)
    packs = config.rules.packs.values()
    text = report.markdown(found, packs, root=config.root, show_pay=show_pay)
    if output is None:
        console.out(text.rstrip("\n"))
        return
    _write(output, text)
    console.err(f"Wrote {output}")


def _write(output: Path, text: str) -> None:
    from tieout.domain.diagnostic import Diagnostic, Refused

    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refused([
            Diagnostic(
                code="TO293", message=f"the report can't be written to {output}: {error.strerror}",
                hint="name a file in a folder that you may write to", next="tieout report -o FILE",
            )
        ]) from None  # fmt: skip
