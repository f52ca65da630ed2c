"""The neutrality audit: its example in the docs, its finding in the plan, its table in every report."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
import yaml
from studio import Studio

from tieout.config.load import load
from tieout.governance.ruletests.run import run_tests

PAGE = Path(__file__).resolve().parents[2] / "docs/rounding.md"


def test_the_example_of_the_page_holds(booked: Studio) -> None:
    text = re.search(r"```yaml\n# rules/tests/rounding.yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert text
    folder = booked.root / "rules/tests"
    folder.mkdir(exist_ok=True)
    (folder / "rounding.yaml").write_text(text[1])
    config = load(booked.root).config
    assert config
    results = run_tests(config, "rounding.yaml")
    assert len(results.outcomes) == 1
    assert not list(results.failures())


@pytest.fixture
def down(booked: Studio) -> Studio:
    """Pay is always rounded down to the hour, and three entries are enough to say so."""
    file = booked.root / "rules/rounding.yaml"
    rule = {"increment": "1h", "mode": "down", "audit": {"bias": "0.1%", "entries": 3}}
    file.write_text(yaml.safe_dump({"rounding": {"pay": rule}}))
    return booked


def test_every_report_has_the_table(down: Studio, tmp_path: Path) -> None:
    down.tieout("report", "--format", "csv", "-o", str(tmp_path / "report"))
    with (tmp_path / "report/rounding.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["window"] == "year"]
    everybody, *each = rows
    assert everybody["worker"] == "all"
    assert int(everybody["rounding seconds"]) < 0
    for column in ("entries", "worked seconds", "rounding seconds", "entries that lose"):
        assert int(everybody[column]) == sum(int(row[column]) for row in each)
    markdown = down.tieout("report")
    assert f"| all | year | {everybody['entries']} |" in markdown
    down.tieout("report", "-o", str(tmp_path / "report.html"))
    assert 'id="rounding"' in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "TO275" in down.tieout("exceptions", "--code", "TO275")


def test_without_rounding_there_is_nothing_to_audit(booked: Studio) -> None:
    (booked.root / "rules/rounding.yaml").unlink(missing_ok=True)
    assert "even out" not in booked.tieout("report")
