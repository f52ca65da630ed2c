"""Rows into DuckDB by way of Arrow: the one fast door, and the only place that knows both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from tieout.pipeline.rows import Table


def _type(name: str) -> Any:
    import pyarrow as pa

    return {
        "VARCHAR": pa.string(),
        "INTEGER": pa.int32(),
        "BIGINT": pa.int64(),
        "BOOLEAN": pa.bool_(),
        "DATE": pa.date32(),
        "TIMESTAMP": pa.timestamp("us"),
    }[name]


def as_arrow(columns: Sequence[tuple[str, str]], rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """Rows of plain values as an Arrow table with these (name, DuckDB type) columns."""
    import pyarrow as pa

    arrays = [
        pa.array([row[place] for row in rows], type=_type(kind))
        for place, (_, kind) in enumerate(columns)
    ]
    return pa.table(dict(zip((name for name, _ in columns), arrays, strict=True)))


def load(connection: duckdb.DuckDBPyConnection, rows: Table) -> None:
    """Creates (or replaces) the temp table ``rows.name``. Names come from our code, never from data."""
    connection.register("incoming", as_arrow(rows.columns, rows.rows))
    connection.execute(f'create or replace temp table "{rows.name}" as select * from incoming')
    connection.unregister("incoming")


def attach(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    data: pa.Table | Sequence[Path],
    columns: Mapping[str, str],
) -> None:
    """Makes ``name`` stand for an Arrow table or for Parquet files; nothing given: an empty table."""
    wanted = ", ".join(f'"{column}"::{kind} as "{column}"' for column, kind in columns.items())
    if not isinstance(data, Sequence):
        connection.register(f"{name}_arrow", data)
        connection.execute(f"create temp view {name} as select {wanted} from {name}_arrow")
    elif data:
        connection.execute(
            f"set variable {name}_files = $files", {"files": [str(path) for path in data]}
        )
        connection.execute(
            f"create temp view {name} as select {wanted} "
            f"from read_parquet(getvariable('{name}_files'), union_by_name = true)"
        )
    else:
        load_columns = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
        connection.execute(f"create temp table {name} ({load_columns})")
