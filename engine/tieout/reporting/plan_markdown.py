"""A plan as a comment on a pull request: headline first, the rest folded, never too long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tieout.domain.change import Change
from tieout.domain.money import format_seconds
from tieout.domain.plan import Plan
from tieout.governance.approvals import Approval
from tieout.reporting import codes
from tieout.reporting.figures import counted, listed, moneys
from tieout.reporting.markdown import code, escape, folded, table
from tieout.reporting.plan_lines import SIGNS, reasons, rows, total
from tieout.reporting.plan_view import Creates, HeldGroup, PlanView, view
from tieout.reporting.privacy import HIDDEN

#: The longest comment that GitHub takes, in characters (REST API, "body is too long").
LIMIT = 65_536
#: Room kept free of detail for the closing lines and for whoever wraps the comment.
RESERVE = 1_024
#: How many new documents are named one by one.
LARGEST = 10


def text(
    plan: Plan, *, file: str | None = None, show_pay: bool = False, limit: int = LIMIT,
    approvals: Iterable[Approval] = (),
) -> str:  # fmt: skip
    """The plan as Markdown of less than ``limit`` characters; what doesn't fit is counted."""
    shown = view(plan, file=file, show_pay=show_pay, approvals=approvals)
    head = [*_headline(shown), "", *_conservation(shown), "", *_amounts(shown), *_guards(shown)]
    tail = ["", f"Next: `{shown.next}`", ""]
    room = limit - RESERVE - sum(len(line) + 1 for line in (*head, *tail))
    sections: list[str] = []
    for summary, blocks in details(shown):
        fitted = fit(summary, blocks, room - sum(len(line) + 1 for line in sections))
        sections += ["", *fitted] if fitted else []
    return "\n".join([*head, *sections, *tail])


def _headline(shown: PlanView) -> Iterator[str]:
    plan, summary = shown.plan, shown.plan.summary
    counts = [
        f"{summary[action.value]:,} {action.value}" for action in SIGNS if summary[action.value]
    ]
    counts += [f"{summary['hold']:,} held"] if summary["hold"] else []
    word = "**refused by a guard**" if shown.refused else "guard overridden"
    guards = f" · {word}" if shown.refused or shown.allowed else ""
    yield f"### Plan `{plan.id[:8]}`: {', '.join(counts) or 'nothing to do'}{guards}"
    yield ""
    yield (
        f"{escape(shown.route)} · {escape(shown.version)} · entries to {escape(plan.body.as_of)} · "
        f"{counted(plan.body.entries, 'entry', 'entries')}, {format_seconds(shown.seconds)}"
    )


def _conservation(shown: PlanView) -> list[str]:
    names = ("source", "booked", "rounding", "grain", "held", "excluded")
    body = []
    for part in shown.conservation:
        figures = [format_seconds(getattr(part, name)) for name in names]
        body.append([part.purpose, *figures, "✓" if part.exact else "✗"])
    return table(["purpose", *names, "every second"], body, figures=len(names) + 1)


def _amounts(shown: PlanView) -> Iterator[str]:
    for amount in shown.amounts[:12]:
        totals = HIDDEN if amount.totals is None else moneys(amount.totals, signed=True)
        yield f"- {escape(amount.name)}: {totals}"
    if len(shown.amounts) > 12:
        yield f"- … and {len(shown.amounts) - 12:,} more"


def _guards(shown: PlanView) -> Iterator[str]:
    for guard in (*shown.refused, *shown.allowed):
        overrides = shown.overrides(guard)
        limit = f"{escape(guard.value)} > {escape(guard.limit)}"
        yield ""
        yield f"**Guard {escape(guard.name)}**: {limit}, {'overridden' if overrides else 'refused'}."
        for given in overrides:
            who = f"{escape(given.approver)} on {escape(given.at[:10])}"
            yield f"By {who}: {escape(given.overrides[guard.name])}"
        if not overrides:
            yield f"To allow: `{shown.override(guard)}`"
    if shown.allowed and not shown.refused:
        yield from ("", "No guard refuses the plan any more: it can be applied.")


def details(shown: PlanView) -> Iterator[tuple[str, Sequence[Sequence[str]]]]:
    """Each folded section: its summary and its blocks, what a reviewer must see first."""
    if shown.changes:
        changes = [_change(shown, change) for change in shown.changes]
        yield f"{counted(len(changes), 'change')} to what stands in the books", changes
    for groups, word in ((shown.held, "held"), (shown.notes, "noticed")):
        if groups:
            size = sum(len(group.rows) for group in groups)
            yield f"{size:,} {word}", [block for group in groups for block in _group(shown, group)]
    if shown.creates:
        parties = [[_creates(group)] for group in shown.creates]
        largest = [
            [f"- {code(shown.key(c.document))} {total(shown, c)}"] for c in shown.largest[:LARGEST]
        ]
        size = sum(len(group.changes) for group in shown.creates)
        named = f"{counted(size, 'new document')}, the largest, then by kind and party"
        yield named, [*largest, [""], *parties]


def _creates(group: Creates) -> str:
    amount = HIDDEN if group.amount.totals is None else moneys(group.amount.totals)
    who = escape(f"{group.kind} {group.party}".rstrip())
    return f"- {who}: {len(group.changes):,}, {format_seconds(group.seconds)} {amount}".rstrip()


def _change(shown: PlanView, change: Change) -> list[str]:
    key = code(shown.key(change.document))
    lines = [f"- {change.action.value} {key} {total(shown, change)}"]
    for row in rows(shown, change):
        figures = ", ".join(filter(None, (row.hours, row.amount)))
        lines.append(f"  - {escape(row.name.strip())}{f': {figures}' if figures else ''}")
    why = reasons(shown, change)
    return [*lines, f"  - *{escape('; '.join(why[:4]))}*"]


def _group(shown: PlanView, group: HeldGroup) -> Iterator[list[str]]:
    owners = f" → {escape(listed(list(group.owners)))}" if group.owners else ""
    head = f"**{group.code} {escape(codes.title(group.code))}**: {group.size}"
    hours = f", {format_seconds(group.seconds)}" if group.seconds else ""
    yield ["", f"{head}{hours}{owners}", ""]
    for row in group.rows:
        hours = f" {format_seconds(row.seconds)}" if row.seconds else ""
        yield [f"- {code(shown.key(row.entry))}{hours} {escape(row.message)}"]


def fit(summary: str, blocks: Sequence[Sequence[str]], room: int) -> list[str]:
    """As many blocks as fit into ``room`` characters, and how many were left out."""
    room -= len(summary) + 100
    kept: list[str] = []
    for number, block in enumerate(blocks):
        size = sum(len(line) + 1 for line in block)
        if size > room:
            return folded(summary, [*kept, "", f"… and {len(blocks) - number:,} more"])
        kept += block
        room -= size
    return folded(summary, kept)
