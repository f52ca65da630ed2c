"""`tieout overtime`: which part of a year's overtime pay the FLSA requires, for form W-2."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from tieout.cli import console
from tieout.cli.company import Env, configured


def command(
    year: Annotated[
        int | None,
        typer.Option(
            metavar="YYYY", min=1938, max=9998, help="The calendar year; else that of the last pull."
        ),
    ] = None,
    env: Env = None,
    show_pay: Annotated[
        bool, typer.Option("--show-pay", help="Show amounts: they tell what an hour is paid.")
    ] = False,
    format: Annotated[
        Literal["text", "json", "csv"], typer.Option(help="How to print the report.")
    ] = "text",
) -> None:
    """Report by worker the hours past 40 a workweek, and what the FLSA requires above the regular rate.

    That is half of the regular rate for each of these hours, whatever more a state's law pays: the amount of
    qualified overtime on form W-2. Of hours as they were worked; a workweek is of the year in which it ends.
    """
    from tieout.pipeline.qualified import qualified
    from tieout.planning.told import tell
    from tieout.reporting import overtime

    config = configured(env)
    with tell(config) as told:
        report = overtime.report(config, qualified(told.story), year or told.gathered.as_of.year)
    match format:
        case "json":
            text = overtime.as_json(report, show_pay=show_pay)
        case "csv":
            text = overtime.as_csv(report, show_pay=show_pay)
        case "text":
            text = overtime.text(report, show_pay=show_pay, colour=console.coloured())
    console.out(text.rstrip("\r\n"))
