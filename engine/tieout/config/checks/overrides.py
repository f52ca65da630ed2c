"""What a company has in place of a law's figures, and where it rounds what a law wants exact."""

from __future__ import annotations

from tieout.config.checks.draft import Draft
from tieout.config.findings import Findings
from tieout.config.overrides import amiss
from tieout.domain.diagnostic import Severity


def check(draft: Draft, findings: Findings) -> None:
    """TO182 no such law or parameter, TO183 a value that can't stand, TO184 less than the law gives,
    TO185 rounding of what a law wants exact."""
    rules = draft.config.rules
    for one in amiss(rules.packs, rules.overtime.overrides):
        weight = Severity.WARNING if one.code == "TO184" else Severity.ERROR
        findings.error(one.code, one.override.place, one.message, one.hint, severity=weight)
    _check_rounding(draft, findings)


def _check_rounding(draft: Draft, findings: Findings) -> None:
    """A company's rounding outranks the law's default, and is told."""
    rule = draft.config.rules.rounding.get("pay")
    if rule is None:
        return
    rounded = {
        "time": bool(rule.increment or rule.at_clock),
        "meals": bool(rule.start or rule.end or (rule.per == "punch" and rule.increment))
        and rule.meals == "rounded",
    }
    what = {"time": "time", "meals": "the clock of meals"}
    row = draft.rows["rules/rounding"]
    for pack in draft.config.rules.packs.values():
        for part, source in pack.exact:
            if rounded[part]:
                findings.error("TO185", row.position("pay" if "pay" in row.node else ""),
                               f"pay rounds {what[part]}, which {pack.id} wants exact: {source}",
                               "meals: exact" if part == "meals" else "leave pay unrounded there",
                               severity=Severity.WARNING)
