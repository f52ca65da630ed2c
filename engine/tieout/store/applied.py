"""The applied state: what we last wrote under each document key, a fold of the journal.

The table is kept by the transaction that records an act as done; :func:`fold` computes the same
from the journal alone, :func:`compare` proves that they agree, :func:`rebuild` makes them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tieout.domain.books import Applied, Claim
from tieout.domain.diagnostic import Diagnostic, Severity
from tieout.domain.document import Document
from tieout.domain.key import canonical
from tieout.store import database
from tieout.store.record import MOVES, Record

if TYPE_CHECKING:
    import pyarrow

#: The columns of :func:`export`: ``digest`` is null after a void, and so is ``document``.
EXPORTED = {
    "key": "VARCHAR",
    "target": "VARCHAR",
    "sequence": "BIGINT",
    "digest": "VARCHAR",
    "document": "VARCHAR",
    "remote_id": "VARCHAR",
    "version": "VARCHAR",
    "config": "VARCHAR",
    "seconds": "BIGINT",
}
_COLUMNS = (
    "target",
    "key",
    "sequence",
    "digest",
    "document",
    "remote_id",
    "version",
    "config",
    "seconds",
    "operation",
    "number",
    "claims",
)
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM applied"
_UPSERT = (
    f"INSERT OR REPLACE INTO applied ({', '.join(_COLUMNS)})"
    f" VALUES ({', '.join('?' * len(_COLUMNS))})"
)
_TEXT = "CASE WHEN held(target, digest) THEN NULL ELSE document END"
_EXPORT = (
    f"SELECT {', '.join(_TEXT if name == 'document' else name for name in EXPORTED)}"
    " FROM applied ORDER BY target, key"
)
#: Of each document the last act done, with what it was about. Parameter: the events that move.
_LAST = """
    SELECT r.target, r.document, r.sequence, r.after, r.remote_id, r.version, r.operation, r.number,
           p.body
    FROM (SELECT max(number) AS number FROM record
          WHERE event IN (SELECT value FROM json_each(?)) GROUP BY target, document) AS last
    JOIN record AS r USING (number)
    LEFT JOIN payload AS p ON p.digest = r.payload
    ORDER BY r.target, r.document
"""
#: Rows turned into Arrow at a time: few enough to stay in the processor's cache (measured).
_CHUNK = 8_192


@dataclass(frozen=True)
class Standing:
    """Where a document stands: acts done on it, digest of what we wrote last, and the last act."""

    sequence: int
    digest: str | None
    operation: str | None


#: Of a document that we never wrote.
NEVER = Standing(0, None, None)


def follow(
    connection: sqlite3.Connection, done: Iterable[tuple[Record, Mapping[str, Any]]]
) -> None:
    """Follow acts that were done: (record, its payload, which says ``config`` and ``change``)."""
    connection.executemany(_UPSERT, (_followed(record, value) for record, value in done))


def _followed(record: Record, value: Mapping[str, Any]) -> tuple[Any, ...]:
    head = (record.target, record.document, record.sequence, record.after)
    tail = (record.remote_id, record.version, record.operation, record.number)
    return _row(head, tail, value)


def standings(
    connection: sqlite3.Connection, keys: Iterable[str]
) -> dict[tuple[str, str], Standing]:
    """By (target, key), for the document keys asked for that were ever written."""
    rows = connection.execute(
        "SELECT target, key, sequence, digest, operation FROM applied"
        " WHERE key IN (SELECT value FROM json_each(?))",
        (json.dumps(list(keys)),),
    )
    return {(target, key): Standing(*standing) for target, key, *standing in rows}


def export(state: Path, held: Mapping[str, Container[str]] | None = None) -> pyarrow.Table:
    """The whole applied state as Arrow, in key order, without building documents in Python.

    ``held``: target → digests of what its books hold. Of such a document, nearly every one, the
    text is left out: it is read where the books' records are. Empty before the first apply. Raises
    ``Refused`` when the journal can't be read.
    """
    import pyarrow as pa

    types = {"VARCHAR": pa.string(), "BIGINT": pa.int64()}
    schema = pa.schema([(name, types[kind]) for name, kind in EXPORTED.items()])
    connection = database.connect_reader(state)
    batches: list[pa.RecordBatch] = []
    if connection is not None:
        with database.told(state):
            texts = held or {}
            connection.create_function("held", 2, lambda target, sha: sha in texts.get(target, ()))
            cursor = connection.execute(_EXPORT)
            while rows := cursor.fetchmany(_CHUNK):
                columns = zip(*rows, strict=True)
                arrays = [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)]
                batches.append(pa.record_batch(arrays, schema=schema))
        connection.close()
    return pa.Table.from_batches(batches, schema=schema)


def get(state: Path, target: str, keys: Iterable[str]) -> dict[str, Applied]:
    """What we last wrote under these document keys of one target, with claims; by key."""
    connection = database.connect_reader(state)
    if connection is None:
        return {}
    with database.told(state):
        rows = connection.execute(
            f"{_SELECT} WHERE target = ? AND key IN (SELECT value FROM json_each(?)) ORDER BY key",
            (target, json.dumps(list(keys))),
        ).fetchall()
    connection.close()
    return {row[1]: _applied(row) for row in rows}


def claims(state: Path, target: str, keys: Iterable[str]) -> dict[str, tuple[Claim, ...]]:
    """The entries' parts in these documents, as last written; by document key."""
    return {key: applied.claims for key, applied in get(state, target, keys).items()}


def fold(connection: sqlite3.Connection) -> dict[tuple[str, str], Applied]:
    """The applied state told from the journal alone, by (target, key)."""
    return {(row[0], row[1]): _applied(row) for row, _kept in _folded(connection)}


def compare(connection: sqlite3.Connection) -> list[Diagnostic]:
    """TO507 for every document on which table and journal disagree."""
    table = {(row[0], row[1]): row for row in connection.execute(_SELECT)}
    found = []
    for row, kept in _folded(connection):
        have = table.pop((row[0], row[1]), None)
        if have != row and (kept or have is None or _named(have) != _named(row)):
            found.append(_disagrees(row[0], row[1]))
    return found + [_disagrees(target, key) for target, key in table]


def rebuild(connection: sqlite3.Connection) -> list[Diagnostic]:
    """Make the table anew from the journal. A document whose payload retention removed stays as it
    stands in the table when the digest is the journal's; else it comes back empty, with TO506."""
    found = []
    with database.transaction(connection):
        table = {(row[0], row[1]): row for row in connection.execute(_SELECT)}
        connection.execute("DELETE FROM applied")
        for row, kept in _folded(connection):
            have = table.get((row[0], row[1]))
            if not kept and have is not None and _named(have) == _named(row):
                row = have
            elif not kept:
                found.append(_removed(row[0], row[1]))
            connection.execute(_UPSERT, row)
    return found


def _folded(connection: sqlite3.Connection) -> Iterator[tuple[tuple[Any, ...], bool]]:
    """The rows that the table must have, and whether the payload of each is still kept."""
    for *head, remote_id, version, operation, number, body in connection.execute(
        _LAST, (json.dumps(sorted(MOVES)),)
    ):
        value = json.loads(body) if body is not None else {"config": "", "change": {"after": None}}
        tail = (remote_id, version, operation, number)
        yield _row(tuple(head), tail, value), body is not None


def _row(head: tuple[Any, ...], tail: tuple[Any, ...], value: Mapping[str, Any]) -> tuple[Any, ...]:
    remote_id, version, operation, number = tail
    after = value["change"]["after"]
    seconds = sum(line["seconds"] for line in after["lines"]) if after else 0
    claimed = value["change"]["claims"] if after else []
    document = canonical(after) if after else None
    return (
        *head,
        document,
        remote_id,
        version,
        value["config"],
        seconds,
        operation,
        number,
        canonical(claimed),
    )


def _named(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """What the journal knows of a document without its payload."""
    named = dict(zip(_COLUMNS, row, strict=True))
    return named["sequence"], named["digest"], named["operation"], named["number"]


def _applied(row: tuple[Any, ...]) -> Applied:
    values = dict(zip(_COLUMNS, row, strict=True))
    document = Document.from_json(json.loads(values["document"])) if values["document"] else None
    return Applied(
        key=values["key"],
        target=values["target"],
        sequence=values["sequence"],
        document=document,
        remote_id=values["remote_id"],
        version=values["version"],
        config=values["config"],
        claims=tuple(
            Claim(entry=entry, digest=digest, seconds=seconds, date=date)
            for entry, digest, seconds, date in json.loads(values["claims"])
        ),
    )


def _disagrees(target: str, key: str) -> Diagnostic:
    return Diagnostic(
        code="TO507",
        message=f"the applied state of {key} in {target} isn't what the journal gives",
        hint="the journal is the truth: make the applied state anew from it",
        next="tieout state rebuild",
    )


def _removed(target: str, key: str) -> Diagnostic:
    return Diagnostic(
        code="TO506",
        message=f"what was written under {key} in {target} was removed by retention",
        severity=Severity.WARNING,
        hint="the next plan compares with the books alone and shows it as drift",
        next="tieout plan",
    )
