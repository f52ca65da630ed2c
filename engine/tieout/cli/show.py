"""`tieout show FILE`: a saved plan again, also when it is stale."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tieout.cli.shown import Format, approvals_of, show


def command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A plan that `plan -o` wrote.")],
    form: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.TEXT,
    show_pay: Annotated[
        bool, typer.Option("--show-pay", help="Show cost amounts that could tell a wage.")
    ] = False,
) -> None:
    """Read a saved plan again, also when it is stale."""
    from tieout.planning import plan_file

    plan = plan_file.read(file)
    show(plan, form, file=file, show_pay=show_pay, approvals=approvals_of(file))
