"""Final and closed documents, drift, credits by hand: each gives exactly what the model says."""

from __future__ import annotations

import pytest
from studio import SEPTEMBER, Studio, acts, codes, conserved

ACME, BOLT = "studio/invoice/acme/USD/2026-09", "studio/invoice/bolt/USD/2026-09"


def less(rows: tuple[str, ...] = SEPTEMBER) -> list[str]:
    """Entry 7 (2026-09-15, Website) is four hours instead of six."""
    return [row.replace("-15,6,yes", "-15,4,yes") for row in rows]


def more(rows: tuple[str, ...] = SEPTEMBER) -> list[str]:
    """And here seven."""
    return [row.replace("-15,6,yes", "-15,7,yes") for row in rows]


def lock(studio: Studio, day: str) -> None:
    path = studio.root / "books" / "lock.beancount"
    path.write_text(f'{day} custom "tieout-lock" {day}\n', encoding="utf-8")


def test_a_final_invoice_that_agrees_is_left_in_peace(booked: Studio) -> None:
    booked.mark(ACME)
    plan = booked.plan()
    assert plan["changes"] == []
    assert codes(plan) == {("TO201", "sheet:10")}


def test_a_correction_of_a_final_invoice_is_held(booked: Studio) -> None:
    booked.mark(ACME)
    booked.entries(*more())
    plan = booked.plan()
    conserved(plan)
    assert ACME not in {document for _, document in acts(plan)}
    assert ("TO231", ACME) in codes(plan, "billing")
    assert plan["conservation"]["billing"]["held_by"]["TO231"] == 3600
    booked.settle()


def test_a_final_invoice_holds_the_other_half_of_a_move(booked: Studio) -> None:
    booked.mark(BOLT)
    booked.edit("mappings/projects.yaml", "    customer: bolt\n",
                "    customer: acme\n    retroactive: {reason: taken over, by: kim}\n")
    plan = booked.plan()
    conserved(plan)
    assert acts(plan) == set()
    assert {("TO231", BOLT), ("TO239", ACME)} <= codes(plan, "billing")
    held = plan["conservation"]["billing"]["held_by"]
    assert held["TO231"] == -held["TO239"]


def test_a_mapping_edit_that_reaches_into_final_documents_is_refused(booked: Studio) -> None:
    booked.mark(ACME)
    booked.edit("mappings/projects.yaml", "rate: 100.00", "rate: 105.00")
    plan = booked.plan()
    conserved(plan)
    assert acts(plan) == set()
    assert ("TO237", ACME) in codes(plan)


def test_a_closed_period_adjusts_the_journal_on_the_first_open_day(booked: Studio) -> None:
    lock(booked, "2026-09-30")
    assert booked.plan()["changes"] == []
    booked.entries(*more())
    plan = booked.plan()
    conserved(plan)
    adjusted = {c["document"]: c["after"] for c in plan["changes"] if c["action"] == "adjust"}
    journal = adjusted["studio/journal/USD/2026-09-13~1"]
    assert journal["date"] == "2026-10-01"
    assert journal["adjusts"] == "studio/journal/USD/2026-09-13"
    assert {line["key"]: (line["seconds"], line["amount"], line["period"]) for line in journal["lines"]} == {
        "labor_expense/web": (3600, 3000, "2026-09-13"), "=labor_clearing": (0, -3000, "2026-09-13")}
    timesheet = adjusted["studio/timesheet/E-2/2026-09-06~1"]
    assert (timesheet["from"], timesheet["to"]) == ("2026-09-20", "2026-10-03")
    assert ("TO231", ACME) in codes(plan)
    booked.settle()


def test_the_date_of_an_adjustment_once_written_stays(booked: Studio) -> None:
    lock(booked, "2026-09-30")
    booked.entries(*more())
    booked.settle()
    booked.entries(*[row.replace("-15,6,yes", "-15,7.5,yes") for row in SEPTEMBER])
    plan = booked.plan()
    conserved(plan)
    journal = next(c for c in plan["changes"] if c["kind"] == "journal")
    assert (journal["action"], journal["document"]) == ("update", "studio/journal/USD/2026-09-13~1")
    assert journal["after"]["date"] == "2026-10-01"
    booked.settle()


def test_a_second_close_makes_a_second_link_of_the_chain(booked: Studio) -> None:
    lock(booked, "2026-09-30")
    booked.entries(*more())
    booked.settle()
    lock(booked, "2026-10-31")
    booked.entries(*[row.replace("-15,6,yes", "-15,5,yes") for row in SEPTEMBER])
    plan = booked.plan()
    conserved(plan)
    journal = next(c for c in plan["changes"] if c["kind"] == "journal")
    assert (journal["action"], journal["document"]) == ("adjust", "studio/journal/USD/2026-09-13~2")
    assert {line["key"]: line["amount"] for line in journal["after"]["lines"]} == {
        "labor_expense/web": -6000, "=labor_clearing": 6000}
    assert ("TO238", "studio/timesheet/E-2/2026-09-06") in codes(plan, "pay")
    booked.settle()


def test_an_adjustment_that_is_no_longer_needed_is_voided(booked: Studio) -> None:
    lock(booked, "2026-09-30")
    booked.entries(*more())
    booked.settle()
    booked.entries(*SEPTEMBER)
    plan = booked.plan()
    conserved(plan)
    assert {a for a in acts(plan) if "journal" in a[1]} == {("void", "studio/journal/USD/2026-09-13~1")}
    booked.settle()


def test_new_work_in_a_closed_period_books_as_an_adjustment(booked: Studio) -> None:
    lock(booked, "2026-09-30")
    booked.entries(*SEPTEMBER, "20,ana@studio.example,Acme,Website,Design,2026-09-28,5,yes")
    plan = booked.plan()
    conserved(plan)
    journal = next(c for c in plan["changes"] if c["kind"] == "journal")
    assert (journal["action"], journal["document"]) == ("adjust", "studio/journal/USD/2026-09-27~1")
    assert journal["after"]["date"] == "2026-10-01"
    booked.settle()


@pytest.mark.parametrize("policy", ["report", "overwrite"])
def test_an_owned_field_edited_in_the_books_is_drift(booked: Studio, policy: str) -> None:
    booked.edit("tieout.yaml", "drift: report", f"drift: {policy}")
    booked.edit("books/tieout/invoice/2026-09.beancount", 'rate: 100.00', 'rate: 99.00')
    plan = booked.plan()
    conserved(plan)
    if policy == "report":
        assert acts(plan) == set()
        assert ("TO232", ACME) in codes(plan)
        assert booked.tieout("reconcile", expect=6)
    else:
        assert acts(plan) == {("update", ACME)}
        assert plan["changes"][0]["reason"] == "drift_overwritten"
        booked.settle()


def test_a_foreign_field_is_never_drift_and_survives_updates(booked: Studio) -> None:
    booked.edit("books/tieout/invoice/2026-09.beancount", f'  tieout: "{ACME}"\n',
                f'  tieout: "{ACME}"\n  po-number: "PO 17"\n')
    assert booked.plan()["changes"] == []
    booked.entries(*more())
    booked.settle()
    assert 'po-number: "PO 17"' in booked.book("invoice", "2026-09").read_text()


def test_a_document_deleted_by_hand_is_told_and_not_made_again(booked: Studio) -> None:
    booked.book("bill", "2026-09").unlink()
    plan = booked.plan()
    conserved(plan)
    assert acts(plan) == set()
    assert ("TO233", "studio/bill/C-1/USD/2026-09") in codes(plan, "pay")


def test_a_credit_made_by_hand_settles_the_correction(booked: Studio) -> None:
    booked.mark(ACME)
    booked.entries(*less())
    assert ("TO231", ACME) in codes(booked.plan())
    (booked.root / "books" / "credit.beancount").write_text(
        f'2026-10-02 * "Acme" "Two hours too many"\n  credits: "{ACME}"\n'
        "  Assets:Receivable  -200.00 USD\n  Income:Services  200.00 USD\n", encoding="utf-8")
    main = booked.root / "books" / "main.beancount"
    if "credit.beancount" not in main.read_text():
        main.write_text(main.read_text() + 'include "credit.beancount"\n', encoding="utf-8")
    plan = booked.plan()
    conserved(plan)
    assert ACME not in {entry for _, entry in codes(plan, "billing")}
    assert plan["conservation"]["billing"]["held_by"]["TO244"] == -7200
    booked.settle()


def test_mended_by_hand_is_adopted(booked: Studio) -> None:
    booked.entries(*more())
    path = booked.book("invoice", "2026-09")
    before = path.read_text()
    booked.plan()
    booked.apply()
    after = path.read_text()
    path.write_text(before)
    booked.entries(*SEPTEMBER)
    plan = booked.plan()
    assert {(c["action"], c["reason"]) for c in plan["changes"] if c["document"] == ACME} == {
        ("adopt", "mended_by_hand")}
    assert before != after
    booked.settle()
