"""The first hour, as somebody types it in an empty folder with only the wheel installed."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tieout.cli.app import VERBS

TOGGL = """\
User,Email,Client,Project,Task,Billable,Start date,Start time,End date,End time,Duration
Ana Reyes,ana@example.org,ACME,Website,Design,Yes,2026-11-02,09:00:00,2026-11-02,12:30:00,03:30:00
Ana Reyes,ana@example.org,ACME,Website,Design,Yes,2026-11-03,09:00:00,2026-11-03,17:00:00,08:00:00
Ana Reyes,ana@example.org,ACME,App,Design,Yes,2026-11-04,09:00:00,2026-11-04,11:00:00,02:00:00
Ben Okafor,ben@example.org,Borealis,Brand,Talk,Yes,2026-11-03,10:00:00,2026-11-03,12:00:00,02:00:00
Ben Okafor,ben@example.org,,Internal,,No,2026-11-04,10:00:00,2026-11-04,12:00:00,02:00:00
"""
GERMAN = """\
Mitarbeiter;Datum;Kunde;Projekt;Leistung;Stunden
Ana Reyes;02.11.2026;Müller & Söhne;Website;Gestaltung;7,5
Ana Reyes;13.11.2026;Müller & Söhne;Website;Gestaltung;8,25
Ben Okafor;02.11.2026;Borealis;Marke;Beratung;4,00
Ben Okafor;03.11.2026;Borealis;Marke;Beratung;8,00
Ben Okafor;16.11.2026;;Intern;;1,00
"""
COLUMNS = (
    ("worker: Worker", "worker: Mitarbeiter"), ("date: Date", "date: Datum"),
    ("customer: Customer", "customer: Kunde"), ("project: Project", "project: Projekt"),
    ("task: Task", "task: Leistung"), ("duration: Hours", "duration: Stunden"),
    ("    duration: hours", "    duration: hours\n    decimal: comma"),
)  # fmt: skip


class Shell:
    """Types commands, and follows what each says is next."""

    def __init__(self, run: Callable[..., tuple[int, str]]) -> None:
        self._run = run

    def __call__(self, *args: str, code: int = 0) -> str:
        ended, said = self._run(*args)
        assert ended == code, (args, said)
        following = re.findall(r"^Next: (?:.* && )?tieout ([a-z]+)", said, re.MULTILINE)
        assert {verb.name for verb in VERBS} >= set(following)
        assert following or "-o" in args, (args, said)
        return said


def test_with_nothing_but_the_wheel(installed: Path, tmp_path: Path) -> None:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}

    def run(*args: str) -> tuple[int, str]:
        folder = tmp_path / "books" if args[0] != "init" else tmp_path
        ran = subprocess.run(
            [str(installed / "bin" / "tieout"), *args], cwd=folder, env=clean,
            capture_output=True, text=True,
        )  # fmt: skip
        return ran.returncode, ran.stdout + ran.stderr

    first_hour(Shell(run), tmp_path / "books", "toggl", TOGGL, ())


def test_with_a_table_of_ones_own(
    tmp_path: Path, tieout: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Semicolons, decimal commas and German headings."""

    def run(*args: str) -> tuple[int, str]:
        monkeypatch.chdir(tmp_path / "books" if args[0] != "init" else tmp_path)
        ran = tieout(*args)
        return ran.code, ran.out + ran.err

    first_hour(Shell(run), tmp_path / "books", "generic", GERMAN, COLUMNS)


def first_hour(tieout: Shell, books: Path, source: str, export: str, settings: Any) -> None:
    """From an empty folder to books that tie out."""
    tieout("init", "books", "--source", source)
    (books / "data/timesheets/november.csv").write_text(export, encoding="utf-8")
    if settings:
        assert "TO305" in tieout("audit")  # its columns have other names: it says which there are
        text = (books / "tieout.yaml").read_text()
        for ours, theirs in settings:
            text = text.replace(ours, theirs)
        (books / "tieout.yaml").write_text(text)
    assert "Next: tieout suggest --all" in tieout("audit")
    assert "Only you know:" in tieout("suggest", "--all")
    assert "nothing wrong" in tieout("validate")
    tieout("pull")
    plan = tieout("plan", "-o", "plan.tieout")
    assert "every second accounted for" in plan
    assert "TO202" not in plan
    line = re.search(r'tieout (approve plan.tieout --override creates --reason) "…"', plan)
    assert line, plan
    assert "creates" in tieout("apply", "plan.tieout", code=3)
    tieout(*line[1].split(), "the first run, looked at")
    tieout("apply", "plan.tieout")
    assert "Ties out" in tieout("reconcile")
    tieout("report", "-o", "report.html")
    assert (books / "report.html").read_text().startswith("<!DOCTYPE html>")
    assert "fail" not in tieout("doctor").replace("0 fail", "")
    assert "Nothing to do" in tieout("plan")
