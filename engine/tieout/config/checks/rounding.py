"""Exactly one place rounds: the tracker, tieout or the books."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.config.checks.draft import Draft
from tieout.config.findings import Findings

_PLACES = ("increment", "mode", "per", "where", "grace", "start", "end", "meals", "tolerance", "audit")


def check(draft: Draft, findings: Findings) -> None:
    """TO152 where two places round, and where a rule and one of its purposes both say how."""
    row = draft.rows.get("rules/rounding")
    if row is not None and row.sound:
        own = next((key for key in row.node if key in _PLACES), None)
        other = next((key for key in row.node if key not in _PLACES), None)
        if own is not None and other is not None:
            findings.error("TO152", row.position(own),
                           f"rounding is given for every purpose and for {other}",
                           "say it under pay: and billing:", related=[row.position(other)])
    for purpose in sorted(draft.config.rules.rounding):
        _check_purpose(purpose, draft, findings)


def _check_purpose(purpose: str, draft: Draft, findings: Findings) -> None:
    rule = draft.config.rules.rounding[purpose]
    row = draft.rows["rules/rounding"]
    here = f"rules/rounding {purpose}" if purpose in row.node else "rules/rounding"
    for kind, address, name in _others(draft):
        if rule.where != kind and (rule.increment or rule.at_clock):
            what = "source" if kind == "source" else "target"
            findings.error(
                "TO152", draft.at(here),
                f"{purpose} is rounded twice: by {rule.where} and by the {what} '{name}'",
                f"write where: {kind}, or switch the rounding of '{name}' off",
                related=[draft.at(f"{address} rounding")],
            )


def _others(draft: Draft) -> Iterator[tuple[str, str, str]]:
    """Sources and targets that say that they round: (what `where` calls them, address, name)."""
    places = [("source", s.row, s.name) for s in draft.config.sources.values()]
    places += [("books", t.row, t.name) for t in draft.config.targets.values()]
    return (place for place in places if "rounding" in draft.rows[place[1]].node)
