"""Which document stands in which file, and where in it.

``books/main.beancount`` includes what tieout writes; ``books/tieout/<kind>/<month>.beancount`` hold
the documents, ``books/tieout/accounts.beancount`` the accounts they need. The file follows from the
document's key alone, so that a document whose posting date moves never moves itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import zip_longest

from tieout.connectors.targets.plaintext.blocks import Segment
from tieout.domain.key import entity_of

OWN = "tieout"
MAIN = "main"
ACCOUNTS = "accounts"

_LINK = re.compile(r"(~(\d+|r))+$")
_PERIOD = re.compile(r"(\d{4}-(?:\d{2}|W\d{2}))(-\d{2})?")
_ENTITY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_KIND = re.compile(r"[a-z][a-z_]*")


@lru_cache(maxsize=65_536)
def file_of(key: str) -> str:
    """``studio/invoice/acme/USD/2026-11~1`` → ``invoice/2026-11``: the folder is the key's kind,
    the file its period's month (a week by number has a file of its own). An entity's documents have
    a folder of their own around: ``east/invoice/2026-11``."""
    parts = _LINK.sub("", key).split("/")
    kind = parts[1] if len(parts) > 1 and _KIND.fullmatch(parts[1]) else "document"
    period = _PERIOD.fullmatch(parts[-1])
    name, entity = f"{kind}/{period[1] if period else 'other'}", entity_of(key)
    return f"{entity}/{name}" if entity and _ENTITY.fullmatch(entity) else name


def covers(pattern: str, name: str) -> bool:
    """Whether an include pattern, from the same folder, takes in the file ``name``."""
    parts = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    tokens = re.split(r"(\*\*/|\*\*|\*|\?)", pattern.removeprefix("./"))
    return bool(re.fullmatch("".join(parts.get(t, re.escape(t)) for t in tokens), name))


def arrange(
    segments: Sequence[Segment],
    renewed: Mapping[int, str | None],
    new: Sequence[tuple[str, str, str]],
    newline: str = "\n",
) -> str:
    """A file's text with some blocks renewed; every other byte stays.

    ``renewed``: the line of a segment → its new text, or None to take it out (and one blank line
    with it). ``new``: (date, key, text) of blocks to put in, each before the first marked block
    that sorts after it by (date, key), and before the comment right above that.
    """
    waiting = sorted(new, reverse=True)
    parts: list[str] = []
    lead, gone = "", False
    for segment, following in zip_longest(segments, segments[1:]):
        text = re.sub(r"\A\r?\n", "", segment.text) if gone else segment.text
        gone = False
        if segment.key is not None:
            while waiting and waiting[-1][:2] < (segment.date, segment.key):
                parts.append(_ended(waiting.pop()[2], newline) + newline)
            wanted = renewed.get(segment.line, text)
            parts += [lead, text if wanted == text else _ended(wanted or "", newline)]
            lead, gone = "", wanted is None
        else:
            if segment.word is None and following and following.key is not None:
                lead = _attached(text)
            parts.append(text.removesuffix(lead) if lead else text)
    result = "".join(parts)
    if gone and result.endswith(("\n\n", "\n\r\n")):
        result = result[:-2] if result.endswith("\r\n") else result[:-1]
    for _, _, text in reversed(waiting):
        result += _gap(result, newline) + _ended(text, newline)
    return result


def _attached(text: str) -> str:
    """The comment that stands right above a block, with no blank line between."""
    lines = text.splitlines(keepends=True)
    first = next((i for i in range(len(lines), 0, -1) if lines[i - 1].isspace()), 0)
    return "".join(lines[first:]) if first else ""


def _gap(text: str, newline: str) -> str:
    """What it takes for a blank line to stand before the next block."""
    if not text or text.endswith(("\n\n", "\n\r\n")):
        return ""
    return newline if text.endswith("\n") else newline * 2


def _ended(text: str, newline: str) -> str:
    return text if newline == "\n" else text.replace("\n", newline)
