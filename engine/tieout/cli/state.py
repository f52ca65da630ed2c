"""`tieout state`: what tieout remembers, whether it is sound, and who holds it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from tieout.cli import console, diagnostics
from tieout.cli.company import configured, person
from tieout.cli.exits import ExitCode

if TYPE_CHECKING:
    from tieout.config.model import Config
    from tieout.domain.diagnostic import Diagnostic
    from tieout.store.journal import Journal
    from tieout.store.lock import Holder

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Show, verify, rebuild or unlock the stored state.",
)

Env = Annotated[str | None, typer.Option(metavar="NAME", help="The environment to look at.")]


@app.command()
def show(env: Env = None) -> None:
    """Tell what the state holds, and who holds the state."""
    config = configured(env)
    console.out("\n".join(told(config)))


def told(config: Config) -> Iterator[str]:
    """The state as lines: where, whose, how much, what is open, who holds it."""
    from tieout.store import lock

    yield f"{config.state}  ·  {config.company.id}/{config.environment.name}"
    yield ""
    journal = _journal(config)
    if journal is None:
        yield "  journal  empty: nothing was applied yet"
    else:
        with journal:
            number, head = journal.head()
            open_intents = journal.open_intents()
        yield f"  journal  {number:,} records, head {str(head)[:12]}"
        yield from (f"  open     {r.document}: intended {r.at}, no outcome" for r in open_intents)
    holder = lock.holder(config.state)
    yield f"  lock     {_held(holder) if holder else 'free'}"
    if holder:
        yield ""
        yield f"Next: tieout state unlock {holder.id}"


def _held(holder: Holder) -> str:
    end = "; that process has ended" if holder.gone else ""
    return (
        f"{holder.id}: {holder.who} on {holder.host}, process {holder.pid} ({holder.command}),"
        f" since {holder.since}, last sign of life {holder.heartbeat}{end}"
    )


@app.command()
def verify(env: Env = None) -> None:
    """Prove that the journal is as it was written, and that the applied state follows from it."""
    from tieout.store import applied, database

    config = configured(env)
    journal = _journal(config)
    if journal is None:
        console.out("Nothing was applied yet: there is nothing to verify.")
        return
    with journal:
        found = journal.verify()
        if not found:  # what can't be read can't be compared
            with database.told(config.state):
                found = applied.compare(journal.connection)
            number, head = journal.head()
    if found:
        _tell(found)
        raise typer.Exit(ExitCode.ERROR)
    console.out(f"{number:,} records verified, head {head}; the applied state agrees.")


@app.command()
def rebuild(env: Env = None) -> None:
    """Make the applied state anew from the journal. Does nothing while an apply runs."""
    from tieout.store import applied, database, lock
    from tieout.store.journal import Journal

    config = configured(env)
    if _journal(config) is None:
        console.out("Nothing was applied yet: there is nothing to rebuild.")
        return
    held = lock.hold(
        config.state,
        who=person(config.root),
        command="state rebuild",
        clock=_now,
        tell=console.err,
    )
    with held, Journal.open(config.state, *_owner(config)) as journal:
        if damage := journal.verify():  # nothing true can be made from what was changed
            _tell(damage)
            raise typer.Exit(ExitCode.ERROR)
        with database.told(config.state):
            found = applied.rebuild(journal.connection)
        number, head = journal.head()
    _tell(found)
    console.out(f"The applied state was made anew from {number:,} records, head {head}.")


@app.command()
def unlock(
    id: Annotated[str, typer.Argument(metavar="ID", help="The lock's id, as `state show` has it.")],
    force: Annotated[
        bool, typer.Option("--force", help="Even though a process of that number runs here.")
    ] = False,
    env: Env = None,
) -> None:
    """Break a lock whose process is dead for certain; the journal remembers who did."""
    from dataclasses import asdict

    from tieout.store import lock
    from tieout.store.journal import Journal
    from tieout.store.record import Act, Event, Payload

    config = configured(env)
    broken = lock.unlock(config.state, id, force=force)
    act = Act(event=Event.UNLOCKED, actor=person(config.root), payload=Payload(asdict(broken)))
    with Journal.open(config.state, *_owner(config)) as journal:
        journal.append([act], _now())
        left = journal.open_intents()
    console.out(f"Broken: {_held(broken)}")
    console.out()
    resume = " --resume" if left and broken.command.startswith("apply ") else ""
    console.out(f"Next: tieout {broken.command}{resume}")


def _journal(config: Config) -> Journal | None:
    from tieout.store.journal import Journal

    return Journal.read(config.state, *_owner(config))


def _owner(config: Config) -> tuple[str, str]:
    return config.company.id, config.environment.name


def _tell(found: list[Diagnostic]) -> None:
    from tieout.domain.diagnostic import ordered

    if found:
        console.err(diagnostics.text(ordered(found)))


def _now() -> datetime:
    return datetime.now(UTC)
