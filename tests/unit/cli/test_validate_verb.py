"""`tieout validate`: exit codes, formats, and the next command."""

import json
import shutil
from pathlib import Path

import pytest

BASE = Path(__file__).resolve().parents[2] / "conformance/invalid/_base"


@pytest.fixture
def base(tmp_path):
    return Path(shutil.copytree(BASE, tmp_path / "base"))


def break_it(base):
    path = base / "mappings/projects.yaml"
    path.write_text(path.read_text().replace("    customer: acme\n", "    custmer: acme\n"))


def test_a_valid_company(tieout, base):
    ran = tieout("--root", base, "validate")
    assert ran.code == 0
    assert ran.out == (
        "Base Company: 2 workers, 2 customers, 2 projects, 1 service, 5 accounts\n"
        "nothing wrong\n\nNext: tieout pull\n"
    )


def test_an_invalid_one(tieout, base):
    break_it(base)
    ran = tieout("--root", base, "validate")
    assert ran.code == 1
    assert ran.out == (
        "mappings/projects.yaml:4:5  TO104  unknown key 'custmer'\n"
        "    4 |     custmer: acme\n"
        "            ^\n"
        "    did you mean 'customer'?\n\n"
        "1 error\n\nNext: tieout explain TO104, mend it, then: tieout validate\n"
    )


def test_machines_get_nothing_but_their_format(tieout, base):
    assert tieout("--root", base, "validate", "--format", "github").out == ""
    assert json.loads(tieout("--root", base, "validate", "--format", "json").out) == {
        "format_version": 1, "diagnostics": []
    }
    break_it(base)
    ran = tieout("--root", base, "validate", "--format", "github")
    assert ran.code == 1
    assert ran.out.startswith("::error file=mappings/projects.yaml,line=4,col=5,title=TO104::")
    ran = tieout("--root", base, "validate", "--format", "json")
    assert [d["code"] for d in json.loads(ran.out)["diagnostics"]] == ["TO104"]


def test_settings_of_a_source_that_pull_would_refuse(tieout, base):
    path = base / "tieout.yaml"
    path.write_text(path.read_text().replace("profile: toggl", "profile: togl"))
    ran = tieout("--root", base, "validate")
    assert ran.code == 1
    assert "TO310  source tracker: no profile 'togl'" in ran.out
    assert "did you mean 'toggl'?" in ran.out
    assert ran.out.endswith("Next: tieout explain TO310, mend it, then: tieout validate\n")


WRONG = """\
  tracker:
    connector: file
    profile: generic
    path: data/
    key: [worker, weather]
    approval: {column: Status, values: {approved: [ok]}}
    columns:
      wrker: Name
      approved: Done
"""


def test_settings_of_a_source_are_told_where_they_stand(tieout, base):
    path = base / "tieout.yaml"
    text = path.read_text()
    old = text[text.index("  tracker:") : text.index("targets:")]
    path.write_text(text.replace(old, WRONG))
    first = text[: text.index("  tracker:")].count("\n") + 1
    ran = tieout("--root", base, "validate", "--format", "json")
    told = {
        (d["line"] - first, d["column"], d["text"].strip())
        for d in json.loads(ran.out)["diagnostics"]
        if d["code"] == "TO308" and d["file"] == "tieout.yaml"
    }
    assert told == {
        (4, 5, "key: [worker, weather]"), (6, 5, "columns:"), (7, 7, "wrker: Name"),
        (5, 5, "approval: {column: Status, values: {approved: [ok]}}"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [("profile: toggl", "profile: togl", 30), ("connector: file", "connector: fille", 13)],
)
def test_a_wrong_name_is_told_where_it_stands(tieout, base, old, new, column):
    path = base / "tieout.yaml"
    path.write_text(path.read_text().replace(old, new, 1))
    ran = tieout("--root", base, "validate")
    assert ran.out.startswith(f"tieout.yaml:8:{column}  TO310  source tracker: ")
    line, mark = ran.out.splitlines()[1:3]
    assert line[mark.index("^") :].startswith(new)


def test_an_environment(tieout, base):
    assert tieout("--root", base, "validate", "--env", "sandbox").code == 0
    ran = tieout("--root", base, "validate", "--env", "sandbx")
    assert ran.code == 1
    assert "did you mean 'sandbox'?" in ran.out
