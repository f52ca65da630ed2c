"""Beancount, as a :class:`~tieout.connectors.targets.plaintext.blocks.Format`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tieout.connectors.targets.plaintext.beancount import lines
from tieout.connectors.targets.plaintext.beancount.parse import parse, split
from tieout.connectors.targets.plaintext.beancount.syntax import ACCOUNT, STRING, quote, unquote
from tieout.connectors.targets.plaintext.blocks import Segment, Wording

SUFFIX = ".beancount"
SUFFIXES: tuple[str, ...] = (SUFFIX, ".bean")
DECLARING: tuple[str, ...] = (" open ", " commodity ", " close ")
HEAD = ""
WORDING = Wording(
    key='tieout: "the document key"',
    block="a block begins with a date in the first column and has no blank line within",
    lock='2026-12-01 custom "tieout-lock" 2026-11-30',
    checker="bean-check",
)
META = r"[ \t]+"
TYPED = r'\S+[ \t]+custom[ \t]+"(?:{types})"'

#: Before any booking: an account must be open on the day of its first posting.
_OPENED = "1970-01-01"
#: The root accounts, as Beancount names them by default.
_ROOTS = ("Assets", "Liabilities", "Equity", "Income", "Expenses")


def is_account(name: str) -> bool:
    """Whether Beancount takes it for an account: ``Income:Services``."""
    return bool(re.fullmatch(ACCOUNT, name)) and name.partition(":")[0] in _ROOTS


def comment(text: str) -> str:
    """A comment line."""
    return f";; {text}\n"


def declare(word: str, name: str) -> str:
    """``1970-01-01 open Income:Services`` or ``1970-01-01 commodity USD``."""
    return f"{_OPENED} {word} {name}\n"


def is_declaration(line: str) -> bool:
    """Whether the line declares an account or a currency: all of our accounts file are dated."""
    return line[:1].isdigit()


def uncounted(segment: Segment) -> str | None:
    """Why a directive changes balances in a way that its text alone doesn't tell."""
    return "'pad' books what tieout doesn't compute" if segment.word == "pad" else None


def include(pattern: str) -> str:
    """The line that includes files; a pattern that matches none is an error to Beancount."""
    return f"include {quote(pattern)}\n"


def keys(text: str) -> Iterator[str]:
    """What may be the keys of our documents in a file, without a closer look."""
    found = re.finditer(rf"^[ \t]+tieout:[ \t]*({STRING})", text, re.MULTILINE)
    return (unquote(match[1]) for match in found)


def includes(text: str) -> list[str]:
    """The patterns of the files that a file includes."""
    found = re.finditer(rf"^include[ \t]+({STRING})", text, re.MULTILINE)
    return [unquote(match[1]) for match in found]


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
