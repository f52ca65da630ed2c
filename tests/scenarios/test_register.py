"""Leg 2: what our documents ask to be paid against the payroll's own register."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from studio import Studio
from test_json import told

from tieout.connectors.sources.register import read_register
from tieout.domain.diagnostic import Refused
from tieout.reporting.register import split

HEADER = "Employee Name,Pay Period End,Pay Type,Hours,Gross Pay"
#: Two employees in two pay periods: 42.75 hours, of which 2.75 are past forty; and 13.5.
ANA = ('Ana,09/19/2026,Regular,40.00,"1,600.00"', "Ana,09/19/2026,Overtime,2.75,165.00")
BO = ("Bo,09/19/2026,Regular,13.50,405.00",)


def register(studio: Studio, *rows: str, name: str = "pay.csv") -> str:
    path = studio.root / name
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return str(path)


def leg(
    studio: Studio, *rows: str, args: tuple[str, ...] = ()
) -> tuple[dict[str, Any], dict[str, Any]]:
    ran = studio.run(
        "--root", str(studio.root), "reconcile", "--register", register(studio, *rows),
        "--format", "json", *args,
    )  # fmt: skip
    found = told(ran.out, "reconciliation")
    for row in found["register"]["hours"]:
        assert row["register"] - row["ours"] == sum(row["causes"].values()) + row["unexplained"], (
            row
        )
    return found["legs"][1], found


def off(found: dict[str, Any]) -> dict[tuple[str, str], tuple[int, dict[str, int], int]]:
    return {
        (row["worker"], row["earning"]): (
            row["register"] - row["ours"], row["causes"], row["unexplained"]
        )
        for row in found["register"]["hours"]
        if row["ours"] != row["register"]
    }  # fmt: skip


def test_what_was_paid_ties_to_the_second_and_the_cent(booked: Studio) -> None:
    proof, found = leg(booked, *ANA, *BO, "Total,,,56.25,2170.00", args=("--show-pay",))
    assert (proof["verdict"], off(found)) == ("ties", {})
    assert len(found["register"]["hours"]) == 3
    (gross,) = found["register"]["gross"]
    assert (gross["ours"], gross["register"], gross["unexplained"]) == (217_000, 217_000, 0)
    (clearing,) = found["register"]["clearing"]
    assert clearing["account"] == "Liabilities:Payroll:Clearing"
    assert clearing["remainder"] == clearing["posted"] - clearing["allocated"] < 0
    (issued,) = found["issued"]
    assert (issued["invoices"], issued["issued"], issued["amount"]) == (2, 0, 687_500)
    text = booked.tieout("reconcile", "--register", str(booked.root / "pay.csv"))
    assert "Ties out (legs 1, 2 and 3)" in text
    assert "gross 2026-09-06 – 2026-09-19  (hidden: fewer than five workers)" in text
    assert "2,170.00" not in text


def test_what_the_pay_run_left_on_clearing_is_told_to_the_cent(booked: Studio) -> None:
    """What it cost more than the hours say (a bonus, here) stays, and is the remainder."""
    path = booked.root / "books/payroll.beancount"
    path.write_text(
        '2026-09-25 * "Pay run"\n  Liabilities:Payroll:Clearing  2301.37 USD\n'
        "  Assets:Bank\n2026-01-01 open Assets:Bank\n",
        encoding="utf-8",
    )
    booked.edit("books/main.beancount", "include", 'include "payroll.beancount"\ninclude')
    booked.tieout("pull")
    (clearing,) = leg(booked, *ANA, *BO, args=("--show-pay",))[1]["register"]["clearing"]
    assert (clearing["posted"], clearing["allocated"]) == (230_137, 229_000)
    assert clearing["remainder"] == 1_137


def test_every_variance_has_its_causes(booked: Studio) -> None:
    booked.entries(
        *(line for line in _sheet(booked) if not line.startswith("6,")),
        "6,bo@studio.example,Bolt,App,Build,2026-09-14,7.5,no",
        "11,bo@studio.example,Bolt,App,Build,2026-09-16,2,yes",
    )
    booked.edit("rules/rules.yaml", "required: []", "required: [pay]")
    booked.tieout("pull")
    proof, found = leg(
        booked, "Ana,09/19/2026,Regular,40.00,1600", "Ana,09/19/2026,Overtime,3.25,165",
        "Bo,09/19/2026,Regular,15.50,465", "Zoe,09/19/2026,Regular,8,200", "Bo,09/19/2026,Bonus,1,50",
    )  # fmt: skip
    assert proof["verdict"] == "does not tie"
    assert proof["why"].startswith("E-1 2026-09-06 – 2026-09-19 overtime: hours unexplained")
    rows = off(found)
    assert rows["E-1", "overtime"] == (1_800, {}, 1_800)
    assert rows["Zoe", "regular"] == (28_800, {"foreign: nothing of ours": 28_800}, 0)
    assert rows["E-2", "Bonus"] == (3_600, {"foreign: nothing of ours": 3_600}, 0)
    variance, causes, unexplained = rows["E-2", "regular"]
    assert (variance, unexplained) == (7_200, 0)
    assert causes == {"unapproved": 7_200}, "no more than is left, though more is held"


def _sheet(studio: Studio) -> list[str]:
    return (studio.root / "data/sheet.csv").read_text(encoding="utf-8").splitlines()[1:]


def test_a_tolerance_is_shown_and_counted(booked: Studio) -> None:
    rows = ("Ana,09/19/2026,Regular,40.00,1600", "Ana,09/19/2026,Overtime,2.76,165.02", *BO)
    assert leg(booked, *rows)[0]["verdict"] == "does not tie"
    (booked.root / "rules/reconcile.yaml").write_text(
        "reconcile:\n  register: {hours: 1m, amount: 0.05 USD}\n", encoding="utf-8"
    )
    proof, found = leg(booked, *rows)
    assert proof["verdict"] == "ties"
    row = next(r for r in found["register"]["hours"] if r["earning"] == "overtime")
    assert (row["unexplained"], row["within"]) == (36, True)
    text = booked.tieout("reconcile", "--register", str(booked.root / "pay.csv"))
    assert "1 within the tolerance" in text
    assert "unexplained, within the tolerance" in text


def test_a_pay_date_and_everything_together(booked: Studio) -> None:
    path = booked.root / "pay.tsv"
    path.write_text(
        "Emp ID\tCheck Date\tHours\nE-1\t2026-09-25\t42.75\nE-2\t2026-09-25\t13.5\n",
        encoding="utf-8",
    )
    found = json.loads(booked.tieout("reconcile", "--register", str(path), "--format", "json"))
    assert [(row["worker"], row["from"], row["earning"]) for row in found["register"]["hours"]] == [
        ("E-1", "2026-09-06", "-"), ("E-2", "2026-09-06", "-"),
    ]  # fmt: skip
    assert found["legs"][1]["verdict"] == "ties"
    assert found["register"]["gross"] == []
    for name in ("report.html", "report.md", "report.xlsx"):
        booked.tieout("report", "--register", str(path), "-o", str(booked.root / name))
    assert "Leg 2: documents" in (booked.root / "report.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Employee,Hours\nAna,8\n", {"TO544"}),
        ("Employee,Period End\nAna,2026-09-19\n", {"TO544"}),
        ("Hours,Period End\n8,2026-09-19\n", {"TO305"}),
        ("Employee,Period End,Hours\nAna,2026-09-19,forty\n,2026-09-19,8\nAna,,8\n", {"TO545"}),
    ],
)
def test_what_is_no_register(booked: Studio, text: str, codes: set[str]) -> None:
    path = booked.root / "pay.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_register(path, "USD")
    assert {d.code for d in refused.value.diagnostics} == codes
    ran = booked.run("--root", str(booked.root), "reconcile", "--register", str(path))
    assert ran.code == 1
    assert "forty" not in ran.err


@given(st.integers(-50, 50), st.dictionaries(st.sampled_from("abc"), st.integers(-30, 30)))
def test_causes_and_what_is_left_add_up(variance: int, candidates: dict[str, int]) -> None:
    found, rest = split(variance, candidates)
    assert sum(found.values()) + rest == variance
    for cause, part in found.items():
        assert abs(part) <= abs(candidates[cause])
        assert part * candidates[cause] > 0
        assert part * variance > 0
