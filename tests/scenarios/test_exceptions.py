"""What is held is worked off by decisions: waived, handed to somebody, exported; and they end."""

from __future__ import annotations

import csv
import json
import re
import zipfile

import pytest
from studio import SEPTEMBER, Studio

TWICE = SEPTEMBER[6].replace(SEPTEMBER[6].split(",")[0], "copy", 1)


def exceptions(studio: Studio, *args: str, code: int = 0) -> list[dict]:
    out = studio.tieout("exceptions", *args, "--format", "json", expect=code)
    return json.loads(out)["exceptions"]


@pytest.fixture
def doubled(booked: Studio) -> Studio:
    """Bo's 15 September is there a second time, under an id of its own."""
    booked.entries(*SEPTEMBER, TWICE)
    booked.tieout("pull")
    return booked


def test_a_waiver_lifts_the_check_and_a_later_one_takes_its_place(doubled: Studio) -> None:
    held = exceptions(doubled, "--code", "TO208")
    assert {e["entry"] for e in held} == {"sheet:copy"}
    assert exceptions(doubled, "--worker", "E-2", "--project", "web", "--severity", "hold") == held
    assert exceptions(doubled, "--worker", "E-1") == []
    assert exceptions(doubled, "--older", "400") == []
    assert exceptions(doubled, "--older", "0", "--entry", "sheet:copy") == held
    out = doubled.tieout("exceptions", "--code", "TO208", "--waive", "--reason", "two  shifts",
                         "--attachment", "mail/17.eml")
    assert "waive TO208 of sheet:copy" in out
    assert "Next: git diff, commit, tieout plan" in out
    assert exceptions(doubled, "--code", "TO208") == []
    assert any(c["kind"] == "timesheet" for c in doubled.plan()["changes"])
    (file,) = (doubled.root / "rules/decisions").iterdir()
    text = file.read_text()
    assert "attachment: mail/17.eml" in text
    assert "reason: two shifts" in text
    file.write_text(re.sub(r"(?m)^( +)on: [0-9-]{10}$", r"\1expires: 2026-09-01\n\1on: 2026-08-01", text))
    told = exceptions(doubled, "--entry", "sheet:copy")
    assert [e["code"] for e in told if e["purpose"] is None] == ["TO370"]
    assert {e["code"] for e in told if e["purpose"]} == {"TO208"}, "what it waived waits again"


def test_what_cannot_be_waived_and_what_is_not_there(doubled: Studio) -> None:
    doubled.edit("mappings/projects.yaml", "sheet: {project: Website}", "sheet: {project: Elsewhere}")
    ran = doubled.run("--root", str(doubled.root), "exceptions", "--code", "TO201", "--waive",
                      "--reason", "r")
    assert ran.code == 1
    assert "TO374" in ran.err
    assert "tieout explain TO201" in ran.err
    ran = doubled.run("--root", str(doubled.root), "exceptions", "--worker", "E-9", "--assign", "l@x.example",
                      "--expires", "2020-01-01")
    assert ran.code == 1
    assert {"TO375", "TO703", "TO704"} <= set(ran.err.split())
    for wrong in (["--waive", "--reason", "r"], ["--code", "TO208", "--waive", "--assign", "x"]):
        assert doubled.run("--root", str(doubled.root), "exceptions", *wrong).code == 64
    assert not (doubled.root / "rules/decisions").exists()


def test_an_assignment_names_the_owner_and_one_of_no_entry_is_told(doubled: Studio) -> None:
    doubled.tieout("exceptions", "--entry", "sheet:copy", "--assign", "lee@studio.example",
                   "--reason", "Kim is away")
    held = exceptions(doubled, "--entry", "sheet:copy")
    assert {e["owner"] for e in held} == {"lee@studio.example"}
    assert {e["owner"] for e in exceptions(doubled) if e not in held} == {"kim@studio.example"}
    (file,) = (doubled.root / "rules/decisions").iterdir()
    file.write_text("# kept\n" + file.read_text())
    doubled.tieout("exceptions", "--entry", "sheet:copy", "--assign", "ada@studio.example",
                   "--reason", "Lee too")
    text = file.read_text()
    assert text.startswith("# kept\n")
    assert text.count("kind: assign") == 1, "in the place of the former one"
    doubled.entries(*SEPTEMBER)
    doubled.tieout("pull")
    assert [e["code"] for e in exceptions(doubled, "--entry", "sheet:copy")] == ["TO371"]


def test_exports_hold_no_formulas(doubled: Studio) -> None:
    doubled.edit("mappings/workers.yaml", "manager: kim@studio.example", "manager: '=1+1'")
    for name in ("held.csv", "held.xlsx"):
        assert "written to" in doubled.tieout("exceptions", "--export", str(doubled.root / name))
    with (doubled.root / "held.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["owner"] for row in rows} == {"'=1+1"}
    with zipfile.ZipFile(doubled.root / "held.xlsx") as book:
        sheets = [book.read(name) for name in book.namelist() if "worksheets/" in name]
    assert sheets
    assert all(b"<f>" not in sheet for sheet in sheets)
    assert doubled.run("--root", str(doubled.root), "exceptions", "--export", "held.pdf").code == 64


def test_an_environment_is_named_in_every_headline(studio: Studio) -> None:
    tieout = studio.root / "tieout.yaml"
    tieout.write_text(tieout.read_text() + "environments:\n  trial: {targets: {books: {path: trial/}}}\n")
    assert studio.tieout("pull", "--env", "trial").startswith("[trial]\n")
    assert "[trial]" in studio.tieout("plan", "--env", "trial").splitlines()[0]
    ran = studio.run("--root", str(studio.root), "reconcile", "--env", "trial")
    assert "[trial]" in ran.out.splitlines()[0]
    assert (studio.root / ".tieout/trial/snapshots").is_dir()
    assert not (studio.root / ".tieout/snapshots").exists(), "nothing of the company itself"
