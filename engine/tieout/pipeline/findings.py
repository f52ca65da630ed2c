"""The checks of section 2 that a company sets the severity of, as bits: what is found in a portion.

A check that holds keeps the portion out of every purpose; one that is told changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from tieout.config.model import Config

HOLDING: Final = frozenset(("hold", "block"))


@dataclass(frozen=True)
class Check:
    """``code`` as a number, ``bit`` in the mask that the SQL carries; ``usual``: the severity where
    the company says none, None for not looked for."""

    code: int
    bit: int
    usual: str | None


CHECKS: Final = (
    Check(214, 1, "warn"),     # notes that the project asks for are missing
    Check(215, 2, "warn"),     # after the end of the worker's contract
    Check(220, 4, "warn"),     # an entry, 221 a day, 222 a week longer than the limit
    Check(221, 8, "warn"),
    Check(222, 16, "warn"),
    Check(223, 32, "warn"),    # older than the limit
    Check(224, 64, "warn"),    # approved by who worked
    Check(225, 128, "hold"),   # approved by who may not
    Check(226, 256, None),     # the part of a span after midnight
)  # fmt: skip
"""In the order in which they are told; of several that hold the first names the state."""


def severity(config: Config, check: Check) -> str | None:
    """What the company says of it, else the usual."""
    return config.rules.checks.get(f"TO{check.code}", check.usual)


def variables(config: Config) -> dict[str, Any]:
    """What the SQL reads by getvariable; a limit that isn't set is null, and looks at nothing."""
    limits = config.rules.limits
    said = {check: severity(config, check) for check in CHECKS}
    noted = any("notes" in project.requires for project in config.projects)
    return {
        "check_mask": sum(check.bit for check, how in said.items() if how),
        "hold_mask": sum(check.bit for check, how in said.items() if how in HOLDING),
        "wants_notes": noted,
        "entry_limit": limits.entry,
        "day_limit": limits.day,
        "week_limit": limits.week,
        "age_limit": limits.age_days,
        "approvers": [name.lower() for name in config.rules.approval.by] or None,
    }
