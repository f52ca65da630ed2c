"""Jira: worklogs as add-ons export them, Tempo's report, and both APIs' worklogs as JSON.

Each add-on has its own headers: what isn't here is named in `columns:`. The issue is the task, and
the letters of its key the project, unless the file has a project's column. Work with a date alone is
a day's amount.
"""

from typing import Final

from tieout.connectors.sources.profiles.profile import Profile, Shape, column, maybe, part

_PROJECT: Final = part(r"^([A-Z][A-Z0-9_]*)-\d+$")
_ISSUE: Final = ("Issue Key", "Issue", "Key", "Ticket No", "Ticket")
_STARTED: Final = ("Work date", "Start Date", "Started", "Started at", "Date")

_TABLE: Final = Shape(
    columns={
        "worker": column("Full name", "Author", "User", "Worker", "Username"),
        "worker_id": maybe("Username"),
        "task": column(*_ISSUE),
        "project": maybe("Project Key", *_ISSUE, read=_PROJECT),
        "customer": maybe("Account Customer"),
        "start": column(*_STARTED),
        "date": column(*_STARTED),
        "duration": column("Hours", "Time Spent (h)", "Time Spent", "Timespent"),
        "notes": maybe("Work Description", "Comment", "Description"),
    },
    key=("worker", "start", "task"),
    unit="hours",
    amounts=True,
)
_JIRA: Final = Shape(
    columns={
        "id": column("id"),
        "worker": maybe("author.displayName"),
        "email": maybe("author.emailAddress"),
        "worker_id": maybe("author.accountId", "author.name"),
        "task_id": maybe("issueId"),
        "task": maybe("issueKey"),
        "project": maybe("issueKey", read=_PROJECT),
        "start": column("started"),
        "seconds": column("timeSpentSeconds"),
        "notes": maybe("comment"),
    }
)
_TEMPO: Final = Shape(
    columns={
        "id": column("tempoWorklogId"),
        "worker_id": column("author.accountId"),
        "worker": maybe("author.displayName"),
        "task_id": maybe("issue.id"),
        "task": maybe("issue.key"),
        "project": maybe("issue.key", read=_PROJECT),
        "start_date": column("startDate"),
        "start_time": column("startTime"),
        "seconds": column("timeSpentSeconds"),
        "notes": maybe("description"),
    }
)
PROFILE: Final = Profile(name="jira", shapes=(_TABLE, _JIRA, _TEMPO))
