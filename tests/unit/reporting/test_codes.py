"""Every code has a page that a bookkeeper can use, and every page a code that exists."""

import re
from pathlib import Path

import pytest

from tieout.reporting import codes, explain

ROOT = Path(__file__).resolve().parents[3]
#: The pages that belong to the pipeline, the diff and the views; other parts prove their own.
OURS = [code for code in codes.codes() if code.startswith("TO2")]


def occurring(folder, *endings):
    """The codes named in files: as text, or as the number that the SQL keeps."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in endings and path.is_file():
            yield from re.findall(r"TO\d{3}", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("code", codes.codes())
def test_a_page_has_a_title_and_four_paragraphs(code):
    page = codes.page(code)
    assert page.title
    assert len(page.title) < 60
    assert tuple(page.paragraphs) == codes.PARAGRAPHS
    assert all(len(text) >= 10 for text in page.paragraphs.values())


def test_every_code_in_the_engine_has_a_page():
    named = set(occurring(ROOT / "engine", ".py", ".sql"))
    assert named - set(codes.codes()) == set()


def test_every_page_is_of_a_code_that_the_engine_uses():
    assert set(codes.codes()) - set(occurring(ROOT / "engine", ".py", ".sql")) == set()


def test_every_code_occurs_in_a_test():
    tests = set(occurring(ROOT / "tests", ".py", ".yaml", ".txt", ".json"))
    assert set(codes.codes()) - tests == set()


def test_a_page_in_the_terminal():
    page = explain.text("TO201", columns=60)
    assert page.startswith("TO201 · Project not mapped\n\nMeaning\n  ")
    assert all(len(line) <= 60 for line in page.splitlines())
    assert "\x1b[1mTO201" in explain.text("TO201", colour=True)
    assert "`" not in page


def test_examples_in_fences_stay_as_they_are(monkeypatch):
    fenced = codes.Page("TO201", "x", {"Example": "See:\n\n```yaml\na:   1\n\nb:   2\n```\n\nso."})
    monkeypatch.setattr(codes, "page", lambda code: fenced)
    assert "  a:   1\n\n  b:   2\n" in explain.text("TO201")


def test_an_unknown_code_names_the_nearest():
    found = explain.unknown("TO20l")
    assert found.code == "TO290"
    assert "TO20" in found.hint
    assert explain.unknown("xyz").next == "tieout explain"
    with pytest.raises(KeyError):
        codes.page("TO000")
    assert codes.title("TO000") == "TO000"


def test_the_overview_names_all():
    assert len(explain.overview().splitlines()) == len(codes.codes())
