"""`tieout validate`: is what the company's files say whole, and does it make sense together?"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from tieout.cli import console
from tieout.cli.context import company_root
from tieout.cli.exits import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tieout.config.model import Config
    from tieout.domain.diagnostic import Diagnostic


class Format(StrEnum):
    """How findings are shown."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


def command(
    env: Annotated[
        str | None, typer.Option("--env", metavar="NAME", help="Check it as this environment.")
    ] = None,
    shown: Annotated[
        Format, typer.Option("--format", help="text, json, or github for a workflow's annotations.")
    ] = Format.TEXT,
) -> None:
    """Check mappings and rules before anyone runs.

    Reads every file of the company and tells all that is wrong at once, each with its place, the
    line, and what to do. Once something was pulled, names that no entry has are told as well.
    Nothing is pulled, planned or written.
    """
    from tieout.config.load import load
    from tieout.domain.diagnostic import Severity, ordered
    from tieout.pulling.pull import unusable
    from tieout.pulling.unmatched import unmatched
    from tieout.pulling.unplaced import unplaced
    from tieout.reporting import diagnostics

    loaded = load(company_root(), env)
    found = loaded.diagnostics
    if loaded.config is not None:
        config = loaded.config
        found = ordered((*found, *unusable(config), *unplaced(config), *unmatched(config)))
    if shown is Format.JSON:
        console.out(diagnostics.as_json(found))
    elif shown is Format.GITHUB and found:
        console.out(diagnostics.github(found))
    elif shown is Format.TEXT:
        if found:
            console.out(diagnostics.text(found, colour=console.coloured()) + "\n")
        console.out(_summary(loaded.config, found, diagnostics.counted(found)))
    wrong = any(d.severity is Severity.ERROR for d in found)
    raise typer.Exit(ExitCode.ERROR if wrong else ExitCode.DONE)


def _summary(config: Config | None, found: Sequence[Diagnostic], counted: str) -> str:
    first = next((d for d in found if d.severity == "error"), None)
    if first is not None or config is None:
        code = first.code if first else ""
        return f"{counted}\n\nNext: tieout explain {code}, mend it, then: tieout validate"
    kinds = ("workers", "customers", "projects", "services", "accounts")
    ids = {kind: len({row.id for row in getattr(config, kind)}) for kind in kinds}
    rows = ", ".join(f"{n:,} {kind if n != 1 else kind[:-1]}" for kind, n in ids.items())
    return f"{config.company.name}: {rows}\n{counted}\n\nNext: tieout pull"
