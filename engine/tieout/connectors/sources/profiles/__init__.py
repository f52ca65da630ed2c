"""What each tracker's export looks like, as data: a new profile is one file and one row here."""

from collections.abc import Mapping
from typing import Final

from tieout.connectors.sources.profiles import (
    clockify,
    ecb,
    exchange_rates,
    generic,
    harvest,
    jira,
    kimai,
    pay_items,
    pay_rates,
    payments,
    quickbooks_time,
    timeclock,
    timewarrior,
    toggl,
    watson,
)
from tieout.connectors.sources.profiles.profile import Column, Profile, Shape

PROFILES: Final[Mapping[str, Profile]] = {
    module.PROFILE.name: module.PROFILE
    for module in (
        toggl,
        harvest,
        clockify,
        quickbooks_time,
        kimai,
        watson,
        timewarrior,
        timeclock,
        jira,
        generic,
        pay_rates,
        pay_items,
        ecb,
        exchange_rates,
        payments,
    )
}

__all__ = ["PROFILES", "Column", "Profile", "Shape"]
