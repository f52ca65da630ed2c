"""`tieout attest`: a manager approves the hours of a period, on a digest of what was recorded."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from tieout.cli import console
from tieout.cli.company import Env, configured, person, today
from tieout.cli.deciding import day_of

if TYPE_CHECKING:
    from tieout.config.model import Config
    from tieout.governance.attest import Attested


def command(
    worker: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="This worker's hours; may be repeated.")
    ] = None,
    manager: Annotated[
        str | None,
        typer.Option(metavar="EMAIL", help="Those of whom this is the manager.  [default: you]"),
    ] = None,
    from_: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="DATE", help="The first day.  [default: of the last whole workweek]"
        ),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="DATE", help="The last day.  [default: six days after it]"),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what there is to attest, and write nothing.")
    ] = False,
    reason: Annotated[
        str, typer.Option(help="What it rests on, in a few words: kept in git.")
    ] = "looked through",
    env: Env = None,
) -> None:  # fmt: skip
    """Attest the hours of workers in a period, where approval comes from attestations.

    Each is a row in rules/decisions/, to be looked at and committed like any other rule. It binds what
    is recorded now: who, when, how long, on what and whether billable. An edit of any of these
    withdraws it until it is attested again; notes and tags may change.
    """
    from tieout.config.model import Decision
    from tieout.governance.attest import attest

    config = configured(env)
    by = person(config.root)
    first, last = _period(config, day_of(from_), day_of(to))
    workers = worker or _of(config, manager or by)
    wanted = Decision(
        id="", kind="attest", key="", action="attest", reason=" ".join(reason.split()), by=by,
        on=today(config),
    )  # fmt: skip
    with console.steps() as step:
        step("looking at what was recorded")
        told = attest(config, workers, first, last, wanted, write=not dry_run)
    _print(told)


def _of(config: Config, manager: str) -> list[str]:
    named = manager.lower()
    return sorted({w.id for w in config.workers if (w.manager or "").lower() == named})


def _period(config: Config, first: date | None, last: date | None) -> tuple[date, date]:
    """The first and the last day: of what isn't given, the last whole workweek's."""
    day = today(config)
    since = (day.weekday() - config.company.week_starts) % 7
    begins = first or day - timedelta(days=since + 7)
    return begins, last or begins + timedelta(days=6)


def _print(told: list[Attested]) -> None:
    from tieout.domain.money import format_seconds

    for one in told:
        content, recorded = one.content, one.recorded
        known = " (attested already)" if recorded and recorded.known else ""
        head = f"{recorded.decision.id}  ·  attest " if recorded else ""
        noun = "entry" if content.entries == 1 else "entries"
        amount = f"{format_seconds(content.seconds)} in {content.entries:,} {noun}"
        console.out(f"{head}{content.span.key}  {amount}{known}")
    decided = [one.recorded for one in told if one.recorded]
    files = ", ".join(sorted({one.file for one in decided if not one.known}))
    if files:
        console.out(f"  written to {files}")
    console.out()
    if files:
        console.out("Next: git diff, commit, tieout plan")
    else:
        console.out(f"Next: {'tieout plan' if decided else 'tieout attest'}")
