"""One fortnight of work, and how each tracker would export it. Written by hand after their formats.

Everything is whole minutes in Berlin, since some exports have no seconds.
"""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")


class Work(NamedTuple):
    """Start and end by the clock on the wall."""

    who: str
    email: str
    start: datetime
    end: datetime
    customer: str
    project: str
    task: str
    notes: str
    billable: bool
    tags: tuple[str, ...] = ()

    @property
    def clock(self) -> str:
        """``H:MM:SS`` of what passed, over a change of the clocks too."""
        return f"{self.passed}".rjust(8, "0")

    @property
    def passed(self) -> timedelta:
        return instant(self.end) - instant(self.start)


def instant(local: datetime) -> datetime:
    return local.replace(tzinfo=ZONE).astimezone(UTC)


def zulu(local: datetime) -> str:
    return f"{instant(local):%Y-%m-%dT%H:%M:%SZ}"


def _work(who, start, minutes, project, task, notes="", billable=True, tags=()):
    at = datetime.fromisoformat(start)
    end = (instant(at) + timedelta(minutes=minutes)).astimezone(ZONE).replace(tzinfo=None)
    email = f"{who.split()[0].lower()}@studio.example"
    return Work(who, email, at, end, "ACME, Inc.", project, task, notes, billable, tags)


STORY = (
    _work("Ana Reyes", "2026-10-19T09:00", 90, "Website", "Design"),
    _work("Ana Reyes", "2026-10-19T12:30", 45, "Website", "Review", 'the "new" page; draft'),
    _work("Jörg Müller", "2026-10-20T23:15", 105, "Shop", "Development", "past midnight", False),
    _work("Ana Reyes", "2026-10-25T01:30", 240, "Shop", "Development", "the clocks go back"),
    _work("Jörg Müller", "2026-10-26T00:00", 5, "Website", "Design", "at midnight", True, ("a", "b")),
    _work("Ana Reyes", "2026-10-30T12:05", 1, "Website", "Design"),
)  # fmt: skip


def _table(header, rows, delimiter=","):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([header.split(","), *rows])
    return out.getvalue()


def _yes(billable: bool) -> str:
    return "Yes" if billable else "No"


def toggl_csv(story=STORY) -> bytes:
    """Dates with the year first, a byte order mark, 24 hours."""
    header = (
        "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,"
        "End date,End time,Duration,Tags,Amount (EUR)"
    )
    rows = [
        (w.who, w.email, w.customer, w.project, w.task, w.notes, _yes(w.billable),
         f"{w.start:%Y-%m-%d}", f"{w.start:%H:%M:%S}", f"{w.end:%Y-%m-%d}", f"{w.end:%H:%M:%S}",
         w.clock, ", ".join(w.tags), "0")
        for w in story
    ]  # fmt: skip
    return _table(header, rows).encode("utf-8-sig")


def clockify_csv(story=STORY) -> bytes:
    """American dates and twelve hours, two durations, and a sum below."""
    header = (
        "Project,Client,Description,Task,User,Group,Email,Tags,Billable,Start Date,Start Time,"
        "End Date,End Time,Duration (h),Duration (decimal)"
    )
    rows = [
        (w.project, w.customer, w.notes, w.task, w.who, "", w.email, ", ".join(w.tags),
         _yes(w.billable), f"{w.start:%m/%d/%Y}", f"{w.start:%I:%M:%S %p}",
         f"{w.end:%m/%d/%Y}", f"{w.end:%I:%M:%S %p}", w.clock, "1.00")
        for w in story
    ]  # fmt: skip
    total = ("Total", *[""] * 12, "08:06:00", "8.10")
    return _table(header, [*rows, total]).encode()


def kimai_csv(story=STORY) -> bytes:
    """In German, with semicolons, dotted dates, clocks without seconds and no end date."""
    header = (
        "Datum,Von,Bis,Dauer,Währung,Preis,Benutzer,Name,E-Mail,Kunde,Projekt,Tätigkeit,"
        "Beschreibung,Abrechenbar,Schlagworte"
    )
    rows = [
        (f"{w.start:%d.%m.%Y}", f"{w.start:%H:%M}", f"{w.end:%H:%M}", w.clock[:5], "EUR", "0",
         "", w.who, w.email, w.customer, w.project, w.task, w.notes, "1" if w.billable else "0",
         ", ".join(w.tags))
        for w in story
    ]  # fmt: skip
    return _table(header, rows, ";").encode("cp1252")


def quickbooks_time_csv(story=STORY) -> bytes:
    """A column for each level of job codes, clocks of twelve hours without a zone; no tags, no
    column for what is billed, the user's mail for a name."""
    header = (
        "username,payroll_id,fname,lname,number,group,local_date,local_day,local_start_time,"
        "local_end_time,tz,hours,jobcode_1,jobcode_2,service item,location,notes,approved_status"
    )
    rows = [
        (w.email, "", *w.who.split(), "", "", f"{w.start:%Y-%m-%d}", f"{w.start:%a}",
         f"{w.start:%Y-%m-%d %I:%M %p}", f"{w.end:%Y-%m-%d %I:%M %p}", "1",
         f"{w.passed.total_seconds() / 3600:.2f}", w.customer, w.project, w.task, "", w.notes, "")
        for w in story
    ]  # fmt: skip
    return _table(header, rows).encode()


def toggl_json(story=STORY) -> bytes:
    """What Reports API v3 gives: entries inside of groups, in UTC."""
    groups = [
        {"user_id": None, "username": w.who, "email": w.email, "client_name": w.customer,
         "project_name": w.project, "task_name": w.task, "description": w.notes,
         "billable": w.billable, "tags": list(w.tags),
         "time_entries": [{"id": n, "seconds": int(w.passed.total_seconds()),
                           "start": zulu(w.start), "stop": zulu(w.end)}]}
        for n, w in enumerate(story, 1)
    ]  # fmt: skip
    return json.dumps(groups, indent=1).encode()


def clockify_json(story=STORY) -> bytes:
    """What the detailed report's API gives."""
    entries = [
        {"_id": f"c{n}", "userName": w.who, "userEmail": w.email, "clientName": w.customer,
         "projectName": w.project, "taskName": w.task, "description": w.notes,
         "billable": w.billable, "tags": [{"_id": t, "name": t} for t in w.tags],
         "timeInterval": {"start": zulu(w.start), "end": zulu(w.end)}}
        for n, w in enumerate(story, 1)
    ]  # fmt: skip
    return json.dumps({"totals": [{"numOfCurrencies": 0}], "timeentries": entries}).encode()


def kimai_xlsx(story=STORY) -> bytes:
    """In English, with real dates, times and durations in the cells."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Timesheets")
    day, clock, long = (
        book.add_format({"num_format": f}) for f in ("yyyy-mm-dd", "hh:mm", "[hh]:mm")
    )
    header = (
        "Date,From,To,Duration,Name,User,E-mail,Customer,Project,Activity,Description,Billable,Tags"
    )
    sheet.write_row(0, 0, header.split(","))
    for row, w in enumerate(story, 1):
        sheet.write_datetime(row, 0, datetime.combine(w.start.date(), datetime.min.time()), day)
        sheet.write_datetime(row, 1, w.start.time(), clock)
        sheet.write_datetime(row, 2, w.end.time(), clock)
        sheet.write_datetime(row, 3, w.passed, long)
        sheet.write_row(row, 4, [w.who, "", w.email, w.customer, w.project, w.task, w.notes])
        sheet.write_boolean(row, 11, w.billable)
        sheet.write_string(row, 12, ", ".join(w.tags))
    book.close()
    return out.getvalue()
