"""Our mark in a text of Tryton's: ``whatever people write tieout: {"of":"…",…}``.

What stands before and behind the mark is people's own, and stays. What Tryton has a field for is never
read from the mark: it carries what there is no field for, and whose document it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from tieout.domain.key import canonical

WORD = "tieout: "
#: Every marked text is like this, in SQL's sense.
ANY = f'%{WORD}{{"%'
_ODD = re.compile(r"[^A-Za-z0-9/.~@:-]+")
_DECODER = json.JSONDecoder()


def written(text: str, mark: Mapping[str, Any]) -> str:
    """``text`` with the mark in place of the one it has, or behind it."""
    before, _, after = split(text)
    return (
        f"{before}{WORD}{canonical(mark)}{after}"
        if before.strip()
        else WORD + canonical(mark) + after
    )


def split(text: str | None) -> tuple[str, dict[str, Any] | None, str]:
    """What stands before the mark, the mark, what stands behind; without a mark all is before it. A mark
    that somebody cut counts as none."""
    text = text or ""
    start = text.find(WORD + "{")
    while start >= 0:
        try:
            mark, end = _DECODER.raw_decode(text, start + len(WORD))
            return text[:start], mark, text[end:]
        except json.JSONDecodeError:
            start = text.find(WORD + "{", start + 1)
    return (f"{text} " if text else ""), None, ""


def theirs(text: str | None) -> str:
    """What of the text is people's own."""
    before, _, after = split(text)
    return f"{before.strip()} {after.strip()}".strip()


def like(key: str) -> str:
    """A pattern of SQL's that every text with the mark of this document meets; few others do."""
    return f'%"of":"{_ODD.sub("%", key)}"%'
