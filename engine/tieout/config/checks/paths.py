"""Paths stay below the company's folder; options hold no secrets in clear."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.config.checks.draft import Draft
from tieout.config.files import outside
from tieout.config.findings import Findings
from tieout.config.reader import Map, Node, Seq, Text
from tieout.config.secrets import has_reference, malformed
from tieout.config.versions import Row

_PATHS = ("path", "chart")


def check(draft: Draft, findings: Findings) -> None:
    """TO112, and TO163 for what looks like a reference but is none."""
    for address, row in draft.section.rows.items():
        if row.sound:
            for key, text in _texts(row.node):
                _check_text(row, address, str(key), text, draft, findings)
    state = draft.main.get("state")
    if type(state) is Text:
        _check_state(draft, state, findings)


def _check_text(
    row: Row, address: str, key: str, text: Text, draft: Draft, findings: Findings
) -> None:
    at = Row(address, row.file, row.node, text).position()
    broken = malformed(text)
    if broken:
        findings.error(
            "TO163",
            at,
            f"'{broken}' is not a reference",
            "write ${env:NAME}, ${keyring:service/name} or ${file:path}",
        )
    elif key in _PATHS and not has_reference(text):
        reason = outside(draft.config.root, text)
        if reason:
            findings.error(
                "TO112",
                at,
                f"the path '{text}' {reason}",
                "name a path below it, or take it from ${env:NAME}",
            )


def _check_state(draft: Draft, state: Text, findings: Findings) -> None:
    at = Row("state", "tieout.yaml", draft.main, state).position()
    if "://" in state:
        findings.error(
            "TO113",
            at,
            "state in an object store is part of the language but not delivered yet",
            "leave it out; it is kept in .tieout",
        )
    elif reason := outside(draft.config.root, state):
        findings.error("TO112", at, f"the path '{state}' {reason}", "name a path below it")


def _texts(node: Node, key: str = "") -> Iterator[tuple[str, Text]]:
    if type(node) is Map:
        for name, child in node.items():
            yield from _texts(child, str(name))
    elif type(node) is Seq:
        for child in node:
            yield from _texts(child, key)
    elif type(node) is Text:
        yield key, node
