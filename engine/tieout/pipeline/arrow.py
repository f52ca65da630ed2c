"""Rows into DuckDB by way of Arrow: the one fast door, and the only place that knows both."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from tieout.pipeline.rows import Table

#: Rows with a text each: that of an invoice may take 100 KB.
_FEW = 1024


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


def read(data: pa.Table | Sequence[Path], columns: Sequence[str]) -> pa.Table:
    """These columns of an Arrow table or of Parquet files."""
    import pyarrow as pa
    import pyarrow.parquet

    if not isinstance(data, Sequence):
        return data.select(columns)
    parts = [pyarrow.parquet.read_table(path, columns=list(columns)) for path in data]
    return pa.concat_tables(parts) if parts else pa.table({name: [] for name in columns})


def pick(
    data: pa.Table | Sequence[Path], columns: Sequence[str], wanted: Container[str]
) -> Iterator[pa.RecordBatch]:
    """These columns, the first of them a key, of the rows whose key is wanted: for texts, of which
    no more than a few are in memory at a time."""
    for batch in _batches(data, columns):
        keys = batch.column(columns[0]).to_pylist()
        if places := [place for place, key in enumerate(keys) if key in wanted]:
            yield batch.take(places)


def _batches(data: pa.Table | Sequence[Path], columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    import pyarrow.parquet

    if not isinstance(data, Sequence):
        yield from data.select(columns).to_batches(_FEW)
        return
    for path in data:
        with pyarrow.parquet.ParquetFile(path) as file:
            yield from file.iter_batches(_FEW, columns=list(columns))


def load(connection: duckdb.DuckDBPyConnection, rows: Table) -> None:
    """Creates (or replaces) the temp table ``rows.name``. Names come from our code, never from data."""
    connection.register("incoming", as_arrow(rows.columns, rows.rows))
    connection.execute(f'create or replace temp table "{rows.name}" as select * from incoming')
    connection.unregister("incoming")


def append(connection: duckdb.DuckDBPyConnection, name: str, rows: pa.RecordBatch) -> None:
    """More rows for a table that :func:`load` made, its columns in its order."""
    import pyarrow as pa

    connection.register("incoming", pa.Table.from_batches([rows]))
    connection.execute(f'insert into "{name}" select * from incoming')
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
