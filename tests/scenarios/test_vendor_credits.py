"""A contractor's bill that gets smaller once it can't be changed: a vendor credit, in either format."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from studio import SEPTEMBER, Studio, acts, codes

from tieout.config.load import load
from tieout.connectors.targets import reader

BILL = "studio/bill/C-1/USD/2026-09"
LESS = [row.replace("2026-09-15,5,yes", "2026-09-15,3,yes") for row in SEPTEMBER]


def owed(studio: Studio) -> int:
    books = reader(load(studio.root).config, "books").read()
    assert books.diagnostics == ()
    return books.balances["Liabilities:Payable"]["USD"]


def test_a_final_bill_waits_and_is_credited_by_a_decision(
    in_hledger: Path, tmp_path: Path, tieout: Any
) -> None:
    studio = Studio(shutil.copytree(in_hledger, tmp_path / "studio"), tieout)
    file = "books/tieout/bill/2026-09.journal"
    studio.edit(file, "2026-09-30 ! Cy", "2026-09-30 * Cy")
    studio.entries(*LESS)
    assert ("TO231", BILL) in codes(studio.plan())
    studio.tieout("correct", "bill/C-1/USD/2026-09", "--credit", "--reason", "two hours too many")
    plan = studio.plan()
    [credit] = [c["after"] for c in plan["changes"] if c["document"] == f"{BILL}~1"]
    assert (credit["kind"], credit["credits"]) == ("vendor_credit", BILL)
    [line] = credit["lines"]
    assert (line["seconds"], line["amount"], line["period"]) == (-7_200, -12_000, "2026-09")
    assert owed(studio) == -51_000
    studio.apply()
    assert owed(studio) == -39_000
    assert "! Cy | Vendor credit" in (studio.root / file).read_text(encoding="utf-8")
    assert studio.plan()["changes"] == []


def test_a_closed_bill_is_credited_on_the_first_open_day_and_grows_again(booked: Studio) -> None:
    booked.edit("rules/rules.yaml", "approval:", "after_final: {bill: adjust}\napproval:")
    (booked.root / "books/lock.beancount").write_text('2026-10-05 custom "tieout-lock" 2026-09-30\n')
    booked.edit("books/main.beancount", "include", 'include "lock.beancount"\ninclude')
    booked.entries(*LESS)
    plan = booked.plan()
    [credit] = [c["after"] for c in plan["changes"] if c["document"] == f"{BILL}~1"]
    assert (credit["kind"], credit["date"]) == ("vendor_credit", "2026-10-01")
    booked.apply()
    assert owed(booked) == -39_000
    booked.entries(*SEPTEMBER, "11,cy@cy.example,Acme,Website,Copy,2026-09-16,1,yes")
    plan = booked.plan()
    assert ("update", f"{BILL}~1") in acts(plan), "what is open follows"
    booked.apply()
    assert owed(booked) == -57_000
    assert booked.plan()["changes"] == []
