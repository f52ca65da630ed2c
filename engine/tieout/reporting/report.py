"""The data of a report: a reconciliation and its plan as plain mappings, lists and text.

Templates get nothing else, so they show what is here and compute nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from tieout.config.model import LawPack
from tieout.domain.money import divide, format_amount, format_seconds
from tieout.domain.plan import Plan
from tieout.pipeline.neutrality import Audit
from tieout.reporting import codes
from tieout.reporting.causes import cause_of
from tieout.reporting.figures import money
from tieout.reporting.plan_lines import reasons, total
from tieout.reporting.plan_view import PlanView, view
from tieout.reporting.privacy import HIDDEN_BALANCE
from tieout.reporting.reconcile_text import next_command, verdict
from tieout.reporting.reconciliation import Balance, Hours, Part, Reconciliation
from tieout.reporting.register_data import register_data

NAME = "reconciliation"


def markdown(
    found: Reconciliation, packs: Iterable[LawPack] = (), *, root: Path | None = None,
    show_pay: bool = False, audits: Iterable[Audit] = (),
) -> str:  # fmt: skip
    """The report of a reconciliation as Markdown.

    ``root`` is the company's folder, whose ``reports/reconciliation.md.j2`` outranks the built-in
    one. Raises ``Refused`` (TO291, TO292) when the template can't be used.
    """
    from tieout.reporting.render import render

    told = {**data(found, packs, show_pay=show_pay), "rounding": rounding(audits)}
    return render(f"{NAME}.md.j2", told, root)


def data(
    found: Reconciliation, packs: Iterable[LawPack] = (), *, show_pay: bool = False
) -> dict[str, Any]:
    """What a template may name. Hours and amounts are text already, as people read them."""
    shown = view(found.plan, show_pay=show_pay)
    return {
        "verdict": verdict(found), "ties": found.ties, "next": next_command(found),
        "legs": [{**vars(leg), "verdict": leg.verdict.value} for leg in found.legs],
        "conservation": [_conservation(part) for part in shown.conservation],
        "hours": [_hours(row) for row in found.hours],
        "balances": [_balance(row) for row in found.balances],
        **register_data(found),
        "documents": [
            {"kind": kind, "number": number, "hours": format_seconds(seconds)}
            for kind, (number, seconds) in found.documents.items()
        ],
        "booked": [_part(part) for part in found.parts if _is_booked(part)],
        "held": _held_by_owner(shown),
        "excluded": _excluded(shown),
        "unread": _unread(shown),
        "planned": [_change(shown, change) for change in shown.plan.body.changes],
        "drifted": list(found.drifted), "foreign": found.foreign,
        "law": [_law(pack) for pack in packs if not all(t.verified for t in pack.tiers)],
        "plan": _origin(found.plan),
    }  # fmt: skip


def rounding(audits: Iterable[Audit]) -> list[dict[str, Any]]:
    """The neutrality audit: what rounding of paid time added to or took from each worker, and all."""
    return [
        {
            "worker": a.worker or "all", "window": a.window, "entries": a.entries,
            "hours": format_seconds(a.seconds), "delta": format_seconds(a.delta),
            "percent": f"{Decimal(divide(a.delta * 100_000, a.seconds)).scaleb(-3):+.3f} %",
            "against": a.against, "favour": a.favour,
        }
        for a in audits if a.seconds
    ]  # fmt: skip


def _conservation(part: Any) -> dict[str, Any]:
    names = ("source", "booked", "rounding", "grain", "held", "excluded")
    figures = {name: format_seconds(getattr(part, name)) for name in names}
    return {"purpose": part.purpose, **figures, "exact": part.exact}


def _hours(row: Hours) -> dict[str, Any]:
    causes = {**row.causes, "unexplained": row.unexplained}
    return {
        "purpose": row.purpose, "source": format_seconds(row.source),
        "booked": format_seconds(row.booked),
        "difference": format_seconds(row.source - row.booked),
        "causes": [{"name": n, "hours": format_seconds(s)} for n, s in causes.items()],
    }  # fmt: skip


def _balance(row: Balance) -> dict[str, Any]:
    def shown(minor: int) -> str:
        return HIDDEN_BALANCE if row.hidden else money(minor, row.currency)

    causes = [] if row.hidden else [
        {"name": name, "amount": money(minor, row.currency)}
        for name, minor in (*row.causes.items(), ("unexplained", row.unexplained)) if minor
    ]  # fmt: skip
    return {
        "account": row.account, "ties": row.ties, "ours": shown(row.ours),
        "should": shown(row.should), "balance": shown(row.balance), "causes": causes,
    }  # fmt: skip


def _is_booked(part: Part) -> bool:
    return part.booked != 0 or any(now for now, _ in part.amounts.values())


def _part(part: Part) -> dict[str, Any]:
    amounts = {currency: now for currency, (now, _) in part.amounts.items()}
    return {
        "purpose": part.purpose, "dimension": part.dimension, "name": part.name,
        "hours": format_seconds(part.booked), "planned": format_seconds(part.planned),
        "amount": ", ".join(
            f"{format_amount(amounts[c], c, grouped=True)} {c}" for c in sorted(amounts)),
    }  # fmt: skip


def _held_by_owner(shown: PlanView) -> list[dict[str, Any]]:
    """Who has something to do, the most hours first; what nobody owns comes under ``nobody``."""
    owners: dict[str, list[dict[str, Any]]] = defaultdict(list)
    seconds: dict[str, int] = defaultdict(int)
    for group in shown.held:
        for row in group.rows:
            owner = row.owner or "nobody"
            seconds[owner] += abs(row.seconds)
            owners[owner].append({
                "code": group.code, "title": codes.title(group.code), "key": row.entry,
                "hours": format_seconds(row.seconds), "message": row.message,
                "cause": cause_of(group.code), "purposes": ", ".join(row.purposes),
            })  # fmt: skip
    ranked = sorted(owners, key=lambda name: (-seconds[name], name))
    return [
        {"owner": name, "hours": format_seconds(seconds[name]), "rows": owners[name]}
        for name in ranked
    ]


def _excluded(shown: PlanView) -> list[dict[str, Any]]:
    return [
        {"purpose": part.purpose, "code": code, "title": codes.title(code),
         "hours": format_seconds(part.excluded_by[code])}
        for part in shown.conservation for code in sorted(part.excluded_by)
    ]  # fmt: skip


def _unread(shown: PlanView) -> list[dict[str, Any]]:
    """Rows of the sources that were accepted unread: the conservation above can't know their hours."""
    return [
        {"place": row.entry, "code": group.code, "message": row.message}
        for group in shown.notes if group.code.startswith("TO3") for row in group.rows
    ]  # fmt: skip


def _change(shown: PlanView, change: Any) -> dict[str, Any]:
    return {
        "action": change.action.value, "document": change.document, "kind": change.kind,
        "total": total(shown, change), "why": "; ".join(reasons(shown, change)[:4]),
    }  # fmt: skip


def _law(pack: LawPack) -> dict[str, Any]:
    open_ = [tier.basis for tier in pack.tiers if not tier.verified]
    return {"id": pack.id, "title": pack.title, "reviewed": pack.reviewed, "unverified": open_}


def _origin(plan: Plan) -> dict[str, Any]:
    body, envelope = plan.body, plan.envelope
    snapshots: Mapping[str, str] = body.snapshots
    return {
        "id": plan.id, "company": body.company, "environment": body.environment,
        "streams": list(body.streams), "as_of": body.as_of, "entries": body.entries,
        "made_at": envelope.made_at, "engine": envelope.engine, "config": body.config,
        "commit": envelope.commit or "", "dirty": envelope.dirty, "serial": envelope.serial,
        "snapshots": [{"name": name, "id": snapshots[name]} for name in sorted(snapshots)],
    }  # fmt: skip
