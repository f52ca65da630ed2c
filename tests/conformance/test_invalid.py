"""Configurations that must be refused, each with exactly these diagnostics.

A case is a folder with a `case.yaml`: what it changes in the base company (`replace`: file → old
text → new text; `files`: whole files; `links`: symlinks), and `expect`, one text a diagnostic:
place, code and the whole message. `tieout explain` has a page for each code that appears here,
and each code that the language uses appears here.
"""

import re
import shutil
from pathlib import Path

import pytest
import yaml

from tieout.config.load import load
from tieout.domain.diagnostic import Severity

HERE = Path(__file__).parent / "invalid"
PACKAGE = Path(__file__).resolve().parents[2] / "engine" / "tieout"
CASES = sorted(path.parent.name for path in HERE.glob("*/case.yaml"))


def case(name):
    return yaml.safe_load((HERE / name / "case.yaml").read_text(encoding="utf-8"))


def build(name, root):
    """The base company with a case's changes, in `root`."""
    shutil.copytree(HERE / "_base", root)
    given = case(name)
    for file, changes in given.get("replace", {}).items():
        text = (root / file).read_text(encoding="utf-8")
        for old, new in changes.items():
            assert text.count(old) == 1, f"{name}: {old!r} stands {text.count(old)} times in {file}"
            text = text.replace(old, new)
        (root / file).write_text(text, encoding="utf-8")
    for file, text in given.get("files", {}).items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_bytes(text if isinstance(text, bytes) else text.encode())
    for file, to in given.get("links", {}).items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).unlink(missing_ok=True)
        (root / file).symlink_to(to)
    for file in given.get("remove", ()):
        (root / file).unlink()
    return given


def told(loaded):
    return [f"{d.position or '-'} {d.code} {d.message}" for d in loaded.diagnostics]


def test_the_base_is_valid(tmp_path):
    shutil.copytree(HERE / "_base", tmp_path / "base")
    loaded = load(tmp_path / "base")
    assert loaded.diagnostics == ()
    assert loaded.config is not None


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_with_exactly_these_words(name, tmp_path):
    given = build(name, tmp_path / "company")
    loaded = load(tmp_path / "company", given.get("environment"))
    assert told(loaded) == given["expect"]
    refused = any(d.severity is Severity.ERROR for d in loaded.diagnostics)
    assert (loaded.config is None) == refused
    for found in loaded.diagnostics:
        assert found.next == f"tieout explain {found.code}"
        assert str(tmp_path) not in repr(found), "messages name paths of the company, not of a disk"


@pytest.mark.parametrize("name", CASES)
def test_it_quotes_the_line_and_keeps_secrets(name, tmp_path):
    given = build(name, tmp_path / "company")
    for found in load(tmp_path / "company", given.get("environment")).diagnostics:
        if found.position and found.position.line:
            assert found.line is not None
            assert 1 <= found.position.column <= len(found.line) + 1
        for secret in given.get("secrets", ()):
            assert secret not in repr(found)


def used_codes():
    sources = [*(PACKAGE / "config").rglob("*.py")]
    found = {code for path in sources for code in re.findall(r'"(TO1\d\d)"', path.read_text())}
    assert len(found) > 25
    return sorted(found)


@pytest.mark.parametrize("code", used_codes())
def test_each_code_has_a_page_and_an_example(code):
    page = (PACKAGE / "codes" / f"{code}.md").read_text(encoding="utf-8")
    assert page.startswith(f"# {code} · ")
    heads = re.findall(r"^\*\*(\w+)\.\*\* \S", page, re.MULTILINE)
    assert heads == ["Meaning", "Cause", "Mend", "Example"]
    shown = {line.split()[1] for name in CASES for line in case(name)["expect"]}
    assert code in shown
