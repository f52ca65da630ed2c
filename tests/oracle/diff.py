"""Section 7, all chains: coverage, and documents that exchange entries go together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from oracle.chains import AFTER_FINAL, Chain, Verdict, decide
from oracle.periods import period_of
from oracle.states import serves
from oracle.story import OracleResult
from tieout.config.model import Config, Produce
from tieout.domain.books import Applied, Books, Claim
from tieout.domain.document import Document, Kind
from tieout.domain.entry import Coverage
from tieout.domain.key import base_key, chain_number

Change = tuple[str, str, Document | None]
"""Action, document key, and the document afterwards (None: void or forget)."""


@dataclass(frozen=True)
class Plan:
    """``changes`` by key; ``held``: document key → code; ``sets``: keys that go together."""

    changes: list[Change]
    held: dict[str, str]
    sets: list[frozenset[str]]


def plan(
    config: Config,
    result: OracleResult,
    applied: Mapping[str, Applied],
    books: Mapping[str, Books],
    coverage: Mapping[str, Coverage],
    as_of: date,
) -> Plan:
    """What has to be done so that the books hold what they should. ``coverage`` is by source."""
    bases = sorted(
        {base_key(key) for key in [*result.documents, *applied]}
        | {base_key(r.document.key) for held in books.values() for r in held.records}
    )
    verdicts = {
        base: covered(result, applied, coverage, base, settle(config, result, applied, books, base))
        for base in bases
    }
    sets = change_sets(config, result, applied, bases)
    for joined in sets:
        writing = {
            base for base in joined if verdicts[base].action not in (None, "adopt", "forget")
        }
        if any(verdicts[base].code for base in joined):
            for base in writing:
                verdicts[base] = Verdict(key=base, code="TO239")
    return Plan(
        changes=[(v.action, v.key, v.after) for v in verdicts.values() if v.action],
        held={base_key(v.key): v.code for v in verdicts.values() if v.code},
        sets=sets,
    )


def settle(
    config: Config,
    result: OracleResult,
    applied: Mapping[str, Applied],
    books: Mapping[str, Books],
    base: str,
) -> Verdict:
    produce = produce_of(config, base)
    mine = {key: one for key, one in applied.items() if base_key(key) == base}
    target = produce.to if produce else next(iter(mine.values())).target
    here = books.get(target, Books(target=target, identity=""))
    kind = Kind(base.split("/")[1])
    lock = date.fromisoformat(here.lock_date) if here.lock_date else None
    desired = result.documents.get(base)
    chain = Chain(
        base=base,
        desired=desired,
        applied=mine,
        actual={r.document.key: r for r in here.records if base_key(r.document.key) == base},
        drift=config.targets[target].drift,
        after_final=config.rules.after_final.get(kind) or AFTER_FINAL.get(kind, "hold"),
        decisions=config.rules.decisions,
        lock_date=lock,
        by_config=by_config(config, result, last_written(mine).get(base), base),
        retroactive=retroactive(result, base),
        open_period=open_period(config, produce, lock, desired),
    )
    return decide(chain)


def produce_of(config: Config, base: str) -> Produce | None:
    stream, kind = base.split("/")[:2]
    return config.streams[stream].produce.get(kind) if stream in config.streams else None


def open_period(
    config: Config, produce: Produce | None, lock: date | None, desired: Document | None
) -> tuple[date, date] | None:
    """The first period that isn't locked, and not before the document's own."""
    if produce is None or lock is None:
        return None
    day = lock + timedelta(days=1)
    if desired:
        day = max(day, date.fromisoformat(desired.from_))
    period = period_of(config.company, produce, day)
    return period.first, period.last


def by_config(config: Config, result: OracleResult, wrote: Applied | None, base: str) -> bool:
    """Whether the same entries with the same content gave another document before."""
    if wrote is None or wrote.document is None or wrote.config == config.digest:
        return False
    return _contents(wrote.claims) == _contents(result.claims.get(base, ()))


def retroactive(result: OracleResult, base: str) -> bool:
    """Whether a mapping row that the document comes from says that it reaches back on purpose."""
    entries = {claim.entry for claim in result.claims.get(base, ())}
    rows = [
        row
        for portion in result.portions
        if portion.entry.key in entries
        for row in (portion.worker, portion.project, portion.customer, portion.service)
    ]
    return any(row is not None and row.retroactive for row in rows)


def covered(
    result: OracleResult,
    applied: Mapping[str, Applied],
    coverage: Mapping[str, Coverage],
    base: str,
    verdict: Verdict,
) -> Verdict:
    """What the snapshots don't wholly show is neither updated nor voided."""
    wrote = last_written(applied).get(base)
    claims = [*(wrote.claims if wrote else ()), *result.claims.get(base, ())]
    grown = verdict.action == "adjust" and wrote is None  # there is nothing yet to take away from
    if grown or verdict.action not in ("update", "void", "adjust"):
        return verdict
    if all(_within(coverage, claim) for claim in claims):
        return verdict
    return replace(verdict, action=None, after=None, code="TO235")


def _within(coverage: Mapping[str, Coverage], claim: Claim) -> bool:
    source, day = claim.entry.split(":", 1)[0], date.fromisoformat(claim.date)
    return source not in coverage or coverage[source].holds(day, day)


def last_written(applied: Mapping[str, Applied]) -> dict[str, Applied]:
    """Base document → the last link that stands, whose claims are those of the whole chain."""
    standing = [one for one in applied.values() if one.document]
    return {base_key(one.key): one for one in sorted(standing, key=lambda a: chain_number(a.key))}


def change_sets(
    config: Config, result: OracleResult, applied: Mapping[str, Applied], bases: list[str]
) -> list[frozenset[str]]:
    """Documents of one purpose between which an entry's seconds move."""
    groups = {base: {base} for base in bases}
    now, before = (
        _seconds(result.claims),
        _seconds({base: last.claims for base, last in last_written(applied).items()}),
    )
    moved: dict[tuple[str, str], set[tuple[str, int]]] = defaultdict(set)
    for (base, entry), seconds in (now | before).items():
        change = now.get((base, entry), 0) - before.get((base, entry), 0)
        produce = produce_of(config, base)
        for purpose in serves(produce) if produce and change and seconds else ():
            moved[purpose, entry].add((base, 1 if change > 0 else -1))
    for ends in moved.values():
        if {sign for _, sign in ends} == {1, -1}:
            joined = set().union(*(groups[base] for base, _ in ends))
            for base in joined:
                groups[base] = joined
    return sorted({frozenset(group) for group in groups.values()}, key=sorted)


def _seconds(claims: Mapping[str, tuple[Claim, ...]]) -> dict[tuple[str, str], int]:
    """By base document and entry."""
    return {(base, claim.entry): claim.seconds for base, found in claims.items() for claim in found}


def _contents(claims: tuple[Claim, ...]) -> set[tuple[str, str]]:
    return {(claim.entry, claim.digest) for claim in claims}
