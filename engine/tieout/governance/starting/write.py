"""Writes a new company into a folder of its own, whole or not at all, and never over a person's file."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tieout.config.load import load
from tieout.domain.diagnostic import Diagnostic, Refused, Severity

COMMIT = "Start {name}"


@dataclass(frozen=True)
class Written:
    """``own``: the folder is a repository of its own by now, else a part of the one around it.
    ``committed``: with all of it in its first commit."""

    root: Path
    own: bool
    committed: bool


def write(folder: Path, files: Mapping[str, str], name: str) -> Written:
    """Writes the files and commits them where git knows who commits.

    Raises ``Refused``: TO600 unless the folder is new or empty (a repository without anything in it
    is), TO601 where it can't be written, TO902 without git; and what is wrong with the company,
    which is tried elsewhere first.
    """
    if shutil.which("git") is None:
        raise Refused([_no_git()])
    there = sorted(path.name for path in _entries(folder) if path.name != ".git")
    if there:
        raise Refused([_not_empty(folder, there)])
    _try(files)
    try:
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            with (folder / path).open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
    except OSError as error:
        raise Refused([_unwritable(folder, error.strerror or str(error))]) from error
    return _keep(folder.resolve(), name)


def _entries(folder: Path) -> list[Path]:
    if not folder.exists() and not folder.is_symlink():
        return []
    try:
        return list(folder.iterdir())
    except OSError as error:
        raise Refused([_unwritable(folder, error.strerror or str(error))]) from error


def _try(files: Mapping[str, str]) -> None:
    """Raises ``Refused`` with everything that is wrong with these files as a company."""
    with TemporaryDirectory(prefix="tieout-init-") as scratch:
        root = Path(scratch)
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        found = load(root).diagnostics
    wrong = [d for d in found if d.severity is Severity.ERROR]
    if wrong:
        raise Refused(wrong)


def _keep(root: Path, name: str) -> Written:
    """A repository of its own, unless the folder is a part of one already."""
    import git

    try:
        with git.Repo(root, search_parent_directories=True) as around:
            own = Path(around.working_dir).resolve() == root
    except git.InvalidGitRepositoryError:
        git.Repo.init(root, initial_branch="main").close()
        own = True
    return Written(root, own, own and _commit(root, name))


def _commit(root: Path, name: str) -> bool:
    """False where git doesn't know who commits, or a hook of theirs says no: then people do it."""
    import git

    with git.Repo(root) as repo:
        try:
            repo.git.add(all=True)
            repo.git.commit(message=COMMIT.format(name=name), env=dict(os.environ))
        except git.GitCommandError:
            return False
    return True


def _not_empty(folder: Path, there: list[str]) -> Diagnostic:
    shown = ", ".join(there[:3]) + (f" and {len(there) - 3} more" if len(there) > 3 else "")
    return Diagnostic(
        code="TO600",
        message=f"{folder} is not an empty folder: it holds {shown}",
        hint="nothing of yours is ever overwritten: name a new folder, or an empty one",
        next="tieout init NAME",
    )


def _unwritable(folder: Path, why: str) -> Diagnostic:
    return Diagnostic(
        code="TO601",
        message=f"{folder} can't be written: {why}",
        hint="name a folder that you may write to",
        next="tieout init NAME",
    )


def _no_git() -> Diagnostic:
    return Diagnostic(
        code="TO902",
        message="git is not installed",
        hint="a company's configuration lives in a git repository; install git",
        next="tieout init NAME",
    )
