"""`tieout vendors`: what contractors were paid in a calendar year, for form 1099."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tieout.cli import console
from tieout.cli.company import configured
from tieout.cli.exits import ExitCode

if TYPE_CHECKING:
    from tieout.config.model import Config
    from tieout.domain.payment import Payment
    from tieout.store.snapshot import SnapshotRef


def command(
    year: Annotated[
        int | None,
        typer.Option(
            metavar="YYYY", min=1954, max=9998, help="The calendar year; else that of the last pull."
        ),
    ] = None,
    env: Annotated[
        str | None, typer.Option(metavar="NAME", help="The environment to look at.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 while something is to be settled.")
    ] = False,
    format: Annotated[
        Literal["text", "json", "csv"], typer.Option(help="How to print the report.")
    ] = "text",
) -> None:
    """Report what each contractor was paid in a year: from payments, never from bills."""
    from tieout.governance.form1099.report import form_1099
    from tieout.reporting import vendors

    config = configured(env)
    refs = list(_refs(config))
    payments = [payment for ref in refs for payment in _paid(config, ref)]
    last = max(ref.captured_at for ref in refs)
    report = form_1099(config, payments, year or last.year)
    match format:
        case "json":
            told = vendors.as_json(report)
        case "csv":
            told = vendors.as_csv(report)
        case "text":
            told = vendors.text(report, colour=console.coloured())
    console.out(told.rstrip("\r\n"))
    if strict and any(vendor.problems for vendor in report.vendors):
        raise typer.Exit(ExitCode.ERROR)


def _refs(config: Config) -> Iterator[SnapshotRef]:
    """The snapshots that payments are read from: of the source that brings them, else of all books.
    Raises ``Refused`` (TO454) where one was never pulled."""
    from tieout.domain.diagnostic import Diagnostic, Refused
    from tieout.store import snapshot

    chosen = config.rules.vendors.payments
    names = [chosen] if chosen else sorted(config.targets)
    for name in names:
        ref = snapshot.newest(config.state, name)
        if ref is None:
            what = f"{name} was never pulled"
            hint = "the report is made from what was read"
            raise Refused([Diagnostic("TO454", what, hint=hint, next="tieout pull")])
        yield ref


def _paid(config: Config, ref: SnapshotRef) -> Iterator[Payment]:
    """Raises ``Refused`` (TO357) where these books don't tell payments."""
    from tieout.domain.diagnostic import Diagnostic, Refused
    from tieout.governance.form1099.payments import paid_by_books
    from tieout.store.books import read_books
    from tieout.store.entries import read_payments

    if ref.kind == "payments":
        yield from read_payments(ref)
    elif ref.kind == "books" and config.targets[ref.name].connector == "plaintext":
        yield from paid_by_books(config, ref.name, read_books(ref))
    else:
        what = f"payments are not available: {ref.name} doesn't tell them"
        hint = "name a source with the profile payments in rules/vendors.yaml; bills are never counted"
        raise Refused([Diagnostic("TO357", what, hint=hint, next="tieout explain TO357")])
