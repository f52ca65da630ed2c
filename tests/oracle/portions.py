"""Section 1: entries in order, each cut into portions at local midnight and where it overlaps."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from oracle.decisions import waives
from oracle.mapping import customer_of, project_of, service_of, worker_of
from oracle.story import Portion
from tieout.config.model import Config, Stream
from tieout.domain.entry import Entry, Grain

SECOND = timedelta(seconds=1)

#: What two entries must have in common to be the same work recorded twice.
SAME_WORK = (
    "source", "grain", "start_at", "end_at", "from_date", "to_date", "seconds",
    "worker_id", "worker_email", "worker_name", "customer_id", "customer_name",
    "project_id", "project_name", "task_id", "task_name", "type", "billable", "notes", "tags",
)  # fmt: skip


def portions(config: Config, entries: Sequence[Entry], as_of: date) -> list[Portion]:
    """All portions of all entries of all streams, in entry order.

    A duplicate that somebody waived is an entry like any other, and may overlap its original.
    """
    streams = {source: stream for stream in config.streams.values() for source in stream.sources}
    ordered = sorted((e for e in entries if e.source in streams), key=in_order)
    copies = duplicates(ordered)
    put_aside = {
        e.key for e in ordered if e.key in copies and not waives(config, e, "TO208", as_of)
    }
    result: list[Portion] = []
    latest: dict[str, datetime] = {}  # worker → the latest end so far
    for entry in ordered:
        zone, first = zone_and_date(config, entry)
        worker = worker_of(config, entry, first)
        clear_from = None
        if worker and is_closed_span(entry) and entry.key not in put_aside:
            start, end = instant(entry.start_at), instant(entry.end_at)
            clear_from = min(max(latest.get(worker.id, start), start), end)
            latest[worker.id] = max(latest.get(worker.id, end), end)
        stream = streams[entry.source]
        result += _cut(config, stream, entry, zone, first, clear_from, entry.key in copies)
    return result


def in_order(entry: Entry) -> tuple[datetime, str]:
    """By start, or the last day at midnight; then by key."""
    if entry.grain == Grain.SPAN:
        return instant(entry.start_at), entry.key
    return datetime.combine(_last_day(entry), time.min), entry.key


def instant(moment: datetime | None) -> datetime:
    """UTC without a zone, as it stands in snapshots."""
    assert moment is not None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def is_closed_span(entry: Entry) -> bool:
    """Whether it is a span with an extent in time that others may overlap."""
    if entry.grain != Grain.SPAN or entry.running or entry.end_at is None:
        return False
    return instant(entry.start_at) < instant(entry.end_at)


def duplicates(entries: Sequence[Entry]) -> set[str]:
    """The keys of later copies of the same work; the copy with the least key is the original."""
    seen = set()
    copies = set()
    for entry in sorted(entries, key=lambda e: e.key):
        if entry.seconds == 0 or entry.running:
            continue
        work = tuple(getattr(entry, name) for name in SAME_WORK)
        if work in seen:
            copies.add(entry.key)
        seen.add(work)
    return copies


def zone_and_date(config: Config, entry: Entry) -> tuple[ZoneInfo, date]:
    """The worker's zone and the work date on which the entry begins.

    The zone may be dated with the worker's row, so that the row is looked up by the company's date.
    """
    company = ZoneInfo(config.company.timezone)
    if entry.grain != Grain.SPAN:
        return company, _last_day(entry)
    start = instant(entry.start_at)
    worker = worker_of(config, entry, local_date(start, company))
    zone = ZoneInfo(worker.timezone) if worker and worker.timezone else company
    return zone, local_date(start, zone)


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    return moment.replace(tzinfo=UTC).astimezone(zone).date()


def day_begins(day: date, zone: ZoneInfo, after: datetime) -> datetime:
    """The instant at which the zone begins ``day``, searched for in the two days past ``after``.

    Asking every second for its date is right where the clock skips midnight or repeats it.
    """
    seconds = range(2 * 24 * 3600)
    return after + SECOND * bisect_left(
        seconds, day, key=lambda second: local_date(after + SECOND * second, zone)
    )


def _cut(
    config: Config,
    stream: Stream,
    entry: Entry,
    zone: ZoneInfo,
    first: date,
    clear_from: datetime | None,
    duplicate: bool,
) -> list[Portion]:
    """The portions of one entry. Before ``clear_from`` an earlier span holds the time."""

    def portion(
        number: int, on: date, seconds: int, overlap: bool, start: datetime | None = None
    ) -> Portion:
        begins = day_begins(on, zone, start - timedelta(days=2)) if start else None
        project = project_of(config, entry, on)
        return Portion(
            entry=entry, number=number, date=on, seconds=seconds, stream=stream,
            duplicate=duplicate, overlap=overlap,
            worker=worker_of(config, entry, on), project=project,
            customer=customer_of(config, project, on), service=service_of(config, entry, on),
            start=start, begins=begins, after_midnight=on > first,
        )  # fmt: skip

    if not is_closed_span(entry):
        return [portion(1, first, entry.seconds, False)]
    start, end = instant(entry.start_at), instant(entry.end_at)
    cuts = {start, end} | ({clear_from} if clear_from else set())
    day = first + timedelta(days=1)
    midnight = day_begins(day, zone, start)
    while midnight < end:
        cuts.add(midnight)
        day += timedelta(days=1)
        midnight = day_begins(day, zone, midnight)
    return [
        portion(
            number,
            local_date(begin, zone),
            (until - begin) // SECOND,
            clear_from is not None and begin < clear_from,
            begin,
        )
        for number, (begin, until) in enumerate(pairwise(sorted(cuts)), start=1)
    ]


def _last_day(entry: Entry) -> date:
    assert entry.to_date is not None
    return entry.to_date
