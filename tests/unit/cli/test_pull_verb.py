"""`tieout pull`, as a person runs it."""

import json
import re
from pathlib import Path

import pytest
from sources_world import TOGGL, lines, toggl_row

import tieout as package

COMPANY = """\
company:
  id: northwind
  name: Northwind
  timezone: America/Los_Angeles
  currency: USD
  workweek: {starts: sunday, at: "00:00"}
sources:
  time: {connector: file, profile: toggl, path: "data/*.csv", files: replace}
targets:
  books: {connector: plaintext, format: beancount, path: books/}
streams:
  studio:
    from: time
    starts: {record: 2026-09-01}
    produce:
      time_activity: {to: books}
"""


@pytest.fixture
def root(tmp_path):
    (tmp_path / "tieout.yaml").write_text(COMPANY)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").write_text(lines(TOGGL, toggl_row()))
    return tmp_path


def test_pull_tells_what_it_stored_and_what_to_do_next(tieout, root):
    ran = tieout("--root", root, "pull")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "time  1 entry, 1:00:00  ·  1 new",
        "    covers all time: what is in no file is gone",
        "books  0 documents of ours, 0 of others  ·  nothing new",
        "",
        "Next: tieout plan",
    ]


def test_json_alone_on_stdout(tieout, root):
    told = json.loads(tieout("--root", root, "pull", "--only", "sources", "--format", "json").out)
    assert told["format_version"] == 1
    assert told["sources"][0]["seconds"] == 3600
    assert told["books"] == []


def test_rows_that_cannot_be_read_stop_it_until_they_are_accepted(tieout, root):
    (root / "data" / "b.csv").write_text(lines(TOGGL, toggl_row(day="2026-11-31")))
    ran = tieout("--root", root, "pull")
    assert ran.code == 1
    assert "data/b.csv:2: error TO321 start_date: '2026-11-31' is not a date" in ran.err
    assert "tieout.yaml" in ran.err
    assert ran.err.splitlines()[-1] == "Next: tieout pull --accept-rejects"
    assert not (root / ".tieout").exists()
    accepted = tieout("--root", root, "pull", "--accept-rejects")
    assert accepted.code == 0
    assert "! 1 row rejected" in accepted.out


def test_each_code_of_ours_has_a_page():
    engine = Path(package.__file__).parent
    sources = [*engine.glob("connectors/sources/**/*.py"), *engine.glob("pulling/*.py")]
    used = {code for path in sources for code in re.findall(r"TO3\d\d", path.read_text())}
    assert used
    for code in {*used, "TO340"}:
        page = (engine / "codes" / f"{code}.md").read_text()
        assert page.startswith(f"# {code} · ")
        heads = re.findall(r"^\*\*(\w+)\.\*\*", page, re.MULTILINE)
        assert heads == ["Meaning", "Cause", "Mend", "Example"]
