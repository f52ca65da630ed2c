"""docs/books.md, followed: its blocks are put into the books, and what it says happens."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import Any

from studio import SEPTEMBER, Studio, acts, codes

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "books.md").read_text(encoding="utf-8")
INVOICE, FIELD, SENT, CREDIT, LOCK, BILL = re.findall(r"```beancount\n(.*?)```", PAGE, re.DOTALL)
ACME = "studio/invoice/acme/USD/2026-09"
LESS = [row.replace("-15,6,yes", "-15,4,yes") for row in SEPTEMBER]


def into(studio: Studio, line: str) -> None:
    """A person writes a line under the head of Acme's invoice."""
    studio.edit(
        "books/tieout/invoice/2026-09.beancount",
        f'  tieout: "{ACME}"\n',
        f'  tieout: "{ACME}"\n{line}',
    )


def yours(studio: Studio, text: str) -> None:
    """A person writes a file of his own and includes it."""
    (studio.root / "books" / "yours.beancount").write_text(text, encoding="utf-8")
    with (studio.root / "books" / "main.beancount").open("a", encoding="utf-8") as main:
        main.write('include "yours.beancount"\n')


def said(verb: str) -> list[list[str]]:
    """The arguments of the commands of this verb, as the page writes them."""
    lines = re.findall(rf"^tieout ({verb} .*)$", PAGE, re.MULTILINE)
    return [shlex.split(line) for line in lines]


def decided(studio: Studio, command: list[str]) -> dict[str, Any]:
    """The plan with this decision alone."""
    decisions = studio.root / "rules" / "decisions"
    studio.tieout(*command)
    plan = studio.plan()
    shutil.rmtree(decisions)
    return plan


def test_the_files_and_the_invoice_are_as_the_page_shows(booked: Studio) -> None:
    shown = re.findall(r"^books/(\S+\.beancount) ", PAGE, re.MULTILINE)
    assert set(shown) - {"yours.beancount"} <= booked.books().keys()
    assert INVOICE in booked.books()["tieout/invoice/2026-09.beancount"]


def test_what_is_yours_is_no_drift_and_stays(booked: Studio) -> None:
    into(booked, FIELD)
    assert booked.plan()["changes"] == []
    booked.entries(*LESS)
    booked.settle()
    assert FIELD in booked.books()["tieout/invoice/2026-09.beancount"]


def test_drift_waits_until_somebody_says_which_is_right(booked: Studio) -> None:
    booked.edit("books/tieout/invoice/2026-09.beancount", "rate: 100.00", "rate: 99.00")
    plan = booked.plan()
    assert (acts(plan), codes(plan, "billing")) == (set(), {("TO201", "sheet:10"), ("TO232", ACME)})
    for command in said("drift"):
        plan = decided(booked, command)
        assert ("TO232", ACME) not in codes(plan)
        assert acts(plan) == ({("update", ACME)} if "--overwrite" in command else set())


def test_a_sent_invoice_is_corrected_by_a_decision(booked: Studio) -> None:
    into(booked, SENT)
    booked.entries(*LESS)
    plan = booked.plan()
    assert ("TO231", ACME) in codes(plan, "billing")
    assert ACME not in {document for _, document in acts(plan)}
    for command in said("correct"):
        plan = decided(booked, command)
        assert ("TO231", ACME) not in codes(plan)
        assert ACME not in {document for _, document in acts(plan)}, "what is sent is never changed"


def test_a_credit_of_ones_own_settles_it_too(booked: Studio) -> None:
    into(booked, SENT)
    booked.entries(*LESS)
    yours(booked, CREDIT)
    assert ("TO231", ACME) not in codes(booked.plan())


def test_a_vendor_s_own_bill_is_answered_by_its_key(studio: Studio) -> None:
    studio.edit("tieout.yaml", ", mode: self_billing, agreement: contracts/self-billing.md", "")
    studio.settle()
    assert "TO363" in {code for code, _ in codes(studio.plan())}
    yours(studio, BILL)
    assert "TO363" not in {code for code, _ in codes(studio.plan())}


def test_a_lock_closes_the_period(booked: Studio) -> None:
    yours(booked, LOCK)
    booked.entries(*LESS)
    plan = booked.plan()
    assert ("adjust", "studio/journal/USD/2026-09-13~1") in acts(plan)
    assert ("TO231", ACME) in codes(plan)


def test_a_chart_is_the_only_one_to_open_accounts(studio: Studio) -> None:
    studio.edit("tieout.yaml", "path: books/,", "path: books/, chart: books/chart.beancount,")
    chart = studio.root / "books" / "chart.beancount"
    chart.parent.mkdir()
    chart.write_text("2020-01-01 open Assets:Receivable\n", encoding="utf-8")
    studio.plan()
    ran = studio.run("--root", str(studio.root), "apply", str(studio.root / "plan.tieout"))
    assert ran.code == 5
    assert "TO416" in ran.err
    assert f"Next: tieout apply {studio.root / 'plan.tieout'}" in ran.err.splitlines()
    assert "FILE" not in ran.err
    assert not (studio.root / "books" / "tieout" / "accounts.beancount").exists()
