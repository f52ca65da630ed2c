"""Real exports that nobody here wrote: each row is loaded, or refused with a reason."""

from sources_world import NOW, ZONE, day, source

from tieout.connectors.sources import open_source
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
    columns = {**who, "date": "Data", "clock_in": "Entrada Empresa", "clock_out": "Saida Intervalo"}
    got = pulled(samples, "generic", "punchclock/*.csv", columns=columns, date_order="dmy")
    assert len(got.entries) + len(got.rejected) == 117
