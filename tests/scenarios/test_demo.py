"""The demo runs the whole route, and leaves books that tie out."""

import io
import os
import re
import shutil
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from hashlib import sha256
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import git
import pytest

from tieout.cli import demo
from tieout.cli.app import main
from tieout.cli.demo_story import DAY, STORY, Headline, Tieout
from tieout.cli.exits import ExitCode
from tieout.config import resources

SECTION = re.MULTILINE | re.DOTALL
BEFORE_THE_SAMPLE = datetime(2025, 3, 1, 12, tzinfo=UTC)


class Clock(datetime):
    """Stands still, long before the sample's time: the demo must not depend on today."""

    @classmethod
    def now(cls, tz=None):
        return BEFORE_THE_SAMPLE.astimezone(tz)


class Told(NamedTuple):
    """One demo: its folder, exit code and output, and the books' digest after each command."""

    root: Path
    code: int
    output: str
    books: list[tuple[str, str]]

    def printed(self, command):
        """What it printed each time that it ran `command`."""
        return re.findall(rf"^\$ {re.escape(command)}\n(.*?)(?=^\$ |\Z)", self.output, SECTION)


def digest(books):
    content = {p.relative_to(books).as_posix(): p.read_bytes() for p in books.rglob("*.beancount")}
    return sha256(repr(sorted(content.items())).encode()).hexdigest()


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """One demo, run once for all tests of this file."""
    root = tmp_path_factory.mktemp("demo") / "northwind"
    said, books, run = io.StringIO(), [], Tieout.run

    def run_and_look(act):
        code = run(act)
        books.append((act.line, digest(root / "books")))
        return code

    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(said):
        patch.setattr(Tieout, "run", run_and_look)
        for verb in ("afresh", "apply", "plan", "pull"):
            patch.setattr(import_module(f"tieout.cli.{verb}"), "datetime", Clock)
        code = main(["demo", str(root)])
    return Told(root, code, said.getvalue(), books)


def test_it_ends_well(told):
    assert told.code == ExitCode.DONE, told.output[-2000:]


def test_every_act_is_shown_as_it_would_be_typed(told):
    typed = re.findall(r"^\$ (.*)$", told.output, flags=re.MULTILINE)
    assert typed == [act.shown for scene in STORY for act in scene.acts]


def test_the_second_plan_is_empty(told):
    empty, restored = told.printed(f"tieout plan {DAY}")
    assert "Nothing to do" in empty
    assert "Nothing to do" in restored
    assert empty.split()[:2] == restored.split()[:2]  # Plan ID


def test_a_plan_applied_twice_is_done_once(told):
    once, twice = told.printed("tieout apply plan.tieout")
    assert "already done" not in once
    assert "nothing to do" in twice


def test_it_ties_out(told):
    (proof,) = told.printed(f"tieout reconcile {DAY}")
    assert proof.startswith("Ties out")


def test_reverting_the_mapping_gives_back_the_books_byte_for_byte(told):
    after = dict(told.books)
    assert after["apply skunkworks.tieout"] != after["apply plan.tieout"]
    assert after["apply revert.tieout"] == after["apply plan.tieout"]


def test_only_apply_changes_the_books(told):
    empty = digest(told.root / "nothing")
    for (_, before), (line, now) in pairwise([("", empty), *told.books]):
        assert now == before or line.startswith("apply ")


def test_it_says_where_the_company_is_and_what_next(told):
    assert f"Next: cd {told.root}" in told.output


def test_the_books_stand_and_the_tree_is_clean(told):
    assert list((told.root / "books").rglob("*.beancount"))
    with git.Repo(told.root) as repo:
        assert not repo.is_dirty(untracked_files=True)
        assert len(list(repo.iter_commits())) == 3


def test_the_company_carries_no_copy_of_the_law_packs(told):
    assert (told.root / "rules").is_dir()
    assert not (told.root / "rules" / "law").exists()


def test_every_part_of_the_sample_is_copied(told):
    for part in resources.SAMPLE_PARTS:
        assert (told.root / part).exists()


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_it_refuses_what_is_in_use(tieout, tmp_path, kind):
    place = tmp_path / "mine"
    if kind == "folder":
        place.mkdir()
        (place / "letter.txt").write_text("mine")
    else:
        place.write_text("mine")
    ran = tieout("demo", place)
    assert ran.code == ExitCode.ERROR
    assert "TO901" in ran.err
    assert "Next: tieout demo" in ran.err
    assert ran.out == ""


def test_it_says_when_git_is_missing(tieout, tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    ran = tieout("demo", tmp_path / "new")
    assert ran.code == ExitCode.ERROR
    assert "TO902" in ran.err


def test_an_act_that_fails_ends_the_demo_with_its_code(tieout, tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "STORY", [demo.Scene("Nothing comes of this.", (Tieout("nosuch"),))])
    here = Path.cwd()
    ran = tieout("demo", tmp_path / "new")
    assert ran.code == ExitCode.USAGE
    assert "it ended here" in ran.err
    assert Path.cwd() == here


def test_the_next_command_can_be_pasted_whatever_the_folder_is_called(tieout, tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "STORY", [])
    root = tmp_path / "Wörk & Söhne"
    assert f"Next: cd '{root}' && tieout exceptions" in tieout("demo", str(root)).out


def test_without_a_folder_it_takes_a_temporary_one_and_names_it(tieout, tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "STORY", [])
    monkeypatch.setattr("tempfile.tempdir", os.fspath(tmp_path))
    ran = tieout("demo")
    assert ran.code == ExitCode.DONE
    (folder,) = tmp_path.iterdir()
    assert str(folder.resolve()) in ran.out


def test_a_headline_counts_what_it_keeps_back():
    shown = io.StringIO()
    headline = Headline(shown, 2)
    print("one\ntwo\nthree\nfour", file=headline)
    assert shown.getvalue() == "one\ntwo\n"
    assert headline.kept_back == 2
    assert headline.isatty() is False
