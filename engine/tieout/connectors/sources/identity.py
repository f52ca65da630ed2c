"""Which entry a row is: the tracker's own id, or a natural key with an occurrence number.

File exports mostly carry no id. The profile then names the columns that make a row's natural key
(who, when); rows that share one are told apart by their rank, within one file, over all canonical
columns. So the same row has the same key whatever the order of the file, and an edit of project,
notes or duration stays the same entry.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

Value = str | int | bool | date | datetime | None


class Draft(NamedTuple):
    """A row that was read but has no key yet.

    ``natural`` is the tracker's id (a text) or the natural key's parts; ``values`` are the entry's
    columns after ``key`` and ``source``; ``first`` and ``last`` the days it covers, by the source's
    clock.
    """

    line: int
    natural: str | tuple[str, ...]
    values: tuple[Value, ...]
    first: date
    last: date


def natural_digest(parts: Iterable[str]) -> str:
    """32 hex digits (128 bits) of SHA-256 over the length-prefixed parts."""
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def rank_text(values: Sequence[Value]) -> tuple[str, ...]:
    """Canonical columns as text that sorts the same everywhere; nothing sorts before something."""
    return tuple("" if value is None else f"={value}" for value in values)


class Keyed(NamedTuple):
    """``kept``: drafts with their key within the source. ``repeated``: whole rows given twice under
    one id. ``clashing``: rows under an id that an earlier row holds with other content."""

    kept: list[tuple[str, Draft]]
    repeated: list[Draft]
    clashing: list[Draft]


def assign(drafts: Sequence[Draft]) -> Keyed:
    """Give each draft of *one file* its key."""
    groups: dict[str | tuple[str, ...], list[Draft]] = defaultdict(list)
    for draft in drafts:
        groups[draft.natural].append(draft)
    keyed = Keyed([], [], [])
    for natural, group in groups.items():
        if isinstance(natural, str):
            _by_id(natural, group, keyed)
        else:
            _by_rank(natural_digest(natural), group, keyed)
    return keyed


def _by_id(identifier: str, group: list[Draft], keyed: Keyed) -> None:
    first, *others = group
    keyed.kept.append((identifier, first))
    for draft in others:
        (keyed.repeated if draft.values == first.values else keyed.clashing).append(draft)


def _by_rank(digest: str, group: list[Draft], keyed: Keyed) -> None:
    if len(group) > 1:
        group.sort(key=lambda draft: (rank_text(draft.values), draft.line))
    keyed.kept.extend((f"{digest}-{number}", draft) for number, draft in enumerate(group, 1))
