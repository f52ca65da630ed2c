"""`tieout drift KEY`: what shall become of an edit that somebody made in the books."""

from __future__ import annotations

from typing import Annotated

import typer

from tieout.cli.company import Env
from tieout.cli.deciding import Reason, day_of, decide, one_of


def command(
    key: Annotated[
        str, typer.Argument(metavar="KEY", help="The document's key, or as much as names it.")
    ],
    accept: Annotated[
        bool, typer.Option("--accept", help="The books are right, for as long as nothing changes.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="The entries are right: the next plan writes them.")
    ] = False,
    reason: Reason = "",
    expires: Annotated[
        str | None, typer.Option(metavar="DATE", help="The last day on which this holds.")
    ] = None,
    env: Env = None,
) -> None:
    """Settle one document that was edited or deleted in the books.

    The decision is a row in rules/decisions/, to be looked at and committed like any other rule.
    It holds while what should be and what is there are what they are now.
    """
    action = one_of({"accept": accept, "overwrite": overwrite})
    decide("drift", key, action, reason, day_of(expires), env)
