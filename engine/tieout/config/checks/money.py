"""What is said of rounding and exchange rates can be done."""

from __future__ import annotations

from typing import Final

from tieout.config.checks.draft import Draft
from tieout.config.findings import Findings
from tieout.domain.exchange import LEAST_INTERMEDIATE

_HERE: Final = "rules/currency"
_PROFILES: Final = ("ecb", "exchange_rates")
_MOST_DECIMALS: Final = 9


def check(draft: Draft, findings: Findings) -> None:
    """TO188 an intermediate amount too coarse (or finer than any rate), TO189 nothing to convert by."""
    rule = draft.config.rules.currency
    decimals = rule.intermediate
    if decimals is not None and not LEAST_INTERMEDIATE <= decimals <= _MOST_DECIMALS:
        findings.error(
            "TO188", draft.at(f"{_HERE} intermediate"),
            f"an intermediate amount of {decimals} decimals",
            f"write {LEAST_INTERMEDIATE} to {_MOST_DECIMALS}, or leave it out: then nothing is "
            "rounded on the way",
        )  # fmt: skip
    unsound = any(not draft.rows[f"sources/{name}"].sound for name in draft.named("sources"))
    bring = any(s.profile in _PROFILES for s in draft.config.sources.values())
    others = any(s.connector != "file" for s in draft.config.sources.values())
    if rule.convert == "tieout" and not (bring or others or unsound):
        findings.error(
            "TO189", draft.at(f"{_HERE} convert"), "no source brings exchange rates",
            "add a source with the profile ecb or exchange_rates",
        )  # fmt: skip
