"""A plan for machines: the contract of ``tieout show --format json`` (``schemas/plan.json``)."""

from __future__ import annotations

import json
from typing import Any

from tieout.domain.change import Change, Exception_
from tieout.domain.plan import FORMAT_VERSION, Plan
from tieout.reporting.plan_view import PlanView, view


def document(plan: Plan, *, show_pay: bool = False) -> dict[str, Any]:
    """The JSON view as plain values. Keys are whole, times seconds, amounts minor units.

    Without ``show_pay`` the amounts and rates of cost lines are null, their keys carry no rate, and
    ``pay`` says ``hidden``: this is a view, and can't be applied.
    """
    shown, body, envelope = view(plan, show_pay=show_pay), plan.body, plan.envelope
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
        "guards": [guard.as_json() for guard in shown.guards],
    }


def text(plan: Plan, *, show_pay: bool = False) -> str:
    """The JSON view as text, in the order of the contract."""
    return json.dumps(document(plan, show_pay=show_pay), ensure_ascii=False, indent=2) + "\n"


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


def _origin(found: Any) -> dict[str, Any]:
    return {name: found.get(name) for name in ("row", "file", "line", "commit", "author", "when")}
