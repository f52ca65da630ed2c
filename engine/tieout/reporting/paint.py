"""Colour for a terminal, from a table of meanings; or none, and then the text is plain."""

from __future__ import annotations

from collections.abc import Callable

#: What a piece of text means → the SGR code that shows it.
_SGR = {
    "title": "1", "faint": "2", "good": "32", "bad": "1;31",
    "create": "32", "update": "33", "adjust": "33", "void": "31",
    "adopt": "36", "forget": "36", "hold": "35", "note": "36",
}  # fmt: skip

Paint = Callable[[str, str], str]


def painter(colour: bool) -> Paint:
    """``paint(text, meaning)``: coloured where ``colour`` is asked for, else ``text`` itself."""

    def paint(text: str, meaning: str) -> str:
        return f"\x1b[{_SGR[meaning]}m{text}\x1b[0m" if colour and text else text

    return paint
