"""The revert of a commit of the configuration, made by git: all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from tieout.config.commit import resolved
from tieout.config.revision import CONFIG_PATHS, history_ends, repository
from tieout.domain.diagnostic import Diagnostic, Position, Refused, ordered

if TYPE_CHECKING:
    import git


@dataclass(frozen=True)
class Reverted:
    """``commit`` undoes ``of``, whose subject is ``subject``. Full hashes."""

    commit: str
    of: str
    subject: str


def commit_of(root: Path, text: str) -> str | None:
    """The full hash of the commit that ``text`` names in the company's repository, or None."""
    repo = _repository(root)
    if repo is None:
        return None
    with repo:
        return resolved(repo, text)


def revert(root: Path, text: str, books: Iterable[Path]) -> Reverted:
    """Makes the commit that undoes commit ``text``. ``books`` are the folders that only apply may
    change. Raises ``Refused`` with everything that is in the way, nothing changed: TO721 no
    repository, TO722 edits that aren't committed, TO723 a merge or the first commit, TO725 it
    doesn't touch the configuration, TO728 git says no, TO729 it touches the books, TO724 conflicts.
    """
    repo = _repository(root)
    if repo is None:
        raise Refused([no_repository(root)])
    with repo:
        commit = resolved(repo, text)
        if commit is None:
            raise Refused([unknown(text)])
        problems = [*_in_the_way(repo, root), *_unfit(repo, root, commit, books)]
        if problems:
            raise Refused(ordered(problems))
        return _reverted(repo, commit)


def _reverted(repo: git.Repo, commit: str) -> Reverted:
    import git

    try:
        repo.git.revert("--no-edit", commit)
    except git.GitCommandError as error:
        conflicts = sorted(str(path) for path in repo.index.unmerged_blobs())
        if (Path(repo.git_dir) / "REVERT_HEAD").exists():
            repo.git.revert("--abort")
        if conflicts:
            raise Refused([_conflict(commit, path) for path in conflicts]) from None
        raise Refused([_git_says(str(error.stderr), commit)]) from None
    subject = str(repo.commit(commit).summary)
    return Reverted(repo.head.commit.hexsha, commit, subject)


def _repository(root: Path) -> git.Repo | None:
    repo = repository(root)
    return repo if repo is not None and repo.head.is_valid() else None


def _in_the_way(repo: git.Repo, root: Path) -> list[Diagnostic]:
    """Configuration that was edited and not committed: git would mix it up with the revert."""
    paths = [str(root / path) for path in CONFIG_PATHS]
    lines = repo.git.status("--porcelain", "--", *paths, strip_newline_in_stdout=False)
    return [Diagnostic(
        code="TO722",
        message=f"{line[3:]} was edited and not committed",
        position=Position(line[3:]),
        hint="commit it or take it back; a rollback begins from what is committed",
        next="git status",
    ) for line in lines.splitlines()]  # fmt: skip


def _unfit(repo: git.Repo, root: Path, sha: str, books: Iterable[Path]) -> list[Diagnostic]:
    commit = repo.commit(sha)
    if sha in history_ends(repo):
        return [Diagnostic(
            code="TO723", message=f"{sha[:10]} is where the history of this shallow copy begins",
            hint="git can't tell what it changed before it has the rest: fetch that",
            next="git fetch --unshallow",
        )]  # fmt: skip
    if len(commit.parents) != 1:
        what = "a merge" if commit.parents else "the first commit"
        return [Diagnostic(
            code="TO723", message=f"{sha[:10]} is {what}: git can't revert it by itself",
            hint="name the commit that made the change", next="tieout log",
        )]  # fmt: skip
    top = Path(str(repo.working_tree_dir)).resolve()
    touched = [top / path for path in repo.git.diff_tree(
        "--no-commit-id", "--name-only", "-r", "-z", sha).split("\0") if path]  # fmt: skip
    own = [root.resolve() / path for path in CONFIG_PATHS]
    found = []
    if not any(path.is_relative_to(place) for path in touched for place in own):
        found.append(Diagnostic(
            code="TO725", message=f"{sha[:10]} doesn't touch the configuration",
            hint="only tieout.yaml, mappings and rules decide what is booked", next="tieout log",
        ))  # fmt: skip
    if any(path.is_relative_to(place.resolve()) for path in touched for place in books):
        found.append(Diagnostic(
            code="TO729", message=f"{sha[:10]} changes the books too, and only apply may do that",
            hint="take back its change to mappings and rules by hand, then plan",
            next=f"git show {quote(sha[:10])}",
        ))  # fmt: skip
    return found


def no_repository(root: Path) -> Diagnostic:
    """TO721: there is no commit to be reverted."""
    return Diagnostic(
        code="TO721", message=f"{root} is in no git repository with a commit",
        hint="without history only an apply can be taken back: name it by its number",
        next="tieout log",
    )  # fmt: skip


def unknown(text: str) -> Diagnostic:
    """TO719: neither a commit nor an apply."""
    return Diagnostic(
        code="TO719", message=f"{text!r} is neither a commit nor an apply",
        hint="a commit is named as git does, an apply by its number or by its plan's id",
        next="tieout log",
    )  # fmt: skip


def _conflict(sha: str, path: str) -> Diagnostic:
    return Diagnostic(
        code="TO724", message=f"{path} was changed since {sha[:10]} in the same place",
        position=Position(path),
        hint="everything is as it was; change it by hand, or revert the later commit first",
        next=f"git log --oneline {quote(sha[:10])}.. -- {quote(path)}",
    )  # fmt: skip


def _git_says(text: str, sha: str) -> Diagnostic:
    """Git gives its reasons on stderr; none of them where the revert would change nothing."""
    words = " ".join(text.replace("stderr:", "").strip(" '\n").split())[:300]
    nothing = f"nothing is left of {sha[:10]} that could be taken back"
    return Diagnostic(
        code="TO728", message=f"git can't revert it: {words or nothing}",
        hint="everything is as it was", next="git status",
    )  # fmt: skip
