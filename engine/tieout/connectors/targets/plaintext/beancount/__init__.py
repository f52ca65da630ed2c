"""Beancount, as a :class:`~tieout.connectors.targets.plaintext.blocks.Format`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tieout.connectors.targets.plaintext.beancount.parse import parse, split
from tieout.connectors.targets.plaintext.beancount.render import merge, render
from tieout.connectors.targets.plaintext.beancount.syntax import ACCOUNT, STRING, quote, unquote

SUFFIX = ".beancount"
SUFFIXES: tuple[str, ...] = (SUFFIX, ".bean")

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
    "SUFFIX",
    "SUFFIXES",
    "comment",
    "declare",
    "include",
    "includes",
    "is_account",
    "keys",
    "merge",
    "parse",
    "render",
    "split",
]
