"""What contractors were paid, for form 1099: from payments in the books or a table, never from bills."""

from __future__ import annotations

import csv
import io
import json

from studio import Studio
from test_json import told

PAYMENTS = """\
2026-09-20 * "Cy Ltd" "Invoice 7, less discount"
  Liabilities:Payable         1500.00 USD
  Assets:Checking            -1480.00 USD
  Income:Discounts

2026-10-05 * "Cy Ltd" "By card"
  Liabilities:Payable          400.00 USD
  Liabilities:Card:Visa       -400.00 USD

2026-10-06 * "Cy Ltd" "Their bill: no payment"
  Expenses:Contractors        9000.00 USD
  Liabilities:Payable        -9000.00 USD

2026-10-09 * "Cy Ltd" "Withheld"
  Expenses:Contractors         600.00 USD
  Assets:Checking             -456.00 USD
  Liabilities:Withholding     -144.00 USD

2026-10-10 * "Cy Ltd" "Paid back"
  Assets:Checking               30.00 USD
  Liabilities:Payable          -30.00 USD

2026-10-12 * "Landlord" "Rent that went over the payable"
  Liabilities:Payable         2500.00 USD
  Assets:Checking            -2500.00 USD

2025-12-31 * "Cy Ltd" "Last year's"
  Liabilities:Payable          599.99 USD
  Assets:Checking             -599.99 USD
"""
BANK = "  bank: {connector: file, profile: payments, path: pay/paid.csv}\ntargets:"
RULES = "vendors: {cards: ['Liabilities:Card'], withholding: ['Liabilities:Withholding']"


def report(studio: Studio, *args: str) -> dict:
    return told(studio.tieout("vendors", *args, "--format", "json"), "form-1099")


def test_payments_that_the_books_hold(booked: Studio) -> None:
    (booked.root / "rules").mkdir(exist_ok=True)
    (booked.root / "rules/vendors.yaml").write_text(RULES + "}\n")
    (booked.root / "books/bank.beancount").write_text(PAYMENTS)
    booked.tieout("pull")
    (cy,) = report(booked, "--year", "2026")["vendors"]
    assert (cy["vendor"], cy["paid"], cy["by_others"], cy["withheld"]) == (
        "C-1", 148000 + 45600 + 14400 - 3000, 40000, 14400,
    )  # fmt: skip
    assert cy["file"]  # 2,050.00 is not less than 2,000.00; and something was withheld
    assert [p["code"] for p in cy["problems"]] == ["TO353", "TO354", "TO355"]
    assert report(booked, "--year", "2026")["others"] == {"payments": 1, "paid": 250000}
    (before,) = report(booked, "--year", "2025")["vendors"]
    assert (before["paid"], before["file"], before["threshold"]) == (59999, False, 60000)
    text = booked.tieout("vendors", "--year", "2026")
    assert "2,050.00 USD  ·  4 payments  ·  400.00 USD by card, left out" in text
    assert booked.run("--root", str(booked.root), "vendors", "--strict", "--year", "2026").code == 1


def test_a_table_of_payments_and_a_vendor_that_is_settled(booked: Studio) -> None:
    booked.edit("tieout.yaml", "targets:", BANK)
    settled = "books: {vendor: Cy Ltd}, form_1099: {w9_on_file: true}, contract: {ref: cy.pdf}"
    booked.edit("mappings/workers.yaml", "books: {vendor: Cy Ltd}", settled)
    booked.edit("mappings/workers.yaml", "name: Cy,", 'name: "=Cy()",')
    review = ", payments: bank, reviews: [{vendor: C-1, year: 2026, by: kim, on: 2027-01-10}]}"
    (booked.root / "rules").mkdir(exist_ok=True)
    (booked.root / "rules/vendors.yaml").write_text(RULES + review)
    rows = ["date,vendor,amount,currency,method", "2026-03-01,Cy Ltd,1500.00,USD,ACH"]
    rows += ["2026-04-01,C-1,500.00,USD,", "2026-04-01,C-1,900.00,USD,PayPal"]
    rows += ["2026-05-01,C-1,70.00,EUR,bank", "2026-05-02,Nobody,10.00,USD,bank"]
    (booked.root / "pay/paid.csv").write_text("\n".join([*rows, ""]))
    booked.tieout("pull")
    found = report(booked, "--year", "2026")
    (cy,) = found["vendors"]
    assert (cy["paid"], cy["by_others"], cy["file"], cy["problems"]) == (200000, 90000, True, [])
    assert found["other_currencies"] == [{"vendor": "C-1", "currency": "EUR", "paid": 7000}]
    assert found["others"] == {"payments": 1, "paid": 1000}
    (row,) = csv.DictReader(io.StringIO(booked.tieout("vendors", "--year", "2026", "--format", "csv")))
    assert (row["name"], row["paid"], row["file"], row["w9"]) == ("'=Cy()", "2000.00", "yes", "yes")
    refused = booked.run("--root", str(booked.root), "vendors", "--year", "2027")
    assert refused.code != 0
    assert "TO356" in refused.err


def test_what_is_no_table_of_payments_is_said(booked: Studio) -> None:
    (booked.root / "rules").mkdir(exist_ok=True)
    (booked.root / "rules/vendors.yaml").write_text("vendors: {payments: sheet}\n")
    refused = booked.run("--root", str(booked.root), "vendors")
    assert "TO357" in refused.err
    assert json.dumps("bills are never counted") not in refused.out


def test_a_payment_without_a_number_is_rejected(booked: Studio) -> None:
    booked.edit("tieout.yaml", "targets:", BANK)
    rows = "date,vendor,amount,currency\n2026-03-01,C-1,\"1,5\",USD\n2026-03-01,C-1,1.005,USD\n"
    (booked.root / "pay/paid.csv").write_text(rows)
    assert booked.run("--root", str(booked.root), "pull").err.count("TO359") == 2
