"""The SQLite file in the state folder: how it is opened, and what its failures mean to a person."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from tieout.domain.diagnostic import Diagnostic, Refused

FORMAT = 1
"""Raised when a statement of ``schema.sql`` changes by a letter (SQLite keeps their text, and
``state verify`` compares it) or a table's meaning does; kept in SQLite's ``user_version``."""

BROKEN: Final = (sqlite3.DatabaseError, UnicodeDecodeError)
"""What reading a damaged file raises; the second where SQLite quotes damaged bytes to say so."""

_BUSY_SECONDS = 10
_WRITING_FAILED = frozenset(
    {
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
    }
)


def path(state: Path) -> Path:
    """Where the journal of a state folder lies."""
    return state / "journal.db"


def connect_writer(state: Path) -> sqlite3.Connection:
    """Open for appending, made if it isn't there. Raises ``Refused`` (TO501, TO503, TO504).

    WAL, so that other processes read at any time; ``synchronous=FULL``, so that a commit that
    returned outlives a power cut.
    """
    with told(state):
        state.mkdir(parents=True, exist_ok=True)
        path(state).touch(mode=0o600)  # it holds pay and customers' amounts
        connection = sqlite3.connect(path(state), timeout=_BUSY_SECONDS, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            if _check_format(connection, state) < FORMAT:
                connection.executescript(_schema())
        except BaseException:
            connection.close()
            raise
        return connection


def connect_reader(state: Path) -> sqlite3.Connection | None:
    """Open for reading, also while another process writes; None before the first apply."""
    if not path(state).exists():
        return None
    with told(state):
        uri = f"file:{quote(str(path(state).absolute()))}?mode=ro{_alone(state)}"
        connection = sqlite3.connect(uri, timeout=_BUSY_SECONDS, isolation_level=None, uri=True)
        try:
            made = _check_format(connection, state)
        except BaseException:
            connection.close()
            raise
        if made:
            return connection
        connection.close()  # killed between making the file and its tables: nothing was written yet
        return None


def _alone(state: Path) -> str:
    """SQLite reads a WAL database through files beside it, and makes them if need be. Where a
    reader may not, and no writer has the file open (it would have made them), it is read as it is
    (https://www.sqlite.org/wal.html, "Read-Only Databases")."""
    wal = path(state).with_name(f"{path(state).name}-wal")
    return "" if wal.exists() or os.access(state, os.W_OK) else "&immutable=1"


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing, durable when it returns; one writer at a time."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def told(state: Path) -> Iterator[None]:
    """Turns what SQLite and the file system raise into ``Refused``: never a traceback."""
    try:
        yield
    except BROKEN as error:
        raise Refused([failure(error, state)]) from error
    except OSError as error:
        raise Refused([unwritable(state, error.strerror or str(error))]) from error


def failure(error: sqlite3.DatabaseError | UnicodeDecodeError, state: Path) -> Diagnostic:
    """TO503 when the disk or its permissions are at fault, TO501 when the file is."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the low byte is the primary result code
    return unwritable(state, str(error)) if code in _WRITING_FAILED else damaged(state, str(error))


def damaged(state: Path, why: str) -> Diagnostic:
    return Diagnostic(
        code="TO501",
        message=f"the journal {path(state)} is damaged: {why}",
        hint="restore the state folder from a backup; don't apply anything before",
        next="tieout state verify",
    )


def unwritable(state: Path, why: str) -> Diagnostic:
    return Diagnostic(
        code="TO503",
        message=f"the state {state} can't be written: {why}",
        hint="make room on the disk, or give yourself the right to write there",
        next="tieout state show",
    )


def _check_format(connection: sqlite3.Connection, state: Path) -> int:
    """The file's format, 0 while it has no tables yet."""
    tables = connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if tables and found < FORMAT:
        # Both are made in one transaction: taken for new, it would hide all that was ever applied.
        raise Refused([damaged(state, f"it has tables, and says that its format is {found}")])
    if found > FORMAT:
        raise Refused(
            [
                Diagnostic(
                    code="TO504",
                    message=f"the journal {path(state)} has format {found};"
                    f" this tieout knows {FORMAT}",
                    hint="a newer tieout wrote it: install that one",
                    next="tieout --version",
                )
            ]
        )
    return found


def layout(connection: sqlite3.Connection) -> set[tuple[str, str, str, str | None]]:
    """Type, name, table and text of each table, index and trigger in the file."""
    return set(connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master"))


def made() -> set[tuple[str, str, str, str | None]]:
    """The layout that a new file gets."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(_schema())
        return layout(connection)


def _schema() -> str:
    tables = Path(__file__).with_name("schema.sql").read_text(encoding="utf-8")
    return f"BEGIN IMMEDIATE;\n{tables}\nPRAGMA user_version = {FORMAT:d};\nCOMMIT;"
