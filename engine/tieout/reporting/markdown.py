"""Markdown that shows foreign text as text: what it escapes, and how tables are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tieout.reporting.figures import safe

#: Characters that mean something to a Markdown renderer anywhere in a line; HTML is escaped apart.
_ACTIVE = re.compile(r"([\\`*_\[\]|~])")
#: What begins a list, a rule or a heading when a line begins with it.
_LEADING = re.compile(r"^(\d*)([-=+](?=[\s=-]|$)|(?<=\d)[.)](?=\s|$))")
#: What a forge turns into a link or a mention after rendering, escaped or not: only a blank of no
#: width between the letters stops it.
_LINKED = re.compile(r"(?i)(@|#|\b(?:https?|ftp|www|mailto)(?=[:.]))")


def escape(text: object) -> str:
    """Any value as inert text on one line: no HTML, link, mention, cell or heading of its own."""
    line = _LEADING.sub(r"\1\\\2", _ACTIVE.sub(r"\\\1", safe(str(text)).replace("&", "&amp;")))
    line = line.replace("<", "&lt;").replace(">", "&gt;")
    return _LINKED.sub(r"\1&#8203;", line)


def code(text: object) -> str:
    """Any value in backticks, where nothing is active but the backtick itself."""
    return f"`{safe(str(text)).replace('`', chr(39))}`"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], figures: int = 0) -> list[str]:
    """A table whose last ``figures`` columns are set right. Cells must be escaped already."""
    right = len(head) - figures
    rule = ["---" if i < right else "---:" for i in range(len(head))]
    return [f"| {' | '.join(row)} |" for row in (head, rule, *rows)]


def folded(summary: str, lines: Iterable[str]) -> list[str]:
    """Detail that a reader opens when it is wanted. ``summary`` must be escaped already."""
    return ["<details>", f"<summary>{summary}</summary>", "", *lines, "", "</details>"]
