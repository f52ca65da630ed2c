"""How diagnostics read in a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TextIO

from tieout.cli import console

if TYPE_CHECKING:  # whoever has a diagnostic has imported it; `--help` need not
    from tieout.domain.diagnostic import Diagnostic

_COLOUR = {"error": "red", "warning": "yellow", "info": "cyan"}


def text(found: Iterable[Diagnostic], stream: TextIO | None = None) -> str:
    """One block each, headline first, then every next command once, at the end.

    Coloured as `stream` (stderr, unless told) allows.
    """
    found = tuple(found)
    stream = sys.stderr if stream is None else stream
    lines = [line for diagnostic in found for line in _block(diagnostic, stream)]
    lines += [f"Next: {command}" for command in dict.fromkeys(d.next for d in found) if command]
    return "\n".join(lines)


def _block(diagnostic: Diagnostic, stream: TextIO) -> Iterator[str]:
    severity = diagnostic.severity.value
    label = console.style(f"{severity} {diagnostic.code}", _COLOUR[severity], stream=stream)
    place = diagnostic.position or "tieout"
    yield f"{place}: {label} {diagnostic.message}"
    if diagnostic.line is not None:
        yield f"    {diagnostic.line.strip()}"
    if diagnostic.hint:
        yield f"    {diagnostic.hint}"
    yield from (f"    see {position}" for position in diagnostic.related)
