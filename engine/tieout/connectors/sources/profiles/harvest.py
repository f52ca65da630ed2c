"""Harvest: the detailed time report as a table, and the time entries of API v2 as JSON.

A day's amount: Harvest's reports give no clocks. The columns drift: `Hours Rounded`, `Approved?`,
`Employee Id`, `Roles` or `Teams`, `Department`, and since 2015 the money, with the currency's name
before its code (`Euro - EUR`). What a worker costs (`Cost Rate`) is not read. The table has no ids.
"""

from typing import Final

from tieout.connectors.sources.profiles.profile import (
    Column,
    Profile,
    Shape,
    column,
    maybe,
    part,
)

_DETAILED: Final = Shape(
    columns={
        "worker": Column(joined=("First Name", "Last Name")),
        "email": maybe("Email"),
        "date": column("Date"),
        "hours": column("Hours"),
        "customer": maybe("Client"),
        "project": column("Project"),
        "task": maybe("Task"),
        "notes": maybe("Notes"),
        "billable": maybe("Billable?", "Billable"),
        "billed": maybe("Invoiced?", "Invoiced"),
        "approved": maybe("Approved?", "Approved"),
        "rate": maybe("Billable Rate"),
        "currency": maybe("Currency", read=part(r"\b([A-Z]{3})$")),
    }
)
_JSON: Final = Shape(
    columns={
        "id": column("id"),
        "worker": maybe("user.name"),
        "worker_id": column("user.id"),
        "date": column("spent_date"),
        "hours": column("hours"),
        "running": maybe("is_running"),
        "customer": maybe("client.name"),
        "customer_id": maybe("client.id"),
        "project": maybe("project.name"),
        "project_id": maybe("project.id"),
        "task": maybe("task.name"),
        "task_id": maybe("task.id"),
        "notes": maybe("notes"),
        "billable": maybe("billable"),
        "billed": maybe("is_billed"),
        "approval": maybe("approval_status"),
        "rate": maybe("billable_rate"),
        "currency": maybe("client.currency"),
    }
)
PROFILE: Final = Profile(name="harvest", shapes=(_DETAILED, _JSON))
