"""What one cell says: text, yes or no, approval, rate. Anything unreadable is a :class:`BadRow`."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from tieout.connectors.sources.times import parse_number
from tieout.domain.entry import Approval
from tieout.domain.money import CURRENCIES, format_rate, parse_rate

_YES: Final = frozenset("yes y true t 1 x".split())
_NO: Final = frozenset("no n false f 0 -".split())
#: Characters that a blank replaces: controls, halves of surrogates, breaks of lines and paragraphs.
_REPLACED: Final = frozenset(("Cc", "Cs", "Zl", "Zp"))
#: Marks that turn the direction of what follows, and can make a text look like another.
_TURNS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: Words that trackers use for the four states of approval.
_APPROVALS: Final = {
    "draft": Approval.DRAFT,
    "open": Approval.DRAFT,
    "unsubmitted": Approval.DRAFT,
    "not submitted": Approval.DRAFT,
    "submitted": Approval.SUBMITTED,
    "pending": Approval.SUBMITTED,
    "in review": Approval.SUBMITTED,
    "approved": Approval.APPROVED,
    "rejected": Approval.REJECTED,
}


class BadRow(Exception):
    """This row can't be read: control flow inside the reader, a ``Rejected`` outside of it."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)


@lru_cache(maxsize=1 << 16)
def clean(text: str) -> tuple[str, int]:
    """Trimmed, NFC-normalised text, and how many control characters a blank has replaced.

    Marks that turn the direction of writing count as such; what writes Hebrew or joins an emoji stays.
    """
    if text.isascii() and text.isprintable():
        return text.strip(), 0
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    spaced = "".join(" " if _is_control(sign) else sign for sign in text)
    replaced = sum(1 for old, new in zip(text, spaced, strict=True) if old != new)
    return spaced.strip(), replaced


def _is_control(sign: str) -> bool:
    return sign in _TURNS or unicodedata.category(sign) in _REPLACED


def yes_or_no(text: str, field: str) -> bool | None:
    """None for a blank cell. Raises :class:`BadRow` (TO326)."""
    word = text.casefold()
    if not word:
        return None
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise BadRow("TO326", f"{field}: {text!r} is neither yes nor no")


def approval(row: Mapping[str, str]) -> str | None:
    """From a column of states, or a plain yes or no: not approved is a draft. Raises BadRow."""
    if state := row.get("approval"):
        if state.casefold() not in _APPROVALS:
            raise BadRow("TO326", f"approval: {state!r} is none of {', '.join(Approval)}")
        return _APPROVALS[state.casefold()].value
    said = yes_or_no(row.get("approved", ""), "approved")
    if said is None:
        return None
    return Approval.APPROVED.value if said else Approval.DRAFT.value


def rate(row: Mapping[str, str], decimal_comma: bool) -> tuple[int | None, str | None]:
    """An hourly rate (ten-thousandths of the major unit), its currency. Raises BadRow (TO327)."""
    text = row.get("rate", "")
    if not text:
        return None, None
    currency = row.get("currency", "").upper()
    if currency not in CURRENCIES:
        raise BadRow("TO327", f"rate: {text!r} has no known currency ({currency or 'none given'})")
    try:
        return scaled_rate(text, decimal_comma), currency
    except ValueError as error:
        raise BadRow("TO327", f"rate: {error}") from None


def scaled_rate(text: str, decimal_comma: bool) -> int:
    """Ten-thousandths of the major unit. Raises ValueError, also for a negative rate."""
    scaled = parse_rate(str(parse_number(text, decimal_comma)))
    if scaled < 0:
        raise ValueError(f"{format_rate(scaled)} is negative")
    return scaled
