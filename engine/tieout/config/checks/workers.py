"""Workers: their standing under overtime law, and how far the packs can be trusted."""

from __future__ import annotations

from tieout.config.checks.draft import Draft, address
from tieout.config.findings import Findings
from tieout.config.model import Rules, Worker
from tieout.domain.diagnostic import Severity


def check(draft: Draft, findings: Findings) -> None:
    """TO150 an employee without standing, TO151 exempt without a ground, TO180 unverified law,
    TO186 no schedule where a law goes by it."""
    told: set[str] = set()
    for worker in draft.config.workers:
        if worker.kind != "employee" or worker.row in told:
            continue
        if worker.overtime is None:
            told.add(worker.row)
            findings.error("TO150", draft.at(worker.row),
                           f"the employee '{worker.id}' has no overtime standing",
                           "add overtime: eligible, or overtime: exempt with an exempt_ground")
        elif worker.overtime == "exempt" and not worker.exempt_ground:
            told.add(worker.row)
            findings.error("TO151", draft.at(address(worker, "overtime")),
                           f"the employee '{worker.id}' is exempt, but nothing says on what ground",
                           "add exempt_ground: and the provision, like 29 CFR 541.200")
    for worker in draft.config.workers:
        law = unscheduled(draft.config.rules, worker)
        if law is not None and worker.row not in told:
            told.add(worker.row)
            findings.error("TO186", draft.at(f"{worker.row} agreements"),
                           f"{law} goes by the schedule of '{worker.id}', who has none",
                           "add schedule: {monday: 10h, …}, or take the agreement out")
    for pack in draft.config.rules.packs.values():
        unverified = [tier.basis for tier in pack.tiers if not tier.verified]
        unverified += [limit.basis for limit in pack.limits if not limit.verified]
        if unverified:
            findings.error("TO180", draft.at("rules/overtime"),
                           f"{pack.id} has rows that nobody verified: {'; '.join(unverified)}",
                           "check them against their source", severity=Severity.WARNING)


def unscheduled(rules: Rules, worker: Worker) -> str | None:
    """The law that goes by the worker's schedule, where an agreement says so and none is given."""
    name = rules.overtime.packs.get(worker.jurisdiction or "") or rules.overtime.default
    pack = rules.packs.get(name or "")
    asks = pack is not None and any(
        tier.schedule and tier.where.agreement in worker.agreements for tier in pack.tiers
    )
    return pack.id if pack and asks and not any(worker.schedule) else None
