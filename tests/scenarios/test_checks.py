"""What a company lets be checked: told, held, or waived; and who may approve."""

from __future__ import annotations

import json

import pytest
from studio import SEPTEMBER, Studio

KIM = "kim@studio.example"


@pytest.fixture
def watched(booked: Studio) -> Studio:
    """The sheet says who approved, and has notes."""
    booked.edit("tieout.yaml", "approved: ok}", "approved: ok, approved_by: by, notes: notes}")
    booked.edit("mappings/projects.yaml", "sheet: {project: Website}",
                "sheet: {project: Website}\n    requires: [notes]")
    return booked


def told(studio: Studio, rows: list[str]) -> dict[str, set[str]]:
    """Code → severities of what is found of the new rows."""
    header = "id,who,client,project,task,day,hours,ok,by,notes"
    old = [f"{row},,because" for row in SEPTEMBER]
    (studio.root / "data").joinpath("september.csv").unlink(missing_ok=True)
    for path in (studio.root / "data").glob("*.csv"):
        path.unlink()
    (studio.root / "data/time.csv").write_text("\n".join([header, *old, *rows]) + "\n")
    studio.tieout("pull")
    out = studio.tieout("exceptions", "--format", "json")
    found: dict[str, set[str]] = {}
    for e in json.loads(out)["exceptions"]:
        if e["entry"].startswith("sheet:n"):
            found.setdefault(e["code"], set()).add(e["severity"])
    return found


def row(name: str, day: str, hours: str, by: str = KIM, notes: str = "sketches", who: str = "ana") -> str:
    mail = {"ana": "ana@studio.example", "cy": "cy@cy.example"}[who]
    return f"{name},{mail},Acme,Website,Design,{day},{hours},yes,{by},{notes}"


def test_each_check_is_told_and_changes_nothing(watched: Studio) -> None:
    (watched.root / "rules/limits.yaml").write_text("limits: {entry: 11h, day: 12h, week: 30h, age: 30d}\n")
    watched.edit("mappings/workers.yaml", "kind: contractor,",
                 "kind: contractor, contract: {ends: 2026-09-30},")
    rows = [
        row("n1", "2026-10-05", "11.5"), row("n2", "2026-10-06", "6"), row("n3", "2026-10-06", "7"),
        row("n4", "2026-10-07", "8", by="ANA@studio.example"), row("n5", "2026-10-01", "1", notes=""),
        row("n6", "2026-10-02", "1", who="cy"),
    ]  # fmt: skip
    found = told(watched, rows)
    assert found == {
        "TO214": {"warn"}, "TO215": {"warn"}, "TO220": {"warn"}, "TO221": {"warn"},
        "TO222": {"warn"}, "TO223": {"warn"}, "TO224": {"warn"},
    }  # fmt: skip
    assert any("n4" in json.dumps(c) or c["kind"] == "timesheet" for c in watched.plan()["changes"])
    (watched.root / "rules/checks.yaml").write_text("checks: {TO220: hold, TO224: block, TO223: info}\n")
    found = told(watched, rows)
    assert (found["TO220"], found["TO224"], found["TO223"]) == ({"hold"}, {"block"}, {"info"})
    assert "TO224" in watched.run("--root", str(watched.root), "plan").out
    out = watched.tieout("exceptions", "--code", "TO220", "--waive", "--reason", "the fair")
    assert "waive TO220 of sheet:n1" in out
    assert "TO220" not in told(watched, rows)


def test_only_who_may_approve_approves(watched: Studio) -> None:
    watched.edit("rules/rules.yaml", "approval: {required: [], from: source}",
                 f"approval: {{required: [], from: source, by: [{KIM.upper()}]}}")
    found = told(watched, [row("n1", "2026-10-05", "2"), row("n2", "2026-10-06", "2", by="lee")])
    assert found == {"TO225": {"hold"}}
    out = watched.tieout("exceptions", "--code", "TO225")
    assert "was approved by lee, who may not" in out
