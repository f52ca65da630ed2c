"""Two legal entities in one company: each has books of its own, and charges the other for its people."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from studio import SEPTEMBER, Studio, acts, build, codes, conserved

ACCOUNTS = """\
  due_from: {books: "Assets:West:Due-From"}
  due_to: {books: "Liabilities:West:Due-To"}
  due_from:east: {books: "Assets:East:Due-From"}
  due_to:east: {books: "Liabilities:East:Due-To"}
  labor_expense:east: {books: "Expenses:East:Wages"}
  contractor_expense:east: {books: "Expenses:East:Contractors"}
  intercompany_income: {books: "Income:Intercompany"}
  intercompany_expense: {books: "Expenses:Intercompany"}
"""


def named(studio: Studio) -> None:
    """Bo and Cy are East's, Ana is West's; Acme is West's customer and the app East's project."""
    studio.edit("mappings/workers.yaml", "name: Bo,", "name: Bo, entity: east,")
    studio.edit("mappings/workers.yaml", "name: Cy,", "name: Cy, entity: east,")
    studio.edit("mappings/workers.yaml", "name: Ana,", "name: Ana, entity: west,")
    studio.edit("mappings/customers.yaml", "name: Acme,", "name: Acme, entity: west,")
    studio.edit("mappings/projects.yaml", "name: App", "name: App\n    entity: east")


def charging(studio: Studio) -> None:
    studio.edit(
        "rules/rules.yaml", "approval:",
        "intercompany: {due_from: due_from, due_to: due_to, markup: 5%}\napproval:",
    )  # fmt: skip
    path = studio.root / "mappings/accounts.yaml"
    path.write_text(path.read_text(encoding="utf-8") + ACCOUNTS, encoding="utf-8")


@pytest.fixture(scope="module")
def charged(
    tmp_path_factory: pytest.TempPathFactory, command: Callable[..., Any]
) -> tuple[Studio, dict[str, Any]]:
    """September with two entities, in hledger; and the plan that booked it."""
    studio = build(tmp_path_factory.mktemp("entities") / "studio", command)
    studio.edit("tieout.yaml", "format: beancount", "format: hledger")
    named(studio)
    charging(studio)
    return studio, studio.settle()


def postings(plan: dict[str, Any]) -> dict[str, Counter[str]]:
    """Document → account → minor units, of the journals that a plan creates."""
    found: dict[str, Counter[str]] = {}
    for change in plan["changes"]:
        if change["kind"] == "journal":
            sums = found.setdefault(change["document"], Counter())
            for line in change["after"]["lines"]:
                sums[line["account_ref"]] += line["amount"]
    return found


def test_each_entity_has_documents_of_its_own(charged: tuple[Studio, dict[str, Any]]) -> None:
    studio, plan = charged
    assert codes(plan) == {("TO201", "sheet:10")}, "nothing waits for being another's"
    conserved(plan)
    of = {c["document"]: c["after"]["entity"] for c in plan["changes"]}
    assert all(f"/@{entity}/" in key for key, entity in of.items())
    assert of["studio/timesheet/@west/E-1/2026-09-06"] == "west"
    assert of["studio/invoice/@west/acme/USD/2026-09"] == "west", "whose customer it is"
    assert of["studio/invoice/@east/bolt/USD/2026-09"] == "east"
    assert of["studio/bill/@east/C-1/USD/2026-09"] == "east"
    assert (studio.root / "books/tieout/east/journal/2026-09.journal").exists()


def test_work_for_the_other_is_charged_to_it_with_a_markup(
    charged: tuple[Studio, dict[str, Any]],
) -> None:
    told = postings(charged[1])
    # Bo's six hours for West at 30.00, and Ana's nine for East at 40.00
    assert told["studio/journal/@east/due_from/west/USD/2026-09-13"] == {
        "Assets:East:Due-From": 18900, "Expenses:East:Wages": -18000, "Income:Intercompany": -900,
    }  # fmt: skip
    assert told["studio/journal/@west/due_to/east/USD/2026-09-13"] == {
        "Liabilities:West:Due-To": -18900, "Expenses:Payroll:Wages": 18000,
        "Expenses:Intercompany": 900,
    }  # fmt: skip
    assert told["studio/journal/@east/due_to/west/USD/2026-09-06"]["Expenses:East:Wages"] == 36000
    # Cy's five hours for West at 60.00 are East's bill
    assert told["studio/journal/@east/due_from/west/bill/USD/2026-09"] == {
        "Assets:East:Due-From": 31500, "Expenses:East:Contractors": -30000,
        "Income:Intercompany": -1500,
    }  # fmt: skip
    assert all(sums.total() == 0 for sums in told.values()), "each document balances"


def test_what_they_charge_comes_to_nothing_in_sum(charged: tuple[Studio, dict[str, Any]]) -> None:
    sums: Counter[str] = Counter()
    for document in postings(charged[1]).values():
        sums.update(document)
    due = {account: minor for account, minor in sums.items() if "Due-" in account}
    assert len(due) == 4
    assert sum(due.values()) == 0
    assert sums["Income:Intercompany"] == -sums["Expenses:Intercompany"] != 0


def test_both_sides_are_one_change_set(charged: tuple[Studio, dict[str, Any]]) -> None:
    sets = {c["document"]: c["change_set"] for c in charged[1]["changes"]}
    together = {
        sets["studio/journal/@east/USD/2026-09-13"],
        sets["studio/journal/@east/due_from/west/USD/2026-09-13"],
        sets["studio/journal/@west/due_to/east/USD/2026-09-13"],
    }
    assert len(together) == 1


def test_the_report_tells_what_each_entity_has(charged: tuple[Studio, dict[str, Any]]) -> None:
    studio, _ = charged
    found = json.loads(studio.tieout("reconcile", "--format", "json"))
    assert found["ties"]
    of = {(p["name"], p["purpose"]): p for p in found["parts"] if p["dimension"] == "entity"}
    assert of["west", "pay"]["booked"] == 42.75 * 3600
    assert of["east", "pay"]["booked"] == (7.5 + 6 + 4 + 5 + 3.5) * 3600
    assert of["west", "billing"]["amounts"] == {"USD": [447_500, 447_500]}
    told = studio.tieout("explain", "studio/journal/@west/due_to/east/USD/2026-09-13", "--show-pay")
    assert "sheet:7" in told, "the charge leads to Bo's hours"


RULE_TEST = """\
tests:
  - name: East charges West for what Bo does there
    given:
      worker: {id: E-2, rate: "30.00"}
      entries: [{date: 2026-09-15, hours: "6", project: web}]
    expect:
      documents:
        - {kind: journal, entity: east, accounts: {due_from: "189.00", labor_expense: "-180.00"}}
        - {kind: journal, entity: west, accounts: {due_to: "-189.00", labor_expense: "180.00"}}
        - {kind: invoice, entity: west, amount: "600.00"}
  - name: who works at home charges nothing
    given:
      worker: {id: E-2, entity: west, rate: "30.00"}
      entries: [{date: 2026-09-15, hours: "6", project: web}]
    expect:
      documents:
        - {kind: journal, entity: west, accounts: {labor_expense: "180.00", due_to: "0.00"}}
        - {kind: journal, entity: east, absent: true}
"""


def test_a_rule_test_says_what_is_charged(charged: tuple[Studio, dict[str, Any]]) -> None:
    path = charged[0].root / "rules/tests/entities.yaml"
    path.parent.mkdir()
    path.write_text(RULE_TEST, encoding="utf-8")
    assert "2 tests" in charged[0].tieout("test")


def test_a_late_hour_of_a_closed_month_is_charged_on_both_sides(
    charged: tuple[Studio, dict[str, Any]], tmp_path: Path, tieout: Any
) -> None:
    studio = Studio(shutil.copytree(charged[0].root, tmp_path / "studio"), tieout)
    (studio.root / "books/yours.journal").write_text("; tieout-lock: 2026-09-30\n")
    late = ("11,bo@studio.example,Acme,Website,Design,2026-09-17,2,yes",
            "12,cy@cy.example,Acme,Website,Copy,2026-09-17,1,yes")  # fmt: skip
    studio.entries(*SEPTEMBER, *late)
    plan = studio.plan()
    sets = {c["document"]: c["change_set"] for c in plan["changes"] if c["kind"] == "journal"}
    assert sets.keys() == {
        "studio/journal/@east/USD/2026-09-13~1",
        "studio/journal/@east/due_from/west/USD/2026-09-13~1",
        "studio/journal/@west/due_to/east/USD/2026-09-13~1",
    }
    assert len(set(sets.values())) == 1
    assert all(sums.total() == 0 for sums in postings(plan).values())
    # what Cy's bill is charged for waits with it
    waits = {e["entry"]: e["code"] for e in plan["exceptions"]}
    assert waits["studio/bill/@east/C-1/USD/2026-09"] == "TO231"
    assert waits["studio/journal/@west/due_to/east/bill/USD/2026-09"] == "TO239"


def test_another_markup_moves_its_own_lines_and_says_why(
    charged: tuple[Studio, dict[str, Any]], tmp_path: Path, tieout: Any
) -> None:
    studio = Studio(shutil.copytree(charged[0].root, tmp_path / "studio"), tieout)
    studio.edit("rules/rules.yaml", "markup: 5%", "markup: 6%")
    changes = studio.plan()["changes"]
    assert {c["action"] for c in changes} == {"update"}
    assert len(changes) == 6, "three charges, each on both sides"
    assert {row["row"] for c in changes for row in c["origin"]} == {"rules/intercompany"}


def test_hledger_finds_nothing_wrong(
    charged: tuple[Studio, dict[str, Any]], hledger: Callable[..., str]
) -> None:
    root = charged[0].root
    hledger(root, "check", "--strict")
    east = hledger(root, "bal", "-N", "tag:^entity=east")
    assert "504.00 USD  Assets:East:Due-From" in east, "an entity's books are a query away"


def test_who_begins_to_name_entities_books_nothing_twice(booked: Studio) -> None:
    named(booked)
    charging(booked)
    plan = booked.plan()
    key, own = "studio/timesheet/E-1/2026-09-06", "studio/timesheet/@west/E-1/2026-09-06"
    assert {("void", key), ("create", own)} <= acts(plan)
    sets = {c["document"]: c["change_set"] for c in plan["changes"]}
    assert sets[key] == sets[own], "the one goes when the other comes"
    at = [c["document"] for c in plan["changes"]]
    assert at.index(key) < at.index(own)
    booked.mark("studio/bill/C-1/USD/2026-09")
    plan = booked.plan()
    held = {e["entry"]: e["code"] for e in plan["exceptions"]}
    assert held["studio/bill/C-1/USD/2026-09"] == "TO237", "what is final stands"
    assert ("create", "studio/bill/@east/C-1/USD/2026-09") not in acts(plan)


def test_an_entity_begins_on_a_day(booked: Studio) -> None:
    booked.edit("mappings/workers.yaml", "name: Bo,", "name: Bo, entity: {2026-10-01: east},")
    assert booked.plan()["changes"] == [], "what is booked stays as it was"
    booked.entries(*SEPTEMBER, "11,bo@studio.example,Acme,Website,Design,2026-10-02,5,yes")
    assert ("create", "studio/journal/@east/USD/2026-10-01") in acts(booked.plan())
