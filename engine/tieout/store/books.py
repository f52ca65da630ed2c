"""Snapshots of the books: our records as a table, all else as JSON beside it.

``records.parquet`` has a row for each record of ours: the columns that planning compares, which it
reads as they stand, and ``foreign`` (canonical JSON). ``books.json.gz`` holds the rest. The id is
the digest of all of it as one canonical JSON (``Books.as_json``).
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tieout.domain.books import Books, Record
from tieout.domain.diagnostic import Refused
from tieout.domain.document import Document
from tieout.domain.key import canonical
from tieout.store.snapshot import SnapshotRef, damaged, file_digest, store

if TYPE_CHECKING:
    import pyarrow as pa

_FILE: Final = "books.json.gz"
_RECORDS: Final = "records.parquet"
_LEVEL: Final = 6
#: Records that are written, and read, at a time: so many fit into little memory.
_GROUP: Final = 65_536


class Row(NamedTuple):
    """One record. ``document`` and ``foreign`` are canonical JSON; ``digest`` the document's."""

    key: str
    digest: str
    document: str
    remote_id: str
    version: str
    final: str | None
    foreign: str


def write_books(state: Path, target: str, books: Books, now: datetime) -> SnapshotRef:
    """Store a capture of one target; books that are as they were keep their id.

    ``now`` carries a zone.
    """
    rest, rows = _rest(books), rows_of(books)
    manifest = {
        "kind": "books",
        "identity": books.identity,
        "records": len(books.records),
        "foreign": len(books.foreign),
        "credits": len(books.credits),
        "lock_date": books.lock_date,
    }

    def write(folder: Path) -> None:
        import pyarrow.parquet

        packed = gzip.compress(canonical(rest).encode(), _LEVEL, mtime=0)
        (folder / _FILE).write_bytes(packed)
        pyarrow.parquet.write_table(
            table(target, rows), folder / _RECORDS, compression="zstd", row_group_size=_GROUP
        )

    return store(state, target, _identifier(rest, rows), now, manifest, write)


def read_books(ref: SnapshotRef) -> Books:
    """The books as they were. Raises ``Refused`` (TO340): the files aren't what was written."""
    rest = _read_rest(ref)
    rows = [Row(*row.values()) for row in _read_table(ref).to_pylist()]
    if _identifier(rest, rows) != ref.id:
        why = "its content isn't what the snapshot's id names"
        raise Refused([damaged(ref.folder / _FILE, why)])
    return _books(rest, map(_record, rows))


def read_for_planning(ref: SnapshotRef) -> tuple[Books, Path]:
    """The books without their records, and the Parquet file of these: as :func:`table` makes it.

    They are many, and planning reads few. Raises ``Refused`` (TO340) where a file's bytes have changed.
    """
    for name in (_FILE, _RECORDS):
        path = ref.folder / name
        if not path.is_file() or file_digest(path) != ref.manifest["files"].get(name):
            raise Refused([damaged(path, "its bytes have changed")])
    return _books(_read_rest(ref), ()), ref.folder / _RECORDS


def digests(records: Path) -> frozenset[str]:
    """Those of the documents in a file of :func:`read_for_planning`."""
    import pyarrow.parquet

    found = pyarrow.parquet.read_table(records, columns=["digest"])
    return frozenset(found.column("digest").to_pylist())


def rows_of(books: Books) -> list[Row]:
    """The records by document key."""
    rows = []
    for record in sorted(books.records, key=attrgetter("document.key")):
        text = canonical(record.document.as_json())
        sha = hashlib.sha256(text.encode()).hexdigest()
        tail = (record.remote_id, record.version, record.final, canonical(dict(record.foreign)))
        rows.append(Row(record.document.key, sha, text, *tail))
    return rows


def table(target: str, rows: Iterable[Row]) -> pa.Table:
    """The rows as Arrow, and whose they are (``target``): all columns are text."""
    import pyarrow as pa

    columns = list(zip(*rows, strict=True)) or [()] * len(Row._fields)
    texts = {n: pa.array(c, pa.string()) for n, c in zip(Row._fields, columns, strict=True)}
    return pa.table({"target": pa.array([target] * len(columns[0]), pa.string()), **texts})


def _rest(books: Books) -> dict[str, Any]:
    """All but the records, as JSON."""
    content = Books(**{**vars(books), "records": ()}).as_json()
    del content["records"]
    return content


def _identifier(rest: Mapping[str, Any], rows: Iterable[Row]) -> str:
    """The digest of ``Books.as_json()``, put together from texts that are canonical already."""
    records = ",".join(map(_text, rows))
    members = {name: canonical(value) for name, value in rest.items()}
    members["records"] = f"[{records}]"
    text = ",".join(f"{canonical(name)}:{members[name]}" for name in sorted(members))
    return hashlib.sha256(f"{{{text}}}".encode()).hexdigest()


def _text(row: Row) -> str:
    """``Record.as_json()`` as canonical JSON."""
    names = canonical({"remote_id": row.remote_id, "version": row.version})[1:]
    head = f'"document":{row.document},"final":{canonical(row.final)}'
    return f'{{{head},"foreign":{row.foreign},{names}'


def _books(rest: Mapping[str, Any], records: Iterable[Record]) -> Books:
    without = Books.from_json({**rest, "records": ()})
    return Books(**{**vars(without), "records": tuple(records)})


def _record(row: Row) -> Record:
    return Record(
        document=Document.from_json(json.loads(row.document)),
        remote_id=row.remote_id,
        version=row.version,
        final=row.final,
        foreign=json.loads(row.foreign),
    )


def _read_rest(ref: SnapshotRef) -> dict[str, Any]:
    path = ref.folder / _FILE
    try:
        return dict(json.loads(gzip.decompress(path.read_bytes())))
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise Refused([damaged(path, f"it can't be read ({error})")]) from None


def _read_table(ref: SnapshotRef) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet

    path = ref.folder / _RECORDS
    try:
        return pyarrow.parquet.read_table(path, columns=list(Row._fields))
    except (OSError, pa.ArrowException) as error:
        raise Refused([damaged(path, f"it can't be read ({error})")]) from None
