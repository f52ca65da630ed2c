"""Writes the sample company's time: eight weeks of a design studio, the same bytes every time.

    python tests/sample/generate.py [ROOT]    # writes ROOT/data/toggl and ROOT/data/contractors

Integers and one seeded generator only. What goes wrong in these weeks is listed in `studio`.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from studio import (
    AWAITING,
    CONTRACTORS,
    EXPORTS,
    FIRST,
    HOLIDAY,
    LAST,
    LISTED,
    NOTES,
    PACIFIC,
    PEOPLE,
    PROJECTS,
    REJECTED,
    RENAMED,
    STANDS_IN,
    Person,
)

SEED = 20260928
MINUTE, HOUR = 60, 3600
DAY = timedelta(days=1)
UNBILLED = 30
"""One entry in so many on a client's project is marked as not billable: rework, goodwill."""

# fmt: off
TOGGL = ("User", "Email", "Client", "Project", "Task", "Description", "Billable", "Start date",
         "Start time", "End date", "End time", "Duration", "Tags", "Amount ()")
SHEET = ("Line", "Date", "Consultant", "Email", "Client", "Project", "Task", "Hours", "Approved",
         "Approved by", "Notes")
# fmt: on


@dataclass(frozen=True)
class Span:
    """One entry of the tracker: ``start`` in UTC, ``seconds`` None while it runs, ``day`` the
    worker's own date, by which exports are cut unless ``exports`` names them; ``tag`` is the
    manager's word."""

    person: Person
    day: date
    start: datetime
    seconds: int | None
    project: str
    task: str
    note: str
    billable: bool
    tag: str
    exports: tuple[date, ...] = ()


def main(root: Path) -> None:
    """Write every file anew."""
    _write_toggl(root / "data" / "toggl", sorted(_spans(Random(SEED)), key=_order))
    _write_sheets(root / "data" / "contractors", _sheet_rows(Random(SEED + 1)))


def _order(span: Span) -> tuple[datetime, str]:
    return span.start, span.person.email


def _days(since: date = FIRST) -> Iterator[date]:
    return (since + DAY * n for n in range((LAST - since).days + 1))


def _spans(random: Random) -> Iterator[Span]:
    listed = {(who, day) for who, day, *_ in LISTED}
    for person in PEOPLE:
        yield from _listed(person)
        for day in _days(person.since):
            if (_nick(person), day.isoformat()) not in listed and day.weekday() < person.days:
                yield from _holiday(person) if day == HOLIDAY else _workday(person, day, random)


def _nick(person: Person) -> str:
    return person.email.partition("@")[0]


def _at(person: Person, day: date, minutes: int) -> datetime:
    """The instant at which the worker's clock shows that many minutes (the first of two)."""
    clock = datetime(day.year, day.month, day.day, minutes // 60, minutes % 60)
    return clock.replace(tzinfo=ZoneInfo(person.zone)).astimezone(UTC)


def _listed(person: Person) -> Iterator[Span]:
    for who, day, clock, duration, project, task, note in LISTED:
        if who == _nick(person):
            hours, minutes = map(int, clock.split(":"))
            when = date.fromisoformat(day)
            row = (who, day, duration)
            tag = "rejected" if row in REJECTED else _tag(person, when) if duration else ""
            yield Span(
                person,
                when,
                _at(person, when, hours * 60 + minutes),
                _seconds(duration),
                project,
                task,
                note,
                project != "studio",
                tag,
                STANDS_IN.get(row, ()),
            )


def _tag(person: Person, day: date) -> str:
    return "approved" if day < AWAITING.get(_nick(person), date.max) else ""


def _seconds(duration: str) -> int | None:
    if not duration:
        return None
    hours, minutes, seconds = map(int, duration.split(":"))
    return hours * HOUR + minutes * MINUTE + seconds


def _holiday(person: Person) -> Iterator[Span]:
    start = _at(person, HOLIDAY, 9 * 60)
    yield Span(
        person,
        HOLIDAY,
        start,
        8 * HOUR,
        "studio",
        "Public holiday",
        "Veterans Day",
        False,
        _tag(person, HOLIDAY),
    )


def _workday(person: Person, day: date, random: Random) -> Iterator[Span]:
    """Blocks of work, one after the other, with lunch near the middle."""
    left = (person.minutes - random.choice((0, 0, 0, 5, 10, 15, 30, 45))) * MINUTE
    middle = left // 2
    clock = _at(person, day, person.starts + random.randrange(-15, 20))
    tag = _tag(person, day)
    eaten = False
    while left:
        if left <= middle and not eaten:
            pause, eaten = random.randrange(30, 56, 5) * MINUTE, True
            if person.lunch:
                yield Span(person, day, clock, pause, "studio", "Lunch", "", False, tag)
            clock += timedelta(seconds=pause)
        seconds = _block(person, left, random)
        project, task = random.choice(person.work)
        note = random.choice(NOTES[task])
        billable = project != "studio" and random.randrange(UNBILLED) > 0
        yield Span(person, day, clock, seconds, project, task, note, billable, tag)
        left -= seconds
        clock += timedelta(seconds=seconds + random.randrange(0, 11, 5) * MINUTE)


def _block(person: Person, left: int, random: Random) -> int:
    seconds = random.randrange(35, 150, 5) * MINUTE
    if person.timer:
        seconds += random.randrange(-120, 121)
    return left if left - seconds < 20 * MINUTE else seconds


def _write_toggl(folder: Path, spans: list[Span]) -> None:
    """Each export reaches back to the Friday before it, so three Fridays stand in two files."""
    folder.mkdir(parents=True, exist_ok=True)
    for first in EXPORTS:
        last = first + DAY * 13
        rows = [_toggl_row(s, first) for s in spans if _in_export(s, first, last)]
        _write(folder / f"{first}_to_{last}.csv", TOGGL, rows)


def _in_export(span: Span, first: date, last: date) -> bool:
    return first in span.exports if span.exports else first - DAY * 3 <= span.day <= last


def _toggl_row(span: Span, export: date) -> tuple[str, ...]:
    """As the account's owner exports it: every clock in the company's zone, without a mark."""
    zone = ZoneInfo(PACIFIC)
    start = span.start.astimezone(zone)
    end = None
    if span.seconds is not None:
        end = (span.start + timedelta(seconds=span.seconds)).astimezone(zone)
    client, project = PROJECTS[span.project]
    if span.project == "web" and export >= RENAMED:
        project = "Website redesign"
    return (
        span.person.name,
        span.person.email,
        client,
        project,
        span.task,
        span.note,
        "Yes" if span.billable else "No",
        f"{start:%Y-%m-%d}",
        f"{start:%H:%M:%S}",
        f"{end:%Y-%m-%d}" if end else "",
        f"{end:%H:%M:%S}" if end else "",
        "" if span.seconds is None else _clock(span.seconds),
        span.tag,
        "",
    )


def _clock(seconds: int) -> str:
    return f"{seconds // HOUR:02}:{seconds // MINUTE % 60:02}:{seconds % 60:02}"


def _sheet_rows(random: Random) -> Iterator[tuple[date, tuple[str, ...]]]:
    """(date, row): the last week's lines nobody has approved yet."""
    number = 0
    for person in CONTRACTORS:
        for day in _days(person.since):
            if day.weekday() >= person.days:
                continue
            quarters = person.minutes // 15 + random.randrange(-4, 5)
            first = random.randrange(quarters // 2, quarters + 1)
            for part in (first, quarters - first):
                if part:
                    number += 1
                    yield day, _sheet_row(number, person, day, part, random)


def _sheet_row(
    number: int, person: Person, day: date, quarters: int, random: Random
) -> tuple[str, ...]:
    project, task = random.choice(person.work)
    approved = (LAST - day).days >= 7
    return (
        f"L-{number:04}",
        day.isoformat(),
        person.name,
        person.email,
        *PROJECTS[project],
        task,
        f"{quarters // 4}.{quarters % 4 * 25:02}",
        "yes" if approved else "no",
        "kim@northwind.example" if approved else "",
        random.choice(NOTES[task]),
    )


def _write_sheets(folder: Path, rows: Iterable[tuple[date, tuple[str, ...]]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    months: dict[str, list[tuple[str, ...]]] = {}
    for day, row in rows:
        months.setdefault(f"{day:%Y-%m}", []).append(row)
    for month, lines in months.items():
        _write(folder / f"{month}.csv", SHEET, lines)


def _write(path: Path, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """UTF-8 with a byte order mark, as the tracker writes it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2])
