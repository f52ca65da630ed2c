"""hledger's journal format, as a :class:`~tieout.connectors.targets.plaintext.blocks.Format`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tieout.connectors.targets.plaintext.blocks import Segment, Wording
from tieout.connectors.targets.plaintext.hledger import lines
from tieout.connectors.targets.plaintext.hledger.parse import parse, split
from tieout.connectors.targets.plaintext.hledger.syntax import is_account, read
from tieout.domain.money import minor_digits

SUFFIX = ".journal"
SUFFIXES: tuple[str, ...] = (SUFFIX, ".j", ".hledger", ".ledger")
#: A text without these declares nothing.
DECLARING: tuple[str, ...] = ("account", "commodity")
HEAD = "decimal-mark .\n"
WORDING = Wording(
    key="; tieout: the document key",
    block="a transaction begins with a date in the first column and has no blank line within",
    lock="; tieout-lock: 2026-11-30",
    checker="hledger check --strict",
)
#: Begins a line of metadata; and the head of a transaction of ours that posts nothing.
META = r"[ \t]+;[ \t]*"
TYPED = r"\S+[ \t]+(?:[!*][ \t]*)?\({types}\)"

#: Other formats that hledger reads, by the ending of a file's name.
_OTHERS = (".timeclock", ".timedot", ".csv", ".tsv", ".ssv", ".rules")
_INCLUDE = re.compile(r"^!?include[ \t]+(?:journal:)?([^\r\n]+)", re.MULTILINE)


def comment(text: str) -> str:
    """A comment line."""
    return f"; {text}\n"


def declare(word: str, name: str) -> str:
    """``account Income:Services`` or ``commodity 1000.00 USD``: hledger wants to see its format."""
    if word == "open":
        return f"account {name}\n"
    return f"commodity 1000.{'0' * minor_digits(name)} {name}\n"


def is_declaration(line: str) -> bool:
    """Whether the line declares an account or a commodity."""
    return line.startswith(DECLARING)


def uncounted(segment: Segment) -> str | None:
    """Why a directive changes balances in a way that its text alone doesn't tell."""
    line = segment.text.partition("\n")[0].strip()
    if segment.word == "=":
        return "an automatic posting rule books what tieout doesn't compute"
    if segment.word == "alias" or (segment.word == "apply" and "year" not in line):
        return f"{line!r} renames accounts in a way that tieout doesn't follow"
    if segment.word == "include" and line.endswith(_OTHERS):
        return "tieout reads no other format than journals"
    return None


def include(pattern: str) -> str:
    """The line that includes files; a pattern that matches none is an error to hledger."""
    return f"include {pattern}\n"


def keys(text: str) -> Iterator[str]:
    """What may be the keys of our documents in a file, without a closer look."""
    found = re.finditer(r"^[ \t]+;[ \t]*tieout:[ \t]*(.+)$", text, re.MULTILINE)
    return (read(match[1]) for match in found)


def includes(text: str) -> list[str]:
    """The patterns of the journals that a file includes."""
    patterns = (match[1].strip() for match in _INCLUDE.finditer(text))
    return [pattern for pattern in patterns if not pattern.endswith(_OTHERS)]


__all__ = [
    "DECLARING",
    "HEAD",
    "META",
    "SUFFIX",
    "SUFFIXES",
    "TYPED",
    "WORDING",
    "comment",
    "declare",
    "include",
    "includes",
    "is_account",
    "is_declaration",
    "keys",
    "lines",
    "parse",
    "split",
    "uncounted",
]
