"""An impact for machines: the contract of ``tieout impact --format json`` (``schemas/impact``)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tieout.domain.change import Change, Exception_
from tieout.domain.document import Document
from tieout.domain.plan import FORMAT_VERSION, Body, Plan
from tieout.planning.shares import Part
from tieout.reporting.impact_view import ImpactView


def document(found: ImpactView) -> dict[str, Any]:
    """The impact as plain values: seconds, minor units, each as [in the base, in the head]. Money
    that is hidden is null, and ``pay`` says so."""
    impact, shown = found.impact, found.shown
    places = shown.plan.envelope.origins
    return {
        "format_version": FORMAT_VERSION,
        "company": impact.head.company, "environment": impact.head.environment,
        "as_of": impact.head.as_of, "snapshots": dict(impact.head.snapshots),
        "pay": "shown" if shown.veil.show_pay else "hidden",
        "base": _side(found, found.base, impact.base),
        "head": _side(found, found.head, impact.head),
        "summary": _summary(found),
        "parts": [_part(found, part) for part in impact.parts],
        "edits": [
            {**vars(edit), "place": places.get(edit.row)} for edit in impact.edits.found
        ],
        "documents": [_document(found, change) for change in impact.changes],
        "exceptions": {
            "appeared": [_exception(e) for e in impact.appeared],
            "gone": [_exception(e) for e in impact.gone],
        },
        "guards": [
            {**g.as_json(), "refused_before": g.name in found.refused_before} for g in shown.guards
        ],
        "unread": list(impact.unread),
    }  # fmt: skip


def text(found: ImpactView) -> str:
    """The same as text."""
    return json.dumps(document(found), ensure_ascii=False, indent=2) + "\n"


def _side(found: ImpactView, name: str, body: Body | None) -> dict[str, Any]:
    """One of the plans: what it is called, its id and what it would do; nulls where there is none."""
    if body is None:
        return {"name": name, "plan": None, "config": None, "summary": None, "booked": None}
    plan = Plan(body=body, envelope=found.shown.plan.envelope)
    booked = {purpose: part.booked for purpose, part in body.conservation.items()}
    return {
        "name": name, "plan": plan.id, "config": body.config, "summary": plan.summary,
        "booked": booked,
    }  # fmt: skip


def _summary(found: ImpactView) -> dict[str, int]:
    actions = [change.action.value for change in found.impact.changes]
    return {
        "created": actions.count("create"), "changed": actions.count("update"),
        "gone": actions.count("void"), "exceptions_appeared": len(found.impact.appeared),
        "exceptions_gone": len(found.impact.gone), "guards_refusing": len(found.refusing),
    }  # fmt: skip


def _part(found: ImpactView, part: Part) -> dict[str, Any]:
    hidden = found.hidden and part.purpose == "cost"
    money = None if hidden else {c: list(amounts) for c, amounts in part.money.items()}
    return {**vars(part), "seconds": list(part.seconds), "money": money}


def _document(found: ImpactView, change: Change) -> dict[str, Any]:
    return {
        "document": change.document, "kind": change.kind, "target": change.target,
        "before": _figures(found, change, change.before),
        "after": _figures(found, change, change.after),
        "head_plan": found.becomes(change) or None,
        "origin": [dict(origin) for origin in found.shown.origin(change)],
    }  # fmt: skip


def _figures(
    found: ImpactView, change: Change, document: Document | None
) -> Mapping[str, Any] | None:
    if document is None:
        return None
    shown = bool(document.currency) and not found.shown.veil.hides_document(change)
    return {
        "seconds": document.seconds, "amount": document.amount if shown else None,
        "currency": document.currency, "document": found.shown.veil.document(document),
    }  # fmt: skip


def _exception(exception: Exception_) -> dict[str, Any]:
    told = exception.as_json()
    del told["origin"]
    return told
