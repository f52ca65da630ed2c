"""What bills by worksheet is billed when somebody has released it, and just as it was released."""

from __future__ import annotations

import csv

import pytest
from python_calamine import CalamineWorkbook
from studio import SEPTEMBER, Studio, acts, codes, conserved

ACME, BOLT = "studio/invoice/acme/USD/2026-09", "studio/invoice/bolt/USD/2026-09"
LATE = "11,ana@studio.example,Acme,Website,Design,2026-09-29,2,yes"


@pytest.fixture
def reviewing(studio: Studio) -> Studio:
    studio.edit("tieout.yaml", "      invoice:", "      worksheet:")
    return studio


def release(studio: Studio, key: str) -> str:
    return studio.tieout("release", key, "--reason", "Kim has looked at every line")


def test_nothing_is_billed_before_its_release(reviewing: Studio) -> None:
    plan = reviewing.settle()
    assert not {key for _, key in acts(plan) if "/invoice/" in key}
    assert {("TO249", ACME), ("TO249", BOLT)} <= codes(plan, "billing")
    billing = plan["conservation"]["billing"]
    assert billing["booked"] == 0
    assert billing["held_by"]["TO249"] == (44.75 + 20) * 3600
    assert "waits for review" in reviewing.tieout("reconcile")
    release(reviewing, "invoice/acme/2026-09")
    plan = reviewing.plan()
    assert acts(plan) == {("create", ACME)}
    reviewing.apply()
    again = reviewing.plan()
    assert acts(again) == set()
    assert codes(again, "billing") == {("TO201", "sheet:10"), ("TO249", BOLT)}
    conserved(again)


def test_a_late_edit_needs_another_release_and_the_books_keep_the_former(
    reviewing: Studio,
) -> None:
    reviewing.tieout("pull")
    release(reviewing, ACME)
    reviewing.settle()
    reviewing.entries(*SEPTEMBER, LATE)
    plan = reviewing.plan()
    assert not {key for _, key in acts(plan) if "/invoice/" in key}
    [held] = [e for e in plan["exceptions"] if (e["code"], e["entry"]) == ("TO249", ACME)]
    assert "has changed since" in held["message"]
    assert held["seconds"] == 2 * 3600
    release(reviewing, ACME)
    assert ("update", ACME) in acts(reviewing.plan())
    reviewing.apply()
    reviewing.mark(ACME)
    reviewing.entries(*SEPTEMBER, LATE.replace(",2,yes", ",3,yes"))
    assert ("TO231", ACME) in codes(reviewing.plan()), "what is final is corrected, not released"
    ran = reviewing.run("--root", str(reviewing.root), "release", ACME, "--reason", "again")
    assert (ran.code, "TO360" in ran.err) == (1, True)


def test_a_worksheet_has_every_entry_behind_its_lines(reviewing: Studio) -> None:
    reviewing.edit("mappings/customers.yaml", "name: Acme,", 'name: Acme, owner: kim@studio.example,')
    reviewing.edit("mappings/projects.yaml", "name: Website", 'name: "=Website"')
    reviewing.tieout("pull")
    listed = reviewing.tieout("worksheet")
    assert f"{ACME}  44:45:00  4,475.00 USD" in listed
    assert "kim@studio.example" in listed
    out = reviewing.tieout("worksheet", "invoice/acme/2026-09", "--format", "csv")
    folder = reviewing.root / "worksheets/acme-USD-2026-09"
    assert str(folder) in out
    assert f"Next: tieout release {ACME}" in out
    rows = list(csv.DictReader((folder / "lines.csv").read_text(encoding="utf-8").splitlines()))
    assert sum(float(row["amount"]) for row in rows) == 4475.0
    assert {row["text"][:2] for row in rows} == {"'="}, "a formula is defused"
    entries = list(csv.DictReader((folder / "entries.csv").read_text(encoding="utf-8").splitlines()))
    assert sum(int(row["seconds"]) for row in entries) == 44.75 * 3600
    assert {row["entry"] for row in entries} == {f"sheet:{n}" for n in (1, 2, 4, 5, 7, 8)}
    reviewing.tieout("worksheet", ACME, "--format", "xlsx", "-o", str(reviewing.root / "out"))
    book = CalamineWorkbook.from_path(str(reviewing.root / "out/acme-USD-2026-09.xlsx"))
    assert book.sheet_names == ["worksheet", "lines", "entries"]
    assert len(book.get_sheet_by_name("entries").to_python()) == 7


def test_what_cannot_be_written_or_found_is_said(reviewing: Studio) -> None:
    reviewing.tieout("pull")
    for args, code in (
        (("worksheet", "invoice/acme/2026-13"), "TO362"),
        (("worksheet", "--format", "csv"), "TO361"),
        (("release", "journal/2026-09-06", "--reason", "because"), "TO360"),
    ):
        (reviewing.root / "worksheets").write_text("no folder", encoding="utf-8")
        ran = reviewing.run("--root", str(reviewing.root), *args)
        assert (ran.code, code in ran.err, "Next: " in ran.err) == (1, True, True), (args, ran.err)
