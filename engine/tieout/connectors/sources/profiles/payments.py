"""What vendors were paid: `date,vendor,amount,currency`, and `method,withheld,reference` if wanted."""

from typing import Final

from tieout.connectors.sources.profiles.profile import Profile, Shape, column, maybe, words

PROFILE: Final = Profile(
    name="payments",
    kind="payments",
    shapes=(
        Shape(
            columns={
                "date": column("date"),
                "vendor": column("vendor"),
                "amount": column("amount"),
                "currency": column("currency"),
                "method": words(
                    "method",
                    bank="bank|ach|wire|transfer|eft|direct deposit",
                    check="check|cheque",
                    cash="cash",
                    card="card|credit card|debit card|credit_card|debit_card|gift card",
                    third_party="third_party|third party|paypal|venmo|stripe|wise business",
                ),
                "withheld": maybe("withheld"),
                "reference": maybe("reference"),
            }
        ),
    ),
)
