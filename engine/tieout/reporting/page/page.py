"""The page itself: one file, readable without its script, that asks nobody for anything."""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tieout.config.model import LawPack
from tieout.planning.weeks import Detail
from tieout.reporting import report
from tieout.reporting.figures import counted, money, moneys
from tieout.reporting.names import Names
from tieout.reporting.page.held import by_owner
from tieout.reporting.page.todo import todo
from tieout.reporting.page.waterfall import waterfall
from tieout.reporting.page.weeks import workers
from tieout.reporting.plan_view import in_order, view
from tieout.reporting.privacy import HIDDEN
from tieout.reporting.reconciliation import Part, Posted, Reconciliation

#: So many planned changes are listed, and so many rows of a kind or split; the plan and the tables
#: for spreadsheets have all of them.
PLANNED, ROWS = 200, 500
_DIMENSIONS = ("entity", "worker", "customer", "project", "period")


def html(
    found: Reconciliation, detail: Detail, packs: Iterable[LawPack] = (), *,
    names: Names | None = None, root: Path | None = None, show_pay: bool = False,
) -> str:  # fmt: skip
    """The report as HTML. ``detail`` splits it by worker and week and gives ages to what is held.

    ``root`` is the company's folder, whose ``reports/reconciliation.html.j2`` (``.css.j2``,
    ``.js.j2``) outranks the built-in one. The page's own policy lets that script run and nothing
    else, and no request leave. Raises ``Refused`` (TO291, TO292) when a template can't be used.
    """
    from markupsafe import Markup

    from tieout.reporting.render import render

    told = data(found, detail, packs, names=names or Names(), show_pay=show_pay)
    style, script = (render(f"{report.NAME}.{kind}.j2", {}, root) for kind in ("css", "js"))
    allowed = {"style_hash": _hash(style), "script_hash": _hash(script)}
    parts = {"style": Markup(style), "script": Markup(script)}
    return render(f"{report.NAME}.html.j2", {**told, **allowed, **parts}, root)


def _hash(text: str) -> str:
    """How a content security policy names an inline script or style."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"sha256-{digest}"


def data(
    found: Reconciliation, detail: Detail, packs: Iterable[LawPack] = (), *, names: Names,
    show_pay: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """What the template may name: all that Markdown's may, and figures in seconds beside it."""
    told = report.data(found, packs, show_pay=show_pay)
    shown = view(found.plan, show_pay=show_pay)
    held = by_owner(shown, detail.days)
    exact = all(c.exact for c in shown.conservation) and not any(r.unexplained for r in found.hours)
    planned, unread = told["planned"], told["unread"]
    return {
        **told, "accounted": exact, "todo": todo(found, held, len(unread)), "ageing": held,
        "unread": unread[:ROWS], "number_unread": len(unread),
        "conservation": [_conservation(part) for part in shown.conservation],
        "waterfalls": [_waterfall(row) for row in found.hours],
        "weeks": workers(detail.weeks, names.workers),
        "rounding": report.rounding(detail.rounding),
        "kinds": _kinds(found.posted, names), "splits": _splits(found.parts, names),
        "planned": planned[:PLANNED], "more_planned": len(planned[PLANNED:]),
        "source": shown.seconds,
    }  # fmt: skip


def _conservation(part: Any) -> dict[str, Any]:
    figures = ("source", "booked", "rounding", "grain", "held", "excluded")
    return {"purpose": part.purpose, "exact": part.exact, **{n: getattr(part, n) for n in figures}}


def _waterfall(row: Any) -> dict[str, Any]:
    return {"purpose": row.purpose, "unexplained": row.unexplained, "steps": waterfall(row)}


def _kinds(documents: Iterable[Posted], names: Names) -> list[dict[str, Any]]:
    """Documents by kind, below it by party: who has how many, for which days, and what they hold."""
    kinds: dict[str, dict[str, list[Posted]]] = defaultdict(lambda: defaultdict(list))
    for document in documents:
        kinds[document.kind][document.party or ""].append(document)
    return [
        {
            "kind": kind,
            "title": _counted(sum(map(len, parties.values())), kind.replace("_", " ")),
            **_posted([d for own in parties.values() for d in own]),
            "parties": [
                {"id": party or "-", "name": names.party(kind, party), **_posted(own)}
                for party, own in sorted(parties.items())[:ROWS]
            ],
            "more": len(parties) - ROWS if len(parties) > ROWS else 0,
        }
        for kind, parties in kinds.items()
    ]


def _counted(number: int, one: str) -> str:
    many = f"{one[:-1]}ies" if one.endswith("y") else f"{one}s"
    return counted(number, one, many)


def _posted(documents: list[Posted]) -> dict[str, Any]:
    totals: dict[str, int] = defaultdict(int)
    for document in documents:
        if document.currency:
            totals[document.currency] += document.amount or 0
    hidden = any(document.hidden for document in documents)
    return {
        "number": len(documents), "seconds": sum(d.seconds for d in documents),
        "final": sum(d.final is not None for d in documents),
        "from": min(d.from_ for d in documents), "to": max(d.to for d in documents),
        "amount": HIDDEN if hidden else moneys(totals),
    }  # fmt: skip


def _splits(parts: Iterable[Part], names: Names) -> list[dict[str, Any]]:
    """What is booked by legal entity, worker, customer, project and period: a row each, a column a
    purpose."""
    booked = [part for part in parts if part.booked or any(now for now, _ in part.amounts.values())]
    purposes = in_order({part.purpose for part in booked})
    found = []
    for dimension in _DIMENSIONS:
        rows: dict[str, dict[str, Part]] = defaultdict(dict)
        for part in booked:
            if part.dimension == dimension and part.name != "-":
                rows[part.name][part.purpose] = part
        found.append({
            "dimension": dimension, "purposes": list(purposes),
            "title": _counted(len(rows), dimension),
            "more": len(rows) - ROWS if len(rows) > ROWS else 0,
            "rows": [
                _split(dimension, name, rows[name], purposes, names) for name in sorted(rows)[:ROWS]
            ],
        })  # fmt: skip
    return [split for split in found if split["rows"]]


def _split(
    dimension: str, name: str, parts: Mapping[str, Part], purposes: Iterable[str], names: Names
) -> dict[str, Any]:
    amounts = [
        money(now, currency)
        for part in parts.values() for currency, (now, _) in sorted(part.amounts.items())
    ]  # fmt: skip
    return {
        "id": name, "name": names.of(dimension, name), "amount": ", ".join(amounts),
        "seconds": [parts[p].booked if p in parts else 0 for p in purposes],
    }  # fmt: skip
