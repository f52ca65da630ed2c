"""How alike two names are: only ever to suggest, never to decide what an hour is booked to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Final

#: From here on two names are told as near duplicates. Below it lie names of a series (Phase 1, Phase
#: 2) and of one family; a slip of the hand in eight letters is above.
NEAR: Final = 85
_NUMBERS: Final = re.compile(r"\d+")


def folded(text: str) -> str:
    """The name without what people write differently: case, accents, blanks, punctuation."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(letters.split())


def ranked(text: str, choices: Mapping[str, str], *, most: int = 3) -> list[tuple[str, int]]:
    """(key, per cent) of the choices (key → name) that are most like ``text``, from ``NEAR`` on."""
    from rapidfuzz import fuzz, process

    plain = {key: folded(name) for key, name in choices.items()}
    found = process.extract(
        folded(text), plain, scorer=fuzz.WRatio, limit=most * 4, score_cutoff=NEAR
    )
    kept = [(key, int(score)) for other, score, key in found if _same_numbers(folded(text), other)]
    return sorted(kept, key=lambda one: (-one[1], one[0]))[:most]


def near_pairs(names: Iterable[str]) -> Iterator[tuple[str, str, int]]:
    """Names that differ and are alike: (one, other, per cent), each pair once, by name."""
    from rapidfuzz import fuzz, process

    written = sorted(set(names))
    plain = [folded(name) for name in written]
    for index, name in enumerate(plain):
        if not name:
            continue
        rest = plain[index + 1 :]
        found = process.extract(name, rest, scorer=fuzz.ratio, limit=None, score_cutoff=NEAR)
        for other, score, place in sorted(found, key=lambda one: one[2]):
            if _same_numbers(name, other):
                yield written[index], written[index + 1 + place], int(score)


def same(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Neighbours among the names that are the same but for what :func:`folded` takes away."""
    ordered = sorted((folded(name), name) for name in set(names))
    yield from ((a[1], b[1]) for a, b in pairwise(ordered) if a[0] and a[0] == b[0])


def _same_numbers(one: str, other: str) -> bool:
    """Phase 1 and Phase 2 are two things, however alike they are."""
    return _NUMBERS.findall(one) == _NUMBERS.findall(other)
