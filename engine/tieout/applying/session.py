"""Everything that apply is given from outside: state, books, clock, and who is watching."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tieout.connectors.ports import BookReader, BookWriter
from tieout.domain.books import Books


def _nothing(_text: str) -> None:
    """Nobody listens."""


@dataclass(frozen=True, kw_only=True)
class Session:
    """What one apply works with.

    ``company`` and ``environment`` are those of the configuration at hand; readers and writers go
    by target name. ``keep_books(state, target, books, now)`` stores a books snapshot. ``wait``
    sleeps for whole seconds, ``clock`` gives an aware time, ``stop`` says whether a person asked
    to end. ``checkpoint`` is called between every two durable writes: fault tests kill the process
    there. ``on_progress`` hears the step under way, ``tell`` what a person must not miss.
    """

    company: str
    environment: str
    state: Path
    readers: Mapping[str, BookReader]
    writers: Mapping[str, BookWriter]
    actor: str
    clock: Callable[[], datetime]
    keep_books: Callable[[Path, str, Books, datetime], object]
    wait: Callable[[int], None]
    stop: Callable[[], bool] = lambda: False
    checkpoint: Callable[[str], None] = _nothing
    on_progress: Callable[[str], None] = _nothing
    tell: Callable[[str], None] = _nothing

    @property
    def identities(self) -> dict[str, str]:
        """Which books each target's reader reads."""
        return {name: reader.identity for name, reader in self.readers.items()}
