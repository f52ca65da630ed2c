"""Values as YAML that this language reads back as the very text, however hostile it is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

#: What needs no quotes, inside of braces neither: begins with a letter or digit, and holds no mark
#: that means something there.
_PLAIN: Final = re.compile(r"\w(?:[\w .&'()/@+%-]*[\w.&')/@+%-])?")
#: What other readers of YAML would take for something else than text (YAML 1.1, types bool, null,
#: int, float and timestamp).
_GUESSED: Final = re.compile(
    r"(?i:y|n|yes|no|on|off|true|false|null|nan|inf)|[\d_.]+(?:e[+-]?\d+)?|0x[\da-f_]+|0o[0-7_]+"
    r"|\d{4}-\d\d?-\d\d?.*"
)
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def scalar(text: str) -> str:
    """The text as a scalar: plain where nobody could read it otherwise, else in double quotes."""
    if _PLAIN.fullmatch(text) and text.isprintable() and not _GUESSED.fullmatch(text):
        return text
    return '"' + "".join(map(_escaped, text)) + '"'


def flow(values: Mapping[str, str]) -> str:
    """A mapping on one line: ``{customer: ACME, project: Website}``."""
    return "{" + ", ".join(f"{key}: {scalar(value)}" for key, value in values.items()) + "}"


def remark(text: str) -> str:
    """The text as it may stand in a comment: on one line, and without what can't be seen."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def slug(text: str) -> str:
    """An id out of a name: lower case, letters without their marks, digits and dashes; empty where
    nothing is left."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _escaped(character: str) -> str:
    """YAML 1.2, section 5.7. What can't be seen (marks of direction among it) is spelled out."""
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else (
        f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    )  # fmt: skip
