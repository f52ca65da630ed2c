"""Tie-out: do the entries, our documents and the books' own balances agree?

Three legs, each a comparison whose variance is split into causes that add up to it. What no cause
explains is *unexplained*, and then the leg doesn't tie; neither does it while changes are planned
that nobody has applied, or while a document that somebody changed in the books is unsettled. What
is held, excluded, rounded or foreign is told with its reason and does tie.

Everything here is a function of a plan made now, the books read now, and what we wrote last.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from tieout.domain.books import Applied, Books
from tieout.domain.change import WRITES, Change
from tieout.domain.document import SERVES, Document, Kind, Line, Purpose
from tieout.domain.plan import Plan
from tieout.reporting import ledger
from tieout.reporting.causes import DRIFT, by_cause
from tieout.reporting.figures import counted
from tieout.reporting.plan_view import in_order
from tieout.reporting.posted import posted
from tieout.reporting.privacy import veil
from tieout.reporting.reconciliation import (
    Balance,
    Hours,
    Issued,
    Leg,
    Part,
    Reconciliation,
    Register,
    Verdict,
)
from tieout.reporting.register import verdicts

PLANNED = "planned, not applied yet"


def reconcile(
    plan: Plan, books: Mapping[str, Books], applied: Iterable[Applied], *,
    tax: Mapping[str, ledger.Taxes] | None = None, show_pay: bool = False,
    paid: Callable[[tuple[Balance, ...]], Register] | None = None,
) -> Reconciliation:  # fmt: skip
    """Compare. ``books`` by target name, as read now; ``applied`` is the fold of the journal.

    ``tax`` says per target what the books add to sales by themselves. Without ``show_pay`` balances
    that could tell a wage are marked as hidden. ``paid`` compares with a pay register, if there is
    one, given the balances.
    """
    applied = tuple(applied)
    changes = tuple(change for change in plan.body.changes if change.action in WRITES)
    documents = [record.document for target in books.values() for record in target.records]
    drifted = tuple(sorted({e.entry for e in plan.body.exceptions if e.code in DRIFT}))
    hours = _hours(plan, books, changes)
    rows = ledger.balances(plan, books, changes, tax or {})
    shade = veil(plan.body.changes, applied, show_pay=show_pay)
    balances = tuple(replace(row, hidden=ledger.hidden(row, applied, shade)) for row in rows)
    register = paid(balances) if paid else None
    return Reconciliation(
        plan=plan, documents=_kinds(documents), hours=hours, drifted=drifted,
        parts=_parts(documents, changes), posted=posted(books, applied, shade),
        balances=balances, register=register, issued=_issued(books),
        foreign=sum(len(target.foreign) for target in books.values()),
        legs=(_verdict(hours, changes, drifted), _paid(register), ledger.verdict(rows, books)),
    )  # fmt: skip


def _paid(register: Register | None) -> Leg:
    """Leg 2: not proved without a register, or with one that has nothing to compare."""
    why, outcome = "no register was given", Verdict.NOT_PROVED
    if register:
        why = "; ".join(verdicts(register))
        outcome = Verdict.OPEN if why else Verdict.TIES
        if not (register.paid or register.gross):
            why, outcome = "the register has no rows", Verdict.NOT_PROVED
    title = "documents ↔ pay register and invoices issued"
    return Leg(number=2, title=title, verdict=outcome, why=why)


def _issued(books: Mapping[str, Books]) -> tuple[Issued, ...]:
    """The invoices in the books by currency: all of them, and those that somebody has issued."""
    found: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    for target in books.values():
        for record in target.records:
            if record.document.kind == Kind.INVOICE and record.document.currency:
                issued = (record.document.amount, record.final is not None)
                found[record.document.currency].append(issued)
    return tuple(
        Issued(
            currency=currency, invoices=len(rows), issued=sum(final for _, final in rows),
            amount=sum(amount for amount, _ in rows),
            issued_amount=sum(amount for amount, final in rows if final),
        )
        for currency, rows in sorted(found.items())
    )  # fmt: skip


def _verdict(hours: Iterable[Hours], changes: tuple[Change, ...], drifted: tuple[str, ...]) -> Leg:
    reasons = [
        f"{counted(len(changes), 'change')} planned and not applied" if changes else "",
        f"{counted(len(drifted), 'document')} changed in the books" if drifted else "",
        *(f"{row.purpose}: seconds unexplained" for row in hours if row.unexplained),
    ]
    why = "; ".join(filter(None, reasons))
    outcome = Verdict.OPEN if why else Verdict.TIES
    return Leg(number=1, title="entries ↔ documents", verdict=outcome, why=why)


def _hours(plan: Plan, books: Mapping[str, Books], changes: Iterable[Change]) -> tuple[Hours, ...]:
    """Leg 1 by purpose. What somebody credited by hand is a cause of its own (TO244)."""
    now: dict[str, int] = defaultdict(int)
    pending: dict[str, int] = defaultdict(int)
    for target in books.values():
        for record in target.records:
            _count(now, record.document, record.document.seconds)
    for change in changes:
        for document, sign in ((change.after, 1), (change.before, -1)):
            if document:
                _count(pending, document, sign * document.seconds)
    told = plan.body.conservation
    rows = []
    for purpose in in_order(told):
        causes = {
            **by_cause(told[purpose].excluded_by), **by_cause(told[purpose].held_by),
            "rounding": -told[purpose].rounding, "grain": -told[purpose].grain,
            PLANNED: pending[purpose],
        }  # fmt: skip
        rows.append(Hours(
            purpose=purpose, source=told[purpose].source, booked=now[purpose],
            causes={name: value for name, value in causes.items() if value},
            unexplained=told[purpose].source - now[purpose] - sum(causes.values()),
        ))  # fmt: skip
    return tuple(rows)


def _kinds(documents: Iterable[Document]) -> Mapping[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for document in sorted(documents, key=lambda d: d.kind):
        number, seconds = found.get(document.kind, (0, 0))
        found[str(document.kind)] = (number + 1, seconds + document.seconds)
    return found


def _count(sums: dict[str, int], document: Document, seconds: int) -> None:
    for purpose in SERVES.get(document.kind, ()):
        sums[purpose.value] += seconds


def _parts(documents: Iterable[Document], changes: Iterable[Change]) -> tuple[Part, ...]:
    """What the documents hold by worker, customer, project and period: now, and after the plan."""
    now, then = _Sums(), _Sums()
    for document in documents:
        now.add(document)
        then.add(document)
    for change in changes:
        then.add(change.before, -1)
        then.add(change.after)
    return tuple(
        Part(
            purpose=at[0], dimension=at[1], name=at[2],
            booked=now.seconds[at], planned=then.seconds[at],
            amounts={c: (now.money[(*at, c)], then.money[(*at, c)]) for c in then.currencies[at]},
        )
        for at in sorted(then.seconds)
    )  # fmt: skip


class _Sums:
    """Seconds, and what is billed, by (purpose, dimension, name)."""

    def __init__(self) -> None:
        self.seconds: dict[tuple[str, str, str], int] = defaultdict(int)
        self.money: dict[tuple[str, str, str, str], int] = defaultdict(int)
        self.currencies: dict[tuple[str, str, str], list[str]] = defaultdict(list)

    def add(self, document: Document | None, sign: int = 1) -> None:
        if document is None:
            return
        for purpose in SERVES.get(document.kind, ()):
            for line in document.lines:
                for dimension, name in _dimensions(document, line):
                    at = (purpose.value, dimension, name)
                    self.seconds[at] += sign * line.seconds
                    if purpose is Purpose.BILLING and document.currency:
                        self.money[(*at, document.currency)] += sign * line.amount
                        if document.currency not in self.currencies[at]:
                            self.currencies[at].append(document.currency)


def _dimensions(document: Document, line: Line) -> Iterator[tuple[str, str]]:
    person = document.party if document.role in ("employee", "vendor") else None
    customer = document.party if document.role == "customer" else None
    yield "worker", line.worker or person or "-"
    yield "customer", customer or "-"
    yield "project", line.project or "-"
    if document.entity:
        yield "entity", document.entity
    yield "period", f"{document.from_} – {document.to}"
