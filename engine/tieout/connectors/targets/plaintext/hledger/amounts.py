"""Amounts as hledger reads them: digits with marks, a commodity on either side, a price.

``1,000`` may be one thousand or one. hledger decides by directives in whatever file it has read
before; here the file's own ``decimal-mark``, or else its commodities' formats, say which. Where they
don't, a number that could be both is refused: an amount is never guessed.
"""

from __future__ import annotations

import re
from decimal import Decimal

from tieout.connectors.targets.plaintext.hledger.syntax import SYMBOL

_NUMBER = r"\d+(?:[ .,]\d+)*[.,]?|[.,]\d+"
_AMOUNT = re.compile(rf"([-+]?)\s*({SYMBOL})?\s*([-+]?)\s*({_NUMBER})\s*({SYMBOL})?")

#: Value and commodity.
Amount = tuple[Decimal, str]


def amount(text: str, mark: str) -> Amount:
    """``$-1,000.50``, ``-10 USD``. ``mark``: the file's decimal mark, if it says. Raises
    ValueError."""
    match = _AMOUNT.fullmatch(text.strip())
    if not match:
        raise ValueError(f"{text.strip()!r} is not an amount")
    first, left, second, digits, right = match.groups()
    if bool(left) == bool(right):
        raise ValueError("the amount has no currency" if not left else "two currencies")
    value = number(digits, mark)
    negative = (first == "-") != (second == "-")
    return (-value if negative else value), (left or right).strip('"')


def number(digits: str, mark: str) -> Decimal:
    """``1,000.50``, ``1.000,50``, ``1 000,50``. Raises ValueError where it isn't clear."""
    text = digits.replace(" ", "")
    mark = mark or _own_mark(text)
    whole, point, fraction = text.rpartition(mark) if mark in text else (text, "", "")
    other = "," if mark == "." else "."
    groups = whole.split(other)
    sound = all(len(g) in (2, 3) for g in groups[1:-1]) and len(groups[-1]) == 3
    if mark in whole or other in fraction or (groups[1:] and not sound):
        raise ValueError(f"{digits!r} is no number with the decimal mark {mark!r}")
    return Decimal(f"{''.join(groups) or '0'}{'.' if point else ''}{fraction}")


def _own_mark(text: str) -> str:
    """The decimal mark that the number itself shows."""
    marks = [c for c in text if c in ".,"]
    if not marks:
        return "."
    if len(set(marks)) == 2:
        return marks[-1]
    if len(marks) > 1:
        return "," if marks[0] == "." else "."
    whole, _, fraction = text.partition(marks[0])
    if len(fraction) == 3 and 1 <= len(whole) <= 3 and whole != "0":
        raise ValueError(
            f"{text!r} could be thousands or decimals: say 'decimal-mark .' or 'decimal-mark ,' "
            "at the head of the file"
        )
    return marks[0]


def mark_of_format(text: str) -> str:
    """The decimal mark of a commodity's format, ``1.000,00 EUR`` → ``,``; nothing if it has none."""
    found = re.search(r"\d[\d ]*(?:[.,][\d ]*)*", text)
    marks = [c for c in found[0] if c in ".,"] if found else []
    return marks[-1] if marks else ""
