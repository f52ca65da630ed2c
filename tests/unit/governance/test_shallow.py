"""A shallow copy of the repository, as continuous integration makes one: nobody is named for what
its first commit didn't do."""

import git
import pytest

from tieout.config.revision import blame
from tieout.domain.diagnostic import Position, Refused
from tieout.governance.changelog import changelog
from tieout.governance.revert import revert

FILE = "mappings/projects.yaml"


@pytest.fixture
def shallow(tmp_path):
    """Its history ends at the second of three commits; each changed one line."""
    origin, lines = tmp_path / "origin", ["projects:", "  - id: web", "    name: Web"]
    (origin / "mappings").mkdir(parents=True)
    with git.Repo.init(origin, initial_branch="main") as repo:
        for number in range(3):
            lines[2] = f"    name: Web {number}"
            (origin / FILE).write_text("\n".join([*lines, *["    # more"] * number]) + "\n")
            repo.git.add(all=True)
            repo.git.commit(message=f"Commit {number}")
    copy = tmp_path / "copy"
    git.Repo.clone_from(origin.as_uri(), copy, depth=2).close()
    return copy


def commits(root):
    with git.Repo(root) as repo:
        return repo.git.log("--format=%H").split()


def test_only_those_are_named_who_are_known(shallow):
    last, _ = commits(shallow)
    lines = [Position(FILE, 2), Position(FILE, 3)]
    assert {at.line: told.commit for at, told in blame(shallow, lines).items()} == {3: last}


def test_the_log_says_where_history_ends(shallow):
    newest, oldest = changelog(shallow)
    assert newest.words == ("Web 2: name Web 1 → Web 2",)
    assert len(oldest.words) == 1
    assert "begins here" in oldest.words[0]


def test_the_commit_at_its_end_cannot_be_taken_back(shallow):
    with pytest.raises(Refused) as refused:
        revert(shallow, "HEAD~1", ())
    (found,) = refused.value.diagnostics
    assert (found.code, found.next) == ("TO723", "git fetch --unshallow")


def test_what_was_taken_back_already_is_told_so(shallow):
    last, _ = commits(shallow)
    revert(shallow, last, ())
    with pytest.raises(Refused) as refused:
        revert(shallow, last, ())
    (found,) = refused.value.diagnostics
    assert found.code == "TO728"
    assert f"nothing is left of {last[:10]}" in found.message
    with git.Repo(shallow) as repo:
        assert repo.git.status("--porcelain") == ""
