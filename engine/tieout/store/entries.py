"""Snapshots of time entries, pay rates and exchange rates: Parquet that the pipeline reads as it is.

``entries.parquet`` (or ``rates.parquet``, ``exchange.parquet``) has exactly the columns of the
domain, entries sorted by worker, then start or date, then key. ``rows.parquet`` tells on which line
of which file each stood, ``rejected.json`` what could not be read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tieout.config.model import PrivacyRule, SourceConfig
from tieout.domain.diagnostic import Diagnostic
from tieout.domain.entry import ENTRY_COLUMNS, RATE_COLUMNS, Coverage, Entry, PayRate, Rejected
from tieout.domain.exchange import EXCHANGE_COLUMNS
from tieout.domain.payment import PAYMENT_COLUMNS, Payment
from tieout.store.approved import FILE, bind
from tieout.store.collected import collect
from tieout.store.content import content_id, row_digest
from tieout.store.fold import Captured, fold, fold_plainly, foldable_parent, hull, made_by
from tieout.store.snapshot import (
    SnapshotRef,
    coverage_json,
    damaged,
    newest,
    store,
    verify_files,
)
from tieout.store.tables import load, open_database, save

if TYPE_CHECKING:
    import duckdb

ROWS_COLUMNS: Final = {"key": "VARCHAR", "place": "VARCHAR"}
_COLUMNS: Final = {"entries": ENTRY_COLUMNS, "rates": RATE_COLUMNS, "exchange": EXCHANGE_COLUMNS,
    "payments": PAYMENT_COLUMNS,
}
_ORDER: Final = {
    "entries": "coalesce(worker_id, worker_email, worker_name), "
    "coalesce(start_at, CAST(coalesce(from_date, to_date) AS TIMESTAMP)), key",
    "rates": "worker, from_date, key",
    "exchange": "day, base, currency, key",
    "payments": "day, key",
}


_ALL: Final = PrivacyRule()
"""Whatever the source gives is kept."""


class Row(NamedTuple):
    """``place`` is the ``file:line`` on which the entry with this key stood."""

    key: str
    place: str


@dataclass(frozen=True)
class Delta:
    """What a snapshot holds that an older one doesn't, by key."""

    new: int = 0
    changed: int = 0
    gone: int = 0


def write_entries(
    state: Path, source: SourceConfig, capture: Captured, now: datetime,
    privacy: PrivacyRule = _ALL,
) -> SnapshotRef:  # fmt: skip
    """Store a capture of time entries, of which ``privacy`` says what is kept; ``now`` carries a zone.

    Under ``files: merge`` the last snapshot's entries that the files don't hold stay, unless they
    lie in a window that the config declares complete. Content that is known keeps its id.
    """
    parent = foldable_parent(state, source)
    with open_database() as connection:
        load(connection, "given", ENTRY_COLUMNS, capture.entries)
        load(connection, "given_rows", ROWS_COLUMNS, _rows(capture))
        fold(connection, parent, capture)
        dropped = collect(connection, privacy)
        withdrawn = bind(connection, newest(state, source.name))
        coverage = hull(connection, parent, capture)
        return _store(
            connection, state, source, capture, now, "entries", coverage, parent, withdrawn, dropped
        )


def write_rates(state: Path, source: SourceConfig, capture: Captured, now: datetime) -> SnapshotRef:
    """Store a capture of pay rates: as they stand, without folding; ``now`` carries a zone."""
    with open_database() as connection:
        load(connection, "folded", RATE_COLUMNS, capture.rates)
        load(connection, "rows", ROWS_COLUMNS, _rows(capture))
        parent = newest(state, source.name)
        return _store(connection, state, source, capture, now, "rates", capture.coverage, parent)


def write_exchange(
    state: Path, source: SourceConfig, capture: Captured, now: datetime
) -> SnapshotRef:
    """Store a capture of exchange rates; ``now`` carries a zone. Under ``files: merge`` the days that
    were read before stay: the file of a day is all that is published of it later."""
    parent = foldable_parent(state, source, "exchange")
    with open_database() as connection:
        load(connection, "given", EXCHANGE_COLUMNS, capture.exchange)
        load(connection, "given_rows", ROWS_COLUMNS, _rows(capture))
        fold_plainly(connection, parent, "exchange")
        return _store(
            connection, state, source, capture, now, "exchange", capture.coverage, parent
        )


def write_payments(
    state: Path, source: SourceConfig, capture: Captured, now: datetime
) -> SnapshotRef:
    """Store a capture of payments: as they stand, without folding; ``now`` carries a zone."""
    with open_database() as connection:
        load(connection, "folded", PAYMENT_COLUMNS, capture.payments)
        load(connection, "rows", ROWS_COLUMNS, _rows(capture))
        parent = newest(state, source.name)
        return _store(
            connection, state, source, capture, now, "payments", capture.coverage, parent
        )


def read_payments(ref: SnapshotRef) -> tuple[Payment, ...]:
    """The payments, by day."""
    with open_database() as connection:
        path = str(ref.folder / "payments.parquet")
        rows = connection.execute("FROM read_parquet(?)", [path]).fetchall()
    return tuple(Payment(*row) for row in rows)


def entries(ref: SnapshotRef) -> Path:
    """The Parquet file of the entries, with the columns of ``ENTRY_COLUMNS``."""
    return ref.folder / "entries.parquet"


def rates(ref: SnapshotRef) -> Path:
    """The Parquet file of the pay rates, with the columns of ``RATE_COLUMNS``."""
    return ref.folder / "rates.parquet"


def exchange(ref: SnapshotRef) -> Path:
    """The Parquet file of the exchange rates, with the columns of ``EXCHANGE_COLUMNS``."""
    return ref.folder / "exchange.parquet"


def read_rates(ref: SnapshotRef) -> tuple[PayRate, ...]:
    """The pay rates, by worker and date."""
    with open_database() as connection:
        rows = connection.execute("FROM read_parquet(?)", [str(rates(ref))]).fetchall()
    return tuple(PayRate(*row) for row in rows)


def read_entry(ref: SnapshotRef, key: str) -> tuple[Entry, str] | None:
    """One entry and its ``file:line``; None if the snapshot doesn't hold it."""
    with open_database() as connection:
        row = connection.execute(
            "SELECT * FROM read_parquet(?) WHERE key = ?", [str(entries(ref)), key]
        ).fetchone()
        place = connection.execute(
            "SELECT place FROM read_parquet(?) WHERE key = ?",
            [str(ref.folder / "rows.parquet"), key],
        ).fetchone()
    return (Entry(*row), place[0] if place else "") if row else None


def places(ref: SnapshotRef, keys: Iterable[str]) -> dict[str, str]:
    """The ``file:line`` on which each of these entries or pay rates stood, where known."""
    with open_database() as connection:
        rows = connection.execute(
            "SELECT key, place FROM read_parquet(?) WHERE list_contains(?, key)",
            [str(ref.folder / "rows.parquet"), sorted(set(keys))],
        ).fetchall()
    return dict(rows)


def distinct(ref: SnapshotRef, columns: Sequence[str]) -> set[tuple[Any, ...]]:
    """The combinations of these columns of ``ENTRY_COLUMNS`` that a snapshot of entries has."""
    unknown = set(columns) - set(ENTRY_COLUMNS)
    if unknown:  # names go into the query's text
        raise ValueError(f"entries have no {', '.join(sorted(unknown))}")
    with open_database() as connection:
        rows = connection.execute(
            f"SELECT DISTINCT {', '.join(columns)} FROM read_parquet(?)", [str(entries(ref))]
        ).fetchall()
    return set(rows)


def days(ref: SnapshotRef) -> tuple[date, date] | None:
    """The first and the last day of a snapshot's entries, in UTC for spans; None without any."""
    with open_database() as connection:
        told = connection.execute(
            "SELECT min(day), max(day) FROM"
            " (SELECT coalesce(CAST(start_at AS DATE), to_date) AS day FROM read_parquet(?))",
            [str(entries(ref))],
        ).fetchone()
    return (told[0], told[1]) if told and told[0] else None


def read_rejected(ref: SnapshotRef) -> tuple[Rejected, ...]:
    """What could not be read and was accepted as such."""
    listed = json.loads((ref.folder / "rejected.json").read_text(encoding="utf-8"))
    return tuple(Rejected(**row) for row in listed)


def delta(old: SnapshotRef | None, new: SnapshotRef) -> Delta:
    """How ``new`` differs from ``old`` of the same source (None: all of it is new)."""
    if old is not None and old.id == new.id:
        return Delta()
    columns = _COLUMNS[new.kind]
    file = f"{new.kind}.parquet"
    with open_database() as connection:
        for name, ref in (("before", old), ("after", new)):
            if ref is None:
                load(connection, name, columns, [])
            else:
                connection.read_parquet(str(ref.folder / file)).create_view(name)
        told = connection.execute(
            f"""
            SELECT count(*) FILTER (WHERE a.key IS NULL),
                   count(*) FILTER (WHERE a.digest <> b.digest),
                   count(*) FILTER (WHERE b.key IS NULL)
            FROM (SELECT key, {row_digest(columns)} AS digest FROM before) AS a
            FULL JOIN (SELECT key, {row_digest(columns)} AS digest FROM after) AS b ON a.key = b.key
            """
        ).fetchone()
    return Delta(*told) if told else Delta()


def verify(ref: SnapshotRef) -> list[Diagnostic]:
    """TO340 for each file that was changed, and where the content isn't what the id names.

    Books are verified by their files' bytes alone.
    """
    found = verify_files(ref)
    if found or ref.kind not in _COLUMNS:
        return found
    path = ref.folder / f"{ref.kind}.parquet"
    with open_database() as connection:
        connection.read_parquet(str(path)).create_view("folded")
        facts = ref.manifest["facts"]
        if content_id(connection, "folded", _COLUMNS[ref.kind], facts) != ref.id:
            found.append(damaged(path, "its content isn't what the snapshot's id names"))
    return found


def _rows(capture: Captured) -> list[Row]:
    return [Row(key, place) for key, place in capture.rows.items()]


def _store(
    connection: duckdb.DuckDBPyConnection,
    state: Path,
    source: SourceConfig,
    capture: Captured,
    now: datetime,
    kind: str,
    coverage: Coverage,
    parent: SnapshotRef | None,
    withdrawn: Sequence[tuple[str, str]] = (),
    dropped: Mapping[str, int] | None = None,
) -> SnapshotRef:
    rejected = [asdict(row) for row in capture.rejected]
    facts: list[Any] = [kind, made_by(source), coverage_json(coverage)]
    if rejected:  # a plan tells of them: what was seen without them is another snapshot
        facts.append(rejected)
    if withdrawn:
        facts.append([list(row) for row in withdrawn])
    identifier = content_id(connection, "folded", _COLUMNS[kind], facts)
    count = connection.execute("SELECT count(*) FROM folded").fetchone()
    manifest = {
        "kind": kind,
        "made_by": made_by(source),
        "coverage": coverage_json(coverage),
        "facts": facts,
        "count": count[0] if count else 0,
        "parent": parent.id if parent else None,
        "inputs": dict(sorted(capture.inputs.items())),
        "left_out": dict(sorted(capture.left_out.items())),
        "rejected": len(rejected),
    }
    if dropped:
        manifest["not_collected"] = dropped
    if kind == "entries":
        manifest["seconds"] = _seconds(connection)

    def write(folder: Path) -> None:
        save(connection, f"FROM folded ORDER BY {_ORDER[kind]}", folder / f"{kind}.parquet")
        save(connection, "FROM rows ORDER BY key", folder / "rows.parquet")
        if kind == "entries":
            save(connection, "FROM approved ORDER BY key", folder / FILE)
        listed = json.dumps(rejected, indent=1, ensure_ascii=False)
        (folder / "rejected.json").write_text(listed + "\n", encoding="utf-8")

    return store(state, source.name, identifier, now, manifest, write)


def _seconds(connection: duckdb.DuckDBPyConnection) -> int:
    told = connection.execute("SELECT coalesce(sum(seconds), 0) FROM folded").fetchone()
    return int(told[0]) if told else 0
