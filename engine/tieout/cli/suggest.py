"""`tieout suggest`: rows for what nobody has mapped, as a patch or as drafts in the files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from tieout.cli import console
from tieout.cli.company import Env, configured

if TYPE_CHECKING:
    from tieout.governance.suggest.patch import Suggested
    from tieout.pulling.survey import Survey


def command(
    everything: Annotated[
        bool, typer.Option("--all", help="Draft a row for all else too, marked for review.")
    ] = False,
    write: Annotated[
        bool | None,
        typer.Option(
            "--write/--patch",
            help="Write it into the files, or print a patch for `git apply`.  [default: write "
            "with --all, else a patch]",
        ),
    ] = None,
    env: Env = None,
) -> None:
    """Draft mapping rows for what is unmapped: ids first, then equal names, then likeness.

    Only an id or an equal name lets a row of yours mean something new. What is merely alike is ranked
    and told. Drafts say what the tracker says; who is paid by which rules is asked, never guessed.
    Comments and all other lines stay as they are.
    """
    from functools import partial

    from tieout.connectors.targets import reader
    from tieout.governance.suggest.patch import suggest
    from tieout.governance.suggest.propose import propose
    from tieout.pulling.survey import survey

    config = configured(env)
    with console.steps() as step:
        seen = survey(config, {n: partial(reader, config, n) for n in config.targets}, step)
    _refuse_unread(seen)
    found = suggest(config, propose(config, seen), everything=everything)
    patch = found.patch()
    if patch and not (everything if write is None else write):
        console.out(patch.rstrip("\n"))
        console.err("\n".join(_told(found, "git apply, then tieout validate")))
        return
    found.write(config.root)
    console.out("\n".join(_told(found, "tieout validate")))


def _refuse_unread(seen: Survey) -> None:
    """A source that can't be read may hold anything: nothing is drafted until it can be."""
    from tieout.domain.diagnostic import Refused, ordered

    unread = [d for source in seen.sources for d in source.refused]
    if unread:
        raise Refused(ordered(unread))


def _told(found: Suggested, then: str) -> Iterator[str]:
    """What was found and drafted, what is alike, what is asked; and what to run."""
    from tieout.reporting.figures import counted, safe

    for proposal in found.attached:
        row = proposal.found
        yield f"  = {safe(proposal.shown)}  is {row.id if row else ''}, by its {proposal.how}"
    for kind, number in found.drafted.items():
        yield f"  + {counted(number, kind[:-1])} drafted, marked for review"
    for proposal in found.left:
        yield f"  ? {safe(proposal.shown)}  {proposal.name.kind}: {proposal.question or 'no row'}"
        yield from (f"      {score:3} %  {key}" for key, score in proposal.alike)
    if found.questions:
        yield ""
        yield "Only you know:"
        yield from (f"  - {safe(question)}" for question in found.questions)
    if not found.files:
        yield "  nothing to write" if found.left else "  everything is mapped"
    yield ""
    yield f"Next: {'tieout suggest --all' if found.left and not found.files else then}"
