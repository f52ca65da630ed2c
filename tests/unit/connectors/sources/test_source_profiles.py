"""Each tracker's exports, in the versions that are about, and that they all say the same."""

import json
from dataclasses import replace
from datetime import datetime

import pytest
import tracker_exports
from sources_world import NOW, capture, codes, day, lines, source

from tieout.connectors.sources import open_source
from tieout.connectors.sources.profiles import PROFILES
from tieout.domain.diagnostic import Refused
from tieout.store.entries import read_entry, write_entries

ANA = {"columns": {"worker": {"fixed": "Ana"}}}


def read(folder, profile, text, name="a.csv", **options):
    """What a file of this text gives, of a source in Los Angeles."""
    config = source(profile=profile, path=name, options=options)
    return capture(folder, config, {name: text})


def read_json(folder, profile, value, **options):
    return read(folder, profile, json.dumps(value), "a.json", **options)


# the same work, whatever wrote it down


EXPORTS = {
    "toggl.csv": ("toggl", tracker_exports.toggl_csv, {}),
    "clockify.csv": ("clockify", tracker_exports.clockify_csv, {}),
    "kimai.csv": (
        "kimai", tracker_exports.kimai_csv,
        {"encoding": "cp1252", "date_order": "dmy", "over_midnight": True},
    ),
    "kimai.xlsx": ("kimai", tracker_exports.kimai_xlsx, {"over_midnight": True}),
    "toggl.json": ("toggl", tracker_exports.toggl_json, {}),
    "clockify.json": ("clockify", tracker_exports.clockify_json, {}),
}  # fmt: skip


def canonical(entries, **lacking):
    """All but the key, in the order of time; ``lacking``: what a tracker's export has no room for."""
    found = (replace(entry, key="", **lacking) for entry in entries)
    return sorted(found, key=lambda e: (e.start_at, e.worker_name))


@pytest.mark.parametrize("name", EXPORTS)
def test_the_same_work_gives_the_same_entries_from_any_tracker(tmp_path, name):
    profile, write, options = EXPORTS[name]
    config = source(profile=profile, path="export.*", timezone="Europe/Berlin", options=options)
    got = capture(tmp_path, config, {f"export.{name.partition('.')[2]}": write()}, "UTC")
    assert list(got.rejected) == []
    assert list(got.diagnostics) == []
    assert len({entry.key for entry in got.entries}) == len(tracker_exports.STORY)
    first, *_ = found = canonical(got.entries)
    assert (first.start_at, first.seconds, first.worker_name, first.worker_email) == (
        datetime(2026, 10, 19, 7), 5400, "Ana Reyes", "ana@studio.example"
    )  # fmt: skip
    assert [e.seconds for e in found] == [
        int(w.passed.total_seconds()) for w in tracker_exports.STORY
    ]
    toggl = source(path="t.csv", timezone="Europe/Berlin")
    assert found == canonical(
        capture(tmp_path, toggl, {"t.csv": tracker_exports.toggl_csv()}).entries
    )
    assert got.left_out == ({"sum of the rows above": 1} if name == "clockify.csv" else {})


def test_a_fourth_tracker_says_the_same_but_for_what_it_has_no_room_for(tmp_path):
    lacking = {"worker_id": None, "worker_email": None, "billable": None, "tags": ()}
    found = []
    for profile, text in (
        ("quickbooks_time", tracker_exports.quickbooks_time_csv()),
        ("toggl", tracker_exports.toggl_csv()),
    ):
        config = source(profile=profile, path=f"{profile}.csv", timezone="Europe/Berlin")
        got = capture(tmp_path, config, {f"{profile}.csv": text}, "UTC")
        assert (list(got.rejected), list(got.diagnostics)) == ([], [])
        found.append(got.entries)
    ours, toggl = found
    assert [e.worker_id for e in canonical(ours, worker_name="")] == [
        e.worker_email for e in canonical(toggl, worker_name="")
    ]
    assert canonical(ours, **lacking) == canonical(toggl, **lacking)


def test_every_profile_of_entries_says_which_columns_it_needs():
    for profile in PROFILES.values():
        for shape in profile.shapes:
            fields = set(shape.columns)
            assert profile.name == "generic" or fields & {"start", "start_date", "date", "from"}
            assert not {"cost_rate", "pay"} & fields, "what people cost is not read"


# harvest

HARVEST = (
    "Date,Client,Project,Project Code,Task,Notes,Hours,Billable?,Invoiced?,First Name,Last Name,"
    "Roles,Employee?,Billable Rate,Billable Amount,Cost Rate,Cost Amount,Currency,"
    "External Reference URL"
)
HARVEST_ROW = (
    "2026-11-02,Globex,Brand,B-1,Design,Logo,1.5,Yes,No,Ada,Lovelace,,Yes,150.00,225,70,105,"
    "Euro - EUR,"
)


def test_harvest_is_a_days_amount_with_the_billing_rate_and_never_the_cost(tmp_path):
    (entry,) = read(tmp_path, "harvest", lines(HARVEST, HARVEST_ROW)).entries
    assert (entry.grain, entry.to_date, entry.seconds) == ("day", day("2026-11-02"), 5400)
    assert (entry.worker_name, entry.customer_name) == ("Ada Lovelace", "Globex")
    assert (entry.rate, entry.rate_currency) == (1_500_000, "EUR")
    assert (entry.billable, entry.billed, entry.approval) == (True, False, None)


@pytest.mark.parametrize(
    ("header", "row", "approval"),
    [
        (
            "Date,Client,Project,Project Code,Task,Notes,Hours,Billable?,Invoiced?,Approved?,"
            "First Name,Last Name,Department,Employee?",
            '2015-01-26,ACME,Web,"",Dev,note,"7,5",No,No,No,Esa,Virta,"",Yes', "draft",
        ),
        (
            "Date,Client,Project,Project Code,Task,Notes,Hours,Hours Rounded,Billable?,Invoiced?,"
            "Approved?,First Name,Last Name,Employee Id,Roles,Teams,Employee?,Billable Rate",
            "2015-01-26,ACME,Web,,Dev,note,7.5,7.5,No,No,Yes,Esa,Virta,E1,,,Yes,150", "approved",
        ),
    ],
)  # fmt: skip
def test_harvests_headers_drift(tmp_path, header, row, approval):
    got = read(tmp_path, "harvest", lines(header, row), decimal="comma")
    (entry,) = got.entries
    assert (entry.seconds, entry.approval, entry.billable) == (27_000, approval, False)
    assert entry.rate is None, "an amount without a currency is no rate"


def test_harvests_api_says_what_runs_and_what_is_approved(tmp_path):
    one = {
        "id": 1, "spent_date": "2026-11-02", "hours": 1.25, "notes": None, "is_running": False,
        "is_billed": True, "approval_status": "submitted", "user": {"id": 7, "name": "Ada"},
        "client": {"id": 3, "name": "Globex", "currency": "USD"}, "billable": True,
        "project": {"id": 4, "name": "Brand"}, "task": {"id": 5, "name": "Design"},
        "billable_rate": 100.5,
    }  # fmt: skip
    got = read_json(
        tmp_path, "harvest", {"time_entries": [one, {**one, "id": 2, "is_running": True}]}
    )
    done, runs = got.entries
    assert (done.key, done.seconds, done.approval, done.billed) == (
        "time:1",
        4500,
        "submitted",
        True,
    )
    assert (done.worker_id, done.project_id, done.rate) == ("7", "4", 1_005_000)
    assert (runs.running, runs.seconds) == (True, 0)


# clockify


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (
            "Project,Description,User,Start Date,Start Time,End Date,End Time,Duration (h)",
            "Web,x,Ada,2026-11-02,09:00,2026-11-02,10:30,01:30:00",
        ),
        (
            "Project,Client,Description,Activity,User,Group,Email,Tags,Billable,Type,Invoiced,"
            "Invoice ID,Start Date,Start Time,End Date,End Time,Duration (h),Duration (decimal),"
            "Billable Rate (USD),Billable Amount (USD),Cost Rate (USD)",
            "Web,,x,Design,Ada,,,,Yes,REGULAR,No,,2026-11-02,09:00,2026-11-02,10:30,01:30:00,1.5,"
            "50.00,75,30",
        ),
        ("Project,User,Start Date,Duration (h)", "Web,Ada,2026-11-02,01:30:00"),
    ],
)
def test_clockifys_headers_drift(tmp_path, header, row):
    (entry,) = read(tmp_path, "clockify", lines(header, row)).entries
    assert (entry.worker_name, entry.project_name, entry.seconds) == ("Ada", "Web", 5400)
    assert entry.grain == ("span" if "Start Time" in header else "day")
    if "Activity" in header:
        assert (entry.task_name, entry.type) == ("Design", "REGULAR")
        assert (entry.rate, entry.rate_currency) == (500_000, "USD")


def test_a_summary_names_nobody_so_the_config_must(tmp_path):
    text = lines("Date,Project,Client,Description,Time (h)", "2026-11-02,Web,A,x,00:38:20")
    with pytest.raises(Refused) as caught:
        read(tmp_path, "clockify", text)
    assert codes(caught.value.diagnostics) == ["TO305"]
    assert "no column User" in caught.value.diagnostics[0].message
    (entry,) = read(tmp_path, "clockify", text, **ANA).entries
    assert (entry.worker_name, entry.grain, entry.seconds) == ("Ana", "day", 2300)


def test_clockifys_own_entries_have_ids_only_and_may_run(tmp_path):
    one = {
        "id": "c1", "userId": "u", "projectId": "p", "taskId": None, "tagIds": ["t"],
        "type": "BREAK", "timeInterval": {"start": "2026-11-02T09:00:00Z", "end": None},
    }  # fmt: skip
    (entry,) = read_json(tmp_path, "clockify", [one]).entries
    assert (entry.worker_id, entry.project_id, entry.type) == ("u", "p", "BREAK")
    assert (entry.running, entry.seconds) == (True, 0)


# toggl


def test_what_the_tracker_says_is_deleted_goes_and_says_nothing_of_others(tmp_path):
    one = {"user_id": 1, "start": "2026-11-02T09:00:00Z", "stop": "2026-11-02T10:00:00Z"}
    folder = tmp_path / "state"
    config = source(path="a.json", timezone="UTC")

    def stored(*rows):
        got = capture(tmp_path, config, {"a.json": json.dumps(rows)})
        return got, write_entries(folder, config, got, NOW)

    _, first = stored({**one, "id": 1}, {**one, "id": 2})
    got, second = stored({**one, "id": 1, "server_deleted_at": "2026-11-03T00:00:00Z"})
    assert got.left_out == {"deleted in the tracker": 1}
    assert list(got.gone) == ["time:1"]
    assert read_entry(first, "time:1")
    assert read_entry(second, "time:1") is None
    assert read_entry(second, "time:2"), "a merge deletes nothing that it wasn't told of"


def test_an_empty_list_is_no_mistake(tmp_path):
    assert read_json(tmp_path, "toggl", []).entries == []


# quickbooks time

QUICKBOOKS = (
    "username,payroll_id,fname,lname,number,group,local_date,local_day,local_start_time,"
    "local_end_time,tz,hours,{jobs},location,notes{more}"
)


@pytest.mark.parametrize(
    ("jobs", "values", "more", "end", "customer", "project"),
    [
        ("jobcode", "Web", "", "", None, "Web"),
        ("jobcode", "Web", ",approved_status", ",approved", None, "Web"),
        (
            "jobcode_1,jobcode_2,jobcode_3,class,service item,tasks,tasks gci55",
            "ACME,Web,,,Design,,", ",approved_status,has_flags,flag_types", ",new word,,",
            "ACME", "Web",
        ),
    ],
)  # fmt: skip
def test_quickbooks_time_in_its_three_versions(
    tmp_path, jobs, values, more, end, customer, project
):
    header = QUICKBOOKS.format(jobs=jobs, more=more)
    who = "ana,,Ana,Reyes,,,2026-11-02,Mon"
    rows = [
        f"{who},2026-11-02 9:00 AM,2026-11-02 10:30 AM,-8,1.5,{values},,x{end}",
        f"{who},11:00,12:00,-8,1,{values},,x{end}",
        f"{who},,,-8,2.25,{values},,x{end}",
    ]
    got = read(tmp_path, "quickbooks_time", lines(header, *rows))
    assert list(got.rejected) == []
    assert [(e.grain, e.seconds) for e in got.entries] == [
        ("span", 5400), ("span", 3600), ("day", 8100)
    ]  # fmt: skip
    first = got.entries[0]
    assert (first.worker_id, first.worker_name) == ("ana", "Ana Reyes")
    assert (first.customer_name, first.project_name) == (customer, project)
    assert first.approval == ("approved" if end == ",approved" else None)
    assert codes(got.diagnostics) == (["TO333"] if "new word" in end else [])


def test_quickbooks_times_api_maps_ids_to_timesheets(tmp_path):
    sheets = {
        "1": {"id": 1, "user_id": 9, "jobcode_id": 4, "start": "2018-08-08T08:00:00-06:00",
              "end": "2018-08-08T14:00:00-06:00", "duration": 21600, "date": "2018-08-08"},
        "2": {"id": 2, "user_id": 9, "jobcode_id": 4, "start": "", "end": "", "duration": 3600,
              "date": "2018-08-09", "on_the_clock": False},
        "3": {"id": 3, "user_id": 9, "jobcode_id": 4, "start": "2018-08-10T08:00:00-06:00",
              "end": "", "duration": 0, "date": "2018-08-10", "on_the_clock": True},
    }  # fmt: skip
    got = read_json(tmp_path, "quickbooks_time", {"results": {"timesheets": sheets}, "more": False})
    assert [(e.key, e.grain, e.seconds, e.running) for e in got.entries] == [
        ("time:1", "span", 21_600, False), ("time:2", "day", 3600, False), ("time:3", "span", 0, True)
    ]  # fmt: skip


# kimai


def test_kimais_break_makes_an_amount_of_the_day(tmp_path):
    text = lines(
        "Date,From,To,Duration,Break,User,Project,Activity",
        "2026-11-02,09:00,17:00,7:30,0:30,ana,Web,Dev", "2026-11-03,09:00,17:00,8:00,0:00,ana,Web,Dev",
        "2026-11-04,09:00,10:00,,2:00,ana,Web,Dev",
    )  # fmt: skip
    got = read(tmp_path, "kimai", text)
    assert [(e.grain, e.seconds) for e in got.entries] == [("day", 27_000), ("span", 28_800)]
    assert [(bad.code, bad.line) for bad in got.rejected] == [("TO323", 4)]


def test_a_break_that_is_noted_later_is_an_edit_and_no_other_entry(tmp_path):
    header = "Date,From,To,Duration,Break,User,Project,Activity"
    (plain,) = read(
        tmp_path, "kimai", lines(header, "2026-11-02,09:00,17:00,8:00,,a,Web,Dev")
    ).entries
    (less,) = read(
        tmp_path, "kimai", lines(header, "2026-11-02,09:00,17:00,,0:30,a,Web,Dev")
    ).entries
    assert (less.key, less.seconds, less.grain) == (plain.key, 27_000, "day")
    got = read(tmp_path, "kimai", lines(header, "2026-11-02,09:00,17:00,,-1:00,a,Web,Dev"))
    assert codes(got.rejected) == ["TO323"]


def test_kimais_clocks_without_seconds_may_miss_the_duration_by_a_minute(tmp_path):
    header = "Date,From,To,Duration,User,Project,Activity"
    got = read(tmp_path, "kimai", lines(header, "2026-11-02,12:00,12:06,0.11,ana,Web,Dev"))
    assert (got.entries[0].seconds, list(got.diagnostics)) == (360, [])
    got = read(tmp_path, "kimai", lines(header, "2026-11-02,12:00,12:06,0.15,ana,Web,Dev"))
    assert codes(got.diagnostics) == ["TO330"]


def test_kimais_api_with_ids_or_with_whole_objects(tmp_path):
    plain = {"id": 1, "user": 2, "project": 3, "activity": 4, "begin": "2026-11-02T09:00:00+0100",
             "end": "2026-11-02T10:00:00+0100", "duration": 3600}  # fmt: skip
    (entry,) = read_json(tmp_path, "kimai", [plain]).entries
    assert (entry.worker_id, entry.project_id, entry.task_id) == ("2", "3", "4")
    assert entry.start_at == datetime(2026, 11, 2, 8)
    full = {**plain, "user": {"id": 2, "username": "ana", "alias": "Ana"},
            "project": {"id": 3, "name": "Web", "customer": {"id": 5, "name": "ACME"}},
            "activity": {"id": 4, "name": "Dev"}, "tags": ["a", "b"]}  # fmt: skip
    (entry,) = read_json(tmp_path, "kimai", [full]).entries
    assert (entry.worker_name, entry.project_name, entry.customer_name) == ("Ana", "Web", "ACME")
    assert (entry.task_name, entry.tags) == ("Dev", "a, b")


# of one person: watson, timewarrior


def test_watsons_three_formats_say_the_same(tmp_path):
    text = lines("id,start,stop,project,tags", 'a96,2026-11-02 09:15,2026-11-02 09:45,web,"x, y"')
    as_json = [{"id": "a96fcde", "project": "web", "tags": ["x", "y"],
                "start": "2026-11-02T09:15:00-08:00", "stop": "2026-11-02T09:45:00-08:00"}]  # fmt: skip
    frames = [[1793639700, 1793641500, "web", "a96fcde", ["x", "y"], 1793641500]]
    found = [read(tmp_path, "watson", text, **ANA), read_json(tmp_path, "watson", as_json, **ANA)]
    found.append(read(tmp_path, "watson", json.dumps(frames), "frames", **ANA))
    spans = {
        (e.start_at, e.end_at, e.project_name, e.tags, e.worker_name)
        for got in found
        for e in got.entries
    }
    assert spans == {
        (datetime(2026, 11, 2, 17, 15), datetime(2026, 11, 2, 17, 45), "web", "x, y", "Ana")
    }


@pytest.mark.parametrize("profile", ["watson", "timewarrior", "timeclock"])
def test_who_it_was_must_be_said(tmp_path, profile):
    with pytest.raises(Refused) as caught:
        open_source(source(profile=profile), "UTC", tmp_path)
    assert codes(caught.value.diagnostics) == ["TO308"]
    assert "{fixed: name}" in caught.value.diagnostics[0].hint


def test_timewarriors_export_and_its_data_files(tmp_path):
    rows = [
        {"id": 2, "start": "20261102T090000Z", "end": "20261102T100000Z", "tags": ["web"]},
        {"id": 1, "start": "20261102T110000Z", "tags": ["web", "dev"], "annotation": "x"},
    ]
    done, runs = read_json(tmp_path, "timewarrior", rows, **ANA).entries
    assert (done.seconds, done.project_name, done.running) == (3600, "web", False)
    assert (runs.running, runs.tags, runs.notes) == (True, "web, dev", "x")
    data = lines(
        "inc 20261102T090000Z - 20261102T100000Z # web", "inc 20261102T110000Z # web # x",
        "inc 20261103T110000Z - 20261103T120000Z", "exc monday <9:00:00",
    )  # fmt: skip
    got = read(tmp_path, "timewarrior", data, "2026-11.data", **ANA)
    assert [(e.project_name, e.seconds) for e in got.entries] == [
        ("web", 3600),
        ("web", 0),
        (None, 3600),
    ]
    assert got.entries[1].notes == "x"
    assert [(bad.code, bad.line) for bad in got.rejected] == [("TO320", 4)]


def test_a_timeclocks_check_ins_and_outs_are_paired(tmp_path):
    text = lines(
        "; a comment", "i 2024/01/15 09:00:00 Web:Design  Logo", "i 2024/01/15 09:30 Web:Dev",
        "o 2024/01/15 10:00", "o 2024/01/15 10:15:00 Web:Design", "o 2024-01-15 10:30:00",
        "o 2024-01-15 11:00:00", "i 2024/01/16 23:00:00 Web:Dev", "i 2024/01/16 23:30:00 Web:Dev", "x",
    )  # fmt: skip
    got = read(tmp_path, "timeclock", text, "a.timeclock", **ANA)
    assert [(e.project_name, e.notes, e.seconds, e.running) for e in got.entries] == [
        ("Web:Design", "Logo", 4500, False), ("Web:Dev", None, 3600, False), ("Web:Dev", None, 0, True)
    ]  # fmt: skip
    told = [(bad.line, bad.message) for bad in got.rejected]
    assert [line for line, _ in told] == [4, 7, 9, 10]
    assert "which of several accounts" in told[0][1]
    assert "anything is checked in" in told[1][1]
    assert "checked in already, in line 8" in told[2][1]


# jira


def test_jira_takes_the_project_from_the_issue(tmp_path):
    text = lines("Ticket No,Start Date,Timespent,Comment", "PPE-4,01-Aug-2023 09:00:00,0h 30m,x")
    (entry,) = read(tmp_path, "jira", text, **ANA).entries
    assert (entry.task_name, entry.project_name, entry.seconds) == ("PPE-4", "PPE", 1800)
    assert entry.grain == "span"


def test_tempos_report_is_a_days_amount_where_it_has_no_clock(tmp_path):
    header = (
        "Issue Key,Issue summary,Hours,Work date,Username,Full name,Project Key,Work Description"
    )
    rows = ("W-1,s,.5,2026-11-02,ana,Ana,WEB,x", "W-1,s,1.25,2026-11-03 09:00,ana,Ana,WEB,x")
    first, second = read(tmp_path, "jira", lines(header, *rows)).entries
    assert (first.grain, first.seconds, first.project_name) == ("day", 1800, "WEB")
    assert (second.grain, second.seconds) == ("span", 4500)


def test_the_worklogs_of_both_apis(tmp_path):
    jira = {"id": "10", "issueId": "7", "author": {"accountId": "u", "displayName": "Ana"},
            "started": "2026-11-02T09:00:00.000+0000", "timeSpentSeconds": 900}  # fmt: skip
    tempo = {"tempoWorklogId": 5, "issue": {"id": 7}, "author": {"accountId": "u"},
             "startDate": "2026-11-02", "startTime": "01:00:00", "timeSpentSeconds": 900}  # fmt: skip
    (one,) = read_json(tmp_path, "jira", {"worklogs": [jira]}).entries
    (two,) = read_json(tmp_path, "jira", {"results": [tempo]}).entries
    assert one.start_at == two.start_at == datetime(2026, 11, 2, 9)
    assert (one.seconds, one.worker_id, one.task_id) == (two.seconds, two.worker_id, two.task_id)
    assert (one.key, two.key) == ("time:10", "time:5")
