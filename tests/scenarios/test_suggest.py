"""`tieout suggest`: rows that validate and book, in a person's file, with every comment kept."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tieout.config.load import load
from tieout.governance.suggest.edit import Page

HEAD = "User,Email,Client,Project,Task,Billable,Start date,Start time,End date,End time,Duration"
ROWS = """\
Ana Reyes,ana@example.org,ACME,Website,,Yes,2026-11-02,09:00:00,2026-11-02,12:30:00,03:30:00
Ana Reyes,ana@example.org,ACME,Webiste,,Yes,2026-11-03,09:00:00,2026-11-03,17:00:00,08:00:00
"Ben ""No: #1"" Okafor",ben@example.org,,Internal,,No,2026-11-04,10:00:00,2026-11-04,12:00:00,02:00:00
Ben,ben@example.org,Old,,,Yes,2026-11-05,10:00:00,2026-11-05,12:00:00,02:00:00
"""
WORKERS = """\
# Who works here.
defaults: {overtime: eligible}   # all of them

workers:
  - id: E-007
    name: Ana Reyes
    books: {employee: Ana Reyes}
    other: {email: ANA@example.org}   # as the other tracker calls her
    # she leads
"""
PROJECTS = (
    "projects:\n  - {id: web, name: Website, customer: acme, other: {project: Site}}   # mine\n"
)


@pytest.fixture
def company(tmp_path: Path, tieout: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    assert tieout("init", tmp_path / "c", "--source", "toggl", "--ci", "none").code == 0
    monkeypatch.chdir(tmp_path / "c")
    Path("data/timesheets/a.csv").write_text(f"{HEAD}\n{ROWS}", encoding="utf-8")
    return tmp_path / "c"


def known(root: Path) -> None:
    """A person's own files, and another source that knows Ana."""
    text = (root / "tieout.yaml").read_text()
    other = "  other: {connector: file, profile: toggl, path: data/other/}\n"
    (root / "tieout.yaml").write_text(text.replace("\nsources:\n", f"\nsources:\n{other}"))
    (root / "data/other").mkdir()
    (root / "mappings/workers.yaml").write_text(WORKERS)
    (root / "mappings/projects.yaml").write_text(PROJECTS)
    (root / "mappings/customers.yaml").write_text(
        "customers:\n- {id: acme, name: Acme, books: {customer: Acme}}\n"
    )


def test_ids_and_equal_names_first_and_nothing_else_without_all(company: Path, tieout: Any) -> None:
    known(company)
    ran = tieout("suggest")
    assert ran.code == 0, ran.err
    assert "Ana Reyes · ana@example.org  is E-007, by its email" in ran.err
    assert "ACME · Website  is web, by its name" in ran.err
    assert "93 %" not in ran.out
    assert "? ACME · Webiste" in ran.err
    assert "%  web" in ran.err
    assert Path("mappings/workers.yaml").read_text() == WORKERS
    subprocess.run(["git", "apply", "-"], input=ran.out, text=True, check=True)
    after = Path("mappings/workers.yaml").read_text()
    new = "    timesheets: {email: ana@example.org}\n"
    assert after == WORKERS.replace("calls her\n", f"calls her\n{new}")
    assert Path("mappings/projects.yaml").read_text() == PROJECTS.replace(
        "{project: Site}}", "{project: Site}, timesheets: {customer: ACME, project: Website}}"
    )


def test_all_drafts_what_validates_and_books_what_can_be(company: Path, tieout: Any) -> None:
    known(company)
    assert "Next: tieout validate" in tieout("suggest", "--all").out
    workers = Path("mappings/workers.yaml").read_text()
    assert workers.startswith(WORKERS.rpartition("    # she leads")[0].rpartition("\n")[0])
    assert "  # review: drafted from timesheets; employee or contractor" in workers
    assert "- id: E-008" in workers
    assert "overtime" not in workers.partition("E-008")[2]  # the head of the file says it
    projects = Path("mappings/projects.yaml").read_text()
    assert "# is it Website (web)," in projects
    config = load(company).config
    assert config is not None
    assert {row.name for row in config.workers} == {"Ana Reyes", 'Ben "No: #1" Okafor'}
    billing = {row.name: (row.method, row.rate) for row in config.projects}
    assert billing["Internal"] == ("none", None)
    assert billing["Webiste"] == ("hourly", None)
    said = tieout("validate")
    assert (said.code, "nothing wrong" in said.out) == (0, True), said.out
    tieout("pull")
    plan = tieout("plan", "--as-of-date", "2026-11-20").out
    assert "TO202" not in plan
    assert re.search(r"record +15:30:00 +15:30:00 +0:00:00", plan), plan
    assert re.search(r"TO201 .* 1 entry .* 2:00:00", plan)  # a customer's time without a project


def test_the_patch_of_all_is_what_all_writes(company: Path, tieout: Any) -> None:
    patch = tieout("suggest", "--all", "--patch").out
    assert Path("mappings/workers.yaml").read_text().endswith("workers: []\n")
    subprocess.run(["git", "apply", "-"], input=patch, text=True, check=True)
    applied = {p: p.read_bytes() for p in Path("mappings").rglob("*.yaml")}
    subprocess.run(["git", "checkout", "-q", "mappings"], check=True)
    tieout("suggest", "--all")
    assert {p: p.read_bytes() for p in Path("mappings").rglob("*.yaml")} == applied


def test_a_second_run_has_nothing_to_add(company: Path, tieout: Any) -> None:
    tieout("suggest", "--all")
    before = {p: p.read_bytes() for p in Path("mappings").rglob("*.yaml")}
    ran = tieout("suggest", "--all")
    assert {p: p.read_bytes() for p in Path("mappings").rglob("*.yaml")} == before
    assert "Old: time of a customer without a project" in ran.out


def test_where_a_file_has_no_list_of_lines_a_file_beside_it_is_written(
    company: Path, tieout: Any
) -> None:
    Path("mappings/workers.yaml").write_text(
        "workers: [{id: E-1, name: Zoe, overtime: eligible, books: {employee: Zoe}}]\n"
    )
    tieout("suggest", "--all")
    config = load(company).config
    assert config is not None
    assert len(config.workers) == 3
    assert "- id: E-2" in Path("mappings/workers/suggested.yaml").read_text()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("rows:\n- id: a\n  s:\n    x: 1\n    y: 2  # two\n# end\n",
         "rows:\n- id: a\n  s:\n    - x: 1\n      y: 2  # two\n    - {x: 3}\n# end\n"),
        ("rows:\n- id: a\n  s: {x: 1}\n", "rows:\n- id: a\n  s: [{x: 1}, {x: 3}]\n"),
        ("rows:\n- id: a\n  s: [{x: 1}]  # one", "rows:\n- id: a\n  s: [{x: 1}, {x: 3}]  # one"),
        ("rows:\n- id: a\n  s:\n  - x: 1\n- id: b\n",
         "rows:\n- id: a\n  s:\n  - x: 1\n  - {x: 3}\n- id: b\n"),
        ("rows:\r\n- id: a\r\nnext: 1\r\n", "rows:\r\n- id: a\r\n  s: {x: 3}\r\nnext: 1\r\n"),
        ("rows:\n- {id: a}", "rows:\n- {id: a, s: {x: 3}}"),
    ],
)  # fmt: skip
def test_a_name_goes_in_and_every_other_byte_stays(before: str, after: str) -> None:
    page = Page(before)
    row = page.value(page.root, "rows").value[0]
    assert page.add(row, "s", "{x: 3}")
    assert page.written() == after


def test_rows_go_to_the_end_of_their_list_and_not_of_the_file() -> None:
    page = Page("rows:\n  - id: a\n    note: |\n      long\n      text\n# of b\nmore: 1\n")
    assert page.append(page.value(page.root, "rows"), [["# why", "- id: c", "  n: 1"]])
    assert page.written() == (
        "rows:\n  - id: a\n    note: |\n      long\n      text\n\n"
        "  # why\n  - id: c\n    n: 1\n# of b\nmore: 1\n"
    )
    empty = Page("rows: []   # none yet\nmore: 1\n")
    assert empty.append(empty.value(empty.root, "rows"), [["- id: c"]])
    assert empty.written() == "rows:   # none yet\n  - id: c\nmore: 1\n"


def test_what_cannot_be_written_is_told_and_stays(company: Path, tieout: Any) -> None:
    before = Path("mappings/workers.yaml").read_text()
    Path("mappings/.workers.yaml.tmp").mkdir()  # where the new text would be put together
    ran = tieout("suggest", "--all")
    assert ran.code == 1
    assert "mappings/workers.yaml: error TO608" in ran.err
    assert Path("mappings/workers.yaml").read_text() == before
