"""Approvals of a plan, and overrides of its guards: kept beside the plan, never in config.

``plan.tieout`` has its approvals in ``plan.tieout.approvals.json``. An approval names the plan's
id, so that those of an older plan under the same file name count for nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from shlex import quote
from typing import Any

from tieout.config import regular
from tieout.domain.diagnostic import Diagnostic, Refused, ordered
from tieout.domain.plan import Plan
from tieout.store.record import stamp


@dataclass(frozen=True, kw_only=True)
class Approval:
    """One person's word on one plan. ``overrides``: guard name → reason. ``at`` is a UTC stamp."""

    plan: str
    approver: str
    at: str
    overrides: Mapping[str, str] = field(default_factory=dict)
    comment: str = ""

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "overrides": dict(sorted(self.overrides.items()))}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Approval:
        """ValueError or TypeError when it isn't one."""
        approval = cls(**data)
        texts = (approval.plan, approval.approver, approval.at, approval.comment)
        overrides = [*approval.overrides.keys(), *approval.overrides.values()]
        if not all(isinstance(text, str) for text in (*texts, *overrides)):
            raise ValueError("an approval consists of texts")
        return approval


def beside(plan: Path) -> Path:
    """Where the approvals of this plan file stand."""
    return plan.with_name(plan.name + ".approvals.json")


def read(plan: Path) -> tuple[Approval, ...]:
    """The approvals beside this plan file, of whatever plan; empty when there are none.
    Raises ``Refused`` (TO528) when the file holds something else."""
    place = beside(plan)
    try:
        return tuple(Approval.from_json(item) for item in json.loads(regular.read(place)))
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise Refused(
            [
                Diagnostic(
                    code="TO528",
                    message=f"{place.name} can't be read as approvals",
                    hint=f"delete it and approve anew ({error})",
                    next=f"tieout approve {quote(str(plan))}",
                )
            ],
            exit_code=3,
        ) from error


def of(plan: Plan, approvals: Iterable[Approval]) -> tuple[Approval, ...]:
    """Those that speak of this very plan."""
    return tuple(approval for approval in approvals if approval.plan == plan.id)


def approve(
    plan: Plan,
    file: Path,
    *,
    approver: str,
    now: datetime,
    overrides: Mapping[str, str],
    comment: str = "",
) -> Approval:
    """Add an approval beside the plan file. Raises ``Refused`` (exit 3) with all that is wrong:
    TO526 a guard that doesn't refuse this plan, TO527 an override without a reason."""
    refusing = _refusing(plan)
    wrong = [_not_refusing(refusing, guard, file) for guard in overrides if guard not in refusing]
    wrong += [_no_reason(guard, file) for guard, reason in overrides.items() if not reason.strip()]
    if wrong:
        raise Refused(ordered(wrong), exit_code=3)
    approval = Approval(
        plan=plan.id, approver=approver, at=stamp(now), overrides=overrides, comment=comment
    )
    _write(file, [*read(file), approval])
    return approval


def still_refusing(plan: Plan, given: Iterable[Approval]) -> list[str]:
    """The guards that refuse this plan and that nobody has overridden."""
    overridden = {guard for approval in of(plan, given) for guard in approval.overrides}
    return [guard for guard in _refusing(plan) if guard not in overridden]


def _refusing(plan: Plan) -> list[str]:
    return [guard.name for guard in plan.body.guards if not guard.ok]


def _write(plan: Path, approvals: Iterable[Approval]) -> None:
    """Whole or not at all: a new file takes the old one's place."""
    place = beside(plan)
    text = json.dumps([approval.as_json() for approval in approvals], indent=2, ensure_ascii=False)
    draft = place.with_name(place.name + ".new")
    try:
        with draft.open("w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(place)
    except OSError as error:
        raise Refused(
            [
                Diagnostic(
                    code="TO529",
                    message=f"{place} can't be written: {error.strerror}",
                    hint="approvals stand beside the plan file: make its folder writable",
                    next=f"tieout approve {quote(str(plan))}",
                )
            ]
        ) from error


def _not_refusing(refusing: list[str], guard: str, file: Path) -> Diagnostic:
    return Diagnostic(
        code="TO526",
        message=f"no guard {guard!r} refuses this plan; those that do:"
        f" {', '.join(refusing) or 'none'}",
        hint="override a guard that refuses, by its name",
        next=f"tieout show {quote(str(file))}",
    )


def _no_reason(guard: str, file: Path) -> Diagnostic:
    return Diagnostic(
        code="TO527",
        message=f"the override of {guard} has no reason",
        hint="say in a few words why this plan may pass the limit; it is kept in the journal",
        next=f'tieout approve {quote(str(file))} --override {guard} --reason "…"',
    )
