"""The envelope: what people want to know about a plan and what decides nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from importlib.metadata import version
from typing import Any

from tieout.config.model import Config
from tieout.config.revision import Revision, blame, revision
from tieout.domain.plan import Body, Envelope


def enclose(
    body: Body, config: Config, now: datetime, serial: int, journal_head: str | None
) -> Envelope:
    """Commit, places and authors of the rows that the body names. ``now`` carries a zone."""
    at = Revision(config.commit) if config.commit else revision(config.root)
    origins = locate(config, (o.row for c in body.changes for o in c.origin))
    return Envelope(
        made_at=now.isoformat(),
        engine=version("tieout"),
        commit=at.commit,
        dirty=at.dirty,
        authors=tuple(sorted({o["author"] for o in origins.values() if o["author"]})),
        serial=serial,
        journal_head=journal_head,
        origins=origins,
    )


def locate(config: Config, rows: Iterable[str]) -> dict[str, dict[str, Any]]:
    """By row address: file, line, and who last wrote that line in which commit and when.

    What has no place in the configuration (an entry's key) is left out.
    """
    positions = {row: config.positions[row] for row in sorted(set(rows)) if row in config.positions}
    authors = blame(config.root, positions.values(), config.commit)
    origins: dict[str, dict[str, Any]] = {}
    for row, position in positions.items():
        wrote = authors.get(position)
        origins[row] = {
            "file": position.file, "line": position.line,
            "commit": wrote.commit if wrote else None, "author": wrote.author if wrote else None,
            "when": wrote.when if wrote else None,
        }  # fmt: skip
    return origins
