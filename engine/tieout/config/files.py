"""Which files a company consists of, and that none of its paths leaves its folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple, Protocol

from tieout.config import regular, separated
from tieout.config.findings import Findings
from tieout.config.reader import Map, Node, read
from tieout.config.shape import nearest
from tieout.domain.diagnostic import Position

COMPANY: Final = "tieout.yaml"
MAPPINGS: Final = ("workers", "customers", "projects", "services", "accounts", "earnings")
_RULE_FOLDERS: Final = {"law": "law", "decisions": "decisions"}
_ELSEWHERE: Final = ("rules/tests/",)
"""Read by other verbs than those that load a company."""


class Listed(NamedTuple):
    """A file that stands somewhere; ``refused`` says why it isn't read, if it isn't."""

    name: str
    refused: str = ""


class Tree(Protocol):
    """Where a company's files are read from. Names are from its folder, parted by ``/``."""

    def holds(self, name: str) -> bool:
        """Whether there is such a file."""

    def below(self, folder: str) -> Iterator[Listed]:
        """Every file below a folder, in any order; none where there is no such folder."""

    def read(self, name: str) -> bytes:
        """A file's bytes. Raises ``OSError`` where it can't be read."""


@dataclass(frozen=True)
class Folder:
    """The files as they stand on disk below ``root``."""

    root: Path

    def holds(self, name: str) -> bool:
        return (self.root / name).is_file()

    def below(self, folder: str) -> Iterator[Listed]:
        for path in (self.root / folder).rglob("*"):
            name = path.relative_to(self.root).as_posix()
            linked = path.is_dir() and path.is_symlink()
            if path.is_dir() and not linked:
                continue
            if linked:
                yield Listed(name, "this folder is a link")
            elif outside(self.root, name):
                yield Listed(name, "this file is a link that leaves the company")
            else:
                yield Listed(name)

    def read(self, name: str) -> bytes:
        return regular.read(self.root / name)


@dataclass(frozen=True)
class File:
    """One file of the company: its kind (a schema's name) and its root mapping."""

    kind: str
    name: str
    root: Map


def read_company(tree: Tree, findings: Findings) -> tuple[list[File], frozenset[str]]:
    """Every file of the company, parsed, in the order of their names, and the kinds of those that
    can't be read. They, and what no kind claims, are reported and left out."""
    found, broken = [], set()
    names: tuple[str, ...] = ()
    claimed = sorted(_claimed(tree, findings), key=lambda claim: (claim[1] != COMPANY, claim[1]))
    for kind, name in claimed:
        node = _read_file(tree, name, kind, names, findings) if kind else None
        if node is None:
            broken.add(kind or _word(name))
            continue
        found.append(File(kind, name, node))
        if name == COMPANY:
            names = called(node)
    return sorted(found, key=lambda file: file.name), frozenset(broken)


def called(company: Map) -> tuple[str, ...]:
    """The names of all sources and targets of a tieout.yaml, as far as they can be told."""
    sections = (company.get("sources"), company.get("targets"))
    return tuple(str(name) for section in sections if type(section) is Map for name in section)


def _read_file(
    tree: Tree, name: str, kind: str, names: tuple[str, ...], findings: Findings
) -> Map | None:
    """The mapping in one file of the company; `names` are those of the sources and targets."""
    try:
        data = tree.read(name)
    except OSError as error:
        findings.error("TO102", Position(name), f"the file can't be read: {error.strerror}")
        return None
    if not name.endswith(".csv"):
        return parse(data, name, findings)
    findings.add_text(name, data, separated.hider(data, kind))
    return separated.read(data, kind, names, findings.complain(name))


def parse(data: bytes, name: str, findings: Findings) -> Map | None:
    """The mapping in the bytes of a file."""
    findings.add_text(name, data)
    broken = len(findings)
    node: Node | None = read(data, findings.complain(name))
    if node is None and len(findings) == broken:
        findings.error("TO106", Position(name), "the file is empty", "write it, or remove the file")
    elif node is not None and type(node) is not Map:
        findings.error(
            "TO106",
            Position(name, node.line, node.column),
            "expected a mapping: `key: value` lines",
        )
    return node if type(node) is Map else None


def outside(root: Path, path: str) -> str | None:
    """Why a path of the configuration is refused, or None. Symlinks are followed; of a pattern,
    the part before its first wildcard is looked at here, the files that match by who opens them."""
    pure = PurePosixPath(path.replace("\\", "/"))
    if pure.is_absolute() or path.startswith("~") or (len(path) > 1 and path[1] == ":"):
        return "is not below the company's folder"
    fixed = Path()
    for part in pure.parts:
        if any(mark in part for mark in "*?["):
            break
        fixed /= part
    base = root.resolve()
    if ".." in pure.parts or not (base / fixed).resolve().is_relative_to(base):
        return "leaves the company's folder"
    return None


def _claimed(tree: Tree, findings: Findings) -> Iterator[tuple[str, str]]:
    if tree.holds(COMPANY):
        yield "tieout", COMPANY
    else:
        findings.error(
            "TO111",
            Position(COMPANY),
            f"there is no {COMPANY}",
            "a company's folder has one at its top",
        )
    for folder in ("mappings", "rules"):
        for name, refused in sorted(tree.below(folder)):
            if _ignored(name):
                continue
            if refused:
                findings.error("TO112", Position(name), refused, "keep the files here")
                yield "", name
            else:
                yield _kind(name, findings), name


def _word(name: str) -> str:
    """What a file would be about: `workers` for mappings/workers.yaml, mappings/workers/a.yaml."""
    return name.split("/")[1].partition(".")[0] if "/" in name else name


def _ignored(name: str) -> bool:
    hidden = any(part.startswith(".") for part in name.split("/"))
    return hidden or name.endswith(".md") or name.startswith(_ELSEWHERE)


def _kind(name: str, findings: Findings) -> str:
    """The kind of a file, or nothing where that is reported."""
    folder, *between, last = name.split("/")
    stem, _, suffix = last.rpartition(".")
    word = between[0] if between else stem
    known = MAPPINGS if folder == "mappings" else _RULE_FOLDERS
    if suffix == "yml":
        findings.error("TO110", Position(name), "the name ends in .yml", f"call it {stem}.yaml")
    elif folder == "mappings" and word in MAPPINGS and suffix == "csv":
        return word
    elif suffix != "yaml" or (word not in known and (folder == "mappings" or between)):
        findings.error(
            "TO110",
            Position(name),
            f"nothing in {folder}/ is called '{word}'"
            if suffix == "yaml"
            else f"{folder}/ holds only .yaml {'and .csv ' if folder == 'mappings' else ''}files",
            nearest(word, known) or f"known there: {', '.join(known)}",
        )
    elif folder == "rules" and not between:
        return "rules"
    else:
        return word if folder == "mappings" else _RULE_FOLDERS[word]
    return ""
