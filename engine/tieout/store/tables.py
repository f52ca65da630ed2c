"""Tables in memory: from rows through Arrow into DuckDB, and out as Parquet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


def open_database() -> duckdb.DuckDBPyConnection:
    """A database of its own in memory; a context manager."""
    import duckdb

    return duckdb.connect(":memory:")


def load(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Mapping[str, str],
    rows: Sequence[object],
) -> None:
    """A table of the rows' attributes, through Arrow, whose types leave nothing to inference."""
    import pyarrow as pa

    types = {
        "VARCHAR": pa.string(),
        "BIGINT": pa.int64(),
        "BOOLEAN": pa.bool_(),
        "DATE": pa.date32(),
        "TIMESTAMP": pa.timestamp("us"),
    }
    arrays = [
        pa.array(list(map(attrgetter(name), rows)), types[kind]) for name, kind in columns.items()
    ]
    connection.register("arriving", pa.Table.from_arrays(arrays, names=list(columns)))
    connection.execute(f"CREATE TABLE {table} AS FROM arriving")
    connection.unregister("arriving")


def save(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    """The rows of ``query``, in its order, as Parquet compressed with zstd. Raises OSError."""
    import duckdb

    try:
        connection.sql(query).write_parquet(str(path), compression="zstd")
    except duckdb.IOException as error:
        raise OSError(str(error)) from error
