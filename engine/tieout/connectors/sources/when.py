"""When a row's work was done, and how long it took: a span, a day's amount or a week's bucket."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from tieout.connectors.sources.cells import BadRow, yes_or_no
from tieout.connectors.sources.clocks import Clocks, Moment, wall
from tieout.connectors.sources.columns import ENDS
from tieout.connectors.sources.settings import Settings
from tieout.connectors.sources.times import UnitMissing, at, parse_duration
from tieout.domain.entry import Grain
from tieout.domain.money import format_seconds

#: Seconds (100,000 hours) that no entry lasts.
LONGEST: Final = 360_000_000


class When(NamedTuple):
    """``first`` and ``last``: the days it covers by the source's clock. ``key``: what a natural key
    takes from it, by field, as wall-clock text, so that another zone in the config is an edit and
    not another entry. ``stated``: a duration column's seconds that differ from end − start;
    ``rounded``: the source's amount was no whole number of seconds."""

    start_at: datetime | None
    end_at: datetime | None
    from_date: date | None
    to_date: date | None
    seconds: int
    running: bool
    first: date
    last: date
    key: Mapping[str, str]
    stated: int | None = None
    rounded: bool = False

    @property
    def grain(self) -> Grain:
        """What this row knows of its time: not every row of a table knows the same."""
        if self.start_at is not None:
            return Grain.SPAN
        return Grain.DAY if self.from_date is None else Grain.WEEK


class Clockwork:
    """Reads the time of rows: settings, and the date order that each column of this file has."""

    def __init__(self, settings: Settings, orders: Mapping[str, str | None]) -> None:
        self._settings = settings
        self._clocks = Clocks(settings, orders)
        units = {"seconds": "seconds", "hours": "hours", "duration": settings.unit}
        self._amounts = [(name, unit) for name, unit in units.items() if name in settings.columns]
        self._ends = not settings.columns.keys().isdisjoint(ENDS)
        self._read = {Grain.SPAN: self._span, Grain.DAY: self._day, Grain.WEEK: self._week}[
            settings.grain
        ]

    def read(self, row: Mapping[str, str]) -> When:
        """Raises BadRow: TO321 (date, clock), TO322 (duration), TO323 (end first), TO324 (clocks
        changed), TO325 (blank); and ``UnitMissing``."""
        return self._read(row)

    def moment(self, row: Mapping[str, str], field: str) -> datetime | None:
        """The UTC instant in a column of moments (``approved_at``); a bare date is its midnight."""
        if not row.get(field):
            return None
        try:
            return self._clocks.instants(self._clocks.moment(row, field))[0]
        except BadRow:
            return self._clocks.instants((at(self._clocks.day(row, field), 0), None))[0]

    def _day(self, row: Mapping[str, str]) -> When:
        return self._on(self._clocks.day(row, "date"), *self._amount_or_blank(row), row)

    def _on(self, day: date, seconds: int, rounded: bool, row: Mapping[str, str]) -> When:
        """A day's amount; what still runs has none yet."""
        runs = self._runs(row)
        amount, key = (0 if runs else seconds), {"date": str(day)}
        return When(None, None, None, day, amount, runs, day, day, key, None, rounded)

    def _week(self, row: Mapping[str, str]) -> When:
        first, last = self._clocks.day(row, "from"), self._clocks.day(row, "to")
        if last < first:
            raise BadRow("TO323", f"the period ends on {last}, before it begins on {first}")
        seconds, rounded = self._amount_or_blank(row)
        key = {"from": str(first), "to": str(last)}
        return When(None, None, first, last, seconds, False, first, last, key, None, rounded)

    def _span(self, row: Mapping[str, str]) -> When:
        if self._settings.shape.amounts and self._clocks.are_absent(row):
            return self._day(row)
        start = self._clocks.start(row)
        end = self._clocks.end(row, start[0])
        amount = self._amount(row)
        if end and (pause := self._pause(row)):
            return self._less_pause(row, start, end, amount, pause)
        key = {"start": wall(start)}
        if end and "end" in self._settings.key:
            key["end"] = wall(end)
        if self._runs(row) or (end is None and (amount is None or (amount[0] <= 0 and self._ends))):
            # Trackers give a running timer a blank end, and a duration of 0 or less.
            start_at = self._clocks.settled(start)
            day = self._clocks.local_day(start, start_at)
            return When(start_at, None, None, None, 0, True, day, day, key)
        if end is None:
            assert amount is not None
            start_at = self._clocks.settled(start)
            end_at = start_at + timedelta(seconds=amount[0])
            if amount[0] < 0:
                raise BadRow("TO323", f"a span can't last {format_seconds(amount[0])}")
        else:
            start_at, end_at = self._clocks.both(start, end, amount)
        seconds = int((end_at - start_at).total_seconds())
        first = self._clocks.local_day(start, start_at)
        differs = amount is not None and abs(amount[0] - seconds) > self._settings.shape.slack
        stated = amount[0] if amount and differs else None
        return When(
            start_at,
            end_at,
            None,
            None,
            seconds,
            False,
            first,
            first,
            key,
            stated,
            bool(amount and amount[1] and end is None),
        )

    def _runs(self, row: Mapping[str, str]) -> bool:
        return "running" in row and bool(yes_or_no(row["running"], "running"))

    def _pause(self, row: Mapping[str, str]) -> int:
        """Seconds of break inside the row."""
        if not (text := row.get("break", "")):
            return 0
        try:
            unit = self._settings.unit if "duration" in row else "seconds"
            return parse_duration(text, unit, self._settings.decimal_comma)[0]
        except ValueError as error:
            raise BadRow("TO322", f"break: {error}") from None

    def _less_pause(
        self,
        row: Mapping[str, str],
        start: Moment,
        end: Moment,
        amount: tuple[int, bool] | None,
        pause: int,
    ) -> When:
        """Nobody knows when the break was: what is left is an amount of the day it began on."""
        whole = (amount[0] + pause, amount[1]) if amount else None
        start_at, end_at = self._clocks.both(start, end, whole)
        passed = int((end_at - start_at).total_seconds())
        left = passed - pause
        if not 0 <= left <= passed:
            raise BadRow("TO323", f"a break of {format_seconds(pause)} in {format_seconds(passed)}")
        seconds, rounded = amount or (left, False)
        day = self._clocks.local_day(start, start_at)
        told = self._on(day, seconds, rounded, row)
        return told._replace(key={"start": wall(start), **told.key})

    def _amount_or_blank(self, row: Mapping[str, str]) -> tuple[int, bool]:
        amount = self._amount(row)
        if amount is None:
            raise BadRow("TO325", "no duration")
        return amount

    def _amount(self, row: Mapping[str, str]) -> tuple[int, bool] | None:
        """Seconds, and whether they were rounded; None where the row has none."""
        for field, unit in self._amounts:
            if text := row.get(field):
                try:
                    seconds, exact = parse_duration(text, unit, self._settings.decimal_comma)
                except UnitMissing:
                    raise
                except ValueError as error:
                    raise BadRow("TO322", f"{field}: {error}") from None
                if abs(seconds) > LONGEST:
                    raise BadRow("TO322", f"{field}: {text!r} is more than eleven years")
                return seconds, not exact
        return None
