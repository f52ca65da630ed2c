"""Diagnostics as text, as JSON, and as commands to a GitHub workflow: three views of one object."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from tieout.domain.diagnostic import Diagnostic, Severity
from tieout.reporting.paint import Paint, painter

FORMAT_VERSION = 1

_MEANING = {Severity.ERROR: "bad", Severity.WARNING: "update", Severity.INFO: "note"}
_COMMAND = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def text(found: Sequence[Diagnostic], *, colour: bool = False) -> str:
    """One block each: where, code and what is wrong; the line, with a mark under the place; what
    to do. Ends without a line break; empty where nothing was found."""
    paint = painter(colour)
    return "\n".join(line for diagnostic in found for line in _block(diagnostic, paint))


def counted(found: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning`; `nothing wrong` where nothing was found."""
    found = tuple(found)
    counts = [(s, sum(d.severity is s for d in found)) for s in reversed(Severity)]
    told = [f"{n:,} {s.value}{'s' * (n != 1 and s is not Severity.INFO)}" for s, n in counts if n]
    return ", ".join(told) or "nothing wrong"


def as_json(found: Iterable[Diagnostic]) -> str:
    """A document with `format_version` and `diagnostics`, in the order given."""
    document = {"format_version": FORMAT_VERSION, "diagnostics": [d.as_json() for d in found]}
    return json.dumps(document, ensure_ascii=False, indent=2)


def github(found: Iterable[Diagnostic]) -> str:
    """Workflow commands, one a line, which GitHub shows beside the lines that they are about.

    Escaped as the runner unescapes: `%`, CR and LF in messages, `:` and `,` too in properties
    (actions/toolkit, core/src/command.ts).
    """
    return "\n".join(map(_command, found))


def _block(diagnostic: Diagnostic, paint: Paint) -> Iterator[str]:
    at = diagnostic.position
    code = paint(diagnostic.code, _MEANING[diagnostic.severity])
    warned = "" if diagnostic.severity is Severity.ERROR else f"{diagnostic.severity.value}: "
    yield f"{at or 'tieout'}  {code}  {warned}{diagnostic.message}"
    if at and diagnostic.line is not None:
        number = f"{at.line:>5} | "
        yield paint(f"{number}{_visible(diagnostic.line)}", "faint")
        if 0 < at.column <= len(diagnostic.line) + 1:
            yield " " * (len(number) + at.column - 1) + paint("^", "bad")
    if diagnostic.hint:
        yield f"    {diagnostic.hint}"
    yield from (paint(f"    see {related}", "faint") for related in diagnostic.related)


def _visible(line: str) -> str:
    """Control characters, which could rewrite the terminal, as spaces: columns stay."""
    return "".join(c if c.isprintable() else " " for c in line)


def _command(diagnostic: Diagnostic) -> str:
    at = diagnostic.position
    properties = {"title": diagnostic.code}
    if at:
        place = {"file": at.file, "line": str(at.line or 1), "col": str(at.column or 1)}
        properties = place | properties
    told = ",".join(f"{key}={_escaped(value, ':,')}" for key, value in properties.items())
    message = f"{diagnostic.message} ({diagnostic.hint})" if diagnostic.hint else diagnostic.message
    return f"::{_COMMAND[diagnostic.severity]} {told}::{_escaped(message)}"


def _escaped(value: str, further: str = "") -> str:
    for character in "%\r\n" + further:
        value = value.replace(character, f"%{ord(character):02X}")
    return value
