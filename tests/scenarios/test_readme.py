"""README.md, followed: every line of output that it shows is one that the program prints."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tieout.cli.demo import found_company

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
DAY = ("--as-of-date", "2026-11-22")
RATE = ("rate: 135.00", "rate: {2026-01-01: 135.00, 2026-11-01: 142.00}")
FORGOTTEN = (
    'Ana Reyes,ana@northwind.example,ACME,Website redesign,Design,"Hand-over, found later",Yes,'
    "2026-11-20,17:08:00,2026-11-20,19:08:00,02:00:00,approved,\r\n"
)


def lines(text: str) -> set[str]:
    """Lines without what differs from run to run: ids, who runs it and on which day."""
    text = re.sub(r"\b[0-9a-f]{6,}(-\d+)?\b", "ID", text)
    text = re.sub(r"\(Kim \w+, .*", "(Kim)", text)
    return {re.sub(r"\s+", " ", line).strip() for line in text.splitlines()} - {""}


def shown() -> set[str]:
    """What the README shows as printed: no commands, nothing that says that lines are left out."""
    blocks = "\n".join(re.findall(r"^```text\n(.*?)^```", README, re.DOTALL | re.MULTILINE))
    kept = [
        line for line in blocks.splitlines() if not line.startswith("$") and line.strip() != "…"
    ]
    return lines("\n".join(kept))


@pytest.fixture
def northwind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "northwind"
    root.mkdir()
    found_company(root)
    monkeypatch.chdir(root)
    monkeypatch.setenv("COLUMNS", "80")
    return root


def test_what_the_readme_shows_is_what_comes(northwind: Path, tieout: Callable[..., Any]) -> None:
    printed = []

    def run(*args: str) -> None:
        ran = tieout(*args)
        assert ran.code == 0, (args, ran.err)
        printed.append(ran.out + ran.err)

    run("validate")
    run("pull")
    run("plan", *DAY, "-o", "plan.tieout")
    run("apply", "plan.tieout")
    run("apply", "plan.tieout")
    edit(northwind)
    run("plan", "--refresh", *DAY, "-o", "plan.tieout")
    run("apply", "plan.tieout")
    run("reconcile", *DAY)
    run("report", *DAY, "-o", "report.html")
    run("explain", "invoice/acme/USD/2026-11")
    run("rollback", "HEAD", "-o", "back.tieout")
    run("apply", "back.tieout")

    assert shown() - lines("\n".join(printed)) == set()


def edit(northwind: Path) -> None:
    """A rate agreed late, and two hours that Ana forgot."""
    projects = northwind / "mappings" / "projects.yaml"
    projects.write_text(projects.read_text(encoding="utf-8").replace(*RATE), encoding="utf-8")
    with (northwind / "data/toggl/2026-11-09_to_2026-11-22.csv").open("a", newline="") as export:
        export.write(FORGOTTEN)
    message = "Investor site: 142 an hour from November"
    subprocess.run(["git", "commit", "-qam", message], cwd=northwind, check=True)
