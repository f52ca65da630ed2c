"""What workers are paid besides rates: `worker,kind,currency` with a `date`, or `from` and `to`, and
an `amount`, or `units` at a `rate` each; `project` if wanted."""

from typing import Final

from tieout.connectors.sources.profiles.profile import Profile, Shape, column, maybe

PROFILE: Final = Profile(
    name="pay_items",
    kind="rates",
    shapes=(
        Shape(
            columns={
                "worker": column("worker"),
                "kind": column("kind"),
                "currency": column("currency"),
                "date": maybe("date"),
                "from": maybe("from"),
                "to": maybe("to"),
                "amount": maybe("amount"),
                "units": maybe("units"),
                "rate": maybe("rate"),
                "project": maybe("project"),
            }
        ),
    ),
)
