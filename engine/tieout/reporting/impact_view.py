"""An impact as people read it: arranged like a plan that leads from the base to the head.

It sorts and sums what the impact says and decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tieout.config.model import Config
from tieout.domain.change import Change, Guard
from tieout.domain.plan import Envelope, Plan
from tieout.planning.edited import Edit
from tieout.planning.impact import Impact
from tieout.planning.shares import NOBODY, Part
from tieout.reporting.plan_lines import place
from tieout.reporting.plan_view import PlanView, view
from tieout.reporting.privacy import COST_KINDS


@dataclass(frozen=True)
class Row:
    """What comes from one edited row, or from several together: ``places`` tells of each where it
    stands and who wrote it. One part for each purpose."""

    edits: tuple[Edit, ...]
    places: tuple[str, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class ImpactView:
    """Everything that a page about an impact shows.

    ``base`` and ``head`` are what they are called; ``shown`` arranges documents, and what the head
    holds and the base doesn't, as a plan does. ``hidden``: cost could tell what somebody earns.
    """

    impact: Impact
    base: str
    head: str
    shown: PlanView
    hidden: bool
    rows: tuple[Row, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """Every part, without the money that is hidden."""
        return tuple(self.veiled(part) for part in self.impact.parts)

    def veiled(self, part: Part) -> Part:
        """A part as it may be shown: what work costs may tell a wage."""
        return replace(part, money={}) if self.hidden and part.purpose == "cost" else part

    def of(self, dimension: str) -> tuple[Part, ...]:
        """The parts of one breakdown, in their order."""
        return tuple(part for part in self.parts if part.dimension == dimension)

    @property
    def refusing(self) -> tuple[Guard, ...]:
        """Guards that would refuse the head's plan."""
        return tuple(g for g in self.shown.guards if not g.ok)

    @property
    def refused_before(self) -> frozenset[str]:
        """The names of guards that refuse the base's plan already."""
        base = self.impact.base
        return frozenset(g.name for g in base.guards if not g.ok) if base else frozenset()

    @property
    def nothing(self) -> bool:
        """Whether both plans want the same and hold the same."""
        impact = self.impact
        return not (impact.changes or impact.appeared or impact.gone)

    @property
    def next(self) -> str:
        """The command to run next: the whole plan of the head."""
        commit = self.shown.plan.envelope.commit
        return f"tieout plan --at {commit[:7]}" if commit else "tieout plan"

    def becomes(self, change: Change) -> str:
        """What the head's plan does about a document, in a word."""
        return self.impact.becomes.get(change.document, "")


def arrange(
    impact: Impact, base: str, head: Config, made_at: str, engine: str, *,
    dirty: bool = False, show_pay: bool = False,
) -> ImpactView:  # fmt: skip
    """Arrange an impact for reading. ``base`` is what the base is called; without ``show_pay`` the
    money of what work costs is hidden throughout: what differs may be one person's alone."""
    places = impact.edits.places()
    envelope = Envelope(
        made_at=made_at, engine=engine, commit=head.commit, dirty=dirty, origins=places
    )
    like = Plan(
        body=replace(impact.head, changes=impact.changes, exceptions=impact.appeared),
        envelope=envelope,
    )
    name = head.commit[:7] if head.commit else "the working files"
    return ImpactView(
        impact=impact, base=base, head=name, shown=view(like, show_pay=show_pay),
        hidden=not show_pay and any(c.kind in COST_KINDS for c in impact.changes),
        rows=_rows(impact, places),
    )  # fmt: skip


def _rows(impact: Impact, places: Mapping[str, Mapping[str, Any]]) -> tuple[Row, ...]:
    """By edited row, the most documents first; an edit that nothing comes from stands last."""
    edits = {edit.row: edit for edit in impact.edits.found}
    found: dict[str, list[Part]] = {row: [] for row in edits} if impact.base else {}
    for part in impact.parts:
        if part.dimension == "row":
            found.setdefault(part.name, []).append(part)
    rows = [
        Row(
            tuple(edits[name] for name in names.split(" + ") if name in edits),
            tuple(place({"row": name, **places.get(name, {})}) for name in names.split(" + ")
                  if name != NOBODY),
            tuple(parts),
        )
        for names, parts in found.items()
    ]  # fmt: skip
    alone = {edit for row in rows if row.parts for edit in row.edits}
    rows = [row for row in rows if row.parts or not alone & set(row.edits)]
    return tuple(sorted(
        rows, key=lambda r: (-max((p.documents for p in r.parts), default=0), r.places)
    ))  # fmt: skip
