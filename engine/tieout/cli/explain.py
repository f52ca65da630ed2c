"""`tieout explain CODE`: what a code means, why it comes up, and what to do about it."""

from __future__ import annotations

from shutil import get_terminal_size
from typing import Annotated

import typer

from tieout.cli import console


def command(
    what: Annotated[
        str | None, typer.Argument(metavar="[CODE]", help="A code like TO201; none lists them all.")
    ] = None,
) -> None:
    """Spell out a code: its meaning, cause, mend and an example."""
    from tieout.domain.diagnostic import Refused
    from tieout.reporting import codes, explain

    if what is None:
        console.out(explain.overview(colour=console.coloured()).rstrip("\n"))
    elif what.upper() in codes.codes():
        columns = get_terminal_size().columns
        page = explain.text(what.upper(), columns=columns, colour=console.coloured())
        console.out(page.rstrip("\n"))
    else:
        raise Refused([explain.unknown(what)])
