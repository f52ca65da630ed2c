"""`tieout approve FILE`: one person's word on one plan, kept beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from tieout.cli import console
from tieout.cli.company import person


def command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The plan, as `plan -o` wrote it.")],
    override: Annotated[
        list[str] | None,
        typer.Option(metavar="GUARD", help="Let the plan pass this guard. May be repeated."),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why it may: kept in the journal.")] = "",
    comment: Annotated[str, typer.Option(help="Anything else that the record should say.")] = "",
) -> None:
    """Approve a plan, and override a guard with a reason.

    The approval stands in FILE.approvals.json, names the plan by its id, and is written into the
    journal by the apply that relies on it. It is not signed.
    """
    from tieout.governance import approvals
    from tieout.planning import plan_file

    plan = plan_file.read(file)
    given = approvals.approve(
        plan,
        file,
        approver=person(file.resolve().parent),
        now=datetime.now(UTC),
        overrides=dict.fromkeys(override or (), reason),
        comment=comment,
    )
    console.out(f"Plan {plan.id[:8]}  ·  approved by {given.approver}")
    for guard, why in given.overrides.items():
        console.out(f"  {guard} overridden: {why}")
    console.out()
    name = quote(str(file))
    left = approvals.still_refusing(plan, approvals.read(file))
    console.out(
        f'Next: tieout approve {name} --override {left[0]} --reason "…"'
        if left
        else f"Next: tieout apply {name}"
    )
