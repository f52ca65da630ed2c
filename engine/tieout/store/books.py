"""Snapshots of the books: one compressed file of canonical JSON, whose id is its digest."""

from __future__ import annotations

import gzip
import json
import zlib
from datetime import datetime
from pathlib import Path
from typing import Final

from tieout.domain.books import Books
from tieout.domain.diagnostic import Refused
from tieout.domain.key import canonical, digest
from tieout.store.snapshot import SnapshotRef, damaged, store

_FILE: Final = "books.json.gz"
_LEVEL: Final = 6


def write_books(state: Path, target: str, books: Books, now: datetime) -> SnapshotRef:
    """Store a capture of one target; books that are as they were keep their id.

    ``now`` carries a zone.
    """
    content = books.as_json()
    manifest = {
        "kind": "books",
        "identity": books.identity,
        "records": len(books.records),
        "foreign": len(books.foreign),
        "credits": len(books.credits),
        "lock_date": books.lock_date,
    }

    def write(folder: Path) -> None:
        packed = gzip.compress(canonical(content).encode(), _LEVEL, mtime=0)
        (folder / _FILE).write_bytes(packed)

    return store(state, target, digest(content), now, manifest, write)


def read_books(ref: SnapshotRef) -> Books:
    """The books as they were. Raises ``Refused`` (TO340) where the file isn't what was written."""
    path = ref.folder / _FILE
    try:
        content = json.loads(gzip.decompress(path.read_bytes()))
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise Refused([damaged(path, f"it can't be read ({error})")]) from None
    if digest(content) != ref.id:
        raise Refused([damaged(path, "its content isn't what the snapshot's id names")])
    return Books.from_json(content)
