"""How the verbs print a plan: `plan`, `show` and `rollback` show the same pages."""

from __future__ import annotations

from enum import StrEnum
from shutil import get_terminal_size
from typing import TYPE_CHECKING

from tieout.cli import console

if TYPE_CHECKING:
    from pathlib import Path

    from tieout.domain.plan import Plan
    from tieout.governance.approvals import Approval


class Format(StrEnum):
    """How a plan is written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def show(
    plan: Plan, form: Format, *, file: Path | None, show_pay: bool, approvals: tuple[Approval, ...]
) -> None:
    """Print the plan that is saved in ``file``, if it is, with what was said of it since."""
    from tieout.reporting import plan_json, plan_markdown, plan_text

    name = None if file is None else str(file)
    match form:
        case Format.JSON:
            text = plan_json.text(plan, show_pay=show_pay, approvals=approvals)
        case Format.MARKDOWN:
            text = plan_markdown.text(plan, file=name, show_pay=show_pay, approvals=approvals)
        case Format.TEXT:
            text = plan_text.text(
                plan, file=name, show_pay=show_pay, columns=get_terminal_size().columns,
                colour=console.coloured(), approvals=approvals,
            )  # fmt: skip
    console.out(text.rstrip("\n"))


def approvals_of(file: Path | None) -> tuple[Approval, ...]:
    """The approvals beside a saved plan. A plan is readable always: where they can't be read, that
    is told, and the plan is shown without."""
    from tieout.cli import diagnostics
    from tieout.domain.diagnostic import Refused
    from tieout.governance import approvals

    try:
        return approvals.read(file) if file else ()
    except Refused as refused:
        console.err(diagnostics.text(refused.diagnostics))
        return ()
