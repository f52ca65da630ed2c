"""What was done is undone as a plan: a commit by its revert, an apply by what the journal has."""

from __future__ import annotations

import json

import git
import pytest
from studio import SEPTEMBER, Studio

from tieout.planning import plan_file

ACME, BOLT = "studio/invoice/acme/USD/2026-09", "studio/invoice/bolt/USD/2026-09"


@pytest.fixture
def committed(booked: Studio) -> Studio:
    """In git, with its books ignored; September is booked."""
    (booked.root / ".gitignore").write_text("books/\n.tieout/\nplan.tieout*\n")
    git.Repo.init(booked.root).close()
    commit(booked, "Begin")
    return booked


def commit(studio: Studio, subject: str) -> str:
    """Everything as it is, committed; the hash."""
    with git.Repo(studio.root) as repo:
        repo.git.add("-A")
        repo.git.commit("-m", subject)
        return str(repo.head.commit.hexsha)


def raise_rate(studio: Studio) -> str:
    studio.edit("mappings/projects.yaml", "rate: 100.00", "rate: 111.00")
    return commit(studio, "Raise Acme's rate")


def rollback(studio: Studio, what: str, expect: int = 0):
    plan = studio.root / "plan.tieout"
    ran = studio.run("--root", str(studio.root), "rollback", what, "-o", str(plan))
    assert ran.code == expect, (ran.code, ran.out, ran.err)
    return ran


def head(studio: Studio) -> tuple[str, str]:
    with git.Repo(studio.root) as repo:
        return str(repo.head.commit.hexsha), str(repo.git.status("--porcelain"))


def last_apply(studio: Studio) -> str:
    """Its number, from the log."""
    return studio.tieout("log").split()[0].removeprefix("#")


# a commit


def test_a_reverted_commit_gives_the_former_books_byte_for_byte(committed: Studio) -> None:
    before = committed.books()
    sha = raise_rate(committed)
    committed.settle()
    assert committed.books() != before
    ran = rollback(committed, sha[:10])
    assert f"reverts {sha[:10]}: Raise Acme's rate" in ran.err
    assert "Next: tieout apply" in ran.out
    with git.Repo(committed.root) as repo:
        assert repo.head.commit.summary == 'Revert "Raise Acme\'s rate"'
    committed.apply()
    assert committed.books() == before
    assert committed.plan()["changes"] == []


def refuses(studio: Studio, what: str, code: str) -> str:
    """Nothing has changed after the refusal, in git or in the books."""
    was = head(studio), studio.books()
    err = str(rollback(studio, what, expect=1).err)
    assert code in err
    assert (head(studio), studio.books()) == was
    return err


def test_edits_that_are_not_committed_are_in_the_way(committed: Studio) -> None:
    sha = raise_rate(committed)
    committed.edit("rules/rules.yaml", "overhead", "pro_rata")
    assert "rules/rules.yaml" in refuses(committed, sha, "TO722")


def test_a_merge_is_refused(committed: Studio) -> None:
    with git.Repo(committed.root) as repo:
        trunk = repo.active_branch.name
        repo.git.checkout("-b", "side")
        raise_rate(committed)
        repo.git.checkout(trunk)
        repo.git.merge("side", "--no-ff", "-m", "Merge side")
        refuses(committed, repo.head.commit.hexsha, "TO723")
        refuses(committed, "HEAD~1", "TO723")


def test_a_conflict_leaves_everything_as_it_was(committed: Studio) -> None:
    sha = raise_rate(committed)
    committed.edit("mappings/projects.yaml", "rate: 111.00", "rate: 112.00")
    commit(committed, "Raise it again")
    assert "mappings/projects.yaml" in refuses(committed, sha, "TO724")


def test_a_commit_of_something_else_is_refused(committed: Studio) -> None:
    (committed.root / "README.md").write_text("Hello\n")
    refuses(committed, commit(committed, "Say hello"), "TO725")


def test_a_commit_that_changes_the_books_is_refused(committed: Studio) -> None:
    (committed.root / ".gitignore").write_text(".tieout/\nplan.tieout*\n")
    committed.edit("mappings/projects.yaml", "rate: 100.00", "rate: 111.00")
    refuses(committed, commit(committed, "Raise it, with the books"), "TO729")


def test_git_says_no_in_its_own_words(committed: Studio) -> None:
    sha = raise_rate(committed)
    (committed.root / "data/sheet.csv").write_text("staged\n")
    with git.Repo(committed.root) as repo:
        repo.git.add("data/sheet.csv")
        repo.git.commit("-m", "Other data")
        (committed.root / "data/sheet.csv").write_text("staged anew\n")
        repo.git.add("data/sheet.csv")
    assert "would be overwritten" in refuses(committed, sha, "TO728")


@pytest.mark.parametrize("what", ["nothing", "--help-me", "0000000000"])
def test_what_is_neither(committed: Studio, what: str) -> None:
    if what.startswith("--"):
        assert committed.run("--root", str(committed.root), "rollback", what).code == 64
    else:
        refuses(committed, what, "TO719")


def test_without_a_repository_only_an_apply_can_be_named(booked: Studio) -> None:
    booked.plan()
    ran = booked.run("--root", str(booked.root), "rollback", "HEAD")
    assert (ran.code, "TO719" in ran.err) == (1, True)


# an apply


def test_an_apply_is_taken_back(booked: Studio) -> None:
    before = booked.books()
    booked.edit("mappings/projects.yaml", "rate: 100.00", "rate: 111.00")
    plan = booked.settle()
    after = booked.books()
    ran = rollback(booked, last_apply(booked))
    assert "the next plan brings it back" in ran.err
    booked.apply()
    assert booked.books() == before
    again = booked.plan()
    assert {c["document"] for c in again["changes"]} == {c["document"] for c in plan["changes"]}
    booked.apply()
    assert booked.books() == after


def test_the_first_apply_is_taken_back_whole_once_its_guard_is_overridden(booked: Studio) -> None:
    plan = booked.plan()
    assert plan["changes"] == []
    ran = rollback(booked, "1")
    assert "voids.invoice" in ran.out
    file = str(booked.root / "plan.tieout")
    booked.tieout("apply", file, expect=3)
    booked.tieout("approve", file, "--override", "voids.invoice", "--reason", "a wrong start")
    booked.apply()
    text = "\n".join(booked.books().values())
    assert "  tieout:" not in text
    booked.tieout("state", "verify")


def test_a_move_is_taken_back_in_the_order_that_never_books_twice(booked: Studio) -> None:
    before = booked.books()
    booked.edit("mappings/projects.yaml", "customer: bolt", "customer: acme")
    booked.plan()
    file = str(booked.root / "plan.tieout")
    booked.tieout("approve", file, "--override", "voids.invoice", "--reason", "taken over")
    booked.apply()
    rollback(booked, last_apply(booked))
    booked.apply()
    assert booked.books() == before


def test_what_is_final_stays_and_so_does_what_exchanged_entries_with_it(booked: Studio) -> None:
    booked.edit("mappings/projects.yaml", "customer: bolt", "customer: acme")
    booked.plan()
    file = str(booked.root / "plan.tieout")
    booked.tieout("approve", file, "--override", "voids.invoice", "--reason", "taken over")
    booked.apply()
    booked.mark(ACME)
    booked.plan()
    out = rollback(booked, last_apply(booked)).out
    assert "TO731" in out
    assert "TO734" in out
    was = booked.books()
    booked.apply()
    assert booked.books() == was


def test_what_changed_since_is_told(booked: Studio) -> None:
    number = last_apply(booked)
    booked.entries(*(row.replace("-15,6,yes", "-15,6.5,yes") for row in SEPTEMBER))
    booked.settle()
    booked.edit(
        "books/tieout/invoice/2026-09.beancount", '2026-09-30 ! "Bolt"', '2026-09-29 ! "Bolt"'
    )
    booked.plan()
    out = rollback(booked, number).out
    assert "TO730" in out
    assert "TO732" in out


def test_an_apply_that_did_nothing_has_nothing_to_take_back(booked: Studio) -> None:
    booked.edit("mappings/projects.yaml", "rate: 100.00", "rate: 111.00")
    booked.plan()
    booked.edit(
        "books/tieout/invoice/2026-09.beancount", '2026-09-30 ! "Acme"', '2026-09-29 ! "Acme"'
    )
    booked.apply(expect=5)
    booked.plan()
    assert "TO727" in rollback(booked, last_apply(booked), expect=1).err


def test_an_apply_is_named_by_its_plan_too(booked: Studio) -> None:
    name = booked.tieout("log").split(" plan ")[1].split()[0]
    rollback(booked, name)
    plan = json.loads(
        booked.tieout("show", str(booked.root / "plan.tieout"), "--format", "json", "--show-pay")
    )
    assert {c["action"] for c in plan["changes"]} == {"void"}
    assert {c["reason"] for c in plan["changes"]} == {"rollback"}
    assert plan_file.read(booked.root / "plan.tieout").body.control == {}


def test_an_apply_that_only_noted_has_nothing_to_take_back(booked: Studio) -> None:
    booked.edit("mappings/projects.yaml", "rate: 100.00", "rate: 111.00")
    path = booked.book("invoice", "2026-09")
    text = path.read_text()
    booked.settle()
    mended = path.read_text()
    booked.edit("mappings/projects.yaml", "rate: 111.00", "rate: 100.00")
    booked.settle()
    assert path.read_text() == text
    path.write_text(mended)
    booked.edit("mappings/projects.yaml", "rate: 100.00", "rate: 111.00")
    plan = booked.settle()
    assert {c["action"] for c in plan["changes"]} == {"adopt"}
    assert "TO735" in rollback(booked, last_apply(booked)).out
