"""Proof that the journal is as it was written: every byte that says something.

A byte that says nothing may change unnoticed, since nothing that can be read comes of it: the room
within a page that no row takes (often most of the file), and of the 100 bytes of its header the
counters of changes, the versions of SQLite that wrote it, the size of a cache, the application id
and what SQLite keeps for later (https://www.sqlite.org/fileformat.html, section 1.3).
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from tieout.domain.diagnostic import Diagnostic
from tieout.store import database
from tieout.store.record import COLUMNS, record_of


def verify(connection: sqlite3.Connection, state: Path) -> list[Diagnostic]:
    """TO505 for each record that was changed, is missing, or whose payload was changed; TO501 for
    what can't be read at all. A payload that retention removed is no finding."""
    # A byte that is no UTF-8 any more must reach the hash, not raise.
    connection.text_factory = lambda raw: raw.decode("utf-8", errors="replace")
    try:
        found, tables_hold = _layout(connection, state)
        told = (_chain, _payloads, _file) if tables_hold else ()
        return found + [finding for part in told for finding in part(connection, state)]
    finally:
        connection.text_factory = str


def _layout(connection: sqlite3.Connection, state: Path) -> tuple[list[Diagnostic], bool]:
    """Tables, indexes and triggers, to the letter: without one of them nothing else would tell.
    Whether the tables can be relied on, too."""
    try:
        found, made = database.layout(connection), database.made()
    except database.BROKEN as error:
        return [database.damaged(state, str(error))], False
    if found == made:
        return [], True
    apart = found ^ made
    names = ", ".join(sorted({name for _, name, _, _ in apart}))
    tables_hold = not any(kind == "table" for kind, *_ in apart)
    return [database.damaged(state, f"{names}: not as tieout makes it")], tables_hold


def _chain(connection: sqlite3.Connection, state: Path) -> Iterator[Diagnostic]:
    number, previous = 0, None
    try:
        for row in connection.execute(f"SELECT {', '.join(COLUMNS)} FROM record ORDER BY number"):
            values = dict(zip(COLUMNS, row, strict=True))
            number += 1
            if values["number"] != number:
                yield _finding(number, f"is missing (next is {values['number']})")
            elif values["previous"] != previous:
                yield _finding(number, f"doesn't follow record {number - 1}")
            elif not _intact(row):
                yield _finding(number, "was changed after it was written")
            number, previous = values["number"], values["hash"]
    except database.BROKEN as error:
        yield database.damaged(state, f"record {number + 1} can't be read ({error})")


def _intact(row: tuple[object, ...]) -> bool:
    try:
        record = record_of(row)
        return record.sealed() == record.hash
    except (ValueError, TypeError):  # an event that is none, a number that became a blob
        return False


def _payloads(connection: sqlite3.Connection, state: Path) -> Iterator[Diagnostic]:
    last = "(none)"
    try:
        for digest, body in connection.execute("SELECT digest, body FROM payload ORDER BY rowid"):
            last = digest
            if hashlib.sha256(str(body).encode()).hexdigest() != digest:
                yield from _with_payload(connection, digest)
    except database.BROKEN as error:
        yield database.damaged(state, f"the payload after {last} can't be read ({error})")


def _with_payload(connection: sqlite3.Connection, digest: str) -> Iterator[Diagnostic]:
    """The records that this payload belongs to. When its name was hit there is none: then those
    whose payload can't be found are named."""
    rows = (
        connection.execute(
            "SELECT number FROM record WHERE payload = ? ORDER BY number", (digest,)
        ).fetchall()
        or connection.execute(
            "SELECT number FROM record WHERE payload IS NOT NULL"
            " AND payload NOT IN (SELECT digest FROM payload) ORDER BY number"
        ).fetchall()
    )
    for (number,) in rows:
        yield _finding(number, "has a payload that was changed after it was written")


def _file(connection: sqlite3.Connection, state: Path) -> Iterator[Diagnostic]:
    """What SQLite itself finds: pages, indexes."""
    try:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
    except database.BROKEN as error:
        found = [str(error)]
    if found != ["ok"]:
        yield database.damaged(state, "; ".join(found))


def _finding(number: int, what: str) -> Diagnostic:
    return Diagnostic(
        code="TO505",
        message=f"journal record {number} {what}",
        hint="restore the state folder from a backup; the record can't be trusted",
        next="tieout state show",
    )
