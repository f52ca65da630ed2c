"""Marks that have lost their document: a person cut a block, or took out the line with its key.

To take such a text for people's own would be to book it twice once it is written anew.
"""

from __future__ import annotations

import re
from functools import cache

from tieout.connectors.targets.plaintext.blocks import Format, Segment
from tieout.connectors.targets.plaintext.codec import KEY, KINDS, MARKS, TIME

_TYPES = "|".join(map(re.escape, TIME.values()))


def lost(segment: Segment, books: str, format: Format) -> bool:
    """Whether the text carries marks of ours (or of nobody's), but no key that could be that of a
    document. ``books`` says which records are ours."""
    if segment.key:
        return segment.books == books and not _is_key(segment.key)
    if segment.key == "":
        return True
    return segment.books in (None, books) and bool(_ours(format.META, format.TYPED).search(segment.text))


@cache
def _ours(meta: str, typed: str) -> re.Pattern[str]:
    names = "|".join([KEY, f"{KEY}-books", *MARKS])
    return re.compile(rf"^{meta}(?:{names}):|^{typed.format(types=_TYPES)}", re.MULTILINE)


def _is_key(key: str) -> bool:
    """Whether it can be a document's: ``stream/kind/…/period``, of a kind that stands here."""
    parts = key.split("/")
    return len(parts) > 2 and parts[1] in KINDS
