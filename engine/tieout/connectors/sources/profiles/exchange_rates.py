"""Exchange rates from a table of one's own: `date,from,to,rate`, where 1 `from` is `rate` of `to`."""

from typing import Final

from tieout.connectors.sources.profiles.profile import Profile, Shape, column

PROFILE: Final = Profile(
    name="exchange_rates",
    kind="exchange",
    shapes=(
        Shape(
            columns={
                "date": column("date"),
                "from": column("from"),
                "to": column("to"),
                "rate": column("rate"),
            }
        ),
    ),
)
