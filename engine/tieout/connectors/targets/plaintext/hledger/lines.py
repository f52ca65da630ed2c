"""The lines of a transaction in hledger's journal format: see ``blocks.Lines``."""

from __future__ import annotations

import re

from tieout.connectors.targets.plaintext.blocks import Block, Statement
from tieout.connectors.targets.plaintext.hledger.parse import POSTING
from tieout.connectors.targets.plaintext.hledger.syntax import DATE, spoken, written

INDENT = "    "
_NAME = re.compile(r"[ \t]*;[ \t]*([a-z][a-z0-9-]*):")
_CODE = re.compile(r"\(tieout-[a-z]+\)")


def head(statement: Statement) -> str:
    """``2026-09-30 ! Acme | Invoice …``; of what posts nothing the code says what it is:
    ``2026-09-30 * (tieout-time) Ana``."""
    payee = spoken(statement.payee or "", payee=True)
    if statement.word == "txn":
        texts = " | ".join(t for t in (payee, spoken(statement.narration)) if t)
        return f"{statement.date} {statement.flag} {texts}".rstrip()
    return f"{statement.date} {statement.flag} ({statement.word}) {payee}".rstrip()


def renewed_head(statement: Statement, block: Block) -> str:
    """The block's first line with the statement's date and type; the rest stays."""
    line = re.sub(rf"^(\ufeff?){DATE}", rf"\g<1>{statement.date}", block.lines[0], count=1)
    if block.word == "custom" and block.texts[:1] != (statement.word,):
        line = _CODE.sub(f"({statement.word})", line, count=1)
    return line


def meta(name: str, value: str, indent: str) -> str:
    """``    ; kind: invoice``."""
    return f"{indent}; {name}: {written(value)}"


def name_of(line: str) -> str | None:
    """The name of the tag with which a comment line begins."""
    match = _NAME.match(line)
    return match[1] if match else None


def renewed_meta(line: str, name: str, value: str) -> str:
    """The line with another value, which goes to its end."""
    return meta(name, value, line[: len(line) - len(line.lstrip())])


def around(line: str) -> tuple[str, str]:
    """What stands before the account and after the amount of a posting."""
    match = POSTING.fullmatch(line.rstrip())
    return (match[1], match[4].strip()) if match else (INDENT, "")


def is_comment(line: str) -> bool:
    """Whether the line is a comment, and no tag."""
    return line.lstrip().startswith(";") and name_of(line) is None
