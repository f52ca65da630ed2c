"""What a company's files must make sense of together: one check a file in `checks/`, all run."""

from __future__ import annotations

from typing import Final

from tieout.config.checks import (
    bases,
    bookings,
    decisions,
    environments,
    money,
    overrides,
    paths,
    privacy,
    purposes,
    references,
    rounding,
    times,
    workers,
)
from tieout.config.checks.draft import Draft
from tieout.config.findings import Findings

CHECKS: Final = (
    paths.check,
    privacy.check,
    environments.check,
    references.check,
    times.check,
    workers.check,
    purposes.check,
    bases.check,
    bookings.check,
    decisions.check,
    rounding.check,
    overrides.check,
    money.check,
)


def validate(draft: Draft, findings: Findings) -> None:
    """Runs every check on what is sound of the company; what isn't has been reported already."""
    for check in CHECKS:
        check(draft, findings)
