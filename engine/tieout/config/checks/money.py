"""What is said of rounding and exchange rates can be done."""

from __future__ import annotations

from typing import Final

from tieout.config.checks.draft import Draft
from tieout.config.findings import Findings
from tieout.domain.diagnostic import Position
from tieout.domain.exchange import LEAST_INTERMEDIATE

_HERE: Final = "rules/currency"
_PROFILES: Final = ("ecb", "exchange_rates")
_MOST_DECIMALS: Final = 9


def check(draft: Draft, findings: Findings) -> None:
    """TO188 an intermediate amount too coarse (or finer than any rate), TO189 nothing to convert by,
    TO120 payments or reviews of what isn't there, TO190 a retention period without a length."""
    _check_vendors(draft, findings)
    _check_periods(draft, findings)
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


def _check_vendors(draft: Draft, findings: Findings) -> None:
    rule, here = draft.config.rules.vendors, "rules/vendors"
    if rule.payments and not draft.has("sources", rule.payments):
        known = ", ".join(draft.named("sources"))
        findings.error("TO120", draft.at(f"{here} payments"),
                       f"there is no source '{rule.payments}'", f"known: {known}")  # fmt: skip
    for review in rule.reviews:
        if review.vendor not in draft.ids["workers"]:
            findings.error("TO120", draft.at(f"{here} reviews"),
                           f"there is no worker '{review.vendor}'",
                           "a review names the contractor's id of mappings/workers")  # fmt: skip


def _check_periods(draft: Draft, findings: Findings) -> None:
    """The schema can't say that exactly one of three is given."""
    row = draft.rows.get("rules/retention")
    for node in row.node.get("periods", ()) if row is not None and row.sound else ():
        given = [unit for unit in ("years", "months", "days") if unit in node]
        if len(given) != 1 and row is not None:
            at = Position(row.file, node.line, node.column)
            said = " and ".join(given) if given else "no length"
            findings.error("TO190", at, f"the period of '{node['record']}' has {said}",
                           "give one of years, months and days")  # fmt: skip
