"""What a hand in the books, or a slip of the keyboard, must never hide."""

from __future__ import annotations

import pytest
from studio import Studio, codes

ACME = "studio/invoice/acme/USD/2026-09"


def test_a_copied_invoice_does_not_tie_until_one_is_taken_out(booked: Studio) -> None:
    text = booked.book("invoice", "2026-09").read_text(encoding="utf-8")
    copy = booked.root / "books" / "copy.beancount"
    copy.write_text(next(b for b in text.split("\n\n") if ACME in b) + "\n", encoding="utf-8")
    ran = booked.run("--root", str(booked.root), "plan", "--refresh")
    assert f"TO406 {ACME} stands in the books twice" in ran.err
    assert "Nothing to do: where the books differ, somebody must decide first." in ran.out
    assert ("TO232", ACME) in codes(booked.plan())
    ran = booked.run("--root", str(booked.root), "reconcile")
    assert (ran.code, "TO406" in ran.err) == (6, True)
    copy.unlink()
    assert ("TO232", ACME) not in codes(booked.plan())
    booked.tieout("reconcile")


def test_an_edited_receivable_is_told_and_written_anew_once_somebody_says_so(
    booked: Studio,
) -> None:
    before = booked.books()
    booked.edit("books/tieout/invoice/2026-09.beancount", " 4475.00 USD", " 4400.00 USD")
    edit = "receivable 4,400.00 instead of 4,475.00 USD"
    (held,) = (e for e in booked.plan()["exceptions"] if e["entry"] == ACME)
    assert (held["code"], f"was edited in the books ({edit})" in held["message"]) == ("TO232", True)
    booked.tieout("reconcile", expect=6)
    said = booked.tieout("drift", ACME, "--overwrite", "--reason", "a slip of the hand")
    assert f"  edited: {edit}\n" in said
    booked.settle()
    assert booked.books() == before


def test_what_a_contractor_is_paid_is_told_by_no_edit(booked: Studio) -> None:
    booked.edit("books/tieout/bill/2026-09.beancount", "rate: 60.00", "rate: 61.00")
    (held,) = {e["message"] for e in booked.plan()["exceptions"] if e["code"] == "TO232"}
    assert "(contractor_expense · app: rate edited)" in held


def test_a_renamed_file_of_ours_goes_on_under_its_new_name(booked: Studio) -> None:
    home = booked.book("invoice", "2026-09")
    renamed = home.rename(home.with_name("september.beancount"))
    booked.edit("mappings/projects.yaml", "rate: 100.00", "rate: 110.00")
    assert [c["document"] for c in booked.settle()["changes"]] == [ACME]
    assert "rate: 110.00" in renamed.read_text(encoding="utf-8")
    assert not home.exists()


def test_a_block_in_a_file_of_the_people_s_is_told_by_the_plan_that_looks(booked: Studio) -> None:
    booked.book("invoice", "2026-09").rename(booked.root / "books" / "mine.beancount")
    ran = booked.run("--root", str(booked.root), "plan", "--refresh")
    assert f"TO407 {ACME} belongs in books/tieout/invoice/2026-09.beancount" in ran.err


def test_an_empty_plan_says_no_more_than_is_true(booked: Studio) -> None:
    full = "Nothing to do: the books hold what the entries, mappings and rules ask for."
    assert full in booked.tieout("plan")
    assert "the selected documents are as they should be" in booked.tieout("plan", "--only", "bill")
    booked.book("invoice", "2026-09").unlink()
    booked.tieout("pull")
    assert full not in booked.tieout("plan")


@pytest.mark.parametrize("pattern", [ACME, "invoice/acme/USD/2026-09", "invoice/acme/*", "invoice"])
def test_only_takes_a_key_as_the_plan_shows_it(booked: Studio, pattern: str) -> None:
    booked.edit("mappings/projects.yaml", "100.00", "110.00")
    booked.edit("mappings/projects.yaml", "120.00", "130.00")
    changes = booked.plan("--only", pattern)["changes"]
    assert ACME in {change["document"] for change in changes}
    assert len(changes) == (2 if pattern == "invoice" else 1)


def test_only_of_nothing_is_refused(booked: Studio) -> None:
    ran = booked.run("--root", str(booked.root), "plan", "--only", "invoice/acme")
    assert ran.code == 1
    assert "TO456 --only invoice/acme names no document" in ran.err
