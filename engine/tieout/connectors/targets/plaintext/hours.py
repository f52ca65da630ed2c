"""Hours in accounts of their own (``track: hours``): what time records post, in whole seconds.

What a time record says stands in its head either way; these postings follow from it, so that balances
can be asked for. The worker gives (``Income:Time:Recorded:E-001``), the project or the pay class takes
(``Expenses:Time:Recorded:Acme-web``): each record balances by itself, and money is never touched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from tieout.connectors.targets.plaintext.blocks import Block, Leg, Unreadable
from tieout.domain.document import Document, Kind, Line
from tieout.domain.money import SECONDS

#: Mark postings of ours: that of a line, by its key, and the worker's.
HOURS, WORKED = "tieout-hours", "tieout-worked"
#: Kinds of time records, and what their accounts are called below ``Time``.
_BRANCH: Mapping[str, str] = {Kind.TIME_ACTIVITY: "Recorded", Kind.TIMESHEET: "Paid"}
#: The accounts of what has no name: time of no project that is mapped.
_NAMELESS = "Unmapped"


def legs(document: Document) -> tuple[Leg, ...]:
    """A posting for each line, and the worker's."""
    branch = _BRANCH[document.kind]
    own = [document.entity] if document.entity else []
    found = [
        Leg((HOURS, line.key), _account("Expenses", *own, branch, _taker(line)), line.seconds)
        for line in document.lines
    ]
    giver = _account("Income", *own, branch, document.party)
    return (*found, Leg((WORKED, document.party or ""), giver, -document.seconds))


def check(block: Block, document: Document) -> None:
    """Raises :class:`Unreadable` where a posting isn't what the record comes to, or is missing."""
    wanted = {leg.mark: (leg.account, leg.amount) for leg in legs(document)}
    for posting in block.postings:
        mark = next(((m, posting.meta[m]) for m in (HOURS, WORKED) if m in posting.meta), None)
        if mark is None:
            continue
        account, seconds = wanted.pop(mark, ("", 0))
        should = f"{account} {seconds} {SECONDS}" if account else "no such posting"
        shown = f"{posting.account} {posting.number} {posting.currency}"
        if posting.number != seconds or shown != f"{account} {posting.number} {SECONDS}":
            raise Unreadable(f"{shown} instead of {should}", posting.start)
    if wanted:
        raise Unreadable(f"the posting of {wanted[min(wanted)][0]} is missing")


def _taker(line: Line) -> str | None:
    return line.project if line.pay_class is None else line.pay_class


def _account(root: str, *names: str | None) -> str:
    """Every format takes it: letters, digits and hyphens, each part with a capital or a digit first."""
    parts = (re.sub(r"[^A-Za-z0-9]+", "-", name or _NAMELESS).strip("-") for name in names)
    return ":".join([root, "Time", *(part[:1].upper() + part[1:] or _NAMELESS for part in parts)])
