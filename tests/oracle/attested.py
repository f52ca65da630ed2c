"""Section 2, attestations: what approves an entry where the company takes approval from nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from oracle.story import Portion
from tieout.config.model import Config, Decision
from tieout.domain.entry import Approval


def digest(portions: Sequence[Portion], key: str) -> str:
    """Of the worker's portions on the days that the attestation's key names."""
    days: dict[tuple[str, date], int] = {}
    entries = {}
    for portion in covered(portions, key):
        place = portion.entry.key, portion.date  # what overlaps is cut later: the day counts as a whole
        days[place] = days.get(place, 0) + portion.seconds
        entries[portion.entry.key] = portion.entry
    text = ""
    for (name, day), seconds in sorted(days.items()):
        entry = entries[name]
        billable = {True: "yes", False: "no", None: ""}[entry.billable]
        for field in (
            name, day.isoformat(), str(seconds), entry.customer_id or entry.customer_name or "",
            entry.project_id or entry.project_name or "", entry.task_id or entry.task_name or "",
            entry.type or "", billable,
        ):  # fmt: skip
            text += f"{len(field)}:{field};"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def covered(portions: Sequence[Portion], key: str) -> list[Portion]:
    """The portions that an attestation's key speaks of."""
    worker, days = key.rsplit("/", 1)
    first, last = map(date.fromisoformat, days.split(".."))
    return [p for p in portions if p.worker and p.worker.id == worker and first <= p.date <= last]


def approved(config: Config, portions: Sequence[Portion], as_of: date) -> list[Portion]:
    """The portions, each with what attestations say of its entry's approval."""
    if config.rules.approval.from_ != "attest":
        return list(portions)
    may = [name.lower() for name in config.rules.approval.by]
    standing = [
        d for d in config.rules.decisions
        if d.kind == "attest" and (d.expires is None or d.expires >= as_of)
    ]  # fmt: skip
    standing.sort(key=lambda d: (bool(may) and d.by.lower() not in may, d.id))
    said: dict[tuple[str, int], list[Decision]] = {p.id: [] for p in portions}
    counting: dict[tuple[str, int], list[int]] = {p.id: [] for p in portions}
    for place, decision in enumerate(standing):
        true = decision.desired == digest(portions, decision.key)
        for portion in covered(portions, decision.key):
            said[portion.id].append(decision)
            counting[portion.id] += [place] if true else []
    result = []
    for portion in portions:
        mine = [p.id for p in portions if p.entry.key == portion.entry.key]
        approval: str | None = Approval.WITHDRAWN if any(said[one] for one in mine) else None
        by = None
        if all(counting[one] for one in mine):
            approval = Approval.APPROVED
            by = standing[max(min(counting[one]) for one in mine)].by
        entry = replace(portion.entry, approval=approval, approved_by=by)
        result.append(replace(portion, entry=entry))
    return result
