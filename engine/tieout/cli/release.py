"""`tieout release KEY`: an invoice that a worksheet asks for may be written as it is now."""

from __future__ import annotations

from typing import Annotated

import typer

from tieout.cli.company import Env
from tieout.cli.deciding import Reason, day_of, decide


def command(
    key: Annotated[
        str, typer.Argument(metavar="KEY", help="The document's key, or as much as names it.")
    ],
    reason: Reason = "",
    expires: Annotated[
        str | None, typer.Option(metavar="DATE", help="The last day on which this holds.")
    ] = None,
    env: Env = None,
) -> None:
    """Release an invoice after the review of its worksheet.

    The decision is a row in rules/decisions/, to be looked at and committed like any other rule. It
    binds what the invoice comes to now, line by line: a later edit of an entry needs another release,
    and until then the books keep what was released.
    """
    decide("release", key, "release", reason, day_of(expires), env)
