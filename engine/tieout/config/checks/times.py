"""What holds when: rows of one id, rows that claim the same thing of a source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from tieout.config.checks.draft import Draft
from tieout.config.findings import Findings
from tieout.config.model import Project, Service, Version, Worker
from tieout.config.versions import Row


def check(draft: Draft, findings: Findings) -> None:
    """TO130 two rows of one id at one time; TO131 a row or window that ends before it begins;
    TO132 two rows equally specific for the same thing at the same time."""
    _check_ends(draft, findings)
    _check_ids(draft, findings)
    for rows in (draft.config.workers, draft.config.projects, draft.config.services):
        _check_ties(rows, draft, findings)
    for source in draft.config.sources.values():
        if source.window and source.window[1] < source.window[0]:
            findings.error("TO131", draft.at(f"{source.row} window.to"),
                           "the window ends before it begins", "exchange the two days")


def _check_ends(draft: Draft, findings: Findings) -> None:
    for row in draft.rows.values():
        if row.sound and "valid" in row.node and row.valid[1] < row.valid[0]:
            findings.error("TO131", row.position("valid.to"),
                           f"the row ends on {row.valid[1]}, before it begins on {row.valid[0]}",
                           "exchange the two days")


def _check_ids(draft: Draft, findings: Findings) -> None:
    by_id: defaultdict[str, list[Row]] = defaultdict(list)
    for address, row in draft.rows.items():
        by_id[address.partition("#")[0].partition("@")[0]].append(row)
    for address, rows in by_id.items():
        for former, row in _overlapping(rows) if len(rows) > 1 else ():
            kind, _, name = address.partition("/")
            findings.error(
                "TO130", row.position(), f"'{name}' has two rows in {kind} at the same time",
                "give one another id, or end the earlier with valid: {to: …}",
                related=[former.position()],
            )


def _overlapping(rows: Sequence[Row]) -> Iterable[tuple[Row, Row]]:
    """Neighbours in time that share a day; one that ends before it begins is another's affair."""
    ordered = sorted((r for r in rows if r.valid[0] <= r.valid[1]),
                     key=lambda r: (r.valid[0], r.file, r.at.line, r.at.column))
    return [(a, b) for a, b in pairwise(ordered) if b.valid[0] <= a.valid[1]]


def _check_ties(
    rows: Iterable[Worker | Project | Service], draft: Draft, findings: Findings
) -> None:
    claims: defaultdict[tuple[str, frozenset[tuple[str, str]]], list[Version]] = defaultdict(list)
    for row in rows:
        for source, alternatives in row.refs.items():
            for ref in alternatives:
                claims[source, frozenset(ref.items())].append(row)
    told: set[tuple[str, str]] = set()
    for (source, fields), versions in claims.items():
        if len(versions) > 1:
            _check_claims(source, dict(fields), versions, told, draft, findings)


def _check_claims(
    source: str, ref: dict[str, str], versions: list[Version], told: set[tuple[str, str]],
    draft: Draft, findings: Findings,
) -> None:
    ordered = sorted(versions, key=lambda v: (v.from_, v.row))
    latest = ordered[0]
    for version in ordered[1:]:
        pair = (latest.row, version.row)
        if version.from_ <= latest.to and version.row != latest.row and pair not in told:
            told.add(pair)
            first, second = sorted(draft.at(f"{row} {source}") for row in pair)
            said = ", ".join(f"{k}: {v}" for k, v in sorted(ref.items())) or "task: any"
            findings.error(
                "TO132", second, f"two rows claim {{{said}}} of '{source}' at the same time",
                "make one more specific, or let it begin where the other ends (valid:)",
                related=[first],
            )
        latest = max(latest, version, key=lambda v: v.to)
