"""`tieout rollback COMMIT|APPLY`: take back a commit or an apply, as a plan to review."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tieout.cli import console
from tieout.cli.company import Env, configured
from tieout.cli.shown import Format, approvals_of, show

if TYPE_CHECKING:
    from tieout.config.model import Config
    from tieout.domain.plan import Plan
    from tieout.governance.applies import Applied


def command(
    what: Annotated[
        str,
        typer.Argument(
            metavar="COMMIT|APPLY",
            help="A commit as git names it; or an apply: its number in `tieout log`, or the "
            "beginning of its plan's id.",
        ),
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Save the plan here.")
    ] = None,
    env: Env = None,
    show_pay: Annotated[
        bool, typer.Option("--show-pay", help="Show cost amounts that could tell a wage.")
    ] = False,
) -> None:
    """Undo a commit of the configuration, or what an apply wrote.

    For a commit git makes the revert, and the plan that it gives is shown. For an apply the plan
    puts back what stood before it, where nothing has happened since. Neither writes to the books:
    apply the plan.
    """
    from tieout.governance import revert, rollback
    from tieout.planning import plan_file

    config = configured(env)
    applies = rollback.named(config, what)
    commit = revert.commit_of(config.root, what)
    _only_one(what, applies, commit)
    plan = _of_apply(config, applies) if applies else _of_commit(config, what, env)
    if output:
        plan_file.write(output, plan)
    given = approvals_of(output)
    show(plan, Format.TEXT, file=output, show_pay=show_pay, approvals=given)


def _only_one(what: str, applies: tuple[Applied, ...], commit: str | None) -> None:
    """Refuses what could be both a commit and an apply (TO726), and what is neither."""
    from tieout.domain.diagnostic import Diagnostic, Refused
    from tieout.governance.revert import unknown

    if applies and commit:
        raise Refused([Diagnostic(
            code="TO726",
            message=f"{what} names apply {applies[0].number} and commit {commit[:10]}",
            hint="give more of the one that you mean", next="tieout log",
        )])  # fmt: skip
    if not applies and not commit:
        raise Refused([unknown(what)])


def _of_commit(config: Config, what: str, env: str | None) -> Plan:
    from tieout.governance.revert import revert
    from tieout.planning.make import make

    books = [config.root / target.path for target in config.targets.values() if target.path]
    reverted = revert(config.root, what, books)
    console.err(f"Commit {reverted.commit[:10]} reverts {reverted.of[:10]}: {reverted.subject}")
    with console.steps() as step:
        return make(configured(env), datetime.now(UTC), progress=step)


def _of_apply(config: Config, applies: tuple[Applied, ...]) -> Plan:
    from tieout.governance.rollback import undo

    undone = undo(config, applies, datetime.now(UTC))
    numbers = ", ".join(str(apply.number) for apply in applies)
    console.err(f"Apply {numbers} taken back, as a plan. The configuration still asks for what it")
    console.err(
        "wrote: unless that changes, the next plan brings it back. Change the rule, or take"
    )
    commits = " or ".join(commit[:10] for commit in undone.commits) or "COMMIT"
    console.err(f"back the commit that asked for it: tieout rollback {commits}")
    return undone.plan
