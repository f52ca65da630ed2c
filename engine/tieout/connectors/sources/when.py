"""When a row's work was done, and how long it took: a span, a day's amount or a week's bucket."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from tieout.connectors.sources.cells import BadRow
from tieout.connectors.sources.settings import ENDS, Settings
from tieout.connectors.sources.times import (
    UnitMissing,
    at,
    parse_clock,
    parse_date,
    parse_duration,
    parse_moment,
)
from tieout.domain.entry import Grain
from tieout.domain.money import format_seconds


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


class Clockwork:
    """Reads the time of rows: settings, and the date order that each column of this file has."""

    def __init__(self, settings: Settings, orders: Mapping[str, str | None]) -> None:
        self._settings = settings
        self._orders = orders
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
            return self._instants(self._moment(row, field))[0]
        except BadRow:
            return self._instants((at(self._date(row, field), 0), None))[0]

    def _day(self, row: Mapping[str, str]) -> When:
        day = self._date(row, "date")
        seconds, rounded = self._amount_or_blank(row)
        return When(
            None, None, None, day, seconds, False, day, day, {"date": str(day)}, None, rounded
        )

    def _week(self, row: Mapping[str, str]) -> When:
        first, last = self._date(row, "from"), self._date(row, "to")
        if last < first:
            raise BadRow("TO323", f"the period ends on {last}, before it begins on {first}")
        seconds, rounded = self._amount_or_blank(row)
        key = {"from": str(first), "to": str(last)}
        return When(None, None, first, last, seconds, False, first, last, key, None, rounded)

    def _span(self, row: Mapping[str, str]) -> When:
        start = self._start(row)
        end = self._end(row, start[0])
        amount = self._amount(row)
        key = {"start": _wall(start)}
        if end and "end" in self._settings.key:
            key["end"] = _wall(end)
        if end is None and (amount is None or (amount[0] <= 0 and self._ends)):
            # Trackers give a running timer a blank end, and a duration of 0 or less.
            (start_at,) = self._settled(start, row)
            day = self._local_day(start, start_at)
            return When(start_at, None, None, None, 0, True, day, day, key)
        if end is None:
            assert amount is not None
            (start_at,) = self._settled(start, row)
            end_at = start_at + timedelta(seconds=amount[0])
            if amount[0] < 0:
                raise BadRow("TO323", f"a span can't last {format_seconds(amount[0])}")
        else:
            start_at, end_at = self._both(start, end, amount)
        seconds = int((end_at - start_at).total_seconds())
        first = self._local_day(start, start_at)
        stated = amount[0] if amount and amount[0] != seconds else None
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

    def _start(self, row: Mapping[str, str]) -> tuple[datetime, timedelta | None]:
        if "start" in row:
            return self._moment(row, "start")
        day = self._date(row, "start_date" if "start_date" in row else "date")
        return at(day, self._clock(row, "start_time" if "start_time" in row else "clock_in")), None

    def _end(
        self, row: Mapping[str, str], start: datetime
    ) -> tuple[datetime, timedelta | None] | None:
        """None where the row gives no end: it runs, or a duration says how long it took."""
        if "end" in row:
            return self._moment(row, "end") if row["end"] else None
        field = "end_time" if "end_time" in row else "clock_out"
        if not row.get(field):
            return None
        clock = self._clock(row, field)
        if row.get("end_date"):
            return at(self._date(row, "end_date"), clock), None
        end = at(start.date(), clock)
        if end < start and self._settings.over_midnight:
            end += timedelta(days=1)
        return end, None

    def _both(
        self,
        start: tuple[datetime, timedelta | None],
        end: tuple[datetime, timedelta | None],
        amount: tuple[int, bool] | None,
    ) -> tuple[datetime, datetime]:
        """Start and end as instants; the duration decides where the clocks leave a choice."""
        pairs = [(s, e) for s in self._instants(start) for e in self._instants(end)]
        if len(pairs) > 1 and amount:
            pairs = [(s, e) for s, e in pairs if e - s == timedelta(seconds=amount[0])]
        if len(pairs) != 1:
            raise BadRow(
                "TO324",
                (
                    f"{_wall(start)} to {_wall(end)} touches a change of the clocks in "
                    f"{self._settings.zone.name}, and the duration doesn't say which hour is meant"
                ),
            )
        if pairs[0][1] < pairs[0][0]:
            raise BadRow(
                "TO323",
                (
                    f"it ends at {_wall(end)}, before it starts at {_wall(start)} "
                    "(over_midnight: true, if it ran past midnight)"
                ),
            )
        return pairs[0]

    def _settled(
        self, moment: tuple[datetime, timedelta | None], row: Mapping[str, str]
    ) -> tuple[datetime]:
        instants = self._instants(moment)
        if len(instants) != 1:
            raise BadRow(
                "TO324",
                (
                    f"{_wall(moment)} comes twice or not at all in {self._settings.zone.name}: "
                    "the clocks change"
                ),
            )
        return (instants[0],)

    def _instants(self, moment: tuple[datetime, timedelta | None]) -> tuple[datetime, ...]:
        local, offset = moment
        return (local - offset,) if offset is not None else self._settings.zone.instants(local)

    def _local_day(self, moment: tuple[datetime, timedelta | None], instant: datetime) -> date:
        local, offset = moment
        return local.date() if offset is None else self._settings.zone.local_date(instant)

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
                return seconds, not exact
        return None

    def _date(self, row: Mapping[str, str], field: str) -> date:
        text = _needed(row, field)
        try:
            return parse_date(text, self._orders.get(field))
        except ValueError as error:
            raise BadRow("TO321", f"{field}: {error}") from None

    def _clock(self, row: Mapping[str, str], field: str) -> int:
        try:
            return parse_clock(_needed(row, field))
        except ValueError as error:
            raise BadRow("TO321", f"{field}: {error}") from None

    def _moment(self, row: Mapping[str, str], field: str) -> tuple[datetime, timedelta | None]:
        try:
            return parse_moment(_needed(row, field), self._orders.get(field))
        except ValueError as error:
            raise BadRow("TO321", f"{field}: {error}") from None


def _wall(moment: tuple[datetime, timedelta | None]) -> str:
    """``2026-11-02 09:00:00`` as the wall clock said; in UTC where the file gave an offset."""
    local, offset = moment
    return f"{local}" if offset is None else f"{local - offset}Z"


def _needed(row: Mapping[str, str], field: str) -> str:
    text = row.get(field, "")
    if not text:
        raise BadRow("TO325", f"{field} is blank")
    return text
