"""What the reader has to do now, the most pressing first, each with its command."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tieout.domain.change import WRITES
from tieout.domain.money import format_seconds
from tieout.reporting.figures import argument, counted, listed
from tieout.reporting.reconciliation import Reconciliation, Verdict

#: So many owners are named; the list of what is held has all of them.
_NAMED = 3


def todo(found: Reconciliation, held: Mapping[str, Any], unread: int) -> list[dict[str, str]]:
    """{what, how, command}; ``held`` is what ``by_owner`` gave, ``unread`` the number of rows that
    no figure knows. Empty: there is nothing to do."""
    return [*_unread(unread), *_drift(found), *_planned(found), *_held(held), *_untied(found)]


def _unread(rows: int) -> Iterator[dict[str, str]]:
    if rows:
        how = "their hours stand in no figure of this page"
        yield _step(f"Mend {counted(rows, 'row')} that couldn't be read", how, "tieout pull")


def _drift(found: Reconciliation) -> Iterator[dict[str, str]]:
    if found.drifted:
        number = counted(len(found.drifted), "document")
        command = f'tieout drift {argument(found.drifted[0])} --accept --reason "…"'
        yield _step(f"Settle {number} changed in the books", "accept or overwrite each", command)


def _planned(found: Reconciliation) -> Iterator[dict[str, str]]:
    acts = [c.action.value for c in found.plan.body.changes if c.action in WRITES]
    if acts:
        kinds = listed([f"{acts.count(act):,} {act}" for act in dict.fromkeys(acts)])
        what = f"Apply {counted(len(acts), 'planned change')}"
        yield _step(what, kinds, "tieout plan -o plan.tieout")


def _held(held: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    owners = held["owners"]
    if owners:
        told = [f"{row['owner']} {format_seconds(row['seconds'])}" for row in owners[:_NAMED]]
        rest = [counted(len(owners) - _NAMED, "other")] if len(owners) > _NAMED else []
        hours = format_seconds(sum(row["seconds"] for row in owners))
        what = f"Release {hours} held in {counted(held['number'], 'item')}"
        yield _step(what, listed([*told, *rest]), "tieout exceptions")


def _untied(found: Reconciliation) -> Iterator[dict[str, str]]:
    """A leg that is open for a reason that none of the steps above settles."""
    pending = found.drifted or any(c.action in WRITES for c in found.plan.body.changes)
    for leg in found.legs:
        if leg.verdict is Verdict.OPEN and not pending:
            what = f"Find out why leg {leg.number} doesn't tie"
            yield _step(what, leg.why, "tieout state verify")


def _step(what: str, how: str, command: str) -> dict[str, str]:
    return {"what": what, "how": how, "command": command}
