"""What `tieout doctor` shows: a line for each check, and the first thing to do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from tieout.governance.doctor import Check, Health
from tieout.reporting.figures import pad, safe
from tieout.reporting.paint import painter

FORMAT_VERSION: Final = 1
_MEANING: Final = {Health.OK: "good", Health.WARN: "update", Health.FAIL: "bad"}
_NAMED: Final = 20


def as_json(found: Sequence[Check]) -> str:
    """A document of the schema `doctor`."""
    checks = [
        {"name": c.name, "health": c.health.value, "message": c.message, "next": c.next}
        for c in found
    ]
    return json.dumps(
        {"format_version": FORMAT_VERSION, "checks": checks}, ensure_ascii=False, indent=2
    )


def text(found: Sequence[Check], *, colour: bool = False) -> str:
    """Failures tell their command at once; at the end stands the one to begin with."""
    paint, lines = painter(colour), []
    for check in found:
        health = paint(pad(check.health.value, 4), _MEANING[check.health])
        lines.append(f"{health}  {pad(safe(check.name), _NAMED)}  {safe(check.message)}")
        if check.next:
            lines.append(f"      {' ' * _NAMED}  → {check.next}")
    ranked = sorted(
        (check for check in found if check.health is not Health.OK),
        key=lambda c: (c.health is not Health.FAIL, not c.next.startswith("tieout")),
    )
    counts = [f"{sum(c.health is h for c in found)} {h.value}" for h in Health]
    first = ranked[0].next if ranked else "tieout pull"
    return "\n".join([*lines, "", ", ".join(counts), "", f"Next: {first}"]) + "\n"
