"""Toggl Track: the detailed report as CSV.

Headers drift between versions of the export (with and without `Email`, `Amount ()`, `Amount (USD)`,
`Stop` for `End`, `Member` for `User`); no version carries the entry's id. Read on exports that
others published (jonasknobloch/timba, MIT). Durations are exact seconds; times are in the zone of
the profile that exported, which the file doesn't name.
"""

from typing import Final

from tieout.connectors.sources.profiles.profile import Profile, column

PROFILE: Final = Profile(
    name="toggl",
    columns={
        "worker": column("User", "Member"),
        "email": column("Email", required=False),
        "customer": column("Client", required=False),
        "project": column("Project"),
        "task": column("Task", required=False),
        "notes": column("Description", required=False),
        "billable": column("Billable", required=False),
        "start_date": column("Start date"),
        "start_time": column("Start time"),
        "end_date": column("End date", "Stop date"),
        "end_time": column("End time", "Stop time"),
        "duration": column("Duration"),
        "tags": column("Tags", required=False),
    },
    key=("worker", "start"),
)
