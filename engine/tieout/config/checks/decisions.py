"""Decisions written by hand say something that is there to be said."""

from __future__ import annotations

from typing import Final

from tieout.config.attestations import span
from tieout.config.checks.draft import Draft
from tieout.config.findings import Findings
from tieout.config.model import Decision
from tieout.config.shape import listed

WAIVABLE: Final = (
    "TO208", "TO209", "TO210", "TO214", "TO215", "TO220", "TO221", "TO222", "TO223", "TO224", "TO225",
    "TO226", "TO267", "TO268", "TO269", "TO270", "TO271", "TO272", "TO273", "TO274",
)  # fmt: skip
"""The checks that a waiver lifts from an entry, those of the law among them. What lacks a mapping, a
rate or an end is mended."""
_LIFTED: Final = "it lifts TO208 to TO210, TO214 to TO226, TO267 to TO274"
_ACTIONS: Final = {
    "drift": ("accept", "overwrite"),
    "correct": ("credit", "rebill", "next-invoice", "write-off"),
    "waive": ("waive",),
    "assign": ("assign",),
    "release": ("release",),
    "attest": ("attest",),
}


def check(draft: Draft, findings: Findings) -> None:
    """TO196 a decision that can't come to anything: an action of another kind, a code that no waiver
    lifts, an assignment to nobody, an attestation of nobody's days or of nothing, one that expired
    before it was made."""
    for decision in draft.config.rules.decisions:
        actions = _ACTIONS[decision.kind]
        if decision.action not in actions:
            findings.error("TO196", draft.at(f"{decision.row} action"),
                           f"'{decision.action}' is nothing that a decision '{decision.kind}' does",
                           f"write {listed(actions)}")  # fmt: skip
        if decision.kind == "waive" and decision.code and decision.code not in WAIVABLE:
            findings.error("TO196", draft.at(f"{decision.row} code"),
                           f"no waiver lifts {decision.code}", _LIFTED)  # fmt: skip
        if decision.kind == "assign" and not decision.owner:
            findings.error("TO196", draft.at(decision.row),
                           f"the decision '{decision.id}' assigns to nobody",
                           "say owner: and an e-mail address")  # fmt: skip
        if decision.kind == "attest":
            _attestation(decision, draft, findings)
        if decision.expires and decision.expires < decision.on:
            findings.error("TO196", draft.at(f"{decision.row} expires"),
                           f"the decision '{decision.id}' expired before it was made",
                           "give the last day on which it shall hold, or leave it out")  # fmt: skip


def _attestation(decision: Decision, draft: Draft, findings: Findings) -> None:
    """It names a worker that there is and days, and has the digest of what was attested."""
    try:
        known = span(decision.key).worker in {worker.id for worker in draft.config.workers}
    except ValueError:
        known = False
    if not known:
        findings.error("TO196", draft.at(f"{decision.row} key"),
                       f"'{decision.key}' names no worker and days to attest",
                       "write it as E-001/2026-11-15..2026-11-21")  # fmt: skip
    if not decision.desired:
        findings.error("TO196", draft.at(decision.row),
                       f"the decision '{decision.id}' doesn't say what was attested",
                       "let `tieout attest` write it: it knows the digest")  # fmt: skip
