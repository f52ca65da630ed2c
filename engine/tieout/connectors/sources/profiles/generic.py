"""Any table of time: the company names the columns in `columns:`."""

from typing import Final

from tieout.connectors.sources.profiles.profile import Profile

PROFILE: Final = Profile(name="generic")
