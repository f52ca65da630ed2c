"""Public holidays, where a law shortens the workweek by them: as rows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tieout.config.calendars import public_holidays
from tieout.config.model import Config
from tieout.pipeline import arrow
from tieout.pipeline.laws import Laws
from tieout.pipeline.rows import table

if TYPE_CHECKING:
    import duckdb


_YEARS = "select distinct year(work_date) from checked"


def load(connection: duckdb.DuckDBPyConnection, config: Config) -> None:
    """The table ``holiday_row``: of each law that asks for them the days of the years that have work."""
    rows: list[tuple[int, date]] = []
    if any(pack.holidays for pack in config.rules.packs.values()):
        years = {
            year + by
            for (year,) in connection.execute(_YEARS).fetchall()
            for by in (-1, 0, 1)
        }
        for pack, number in Laws(config).numbers.items():
            if pack.holidays:
                rows += [(number, day) for day in sorted(public_holidays(pack.holidays, years))]
    arrow.load(connection, table("holiday_row", "pack_no INTEGER, day DATE", rows))
