"""The lineage of an entry or a document as JSON, and what of it stays hidden from those who may not
see pay: pay rates, cost shares, and the lines of cost documents, as ``reporting.privacy`` says.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from tieout.planning.trace import DocumentTrace, EntryTrace
from tieout.reporting.privacy import MINIMUM, Veil

FORMAT_VERSION = 1


def as_json(trace: EntryTrace | DocumentTrace, *, show_pay: bool = False) -> str:
    """The machine view; keys are whole, and ``pay`` says whether pay is hidden in it."""
    entry = isinstance(trace, EntryTrace)
    told = (
        veiled(trace, show_pay).as_json()
        if isinstance(trace, EntryTrace)
        else _document(trace, show_pay)
    )
    head = {
        "format_version": FORMAT_VERSION,
        "of": "entry" if entry else "document",
        "pay": "shown" if show_pay else "hidden",
    }
    return json.dumps({**head, **told}, ensure_ascii=False, indent=2) + "\n"


def veiled(trace: EntryTrace, show_pay: bool) -> EntryTrace:
    """The entry's trace without what would tell a wage."""
    if show_pay:
        return trace
    veil = Veil()
    portions = tuple(
        replace(
            portion,
            pay=tuple(replace(rate, rate=None) for rate in portion.pay),
            segments=tuple(replace(segment, rate=None) for segment in portion.segments),
        )
        for portion in trace.portions
    )
    lines = tuple(
        replace(line, line=line.line.partition("@")[0], rate=None, amount=None)
        if veil.hides_lines(line.kind) else line
        for line in trace.lines
    )  # fmt: skip
    return replace(trace, portions=portions, lines=lines, shares=())


def veil_of(trace: DocumentTrace, show_pay: bool) -> Veil:
    """The veil for a document, with the workers behind its entries."""
    return Veil(show_pay=show_pay, workers=trace.workers)


def hides_total(trace: DocumentTrace, veil: Veil) -> bool:
    """Whether the document's amounts stay hidden: of cost, where few work on it, and where what
    stands beside what is planned would tell the difference."""
    few = len(set(trace.workers.values())) < MINIMUM
    moved = any(veil.hides_document(change) for change in trace.changes)
    return veil.hides_lines(trace.document.kind) and (few or moved)


def _document(trace: DocumentTrace, show_pay: bool) -> dict[str, Any]:
    veil, told = veil_of(trace, show_pay), trace.as_json()
    document = veil.document(trace.document) or {}
    told["document"] = document
    lines = {
        x.key: shown
        for x, shown in zip(
            sorted(trace.document.lines, key=lambda x: x.key), document["lines"], strict=True
        )
    }
    for line, shown in zip(trace.lines, told["lines"], strict=True):
        shown["line"] = lines[line.line.key]
    for held, shown in zip(trace.books, told["books"], strict=True):
        shown["document"] = veil.document(held.document)
    for change, shown in zip(trace.changes, told["changes"], strict=True):
        shown |= {"before": veil.document(change.before), "after": veil.document(change.after)}
    return told
