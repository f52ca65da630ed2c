"""What of the last snapshot lives on beside the files that were read now: the rules of `merge`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from tieout.config.model import SourceConfig
from tieout.domain.entry import Coverage, Entry, PayRate, Rejected
from tieout.domain.exchange import ExchangeRate
from tieout.domain.payment import Payment
from tieout.store.snapshot import SnapshotRef, newest

if TYPE_CHECKING:
    import duckdb

#: The first and last day of an entry, by the clock of the zone ``$zone``.
_FIRST_DAY: Final = (
    "coalesce(CAST(timezone($zone, timezone('UTC', start_at)) AS DATE), from_date, to_date)"
)
_LAST_DAY: Final = "coalesce(CAST(timezone($zone, timezone('UTC', start_at)) AS DATE), to_date)"


class Captured(Protocol):
    """What a source gave: ``connectors.ports.Capture`` is one."""

    @property
    def entries(self) -> Sequence[Entry]: ...
    @property
    def rates(self) -> Sequence[PayRate]: ...
    @property
    def exchange(self) -> Sequence[ExchangeRate]: ...
    @property
    def payments(self) -> Sequence[Payment]: ...
    @property
    def coverage(self) -> Coverage: ...
    @property
    def rejected(self) -> Sequence[Rejected]: ...
    @property
    def rows(self) -> Mapping[str, str]: ...
    @property
    def inputs(self) -> Mapping[str, str]: ...
    @property
    def left_out(self) -> Mapping[str, int]: ...
    @property
    def gone(self) -> Sequence[str]: ...
    @property
    def timezone(self) -> str: ...


def foldable_parent(
    state: Path, source: SourceConfig, kind: str = "entries"
) -> SnapshotRef | None:
    """The last snapshot, where what it holds may live on: made by the same connector and profile."""
    parent = newest(state, source.name)
    if source.files != "merge" or parent is None or parent.kind != kind:
        return None
    return parent if parent.manifest["made_by"] == made_by(source) else None


def made_by(source: SourceConfig) -> list[str | None]:
    return [source.connector, source.profile]


def fold(
    connection: duckdb.DuckDBPyConnection, parent: SnapshotRef | None, capture: Captured
) -> None:
    """``folded`` and ``rows``: what the files hold, and what of the parent lives on."""
    if parent is None:
        fold_nothing(connection)
        return
    window = capture.coverage
    connection.execute(
        f"""
        CREATE TABLE folded AS
        FROM given
        UNION ALL BY NAME
        SELECT parent.* FROM read_parquet($parent) AS parent ANTI JOIN given USING (key)
        WHERE NOT ($proves AND {_FIRST_DAY} >= $first AND {_LAST_DAY} <= $last)
          AND NOT list_contains(CAST($gone AS VARCHAR[]), key)
        """,
        {
            "parent": str(parent.folder / "entries.parquet"),
            "proves": window.proves_absence,
            "first": window.from_date,
            "last": window.to_date,
            "gone": list(capture.gone),
            "zone": capture.timezone,
        },
    )
    connection.execute(
        """
        CREATE TABLE rows AS
        FROM given_rows
        UNION ALL BY NAME
        SELECT parent.* FROM read_parquet($parent) AS parent
        ANTI JOIN given_rows USING (key) SEMI JOIN folded USING (key)
        """,
        {"parent": str(parent.folder / "rows.parquet")},
    )


def fold_plainly(
    connection: duckdb.DuckDBPyConnection, parent: SnapshotRef | None, kind: str
) -> None:
    """``folded`` and ``rows``: what the files hold, and whatever else the parent does."""
    if parent is None:
        fold_nothing(connection)
        return
    for file, given, folded in ((kind, "given", "folded"), ("rows", "given_rows", "rows")):
        connection.read_parquet(str(parent.folder / f"{file}.parquet")).create_view("before")
        connection.execute(
            f"CREATE TABLE {folded} AS FROM {given} UNION ALL BY NAME "
            f"SELECT before.* FROM before ANTI JOIN {given} USING (key); DROP VIEW before"
        )


def fold_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    """``folded`` and ``rows`` are what the files hold."""
    connection.execute(
        "ALTER TABLE given RENAME TO folded; ALTER TABLE given_rows RENAME TO rows"
    )


def hull(
    connection: duckdb.DuckDBPyConnection, parent: SnapshotRef | None, capture: Captured
) -> Coverage:
    """From the earliest to the latest day that anything is known of.

    Absence is proved only where all of it lies in what the files prove.
    """
    proved = capture.coverage
    if proved.from_date is None or proved.to_date is None:
        return proved
    days = connection.execute(
        f"SELECT min({_FIRST_DAY}), max({_LAST_DAY}) FROM folded", {"zone": capture.timezone}
    ).fetchone()
    first, last = days or (None, None)
    bounds = [(proved.from_date, proved.to_date)]
    if first is not None and last is not None:
        bounds.append((first, last))
    if parent is not None and parent.coverage.from_date and parent.coverage.to_date:
        bounds.append((parent.coverage.from_date, parent.coverage.to_date))
    hull = (min(bound[0] for bound in bounds), max(bound[1] for bound in bounds))
    whole = hull == (proved.from_date, proved.to_date)
    return Coverage(*hull, proves_absence=proved.proves_absence and whole)
