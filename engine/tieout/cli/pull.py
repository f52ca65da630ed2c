"""`tieout pull`: snapshots of the time sources and of the books."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tieout.cli import console
from tieout.cli.company import Env
from tieout.cli.context import company_root

if TYPE_CHECKING:
    from tieout.domain.entry import Coverage
    from tieout.pulling.pull import PulledBooks, PulledSource, PullResult
    from tieout.store.entries import Delta


def command(
    only: Annotated[
        Literal["sources", "books"] | None,
        typer.Option(help="Pull just the time sources, or just the books."),
    ] = None,
    accept_rejects: Annotated[
        bool,
        typer.Option(
            "--accept-rejects",
            help="Go on without rows that can't be read; they are counted as exceptions.",
        ),
    ] = False,
    env: Env = None,
    format: Annotated[
        Literal["text", "json"], typer.Option(help="How to print the result.")
    ] = "text",
) -> None:
    """Take snapshots of the time sources and the books."""
    from tieout.cli import diagnostics
    from tieout.config.load import load
    from tieout.domain.diagnostic import Refused
    from tieout.pulling.pull import pull

    loaded = load(company_root(), env)
    if loaded.config is None:
        raise Refused(loaded.diagnostics)
    config = loaded.config
    readers = {}
    if only != "sources":
        from tieout.connectors.targets import reader

        readers = {name: reader(config, name) for name in config.targets}
    with console.steps() as step:
        now = datetime.now(UTC)
        result = pull(config, readers, config.state, now, only, accept_rejects, step)
    if format == "json":
        import json

        console.out(json.dumps(result.as_json(), indent=2, ensure_ascii=False))
        return
    if result.diagnostics:
        console.err(diagnostics.text(result.diagnostics))
    if config.environment.name != "default":
        console.out(f"[{config.environment.name}]")
    console.out("\n".join(summary(result)))


def summary(result: PullResult) -> Iterator[str]:
    """The result as lines of text: a headline for each snapshot, its details below."""
    for source in result.sources:
        yield from _source(source)
    for books in result.books:
        yield from _books(books)
    yield ""
    yield "Next: tieout plan"


#: What a snapshot holds: one, several.
_KINDS = {
    "entries": ("entry", "entries"),
    "rates": ("pay rate", "pay rates"),
    "exchange": ("exchange rate", "exchange rates"),
    "payments": ("payment", "payments"),
}


def _source(source: PulledSource) -> Iterator[str]:
    from tieout.domain.money import format_seconds

    what = _KINDS[source.snapshot.kind][source.count != 1]
    hours = "" if source.seconds is None else f", {format_seconds(source.seconds)}"
    name = console.style(source.name, "bold")
    yield f"{name}  {source.count:,} {what}{hours}  ·  {_delta(source.delta)}"
    if source.seconds is not None:
        yield f"    covers {_span(source.coverage)}"
    if source.left_out:
        yield "    left out: " + ", ".join(f"{n:,} {why}" for why, n in source.left_out.items())
    if source.not_collected:
        dropped = (f"{field} ({n:,})" for field, n in source.not_collected.items())
        yield "    not collected: " + ", ".join(dropped)
    if source.rejected:
        rows = "row" if len(source.rejected) == 1 else "rows"
        yield f"    {console.style('!', 'yellow')} {len(source.rejected):,} {rows} rejected"


def _books(books: PulledBooks) -> Iterator[str]:
    documents = "document" if books.records == 1 else "documents"
    closed = f", closed up to {books.lock_date}" if books.lock_date else ""
    name = console.style(books.name, "bold")
    yield (
        f"{name}  {books.records:,} {documents} of ours, {books.foreign:,} of others{closed}"
        f"  ·  {_delta(books.delta)}"
    )


def _delta(delta: Delta) -> str:
    parts = [f"{n:,} {word}" for word, n in vars(delta).items() if n]
    return ", ".join(parts) or "nothing new"


def _span(coverage: Coverage) -> str:
    """``2026-11-01 to 2026-11-22``; with a word where absence means deletion."""
    first, last = coverage.from_date, coverage.to_date
    if first is None and last is None:
        return "all time: what is in no file is gone"
    if (first or date.min) > (last or date.max):
        return "no day: the files hold no entries"
    days = f"{first or 'the beginning'} to {last or 'today'}"
    return f"{days} wholly" if coverage.proves_absence else days
