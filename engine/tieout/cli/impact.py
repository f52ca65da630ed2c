"""`tieout impact`: what a change of mappings and rules does to documents, hours and money."""

from __future__ import annotations

from datetime import UTC, datetime
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tieout.cli import console
from tieout.cli.company import Env
from tieout.cli.exits import ExitCode

if TYPE_CHECKING:
    from tieout.config.commit import Commit
    from tieout.config.model import Config
    from tieout.reporting.impact_view import ImpactView

Format = Literal["text", "json", "markdown", "github"]


def command(
    base: Annotated[
        str, typer.Option(metavar="REV", help="The commit, branch or tag to compare with.")
    ],
    head: Annotated[
        str | None,
        typer.Option(metavar="REV", help="What to compare.  [default: the files as they stand]"),
    ] = None,
    env: Env = None,
    format: Annotated[
        Format,
        typer.Option(help="How to write it; github are notes beside the lines that were edited."),
    ] = "text",
    as_of_date: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="As on this day (YYYY-MM-DD)."),
    ] = None,
    show_pay: Annotated[
        bool, typer.Option("--show-pay", help="Show cost amounts that could tell a wage.")
    ] = False,
    detailed_exitcode: Annotated[
        bool,
        typer.Option(
            "--detailed-exitcode",
            help="Exit with 2 if anything differs, 3 if a guard would refuse the plan.",
        ),
    ] = False,
) -> None:
    """Show what a change of mappings and rules does, before anyone merges it.

    Plans the same snapshots under both commits, as on the same day, and tells what differs: in
    documents, hours and money, by customer, by account and by the rows that were edited. Nothing is
    pulled or written.
    """
    from tieout.reporting import impact_json, impact_markdown, impact_text

    found = _found(base, head, env, as_of_date, show_pay=show_pay)
    match format:
        case "json":
            text = impact_json.text(found)
        case "markdown":
            text = impact_markdown.text(found)
        case "github":
            text = impact_markdown.github(found)
        case "text":
            columns = get_terminal_size().columns
            text = impact_text.text(found, columns=columns, colour=console.coloured())
    console.out(text.rstrip("\n"))
    raise typer.Exit(_exit_code(found) if detailed_exitcode else ExitCode.DONE)


def _found(
    base: str, head: str | None, env: str | None, as_of: datetime | None, *, show_pay: bool
) -> ImpactView:
    from importlib.metadata import version

    from tieout.cli.company import configured
    from tieout.config.commit import commit_at
    from tieout.config.revision import revision
    from tieout.planning.impact import impact
    from tieout.reporting.impact_view import arrange

    now = configured(env, head)
    commit = commit_at(now.root, base)
    with console.steps() as step:
        former = _base(now, commit, base, env)
        found = impact(former, now, as_of=as_of.date() if as_of else None, progress=step)
    name = commit.short if commit.name.startswith(base) else f"{base} ({commit.short})"
    return arrange(
        found, name, now, datetime.now(UTC).isoformat(), version("tieout"),
        dirty=head is None and revision(now.root).dirty, show_pay=show_pay,
    )  # fmt: skip


def _base(now: Config, commit: Commit, base: str, env: str | None) -> Config | None:
    """The configuration to compare with; None where that commit has no company here yet. Raises
    ``Refused`` (TO632, with all that is wrong) where it has one that isn't valid."""
    from tieout.config.files import COMPANY
    from tieout.config.load import load
    from tieout.domain.diagnostic import Diagnostic, Refused, ordered

    if not commit.holds(COMPANY):
        return None
    loaded = load(now.root, env, commit)
    if loaded.config is None:
        raise Refused([*ordered(loaded.diagnostics), Diagnostic(
            code="TO632", message=f"{base} can't be planned: its configuration is not valid",
            hint="compare with a commit whose configuration is, or plan the head by itself",
            next=f"tieout plan --at {now.commit[:7]}" if now.commit else "tieout plan",
        )])  # fmt: skip
    return loaded.config


def _exit_code(found: ImpactView) -> ExitCode:
    if found.refusing:
        return ExitCode.REFUSED
    return ExitCode.DONE if found.nothing else ExitCode.PLANNED
