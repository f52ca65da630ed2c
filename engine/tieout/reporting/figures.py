"""How figures, keys and foreign text read on a page: the one place that shapes them."""

from __future__ import annotations

import shlex
import unicodedata
from collections.abc import Mapping

from tieout.domain.money import format_amount

#: Controls and lone surrogates, by Unicode category, and what turns the direction of text: they
#: steer a terminal instead of showing something. Joiners stay, since names are written with them.
_CONTROLS = frozenset({"Cc", "Cs"})
_TURNS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})

#: How a message goes on that names the command to run.
_COMMAND = ": tieout "


def safe(text: str) -> str:
    """``text`` on one line, with each character that could steer a terminal shown as ``�``."""
    return inert(" ".join(text.split()))


def inert(text: str) -> str:
    """``text`` with its own blanks, tabs and line breaks, and ``�`` for all else that steers."""
    if text.isascii() and text.isprintable():
        return text
    return "".join("�" if _steers(letter) and letter not in "\t\n" else letter for letter in text)


def _steers(letter: str) -> bool:
    return unicodedata.category(letter) in _CONTROLS or unicodedata.bidirectional(letter) in _TURNS


def width(text: str) -> int:
    """Columns that a terminal gives ``text``: wide East Asian letters take two, accents none."""
    return sum(map(_columns, text))


def _columns(letter: str) -> int:
    if unicodedata.combining(letter) or unicodedata.category(letter) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def cut(text: str, columns: int) -> str:
    """``text`` in at most ``columns`` columns, with ``…`` where something is left out."""
    if width(text) <= columns:
        return text
    kept, used = "", 0
    for letter in text:
        used += _columns(letter)
        if used > columns - 1:
            break
        kept += letter
    return kept.rstrip() + "…"


def wrap(text: str, columns: int) -> list[str]:
    """``text`` on lines of at most ``columns``, broken at blanks alone: nothing of it is left out.

    A command that ends it (``…: tieout drift KEY --accept``) begins a line of its own where it
    would be broken otherwise; what doesn't fit on that goes on further in.
    """
    said, colon, command = text.partition(_COMMAND)
    if not colon:
        return _broken(text, columns)
    lines, whole = _broken(f"{said}:", columns), _COMMAND.removeprefix(": ") + command
    if width(lines[-1]) + 1 + width(whole) <= columns:
        return [*lines[:-1], f"{lines[-1]} {whole}"]
    first, *rest = _broken(whole, columns - 2)
    return [*lines, first, *(f"  {line}" for line in rest)]


def _broken(text: str, columns: int) -> list[str]:
    """At blanks; a key or a path that is longer than a line stays whole."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and width(lines[-1]) + 1 + width(word) <= columns:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines


def pad(text: str, columns: int) -> str:
    """``text``, cut or filled with blanks on the right to exactly ``columns``."""
    text = cut(text, columns)
    return text + " " * (columns - width(text))


def money(minor: int, currency: str, *, signed: bool = False) -> str:
    """Minor units as people write them: ``462000, "USD"`` → ``4,620.00 USD``."""
    sign = "+" if signed and minor > 0 else ""
    return f"{sign}{format_amount(minor, currency, grouped=True)} {currency}"


def moneys(totals: Mapping[str, int], *, signed: bool = False) -> str:
    """Several currencies side by side, never added up."""
    return ", ".join(money(totals[c], c, signed=signed) for c in sorted(totals))


def counted(number: int, one: str, many: str = "") -> str:
    """``1204, "entry", "entries"`` → ``1,204 entries``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(words: list[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def short_key(key: str, streams: tuple[str, ...]) -> str:
    """A document key without its stream where the plan has only one. JSON never shortens."""
    return key.removeprefix(f"{streams[0]}/") if len(streams) == 1 else key


def argument(path: str) -> str:
    """A path as one can paste it into a shell."""
    return shlex.quote(path)
