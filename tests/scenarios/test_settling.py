"""What a person edits in the books, or has sent already, is settled by a decision in git."""

from __future__ import annotations

import json
import re

import pytest
from studio import SEPTEMBER, Studio, acts, codes, conserved

ACME, BOLT = "studio/invoice/acme/USD/2026-09", "studio/invoice/bolt/USD/2026-09"
OCTOBER = "studio/invoice/acme/USD/2026-10"
MORE = SEPTEMBER[6].replace(",6,yes", ",8,yes")  # Bo's 15 September: two hours more, 200.00
LESS = SEPTEMBER[6].replace(",6,yes", ",4,yes")  # two hours less


def with_row(row: str) -> tuple[str, ...]:
    """September with one entry as ``row`` has it."""
    return tuple(row if r.split(",")[0] == row.split(",")[0] else r for r in SEPTEMBER)


def decide(studio: Studio, *args: str, expect: int = 0) -> str:
    return studio.tieout(*args, "--reason", "Agreed with Acme by phone", expect=expect)


def refused(studio: Studio, *args: str) -> str:
    ran = studio.run("--root", str(studio.root), *args, "--reason", "because")
    assert ran.code == 1, (ran.out, ran.err)
    assert not (studio.root / "rules/decisions").exists()
    return str(ran.err)


def edit_by_hand(studio: Studio) -> None:
    """Somebody dates Acme's invoice a day earlier than it was written."""
    studio.edit(
        "books/tieout/invoice/2026-09.beancount", '2026-09-30 ! "Acme"', '2026-09-29 ! "Acme"'
    )


def sent(studio: Studio, row: str, *more: str) -> None:
    """Acme's invoice is issued, then an entry in it changes."""
    studio.mark(ACME)
    studio.entries(*with_row(row), *more)


def amount(plan: dict, key: str) -> int:
    change = next(c for c in plan["changes"] if c["document"] == key)
    return sum(line["amount"] for line in change["after"]["lines"])


# drift


def test_an_accepted_edit_is_quiet_until_something_changes(booked: Studio) -> None:
    edit_by_hand(booked)
    plan = booked.plan()
    assert ("TO232", ACME) in codes(plan)
    assert plan["changes"] == []
    out = decide(booked, "drift", "invoice/acme/2026-09", "--accept")
    assert ACME in out
    assert "rules/decisions/" in out
    assert "Next: git diff, commit, tieout plan" in out
    plan = booked.plan()
    conserved(plan)
    assert plan["changes"] == []
    assert ("TO240", ACME) in codes(plan)
    assert "TO232" not in {code for code, _ in codes(plan)}
    booked.entries(*with_row(MORE))
    assert ("TO232", ACME) in codes(booked.plan())


def test_an_overwritten_edit_is_written_anew(booked: Studio) -> None:
    before = booked.books()
    edit_by_hand(booked)
    booked.plan()
    out = decide(booked, "drift", ACME, "--overwrite")
    assert f"next plan: update {ACME}" in out
    assert acts(booked.settle()) == {("update", ACME)}
    assert booked.books() == before


def test_a_deleted_document_is_made_anew_or_left_out(booked: Studio) -> None:
    path = booked.book("invoice", "2026-09")
    whole = path.read_text(encoding="utf-8")
    path.write_text("", encoding="utf-8")
    assert {("TO233", ACME), ("TO233", BOLT)} <= codes(booked.plan())
    decide(booked, "drift", ACME, "--accept")
    decide(booked, "drift", BOLT, "--overwrite")
    plan = booked.plan()
    assert acts(plan) == {("create", BOLT)}
    assert ("TO240", ACME) in codes(plan)
    booked.apply()
    assert booked.plan()["changes"] == []
    path.write_text(whole.replace("2026-09-30", "2026-09-29"), encoding="utf-8")
    assert ("TO232", ACME) in codes(booked.plan()), "what was accepted is that there is none"


def test_a_decision_expires(booked: Studio) -> None:
    edit_by_hand(booked)
    booked.plan()
    decide(booked, "drift", ACME, "--accept", "--expires", "2999-12-31")
    assert ("TO240", ACME) in codes(booked.plan())
    (file,) = (booked.root / "rules/decisions").iterdir()
    made = re.sub(r"(\bon): .*", r"\1: 2025-12-01", file.read_text())
    file.write_text(made.replace("2999-12-31", "2026-01-01"))
    assert ("TO232", ACME) in codes(booked.plan())


def test_the_same_twice_says_so_and_another_takes_its_place(booked: Studio) -> None:
    edit_by_hand(booked)
    booked.plan()
    decide(booked, "drift", ACME, "--accept")
    (file,) = (booked.root / "rules/decisions").iterdir()
    text = file.read_text()
    assert "decided already" in decide(booked, "drift", ACME, "--accept")
    assert file.read_text() == text
    file.write_text(text.replace("decisions:", "# asked Kim\ndecisions:"))
    assert "in place of --accept" in decide(booked, "drift", ACME, "--overwrite")
    text = file.read_text()
    assert "# asked Kim\n" in text
    assert (text.count("- id:"), "action: overwrite" in text) == (1, True)
    booked.settle()


# correct


@pytest.mark.parametrize("row", [LESS, None])
def test_a_credit_takes_back_what_was_billed_too_much(booked: Studio, row: str | None) -> None:
    booked.mark(ACME)
    rest = tuple(r for r in SEPTEMBER if not r.startswith("7,"))
    booked.entries(*(with_row(row) if row else rest))
    plan = booked.plan()
    assert ("TO231", ACME) in codes(plan)
    (told,) = (e["message"] for e in plan["exceptions"] if e["code"] == "TO231")
    assert "final in the books (authorised)" in told
    booked.apply()
    out = decide(booked, "correct", "acme/2026-09", "--credit")
    assert f"adjust {ACME}~1 (credit note)" in out
    plan = booked.settle()
    assert acts(plan) == {("adjust", f"{ACME}~1")}
    assert amount(plan, f"{ACME}~1") == (-200_00 if row else -600_00)
    booked.mark(f"{ACME}~1")
    assert booked.plan()["changes"] == []


def test_a_credit_for_a_whole_invoice_that_nothing_asks_for_any_more(booked: Studio) -> None:
    booked.mark(ACME)
    booked.entries(*(r for r in SEPTEMBER if "Acme" not in r))
    assert ("TO231", ACME) in codes(booked.plan())
    booked.apply()
    decide(booked, "correct", ACME, "--credit")
    assert acts(booked.settle()) == {("adjust", f"{ACME}~1")}


def test_a_credit_never_adds(booked: Studio) -> None:
    sent(booked, MORE)
    booked.plan()
    err = refused(booked, "correct", ACME, "--credit")
    assert "TO708" in err
    assert f"Next: tieout correct {ACME} --next-invoice" in err


def test_rebill_credits_all_of_it_and_bills_anew(booked: Studio) -> None:
    sent(booked, MORE)
    booked.plan()
    booked.apply()
    decide(booked, "correct", ACME, "--rebill")
    plan = booked.settle()
    assert acts(plan) == {("adjust", f"{ACME}~1"), ("adjust", f"{ACME}~2")}
    assert amount(plan, f"{ACME}~1") + amount(plan, f"{ACME}~2") == 200_00
    booked.mark(f"{ACME}~1")
    booked.mark(f"{ACME}~2")
    assert booked.plan()["changes"] == []


@pytest.mark.parametrize(
    "work", [(), ("11,bo@studio.example,Acme,Website,Build,2026-10-05,3,yes",)]
)
def test_the_next_invoice_takes_the_difference(booked: Studio, work: tuple[str, ...]) -> None:
    sent(booked, MORE, *work)
    assert ("TO231", ACME) in codes(booked.plan())
    booked.apply()
    assert f"goes on {OCTOBER}" in decide(booked, "correct", ACME, "--next-invoice")
    plan = booked.settle()
    assert acts(plan) == {("update" if work else "create", OCTOBER)}
    assert amount(plan, OCTOBER) == 200_00 + (300_00 if work else 0)
    assert ("TO248", ACME) in codes(booked.plan())
    booked.mark(OCTOBER)
    plan = booked.plan()
    conserved(plan)
    assert plan["changes"] == []


def test_a_final_invoice_is_passed_over_for_the_one_after_it(booked: Studio) -> None:
    october = "11,bo@studio.example,Acme,Website,Build,2026-10-05,3,yes"
    booked.entries(*SEPTEMBER, october)
    booked.settle()
    booked.mark(OCTOBER)
    sent(booked, MORE, october)
    booked.plan()
    assert "goes on studio/invoice/acme/USD/2026-11" in decide(
        booked, "correct", ACME, "--next-invoice"
    )


def test_a_written_off_difference_stays(booked: Studio) -> None:
    sent(booked, MORE)
    booked.plan()
    booked.apply()
    decide(booked, "correct", ACME, "--write-off")
    plan = booked.settle()
    assert plan["changes"] == []
    assert ("TO241", ACME) in codes(plan)
    assert ("TO231", ACME) not in codes(plan)


def test_a_rate_that_reaches_into_a_sent_invoice_needs_its_own_word(booked: Studio) -> None:
    booked.mark(ACME)
    booked.edit("mappings/projects.yaml", "rate: 100.00", "rate: 110.00")
    assert ("TO237", ACME) in codes(booked.plan())
    err = refused(booked, "correct", ACME, "--rebill")
    assert "TO709" in err
    assert "retroactive" in err
    booked.edit(
        "mappings/projects.yaml",
        "name: Website\n",
        "name: Website\n    retroactive: {reason: agreed in August, by: kim@studio.example}\n",
    )
    assert ("TO231", ACME) in codes(booked.plan())
    decide(booked, "correct", ACME, "--rebill")
    assert acts(booked.settle()) == {("adjust", f"{ACME}~1"), ("adjust", f"{ACME}~2")}


# what doesn't fit


def test_what_agrees_has_nothing_to_settle(booked: Studio) -> None:
    booked.plan()
    assert "TO701" in refused(booked, "drift", ACME, "--accept")
    assert "TO701" in refused(booked, "correct", "nothing/of/the/kind", "--write-off")


def test_a_short_key_that_fits_several_lists_them(booked: Studio) -> None:
    booked.book("invoice", "2026-09").write_text("")
    booked.plan()
    err = refused(booked, "drift", "2026-09", "--accept")
    assert "TO702" in err
    assert ACME in err
    assert BOLT in err


def test_drift_and_correction_are_told_apart(booked: Studio) -> None:
    sent(booked, MORE)
    booked.plan()
    err = refused(booked, "drift", ACME, "--overwrite")
    assert "TO705" in err
    assert f"Next: tieout correct {ACME}" in err


def test_an_edit_of_a_draft_is_no_correction(booked: Studio) -> None:
    edit_by_hand(booked)
    booked.plan()
    err = refused(booked, "correct", ACME, "--write-off")
    assert "TO706" in err
    assert f"Next: tieout drift {ACME}" in err


def test_what_is_sent_can_t_be_overwritten(booked: Studio) -> None:
    edit_by_hand(booked)
    booked.plan()
    booked.edit(
        "books/tieout/invoice/2026-09.beancount", '2026-09-29 ! "Acme"', '2026-09-29 * "Acme"'
    )
    booked.entries(*with_row(MORE))
    assert ("TO232", ACME) in codes(booked.plan())
    assert "TO707" in refused(booked, "drift", ACME, "--overwrite")


def test_a_bill_has_no_next_invoice(booked: Studio) -> None:
    bill = "studio/bill/C-1/USD/2026-09"
    booked.mark(bill)
    booked.entries(*(r.replace(",5,yes", ",6,yes") for r in SEPTEMBER))
    assert ("TO231", bill) in codes(booked.plan())
    assert "TO710" in refused(booked, "correct", bill, "--next-invoice")


def test_a_reason_an_end_in_the_future_and_one_action(booked: Studio) -> None:
    edit_by_hand(booked)
    booked.plan()
    root = str(booked.root)
    ran = booked.run("--root", root, "drift", ACME, "--accept", "--expires", "2020-01-01")
    assert ran.code == 1
    assert "TO703" in ran.err
    assert "TO704" in ran.err
    assert booked.run("--root", root, "drift", ACME).code == 64
    assert booked.run("--root", root, "drift", ACME, "--accept", "--overwrite").code == 64
    assert booked.run("--root", root, "correct", ACME, "--credit", "--expires", "soon").code == 64


def test_no_decision_leaves_the_company_s_folder(booked: Studio, tmp_path) -> None:
    edit_by_hand(booked)
    booked.plan()
    (tmp_path / "elsewhere").mkdir()
    (booked.root / "rules/decisions").symlink_to(tmp_path / "elsewhere")
    ran = booked.run("--root", str(booked.root), "drift", ACME, "--accept", "--reason", "x")
    assert (ran.code, "TO112" in ran.err) == (1, True)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_decision_is_valid_configuration(booked: Studio) -> None:
    edit_by_hand(booked)
    booked.plan()
    decide(booked, "drift", ACME, "--accept", "--expires", "2999-12-31")
    booked.tieout("validate")
    plan = json.loads(booked.tieout("plan", "--format", "json"))
    assert ("TO240", ACME) in codes(plan)
