"""What workers are paid: `worker,from,rate,currency`, and `to,project,earning,basis` if wanted."""

from typing import Final

from tieout.connectors.sources.profiles.profile import Profile, column

PROFILE: Final = Profile(
    name="pay_rates",
    kind="rates",
    columns={
        "worker": column("worker"),
        "from": column("from"),
        "rate": column("rate"),
        "currency": column("currency"),
        "to": column("to", required=False),
        "project": column("project", required=False),
        "earning": column("earning", required=False),
        "basis": column("basis", required=False),
    },
)
