"""Real exports that nobody here wrote: each row is loaded, or refused with a reason."""

import json
from collections import Counter

import pytest
from sources_world import NOW, ZONE, codes, day, source

from tieout.connectors.sources import open_source
from tieout.domain.diagnostic import Refused
from tieout.store.entries import verify, write_entries

TOCK = {
    "columns": {
        "id": "entry_id", "worker_id": "user_id", "from": "period_start", "to": "period_end",
        "project": "project_name", "project_id": "project_id", "hours": "hours",
        "billable": "billable",
    },
    "approval": {"column": "submitted", "values": {"submitted": ["True"], "draft": ["False"]}},
}  # fmt: skip
CLOCK = {
    "columns": {
        "worker": {"fixed": "Ana"}, "date": "date", "clock_in": "clock_in",
        "clock_out": "clock_out", "customer": "code", "notes": "notes", "tags": "tags",
    },
}  # fmt: skip


def pulled(samples, profile, path, zone=ZONE, **options):
    return open_source(source(profile=profile, path=path, options=options), zone, samples).pull()


def test_18f_all_weeks_are_loaded(samples, tmp_path):
    got = pulled(samples, "generic", "government/18F*.csv", **TOCK)
    assert (len(got.entries), list(got.rejected)) == (11_047, [])
    assert {entry.grain for entry in got.entries} == {"week"}
    assert sum(entry.seconds == 0 for entry in got.entries) == 15
    assert sum(entry.approval == "submitted" for entry in got.entries) == 2
    assert got.entries[0].key == "time:48"
    ref = write_entries(tmp_path, source(profile="generic"), got, NOW)
    assert ref.manifest["count"] == 11_047
    assert verify(ref) == []


def test_four_years_of_clocking_in_and_out(samples):
    got = pulled(samples, "generic", "generic/*timesheet.csv", **CLOCK)
    assert len(got.entries) + len(got.rejected) == 8_588
    assert {bad.code for bad in got.rejected} <= {"TO323", "TO324"}
    assert (got.coverage.from_date, got.coverage.to_date) == (day("2020-01-01"), day("2023-12-30"))


def test_toggl(samples):
    got = pulled(samples, "toggl", "toggl/*.csv", zone="Europe/Berlin")
    assert (len(got.entries), list(got.rejected), list(got.diagnostics)) == (11, [], [])
    assert {entry.customer_name for entry in got.entries} == {None}
    assert sum(entry.seconds for entry in got.entries) == 38_700


def test_other_trackers_through_the_generic_profile(samples):
    who = {"worker": {"fixed": "Ana"}}
    columns = {**who, "date": "Date", "duration": "Time (h)", "project": "Project"}
    assert len(pulled(samples, "generic", "clockify/*.csv", columns=columns).entries) == 99
    columns = {**who, "start": "Start Date", "duration": "Timespent", "task": "Ticket No"}
    assert len(pulled(samples, "generic", "jira/*.csv", columns=columns).entries) == 40


def test_a_day_or_a_month_first_is_never_guessed(samples):
    with pytest.raises(Refused) as caught:
        pulled(samples, "generic", "punchclock/*.csv", columns=PUNCHES)
    (found,) = caught.value.diagnostics
    assert (found.code, found.hint) == (
        "TO307",
        "say `date_order: dmy`, `mdy` or `ymd` at the source",
    )
    got = pulled(samples, "generic", "punchclock/*.csv", columns=PUNCHES, date_order="dmy")
    assert len(got.entries) + len(got.rejected) == 117


# every row of every file: loaded, or refused with a reason


ANA = {"worker": {"fixed": "Ana"}}
PUNCHES = {
    **ANA, "date": "Data", "clock_in": "Entrada Empresa", "clock_out": "Saida Intervalo"
}  # fmt: skip
#: File → its profile and options, and what becomes of its rows: loaded, left out, rejected by code;
#: or the code under which the whole file is refused, which isn't one of a tracker's time.
EVERY = {
    "clockify/damirarh_clockify_summary.csv": ("clockify", {"columns": ANA}, (99, 0, {})),
    "clockify/transfermyti_clockify_mock_db.json": ("clockify", {}, (20, 0, {})),
    "generic/bigbangdata_clients.csv": ("pay_rates", {}, "TO305"),
    "generic/bigbangdata_timesheet.csv": ("generic", CLOCK, (8_588, 0, {})),
    "government/18F_tock_flat_DERIVED.csv": ("generic", TOCK, (11_047, 0, {})),
    "jira/leeray75_data.json": ("jira", {"list": "tickets", "columns": ANA}, "TO305"),
    "jira/leeray75_worklogs.csv": ("jira", {"columns": ANA}, (40, 0, {})),
    "punchclock/bernardolm_ponto_brazil.csv": (
        "generic", {"columns": PUNCHES, "date_order": "dmy"}, (116, 0, {"TO320": 1}),
    ),
    "timeclock/ledger_timelog_auto-close.test": ("timeclock", {"columns": ANA}, (1, 0, {"TO320": 3})),
    "timeclock/ledger_timelog_basic.test": ("timeclock", {"columns": ANA}, (2, 0, {"TO320": 7})),
    "timeclock/ledger_timelog_double-checkin.test": ("timeclock", {"columns": ANA}, (1, 0, {"TO320": 6})),
    "timeclock/ledger_timelog_multi-checkin.test": ("timeclock", {"columns": ANA}, (2, 0, {"TO320": 4})),
    "timeclock/ledger_timelog_out-before-in.test": (
        "timeclock", {"columns": ANA}, (0, 0, {"TO323": 1, "TO320": 5}),
    ),
    "timewarrior/from_data_t_cpp.data": ("timewarrior", {"columns": ANA}, (15, 0, {})),
    "toggl/go-api-libs_v9_time_entries_recordings.json": ("toggl", {}, "TO305"),
    "toggl/timba_toggl.csv": ("toggl", {}, (11, 0, {})),
    "toggl/transfermyti_toggl_mock_db.json": ("toggl", {}, (20, 0, {})),
    "tsheets/export_headers_seen_in_the_wild.csv": (
        "quickbooks_time", {}, (0, 0, {"TO320": 2}),
    ),
    "tsheets/timesheets_deleted_docs_example.json": ("quickbooks_time", {}, (0, 1, {})),
}  # fmt: skip


def rows_of(path):
    """How many rows a file holds, told by its text alone: each entry has one of these members."""
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix == ".json":
        return sum(text.count(f'"{name}"') for name in ("timeInterval", "dur", "jobcode_id"))
    lines = [line for line in text.splitlines() if line.strip()]
    if path.suffix == ".test":  # a comment is no row, and a check-out ends one
        return sum(not line.startswith((";", "o ")) for line in lines)
    return len(lines) - (path.suffix == ".csv")


def test_each_row_of_each_file_is_loaded_or_refused_with_a_reason(samples, capsys):
    assert EVERY.keys() == {p.relative_to(samples).as_posix() for p in samples.glob("*/*")}
    told = ["", f"{'file':54}{'rows':>7}{'loaded':>8}{'run':>5}{'out':>5}  refused"]
    for path, (profile, options, expected) in EVERY.items():
        if isinstance(expected, str):
            with pytest.raises(Refused) as caught:
                pulled(samples, profile, path, **options)
            assert codes(caught.value.diagnostics) == [expected]
            told.append(f"{path:54}{'':25}  the whole file: {expected}")
            continue
        got = pulled(samples, profile, path, **options)
        rejected = Counter(bad.code for bad in got.rejected)
        loaded, out = len(got.entries), sum(got.left_out.values())
        assert (loaded, out, dict(rejected)) == expected, path
        rows = loaded + out + rejected.total()
        assert rows == rows_of(samples / path), path
        running = sum(entry.running for entry in got.entries)
        shown = ", ".join(f"{code}: {number}" for code, number in sorted(rejected.items()))
        told.append(f"{path:54}{rows:>7,}{loaded:>8,}{running:>5}{out:>5}  {shown}")
    with capsys.disabled():
        print("\n".join(told))


def test_the_answers_of_a_recorded_api(samples, tmp_path):
    """Each answer as a file: who was deleted and who runs is told, whatever the sign of a duration."""
    path = samples / "toggl/go-api-libs_v9_time_entries_recordings.json"
    answers = [json.loads(exchange["body"]) for exchange in json.loads(path.read_text())
               if exchange["body"][:1] in ("{", "[")]  # fmt: skip
    seen = []
    for answer in answers:
        rows = answer if isinstance(answer, list) else [answer]
        (tmp_path / "a.json").write_text(json.dumps(rows))
        got = pulled(tmp_path, "toggl", "a.json")
        assert list(got.rejected) == []
        deleted = sum(row["server_deleted_at"] is not None for row in rows)
        assert len(got.gone) == got.left_out.get("deleted in the tracker", 0) == deleted
        assert len(got.entries) == len(rows) - deleted
        assert [e.running for e in got.entries] == [
            row["stop"] is None for row in rows if row["server_deleted_at"] is None
        ]
        seen += rows
    assert {row["duration"] for row in seen if row["stop"] is None} == {0, -1}
