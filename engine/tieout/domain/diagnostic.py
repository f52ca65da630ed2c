"""Errors are values: one :class:`Diagnostic` is made where the fact is known, rendered at the edge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How bad it is. ``ERROR`` stops the verb that found it; the others are told and counted."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, order=True)
class Position:
    """A place in a file that a person wrote. Lines and columns count from 1; 0 means the whole file."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)


@dataclass(frozen=True)
class Diagnostic:
    """Something a person must know: what is wrong, where, and what to do about it.

    ``code`` is a key of the catalogue that ``tieout explain CODE`` spells out; ``line`` is the text
    of the line at ``position``; ``next`` is the command to run next.
    """

    code: str
    message: str
    severity: Severity = Severity.ERROR
    position: Position | None = None
    line: str | None = None
    hint: str = ""
    next: str = ""
    related: tuple[Position, ...] = field(default=())

    def sort_key(self) -> tuple[Any, ...]:
        """By place, then code: the order in which people read a file."""
        return (self.position or Position(""), self.code, self.message)

    def as_json(self) -> dict[str, Any]:
        """The machine view; keys are stable and part of the contract (``schemas/diagnostic``)."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            "file": self.position.file if self.position else None,
            "line": self.position.line if self.position else None,
            "column": self.position.column if self.position else None,
            "text": self.line,
            "hint": self.hint,
            "next": self.next,
            "related": [str(p) for p in self.related],
        }


class Refused(Exception):
    """Control flow at the edge only: a verb can't go on, and these diagnostics say why.

    ``exit_code`` is one of the fixed exit codes of the command line (1 error, 3 refused, 4 stale …).
    """

    def __init__(self, diagnostics: Iterable[Diagnostic], exit_code: int = 1) -> None:
        self.diagnostics = tuple(diagnostics)
        self.exit_code = exit_code
        super().__init__("; ".join(d.message for d in self.diagnostics))


def ordered(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sorted by place and without repeats."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=Diagnostic.sort_key))
