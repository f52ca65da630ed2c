"""`tieout audit`: what both systems hold before anything is mapped, and what is worth mending."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from test_json import told

from tieout.config.load import load
from tieout.pulling.alike import near_pairs, ranked, same
from tieout.pulling.audit import unmapped
from tieout.pulling.survey import see

HEAD = "User,Email,Client,Project,Task,Billable,Start date,Start time,End date,End time,Duration"
ROWS = """\
Ana Reyes,ana@example.org,ACME,Website,,Yes,2026-11-02,09:00:00,2026-11-02,12:30:00,03:30:00
Ana Reyes,ana@example.org,ACME,Webiste,,Yes,2026-11-03,09:00:00,2026-11-03,17:00:00,08:00:00
Ben Okafor,ben@example.org,Acme,Phase 1,,Yes,2026-11-03,10:00:00,2026-11-03,12:00:00,02:00:00
Ben Okafor,ben@example.org,Acme,Phase 2,,Yes,2026-11-03,13:00:00,2026-11-03,14:00:00,01:00:00
Ben Okafor,ben@example.org,,,,No,2026-11-04,10:00:00,2026-11-04,12:00:00,02:00:00
Ben Okafor,ben@example.org,,,,No,2026-11-04,10:00:00,2026-11-04,12:00:00,02:00:00
Cy,,Old,Done,,Yes,2026-11-04,10:00:00,2026-11-04,12:00:00,02:00:00
"""


@pytest.fixture
def company(tmp_path: Path, tieout: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    assert tieout("init", tmp_path / "c", "--source", "toggl", "--ci", "none").code == 0
    monkeypatch.chdir(tmp_path / "c")
    Path("data/timesheets/a.csv").write_text(f"{HEAD}\n{ROWS}", encoding="utf-8")
    Path("mappings/projects.yaml").write_text(
        "projects:\n- {id: done, name: Done, timesheets: {project: Done}, valid: {to: 2026-10-31}}\n"
    )
    Path("mappings/customers.yaml").write_text(
        "customers:\n- {id: a, name: A, books: {customer: Acme}}\n"
        "- {id: b, name: B, books: {customer: Acme}}\n- {id: c, name: C}\n"
    )
    return tmp_path / "c"


def found(tieout: Any) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
    document = told(tieout("audit", "--format", "json").out, "audit")
    by: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for finding in document["findings"]:
        by.setdefault((finding["system"], finding["code"], finding["kind"]), []).append(finding)
    return by


def test_every_finding_with_its_entries_and_hours(company: Path, tieout: Any) -> None:
    by = found(tieout)
    workers = by["timesheets", "TO602", "worker"]
    assert [(w["names"], w["entries"], w["seconds"]) for w in workers] == [
        (["Ana Reyes · ana@example.org"], 2, 41_400),
        (["Ben Okafor · ben@example.org"], 4, 25_200),
        (["Cy"], 1, 7_200),
    ]
    assert workers[0]["from"] == "2026-11-02"
    customers = {c["names"][0]: c["seconds"] for c in by["timesheets", "TO602", "customer"]}
    assert customers == {"ACME": 41_400, "Acme": 10_800, "Old": 7_200}
    (ended,) = by["timesheets", "TO603", "project"]
    assert ended["names"] == ["Old · Done"]
    (twice,) = by["timesheets", "TO604", "entry"]
    assert (twice["entries"], twice["seconds"]) == (1, 7_200)
    near = [f["names"] for f in by["timesheets", "TO605", "project"]]
    assert near == [["Webiste", "Website"]]  # and not Phase 1, Phase 2
    assert [f["names"] for f in by["timesheets", "TO605", "customer"]] == [["ACME", "Acme"]]
    assert [f["names"] for f in by["timesheets", "TO606", "worker"]] == [["Cy"]]
    assert by["timesheets", "TO606", "project"][-1]["entries"] in (2, 5)
    assert by["timesheets", "TO607", "stream"][0]["names"] == ["main"]
    assert by["books", "TO604", "customer"][0]["message"] == "the name of 2 rows of ours: a, b"
    assert by["books", "TO606", "customer"][0]["names"] == ["c"]


def test_the_page_says_what_to_run_and_strict_fails(company: Path, tieout: Any) -> None:
    ran = tieout("audit")
    assert ran.code == 0
    assert ran.out.startswith("timesheets  7 entries, 20:30:00  ·  2026-11-02 to 2026-11-04\n")
    assert ran.out.rstrip().endswith("Next: tieout suggest --all")
    assert tieout("audit", "--strict").code == 1
    assert not Path(".tieout").exists()


def test_what_cannot_be_read_comes_first(company: Path, tieout: Any) -> None:
    Path("data/timesheets/b.csv").write_text("What,Else\n1,2\n")
    ran = tieout("audit")
    assert "timesheets  can't be read" in ran.out
    assert "TO305" in ran.out
    assert ran.out.rstrip().endswith("Next: tieout validate")


def test_what_it_finds_unmapped_is_what_a_plan_holds(booked: Any) -> None:
    """The rule of semantics.md told twice: in the pipeline's SQL, and here for few names."""
    booked.edit("mappings/projects.yaml", "project: App", "project: Apps")
    config = load(booked.root).config
    assert config is not None
    booked.tieout("pull")
    held = json.loads(booked.tieout("exceptions", "--format", "json"))["exceptions"]
    for kind, code in (("project", "TO201"), ("worker", "TO202"), ("service", "TO203")):
        seen = [name for source in config.sources.values() if source.profile != "pay_rates"
                for name, _ in unmapped(config, see(config, source), kind)]  # fmt: skip
        keys = {e["entry"] for e in held if e["code"] == code}
        assert sum(name.entries for name in seen) == len(keys), kind
        assert kind != "project" or keys


def test_likeness_ranks_and_never_mixes_numbers() -> None:
    assert ranked("Webiste redesign", {"w": "Website redesign", "x": "Brand"}) == [("w", 93)]
    assert [pair[:2] for pair in near_pairs(["Phase 1", "Phase 2", "Müller", "Muller"])] == [
        ("Muller", "Müller")
    ]
    assert list(same(["ACME Corp", "Acme, Corp."])) == [("ACME Corp", "Acme, Corp.")]
