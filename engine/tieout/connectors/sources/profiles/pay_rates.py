"""What workers are paid: `worker,from,rate,currency`; `to,project,earning,basis,hours` if wanted."""

from typing import Final

from tieout.connectors.sources.profiles.profile import Profile, Shape, column, maybe

PROFILE: Final = Profile(
    name="pay_rates",
    kind="rates",
    shapes=(
        Shape(
            columns={
                "worker": column("worker"),
                "from": column("from"),
                "rate": column("rate"),
                "currency": column("currency"),
                "to": maybe("to"),
                "project": maybe("project"),
                "earning": maybe("earning"),
                "basis": maybe("basis"),
                "hours": maybe("hours"),
            }
        ),
    ),
)
