"""`tieout explain`: what a code means; the whole lineage of an entry or of a document."""

from __future__ import annotations

from shutil import get_terminal_size
from typing import Annotated, Literal

import typer

from tieout.cli import console
from tieout.cli.company import Env


def command(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="[CODE|KEY]",
            help="A code like TO201 (none lists them all), an entry's "
            "key, or a document's: all of it, or as much as names it; or a key of the "
            "configuration, like billing.rate.",
        ),
    ] = None,
    env: Env = None,
    format: Annotated[
        Literal["text", "json"], typer.Option(help="How to print it.")
    ] = "text",
    show_pay: Annotated[
        bool, typer.Option("--show-pay", help="Show pay rates, and cost that could tell a wage.")
    ] = False,
) -> None:
    """Spell out a code, or trace an entry or a document from the tracker to the books.

    A code: its meaning, cause, mend and an example. A key: every figure with the mapping row and
    the rule that it comes from, at file and line. A key of the configuration: where it is written,
    and what it means.
    """
    from tieout.domain.diagnostic import Refused
    from tieout.planning.tracing import is_key
    from tieout.reporting import codes, explain, keys

    if what is None and format == "json":
        console.out(explain.overview_json())
    elif what is None:
        console.out(explain.overview(colour=console.coloured()).rstrip("\n"))
    elif what.upper() in codes.codes() and format == "json":
        console.out(explain.as_json(what.upper()))
    elif what.upper() in codes.codes():
        columns = get_terminal_size().columns
        page = explain.text(what.upper(), columns=columns, colour=console.coloured())
        console.out(page.rstrip("\n"))
    elif is_key(what):
        _lineage(what, env, format, show_pay)
    elif found := keys.matching(what):
        page = keys.as_json(found) if format == "json" else keys.text(found, colour=console.coloured())
        console.out(page.rstrip("\n"))
    elif said := _verb(what):
        console.out(f"{what}  {said}\n\nNext: tieout {what} --help")
    else:
        raise Refused([explain.unknown(what, keys.nearest(what))])


def _verb(word: str) -> str | None:
    """What a verb of that name does."""
    from tieout.cli.app import VERBS

    return next((verb.help for verb in VERBS if verb.name == word), None)


def _lineage(key: str, env: str | None, format: str, show_pay: bool) -> None:
    from tieout.cli.company import configured
    from tieout.planning.trace import EntryTrace
    from tieout.planning.tracing import trace
    from tieout.reporting import lineage, lineage_document, lineage_entry

    config = configured(env)
    with console.steps() as step:
        step("tracing")
        found = trace(config, key)
    columns, colour = get_terminal_size().columns, console.coloured()
    if format == "json":
        text = lineage.as_json(found, show_pay=show_pay)
    elif isinstance(found, EntryTrace):
        text = lineage_entry.text(found, columns=columns, colour=colour, show_pay=show_pay)
    else:
        text = lineage_document.text(found, columns=columns, colour=colour, show_pay=show_pay)
    console.out(text.rstrip("\n"))
