"""Toggl Track: the detailed report as a table, and what its API gives as JSON.

Headers drift between versions of the table (with and without `Email`, `Amount ()`, `Amount (USD)`,
`Stop` for `End`, `Member` for `User`); no version carries the entry's id. Read on exports that
others published (jonasknobloch/timba, MIT). Durations are exact seconds; times are in the zone of
the profile that exported, which the file doesn't name. JSON is that of API v9 and of Reports v3
and v2, read on recordings (go-api-libs/toggl, MIT): UTC instants, ids, and entries that were deleted.
"""

from typing import Final

from tieout.connectors.sources.profiles.profile import Profile, Shape, column, maybe

_DETAILED: Final = Shape(
    columns={
        "worker": column("User", "Member"),
        "email": maybe("Email"),
        "customer": maybe("Client"),
        "project": column("Project"),
        "task": maybe("Task"),
        "notes": maybe("Description"),
        "billable": maybe("Billable"),
        "start_date": column("Start date"),
        "start_time": column("Start time"),
        "end_date": column("End date", "Stop date"),
        "end_time": column("End time", "Stop time"),
        "duration": column("Duration"),
        "tags": maybe("Tags"),
    },
    key=("worker", "start"),
)
_JSON: Final = Shape(
    columns={
        "id": column("id"),
        "worker": maybe("user_name", "username", "user"),
        "worker_id": maybe("user_id", "uid"),
        "email": maybe("email"),
        "customer": maybe("client_name", "client"),
        "customer_id": maybe("client_id", "cid"),
        "project": maybe("project_name", "project"),
        "project_id": maybe("project_id", "pid"),
        "task": maybe("task_name", "task"),
        "task_id": maybe("task_id", "tid"),
        "notes": maybe("description"),
        "billable": maybe("billable", "is_billable"),
        "start": column("start"),
        "end": column("stop", "end"),
        "seconds": maybe("duration", "seconds"),
        "tags": maybe("tags"),
        "deleted": maybe("server_deleted_at"),
    }
)
PROFILE: Final = Profile(name="toggl", shapes=(_DETAILED, _JSON), nested="time_entries")
