"""`tieout worksheet [KEY]`: what waits for a review before it is billed, to be looked at line by line."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from tieout.cli import console
from tieout.cli.company import Env, configured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tieout.config.model import Config
    from tieout.planning.worksheets import Worksheet

Format = Literal["text", "xlsx", "csv"]
_FOLDER: Final = "worksheets"


def command(
    key: Annotated[
        str, typer.Argument(metavar="[KEY]", help="One of them, or as much as names it.")
    ] = "",
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="DIR",
            help="The folder to write to.  [default: worksheets/ of the company]",
        ),
    ] = None,
    format: Annotated[
        Format, typer.Option(help="A list, a workbook each, or a folder of tables each.")
    ] = "text",
    env: Env = None,
) -> None:  # fmt: skip
    """List what waits for a review, or write each down for the one who reviews it.

    A worksheet has the invoice's lines and every entry behind them. It posts nothing: `tieout release`
    lets the invoice be planned as it stands here.
    """
    from tieout.planning.worksheets import waiting
    from tieout.reporting import worksheet

    config = configured(env)
    with console.steps() as step:
        step("looking for what waits")
        found = waiting(config, key)
    for text in worksheet.told(found):
        console.out(text)
    if format != "text" and found:
        for path in _write(config, found, format, output):
            console.out(f"  written to {path}")
    console.out()
    console.out(f"Next: {worksheet.following(found, written=format != 'text')}")


def _write(
    config: Config, found: Sequence[Worksheet], form: Format, output: Path | None
) -> list[Path]:
    """A file, or a folder of files, for each. Nothing is written through a link out of the folder."""
    from tieout.config.files import outside
    from tieout.domain.diagnostic import Diagnostic, Refused
    from tieout.reporting import worksheet

    folder, now = output or config.root / _FOLDER, datetime.now(UTC)
    written = []
    try:
        if output is None and outside(config.root, _FOLDER):
            raise OSError(0, "the way to it leads out of the company's folder")
        for sheet in found:
            for name, content in worksheet.files(sheet, form, now).items():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
                written.append(path)
    except OSError as error:
        raise Refused([
            Diagnostic(
                code="TO361", message=f"worksheets can't be written to {folder}: {error.strerror}",
                hint="name a folder that you may write to", next="tieout worksheet -o DIR",
            )
        ]) from None  # fmt: skip
    return written
