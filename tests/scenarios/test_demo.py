"""The demo runs the whole route, and leaves books that tie out."""

import os
import re
import shutil
from pathlib import Path

import git
import pytest

from tieout.cli import demo
from tieout.cli.demo_story import STORY, Tieout
from tieout.cli.exits import ExitCode
from tieout.config import resources


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """(folder, exit code, output) of one demo, run once for all tests of this file."""
    import io
    from contextlib import redirect_stderr, redirect_stdout

    from tieout.cli.app import main

    folder = tmp_path_factory.mktemp("demo") / "northwind"
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(["demo", str(folder)])
    return folder, code, out.getvalue() + err.getvalue()


def scene_after(told, command):
    """What was printed for the last time that the demo ran `command`."""
    return re.split(r"^\$ ", told[2].rpartition(f"$ {command}\n")[2], flags=re.MULTILINE)[0]


def test_it_ends_well(told):
    assert told[1] == ExitCode.DONE, told[2][-2000:]


def test_every_act_is_shown_as_it_would_be_typed(told):
    typed = re.findall(r"^\$ (.*)$", told[2], flags=re.MULTILINE)
    assert typed == [act.shown for scene in STORY for act in scene.acts]


def test_it_says_where_the_company_is_and_what_next(told):
    assert f"Next: cd {told[0]}" in told[2]


def test_the_books_stand_and_the_tree_is_clean(told):
    assert list((told[0] / "books").rglob("*.beancount"))
    with git.Repo(told[0]) as repo:
        assert not repo.is_dirty(untracked_files=True)
        assert len(list(repo.iter_commits())) == 3


def test_the_company_carries_no_copy_of_the_law_packs(told):
    assert (told[0] / "rules").is_dir()
    assert not (told[0] / "rules" / "law").exists()


def test_every_part_of_the_sample_is_copied(told):
    for part in resources.SAMPLE_PARTS:
        assert (told[0] / part).exists()


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


def test_without_a_folder_it_takes_a_temporary_one_and_names_it(tieout, tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "STORY", [])
    monkeypatch.setattr("tempfile.tempdir", os.fspath(tmp_path))
    ran = tieout("demo")
    assert ran.code == ExitCode.DONE
    (folder,) = tmp_path.iterdir()
    assert str(folder.resolve()) in ran.out
