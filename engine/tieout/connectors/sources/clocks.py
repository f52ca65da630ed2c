"""What a row's cells say of dates and clocks: moments by the wall clock, and the instants they mean."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from tieout.connectors.sources.cells import BadRow
from tieout.connectors.sources.settings import Settings
from tieout.connectors.sources.times import at, clock_alone, parse_clock, parse_date, parse_moment

#: A time by the wall clock, and its offset from UTC where the file gives one.
Moment = tuple[datetime, timedelta | None]


class Clocks:
    """Reads moments: the source's zone, and the date order that each column of this file has.

    All of them raise BadRow: TO321 (date, clock), TO323 (end first), TO324 (clocks changed), TO325
    (blank).
    """

    def __init__(self, settings: Settings, orders: Mapping[str, str | None]) -> None:
        self._settings = settings
        self._orders = orders

    def are_absent(self, row: Mapping[str, str]) -> bool:
        """Whether the row has a date alone, or nothing, where others have their start."""
        text = row.get("start", "")
        if not text or row.get("end"):
            return not text
        try:
            return bool(parse_date(text, self._orders.get("start")))
        except ValueError:
            return False

    def start(self, row: Mapping[str, str]) -> Moment:
        """When the work began."""
        if "start" in row:
            return self.moment(row, "start")
        day = self.day(row, "start_date" if "start_date" in row else "date")
        return at(day, self._clock(row, "start_time" if "start_time" in row else "clock_in")), None

    def end(self, row: Mapping[str, str], start: datetime) -> Moment | None:
        """None where the row gives no end: it runs, or a duration says how long it took."""
        if "end" in row:
            if not row["end"]:
                return None
            end_at = self.moment(row, "end")
            if end_at[0] < start and self._settings.over_midnight and clock_alone(row["end"]):
                end_at = end_at[0] + timedelta(days=1), end_at[1]
            return end_at
        field = "end_time" if "end_time" in row else "clock_out"
        if not row.get(field):
            return None
        clock = self._clock(row, field)
        if row.get("end_date"):
            return at(self.day(row, "end_date"), clock), None
        end = at(start.date(), clock)
        if end < start and self._settings.over_midnight:
            end += timedelta(days=1)
        return end, None

    def both(
        self,
        start: Moment,
        end: Moment,
        amount: tuple[int, bool] | None,
    ) -> tuple[datetime, datetime]:
        """Start and end as instants; the duration decides where the clocks leave a choice."""
        pairs = [(s, e) for s in self.instants(start) for e in self.instants(end)]
        if len(pairs) > 1 and amount:
            pairs = [(s, e) for s, e in pairs if e - s == timedelta(seconds=amount[0])]
        if len(pairs) != 1:
            raise BadRow(
                "TO324",
                (
                    f"{wall(start)} to {wall(end)} touches a change of the clocks in "
                    f"{self._settings.zone.name}, and the duration doesn't say which hour is meant"
                ),
            )
        if pairs[0][1] < pairs[0][0]:
            raise BadRow(
                "TO323",
                (
                    f"it ends at {wall(end)}, before it starts at {wall(start)} "
                    "(over_midnight: true, if it ran past midnight)"
                ),
            )
        return pairs[0]

    def settled(self, moment: Moment) -> datetime:
        """The one instant that a moment means."""
        instants = self.instants(moment)
        if len(instants) != 1:
            raise BadRow(
                "TO324",
                (
                    f"{wall(moment)} comes twice or not at all in {self._settings.zone.name}: "
                    "the clocks change"
                ),
            )
        return instants[0]

    def instants(self, moment: Moment) -> tuple[datetime, ...]:
        """The UTC instants that a moment can mean."""
        local, offset = moment
        return (local - offset,) if offset is not None else self._settings.zone.instants(local)

    def local_day(self, moment: Moment, instant: datetime) -> date:
        """Its day by the source's clock."""
        local, offset = moment
        return local.date() if offset is None else self._settings.zone.local_date(instant)

    def day(self, row: Mapping[str, str], field: str) -> date:
        """The date in a column."""
        text = _needed(row, field)
        try:
            return parse_date(text, self._orders.get(field))
        except ValueError as error:
            raise BadRow("TO321", f"{field}: {error}") from None

    def moment(self, row: Mapping[str, str], field: str) -> Moment:
        """The moment in a column; of a clock alone on the row's date."""
        text = _needed(row, field)
        if row.get("date") and clock_alone(text):
            return at(self.day(row, "date"), self._clock(row, field)), None
        try:
            return parse_moment(text, self._orders.get(field))
        except ValueError as error:
            raise BadRow("TO321", f"{field}: {error}") from None

    def _clock(self, row: Mapping[str, str], field: str) -> int:
        try:
            return parse_clock(_needed(row, field))
        except ValueError as error:
            raise BadRow("TO321", f"{field}: {error}") from None


def wall(moment: Moment) -> str:
    """``2026-11-02 09:00:00`` as the wall clock said; in UTC where the file gave an offset."""
    local, offset = moment
    return f"{local}" if offset is None else f"{local - offset}Z"


def _needed(row: Mapping[str, str], field: str) -> str:
    text = row.get(field, "")
    if not text:
        raise BadRow("TO325", f"{field} is blank")
    return text
