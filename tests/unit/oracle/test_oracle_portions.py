"""Cuts at midnight, on the nights when clocks change, and where spans overlap."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from oracle.desired import desired
from oracle.portions import portions
from oracle.small import ANA, BEN_IS, SUNDAY, company, day, span

from tieout.config.model import Decision, SourceConfig, Stream
from tieout.domain.entry import Entry, Grain

AS_OF = date(2026, 12, 31)


def cuts(*entries: Entry, zone: str | None = None) -> list[tuple[str, str, int]]:
    """(entry, work date, seconds) of every portion."""
    config = company(workers=(replace(ANA, timezone=zone),)) if zone else company()
    found = portions(config, entries, AS_OF)
    return [(p.entry.key, p.date.isoformat(), p.seconds) for p in found]


def test_a_night_is_cut_at_midnight() -> None:
    assert cuts(span("1", "2026-03-03 22:00", "2026-03-04 02:00")) == [
        ("s:1", "2026-03-03", 7200),
        ("s:1", "2026-03-04", 7200),
    ]


def test_what_ends_at_midnight_has_one_day() -> None:
    assert cuts(span("1", "2026-03-03 22:00", "2026-03-04 00:00")) == [("s:1", "2026-03-03", 7200)]


def test_the_worker_s_zone_decides_not_the_company_s() -> None:
    """22:00 in Los Angeles is 1:00 in New York."""
    entry = span("1", "2026-03-03 20:00", "2026-03-03 22:00")
    assert cuts(entry, zone="America/New_York") == [
        ("s:1", "2026-03-03", 3600),
        ("s:1", "2026-03-04", 3600),
    ]


def test_the_night_when_an_hour_is_missing() -> None:
    """The clock goes from 2:00 to 3:00 on 2026-03-08."""
    assert cuts(span("1", "2026-03-07 22:00", "2026-03-08 06:00")) == [
        ("s:1", "2026-03-07", 7200),
        ("s:1", "2026-03-08", 5 * 3600),
    ]


def test_the_night_when_an_hour_comes_twice() -> None:
    """The clock goes from 2:00 back to 1:00 on 2026-11-01."""
    assert cuts(span("1", "2026-10-31 22:00", "2026-11-01 06:00")) == [
        ("s:1", "2026-10-31", 7200),
        ("s:1", "2026-11-01", 7 * 3600),
    ]


@pytest.mark.parametrize(
    ("zone", "start", "end", "expected"),
    [
        # 0:00 becomes 1:00: the date begins at 1:00, an hour after 23:00.
        ("Africa/Cairo", "2026-04-23 23:00", "2026-04-24 02:00", [3600, 3600]),
        # 24:00 becomes 23:00: the evening's last hour comes twice, and is of the old date.
        ("America/Santiago", "2026-04-04 22:00", "2026-04-05 01:00", [3 * 3600, 3600]),
        # 1:00 becomes 0:00: the new date's first hour comes twice.
        ("America/Havana", "2026-10-31 23:00", "2026-11-01 02:00", [3600, 3 * 3600]),
    ],
)
def test_a_clock_that_changes_at_midnight(
    zone: str, start: str, end: str, expected: list[int]
) -> None:
    found = cuts(span("1", start, end, zone=zone), zone=zone)
    assert [seconds for _, _, seconds in found] == expected
    assert [on for _, on, _ in found] == [start[:10], end[:10]]


def test_only_the_shared_seconds_of_the_later_span_overlap() -> None:
    first = span("1", "2026-03-03 09:00", "2026-03-03 12:00")
    later = span("2", "2026-03-03 11:00", "2026-03-03 13:00")
    states = desired(company(), [later, first], [], AS_OF).states
    assert states["s:1", 1]["pay"].code is None
    assert (states["s:2", 1]["pay"].code, states["s:2", 1]["pay"].seconds) == ("TO209", 3600)
    assert (states["s:2", 2]["pay"].code, states["s:2", 2]["pay"].seconds) == (None, 3600)


def test_a_span_inside_a_long_one_overlaps_as_a_whole_and_shortens_nothing_after_it() -> None:
    entries = [
        span("1", "2026-03-03 09:00", "2026-03-03 17:00"),
        span("2", "2026-03-03 10:00", "2026-03-03 11:00"),
        span("3", "2026-03-03 16:00", "2026-03-03 18:00"),
    ]
    found = portions(company(), entries, AS_OF)
    assert [(p.entry.key, p.seconds, p.overlap) for p in found] == [
        ("s:1", 28800, False),
        ("s:2", 3600, True),
        ("s:3", 3600, True),
        ("s:3", 3600, False),
    ]


def test_an_overlap_past_midnight_is_cut_at_both() -> None:
    first = span("1", "2026-03-03 20:00", "2026-03-04 01:00")
    later = span("2", "2026-03-03 23:00", "2026-03-04 02:00")
    found = [p for p in portions(company(), [first, later], AS_OF) if p.entry.key == "s:2"]
    assert [(p.date.day, p.seconds, p.overlap) for p in found] == [
        (3, 3600, True),
        (4, 3600, True),
        (4, 3600, False),
    ]


def test_other_workers_and_running_spans_do_not_overlap() -> None:
    running = replace(span("1", "2026-03-03 09:00", "2026-03-03 09:00"), end_at=None, running=True)
    entries = [
        running,
        span("2", "2026-03-03 09:00", "2026-03-03 12:00", BEN_IS),
        span("3", "2026-03-03 10:00", "2026-03-03 11:00"),
    ]
    assert not any(p.overlap for p in portions(company(), entries, AS_OF))


def test_spans_overlap_across_sources() -> None:
    sources = {s: SourceConfig(name=s, connector="file", profile=None, path=None) for s in "st"}
    ana = replace(ANA, refs={"s": ANA.refs["s"], "t": ANA.refs["s"]})
    stream = Stream(name="st", sources=("s", "t"), produce=company().streams["st"].produce)
    config = company(sources=sources, streams={"st": stream}, workers=(ana,))
    first = span("1", "2026-03-03 09:00", "2026-03-03 12:00")
    other = replace(span("2", "2026-03-03 10:00", "2026-03-03 11:00"), key="t:2", source="t")
    assert [p.overlap for p in portions(config, [first, other], AS_OF)] == [False, True]


def test_the_copy_with_the_greater_key_is_the_duplicate() -> None:
    original = day("1", SUNDAY, 8)
    result = desired(company(), [replace(original, key="s:2"), original], [], AS_OF)
    codes = {id_[0]: states["pay"].code for id_, states in result.states.items()}
    assert codes == {"s:1": None, "s:2": "TO208"}


def test_a_waiver_lifts_a_duplicate_until_it_expires() -> None:
    waiver = Decision(
        id="w", kind="waive", key="s:2", action="waive", reason="two visits", by="kim", on=SUNDAY,
        code="TO208", expires=AS_OF,
    )  # fmt: skip
    config = company()
    config = replace(config, rules=replace(config.rules, decisions=(waiver,)))
    entries = [day("1", SUNDAY, 4), day("2", SUNDAY, 4)]

    def code(as_of: date) -> str | None:
        return desired(config, entries, [], as_of).states["s:2", 1]["pay"].code

    assert code(AS_OF) is None
    assert code(AS_OF + timedelta(days=1)) == "TO208"


def test_a_week_bucket_belongs_to_its_last_day() -> None:
    saturday = SUNDAY + timedelta(days=6)
    bucket = replace(day("1", saturday, 40), grain=Grain.WEEK, from_date=SUNDAY)
    assert cuts(bucket) == [("s:1", "2026-03-07", 40 * 3600)]


def test_the_zone_is_that_of_the_row_in_force() -> None:
    """Ana moves to Berlin on 4 March: 21:00 in Los Angeles is then 6:00 of the next day."""
    before = replace(ANA, to=date(2026, 3, 3))
    after = replace(ANA, from_=date(2026, 3, 4), timezone="Europe/Berlin")
    config = company(workers=(before, after))
    entries = [
        span("1", "2026-03-03 21:00", "2026-03-03 22:00"),
        span("2", "2026-03-04 21:00", "2026-03-04 22:00"),
    ]
    assert [p.date.day for p in portions(config, entries, AS_OF)] == [3, 5]
