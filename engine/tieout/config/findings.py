"""Where diagnostics of a company's files are collected, with the line that each is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Final

from tieout.config import regular
from tieout.config.reader import LINE_BREAK, Complain
from tieout.domain.diagnostic import Diagnostic, Position, Severity, ordered

_SECRET: Final = (
    "(?:token|secret|password|passwd|passphrase|api_?key|private_?key|access_?key)"
)
SECRET_KEY: Final = re.compile(rf"(?i)(?:.*[_-])?{_SECRET}")
"""Keys whose value is a credential, whatever stands before: `refresh_token`, `client-secret`."""
PAY_KEY: Final = re.compile(
    r"(?i)(?:pay|hourly|cost|base|annual|monthly)?[_-]?(?:rate|salary|wages?|pay)s?"
)
"""Keys of a worker whose value is what the worker earns."""

_SENSITIVE = re.compile(
    rf"""(?P<key>{_SECRET}["']?\s*:\s*)(?P<value>[^\s,}}][^,}}]*)""", re.I
)
_PAY = re.compile(
    rf"""(?P<key>(?<![\w.-])["']?(?:{PAY_KEY.pattern[4:]})["']?\s*:\s*)(?P<value>.+)""", re.I
)
_MASK = r"\g<key>***"
#: Of a longer line no more is shown than its beginning.
_LONGEST = 2_000


class Findings:
    """Collects diagnostics about files that it was told the text of.

    Secrets never leave it: a line with a credential, or in `mappings/workers…` with a pay rate, is
    shown with `***` for the value.
    """

    def __init__(self) -> None:
        self._found: list[Diagnostic] = []
        self.unread: set[Position] = set()
        """Where the reader found what is not allowed: nothing further is said of it."""
        self._texts: dict[str, bytes] = {}
        self._lines: dict[str, list[str]] = {}
        self._blots: dict[str, Callable[[str], str]] = {}

    def add_text(self, file: str, data: bytes, blot: Callable[[str], str] | None = None) -> None:
        """Remember a file's bytes, to quote from. ``blot`` hides what is secret in a line of a
        table, where no key stands before the value."""
        self._texts[file] = data
        if blot:
            self._blots[file] = blot

    def complain(self, file: str) -> Complain:
        """How the reader reports what is wrong in `file`."""
        return partial(self._at, file)

    def _at(self, file: str, code: str, line: int, column: int, message: str, hint: str) -> None:
        self.unread.add(Position(file, line, column))
        self.error(code, Position(file, line, column), message, hint)

    def error(
        self,
        code: str,
        at: Position | None,
        message: str,
        hint: str = "",
        related: Iterable[Position] = (),
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Add one; the line's text and the next command are filled in."""
        self._found.append(
            Diagnostic(
                code=code,
                message=message,
                severity=severity,
                position=at,
                line=self.line(at) if at else None,
                hint=hint,
                next=f"tieout explain {code}",
                related=tuple(related),
            )
        )

    def line(self, at: Position) -> str | None:
        """The text of the line at a position, credentials masked."""
        if not at.line or at.file not in self._texts:
            return None
        if at.file not in self._lines:
            text = self._texts[at.file].decode(errors="replace").removeprefix("\ufeff")
            self._lines[at.file] = LINE_BREAK.split(text)
        lines = self._lines[at.file]
        if at.line > len(lines):
            return None
        shown = lines[at.line - 1][:_LONGEST]
        line, blot = _masked(shown, at.file), self._blots.get(at.file)
        return blot(line) if blot else line

    def __len__(self) -> int:
        return len(self._found)

    @property
    def errors(self) -> bool:
        """Whether anything found stops the run."""
        return any(d.severity is Severity.ERROR for d in self._found)

    def all(self) -> tuple[Diagnostic, ...]:
        """Everything, by place, without repeats."""
        return ordered(self._found)


def quoted(root: Path, at: Position) -> str | None:
    """The line of a company's file that a later finding is about, credentials masked; None where
    it can't be read (any more)."""
    findings = Findings()
    try:
        findings.add_text(at.file, regular.read(root / at.file))
    except OSError:
        return None
    return findings.line(at)


def _masked(line: str, file: str) -> str:
    line = _SENSITIVE.sub(_MASK, line)
    return _PAY.sub(_MASK, line) if file.startswith("mappings/workers") else line
