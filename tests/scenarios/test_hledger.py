"""The same company with hledger as its books: equal balances, and everything that people do there."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from studio import SEPTEMBER, Studio, acts

from tieout.config.load import load
from tieout.connectors.targets import reader

ACME = "studio/invoice/acme/USD/2026-09"
INVOICES = "books/tieout/invoice/2026-09.journal"
LESS = [row.replace("-15,6,yes", "-15,4,yes") for row in SEPTEMBER]


@pytest.fixture
def kept(in_hledger: Path, tmp_path: Path, tieout: Any) -> Studio:
    return Studio(shutil.copytree(in_hledger, tmp_path / "studio"), tieout)


def balances(root: Path) -> dict[str, dict[str, int]]:
    held = reader(load(root).config, "books").read()
    assert held.diagnostics == ()
    return {account: dict(sums) for account, sums in held.balances.items()}


def test_the_invoice_is_as_the_page_shows(in_hledger: Path) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "books.md").read_text(encoding="utf-8")
    [shown] = re.findall(r"```hledger\n(.*?)```", page, re.DOTALL)
    assert shown in (in_hledger / INVOICES).read_text(encoding="utf-8")


def test_balances_are_those_under_beancount(in_hledger: Path, september: Path) -> None:
    ours = balances(in_hledger)
    assert ours == balances(september)
    assert len(ours) > 4


def test_balances_are_hledger_s_own_and_it_finds_nothing_wrong(
    in_hledger: Path, hledger: Callable[..., str]
) -> None:
    hledger(in_hledger, "check", "--strict")
    rows, _total = json.loads(hledger(in_hledger, "bal", "--flat", "-E", "-O", "json"))
    theirs = {
        account: {
            amount["acommodity"]: round(
                amount["aquantity"]["decimalMantissa"]
                * 10 ** (2 - amount["aquantity"]["decimalPlaces"])
            )
            for amount in amounts
        }
        for account, _, _, amounts in rows
    }
    assert theirs == balances(in_hledger)


def test_a_field_of_theirs_is_no_drift_and_an_edit_of_ours_is(kept: Studio) -> None:
    kept.edit(
        INVOICES, f"    ; tieout: {ACME}\n", f"    ; tieout: {ACME}\n    ; po: PO 17, by: Jo\n"
    )
    assert kept.plan()["changes"] == []
    kept.edit(INVOICES, "    ; rate: 100.00\n", "    ; rate: 99.00\n")
    plan = kept.plan()
    assert acts(plan) == set()
    [drift] = [e for e in plan["exceptions"] if e["code"] == "TO232"]
    assert "rate 100.00" in drift["message"]
    assert "99.00" in drift["message"]
    kept.tieout("drift", "invoice/acme/USD/2026-09", "--overwrite", "--reason", "a slip")
    kept.settle()
    text = (kept.root / INVOICES).read_text()
    assert "; po: PO 17, by: Jo\n" in text
    assert "; rate: 99.00" not in text


def test_what_is_final_is_held_and_a_credit_by_hand_settles_it(kept: Studio) -> None:
    text = (kept.root / INVOICES).read_text()
    head = re.search(rf"^(\S+) ! ([^\n]*\n    ; tieout: {ACME}\n)", text, re.MULTILINE)
    assert head
    kept.edit(INVOICES, head[0], f"{head[1]} * {head[2]}")
    kept.entries(*LESS)
    assert "TO231" in {e["code"] for e in kept.plan()["exceptions"]}
    (kept.root / "books" / "yours.journal").write_text(
        f"2026-10-02 * Acme | Two hours too many  ; credits: {ACME}\n"
        "    Assets:Receivable  -200.00 USD\n    Income:Services     200.00 USD\n"
    )
    assert "TO231" not in {e["code"] for e in kept.plan()["exceptions"]}


def test_the_books_are_closed_by_a_comment(kept: Studio) -> None:
    (kept.root / "books" / "yours.journal").write_text("; tieout-lock: 2026-09-30\n")
    kept.entries(*LESS)
    plan = kept.plan()
    by_kind = {(c["kind"], c["action"]) for c in plan["changes"]}
    assert ("journal", "adjust") in by_kind
    assert ("invoice", "update") not in by_kind


def test_what_stands_there_already_is_adopted(kept: Studio) -> None:
    shutil.rmtree(kept.root / ".tieout")
    plan = kept.plan()
    assert {c["action"] for c in plan["changes"]} == {"adopt"}
    kept.apply()
    assert kept.plan()["changes"] == []
