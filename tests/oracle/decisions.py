"""Decisions in git that lift a check for one entry, until they expire."""

from __future__ import annotations

from datetime import date

from tieout.config.model import Config
from tieout.domain.entry import Entry


def waives(config: Config, entry: Entry, code: str, as_of: date) -> bool:
    """Whether a waiver of this check (or of all that can be waived) stands for the entry."""
    return any(
        d.kind == "waive"
        and d.key == entry.key
        and d.code in (None, code)
        and (d.expires is None or as_of <= d.expires)
        for d in config.rules.decisions
    )
