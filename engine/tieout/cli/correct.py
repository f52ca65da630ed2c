"""`tieout correct KEY`: how a document that is final comes to what it should be."""

from __future__ import annotations

from typing import Annotated

import typer

from tieout.cli.company import Env
from tieout.cli.deciding import Reason, day_of, decide, one_of


def command(
    key: Annotated[
        str, typer.Argument(metavar="KEY", help="The document's key, or as much as names it.")
    ],
    credit: Annotated[
        bool, typer.Option("--credit", help="A credit note for what was billed too much.")
    ] = False,
    rebill: Annotated[
        bool, typer.Option("--rebill", help="Credit all of it and bill it anew.")
    ] = False,
    next_invoice: Annotated[
        bool, typer.Option("--next-invoice", help="Put the difference on the next invoice.")
    ] = False,
    write_off: Annotated[
        bool, typer.Option("--write-off", help="Leave it as it is; the difference is told.")
    ] = False,
    reason: Reason = "",
    expires: Annotated[
        str | None, typer.Option(metavar="DATE", help="The last day on which this holds.")
    ] = None,
    env: Env = None,
) -> None:
    """Settle a held change to a document that is sent, paid or closed.

    The decision is a row in rules/decisions/, to be looked at and committed like any other rule.
    It holds while the document should come to what it should come to now.
    """
    action = one_of(
        {"credit": credit, "rebill": rebill, "next-invoice": next_invoice, "write-off": write_off}
    )
    decide("correct", key, action, reason, day_of(expires), env)
