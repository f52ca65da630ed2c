"""The tokens of hledger's journal format that we read and write, and how tags carry our values.

Written from the hledger manual (*Journal format*) and checked against ``hledger check --strict`` in
the tests (1.25 and later).

hledger has no strings: metadata are tags in comments, ``; name: value``. To hledger a value ends at
a comma; of what stands on a line of ours everything to its end is the value. Three things in a
comment can make hledger refuse a file: a bracketed date, a ``date:`` or ``date2:`` behind a comma,
and a line end; they are written with a backslash.
"""

from __future__ import annotations

import re

DATE = r"(?:\d{4}[-/.])?\d{1,2}[-/.]\d{1,2}"
#: Single blanks belong to an account's name; two, or a tab, end it.
ACCOUNT = r"[^\s;]\S*(?: \S+)*"
#: A commodity without quotation marks.
SYMBOL = r'"[^";\n]+"|[^-+.,;:@*/\\!?\d\s"(){}\[\]=<>&|~#%^$]+|[$%]'
STATUS = r"[!*]"

_WRITTEN = str.maketrans({"\\": "\\\\", "\n": "\\n"})
_BRACKET = re.compile(r"\[(?=[\d/.\-=]+\])")
_DATED = re.compile(r"\b(date2?):")
_EDGES = re.compile(r"^ | $")
_READ = {"n": "\n", "s": " ", "(": "["}
_ESCAPE = re.compile(r"\\(.)")
_NOT_A_NAME = re.compile(r"[;\x00-\x1f\x7f]|  |^[!*(\[;=~\"]|::|^:|:$|^ | $")


def written(value: str) -> str:
    """A tag's value on one line, such that hledger takes it as it is; ``read`` gives it back."""
    text = value.translate(_WRITTEN)
    text = _DATED.sub(r"\1\\:", _BRACKET.sub(r"\\(", text))
    return _EDGES.sub(r"\\s", text)


def read(text: str) -> str:
    """The value that :func:`written` wrote, or that people did."""
    text = text.strip(" \t\r")
    return _ESCAPE.sub(lambda m: _READ.get(m[1], m[1]), text) if "\\" in text else text


def spoken(text: str, *, payee: bool = False) -> str:
    """A text for people in the head of a transaction: no comment begins there, no code, and a payee
    ends nowhere but where it should."""
    line = " ".join(text.split()).replace(";", ",")
    line = line.replace("|", "/") if payee else line
    return f"[{line[1:]}" if line.startswith("(") else line


def is_account(name: str) -> bool:
    """Whether hledger takes it for an account's name, whole and of a real posting."""
    return bool(name) and not _NOT_A_NAME.search(name) and name.isprintable()


def iso(date: str, year: str) -> str:
    """``2026/1/5``, or ``1/5`` after ``Y2026`` → ``2026-01-05``; nothing where no year is known."""
    parts = re.split(r"[-/.]", date)
    parts = parts if len(parts) == 3 else [year, *parts]
    return f"{parts[0]}-{int(parts[1]):02}-{int(parts[2]):02}" if parts[0] else ""
