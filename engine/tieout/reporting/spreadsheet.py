"""What a spreadsheet would run or lose: texts that look like formulas, and how they are defused."""

from __future__ import annotations

#: A spreadsheet takes a cell that begins so for a formula (OWASP, "CSV Injection"), the wide forms
#: of East Asian keyboards too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def formula(text: str) -> bool:
    """Whether a spreadsheet could run ``text``; blanks before it don't stop all of them."""
    return text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA)


def defused(text: str) -> str:
    """``text`` as it may stand in a CSV: a leading apostrophe makes a spreadsheet show a formula."""
    return f"'{text}" if formula(text) else text
