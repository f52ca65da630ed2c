"""`tieout exceptions`: what is held, for whom to mend, on a page or for a spreadsheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tieout.cli import console
from tieout.cli.company import Env
from tieout.cli.deciding import day_of
from tieout.cli.selecting import Chosen, choose

if TYPE_CHECKING:
    from tieout.config.model import Decision
    from tieout.governance.decisions import Recorded

Written = Literal["text", "json", "csv"]


def command(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Of a saved plan; without, as of now.")
    ] = None,
    code: Annotated[str | None, typer.Option(metavar="TO201", help="Only this code.")] = None,
    purpose: Annotated[
        Literal["record", "pay", "cost", "billing"] | None, typer.Option(help="Only this purpose.")
    ] = None,
    severity: Annotated[
        Literal["info", "warn", "hold", "block"] | None, typer.Option(help="Only this severe.")
    ] = None,
    owner: Annotated[str | None, typer.Option(metavar="EMAIL", help="Only this owner's.")] = None,
    entry: Annotated[
        str | None, typer.Option(metavar="KEY", help="Only of this entry or document.")
    ] = None,
    worker: Annotated[
        str | None, typer.Option(metavar="ID", help="Only of this worker's entries.")
    ] = None,
    project: Annotated[
        str | None, typer.Option(metavar="ID", help="Only of entries on this project.")
    ] = None,
    older: Annotated[
        int | None, typer.Option(metavar="DAYS", min=0, help="Only of work longer ago than this.")
    ] = None,
    env: Env = None,
    format: Annotated[Written, typer.Option(help="How to print them.")] = "text",
    export: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write them there instead: .csv or .xlsx."),
    ] = None,
    waive: Annotated[
        bool, typer.Option("--waive", help="Waive the check for all of these entries.")
    ] = False,
    assign: Annotated[
        str | None, typer.Option(metavar="EMAIL", help="Let them be somebody else's to mend.")
    ] = None,
    reason: Annotated[
        str, typer.Option(help="Of --waive and --assign: why, in a few words: kept in git.")
    ] = "",
    expires: Annotated[
        str | None, typer.Option(metavar="DATE", help="The last day on which that holds.")
    ] = None,
    attachment: Annotated[
        str | None, typer.Option(metavar="REF", help="Where what proves it is kept.")
    ] = None,
) -> None:
    """List what is held, by owner and code, the most hours first; waive it, or hand it over.

    Waivers and assignments are rows in rules/decisions/, to be looked at and committed like any other
    rule.
    """
    chosen = choose(
        file, env, code=code, purpose=purpose, severity=severity, owner=owner, entry=entry,
        worker=worker, project=project, older=older,
    )  # fmt: skip
    if waive or assign:
        if waive and assign:
            raise typer.BadParameter("say --waive or --assign, not both")
        _decide(chosen, env, assign, reason, expires, attachment)
    elif export:
        _export(chosen, export)
    else:
        console.out(_text(chosen, format, by_owner=owner is None).rstrip("\r\n"))


def _text(chosen: Chosen, format: Written, *, by_owner: bool) -> str:
    from shutil import get_terminal_size

    from tieout.reporting import exceptions

    if format == "json":
        return exceptions.as_json(chosen.found)
    if format == "csv":
        return exceptions.as_csv(chosen.found)
    return exceptions.text(
        chosen.found, columns=get_terminal_size().columns, colour=console.coloured(),
        by_owner=by_owner, of=exceptions.select(chosen.plan),
    )  # fmt: skip


def _export(chosen: Chosen, path: Path) -> None:
    from datetime import datetime

    from tieout.reporting import exceptions
    from tieout.reporting.workbook.as_xlsx import workbook

    made = datetime.fromisoformat(chosen.plan.envelope.made_at)
    if path.suffix == ".csv":
        data = exceptions.as_csv(chosen.found).encode()
    elif path.suffix == ".xlsx":
        data = workbook([exceptions.as_table(chosen.found)], made)
    else:
        raise typer.BadParameter(f"{path} ends neither in .csv nor in .xlsx")
    path.write_bytes(data)
    console.out(f"{len(chosen.found):,} exceptions written to {path}")
    console.out()
    console.out("Next: tieout exceptions")


def _decide(
    chosen: Chosen, env: str | None, assign: str | None, reason: str, expires: str | None,
    attachment: str | None,
) -> None:  # fmt: skip
    from tieout.cli.company import configured, person, today
    from tieout.config.model import Decision
    from tieout.governance import waive

    if not chosen.narrowed:
        raise typer.BadParameter("say which, by --code, --entry, --worker, --project …")
    config, kind = configured(env), "assign" if assign else "waive"
    wanted = Decision(
        id="", kind=kind, key="", action=kind, reason=" ".join(reason.split()),
        by=person(config.root), on=today(config), owner=assign, attachment=attachment,
        expires=day_of(expires),
    )  # fmt: skip
    act = waive.assign if assign else waive.waive
    _print(act(config, chosen.found, wanted), wanted)


def _print(recorded: tuple[Recorded, ...], wanted: Decision) -> None:
    for one in recorded:
        decision = one.decision
        to = f" to {decision.owner}" if decision.owner else ""
        stood = " (decided already)" if one.known else ""
        console.out(f"{decision.id}  ·  {wanted.kind} {decision.code} of {decision.key}{to}{stood}")
    files = ", ".join(sorted({one.file for one in recorded}))
    console.out(f"  written to {files}")
    console.out()
    console.out("Next: git diff, commit, tieout plan")
