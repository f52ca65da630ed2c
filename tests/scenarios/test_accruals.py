"""What is owed at the end of a month is accrued, and taken back the next day, to the cent."""

from __future__ import annotations

import pytest
from accruals import BILL, JOURNAL, accrue, balances, postings
from studio import SEPTEMBER, Studio, acts, codes, conserved

K, B = JOURNAL.format("2026-09"), BILL.format("2026-09")


@pytest.fixture
def accruing(studio: Studio) -> Studio:
    accrue(studio)
    return studio


def test_unpaid_wages_and_bills_are_accrued_and_taken_back(accruing: Studio) -> None:
    plan = accruing.settle()
    assert {("create", k) for k in (K, f"{K}~r", B, f"{B}~r")} <= acts(plan)
    # The fortnight to the 19th is paid on the 24th; Bo's four hours of the 23rd are not.
    cost = plan["conservation"]["cost"]
    assert cost["excluded_by"]["TO297"] == round((8 + 8 + 9 + 9.5 + 8.25 + 7.5 + 6) * 3600)
    assert cost["booked"] == (4 + 5 + 3.5) * 3600
    conserved(plan)
    told = postings(accruing)
    assert told[K] == {
        ("2026-09-30", "Expenses:Suspense:Unmapped-Time"): 12000,
        ("2026-09-30", "Liabilities:Payroll:Clearing"): -12000,
    }
    assert told[f"{B}~r"][("2026-10-01", "Liabilities:Payable")] == 51000
    assert balances(accruing, "2026-09-30")["Expenses:Contractors"] == 51000
    assert balances(accruing, "2026-10-01") == {}
    assert "Reversal: Labour journal" in accruing.books()["tieout/journal/2026-09.beancount"]


def test_an_accrual_of_a_closed_month_is_corrected_and_still_nets_to_zero(
    accruing: Studio,
) -> None:
    accruing.settle()
    lock = accruing.root / "books/lock.beancount"
    lock.write_text('2026-10-05 custom "tieout-lock" 2026-09-30\n', encoding="utf-8")
    accruing.edit("books/main.beancount", "include", 'include "lock.beancount"\ninclude')
    accruing.entries(*SEPTEMBER, "11,ana@studio.example,Acme,Website,Design,2026-09-28,5,yes")
    plan = accruing.plan("--as-of-date", "2026-10-10")
    assert ("adjust", f"{K}~1") in acts(plan)
    assert ("update", f"{K}~r") in acts(plan)
    sets = {c["document"]: c["change_set"] for c in plan["changes"]}
    assert sets[f"{K}~1"] == sets[f"{K}~r"], "together or not at all"
    accruing.apply()
    assert acts(accruing.plan("--as-of-date", "2026-10-10")) == set()
    assert postings(accruing)[f"{K}~1"][("2026-10-01", "Expenses:Payroll:Wages")] == 20000
    assert balances(accruing, "2026-10-31") == {}


def test_wages_are_posted_where_no_payroll_does(studio: Studio) -> None:
    studio.edit("tieout.yaml", "      timesheet: {to: books, period: biweek, anchor: 2026-09-06}\n", "")
    studio.edit("tieout.yaml", "basis: allocate", "basis: post")
    studio.edit("mappings/accounts.yaml", "labor_clearing:", "accrued_wages:")
    plan = studio.settle()
    assert not {code for code, _ in codes(plan)} - {"TO201"}
    week = postings(studio)[JOURNAL.format("2026-09-20")]
    assert week["2026-09-26", "Liabilities:Payroll:Clearing"] == -12000
    text = studio.book("journal", "2026-09").read_text(encoding="utf-8")
    assert 'tieout-line: "=accrued_wages"' in text
