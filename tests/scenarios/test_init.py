"""A company of one's own: valid from the first minute, and nobody's file is lost for it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from tieout.cli.app import VERBS, app
from tieout.governance.starting import company


def git(root: Path, *args: str) -> str:
    return subprocess.run(
        ["git", "-C", str(root), *args], capture_output=True, text=True, check=True
    ).stdout


@pytest.fixture
def books(tmp_path: Path, tieout: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    ran = tieout("init", "books")
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[-1] == "Next: cd books && tieout audit"
    monkeypatch.chdir(tmp_path / "books")
    return tmp_path / "books"


def test_it_is_a_repository_that_validates_keeps_its_examples_and_plans(
    books: Path, tieout: Any
) -> None:
    assert git(books, "status", "--porcelain") == ""
    assert git(books, "log", "--format=%s").split("\n")[0] == "Start books"
    assert "nothing wrong" in tieout("validate").out
    assert "2 tests, all hold" in tieout("test").out
    pulled = tieout("pull")
    assert pulled.code == 0
    assert "TO301 source timesheets: no export has been put into data/timesheets/ yet" in pulled.err
    assert "Nothing to do" in tieout("plan").out
    assert tieout("reconcile").code == 0
    assert git(books, "status", "--porcelain") == ""


def test_an_emptied_folder_under_replace_is_no_beginning(books: Path, tieout: Any) -> None:
    page = books / "tieout.yaml"
    text = page.read_text().replace("    path: data", "    files: replace\n    path: data")
    page.write_text(text)
    assert "error TO301" in tieout("pull").err


def test_nothing_of_a_person_is_written_over(books: Path, tieout: Any) -> None:
    before = {p: p.read_bytes() for p in books.rglob("*") if p.is_file()}
    ran = tieout("init", books)
    assert ran.code == 1
    assert "TO600" in ran.err
    assert {p: p.read_bytes() for p in books.rglob("*") if p.is_file()} == before
    file = books.parent / "a-file"
    file.write_text("mine")
    ran = tieout("init", file)
    assert ran.code == 1
    assert "TO601" in ran.err
    assert file.read_text() == "mine"


def test_a_fresh_clone_of_an_empty_repository_is_empty(tmp_path: Path, tieout: Any) -> None:
    git(tmp_path, "init", "-q", "clone")
    assert tieout("init", tmp_path / "clone").code == 0
    assert "Start clone" in git(tmp_path / "clone", "log", "--format=%s")


def test_inside_of_another_repository_it_is_a_folder_of_that(tmp_path: Path, tieout: Any) -> None:
    git(tmp_path, "init", "-q")
    ran = tieout("init", tmp_path / "books")
    assert "not committed yet" in ran.out
    assert not (tmp_path / "books" / ".git").exists()


@pytest.mark.parametrize("source", company.SOURCES)
def test_every_tracker_makes_a_valid_company(source: str, tmp_path: Path, tieout: Any) -> None:
    assert tieout("init", tmp_path / "c", "--source", source, "--ci", "none").code == 0
    ran = tieout("--root", tmp_path / "c", "validate")
    assert (ran.code, ran.err) == (0, ""), ran.out
    assert not (tmp_path / "c" / ".github").exists()


def test_what_is_said_is_written_and_not_asked_again(tmp_path: Path, tieout: Any) -> None:
    ran = tieout(
        "init", tmp_path / "c", "--name", "Müller & Söhne: #1", "--timezone", "Europe/Berlin",
        "--currency", "eur", "--workweek", "sunday", "--jurisdiction", "us-ca",
        "--starts", "2026-10-01", "--owner", "@kim", "--target", company.TARGETS[-1],
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert "UTC" not in ran.out
    said = yaml.load((tmp_path / "c" / "tieout.yaml").read_text(), yaml.BaseLoader)
    assert said["company"] == {
        "id": "muller-sohne-1", "name": "Müller & Söhne: #1", "timezone": "Europe/Berlin",
        "currency": "EUR", "workweek": {"starts": "sunday", "at": "00:00"},
    }  # fmt: skip
    assert said["streams"]["main"]["starts"]["pay"] == "2026-10-01"
    assert said["targets"]["books"]["format"] == company.TARGETS[-1]
    assert "{US-CA: law/us-ca}" in (tmp_path / "c/rules/overtime.yaml").read_text()
    assert "/rules/              @kim" in (tmp_path / "c/.github/CODEOWNERS").read_text()
    assert tieout("--root", tmp_path / "c", "validate").code == 0


@pytest.mark.parametrize(
    ("wrong", "code", "told"),
    [
        (("--source", "togl"), 64, "did you mean 'toggl'?"),
        (("--target", "quickbooks"), 64, "there are: beancount"),
        (("--currency", "XYZ"), 1, "TO121"),
        (("--timezone", "Mars/Olympus"), 1, "TO122"),
        (("--jurisdiction", "Q1"), 1, "TO123"),
    ],
)
def test_what_makes_no_company_makes_no_folder(
    wrong: tuple[str, str], code: int, told: str, tmp_path: Path, tieout: Any
) -> None:
    ran = tieout("init", tmp_path / "c", *wrong)
    assert ran.code == code
    assert told in ran.err
    assert not (tmp_path / "c").exists()


def test_every_command_that_its_pages_name_exists() -> None:
    group: Any = get_command(app)
    options = {
        verb.name: {opt for param in group.get_command(None, verb.name).params
                    for opt in (*param.opts, *param.secondary_opts)}
        for verb in VERBS
    }  # fmt: skip
    named = 0
    pages = company.contents(company.Wanted(id="c", name="C", owner="@kim"))
    for path, text in pages.items():
        for line in re.findall(r"(?:`|^ +|run: |&& )tieout ([a-z][^`&|>\n]*)", text, re.MULTILINE):
            verb, *words = line.split()
            named += 1
            used = {word for word in words if word.startswith("--")}
            assert used <= options[verb], (path, line)
    assert named > 40


def test_its_workflows_are_what_the_linters_ask_for(books: Path) -> None:
    flows = sorted((books / ".github" / "workflows").glob("*.yml"))
    assert len(flows) == 3
    for flow in flows:
        said = yaml.safe_load(flow.read_text())
        assert said["permissions"] == {}
        for uses in re.findall(r"uses: (.*)", flow.read_text()):
            assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", uses)
        for job in said["jobs"].values():
            scripts = [step["run"] for step in job["steps"] if "run" in step]
            assert not [script for script in scripts if "${{" in script]


@pytest.mark.parametrize("linter", ["zizmor", "actionlint"])
def test_its_workflows_pass(linter: str, books: Path) -> None:
    program = shutil.which(linter, path=f"{Path(sys.executable).parent}") or shutil.which(linter)
    if program is None:
        pytest.skip(f"no {linter} here")
    flows = map(str, sorted((books / ".github" / "workflows").glob("*.yml")))
    how = {
        "zizmor": ["--offline", "--persona", "auditor", "--format", "json"],
        "actionlint": ["-format", "{{json .}}"],
    }
    ran = subprocess.run([program, *how[linter], *flows], capture_output=True, text=True)
    assert json.loads(ran.stdout) == [], ran.stdout
    assert ran.returncode == 0, ran.stderr
