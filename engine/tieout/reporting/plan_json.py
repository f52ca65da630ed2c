"""A plan for machines: the contract of ``tieout show --format json`` (``schemas/plan.json``)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from tieout.domain.change import Change, Exception_, Guard
from tieout.domain.plan import FORMAT_VERSION, Plan
from tieout.governance.approvals import Approval
from tieout.reporting.plan_view import PlanView, view


def document(
    plan: Plan, *, show_pay: bool = False, approvals: Iterable[Approval] = ()
) -> dict[str, Any]:
    """The JSON view as plain values. Keys are whole, times seconds, amounts minor units.

    Without ``show_pay`` the amounts and rates of cost lines are null, their keys carry no rate, and
    ``pay`` says ``hidden``: this is a view, and can't be applied.
    """
    shown = view(plan, show_pay=show_pay, approvals=approvals)
    body, envelope = plan.body, plan.envelope
    return {
        "format_version": FORMAT_VERSION,
        "id": plan.id,
        "company": body.company,
        "environment": body.environment,
        "streams": list(body.streams),
        "as_of": body.as_of,
        "made_at": envelope.made_at,
        "engine": envelope.engine,
        "pay": "shown" if show_pay else "hidden",
        "snapshots": dict(body.snapshots),
        "targets": dict(body.targets),
        "only": list(body.only),
        "entries": body.entries,
        "config": {"digest": body.config, "commit": envelope.commit, "dirty": envelope.dirty},
        "state": {"serial": envelope.serial, "journal_head": envelope.journal_head},
        "summary": plan.summary,
        "conservation": {part.purpose: part.as_json() for part in shown.conservation},
        "changes": [_change(shown, change) for change in body.changes],
        "exceptions": [_exception(shown, exception) for exception in body.exceptions],
        "guards": [_guard(shown, guard) for guard in shown.guards],
    }


def text(plan: Plan, *, show_pay: bool = False, approvals: Iterable[Approval] = ()) -> str:
    """The JSON view as text, in the order of the contract."""
    found = document(plan, show_pay=show_pay, approvals=approvals)
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def _change(shown: PlanView, change: Change) -> dict[str, Any]:
    return {
        **change.as_json(),
        "before": shown.veil.document(change.before),
        "after": shown.veil.document(change.after),
        "origin": [_origin(origin) for origin in shown.origin(change)],
        "claims": [vars(claim) for claim in change.claims],
    }


def _exception(shown: PlanView, exception: Exception_) -> dict[str, Any]:
    return {
        **exception.as_json(), "origin": [_origin(origin) for origin in shown.origin(exception)],
    }  # fmt: skip


def _guard(shown: PlanView, guard: Guard) -> dict[str, Any]:
    """``ok`` is what the plan comes to; an override changes nothing of it, but lets it pass."""
    overrides = [
        {"by": given.approver, "at": given.at, "reason": given.overrides[guard.name]}
        for given in shown.overrides(guard)
    ]
    return {**guard.as_json(), "overrides": overrides}


def _origin(found: Any) -> dict[str, Any]:
    return {name: found.get(name) for name in ("row", "file", "line", "commit", "author", "when")}
