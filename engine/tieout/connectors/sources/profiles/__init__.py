"""What each tracker's export looks like, as data: a new profile is one file and one row here."""

from collections.abc import Mapping
from typing import Final

from tieout.connectors.sources.profiles import generic, pay_rates, toggl
from tieout.connectors.sources.profiles.profile import Column, Profile

PROFILES: Final[Mapping[str, Profile]] = {
    profile.name: profile for profile in (toggl.PROFILE, generic.PROFILE, pay_rates.PROFILE)
}

__all__ = ["PROFILES", "Column", "Profile"]
