"""How one change reads: which lines differ, from what to what, and why.

Shared by the views of a plan; each line is a row of cells that the view aligns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tieout.domain.change import Action, Change
from tieout.domain.document import Document
from tieout.domain.money import format_amount, format_rate, format_seconds
from tieout.reporting.differences import LineChange, header_changes, label, line_changes
from tieout.reporting.figures import counted, cut, money, safe
from tieout.reporting.plan_view import PlanView
from tieout.reporting.privacy import HIDDEN

SIGNS: Mapping[Action, str] = {
    Action.CREATE: "+", Action.UPDATE: "~", Action.VOID: "-",
    Action.ADJUST: "±", Action.ADOPT: "=", Action.FORGET: "×",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One line of a change: what it is, then its hours and its amount (before → after)."""

    name: str
    hours: str
    amount: str


def total(view: PlanView, change: Change) -> str:
    """What the document comes to: ``2,240.00 → 2,520.00 USD``, or hours where it has no money."""
    before, after = change.before, change.after
    document = after or before
    if document is None:
        return ""
    if document.currency is None:
        return _arrow(
            format_seconds(before.seconds) if before else None,
            format_seconds(after.seconds) if after else None,
        )
    if view.veil.hides_document(change):
        return HIDDEN
    end = money(document.amount, document.currency)
    return _arrow(_grouped(before) if before and after else None, end)


def rows(view: PlanView, change: Change) -> tuple[Row, ...]:
    """The lines that differ, and after them each header field that does."""
    document = change.after or change.before
    currency = document.currency if document else None
    shown = None if view.veil.hides_lines(change.kind) else currency
    lines = [r for part in line_changes(change.before, change.after) for r in _rows(part, shown)]
    header = [
        Row(f"{name} {_word(old)} → {_word(new)}", "", "")
        for name, old, new in header_changes(change.before, change.after)
    ]
    return (*lines, *header)


def reasons(view: PlanView, change: Change) -> tuple[str, ...]:
    """Why: the reason's name, then each entry or configuration row that it comes from."""
    words = [change.reason.replace("_", " ")]
    if change.claims and change.action is Action.CREATE and not change.origin:
        words.append(f"from {counted(len(change.claims), 'entry', 'entries')}")
    return (*words, *(place(origin) for origin in view.origin(change)))


def place(origin: Mapping[str, object]) -> str:
    """``mappings/projects.yaml:12 @ a1b2c3d (kim, 2026-11-20)  projects/acme-web billing.rate``."""
    text = safe(str(origin.get("file") or ""))
    text += f":{origin['line']}" if origin.get("line") else ""
    text += f" @ {str(origin['commit'])[:7]}" if origin.get("commit") else ""
    author, day = (safe(str(origin.get(name) or "")) for name in ("author", "when"))
    wrote = ", ".join(filter(None, (cut(author, 40), day[:10])))
    text += f" ({wrote})" if wrote else ""
    return f"{text}  {safe(str(origin['row']))}" if text else safe(str(origin["row"]))


def _rows(part: LineChange, currency: str | None) -> Iterator[Row]:
    """The line with its figures, then a row for each other field that changed."""
    seconds_before, seconds_after, before, after = part.figures
    hours = _moved(part, seconds_before, seconds_after, format_seconds)
    amount = ""
    if currency:
        amount = _moved(part, before, after, lambda m: format_amount(m, currency, grouped=True))
    yield Row(safe(label(part.line)), hours, amount)
    for name, old, new in part.fields:
        if name == "rate" and currency:
            yield Row(f"  rate {_rate(old)} → {_rate(new)}", "", "")
        elif name != "rate":
            yield Row(f"  {name} {_word(old)} → {_word(new)}", "", "")


def _moved(part: LineChange, before: int, after: int, shape: Callable[[int], str]) -> str:
    """One figure where both sides agree or only one is there, else both with an arrow."""
    if part.before is None or part.after is None:
        value = after - before
        return f"+{shape(value)}" if value > 0 else shape(value) if value else ""
    if before == after:
        return shape(after) if after else ""
    return f"{shape(before)} → {shape(after)}"


def _rate(value: object) -> str:
    return format_rate(value) if isinstance(value, int) else "none"


def _word(value: object) -> str:
    return "none" if value is None else safe(str(value))


def _arrow(before: str | None, after: str | None) -> str:
    return f"{before} → {after}" if before and after else before or after or ""


def _grouped(document: Document) -> str:
    return format_amount(document.amount, document.currency or "", grouped=True)
