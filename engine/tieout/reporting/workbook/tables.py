"""The tables of the report: names, typed columns and rows, whole, with nothing left out.

Hours stand twice: as seconds, which are exact, and as decimal hours, which people add up; an hour
has no exact decimal for every second, so those are rounded to six places. Amounts are exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tieout.domain.change import Conservation
from tieout.domain.money import divide, minor_digits
from tieout.domain.plan import Plan
from tieout.pipeline.neutrality import Audit
from tieout.planning.weeks import Detail, Week
from tieout.reporting import codes
from tieout.reporting.names import Names
from tieout.reporting.page.held import age_band
from tieout.reporting.plan_lines import reasons, total
from tieout.reporting.plan_view import PlanView, view
from tieout.reporting.privacy import HIDDEN, HIDDEN_BALANCE
from tieout.reporting.reconcile_text import verdict
from tieout.reporting.reconciliation import Balance, Part, Posted, Reconciliation, Register

#: What a cell may hold. None is an empty cell.
Value = str | int | Decimal | date | bool | None

_HOUR_PLACES = 6


@dataclass(frozen=True)
class Table:
    """``name`` is that of the sheet, and of the CSV file. Every row has a value for each column."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def tables(
    found: Reconciliation, detail: Detail, *, names: Names | None = None, show_pay: bool = False
) -> tuple[Table, ...]:
    """Every table of the report, the answer first."""
    names, shown = names or Names(), view(found.plan, show_pay=show_pay)
    return (
        _table("summary", ("what", "value"), _summary(found)),
        _table("conservation", (
            "purpose", "source seconds", "booked seconds", "rounding seconds", "grain seconds",
            "held seconds", "excluded seconds", "adds up",
        ), map(_conservation, shown.conservation)),
        _table("steps", ("purpose", "step", "seconds", "hours"), _steps(found)),
        _table("weeks", (
            "worker", "name", "week of", "purpose", "source seconds", "booked seconds",
            "rounding seconds", "held seconds", "excluded seconds", "difference hours",
        ), (_week(week, names) for week in detail.weeks)),
        _table("rounding", (
            "worker", "name", "window", "entries", "worked seconds", "rounding seconds",
            "rounding percent", "entries that lose", "entries that gain",
        ), (_audit(audit, names) for audit in detail.rounding)),
        _table("exceptions", (
            "owner", "code", "title", "entry or document", "purpose", "severity", "day", "age days",
            "age", "seconds", "hours", "message",
        ), _exceptions(found.plan, detail)),
        _table("documents", (
            "document", "kind", "party", "name", "date", "from", "to", "seconds", "hours", "amount",
            "currency", "final",
        ), (_document(document, names) for document in found.posted)),
        _table("booked", (
            "purpose", "by", "id", "name", "seconds", "hours", "seconds after the plan", "amount",
            "amount after the plan", "currency",
        ), (row for part in found.parts for row in _booked(part, names))),
        _table("accounts", (
            "account", "currency", "ours", "should be", "books", "unexplained", "ties", "note",
        ), map(_account, found.balances)),
        *([_register(found.register, names)] if found.register else []),
        _table("planned", ("act", "document", "kind", "target", "amount", "why"), _planned(shown)),
    )  # fmt: skip


def hours(seconds: int) -> Decimal:
    """Decimal hours, rounded to six places: ``5445`` → ``1.5125``."""
    return Decimal(divide(seconds * 10**_HOUR_PLACES, 3600)).scaleb(-_HOUR_PLACES)


def amount(minor: int, currency: str) -> Decimal:
    """Minor units as an exact decimal with the currency's own digits: ``4620.00``."""
    return Decimal(minor).scaleb(-minor_digits(currency))


def _table(name: str, columns: tuple[str, ...], rows: Iterable[tuple[Value, ...]]) -> Table:
    return Table(name, columns, tuple(rows))


def _summary(found: Reconciliation) -> Iterator[tuple[Value, ...]]:
    body = found.plan.body
    yield "company", body.company
    yield "to", date.fromisoformat(body.as_of)
    yield "verdict", verdict(found)
    for leg in found.legs:
        why = f": {leg.why}" if leg.why else ""
        yield f"leg {leg.number}, {leg.title}", f"{leg.verdict.value}{why}"
    yield "entries", body.entries
    yield "foreign postings", found.foreign
    yield "changed in the books", len(found.drifted)
    yield "environment", body.environment
    yield "plan", found.plan.id
    yield "made at", found.plan.envelope.made_at


def _conservation(part: Conservation) -> tuple[Value, ...]:
    return (
        part.purpose, part.source, part.booked, part.rounding, part.grain, part.held,
        part.excluded, part.exact,
    )  # fmt: skip


def _steps(found: Reconciliation) -> Iterator[tuple[Value, ...]]:
    """From the sources to the books: what each step takes away is negative, so that they add up."""
    for row in found.hours:
        steps = {"in the sources": row.source, **{n: -s for n, s in row.causes.items()}}
        if row.unexplained:
            steps["unexplained"] = -row.unexplained
        for step, seconds in steps.items():
            yield row.purpose, step, seconds, hours(seconds)
        yield row.purpose, "in the books", row.booked, hours(row.booked)


def _week(week: Week, names: Names) -> tuple[Value, ...]:
    return (
        week.worker, names.of("worker", week.worker or ""), week.first, week.purpose, week.source,
        week.booked, week.rounding, week.held, week.excluded, hours(week.source - week.booked),
    )  # fmt: skip


def _audit(row: Audit, names: Names) -> tuple[Value, ...]:
    percent = Decimal(divide(row.delta * 100_000, row.seconds)).scaleb(-3) if row.seconds else None
    return (
        row.worker or "all", names.of("worker", row.worker or ""), row.window, row.entries,
        row.seconds, row.delta, percent, row.against, row.favour,
    )  # fmt: skip


def _exceptions(plan: Plan, detail: Detail) -> Iterator[tuple[Value, ...]]:
    as_of = date.fromisoformat(plan.body.as_of)
    for e in plan.body.exceptions:
        day = detail.days.get(e.entry)
        age = None if day is None else (as_of - day).days
        yield (
            e.owner, e.code, codes.title(e.code), e.entry, e.purpose, e.severity, day, age,
            age_band(age), e.seconds, hours(e.seconds), e.message,
        )  # fmt: skip


def _document(row: Posted, names: Names) -> tuple[Value, ...]:
    money: Value = HIDDEN if row.hidden else None
    if row.amount is not None and row.currency:
        money = amount(row.amount, row.currency)
    return (
        row.key, row.kind, row.party, names.party(row.kind, row.party or ""),
        date.fromisoformat(row.date), date.fromisoformat(row.from_), date.fromisoformat(row.to),
        row.seconds, hours(row.seconds), money, row.currency, row.final,
    )  # fmt: skip


def _booked(part: Part, names: Names) -> Iterator[tuple[Value, ...]]:
    """A row for each currency; of hours alone, one without any. The hours stand in the first."""
    amounts: Mapping[str | None, tuple[int, int]] = {
        c: part.amounts[c] for c in sorted(part.amounts)
    }
    told: tuple[Value, ...] = (part.booked, hours(part.booked), part.planned)
    for currency, (now, then) in (amounts or {None: (0, 0)}).items():
        money = (amount(now, currency), amount(then, currency)) if currency else (None, None)
        who = (None if part.name == "-" else part.name, names.of(part.dimension, part.name))
        yield (part.purpose, part.dimension, *who, *told, *money, currency)
        told = (None, None, None)


def _account(row: Balance) -> tuple[Value, ...]:
    figures = (row.ours, row.should, row.balance, row.unexplained)
    shown = (None if row.hidden else amount(minor, row.currency) for minor in figures)
    causes = [f"{n} {amount(m, row.currency)}" for n, m in row.causes.items()]
    note = HIDDEN_BALANCE if row.hidden else "; ".join(causes)
    return (row.account, row.currency, *shown, row.ties, note)


def _register(register: Register, names: Names) -> Table:
    """Every row of leg 2's hours, those that agree too; money of a register isn't told by row."""
    return _table("register", (
        "worker", "name", "from", "to", "earning", "our seconds", "paid seconds",
        "difference hours", "unexplained seconds", "within tolerance", "causes",
    ), _paid(register, names))  # fmt: skip


def _paid(register: Register, names: Names) -> Iterator[tuple[Value, ...]]:
    for row in register.paid:
        causes = "; ".join(f"{cause} {hours(size)}" for cause, size in row.causes.items())
        yield (
            row.worker, names.of("worker", row.worker), date.fromisoformat(row.from_),
            date.fromisoformat(row.to), row.earning, row.ours, row.register,
            hours(row.register - row.ours), row.unexplained, row.within, causes,
        )  # fmt: skip


def _planned(shown: PlanView) -> Iterator[tuple[Value, ...]]:
    """The amount as the plan tells it, before and after: an act isn't one figure."""
    for change in shown.plan.body.changes:
        why = "; ".join(reasons(shown, change))
        act = (change.action.value, change.document, change.kind, change.target)
        yield (*act, total(shown, change), why)
