"""A company as it is in a commit, read from git's objects: nothing is checked out, or written.

A link is refused even where a checkout would follow it inside the company: what it leads to isn't
the commit's own to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from tieout.config.files import Listed
from tieout.config.revision import CONFIG_PATHS, history_ends, repository
from tieout.domain.diagnostic import Diagnostic, Position, Refused

if TYPE_CHECKING:
    import git
    from git.objects.base import IndexObject

_SHORT: Final = 7
_LINK: Final = 0o120000
"""The mode by which git marks a link (gitformat-index(5)); of a submodule the type is told apart."""


@dataclass(frozen=True)
class Commit:
    """The configuration's files in the commit ``name`` (full hash): their bytes, and why some can't
    be read. It is a `files.Tree`."""

    name: str
    files: Mapping[str, bytes] = field(repr=False)
    refused: Mapping[str, str] = field(default_factory=dict)

    @property
    def short(self) -> str:
        """How people call it."""
        return self.name[:_SHORT]

    def holds(self, name: str) -> bool:
        return name in self.files or name in self.refused

    def below(self, folder: str) -> Iterator[Listed]:
        for name in (*self.files, *self.refused):
            if name.startswith(f"{folder}/") or name == folder:
                yield Listed(name, self.refused.get(name, ""))

    def read(self, name: str) -> bytes:
        if name in self.refused:
            raise OSError(0, self.refused[name])
        return self.files[name]

    def placed(self, found: Diagnostic) -> Diagnostic:
        """What was found in a file of it, with the place as git names it: ``a1b2c3d:tieout.yaml``."""
        at = found.position
        return replace(
            found,
            position=at and self._place(at),
            related=tuple(map(self._place, found.related)),
        )

    def _place(self, at: Position) -> Position:
        return replace(at, file=f"{self.short}:{at.file}")


def commit_at(root: Path, text: str) -> Commit:
    """The commit that ``text`` names, with the configuration of the company in ``root``.

    Raises ``Refused``: TO630 no commit is called so, TO631 there is no repository.
    """
    repo = repository(root)
    if repo is None or not repo.head.is_valid():
        raise Refused([_no_repository(root, text)])
    with repo:
        name = resolved(repo, text)
        if name is None:
            raise Refused([_unknown(repo, text)])
        top = Path(str(repo.working_tree_dir)).resolve()
        home = root.resolve().relative_to(top).as_posix()
        files: dict[str, bytes] = {}
        refused: dict[str, str] = {}
        for path, found in _listed(repo.commit(name), "" if home == "." else f"{home}/"):
            if isinstance(found, bytes):
                files[path] = found
            else:
                refused[path] = found
        return Commit(name, files, refused)


def resolved(repo: git.Repo, text: str) -> str | None:
    """The full hash of the commit that ``text`` names, or None."""
    import git

    try:
        return str(
            repo.git.rev_parse("--verify", "--quiet", "--end-of-options", f"{text}^{{commit}}")
        )
    except git.GitCommandError:
        return None


def _listed(commit: git.Commit, home: str) -> Iterator[tuple[str, bytes | str]]:
    """Each file of the configuration: its name from the company's folder, and its bytes or why it
    is refused. A folder that is a link has no files, and is told under its own name."""
    for name in CONFIG_PATHS:
        try:
            at = commit.tree / f"{home}{name}"
        except KeyError:
            continue
        for item in _within(at):
            yield str(item.path).removeprefix(home), _content(item)


def _within(item: IndexObject) -> Iterator[IndexObject]:
    """The item, or where it is a folder all that is in it that is none."""
    if item.type != "tree":
        yield item
        return
    for child in cast("git.Tree", item):
        yield from _within(child)


def _content(item: IndexObject) -> bytes | str:
    if item.type != "blob":
        return "this folder is another repository"
    if item.mode == _LINK:
        return "this file is a link"
    try:
        return bytes(item.data_stream.read())
    except ValueError:  # a copy that was made without all objects (git clone --filter)
        return "this file isn't in this copy of the repository"


def _no_repository(root: Path, text: str) -> Diagnostic:
    return Diagnostic(
        code="TO631", message=f"{root} is in no git repository with a commit, so there is no {text}",
        hint="put the company's folder into git and commit it", next="git init",
    )  # fmt: skip


def _unknown(repo: git.Repo, text: str) -> Diagnostic:
    """What is called nearly so; in a shallow copy, that most of the history isn't here."""
    names = sorted({str(reference.name) for reference in repo.references})
    ends = [name for name in names if name.endswith(f"/{text}")]
    near = list(dict.fromkeys([*ends, *get_close_matches(text, names, n=3)]))
    shallow = bool(history_ends(repo))
    hint = f"did you mean {' or '.join(near)}?" if near else "name a branch, a tag or a commit"
    if shallow:
        hint += "; this copy is shallow, and the rest of the history has to be fetched"
    return Diagnostic(
        code="TO630", message=f"no commit is called {text!r} here", hint=hint,
        next="git fetch --unshallow" if shallow else "git log --oneline",
    )  # fmt: skip
