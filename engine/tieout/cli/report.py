"""`tieout report`: the reconciliation as a report that can be kept or sent."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from tieout.cli import console
from tieout.cli.company import Env

if TYPE_CHECKING:
    from tieout.config.model import Config
    from tieout.pipeline.run import Story
    from tieout.planning.weeks import Detail
    from tieout.reporting.reconciliation import Reconciliation

Format = Literal["html", "md", "markdown", "csv", "xlsx"]

#: What the ending of a file says where `--format` doesn't.
_BY_ENDING: Final[dict[str, Format]] = {
    ".html": "html", ".htm": "html", ".csv": "csv", ".xlsx": "xlsx",
}  # fmt: skip


def command(
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE",
            help="Write it there instead of printing; for csv, the folder of its tables.",
        ),
    ] = None,
    env: Env = None,
    format: Annotated[
        Format | None,
        typer.Option(help="How to write it.  [default: as FILE ends, else markdown]"),
    ] = None,
    as_of_date: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="As on this day (YYYY-MM-DD)."),
    ] = None,
    register: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", exists=True, dir_okay=False,
            help="Compare with what was paid: a pay register as CSV, TSV or XLSX.",
        ),
    ] = None,
    show_pay: Annotated[
        bool, typer.Option("--show-pay", help="Show cost amounts that could tell a wage.")
    ] = False,
) -> None:  # fmt: skip
    """Write the reconciliation as a page, as Markdown or as tables for a spreadsheet.

    A page and Markdown come from the company's own template where it has one.
    """
    from tieout.cli.afresh import reconciled
    from tieout.planning.weeks import Detail, detail

    chosen = _format(format, output)
    day = as_of_date.date() if as_of_date else None
    split = Detail()

    def ask(story: Story) -> None:
        nonlocal split
        split = detail(story)

    config, found = reconciled(env, as_of=day, show_pay=show_pay, ask=ask, register=register)
    files = _files(chosen, config, found, split, show_pay=show_pay)
    if output is None:
        console.out(str(files[""]).rstrip("\n"))
        return
    _write(output, files)
    console.err(f"Wrote {output}")


def _format(format: Format | None, output: Path | None) -> Format:
    """What to write: as asked for, else as the file ends. Tables need a place to be written to."""
    ending = output.suffix.lower() if output else ""
    chosen = format or _BY_ENDING.get(ending, "markdown")
    if chosen == "csv" and (output is None or ending == ".csv"):
        raise typer.BadParameter("csv needs a folder for its tables: -o DIR", param_hint="--format")
    if chosen == "xlsx" and output is None:
        raise typer.BadParameter("xlsx needs a file: -o FILE.xlsx", param_hint="--format")
    return chosen


def _files(
    form: Format, config: Config, found: Reconciliation, split: Detail, *, show_pay: bool
) -> dict[str, str | bytes]:
    """The report by file name; under the empty name what is one file."""
    from tieout.reporting import report
    from tieout.reporting.names import names
    from tieout.reporting.page import page
    from tieout.reporting.workbook import as_csv, as_xlsx
    from tieout.reporting.workbook.tables import tables

    packs, root = config.rules.packs.values(), config.root
    if form in ("md", "markdown"):
        return {"": report.markdown(
            found, packs, root=root, show_pay=show_pay, audits=split.rounding
        )}
    called = names(config)
    if form == "html":
        html = page.html(found, split, packs, names=called, root=root, show_pay=show_pay)
        return {"": html}
    filled = tables(found, split, names=called, show_pay=show_pay)
    if form == "csv":
        return {**as_csv.files(filled)}
    return {"": as_xlsx.workbook(filled, datetime.fromisoformat(found.plan.envelope.made_at))}


def _write(output: Path, files: dict[str, str | bytes]) -> None:
    """One file, or a folder of several. Line ends stay as they are: CSV has its own."""
    from tieout.domain.diagnostic import Diagnostic, Refused

    try:
        if "" not in files:
            output.mkdir(exist_ok=True)
        for name, content in files.items():
            path = output / name if name else output
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
    except OSError as error:
        raise Refused([
            Diagnostic(
                code="TO293", message=f"the report can't be written to {output}: {error.strerror}",
                hint="name a file in a folder that you may write to", next="tieout report -o FILE",
            )
        ]) from None  # fmt: skip
