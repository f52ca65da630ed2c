"""A waterfall from the hours of the sources down to those in the books, one bar a step.

Drawn here and not by a charting library: those that are kept have no waterfall and bring fonts,
scripts and colours of their own, and six rectangles need none. The figures stand in the table that
the bars are part of, so nothing is lost on who can't see them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tieout.domain.money import divide
from tieout.reporting.causes import CAUSES
from tieout.reporting.reconcile import PLANNED
from tieout.reporting.reconciliation import Hours

#: The width of a chart; a step that is there at all is drawn at least ``_SLIVER`` wide.
WIDTH, _SLIVER = 1000, 7

#: Colour of a step by its cause: what somebody wants so, what waits for somebody, what is to come.
_MEANT = frozenset({
    "before go-live", "outside this environment", "not paid, not billable or not produced",
    "accepted", "written off", "on a later invoice", "period not ended, or not selected",
    "credited by hand",
})  # fmt: skip


def waterfall(row: Hours) -> list[dict[str, Any]]:
    """The steps of one purpose: {name, seconds, kind, x, width}, from ``source`` to ``booked``.

    ``kind`` names the colour: total, meant, held, planned, rounding or wrong (unexplained). The
    seconds of the steps between the two totals are what each takes away, negative: what it adds.
    """
    causes = {name: seconds for name, seconds in row.causes.items() if seconds}
    if row.unexplained:
        causes["unexplained"] = row.unexplained
    steps = list(_steps(row, causes))
    widest = max(max(start, end) for _, _, _, start, end in steps) or 1
    return [
        {"name": name, "seconds": seconds, "kind": kind, **_bar(start, end, widest)}
        for name, seconds, kind, start, end in steps
    ]


def _steps(row: Hours, causes: Mapping[str, int]) -> Iterator[tuple[str, int, str, int, int]]:
    """(name, seconds, kind, level before, level after)."""
    yield "in the sources", row.source, "total", 0, row.source
    level = row.source
    for name, seconds in causes.items():
        yield name, seconds, _kind(name), level, level - seconds
        level -= seconds
    yield "in the books", row.booked, "total", 0, row.booked


def _kind(cause: str) -> str:
    if cause in _MEANT:
        return "meant"
    if cause in CAUSES:
        return "held"
    known = {PLANNED: "planned", "rounding": "rounding", "grain": "rounding"}
    return known.get(cause, "wrong" if cause == "unexplained" else "held")


def _bar(start: int, end: int, widest: int) -> dict[str, int]:
    left, right = sorted((divide(start * WIDTH, widest), divide(end * WIDTH, widest)))
    width = max(right - left, _SLIVER) if start != end else 0
    return {"x": max(min(left, WIDTH - width), 0), "width": width}
