"""`tieout apply FILE`: carry out exactly that plan, once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from tieout.cli import console, diagnostics
from tieout.cli.company import configured, person

if TYPE_CHECKING:
    from tieout.applying.preflight import Request
    from tieout.applying.report import ApplyReport, Result
    from tieout.applying.session import Session
    from tieout.config.model import Config
    from tieout.domain.diagnostic import Diagnostic
    from tieout.domain.plan import Plan


class Format(StrEnum):
    """How the end report is printed."""

    TEXT = "text"
    JSON = "json"


def command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The plan, as `plan -o` wrote it.")],
    resume: Annotated[
        bool, typer.Option("--resume", help="First settle what an apply that died left open.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the very requests, and write nothing.")
    ] = False,
    expect_config: Annotated[
        str | None,
        typer.Option(metavar="DIGEST", help="Refuse a plan that wasn't made from this config."),
    ] = None,
    format: Annotated[Format, typer.Option(help="How to print the end report.")] = Format.TEXT,
) -> None:
    """Carry out exactly that plan, once.

    What was done before is not done again. A document that somebody changed meanwhile is refused
    with its change set; the rest goes on. Ctrl-C finishes the batch in flight.
    """
    from tieout.applying.execute import apply, rehearse
    from tieout.applying.interrupt import asked_to_stop
    from tieout.applying.preflight import Request
    from tieout.governance import approvals
    from tieout.planning import plan_file

    plan = plan_file.read(file)
    config = configured(plan.body.environment)
    request = Request(
        plan=plan,
        file=str(file),
        approvals=approvals.read(file),
        resume=resume,
        expect_config=expect_config,
    )
    if news := tuple(_news(plan, config)):
        console.err(diagnostics.text(news))
    if dry_run:
        _rehearsed(rehearse(request, _session(config, request, _no_stop, _nothing)), str(file))
        return
    with console.steps() as step, asked_to_stop(console.err) as asked:
        report = apply(request, _session(config, request, asked, step))
    _print(report, format)
    raise typer.Exit(report.exit_code)


def _session(
    config: Config, request: Request, stop: Callable[[], bool], step: Callable[[str], None]
) -> Session:
    from tieout.applying.session import Session
    from tieout.connectors import targets
    from tieout.store.books import write_books

    planned = [name for name in request.plan.body.targets if name in config.targets]
    return Session(
        company=config.company.id,
        environment=config.environment.name,
        state=config.state,
        readers={name: targets.reader(config, name) for name in config.targets},
        writers={name: targets.writer(config, name) for name in planned},
        actor=person(config.root),
        clock=lambda: datetime.now(UTC),
        keep_books=write_books,
        wait=time.sleep,
        stop=stop,
        on_progress=step,
        tell=console.err,
    )


def _news(plan: Plan, config: Config) -> Iterator[Diagnostic]:
    """What is newer than the plan: told, never refused, unless ``--expect-config`` says so."""
    from tieout.domain.diagnostic import Diagnostic, Severity
    from tieout.store.snapshot import newest

    newer = [] if plan.body.config == config.digest else ["the configuration"]
    for name in sorted(set(plan.body.snapshots) & set(config.sources)):
        snapshot = newest(config.state, name)
        if snapshot is not None and snapshot.id != plan.body.snapshots[name]:
            newer.append(f"the time in {name}")
    if newer:
        yield Diagnostic(
            code="TO543",
            severity=Severity.INFO,
            message=f"{' and '.join(newer)} changed since the plan was made",
            hint="the plan is applied as it was approved; the next plan brings what is new",
        )


def _rehearsed(lines: tuple[str, ...], file: str) -> None:
    console.out("\n".join(lines))
    console.out()
    console.out(f"Nothing was written. Next: tieout apply {quote(file)}")


def _print(report: ApplyReport, format: Format) -> None:
    if format is Format.JSON:
        import json

        console.out(json.dumps(report.as_json(), indent=2, ensure_ascii=False))
    else:
        console.out("\n".join(told(report)))
    if report.diagnostics:
        console.err(diagnostics.text(report.diagnostics))


def told(report: ApplyReport) -> Iterator[str]:
    """The end report as lines: a headline, counts by action, what isn't done by name, and next."""
    from tieout.applying.report import GOOD

    name = f"Plan {report.plan[:8]}"
    if not report.results or report.nothing_done:
        yield f"{name}  ·  nothing to do: the books hold all of it already"
    else:
        headline = "applied" if report.exit_code == 0 else "applied in part"
        yield f"{name}  ·  {console.style(headline, 'green' if not report.exit_code else 'yellow')}"
    yield ""
    for action, counts in report.counts().items():
        told = ", ".join(f"{count:,} {state.replace('_', ' ')}" for state, count in counts.items())
        yield f"  {action:<8}{told}"
    yield from (_line(result) for result in report.results if result.state not in GOOD)
    if not report.exit_code:
        yield ""
        yield "Next: tieout reconcile"


def _line(result: Result) -> str:
    state = result.state.value.replace("_", " ")
    code = f"  {result.why.code}" if result.why else ""
    return f"  {console.style('!', 'yellow')} {result.document}  {state}{code}"


def _no_stop() -> bool:
    return False


def _nothing(_text: str) -> None:
    """A dry run is over before a step could be shown."""
