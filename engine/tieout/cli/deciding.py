"""What `drift`, `correct` and `release` share: one decision, tried, written and told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from tieout.cli import console
from tieout.cli.company import configured, person, today

if TYPE_CHECKING:
    from tieout.governance.settle import Settled

Reason = Annotated[str, typer.Option(help="Why, in a few words: kept in git.")]
_SAYS = {
    "accept": "accept what the books hold of",
    "overwrite": "overwrite what the books hold of",
    "credit": "credit the difference of",
    "rebill": "credit and bill anew",
    "next-invoice": "put on the next invoice the difference of",
    "write-off": "write off the difference of",
    "release": "release",
}


def one_of(chosen: Mapping[str, bool]) -> str:
    """The one action that was chosen. A usage error unless it is exactly one."""
    actions = [action for action, given in chosen.items() if given]
    if len(actions) != 1:
        raise typer.BadParameter(f"say one of {', '.join(f'--{action}' for action in chosen)}")
    return actions[0]


def day_of(text: str | None) -> date | None:
    """A day of the command line. A usage error unless it is one."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date like 2026-11-22") from None


def decide(
    kind: str, key: str, action: str, reason: str, expires: date | None, environment: str | None
) -> None:
    """Try the decision, write it, and print what was decided and what comes of it."""
    from tieout.config.model import Decision
    from tieout.governance.settle import settle

    config = configured(environment)
    wanted = Decision(
        id="", kind=kind, key=key, action=action, reason=reason, by=person(config.root), on=today(config),
        expires=expires,
    )  # fmt: skip
    with console.steps() as step:
        step("trying the decision")
        settled = settle(config, wanted)
    _print(settled)


def _print(settled: Settled) -> None:
    from tieout.governance.settle import outcome

    recorded, decision = settled.recorded, settled.decision
    console.out(f"{decision.id}  ·  {_SAYS[decision.action]} {decision.key}")
    for edit in settled.edits:
        console.out(f"  edited: {edit}")
    if recorded.known:
        console.out(f"  decided already, by {decision.by} on {decision.on}: {decision.reason}")
        console.out()
        console.out("Next: tieout plan")
        return
    if recorded.before:
        console.out(f"  in place of --{recorded.before.action} by {recorded.before.by}")
    console.out(f"  written to {recorded.file}")
    if decision.into:
        console.out(f"  goes on {decision.into}")
    for line in outcome(settled.verdict):
        console.out(f"  next plan: {line}")
    console.out()
    console.out("Next: git diff, commit, tieout plan")
