"""Workers by weeks: a strip of all weeks for each worker, and figures of those that differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from tieout.pipeline.weeks import Week
from tieout.reporting.plan_view import in_order

#: So many workers are listed, those with the most held; of each so many weeks, the latest. The tables
#: for spreadsheets have all of them.
LISTED, LATEST = 500, 60
#: A week of a strip is drawn this wide, of ten: the rest is the gap to the next.
_CELL = 8


def workers(weeks: Sequence[Week], names: Mapping[str, str]) -> dict[str, Any]:
    """``rows`` by worker, those with the most held seconds first, and how many ``more`` there are;
    ``first``, ``last`` and ``count`` of the weeks that the strips span."""
    firsts = sorted({week.first for week in weeks})
    place = {first.isoformat(): number for number, first in enumerate(firsts)}
    purposes = in_order({week.purpose for week in weeks})
    rows = [
        _worker(worker, tuple(own), purposes, place, names)
        for worker, own in groupby(weeks, key=lambda week: week.worker)
    ]
    rows.sort(key=lambda row: (-row["held"], row["id"]))
    return {
        "rows": rows[:LISTED], "more": len(rows[LISTED:]), "count": len(firsts),
        "first": firsts[0].isoformat() if firsts else "",
        "last": firsts[-1].isoformat() if firsts else "",
    }  # fmt: skip


def _worker(
    worker: str | None, weeks: Sequence[Week], purposes: Sequence[str], place: Mapping[str, int],
    names: Mapping[str, str],
) -> dict[str, Any]:  # fmt: skip
    """One worker: of the ``purposes`` and the ``rows`` by week only those in which anything
    differs, and how many ``earlier`` rows there are. ``totals`` by purpose, of all weeks."""
    differs = [p for p in purposes if not all(w.exact for w in weeks if w.purpose == p)]
    by_first = {
        first.isoformat(): {week.purpose: week for week in own}
        for first, own in groupby(weeks, key=lambda week: week.first)
    }
    rows = [
        {
            "week": first, "source": max(week.source for week in own.values()),
            "cells": [_cell([own[p]] if p in own else []) for p in differs],
        }
        for first, own in by_first.items() if not all(week.exact for week in own.values())
    ]  # fmt: skip
    return {
        "id": worker or "-", "name": names.get(worker or "-", "") if worker else "not mapped",
        "source": max(_sums(weeks, "source").values()),
        "held": max(_sums(weeks, "held").values()),
        "purposes": differs,
        "totals": [_cell([w for w in weeks if w.purpose == purpose]) for purpose in differs],
        "strip": _strip({place[first]: tuple(own.values()) for first, own in by_first.items()}),
        "rows": rows[-LATEST:], "earlier": len(rows[:-LATEST]),
    }  # fmt: skip


def _sums(weeks: Sequence[Week], figure: str) -> dict[str, int]:
    sums: dict[str, int] = {}
    for week in weeks:
        sums[week.purpose] = sums.get(week.purpose, 0) + getattr(week, figure)
    return sums


def _cell(weeks: Sequence[Week]) -> dict[str, Any]:
    """What of one purpose isn't booked as it was worked, and the colour of the gravest reason."""
    missing = sum(week.source - week.booked for week in weeks)
    state = max((_state(week) for week in weeks), default=0)
    return {"seconds": missing, "kind": _KINDS[state], "differs": state > 0}


#: What a week can be, from the best to the gravest.
_KINDS = ("full", "part", "held")


def _state(week: Week) -> int:
    if week.held:
        return 2
    return 0 if week.exact else 1


def _strip(weeks: Mapping[int, Sequence[Week]]) -> dict[str, str]:
    """Paths by colour, each with a box for every week: ten wide, ten high, from the left."""
    paths = dict.fromkeys(_KINDS, "")
    for number in sorted(weeks):
        state = max(map(_state, weeks[number]))
        paths[_KINDS[state]] += f"M{number * 10} 0h{_CELL}v10h-{_CELL}z"
    return paths
