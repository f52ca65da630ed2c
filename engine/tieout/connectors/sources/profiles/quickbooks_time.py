"""QuickBooks Time (TSheets): the timesheet export as a table, and the API's timesheets as JSON.

Three versions of the table were seen: without and with `approved_status`, and with a column for each
level of job codes, of which the first is the customer. Manual timesheets have a date and hours alone:
a day's amount. The `tz` column is not read, since no document says whether it knows of summer time:
clocks are in the source's `timezone`.
"""

from typing import Final

from tieout.connectors.sources.profiles.profile import (
    Column,
    Profile,
    Shape,
    column,
    maybe,
    words,
)

_TABLE: Final = {
    "worker": Column(joined=("fname", "lname")),
    "worker_id": column("username"),
    "date": column("local_date"),
    "start": column("local_start_time"),
    "end": column("local_end_time"),
    "hours": column("hours"),
    "notes": maybe("notes"),
    "approval": words(
        "approved_status",
        approved="approved",
        submitted="submitted",
        rejected="rejected",
        draft="unsubmitted|not submitted|open|not approved",
    ),
}
_LEVELS: Final = Shape(
    columns={
        **_TABLE,
        "customer": column("jobcode_1"),
        "project": maybe("jobcode_2"),
        "task": maybe("service item", "jobcode_3"),
    },
    amounts=True,
    slack=78,
)
_PLAIN: Final = Shape(
    columns={**_TABLE, "project": column("jobcode"), "task": maybe("service item")},
    amounts=True,
    slack=78,
)
_JSON: Final = Shape(
    columns={
        "id": column("id"),
        "worker_id": column("user_id"),
        "project_id": maybe("jobcode_id"),
        "date": column("date"),
        "start": column("start"),
        "end": column("end"),
        "seconds": column("duration"),
        "running": maybe("on_the_clock"),
        "notes": maybe("notes"),
        "deleted": words("active", yes="0|false", no="1|true"),
    },
    amounts=True,
)
PROFILE: Final = Profile(name="quickbooks_time", shapes=(_LEVELS, _PLAIN, _JSON))
