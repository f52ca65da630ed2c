"""Section 2: one state per portion and purpose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from oracle.decisions import waives
from oracle.mapping import in_force, last_known
from oracle.periods import period_of
from oracle.prices import Price
from oracle.story import Portion, employer, seller
from tieout.config.model import Config, Produce
from tieout.domain.document import SERVES, Kind, Purpose
from tieout.domain.entry import Approval


@dataclass(frozen=True)
class HourKind:
    paid: bool
    counts_to_overtime: bool
    billable: bool


HOUR_KINDS = {
    "work": HourKind(True, True, True),
    "break": HourKind(False, False, False),
    "leave": HourKind(True, False, False),
    "holiday": HourKind(True, False, False),
    "sick": HourKind(True, False, False),
    "standby": HourKind(True, True, False),
    "travel": HourKind(True, True, True),
}

#: Which kinds of document a worker's hours may reach: a contractor's never payroll.
REACHES = {
    "employee": {Kind.TIME_ACTIVITY, Kind.TIMESHEET, Kind.JOURNAL, Kind.INVOICE},
    "contractor": {Kind.TIME_ACTIVITY, Kind.BILL, Kind.INVOICE},
}

#: (mapping kind, purpose) → policy, where the company says nothing.
POLICIES = {
    ("project", "cost"): "hold", ("project", "billing"): "hold",
    ("service", "cost"): "hold", ("service", "billing"): "hold",
    ("customer", "billing"): "hold",
    ("account", "cost"): "hold", ("account", "billing"): "hold",
}  # fmt: skip


def purposes(config: Config) -> list[str]:
    """Those that some stream has a document for."""
    produced = [p for stream in config.streams.values() for p in stream.produce.values()]
    return [p.value for p in Purpose if any(p in serves(produce) for produce in produced)]


def serves(produce: Produce) -> tuple[str, ...]:
    return tuple(produce.purposes or SERVES[produce.kind])


def produces(portion: Portion, purpose: str) -> Produce | None:
    """The document of the stream that serves the purpose for this kind of worker."""
    reaches = REACHES[portion.worker.kind] if portion.worker else set(Kind)
    found = [
        produce
        for produce in portion.stream.produce.values()
        if purpose in serves(produce) and produce.kind in reaches
    ]
    return found[0] if found else None


def hour_kind(portion: Portion) -> str:
    return portion.service.kind if portion.service else "work"


def traits(portion: Portion) -> HourKind:
    """What the hour kind says, unless the service says otherwise."""
    usual, service = HOUR_KINDS[hour_kind(portion)], portion.service
    if service is None:
        return usual
    return HourKind(
        paid=usual.paid if service.paid is None else service.paid,
        counts_to_overtime=usual.counts_to_overtime
        if service.counts_to_overtime is None
        else service.counts_to_overtime,
        billable=usual.billable if service.billable is None else service.billable,
    )


def policy(config: Config, kind: str, purpose: str) -> str:
    return config.rules.unmapped.get((kind, purpose)) or POLICIES.get((kind, purpose), "book")


# ── excluded ─────────────────────────────────────────────────────────────────────────────────────


def left_out(config: Config, portion: Portion) -> str | None:
    """Why nobody wants the portion at all, whatever the purpose."""
    only = config.environment
    if portion.seconds == 0 and not portion.entry.running:
        return "TO257"
    if only.workers and (portion.worker is None or portion.worker.id not in only.workers):
        return "TO251"
    if only.since and portion.date < only.since:
        return "TO251"
    return None


def unwanted(portion: Portion, purpose: str) -> str | None:
    """Why this purpose has no use for the portion, for all that it could be booked."""
    kind = traits(portion)
    if purpose == Purpose.RECORD:
        return "TO252" if hour_kind(portion) == "break" else None
    if purpose in (Purpose.PAY, Purpose.COST):
        return None if kind.paid else "TO252"
    method = portion.project.method if portion.project else None
    if not kind.billable:
        return "TO252"
    if portion.entry.billed:
        return "TO255"
    if portion.entry.billable is False or method == "none":
        return "TO253"
    return "TO254" if method in ("fixed", "books") else None


def before_start(portion: Portion, purpose: str) -> str | None:
    start = portion.stream.starts.get(purpose)
    return "TO250" if start and portion.date < start else None


def paid_by_then(config: Config, portion: Portion) -> bool:
    """Whether the pay run of the hours is dated by the end of the month that a journal accrues."""
    journal = portion.stream.produce.get(Kind.JOURNAL)
    timesheet = portion.stream.produce.get(Kind.TIMESHEET)
    if journal is None or timesheet is None or journal.basis != "accrue":
        return False
    pay_day = posting(config, portion, timesheet) + timedelta(days=timesheet.pay_date or 0)
    return pay_day <= posting(config, portion, journal)


def excluded(config: Config, portion: Portion, purpose: str) -> str | None:
    return (
        left_out(config, portion)
        or before_start(portion, purpose)
        or ("TO256" if produces(portion, purpose) is None else None)
        or unwanted(portion, purpose)
    )


# ── held ─────────────────────────────────────────────────────────────────────────────────────────


def not_worked(config: Config, portion: Portion, as_of: date) -> str | None:
    """Why it isn't work as far as we know: held for every purpose, and no part of any week."""
    if portion.seconds < 0:
        return "TO213"
    if portion.entry.running:
        return "TO207"
    if portion.date > as_of:
        return "TO218"
    if portion.worker is None:
        return "TO202"
    if portion.duplicate and not waives(config, portion.entry, "TO208", as_of):
        return "TO208"
    if portion.overlap and not waives(config, portion.entry, "TO209", as_of):
        return "TO209"
    if portion.entry.type is not None and portion.service is None:
        return "TO206"
    return None


def worked(config: Config, portion: Portion, as_of: date) -> bool:
    return not left_out(config, portion) and not not_worked(config, portion, as_of)


def unapproved(config: Config, portion: Portion, purpose: str, as_of: date) -> str | None:
    rule = config.rules.approval
    if portion.entry.approval == Approval.APPROVED or purpose not in rule.required:
        return None
    if purpose == Purpose.PAY and rule.pay_unapproved == "pay_and_flag":
        return None
    return None if waives(config, portion.entry, "TO210", as_of) else "TO210"


def off(portion: Portion) -> bool:
    """Leave, a holiday or sickness of which the tracker names no project: there is none to map."""
    entry = portion.entry
    named = (entry.customer_id, entry.customer_name, entry.project_id, entry.project_name)
    return hour_kind(portion) in ("leave", "holiday", "sick") and not any(named)


def unmapped(portion: Portion) -> dict[str, str]:
    """Mapping kind → code, of the rows that the portion lacks; in the order in which they count."""
    lacks = {
        "project": portion.project is None and not off(portion),
        "service": portion.service is None,
        "customer": portion.project is not None and portion.customer is None,
    }
    codes = {"project": "TO201", "service": "TO203", "customer": "TO204"}
    return {kind: codes[kind] for kind, lacking in lacks.items() if lacking}


def held(
    config: Config,
    portion: Portion,
    purpose: str,
    as_of: date,
    *,
    price: Price | None,
    pay_rated: bool,
    cost_stranded: bool = False,
    flagged: str | None = None,
) -> str | None:
    """Why the portion can't be booked yet. Of a worked portion that isn't excluded.

    ``flagged``: a check that the company lets hold; ``price``: what an hour is billed at;
    ``cost_stranded``: there is a rate of pay, and no rate by which to convert it.
    """
    kind = portion.worker.kind if portion.worker else None
    if kind == "contractor" and purpose == Purpose.COST:
        purpose = Purpose.PAY  # his bill serves both at once
    waits = not_worked(config, portion, as_of) or flagged or unapproved(config, portion, purpose, as_of)
    if waits:
        return waits
    lacking = unmapped(portion)
    if purpose == Purpose.BILLING and portion.project is None:  # nobody could be billed
        lacking = {"project": "TO201", **lacking}
    for mapping, code in lacking.items():
        if policy(config, mapping, purpose) in ("hold", "block"):
            return code
    waiting = across_entities(portion) and config.rules.intercompany is None
    if purpose in (Purpose.COST, Purpose.BILLING) and waiting:
        return "TO245"
    if nameless(config, portion, purpose):
        return "TO217"
    if purpose == Purpose.RECORD or (purpose == Purpose.PAY and kind == "employee"):
        return None  # hours alone: no account, no rate
    if account_missing(config, portion, purpose):
        return "TO205"
    if purpose == Purpose.BILLING:
        if price is None:
            return "TO211"
        return "TO216" if price.stranded else None
    if not pay_rated:
        return "TO212"
    return "TO216" if cost_stranded and kind == "employee" else None


def customer_currency(config: Config, portion: Portion) -> str:
    given = portion.customer.currency if portion.customer else None
    return given or config.company.currency


def entity(portion: Portion, produce: Produce) -> str | None:
    """Whose books the document is for."""
    return seller(portion) if produce.kind == Kind.INVOICE else employer(portion)


def across_entities(portion: Portion) -> bool:
    """Whether the work of one legal entity's worker is for a project of another."""
    ours, theirs = employer(portion), seller(portion)
    return bool(ours and theirs and ours != theirs)


def charged_to(config: Config, portion: Portion, produce: Produce) -> str | None:
    """The legal entity that the cost is charged to; what is on suspense is charged to nobody yet."""
    if config.rules.intercompany is None or not across_entities(portion):
        return None
    return None if cost_role(config, portion, produce) == "suspense" else seller(portion)


def posting(config: Config, portion: Portion, produce: Produce) -> date:
    return period_of(config.company, produce, portion.date).last


def nameless(config: Config, portion: Portion, purpose: str) -> bool:
    """Whether the target has no name for the party of the document."""
    produce = produces(portion, purpose)
    assert produce is not None
    if produce.kind == Kind.JOURNAL:
        return False
    return party_ref(config, portion, produce) is None


def party_role(portion: Portion, produce: Produce) -> str:
    if produce.kind == Kind.INVOICE:
        return "customer"
    assert portion.worker is not None
    return "vendor" if portion.worker.kind == "contractor" else "employee"


def party_ref(config: Config, portion: Portion, produce: Produce) -> str | None:
    """The target's name of the document's party, as of the posting date."""
    day, role = posting(config, portion, produce), party_role(portion, produce)
    row = (
        last_known(config.customers, portion.customer.id if portion.customer else None, day)
        if role == "customer"
        else last_known(config.workers, portion.worker.id if portion.worker else None, day)
    )
    books: Mapping[str, Mapping[str, str]] = row.books if row else {}
    return books.get(produce.to, {}).get(role)


# ── accounts ─────────────────────────────────────────────────────────────────────────────────────


def account_ref(
    config: Config, role: str, produce: Produce, day: date, of: str | None
) -> str | None:
    """The legal entity's own account for the role, else everybody's."""
    names = [f"{role}:{of}", role] if of else [role]
    rows = [row for name in names if (row := in_force(config.accounts, name, day))]
    return next((row.books[produce.to] for row in rows if produce.to in row.books), None)


def revenue_role(config: Config, portion: Portion, produce: Produce) -> str:
    day = posting(config, portion, produce)
    service = last_known(config.services, portion.service.id if portion.service else None, day)
    return (service.revenue if service else None) or "billable_income"


def expense_role(config: Config, portion: Portion, produce: Produce) -> str:
    """By the service, else the usual one of this kind of worker."""
    assert portion.worker is not None
    kind, day = portion.worker.kind, posting(config, portion, produce)
    service = last_known(config.services, portion.service.id if portion.service else None, day)
    usual = {"employee": "labor_expense", "contractor": "contractor_expense"}[kind]
    return (service.expense.get(kind) if service else None) or usual


def cost_role(config: Config, portion: Portion, produce: Produce) -> str:
    """The expense role, or ``suspense`` for what lacks a mapping and isn't waited for.

    What would hold the cost of a contractor, whose bill can't wait, goes to suspense as well, as
    far as there is such an account.
    """
    day, expense = posting(config, portion, produce), expense_role(config, portion, produce)
    lacking = set(unmapped(portion))
    of = entity(portion, produce)
    if account_ref(config, expense, produce, day, of) is None:
        lacking.add("account")
    policies = {policy(config, kind, Purpose.COST) for kind in lacking}
    if produce.kind == Kind.BILL:
        stuck = across_entities(portion) and config.rules.intercompany is None
        waits = stuck or policies & {"suspense", "hold", "block"}
        there = account_ref(config, "suspense", produce, day, of)
        return "suspense" if waits and there else expense
    return "suspense" if "suspense" in policies else expense


def other_side(produce: Produce) -> str:
    """The role that a journal, a bill or an invoice is balanced on."""
    if produce.kind == Kind.INVOICE:
        return "receivable"
    if produce.kind == Kind.BILL:
        return "accrued_expenses" if produce.mode == "accrue" else "accounts_payable"
    return "labor_clearing" if produce.basis == "allocate" else "accrued_wages"


def account_missing(config: Config, portion: Portion, purpose: str) -> bool:
    """Whether the line or its other side would lack an account that is waited for.

    A bill can't be written without both, whatever the policy.
    """
    produce = produces(portion, purpose)
    assert produce is not None
    if produce.kind != Kind.BILL and policy(config, "account", purpose) == "book":
        return False
    if produce.kind == Kind.INVOICE:
        roles = [revenue_role(config, portion, produce), "receivable"]
    else:
        roles = [cost_role(config, portion, produce), other_side(produce)]
    day, of = posting(config, portion, produce), entity(portion, produce)
    needed = [(role, of) for role in roles]
    to, rule = None, config.rules.intercompany
    if produce.kind != Kind.INVOICE:
        to = charged_to(config, portion, produce)
    if rule and to:
        needed += [(roles[0], to), (rule.due_from, of), (rule.due_to, to)]
        needed += [(rule.income, of), (rule.expense, to)] if rule.markup else []
    return any(account_ref(config, role, produce, day, whose) is None for role, whose in needed)
