"""Which files a company consists of, and that none of its paths leaves its folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from tieout.config.findings import Findings
from tieout.config.reader import Map, Node, read
from tieout.config.shape import nearest
from tieout.domain.diagnostic import Position

COMPANY: Final = "tieout.yaml"
MAPPINGS: Final = ("workers", "customers", "projects", "services", "accounts", "earnings")
_RULE_FOLDERS: Final = {"law": "law", "decisions": "decisions"}
_ELSEWHERE: Final = ("rules/tests/",)
"""Read by other verbs than those that load a company."""


@dataclass(frozen=True)
class File:
    """One file of the company: its kind (a schema's name) and its root mapping."""

    kind: str
    name: str
    root: Map


def read_company(root: Path, findings: Findings) -> list[File]:
    """Every file of the company, parsed, in the order of their names; what can't be read, or what
    no kind claims, is reported and left out."""
    found = []
    for kind, name in sorted(_claimed(root, findings), key=lambda claim: claim[1]):
        node = read_file(root, name, findings)
        if node is not None:
            found.append(File(kind, name, node))
    return found


def read_file(root: Path, name: str, findings: Findings) -> Map | None:
    """The mapping in one file below `root`."""
    try:
        data = (root / name).read_bytes()
    except OSError as error:
        findings.error("TO102", Position(name), f"the file can't be read: {error.strerror}")
        return None
    return parse(data, name, findings)


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


def _claimed(root: Path, findings: Findings) -> Iterator[tuple[str, str]]:
    if (root / COMPANY).is_file():
        yield "tieout", COMPANY
    else:
        findings.error(
            "TO111",
            Position(COMPANY),
            f"there is no {COMPANY}",
            "a company's folder has one at its top",
        )
    for folder in ("mappings", "rules"):
        for path in sorted((root / folder).rglob("*")):
            name = path.relative_to(root).as_posix()
            if not path.is_file() or _ignored(name):
                continue
            if outside(root, name):
                findings.error(
                    "TO112",
                    Position(name),
                    "this file is a link that leaves the company's folder",
                    "keep the file itself here",
                )
            elif kind := _kind(name, findings):
                yield kind, name


def _ignored(name: str) -> bool:
    hidden = any(part.startswith(".") for part in name.split("/"))
    return hidden or name.endswith(".md") or name.startswith(_ELSEWHERE)


def _kind(name: str, findings: Findings) -> str | None:
    folder, *between, last = name.split("/")
    stem, _, suffix = last.rpartition(".")
    word = between[0] if between else stem
    known = MAPPINGS if folder == "mappings" else _RULE_FOLDERS
    if suffix == "yml":
        findings.error("TO110", Position(name), "the name ends in .yml", f"call it {stem}.yaml")
    elif folder == "mappings" and word in MAPPINGS and suffix == "csv":
        findings.error(
            "TO113",
            Position(name),
            "mappings as CSV are part of the language but not delivered yet",
            "write it as YAML",
        )
    elif suffix != "yaml" or (word not in known and (folder == "mappings" or between)):
        findings.error(
            "TO110",
            Position(name),
            f"nothing in {folder}/ is called '{word}'"
            if suffix == "yaml"
            else f"{folder}/ holds only .yaml files",
            nearest(word, known) or f"known there: {', '.join(known)}",
        )
    elif folder == "rules" and not between:
        return "rules"
    else:
        return word if folder == "mappings" else _RULE_FOLDERS[word]
    return None
