"""Where the configuration stands in git: commit, uncommitted changes, who wrote which line.

None of it decides anything: it goes into a plan's envelope. Without a repository all is unknown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tieout.domain.diagnostic import Position

if TYPE_CHECKING:
    import git

#: What belongs to the configuration; data, books and state may lie in the same repository.
CONFIG_PATHS = ("tieout.yaml", "mappings", "rules")


@dataclass(frozen=True)
class Revision:
    """``commit`` is the full hash of HEAD; ``dirty``: config files differ from it."""

    commit: str | None = None
    dirty: bool = False


@dataclass(frozen=True)
class Blame:
    """Who last changed a line: commit hash, author's name, and when (ISO 8601, UTC)."""

    commit: str
    author: str
    when: str


def revision(root: Path) -> Revision:
    """The commit that the config of ``root`` is at."""
    repo = repository(root)
    if repo is None:
        return Revision()
    with repo:
        if not repo.head.is_valid():
            return Revision(dirty=True)
        status = repo.git.status("--porcelain", "--", *(str(root / path) for path in CONFIG_PATHS))
        return Revision(repo.head.commit.hexsha, bool(status))


def blame(
    root: Path, positions: Iterable[Position], commit: str | None = None
) -> Mapping[Position, Blame]:
    """Who wrote these lines, as they stand or as they are in a commit; left out are lines that
    aren't committed, and in a shallow copy those that may be older than its first commit."""
    repo = repository(root)
    if repo is None:
        return {}
    wanted: dict[str, set[int]] = defaultdict(set)
    for position in positions:
        if position.line:
            wanted[position.file].add(position.line)
    found: dict[Position, Blame] = {}
    with repo:
        cut = history_ends(repo)
        for file, lines in sorted(wanted.items()):
            for line, told in _blamed(repo, root / file, sorted(lines), commit).items():
                if told.commit not in cut:
                    found[Position(file, line)] = told
    return {p: found[Position(p.file, p.line)] for p in positions if Position(p.file, p.line) in found}


def history_ends(repo: git.Repo) -> frozenset[str]:
    """The commits (full hashes) at which a shallow copy's history ends, as continuous integration
    checks out: what they changed isn't known here, and git takes all of it for theirs."""
    try:
        text = (Path(repo.common_dir) / "shallow").read_text(encoding="ascii")
    except FileNotFoundError:
        return frozenset()
    return frozenset(text.split())


def repository(root: Path) -> git.Repo | None:
    """The repository that the folder lies in, to be closed; None without one, or without git."""
    import git

    try:
        return git.Repo(root, search_parent_directories=True)
    except (git.InvalidGitRepositoryError, git.NoSuchPathError, git.GitCommandNotFound):
        return None


def _blamed(
    repo: git.Repo, path: Path, lines: list[int], commit: str | None
) -> dict[int, Blame]:
    """One `git blame` per file, for just these lines."""
    import git

    ranges = [argument for line in lines for argument in ("-L", f"{line},{line}")]
    try:
        at = [commit] if commit else []
        text = repo.git.blame("--line-porcelain", *ranges, *at, "--", str(path))
    except git.GitCommandError:  # not committed yet, or shorter than what was read
        return {}
    found: dict[int, Blame] = {}
    commit, line, author = "", 0, ""
    for row in text.splitlines():
        if row.startswith("\t"):
            continue
        word, _, rest = row.partition(" ")
        if len(word) == 40 and rest[:1].isdigit():
            commit, line = word, int(rest.split(" ")[1])
        elif word == "author":
            author = rest
        elif word == "author-time" and set(commit) != {"0"}:
            moment = datetime.fromtimestamp(int(rest), UTC).isoformat()
            found[line] = Blame(commit, author, moment)
    return found
