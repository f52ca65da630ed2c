"""What the two pages of lineage share: labelled blocks, origins, and how a document stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tieout.planning.trace import Standing, Value
from tieout.reporting.figures import cut, safe, width
from tieout.reporting.paint import Paint
from tieout.reporting.plan_lines import SIGNS, place

#: Columns of the labels on the left.
LABEL = 11
#: The longest id of an entry that is shown whole: a tracker's number, not the hash of a row.
LONGEST = 20
_SIGNS = {action.value: sign for action, sign in SIGNS.items()}


class Rows:
    """Lines under labels, as wide as the page, with what is beside the point in a faint colour."""

    def __init__(
        self, columns: int, paint: Paint, origins: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self.columns, self.paint, self.origins = columns, paint, origins

    def labelled(self, label: str, lines: Iterable[str]) -> Iterator[str]:
        """The lines, the first of them beside its label; none if there are none."""
        for number, line in enumerate(lines):
            shown = label if number == 0 else ""
            yield f"  {shown:{LABEL}}{line}"

    def beside(self, left: str, value: Value | None) -> Iterator[str]:
        """``left`` and where it comes from: on one line where both fit, else on two."""
        origin = self.origin(value) if value else ""
        room = self.columns - LABEL - 2
        faint = self.paint(cut(origin, room), "faint")
        if left and origin and width(left) + 2 + width(origin) <= room:
            yield f"{left}  {faint}"
        else:
            yield from filter(None, (left, faint))

    def joined(self, parts: Iterable[str], indent: int) -> Iterator[str]:
        """The parts side by side, on as many lines as it takes beside ``indent`` columns."""
        line = ""
        for part in filter(None, parts):
            longer = f"{line}  ·  {part}" if line else part
            if line and width(longer) > self.columns - indent:
                yield line
                longer = part
            line = cut(longer, self.columns - indent)
        yield line

    def origin(self, value: Value) -> str:
        """``mappings/projects.yaml:12 @ a1b2c3d (kim, 2026-11-20)  projects/web``, or the place."""
        if value.row is None:
            return safe(value.place or "")
        known = self.origins.get(value.row, {})
        told = place({"row": value.row, **known})
        if known.get("file") and width(told) > self.columns - LABEL - 2:
            return told.removesuffix(safe(value.row)).rstrip()  # its place says which row it is
        return told


def short(entry: str) -> str:
    """An entry's key as pages show it: of a long one a beginning, which `tieout explain` takes."""
    source, _, own = entry.partition(":")
    return safe(entry if len(own) <= LONGEST else f"{source}:{own[: LONGEST - 8]}…")


def sign(standing: Standing) -> tuple[str, str]:
    """The sign before a document and the meaning of its colour."""
    if standing.state == "planned" and standing.action:
        return _SIGNS[standing.action], standing.action
    return {"held": ("!", "hold"), "settled": ("·", "note")}.get(standing.state, ("=", "good"))


def said(standing: Standing) -> str:
    """``in the books``, ``create planned``, ``held: TO231``."""
    words = {"in_books": "in the books", "planned": f"{standing.action} planned"}
    return words.get(standing.state, f"{standing.state}: {standing.code}")
