"""Names of the mappings that nothing in the newest snapshot has."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROWS = (
    "1,ana@studio.example,Acme,Website,Design,2026-09-07,8",
    "2,Bo@Studio.Example,Bolt,App,,2026-09-08,8",
)
FILES = {
    "tieout.yaml": """\
company: {id: co, name: Co, timezone: UTC, currency: USD,
          workweek: {starts: monday, at: "00:00"}}
sources:
  sheet: {connector: file, profile: generic, path: "data/*.csv", grain: day, duration: hours,
          columns: {id: id, email: who, customer: client, project: project, task: task, date: day,
                    duration: hours}}
targets:
  books: {connector: plaintext, format: beancount, path: books/}
streams:
  all: {from: sheet, produce: {time_activity: {to: books}}}
""",
    "mappings/workers.yaml": """\
defaults: {overtime: eligible, jurisdiction: US-NY}
workers:
  - {id: A, name: Ana, sheet: {email: ana@studio.example}, books: {employee: Ana}}
  - {id: B, name: Bo, sheet: {email: bo@studio.example}, books: {employee: Bo}}
""",
    "mappings/customers.yaml": "customers:\n  - {id: acme, name: Acme, books: {customer: Acme}}\n",
    "mappings/projects.yaml": """\
projects:
  - id: web
    name: Website
    customer: acme
    sheet: [{customer: Acme, project: Website}]
  - {id: app, name: App, customer: acme, sheet: {project: App}}
""",
    "mappings/services.yaml": """\
services:
  - {id: design, sheet: {task: Design}, kind: work}
  - {id: any, sheet: {task: any}, kind: work}
""",
}


@pytest.fixture
def company(tmp_path: Path, tieout: Callable[..., Any]) -> Callable[..., Any]:
    """`company("validate", {file: (old, new)})` edits the files and runs a verb."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "data").mkdir()
    table = "\n".join(["id,who,client,project,task,day,hours", *ROWS])
    (tmp_path / "data/a.csv").write_text(table, encoding="utf-8")

    def run(verb: str, edits: dict[str, tuple[str, str]] | None = None) -> Any:
        for name, (old, new) in (edits or {}).items():
            text = (tmp_path / name).read_text(encoding="utf-8")
            assert old in text
            (tmp_path / name).write_text(text.replace(old, new), encoding="utf-8")
        ran = tieout("--root", tmp_path, verb)
        assert ran.code == 0, ran
        return ran

    return run


def test_what_is_there_is_not_told(company: Callable[..., Any]) -> None:
    company("pull")
    assert "nothing wrong" in company("validate").out


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "shown"),
    [
        ("mappings/projects.yaml", "{project: App}", "{project: Ap}", "6:59", "{project: Ap}"),
        (
            "mappings/projects.yaml", "[{customer: Acme, project: Website}]",
            "[{customer: Acme, project: Website}, {customer: Bolt, project: Website}]",
            "5:5", "{project: Website, customer: Bolt}",
        ),
        ("mappings/workers.yaml", "bo@", "bob@", "4:38", "{email: bob@studio.example}"),
        ("mappings/services.yaml", "task: Design", "task: Desing", "2:32", "{task: Desing}"),
    ],
)  # fmt: skip
def test_a_slip_is_a_warning_at_its_place(
    company: Callable[..., Any], file: str, old: str, new: str, place: str, shown: str
) -> None:
    company("pull")
    out = company("validate", {file: (old, new)}).out
    said = f"{file}:{place}  TO181  warning: nothing in the newest snapshot of 'sheet' is {shown}"
    assert out.startswith(said)
    assert "1 warning" in out
    assert out.count("TO181") == 1


def test_a_row_that_holds_on_no_day_of_the_snapshot_is_passed_over(
    company: Callable[..., Any],
) -> None:
    company("pull")
    edit = ("{id: app,", "{id: app, valid: {to: 2026-08-31},")
    slip = ("{project: App}", "{project: Ap}")
    out = company("validate", {"mappings/projects.yaml": edit}).out
    assert "TO181" not in out
    assert "TO181" not in company("validate", {"mappings/projects.yaml": slip}).out


def test_before_the_first_pull_duckdb_is_not_even_loaded(
    company: Callable[..., Any], tmp_path: Path
) -> None:
    assert "nothing wrong" in company("validate").out
    code = f"from tieout.cli.app import main; main(['--root', {str(tmp_path)!r}, 'validate'])"
    shown = "import sys; print('duckdb' in sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", f"{code}\n{shown}"], capture_output=True, text=True, check=True
    )
    assert ran.stdout.splitlines()[-1] == "False"
