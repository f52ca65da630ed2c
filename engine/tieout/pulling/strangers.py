"""Pay rates that nothing can use: they name a project or pay class that isn't there.

A worker who isn't there is told elsewhere, by hours unmapped (TO202) or without a rate (TO212).
Under a wrong project or pay class another rate would be taken, without a word.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from tieout.config.model import Config
from tieout.connectors.ports import Capture
from tieout.domain.diagnostic import Diagnostic, Position, Severity
from tieout.domain.entry import PayRate

_CLASSES = ("regular", "overtime", "double_time")


def strangers(config: Config, capture: Capture) -> Iterator[Diagnostic]:
    """TO337, a warning, for each rate of a capture that no hour will ever be paid at."""
    known = {
        "project": {row.id for row in config.projects},
        "earning": {
            *_CLASSES,
            *(row.id for row in config.earnings),
            *(tier.pay_class for pack in config.rules.packs.values() for tier in pack.tiers),
        },
    }
    for rate in capture.rates:
        for field, ids in known.items():
            name = getattr(rate, field)
            if name is not None and name not in ids:
                yield _told(capture, rate, field, name, ids)


def _told(capture: Capture, rate: PayRate, field: str, name: str, ids: set[str]) -> Diagnostic:
    file, _, line = capture.rows[rate.key].rpartition(":")
    what = "pay class" if field == "earning" else field
    close = get_close_matches(name, sorted(ids), n=1)
    return Diagnostic(
        "TO337",
        f"no hour is paid at this rate: there is no {what} {name!r}",
        Severity.WARNING,
        Position(file, int(line)),
        hint=f"did you mean {close[0]!r}?" if close else "write the id of the mappings",
        next="tieout explain TO337",
    )
