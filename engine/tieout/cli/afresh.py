"""A plan made now, for verbs that look at how things stand and save nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tieout.config.model import Config
    from tieout.domain.books import Applied, Books
    from tieout.domain.diagnostic import Diagnostic
    from tieout.domain.plan import Plan
    from tieout.pipeline.paydays import PayDay
    from tieout.pipeline.run import Story
    from tieout.reporting.reconciliation import Balance, Reconciliation, Register


@dataclass(frozen=True)
class Afresh:
    """The company, the plan that it would get now, its books as captured, what we wrote last."""

    config: Config
    plan: Plan
    books: Mapping[str, Books]
    applied: tuple[Applied, ...]


def plan_now(
    environment: str | None, *, as_of: date | None = None, reread: bool = False,
    ask: Callable[[Story], None] = lambda _: None,
) -> Afresh:  # fmt: skip
    """Plan on the newest snapshots; with ``reread``, on the books as they are at this moment.

    ``as_of`` is the day to plan as on; the day of the newest capture where it is None. ``ask`` may
    question the story behind the plan.

    Raises ``Refused`` with everything that is in the way.
    """
    from tieout.cli import console
    from tieout.cli.company import configured
    from tieout.planning.make import make

    config, now = configured(environment), datetime.now(UTC)
    with console.steps() as step:
        if reread:
            _read_books(config, now)
        plan = make(config, now, as_of=as_of, progress=step, ask=ask)
    books = _books(config)
    return Afresh(config, plan, books, _applied(config, books))


def reconciled(
    environment: str | None, *, as_of: date | None = None, show_pay: bool = False,
    ask: Callable[[Story], None] = lambda _: None, register: Path | None = None,
) -> tuple[Config, Reconciliation]:  # fmt: skip
    """The three legs as they stand now: books read again, the plan made again, its story asked. A pay
    ``register`` is read before anything else: ``Refused`` where it can't be."""
    from tieout.cli.company import configured
    from tieout.connectors.sources.register import read_register
    from tieout.connectors.targets import settings
    from tieout.pipeline.paydays import pay_days
    from tieout.reporting.reconcile import reconcile
    from tieout.reporting.register import compare

    rows = read_register(register, configured(environment).company.currency) if register else ()
    days: tuple[PayDay, ...] = ()

    def both(story: Story) -> None:
        nonlocal days
        days = pay_days(story) if register else ()
        ask(story)

    now = plan_now(environment, as_of=as_of, reread=True, ask=both)
    tax = {name: settings(now.config, name).tax for name in now.config.targets}

    def paid(balances: tuple[Balance, ...]) -> Register:
        return compare(
            now.config, now.plan, now.books, now.applied, rows, days, balances, show_pay=show_pay
        )

    return now.config, reconcile(
        now.plan, now.books, now.applied, tax=tax, show_pay=show_pay, paid=paid if register else None
    )


def _read_books(config: Config, now: datetime) -> None:
    from tieout.cli import console, diagnostics
    from tieout.connectors.targets import reader
    from tieout.domain.diagnostic import ordered
    from tieout.store.books import write_books

    found: list[Diagnostic] = []
    for name in sorted(config.targets):
        books = reader(config, name).read()
        write_books(config.state, name, books, now)
        found += books.diagnostics
    if found:
        console.err(diagnostics.text(ordered(found)))


def _books(config: Config) -> Mapping[str, Books]:
    """The newest captures: those that the plan was made from."""
    from tieout.store import snapshot
    from tieout.store.books import read_books

    newest = {name: snapshot.newest(config.state, name) for name in sorted(config.targets)}
    return {name: read_books(ref) for name, ref in newest.items() if ref is not None}


def _applied(config: Config, books: Mapping[str, Books]) -> tuple[Applied, ...]:
    """What we last wrote of the documents that are in the books."""
    from tieout.store import applied

    found: list[Applied] = []
    for name in sorted(books):
        keys = [record.document.key for record in books[name].records]
        found += applied.get(config.state, name, keys).values()
    return tuple(found)
