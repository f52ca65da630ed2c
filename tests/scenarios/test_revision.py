"""`plan --at REV`: the plan that a checkout of the commit gives, read from git's objects."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from studio import Studio

from tieout.planning import plan_file

LAW = """\
title: House rule
reviewed: 2026-01-01
review_by: 2027-01-01
tiers:
  - {window: week, over: 30h, multiplier: 1.5, pay_class: overtime, basis: the house, source: "https://example.org"}
"""


def git(root: Path, *args: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *args], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def commit(root: Path, words: str) -> str:
    git(root, "add", "tieout.yaml", "mappings", "rules")
    git(root, "commit", "-q", "-m", words)
    return git(root, "rev-parse", "HEAD")


def below(top: Path, studio: Studio) -> Studio:
    """The studio as one folder of a larger repository."""
    root = top / "companies" / "studio"
    shutil.copytree(studio.root, root)
    git(top, "init", "-q", "-b", "main")
    return Studio(root, studio.run)


def test_the_plan_of_a_commit_is_that_of_its_checkout(studio: Studio, tmp_path: Path) -> None:
    here = below(tmp_path / "repo", studio)
    (here.root / "rules/law").mkdir()
    (here.root / "rules/law/house.yaml").write_text(LAW, encoding="utf-8")
    here.edit("rules/rules.yaml", "law/us-flsa", "law/house")
    first = commit(here.root, "Begin")
    here.tieout("pull")
    checkout = here.plan()
    here.edit("mappings/projects.yaml", "100.00", "110.00")
    here.edit("rules/rules.yaml", "law/house", "law/us-flsa")
    (here.root / "rules/law/house.yaml").unlink()
    git(here.root, "add", "-A", "rules")
    commit(here.root, "Another rate, another law")
    (here.root / "mappings/services.yaml").write_text("nonsense", encoding="utf-8")
    file = here.root / "at.tieout"
    for rev in (first, "HEAD~1", first[:9]):
        here.tieout("plan", "--at", rev, "-o", str(file), "--format", "json")
        plan = plan_file.read(file)
        assert plan.id == checkout["id"]
        assert (plan.envelope.commit, plan.envelope.dirty) == (first, False)
    assert plan_file.read(here.root / "plan.tieout").body == plan.body
    assert not git(here.root, "status", "--porcelain", "--", "tieout.yaml", "rules")


def test_such_a_plan_is_applied_as_any_and_tells_who_wrote_its_rows(booked: Studio) -> None:
    root = booked.root
    git(root, "init", "-q", "-b", "main")
    commit(root, "Begin")
    git(root, "switch", "-q", "-c", "dearer")
    booked.edit("mappings/projects.yaml", "rate: 100.00", "rate: 110.00")
    booked.edit("mappings/projects.yaml", "- id: web", "# dearer\n  - id: web  # Acme's")
    sha = commit(root, "Acme pays more")
    git(root, "switch", "-q", "main")
    file = str(root / "at.tieout")
    shown = json.loads(booked.tieout("plan", "--at", "dearer", "-o", file, "--format", "json"))
    (change,) = [c for c in shown["changes"] if c["document"].endswith("invoice/acme/USD/2026-09")]
    (origin,) = change["origin"]
    assert (origin["file"], origin["commit"], origin["author"]) == (
        "mappings/projects.yaml", sha, "Kim Tester"
    )  # fmt: skip
    assert origin["line"] == 3
    booked.tieout("apply", file)
    assert "110.00" in booked.book("invoice", "2026-09").read_text(encoding="utf-8")
    assert json.loads(booked.tieout("plan", "--at", "dearer", "--format", "json"))["changes"] == []


def test_what_is_wrong_in_a_commit_is_told_by_its_name(studio: Studio) -> None:
    git(studio.root, "init", "-q", "-b", "main")
    studio.edit("mappings/projects.yaml", "customer: acme", "customer: acmee")
    sha = commit(studio.root, "A slip")
    studio.edit("mappings/projects.yaml", "customer: acmee", "customer: acme")
    ran = studio.run("--root", str(studio.root), "plan", "--at", "HEAD")
    assert (ran.code, ran.out) == (1, "")
    assert f"{sha[:7]}:mappings/projects.yaml:4" in ran.err
    assert "acmee" in ran.err


def test_a_link_in_a_commit_is_refused(studio: Studio, tmp_path: Path) -> None:
    root = studio.root
    git(root, "init", "-q", "-b", "main")
    (tmp_path / "elsewhere.yaml").write_text("customers: []\n", encoding="utf-8")
    (root / "mappings/customers.yaml").rename(tmp_path / "customers.yaml")
    (root / "mappings/customers.yaml").symlink_to(tmp_path / "customers.yaml")
    sha = commit(root, "A link")
    ran = studio.run("--root", str(root), "plan", "--at", sha)
    assert ran.code == 1
    assert f"{sha[:7]}:mappings/customers.yaml: error TO112 this file is a link" in ran.err
    git(root, "rm", "-q", "--cached", "tieout.yaml")
    git(root, "commit", "-q", "-m", "No company")
    assert "TO111" in studio.run("--root", str(root), "plan", "--at", "HEAD").err
    git(root, "reset", "-q", "--hard", sha)
    (root / "tieout.yaml").rename(tmp_path / "tieout.yaml")
    (root / "tieout.yaml").symlink_to(tmp_path / "tieout.yaml")
    commit(root, "All is a link")
    assert "TO102" in studio.run("--root", str(root), "plan", "--at", "HEAD").err


@pytest.mark.parametrize(
    ("text", "hint"),
    [("mian", "did you mean main?"), ("--help", "name a branch"), ("next", "origin/next?")],
)
def test_a_name_that_no_commit_has(studio: Studio, text: str, hint: str) -> None:
    root = studio.root
    assert "TO631" in studio.run("--root", str(root), "plan", f"--at={text}").err
    git(root, "init", "-q", "-b", "main")
    assert "TO631" in studio.run("--root", str(root), "plan", f"--at={text}").err
    sha = commit(root, "Begin")
    git(root, "update-ref", "refs/remotes/origin/next", sha)
    ran = studio.run("--root", str(root), "plan", f"--at={text}")
    assert ran.code == 1
    assert f"TO630 no commit is called '{text}' here" in ran.err
    assert hint in ran.err
    (root / ".git/shallow").write_text(f"{sha}\n", encoding="ascii")
    assert (
        "Next: git fetch --unshallow" in studio.run("--root", str(root), "plan", f"--at={text}").err
    )
