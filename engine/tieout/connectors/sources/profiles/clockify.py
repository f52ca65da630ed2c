"""Clockify: the detailed and the summary report as tables, and its API's entries as JSON.

The detailed report drifts: with and without `Client`, `Billable`, `Type`, `Invoiced`, the currency in
the header (`Billable Rate (USD)`), `Activity` where the workspace calls its tasks so, and without the
clocks, as a day's amounts. A summary by date names nobody: say who, `columns: {worker: {fixed: …}}`.
What a worker costs is not read. Breaks and time off come as entries; their `type` says so.
"""

from typing import Final

from tieout.connectors.sources.profiles.profile import Profile, Shape, column, maybe

_WHAT: Final = {
    "customer": maybe("Client"),
    "project": column("Project"),
    "task": maybe("Task", "Activity"),
    "notes": maybe("Description"),
    "type": maybe("Type"),
    "billable": maybe("Billable"),
    "billed": maybe("Invoiced"),
    "rate": maybe("Billable Rate ({currency})"),
    "tags": maybe("Tags"),
}
_DETAILED: Final = Shape(
    columns={
        **_WHAT,
        "worker": column("User"),
        "email": maybe("Email"),
        "start_date": column("Start Date"),
        "start_time": column("Start Time"),
        "end_date": column("End Date"),
        "end_time": column("End Time"),
        "duration": column("Duration (h)", "Duration"),
    },
    key=("worker", "start"),
)
_WITHOUT_CLOCKS: Final = Shape(
    columns={
        **_WHAT,
        "worker": column("User"),
        "email": maybe("Email"),
        "date": column("Start Date", "Date"),
        "duration": column("Duration (h)", "Duration", "Time (h)"),
    }
)
_SUMMARY: Final = Shape(columns={**_WHAT, "date": column("Date"), "duration": column("Time (h)")})
_JSON: Final = Shape(
    columns={
        "id": column("id", "_id"),
        "worker": maybe("userName", "user.name"),
        "email": maybe("userEmail", "user.email"),
        "worker_id": maybe("userId", "user.id"),
        "customer": maybe("clientName", "project.clientName"),
        "customer_id": maybe("clientId", "project.clientId"),
        "project": maybe("projectName", "project.name"),
        "project_id": maybe("projectId", "project.id"),
        "task": maybe("taskName", "task.name"),
        "task_id": maybe("taskId", "task.id"),
        "notes": maybe("description"),
        "type": maybe("type"),
        "billable": maybe("billable"),
        "start": column("timeInterval.start"),
        "end": column("timeInterval.end"),
        "tags": maybe("tags"),
    }
)
PROFILE: Final = Profile(
    name="clockify", shapes=(_DETAILED, _WITHOUT_CLOCKS, _SUMMARY, _JSON), total="total"
)
