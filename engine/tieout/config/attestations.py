"""What the key of an attestation says: whose entries, of which days."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class Span(NamedTuple):
    """One worker (company-wide id), from ``first`` to ``last``, both inclusive."""

    worker: str
    first: date
    last: date

    @property
    def key(self) -> str:
        """As a decision names it: ``E-001/2026-11-15..2026-11-21``."""
        return f"{self.worker}/{self.first}..{self.last}"


def span(key: str) -> Span:
    """Of the key of a decision ``attest``. Raises ``ValueError`` for what isn't one."""
    worker, _, days = key.rpartition("/")
    first, _, last = days.partition("..")
    found = Span(worker, date.fromisoformat(first), date.fromisoformat(last))
    if not worker or found.last < found.first or found.key != key:
        raise ValueError(f"{key!r} names no worker and days")
    return found
