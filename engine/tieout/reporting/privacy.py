"""Who may read what people are paid off a view: nobody, unless asked for with the right to it.

Journals, bills and vendor credits are cost. A line of theirs is an amount by account and project,
and one person's hours on a project beside it reveal a wage. The rule, on purpose a simple one:

- the amounts, rates and rate-bearing keys of their *lines* are never shown;
- the amount of a whole *document*, and the sum over several, is shown only where at least
  ``MINIMUM`` different workers are known to stand behind it (behind each currency of a sum), and
  only of documents that come or go whole: the difference that an update makes may be one worker's,
  however many the document has.

The workers behind an entry are read off the plan itself: a time activity, a timesheet or a bill
belongs to one worker and names its entries. An entry that no such document names counts for
nobody, so the rule errs towards hiding. ``show_pay`` lifts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tieout.domain.books import Applied, Claim
from tieout.domain.change import Action, Change, Guard
from tieout.domain.document import Document, Kind

#: Fewer people than this and a sum can be taken apart by somebody who knows a few of them.
MINIMUM = 5

HIDDEN = "(hidden: fewer than five workers)"
#: For an account: it may have many workers, but only parts of their documents.
HIDDEN_BALANCE = "(hidden: it could tell a wage)"
COST_KINDS = frozenset({Kind.JOURNAL, Kind.BILL, Kind.VENDOR_CREDIT})
_WORKER_ROLES = ("employee", "vendor")
_WHOLE = (Action.CREATE, Action.VOID)


@dataclass(frozen=True)
class Veil:
    """What a view may show of cost. ``workers`` gives the worker behind an entry, where known."""

    show_pay: bool = False
    workers: Mapping[str, str] = field(default_factory=dict)

    def hides_lines(self, kind: str) -> bool:
        """Whether amounts, rates and rate-bearing keys of this kind's lines stay hidden."""
        return not self.show_pay and kind in COST_KINDS

    def hides_total(self, kind: str, changes: Iterable[Change]) -> bool:
        """Whether the sums over these changes of cost documents stay hidden: all of them, if those
        behind any one currency are few."""
        behind: dict[str | None, list[tuple[Claim, ...]]] = {}
        for change in changes:
            document = change.after or change.before
            claims = behind.setdefault(document.currency if document else None, [])
            claims += [change.claims] if change.action in _WHOLE else []
        return self.hides_lines(kind) and any(map(self.few, behind.values()))

    def hides_document(self, change: Change) -> bool:
        """Whether the amount of one change's document, before or after, stays hidden."""
        partly = change.action not in _WHOLE
        return self.hides_lines(change.kind) and (partly or self.few([change.claims]))

    def document(self, document: Document | None) -> dict[str, Any] | None:
        """The canonical JSON, with what is hidden set to null and rates cut off the line keys."""
        if document is None:
            return None
        shown = document.as_json()
        if self.hides_lines(document.kind):
            for line in shown["lines"]:
                bare = line["key"].partition("@")[0]
                line |= (
                    {"amount": None, "rate": None, "key": bare}
                    if "rate" in line
                    else {"amount": None}
                )
                line |= {"fx": None} if "fx" in line else {}
        return shown

    def guard(self, guard: Guard, changes: Iterable[Change]) -> Guard:
        """A limit on amounts tells what the plan costs, so its value hides with the plan's cost."""
        cost = [c for c in changes if c.kind in COST_KINDS]
        if not guard.name.startswith("amount_change") or not any(map(self.hides_document, cost)):
            return guard
        return Guard(name=guard.name, value=HIDDEN, limit=guard.limit, ok=guard.ok)

    def few(self, claims: Iterable[tuple[Claim, ...]]) -> bool:
        """Whether fewer than ``MINIMUM`` workers are known to stand behind these claims."""
        entries = {claim.entry for group in claims for claim in group}
        return len({self.workers[e] for e in entries if e in self.workers}) < MINIMUM


def veil(changes: Iterable[Change], applied: Iterable[Applied] = (), *, show_pay: bool) -> Veil:
    """The veil for a plan's ``changes``, and for what is ``applied`` where a view shows that."""
    named = [(c.after or c.before, c.claims) for c in changes]
    named += [(a.document, a.claims) for a in applied]
    behind: dict[str, str] = {}
    for document, claims in named:
        if document and document.party and document.role in _WORKER_ROLES:
            behind |= dict.fromkeys((claim.entry for claim in claims), document.party)
    return Veil(show_pay=show_pay, workers=behind)
