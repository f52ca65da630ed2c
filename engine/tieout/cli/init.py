"""`tieout init DIR`: a company of one's own, valid from the first minute."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tieout.cli import console

if TYPE_CHECKING:
    from tieout.governance.starting.company import Wanted
    from tieout.governance.starting.write import Written


def command(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="A new folder for it, or an empty one.")
    ],
    source: Annotated[
        str,
        typer.Option(
            metavar="PROFILE",
            help="Whose exports bring the time: toggl, harvest, clockify …, or generic for any table.",
        ),
    ] = "generic",
    target: Annotated[
        str, typer.Option(metavar="FORMAT", help="How the books are written.")
    ] = "beancount",
    ci: Annotated[
        Literal["github", "none"], typer.Option(help="Workflows, owners and issue forms for it.")
    ] = "github",
    name: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The company's name.  [default: the folder's]"),
    ] = None,
    timezone: Annotated[
        str, typer.Option(metavar="ZONE", help="By whose clock days begin.")
    ] = "UTC",
    currency: Annotated[
        str, typer.Option(metavar="CODE", help="Of pay, and of customers that name none.")
    ] = "USD",
    workweek: Annotated[
        Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
        typer.Option(help="The first day of the workweek."),
    ] = "monday",
    jurisdiction: Annotated[
        str, typer.Option(metavar="CODE", help="Whose labour law applies: US-CA, DE …")
    ] = "",
    starts: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], metavar="DATE", help="Go-live: nothing earlier is booked."
        ),
    ] = None,
    owner: Annotated[
        str, typer.Option(metavar="@NAME", help="Who has to agree to changes, on GitHub.")
    ] = "",
) -> None:
    """Start a company of your own: a folder that is valid at once, and a git repository.

    Writes tieout.yaml, mappings, rules, workflows, issue forms and a guide for each role. What nobody
    said is taken for granted, told, and marked for review. No file of yours is ever overwritten.
    """
    from tieout.governance.starting import company
    from tieout.governance.starting.write import write

    _one_of("--source", source, company.SOURCES)
    _one_of("--target", target, company.TARGETS)
    called = name or directory.absolute().name or "Company"
    wanted = company.Wanted(
        id=company.identifier(called), name=called, source=source, target=target,
        github=ci == "github", timezone=timezone, currency=currency.upper(), workweek=workweek,
        jurisdiction=jurisdiction.upper(), starts=f"{starts:%Y-%m-%d}" if starts else "", owner=owner,
    )  # fmt: skip
    files = company.contents(wanted)
    written = write(directory, files, called)
    console.out("\n".join(_told(wanted, written, directory, company.DATA)))


def _one_of(option: str, given: str, known: Sequence[str]) -> None:
    """A usage error unless the word is one of those that there are."""
    if given not in known:
        close = get_close_matches(given, known, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(known)}"
        raise typer.BadParameter(f"{given!r} is not known; {hint}", param_hint=f"'{option}'")


def _told(wanted: Wanted, written: Written, directory: Path, data: str) -> Iterator[str]:
    from tieout.governance.starting.company import questions

    state = "a git repository with its first commit" if written.committed else "not committed yet"
    yield f"{console.style(wanted.name, 'bold')} stands in {directory}: {state}."
    yield ""
    yield f"  from   {wanted.source} exports in {data}"
    yield f"  to     {wanted.target} books in books/"
    yield "  guides/ says what to do, by role; README.md tells the first hour"
    yield ""
    yield "Taken for granted, and marked `# review` where it stands:"
    yield from (f"  - {question}" for question in questions(wanted))
    yield ""
    folder = quote(str(directory))
    if not written.committed:
        yield f"Commit it once git knows who you are: cd {folder} && git add . && git commit"
    yield f"Put your tracker's exports into {directory / data}"
    yield f"Next: cd {folder} && tieout audit"
