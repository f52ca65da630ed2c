"""The lines of a Beancount directive: its head, metadata, postings. See ``blocks.Lines``."""

from __future__ import annotations

import re

from tieout.connectors.targets.plaintext.beancount.parse import POSTING
from tieout.connectors.targets.plaintext.beancount.syntax import DATE, STRING, quote
from tieout.connectors.targets.plaintext.blocks import Block, Statement
from tieout.connectors.targets.plaintext.codec import BARE

INDENT = "  "
_NAME = re.compile(r"\s*([a-z][A-Za-z0-9_\-]*):")


def head(statement: Statement) -> str:
    """``2026-09-30 ! "Acme" "Invoice …"`` or ``2026-09-30 custom "tieout-time" "Ana"``."""
    texts = [quote(t) for t in (statement.payee, statement.narration) if t]
    if statement.word == "txn":
        return " ".join([statement.date, statement.flag, *texts])
    return " ".join([statement.date, "custom", quote(statement.word), *texts[:1]])


def renewed_head(statement: Statement, block: Block) -> str:
    """The block's first line with the statement's date and type; the rest stays."""
    line = re.sub(rf"^(\ufeff?){DATE}", rf"\g<1>{statement.date}", block.lines[0], count=1)
    if block.word == "custom" and block.texts[:1] != (statement.word,):
        line = re.sub(
            rf"([ \t]custom[ \t]+){STRING}", rf"\g<1>{quote(statement.word)}", line, count=1
        )
    return line


def meta(name: str, value: str, indent: str) -> str:
    """``  kind: "invoice"``."""
    return f"{indent}{name}: {value if name in BARE else quote(value)}"


def name_of(line: str) -> str | None:
    """The name of the metadata that the line holds."""
    match = _NAME.match(line)
    return match[1] if match else None


def renewed_meta(line: str, name: str, value: str) -> str:
    """The line with another value; a comment behind it stays."""
    comment = re.sub(STRING, "", line, flags=re.DOTALL).partition(";")[2]
    indent = line[: len(line) - len(line.lstrip())]
    return meta(name, value, indent) + (f"  ;{comment}" if comment else "")


def around(line: str) -> tuple[str, str]:
    """What stands before the account and after the amount of a posting."""
    match = POSTING.fullmatch(line)
    return (match[1], match[6]) if match else (INDENT, "")


def is_comment(line: str) -> bool:
    """Whether the line is a comment."""
    return line.lstrip().startswith(";")
