"""What changed in the configuration, in words, from git: one account a commit, newest first.

Rows are compared as they were parsed, so that a row that moved or a file that was laid out anew is
no change. Values that are secret or tell a wage are masked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tieout.config import separated
from tieout.config.findings import PAY_KEY, SECRET_KEY
from tieout.config.reader import Map, Node, Seq, Text, read
from tieout.config.revision import CONFIG_PATHS, history_ends
from tieout.config.versions import is_dated

if TYPE_CHECKING:
    import git

_ONE = {
    "workers": "worker", "customers": "customer", "projects": "project", "services": "service",
    "accounts": "account", "earnings": "earning", "decisions": "decision", "sources": "source",
    "targets": "target", "streams": "stream", "environments": "environment", "rules": "rule",
    "law": "law pack", "company": "company", "defaults": "defaults",
}  # fmt: skip
_ENDINGS = (".yaml", ".csv")
_NAMED = ("sources", "targets", "streams", "environments")
_FORMAT = "%H%x1f%an%x1f%at%x1f%s"
_UNKNOWN = "the history of this shallow copy begins here: what was before it isn't known"

Series = Mapping[str, str]
"""A value by the day from which it holds; ``""`` is always."""


@dataclass(frozen=True)
class Edit:
    """One commit of the configuration. ``when`` is ISO 8601 in UTC; ``words`` a line a change."""

    commit: str
    author: str
    when: str
    subject: str
    words: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "words": list(self.words)}


@dataclass(frozen=True)
class Row:
    """One mapping row, rule or section: what it is called, and its values by path."""

    kind: str
    title: str
    id: str
    values: Mapping[str, Series]


def changelog(root: Path, limit: int = 20) -> tuple[Edit, ...]:
    """The newest ``limit`` commits that touched the configuration; none without a repository."""
    import git

    try:
        repo = git.Repo(root, search_parent_directories=True)
    except (git.InvalidGitRepositoryError, git.NoSuchPathError, git.GitCommandNotFound):
        return ()
    with repo:
        if not repo.head.is_valid() or limit < 1:
            return ()
        paths = [str(root / path) for path in CONFIG_PATHS]
        told = repo.git.log(
            f"--max-count={limit}", "--no-merges", f"--format={_FORMAT}", "--", *paths
        )
        return tuple(_edit(repo, root, line) for line in told.splitlines())


def words(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[str, ...]:
    """What changed between two states of some files (name from the company's folder → bytes)."""
    old, new = _rows(before), _rows(after)
    lines = [
        line
        for address in sorted(old.keys() | new.keys())
        for line in _compared(old.get(address), new.get(address))
    ]
    unreadable = [f"{name} can't be read in this commit" for name in sorted(after)
                  if name.endswith(_ENDINGS) and _parsed(name, after[name]) is None]  # fmt: skip
    return (*lines, *unreadable)


def _edit(repo: git.Repo, root: Path, line: str) -> Edit:
    sha, author, at, subject = line.split("\x1f", 3)
    commit = repo.commit(sha)
    when = datetime.fromtimestamp(int(at), UTC).isoformat()
    if sha in history_ends(repo):
        return Edit(sha, author, when, subject, (_UNKNOWN,))
    home = root.resolve().relative_to(Path(str(repo.working_tree_dir)).resolve())
    names = repo.git.diff_tree("--root", "--no-commit-id", "--name-only", "-r", "-z", sha)
    touched = [name for path in names.split("\0") if (name := _below(home, path))]
    parent = commit.parents[0] if commit.parents else None
    before = {n: data for n in touched if (data := _blob(parent, home / n)) is not None}
    after = {n: data for n in touched if (data := _blob(commit, home / n)) is not None}
    return Edit(sha, author, when, subject, words(before, after))


def _below(home: Path, path: str) -> str | None:
    """The name of a configuration file from the company's folder; None of any other."""
    if not path or not Path(path).is_relative_to(home):
        return None
    name = Path(path).relative_to(home).as_posix()
    if name.endswith(".csv") and not name.startswith("mappings/"):
        return None
    return name if name.partition("/")[0] in CONFIG_PATHS and name.endswith(_ENDINGS) else None


def _blob(commit: git.Commit | None, path: Path) -> bytes | None:
    try:
        return None if commit is None else bytes((commit.tree / path.as_posix()).data_stream.read())
    except KeyError:
        return None


def _parsed(name: str, data: bytes) -> Map | None:
    """The root of a file. Of one in CSV, the names of sources count as having no dots."""
    if name.endswith(".csv"):
        return separated.read(data, _kind(name), (), lambda *_: None)
    found = read(data, lambda *_: None)
    return found if type(found) is Map else None


def _kind(name: str) -> str:
    """`workers` of mappings/workers.csv and of mappings/workers/berlin.csv."""
    return name.split("/")[1].partition(".")[0]


def _rows(files: Mapping[str, bytes]) -> dict[str, Row]:
    """Every row of these files by its address; a second row of the same id is numbered."""
    found: dict[str, Row] = {}
    for name in sorted(files):
        root = _parsed(name, files[name])
        for row in _rows_of(name, root) if root is not None else ():
            address = f"{row.kind}/{row.id}"
            number = sum(key.split("#")[0] == address for key in found)
            found[f"{address}#{number + 1}" if number else address] = row
    return found


def _rows_of(name: str, root: Map) -> Iterator[Row]:
    *folders, last = name.removesuffix(".yaml").removesuffix(".csv").split("/")
    folder = folders[0] if folders else ""
    kind = folders[1] if len(folders) > 1 else last
    if kind == "law":
        yield _row("law", kind, last, root)
    elif folder == "mappings" or kind == "decisions":
        yield from _mapped(kind, root)
    elif folder == "rules":
        yield from (_row("rules", str(key), str(key), node) for key, node in root.items())
    else:
        for key, node in root.items():
            if key in _NAMED and type(node) is Map:
                yield from (_row(key, key, str(id_), child) for id_, child in node.items())
            else:
                yield _row("company", key, str(key), node)


def _mapped(kind: str, root: Map) -> Iterator[Row]:
    rows = root.get(kind)
    if (defaults := root.get("defaults")) is not None:
        yield _row("defaults", kind, kind, defaults)
    if type(rows) is Map:
        yield from (_row(kind, kind, str(key), node) for key, node in rows.items())
    for node in rows if type(rows) is Seq else ():
        if type(node) is Map and type(node.get("id")) is Text:
            yield _row(kind, kind, str(node["id"]), node)


def _row(kind: str, section: str, id_: str, node: Node) -> Row:
    """``section``: the kind of mapping, which decides what of it is masked."""
    values = dict(_flat(node, "", section))
    named = node.get("key" if kind == "decisions" else "name") if type(node) is Map else None
    title = str(named) if type(named) is Text else f"{id_} {kind}" if kind == "defaults" else id_
    return Row(kind, title, id_, values)


def _flat(node: Node, path: str, section: str) -> Iterator[tuple[str, Series]]:
    last = path.rpartition(".")[2]
    if SECRET_KEY.fullmatch(last) or (section == "workers" and PAY_KEY.fullmatch(last)):
        yield path, {"": "***"}
    elif type(node) is Map and is_dated(node):
        yield path, {day: _text(value) for day, value in node.items()}
    elif type(node) is Map:
        for key, value in node.items():
            yield from _flat(value, f"{path}.{key}" if path else key, section)
    else:
        yield path, {"": _text(node)}


def _text(node: Node) -> str:
    """A value in one line."""
    if type(node) is Map:
        return ", ".join(f"{key} {_text(value)}" for key, value in node.items())
    if type(node) is Seq:
        flat = all(type(value) is Text for value in node)
        return (", " if flat else "; ").join(map(_text, node))
    return str(node)


def _compared(old: Row | None, new: Row | None) -> Iterator[str]:
    row = new or old
    assert row is not None
    one = _ONE.get(row.kind, row.kind)
    also = f" ({row.id})" if row.id != row.title and row.kind != "defaults" else ""
    if old is None:
        yield f"{row.title}: new {one}{also}{_decided(row)}"
    elif new is None:
        yield f"{row.title}: {one} removed{also}"
    else:
        for path in sorted(old.values.keys() | new.values.keys()):
            before, after = old.values.get(path, {}), new.values.get(path, {})
            for since, was, now in _moves(before, after):
                yield f"{row.title}: {_said(path, was, now)}{f' from {since}' if since else ''}"


def _decided(row: Row) -> str:
    """Of a decision what it does, and why."""
    if row.kind != "decisions":
        return ""
    return f": {row.values['action']['']} ({row.values['reason']['']})" \
        if {"action", "reason"} <= row.values.keys() else ""  # fmt: skip


def _said(path: str, was: str | None, now: str | None) -> str:
    label = path.removeprefix("billing.").replace(".", " ")
    if was is None:
        return f"{label} set to {now}".strip()
    if now is None:
        return f"{label} {was} removed".strip()
    return f"{label} {was} → {now}".strip()


def _moves(old: Series, new: Series) -> Iterator[tuple[str, str | None, str | None]]:
    """(from which day, was, is) wherever the two differ; a difference that goes on is said once."""
    said: tuple[str | None, str | None] | None = None
    for day in sorted(old.keys() | new.keys()):
        if any(series and day < min(series) for series in (old, new)):
            continue  # one of them hasn't begun: what it was before is not known from it
        pair = _at(old, day), _at(new, day)
        if pair[0] != pair[1] and pair != said:
            yield day, *pair
        said = pair


def _at(series: Series, day: str) -> str | None:
    begun = [since for since in series if since <= day]
    return series[max(begun)] if begun else None
