"""One hour, one state per purpose: what is held, what is left out, and for what alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from oracle.desired import desired
from oracle.small import (
    ACME,
    ANA,
    CAI_IS,
    DESIGN,
    PRODUCE,
    RULES,
    SUNDAY,
    WEB,
    company,
    day,
    pay,
    span,
)

from tieout.config.model import Account, ApprovalRule, Config, Environment, Stream
from tieout.domain.document import Document
from tieout.domain.entry import Entry

AS_OF = date(2026, 4, 30)
RATES = [pay("A", 300_000), pay("B", 300_000), pay("C", 500_000)]
BOOKED = {"record": None, "pay": None, "cost": None, "billing": None}


def codes(entry: Entry, config: Config | None = None, rates: Any = RATES) -> dict[str, str | None]:
    """Purpose → code of the entry's first portion; None where it is booked."""
    states = desired(config or company(), [entry], rates, AS_OF).states[entry.key, 1]
    return {purpose: state.code for purpose, state in states.items()}


def documents(*entries: Entry, config: Config | None = None) -> dict[str, Document]:
    return dict(desired(config or company(), entries, RATES, AS_OF).documents)


def test_an_hour_that_lacks_nothing() -> None:
    assert codes(day("1", SUNDAY, 1)) == BOOKED


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"project_name": "?"}, {"cost": "TO201", "billing": "TO201"}),
        ({"task_name": "?"}, {"cost": "TO203", "billing": "TO203"}),
        ({"billable": False}, {"billing": "TO253"}),
        ({"billed": True}, {"billing": "TO255"}),
        ({"rate": 1, "rate_currency": "EUR"}, {"billing": "TO216"}),
        ({"type": "?"}, dict.fromkeys(BOOKED, "TO206")),
        ({"type": "lunch"}, dict.fromkeys(BOOKED, "TO252")),
        ({"worker_email": "?"}, dict.fromkeys(BOOKED, "TO202")),
    ],
)
def test_a_hold_is_per_purpose(fields: dict[str, Any], expected: dict[str, str]) -> None:
    assert codes(day("1", SUNDAY, 1, **fields)) == {**BOOKED, **expected}


def test_times_that_make_no_sense() -> None:
    assert set(codes(day("1", SUNDAY, 0)).values()) == {"TO257"}
    assert set(codes(span("1", "2026-03-02 10:00", "2026-03-02 09:00")).values()) == {"TO213"}
    assert set(codes(day("1", AS_OF + timedelta(days=1), 1)).values()) == {"TO218"}
    running = replace(span("1", "2026-03-02 10:00", "2026-03-02 10:00"), running=True, end_at=None)
    assert set(codes(running).values()) == {"TO207"}


@pytest.mark.parametrize("method", ["fixed", "books"])
def test_a_project_that_isn_t_billed_by_the_hour(method: str) -> None:
    config = company(projects=(replace(WEB, method=method),))
    assert codes(day("1", SUNDAY, 1), config) == {**BOOKED, "billing": "TO254"}


def test_no_rate() -> None:
    unpriced = company(projects=(replace(WEB, rate=None),))
    assert codes(day("1", SUNDAY, 1), unpriced) == {**BOOKED, "billing": "TO211"}
    assert codes(day("1", SUNDAY, 1), rates=[]) == {**BOOKED, "cost": "TO212"}


def test_no_customer_and_no_account() -> None:
    inside = company(projects=(replace(WEB, customer=None),))
    assert codes(day("1", SUNDAY, 1), inside) == {**BOOKED, "billing": "TO204"}
    poor = company(accounts=())
    assert codes(day("1", SUNDAY, 1), poor) == {**BOOKED, "cost": "TO205", "billing": "TO205"}


def test_no_name_in_the_books() -> None:
    anonymous = company(workers=(replace(ANA, books={}),))
    assert codes(day("1", SUNDAY, 1), anonymous) == {**BOOKED, "record": "TO217", "pay": "TO217"}
    unknown = company(customers=(replace(ACME, books={}),))
    assert codes(day("1", SUNDAY, 1), unknown) == {**BOOKED, "billing": "TO217"}


def test_approval_is_asked_for_per_purpose() -> None:
    config = company(rules=replace(RULES, approval=ApprovalRule(required=("pay", "billing"))))
    entry = day("1", SUNDAY, 1, approval="submitted")
    assert codes(entry, config) == {**BOOKED, "pay": "TO210", "billing": "TO210"}
    flagged = ApprovalRule(required=("pay", "billing"), pay_unapproved="pay_and_flag")
    config = company(rules=replace(RULES, approval=flagged))
    assert codes(entry, config) == {**BOOKED, "billing": "TO210"}


def test_nothing_before_go_live() -> None:
    stream = Stream(name="st", sources=("s",), produce=PRODUCE, starts={"pay": date(2026, 3, 2)})
    assert codes(day("1", SUNDAY, 1), company(streams={"st": stream})) == {**BOOKED, "pay": "TO250"}


def test_an_environment_leaves_out() -> None:
    others = company(environment=Environment(name="x", workers=("B",)))
    assert set(codes(day("1", SUNDAY, 1), others).values()) == {"TO251"}
    later = company(environment=Environment(name="x", since=date(2026, 3, 2)))
    assert set(codes(day("1", SUNDAY, 1), later).values()) == {"TO251"}


def test_excluded_outranks_held() -> None:
    entry = day("1", SUNDAY, 1, project_name="?", billable=False)
    assert codes(entry) == {**BOOKED, "cost": "TO201", "billing": "TO253"}


def test_a_purpose_that_nothing_serves() -> None:
    """A journal alone: cost is booked, and with overtime, though no timesheet pays it."""
    stream = Stream(name="st", sources=("s",), produce={"journal": PRODUCE["journal"]})
    config = company(streams={"st": stream})
    assert codes(day("1", SUNDAY, 1), config) == {"cost": None}
    lines = documents(day("1", SUNDAY, 9), config=config)["st/journal/USD/2026-03-01"].lines
    assert {line.key: line.amount for line in lines} == {
        "=labor_clearing": -285_00,
        "labor_expense/web": 270_00,
        "overhead_premium/-": 15_00,
    }


def test_a_contractor_never_reaches_payroll() -> None:
    found = documents(day("1", SUNDAY, 2, CAI_IS))
    assert set(found) == {
        "st/bill/C/USD/2026-03",
        "st/invoice/acme/USD/2026-03",
        "st/time_activity/C/web/design/work/billable/2026-03-01",
    }
    bill = found["st/bill/C/USD/2026-03"]
    assert (bill.role, bill.party_ref, bill.control_ref) == (
        "vendor", "Cai Ltd", "Ledger:accounts_payable",
    )  # fmt: skip
    (line,) = bill.lines
    assert (line.key, line.amount) == ("contractor_expense/web@50.00", 100_00)


def test_what_would_hold_a_contractor_s_cost_goes_to_suspense() -> None:
    entry = day("1", SUNDAY, 2, CAI_IS, project_name="?")
    assert codes(entry) == {**BOOKED, "billing": "TO201"}
    (line,) = documents(entry)["st/bill/C/USD/2026-03"].lines
    assert (line.key, line.account_ref) == ("suspense/-@50.00", "Ledger:suspense")
    without = tuple(a for a in company().accounts if a.id != "suspense")
    (line,) = documents(entry, config=company(accounts=without))["st/bill/C/USD/2026-03"].lines
    assert line.key == "contractor_expense/-@50.00"


def test_the_policy_suspense_books_cost_without_a_project() -> None:
    rules = replace(RULES, unmapped={("project", "cost"): "suspense"})
    entry = day("1", SUNDAY, 1, project_name="?")
    assert codes(entry, company(rules=rules)) == {**BOOKED, "billing": "TO201"}
    journal = documents(entry, config=company(rules=rules))["st/journal/USD/2026-03-01"]
    assert "suspense/-" in {line.key for line in journal.lines}


def test_the_lines_of_an_invoice() -> None:
    entries = [day("1", SUNDAY, 1), day("2", SUNDAY, 2, CAI_IS, rate=1_500_000)]
    invoice = documents(*entries)["st/invoice/acme/USD/2026-03"]
    assert [(line.key, line.text, line.amount, line.tax) for line in invoice.lines] == [
        ("web/design/A@140.00", "Website · Design · Ana", 140_00, "exempt"),
        ("web/design/C@150.00", "Website · Design · Cai", 300_00, "exempt"),
    ]
    assert (invoice.date, invoice.party_ref, invoice.control) == (
        "2026-03-31", "Acme Corp", "receivable",
    )  # fmt: skip


def test_lines_without_a_service_name_account_and_tax() -> None:
    produce = {"invoice": replace(PRODUCE["invoice"], lines=("worker",), per=("project",))}
    stream = Stream(name="st", sources=("s",), produce=produce)
    customers = (replace(ACME, tax=None),)
    config = company(streams={"st": stream}, customers=customers)
    invoice = documents(day("1", SUNDAY, 1), config=config)["st/invoice/acme/web/USD/2026-03"]
    (line,) = invoice.lines
    assert line.key == "-/-/A/billable_income/standard@140.00"
    assert (line.project, line.job, line.class_, line.item, line.text) == (
        None, None, None, None, "Ana",
    )  # fmt: skip


def test_the_most_specific_bill_rate() -> None:
    """From the least specific up: each one outranks those before."""
    project, customer, service = replace(WEB, rate=None), ACME, DESIGN
    found = []
    for level in range(6):
        if level == 0:
            service = replace(service, rate=10_000)
        elif level == 1:
            customer = replace(customer, rate=20_000)
        elif level == 2:
            project = replace(project, rate=30_000)
        elif level == 3:
            project = replace(project, service_rates={"design": 40_000})
        elif level == 4:
            project = replace(project, worker_rates={"A": 50_000})
        config = company(projects=(project,), customers=(customer,), services=(service,))
        entry = day("1", SUNDAY, 1, rate=60_000 if level == 5 else None)
        (line,) = documents(entry, config=config)["st/invoice/acme/USD/2026-03"].lines
        found.append(line.amount)
    assert found == [1_00, 2_00, 3_00, 4_00, 5_00, 6_00]


def test_accounts_and_classes_go_by_the_posting_date() -> None:
    """Posted on the 31st: the class of that day, not of the day of work."""
    projects = (
        replace(WEB, to=date(2026, 3, 14)),
        replace(WEB, from_=date(2026, 3, 15), class_="Web", rate=1_500_000),
    )
    accounts = (
        Account(id="receivable", books={"b": "old"}, to=date(2026, 3, 30)),
        Account(id="receivable", books={"b": "new"}, from_=date(2026, 3, 31)),
        *[a for a in company().accounts if a.id != "receivable"],
    )
    config = company(projects=projects, accounts=accounts)
    invoice = documents(day("1", SUNDAY, 1), config=config)["st/invoice/acme/USD/2026-03"]
    (line,) = invoice.lines
    assert (line.class_, line.rate, invoice.control_ref) == ("Web", 1_400_000, "new")


def test_who_left_in_mid_period_is_paid_for_what_he_worked() -> None:
    config = company(workers=(replace(ANA, to=date(2026, 3, 2)),))
    assert codes(day("1", SUNDAY, 1), config) == BOOKED


def test_a_journal_is_cut_at_the_month_s_end() -> None:
    """The week of Sunday 2026-03-29 ends in April."""
    entries = [day("1", date(2026, 3, 31), 8), day("2", date(2026, 4, 1), 8)]
    journals = [d for d in documents(*entries).values() if d.kind == "journal"]
    assert [(d.key, d.from_, d.date) for d in journals] == [
        ("st/journal/USD/2026-03-29", "2026-03-29", "2026-03-31"),
        ("st/journal/USD/2026-04-01", "2026-04-01", "2026-04-04"),
    ]


def test_every_second_is_accounted_for() -> None:
    entries = [
        day("1", SUNDAY, 9),
        day("2", SUNDAY, 1, project_name="?"),
        day("3", SUNDAY, 2, type="lunch"),
        day("4", SUNDAY, 3, worker_email="?"),
    ]
    result = desired(company(), entries, RATES, AS_OF).conservation
    billing = result["billing"]
    assert billing.exact
    assert (billing.source, billing.booked) == (15 * 3600, 9 * 3600)
    assert billing.held_by == {"TO201": 3600, "TO202": 3 * 3600}
    assert billing.excluded_by == {"TO252": 2 * 3600}
