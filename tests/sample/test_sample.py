"""The sample company is whole, repeatable, and as untidy as life."""

import csv
import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tieout.config.load import load

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = ("data/toggl", "data/contractors")
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
HOUR = 3600


def files(folder):
    return sorted((ROOT / folder).glob("*.csv"))


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def moment(row, edge):
    """The wall clock of an edge of a span, None where the export leaves it blank."""
    if not row[f"{edge} date"]:
        return None
    return datetime.fromisoformat(f"{row[f'{edge} date']}T{row[f'{edge} time']}")


def seconds(row):
    hours, minutes, rest = map(int, (row["Duration"] or "0:0:0").split(":"))
    return hours * HOUR + minutes * 60 + rest


def who(row):
    return row["Email"].partition("@")[0]


@pytest.fixture(scope="module")
def exports():
    """Every export's rows, by its file's name."""
    return {path.name: rows(path) for path in files("data/toggl")}


@pytest.fixture(scope="module")
def entries(exports):
    """One row an entry: the same worker, start and place in the file is one; the last file wins."""
    latest = {}
    for name in sorted(exports):
        seen = Counter()
        for row in exports[name]:
            start = (row["Email"], row["Start date"], row["Start time"])
            seen[start] += 1
            latest[start, seen[start]] = row
    return list(latest.values())


def daily(entries):
    """Seconds of work by (worker, date), breaks and leave apart."""
    total = Counter()
    for row in entries:
        if row["Project"] != "Studio" or row["Task"] == "Operations":
            total[who(row), moment(row, "Start").date()] += seconds(row)
    return total


# repeatable


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata"])
def test_the_generator_writes_the_same_bytes_anywhere(tmp_path, zone):
    script = ROOT / "tests" / "sample" / "generate.py"
    odd = {**os.environ, "TZ": zone, "PYTHONHASHSEED": "7", "LC_ALL": "C"}
    subprocess.run([sys.executable, script, tmp_path], check=True, env=odd)
    for folder in WRITTEN:
        written = {p.name: p.read_bytes() for p in (tmp_path / folder).iterdir()}
        assert written == {p.name: p.read_bytes() for p in (ROOT / folder).iterdir()}


def test_eight_weeks_of_a_studio(entries):
    assert 1_500 < len(entries) < 3_000
    dates = {moment(row, "Start").date() for row in entries}
    assert (min(dates), max(dates)) == (date(2026, 9, 28), date(2026, 11, 20))
    assert len({row["Email"] for row in entries}) == 11


def test_nobody_works_impossible_weeks(entries):
    weeks = Counter()
    for (worker, day), worked in daily(entries).items():
        weeks[worker, day - timedelta(days=(day.weekday() + 1) % 7)] += worked
    assert max(weeks.values()) <= 53 * HOUR
    ordinary = [worked for worked in weeks.values() if 28 * HOUR <= worked <= 45 * HOUR]
    assert len(ordinary) / len(weeks) > 0.9


def test_durations_are_true_to_the_second(entries):
    """Also over the night on which the clocks go back: only the duration tells there."""
    for row in entries:
        start, end = moment(row, "Start"), moment(row, "End")
        if end is None:
            continue
        lasted = {
            (end.replace(tzinfo=LOS_ANGELES, fold=late).timestamp())
            - start.replace(tzinfo=LOS_ANGELES, fold=early).timestamp()
            for early in (0, 1)
            for late in (0, 1)
        }
        assert seconds(row) in lasted


# the company


@pytest.fixture(scope="module")
def company():
    loaded = load(ROOT)
    assert loaded.diagnostics == ()
    assert loaded.config is not None
    return loaded.config


def test_it_has_some_of_everything(company):
    assert (company.company.timezone, company.company.currency) == ("America/Los_Angeles", "USD")
    assert len({worker.id for worker in company.workers}) == 12
    assert {w.jurisdiction for w in company.workers} == {"US-CA", "US-NY", "US-TX"}
    assert [w.id for w in company.workers if w.overtime == "exempt"] == ["E-009"]
    assert len({project.id for project in company.projects}) == 10
    assert {c.currency for c in company.customers} == {"USD", "EUR"}
    assert {p.method for p in company.projects} == {"hourly", "fixed", "none"}


def test_every_go_live_date_begins_a_period(company):
    stream = company.streams["studio"]
    assert stream.starts["pay"] == stream.produce["timesheet"].anchor
    assert stream.starts["cost"].weekday() == company.company.week_starts
    assert stream.starts["billing"].day == 1


def test_who_is_mapped_is_in_the_data_and_paid(company, entries):
    paid = {row["worker"] for row in rows(ROOT / "data/pay/rates.csv")}
    assert {worker.id for worker in company.workers} <= paid
    mapped = {ref["email"] for w in company.workers for ref in w.refs.get("timesheets", ())}
    assert {row["Email"] for row in entries} - mapped == {"noor@northwind.example"}


def test_the_agreement_of_the_bills_is_there(company):
    assert (ROOT / company.streams["studio"].produce["bill"].agreement).is_file()


# what goes wrong in life


def overlaps(entries):
    """Pairs of neighbouring spans of one worker that share time."""
    spans = defaultdict(list)
    for row in entries:
        if seconds(row) and row["Start date"] != "2026-11-01":
            spans[who(row)].append((moment(row, "Start"), moment(row, "End")))
    for worker, own in spans.items():
        for (_, end), (start, _) in pairwise(sorted(own)):
            if start < end:
                yield worker, start.date().isoformat(), int((end - start).total_seconds())


def test_overlaps_and_a_doubled_row(entries):
    assert sorted(overlaps(entries)) == [
        ("esther", "2026-11-12", HOUR // 4),
        ("farid", "2026-10-14", 3 * HOUR // 2),  # the doubled row
        ("hugo", "2026-10-07", HOUR // 2),
    ]


def test_a_row_stands_twice_in_one_file(exports):
    doubled = [
        row["Email"]
        for export in exports.values()
        for row in export
        if export.count(row) > 1
    ]  # fmt: skip
    assert doubled == ["farid@northwind.example"] * 2


def test_exports_overlap_and_give_the_same_entries_again(exports):
    ordered = [exports[name] for name in sorted(exports)]
    again = [row for one, other in pairwise(ordered) for row in one if row in other]
    assert len(again) > 100


def test_midnight_crossings(entries):
    crossing = {
        (who(row), row["Start date"])
        for row in entries
        if row["End date"] and row["End date"] != row["Start date"]
    }
    assert ("chloe", "2026-10-20") in crossing


def test_the_night_the_clocks_go_back(entries):
    night = {
        who(row): (row["Start time"], row["End time"], row["Duration"])
        for row in entries
        if row["Start date"] == "2026-11-01"
    }
    assert night == {
        "ben": ("00:30:00", "02:30:00", "03:00:00"),
        "ana": ("01:15:00", "01:45:00", "01:30:00"),
    }


def test_a_timer_still_runs(entries):
    running = [row for row in entries if not row["End date"]]
    assert [(who(row), row["Duration"]) for row in running] == [("grace", "")]


def test_zero_length(entries):
    zero = [row for row in entries if row["End date"] and not seconds(row)]
    assert [(who(row), row["Start date"]) for row in zero] == [("ana", "2026-10-29")]


def test_projects_blank_unmapped_and_renamed(entries):
    projects = Counter((row["Client"], row["Project"]) for row in entries)
    assert projects["", ""] == 2
    assert projects["", "Skunkworks"] == 5
    assert projects["ACME", "Website"] > 50
    assert projects["ACME", "Website redesign"] > 50


def test_a_worker_nobody_has_mapped(entries):
    first = min(row["Start date"] for row in entries if who(row) == "noor")
    assert first == "2026-11-09"
    assert "noor@" not in (ROOT / "mappings/workers.yaml").read_text().partition("workers:")[2]


def test_approval_that_is_missing_or_refused(entries):
    tags = defaultdict(set)
    for row in entries:
        tags[row["Tags"]].add((who(row), row["Start date"] >= "2026-11-16"))
    assert tags["rejected"] == {("jamie", False)}
    assert tags[""] == {("dmitri", True), ("esther", True), ("grace", True)}
    sheets = [row for path in files("data/contractors") for row in rows(path)]
    waiting = {row["Date"] for row in sheets if row["Approved"] == "no"}
    assert min(waiting) == "2026-11-16"
    assert {row["Approved"] for row in sheets} == {"yes", "no"}


def test_long_days_and_a_seventh_day_in_california(entries):
    worked = daily(entries)
    assert worked["chloe", date(2026, 10, 15)] == 14 * HOUR
    sunday = date(2026, 10, 18)
    assert all(worked["ben", sunday + timedelta(days=n)] > 3 * HOUR for n in range(7))
    assert worked["ben", date(2026, 10, 24)] == 9 * HOUR


def test_weeks_past_forty_hours_elsewhere(entries):
    worked = daily(entries)
    monday = date(2026, 10, 12)
    assert sum(worked["dmitri", monday + timedelta(days=n)] for n in range(5)) > 44 * HOUR


def test_written_down_late_and_edited_late(exports):
    old, new = exports["2026-10-12_to_2026-10-25.csv"], exports["2026-10-26_to_2026-11-08.csv"]

    def durations(export, worker, day):
        return [r["Duration"] for r in export if who(r) == worker and r["Start date"] == day]

    assert durations(old, "jamie", "2026-10-23") == ["04:00:00"]
    assert durations(new, "jamie", "2026-10-23") == ["05:30:00"]
    assert durations(old, "dmitri", "2026-10-09") == []
    assert durations(new, "dmitri", "2026-10-09") == ["09:00:00"]


@pytest.mark.parametrize(
    "sign",
    [",", '"', "\n", "„", "ナ", "🗺"],
)
def test_notes_hold_what_breaks_careless_readers(entries, sign):
    assert any(sign in row["Description"] for row in entries)


@pytest.mark.parametrize("start", ["=HYPERLINK(", "+", "@"])
def test_notes_hold_what_a_spreadsheet_would_run(entries, start):
    assert any(row["Description"].startswith(start) for row in entries)


def test_breaks_and_every_kind_of_leave(entries):
    tasks = {row["Task"] for row in entries}
    assert {"Lunch", "PTO", "Sick leave", "Public holiday", "Workshop", ""} <= tasks
