"""The logical content of a table, as digests: what a snapshot's id is made of.

Text is canonical before it is hashed: each value is prefixed with its length, NULL is ``-``, dates
are days and times microseconds since 1970. DuckDB's own ``hash()`` may change with its version and
is not used; ``concat_ws`` skips NULL and is not used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from tieout.domain.key import canonical

if TYPE_CHECKING:
    import duckdb

_BATCH: Final = 100_000
_AS_TEXT: Final = {
    "VARCHAR": "{0}",
    "BIGINT": "CAST({0} AS VARCHAR)",
    "BOOLEAN": "CAST({0} AS VARCHAR)",
    "DATE": "CAST({0} - DATE '1970-01-01' AS VARCHAR)",
    "TIMESTAMP": "CAST(epoch_us({0}) AS VARCHAR)",
}


def row_digest(columns: Mapping[str, str]) -> str:
    """The SQL expression for the digest (64 hex digits) of a row of these columns and types."""
    texts = [_AS_TEXT[kind].format(name) for name, kind in columns.items()]
    parts = [f"coalesce(CAST(strlen({text}) AS VARCHAR) || ':' || {text}, '-')" for text in texts]
    return f"sha256({' || '.join(parts)})"


def content_id(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Mapping[str, str],
    facts: Iterable[object],
) -> str:
    """SHA-256 over ``facts`` (JSON values) and every row of ``table`` in the order of its key."""
    total = hashlib.sha256(canonical([*facts, dict(columns)]).encode())
    rows = connection.execute(f"SELECT {row_digest(columns)} FROM {table} ORDER BY key")
    while batch := rows.fetchmany(_BATCH):
        total.update("".join(digest for (digest,) in batch).encode())
    return total.hexdigest()
