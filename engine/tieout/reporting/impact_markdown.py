"""An impact as one comment on a pull request, and as notes beside the lines that were edited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tieout.domain.diagnostic import Diagnostic, Position, Severity
from tieout.planning.shares import Part
from tieout.reporting import diagnostics
from tieout.reporting.figures import counted
from tieout.reporting.impact_text import counts, moved
from tieout.reporting.impact_view import ImpactView, Row
from tieout.reporting.markdown import code, escape, table
from tieout.reporting.plan_markdown import LIMIT, RESERVE, details, fit

#: How many rows the tables by customer and by account have before the rest is counted.
_TABLE = 12
_CODE = "impact"


def text(found: ImpactView, *, limit: int = LIMIT) -> str:
    """Markdown of less than ``limit`` characters: the headline, the figures, then folded detail;
    what doesn't fit is counted. Cost is never told here but as the view shows it."""
    head = [*_headline(found), "", *_figures(found), "", *_guards(found)]
    tail = ["", f"Next: {code(found.next)}", ""]
    room = limit - RESERVE - sum(len(line) + 1 for line in (*head, *tail))
    sections: list[str] = []
    for summary, blocks in _details(found):
        fitted = fit(summary, blocks, room - sum(len(line) + 1 for line in sections))
        sections += ["", *fitted] if fitted else []
    return "\n".join([*head, *sections, *tail])


def github(found: ImpactView) -> str:
    """Workflow commands: what each edited row comes to, beside the line that it stands in."""
    told = []
    for row in found.rows:
        said = "; ".join(_said(part) for part in map(found.veiled, row.parts))
        for edit in row.edits:
            place = found.shown.plan.envelope.origins.get(edit.row)
            at = Position(str(place["file"]), int(place["line"])) if place else None
            told.append(Diagnostic(
                code=_CODE, severity=Severity.INFO, position=at,
                message=f"{edit.row}: {said or 'no document differs for it'}",
            ))  # fmt: skip
    told += [
        Diagnostic(code=_CODE, severity=Severity.WARNING,
                   message=f"guard {g.name} {g.value} > {g.limit} would refuse the plan")
        for g in found.refusing
    ]  # fmt: skip
    return diagnostics.github(told)


def _headline(found: ImpactView) -> Iterator[str]:
    said = ", ".join(words.lstrip("+~-! ") for _, words in counts(found))
    refused = " · **a guard would refuse the plan**" if found.refusing else ""
    yield f"### Impact of {escape(found.head)} on {escape(found.base)}: {said or 'nothing'}{refused}"
    yield ""
    body = found.impact.head
    yield f"{escape(found.shown.route)} · entries to {escape(body.as_of)}"
    if found.impact.base is None:
        yield ""
        yield "There is no configuration to compare with: all that is asked for is new."


def _figures(found: ImpactView) -> Iterator[str]:
    """By purpose, then by customer and by account: what the head has more than the base, or less."""
    for dimension, title in (("purpose", "purpose"), ("customer", "customer"), ("account", "account")):
        parts = [part for part in found.of(dimension) if any(moved(part))]
        if not parts:
            continue
        names = [title] if dimension == "purpose" else [title, "purpose"]
        rows = [[*_names(part), *map(escape, moved(part))] for part in parts[:_TABLE]]
        yield from table([*names, "hours", "money"], rows, figures=2)
        if len(parts) > _TABLE:
            yield f"\n… and {len(parts) - _TABLE:,} more"
        yield ""
    if found.hidden:
        yield "Cost is hidden: it could tell a wage."


def _names(part: Part) -> list[str]:
    return [part.purpose] if part.dimension == "purpose" else [escape(part.name), part.purpose]


def _guards(found: ImpactView) -> Iterator[str]:
    for guard in found.refusing:
        already = ", as it does that of the base" if guard.name in found.refused_before else ""
        limit = f"{escape(guard.value)} > {escape(guard.limit)}"
        yield f"**Guard {escape(guard.name)}**: {limit}; it would refuse the plan{already}."


def _details(found: ImpactView) -> Iterator[tuple[str, Sequence[Sequence[str]]]]:
    if found.rows:
        yield f"{counted(len(found.rows), 'edit')}", [_row(found, row) for row in found.rows]
    for number, (summary, blocks) in enumerate(details(found.shown)):
        changed = found.shown.changes and number == 0
        yield f"{counted(len(blocks), 'document')} changed or gone" if changed else summary, blocks
    gone = found.impact.gone
    if gone:
        blocks = [[f"- {e.code} {code(found.shown.key(e.entry))} {escape(e.message)}"] for e in gone]
        yield f"{len(gone):,} held or noticed no more", blocks
    unread = found.impact.unread
    if unread:
        yield "Seen only after a pull", [[f"- {escape(row)}"] for row in unread]


def _row(found: ImpactView, row: Row) -> list[str]:
    lines = [f"- {escape(' with '.join(row.places) or 'what follows from the rest')}"]
    for edit in row.edits:
        if edit.before is not None or edit.after is not None:
            lines.append(f"  - {escape(edit.before or 'none')} → {escape(edit.after or 'none')}")
    lines += [f"  - {escape(_said(part))}" for part in map(found.veiled, row.parts)]
    return lines if row.parts else [*lines, "  - no document differs for it"]


def _said(part: Part) -> str:
    figures = ", ".join(filter(None, moved(part)))
    number = counted(part.documents, "document")
    return f"{part.purpose}: {number}{f', {figures}' if figures else ''}"
