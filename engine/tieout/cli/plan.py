"""`tieout plan`: what would change in the books, and why."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tieout.cli import console, diagnostics
from tieout.cli.company import Env, configured
from tieout.cli.exits import ExitCode
from tieout.cli.shown import Format, approvals_of, show

if TYPE_CHECKING:
    from tieout.config.model import Config
    from tieout.domain.plan import Plan
    from tieout.governance.approvals import Approval


def command(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Save the plan here.")
    ] = None,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Pull sources and books first.")
    ] = False,
    as_of: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=ID", help="Plan against an older snapshot of one of them."),
    ] = None,
    as_of_date: Annotated[
        str | None, typer.Option(metavar="DATE", help="Plan as on this day (YYYY-MM-DD).")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="REV",
            help="Plan with the mappings and rules of this commit, branch or tag.",
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY",
            help="Only these documents: a kind, or a key with *. What they exchange comes along.",
        ),
    ] = None,
    env: Env = None,
    form: Annotated[Format, typer.Option("--format", help="How to write the plan.")] = Format.TEXT,
    show_pay: Annotated[
        bool, typer.Option("--show-pay", help="Show cost amounts that could tell a wage.")
    ] = False,
    detailed_exitcode: Annotated[
        bool,
        typer.Option(
            "--detailed-exitcode",
            help="Exit with 2 if changes are planned, 3 if apply would refuse.",
        ),
    ] = False,
) -> None:
    """Show what would change in the books, and why.

    Planning writes nothing but the plan file: the books are compared as the last pull found them.
    """
    config = configured(env, at)
    day = _day(as_of_date)
    chosen = _chosen(as_of or [])
    if refresh:
        _pull(config)
    plan = _made(config, day, chosen, only or [])
    if output:
        from tieout.planning import plan_file

        plan_file.write(output, plan)
    given = approvals_of(output)
    show(plan, form, file=output, show_pay=show_pay, approvals=given)
    raise typer.Exit(_exit_code(plan, given) if detailed_exitcode else ExitCode.DONE)


def _made(config: Config, as_of: date | None, chosen: dict[str, str], only: list[str]) -> Plan:
    from tieout.planning.make import make

    with console.steps() as step:
        return make(config, datetime.now(UTC), as_of=as_of, chosen=chosen, only=only, progress=step)


def _pull(config: Config) -> None:
    from tieout.connectors.targets import reader
    from tieout.pulling.pull import pull

    readers = {name: reader(config, name) for name in config.targets}
    with console.steps() as step:
        result = pull(config, readers, config.state, datetime.now(UTC), None, False, step)
    if result.diagnostics:
        console.err(diagnostics.text(result.diagnostics))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date like 2026-11-22") from None


def _chosen(pairs: list[str]) -> dict[str, str]:
    for pair in pairs:
        if "=" not in pair:
            raise typer.BadParameter(f"{pair!r} is not NAME=ID")
    return dict(pair.split("=", 1) for pair in pairs)


def _exit_code(plan: Plan, given: tuple[Approval, ...]) -> ExitCode:
    from tieout.governance.approvals import still_refusing

    if still_refusing(plan, given):
        return ExitCode.REFUSED
    return ExitCode.DONE if plan.empty else ExitCode.PLANNED
