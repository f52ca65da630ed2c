"""Builds the plan: candidates → chains → verdicts → change sets → changes, exceptions, figures.

A function of :class:`~tieout.planning.gather.Gathered`: the same inputs give the same body, byte for
byte. It writes nothing and asks nobody.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fnmatch import fnmatchcase

from tieout.config.model import Config, Decision
from tieout.domain.books import Claim, Credit
from tieout.domain.change import Action, Change, Conservation, Exception_
from tieout.domain.document import SERVES, Document
from tieout.domain.key import base_key, chain_number
from tieout.domain.plan import Body
from tieout.pipeline.periods import KINDS as PERIODIC
from tieout.pipeline.periods import period
from tieout.pipeline.run import Candidate, Inputs, Story, compute
from tieout.planning.carry import carry
from tieout.planning.chain import ABSENT, Act, Chain, Member, Terms, Verdict, decide
from tieout.planning.control import totals
from tieout.planning.exceptions import Owners, document_exceptions, entry_exceptions
from tieout.planning.gather import Gathered
from tieout.planning.guards import judge
from tieout.planning.reasons import Cause, Causes
from tieout.planning.sets import Order, moves, order

_UNMAPPED = frozenset({"TO201", "TO202", "TO203"})


@dataclass(frozen=True, kw_only=True)
class Case:
    """One chain with everything found out about it."""

    chain: Chain
    verdict: Verdict
    cause: Cause
    old: tuple[Claim, ...]
    new: tuple[Claim, ...]
    carried: int = 0

    @property
    def lacking(self) -> int:
        """Seconds of what is desired that the books won't hold after the plan; may be negative.

        ``carried`` seconds were taken over from an earlier invoice, which lacks them.
        """
        desired = self.chain.desired.seconds - self.carried if self.chain.desired else 0
        return desired - sum(document.seconds for document in self.verdict.standing)


def build(
    gathered: Gathered, only: Sequence[str] = (), progress: Callable[[str], None] = lambda _: None,
    memory: str | None = None,
) -> Body:
    """The body of the plan. ``only``: glob patterns of document keys, or kinds."""
    inputs = Inputs(
        config=gathered.config, as_of=gathered.as_of, entries=gathered.entries, rates=gathered.rates,
        applied=gathered.applied, records=gathered.records, resolutions=gathered.resolutions, memory=memory,
    )
    with compute(inputs, progress) as story:
        progress("planning")
        return Builder(gathered, story, tuple(sorted(only))).body()


class Builder:
    """One planning run over a told story."""

    def __init__(self, gathered: Gathered, story: Story, only: tuple[str, ...]) -> None:
        self.gathered = gathered
        self.config: Config = gathered.config
        self.story = story
        self.only = only
        #: those in force, the newest first: of two on the same thing the later one counts
        self.decisions = [d for d in reversed(self.config.rules.decisions)
                          if d.expires is None or d.expires >= gathered.as_of]

    def body(self) -> Body:
        cases, sets = self._joined(self.cases())
        changes = self._changes(cases, sets)
        exceptions = self._exceptions(cases)
        control = self.story.control()
        count, _, _ = self.story.entries()
        source = max((sum(row[2] for row in control if row[0] == p) for p, *_ in control), default=0)
        unmapped: dict[str, int] = {e.entry: e.seconds for e in exceptions if e.code in _UNMAPPED}
        return Body(
            company=self.config.company.id,
            environment=self.config.environment.name,
            streams=tuple(sorted(self.config.streams)),
            as_of=self.gathered.as_of.isoformat(),
            snapshots=dict(self.gathered.snapshots),
            config=self.config.digest,
            targets=dict(sorted(self.gathered.identities.items())),
            only=self.only,
            applied=self._applied_of(changes),
            changes=changes,
            exceptions=exceptions,
            guards=judge(self.config.rules.guards, changes, exceptions, applied=self._alive(),
                         source_seconds=source, unmapped_seconds=sum(unmapped.values())),
            conservation=self._conservation(cases, control),
            control=totals(self.story.balances(),
                           ((case.chain.desired, case.verdict.standing) for case in cases)),
            entries=count,
        )

    # -- chains and verdicts

    def cases(self) -> list[Case]:
        """Every chain in which the three states don't agree, with its verdict, before change sets."""
        chains, carried = carry(self._chains(self.story.candidates()), self._corrections(), self._desired)
        new = self.story.claims(chain.base for chain in chains if chain.desired)
        old = self._old_claims(chains)
        known = {claim.entry: claim.digest for claims in old.values() for claim in claims}
        causes = Causes(self.config, known, self.story.contents(known))
        planned = self._planned_with(chains)
        return [self._case(chain, old.get(chain.base, ()), new.get(chain.base, ()), causes,
                           planned.get(chain.base), carried.get(chain.base, 0)) for chain in chains]

    def _case(
        self, chain: Chain, old: tuple[Claim, ...], new: tuple[Claim, ...], causes: Causes,
        planned_with: str | None, carried: int,
    ) -> Case:
        last = next((m.actual or m.applied for m in reversed(chain.members) if m.stands), None)
        cause = causes.of(last, chain.desired, old, new, planned_with)
        verdict = decide(chain, self._terms(chain, cause))
        if self._uncovered(chain, verdict, old):
            verdict = _held("TO235", chain, verdict)
        if self._waits(chain, verdict):
            verdict = _held("TO242", chain, verdict)
        return Case(chain=chain, verdict=verdict, cause=cause, old=old, new=new, carried=carried)

    def _chains(self, candidates: Iterable[Candidate]) -> list[Chain]:
        grouped: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
        for candidate in candidates:
            grouped[candidate.target, candidate.base].append(candidate)
        credits = self._credits()
        result = []
        for (target, base), rows in sorted(grouped.items()):
            members = tuple(sorted((_member(row) for row in rows), key=lambda m: chain_number(m.key)))
            desired = next((_document(row.desired) for row in rows if row.key == base), None)
            result.append(Chain(target=target, base=base, desired=desired, members=members,
                                credits=credits.get(base, ())))
        return result

    def _corrections(self) -> dict[str, Decision]:
        """Decisions to take a difference onto a later invoice, by the base key of the corrected one."""
        return {base_key(d.key): d for d in reversed(self.decisions)
                if d.kind == "correct" and d.action == "next-invoice"}

    def _desired(self, key: str) -> Document | None:
        return _document(self.story.desired(key))

    def _credits(self) -> dict[str, tuple[Credit, ...]]:
        found: dict[str, tuple[Credit, ...]] = {}
        for target in sorted(self.gathered.books):
            for credit in sorted(self.gathered.books[target].credits, key=lambda c: c.remote_id):
                base = base_key(credit.credits)
                found[base] = (*found.get(base, ()), credit)
        return found

    def _terms(self, chain: Chain, cause: Cause) -> Terms:
        config, books = self.config, self.gathered.books[chain.target]
        lock = date.fromisoformat(books.lock_date) if books.lock_date else None
        return Terms(
            after_final=config.rules.after_final.get(chain.kind, "hold"),
            drift=self._drift(chain),
            correction=self._correction(chain),
            by_config=cause.by_config,
            retroactive=cause.retroactive,
            lock_date=lock,
            next_period=self._next_period(chain, lock),
        )

    def _drift(self, chain: Chain) -> str:
        """The target's policy, unless a decision speaks of just this difference."""
        desired = chain.desired.digest if chain.desired else ABSENT
        last = next((m for m in reversed(chain.members) if m.stands), None)
        actual = last.actual.digest if last and last.actual else ABSENT
        for decision in self.decisions:
            if decision.kind == "drift" and decision.key in (chain.base, last.key if last else None):
                if decision.desired in (None, desired) and decision.actual in (None, actual):
                    return decision.action
        return self.config.targets[chain.target].drift

    def _correction(self, chain: Chain) -> str | None:
        desired = chain.desired.digest if chain.desired else ABSENT
        for decision in self.decisions:
            if decision.kind == "correct" and base_key(decision.key) == chain.base:
                if decision.desired in (None, desired):
                    return decision.action
        return None

    def _next_period(self, chain: Chain, lock: date | None) -> tuple[date, date] | None:
        """The first period of this kind that ends after the lock date and after the chain's own."""
        produce = self.config.streams[chain.base.split("/")[0]].produce.get(chain.kind)
        model = chain.desired or next((m.actual or m.applied for m in chain.members if m.stands), None)
        if produce is None or model is None or chain.kind not in PERIODIC:
            return None
        day = date.fromisoformat(model.to) + timedelta(days=1)
        if lock and lock >= day:
            day = lock + timedelta(days=1)
        first, last, _ = period(produce, day, self.config.company.week_starts)
        return first, last

    def _uncovered(self, chain: Chain, verdict: Verdict, old: Sequence[Claim]) -> bool:
        """Whether what stands was made of days that the sources don't cover now."""
        if not old or not any(a.action in (Action.UPDATE, Action.VOID, Action.ADJUST) for a in verdict.acts):
            return False
        sources = self.config.streams.get(chain.base.split("/")[0])
        days = sorted(date.fromisoformat(claim.date) for claim in old)
        coverages = [self.gathered.coverage[s] for s in sources.sources] if sources else []
        return not all(c.holds(days[0], days[-1]) for c in coverages)

    def _waits(self, chain: Chain, verdict: Verdict) -> bool:
        stream = self.config.streams.get(chain.base.split("/")[0])
        produce = stream.produce.get(chain.kind) if stream else None
        if produce is None or produce.open != "wait" or not chain.desired or not verdict.acts:
            return False
        return chain.desired.to >= self.gathered.as_of.isoformat()

    # -- change sets

    def _joined(self, cases: list[Case]) -> tuple[list[Case], dict[str, tuple[str, Order]]]:
        """Holds every chain that exchanges entries with a held one; gives base → (change set, order)."""
        kinds = {case.chain.base: case.chain.kind for case in cases}
        found = moves({c.chain.base: c.old for c in cases}, {c.chain.base: c.new for c in cases}, kinds)
        by_base = {case.chain.base: case for case in cases}
        sets: dict[str, tuple[str, Order]] = {}
        for name, members in found.members().items():
            mine = [by_base[base] for base in members]
            blocked = sorted(c.chain.base for c in mine if c.verdict.code and len(mine) > 1)
            if self.only and not any(self._selected(base) for base in members):
                for case in mine:
                    by_base[case.chain.base] = replace(case, verdict=_held("TO247", case.chain, case.verdict))
            elif blocked:
                for case in mine:
                    if not case.verdict.code and _writes(case.verdict):
                        verdict = _held("TO239", case.chain, case.verdict, blocked[0])
                        by_base[case.chain.base] = replace(case, verdict=verdict)
            reduces = {c.chain.base: _reduces(c.verdict) for c in mine}
            placed = order(members, found.after, reduces)
            for base in members:
                sets[base] = (name, placed)
        return [by_base[case.chain.base] for case in cases], sets

    def _selected(self, base: str) -> bool:
        kind = base.split("/")[1]
        return any(kind == pattern or fnmatchcase(base, pattern) for pattern in self.only)

    # -- changes

    def _changes(self, cases: Sequence[Case], sets: Mapping[str, tuple[str, Order]]) -> tuple[Change, ...]:
        changes: list[Change] = []
        for case in cases:
            name, placed = sets[case.chain.base]
            for act in case.verdict.acts:
                changes += self._change(case, act, name, placed)
        return tuple(sorted(changes, key=lambda c: (c.phase, c.change_set, c.document, c.sequence)))

    def _change(self, case: Case, act: Act, name: str, placed: Order) -> list[Change]:
        base = case.chain.base
        cause = case.cause
        reason = act.reason if act.reason not in ("changed", "new") or not act.before else cause.reason
        document = act.after or act.before or act.member.applied
        assert document is not None
        change = Change(
            action=act.action, document=act.member.key, kind=document.kind, target=case.chain.target,
            change_set=name, reason=reason, sequence=act.member.sequence + 1, phase=placed.phase[base],
            before=act.before, after=act.after, remote_id=act.member.remote_id, version=act.member.version,
            origin=cause.origin, claims=case.new if act.after else (),
        )
        if base not in placed.broken or act.action is not Action.UPDATE:
            return [change]
        void = replace(change, action=Action.VOID, phase=0, after=None, claims=())
        again = replace(change, action=Action.CREATE, sequence=change.sequence + 1, before=None,
                        remote_id=None, version=None)
        return [void, again]

    def _applied_of(self, changes: Sequence[Change]) -> dict[str, tuple[int, str | None]]:
        """What apply must still find: sequence and digest of what we wrote last, by document."""
        found = {c.key: (c.sequence, c.applied) for c in self.story.candidates()}
        result: dict[str, tuple[int, str | None]] = {}
        for change in changes:
            sequence, document = found.get(change.document, (0, None))
            parsed = _document(document)
            result[change.document] = (sequence, parsed.digest if parsed else None)
        return dict(sorted(result.items()))

    # -- what we wrote

    def _old_claims(self, chains: Sequence[Chain]) -> dict[str, tuple[Claim, ...]]:
        """The claims that the books stand for: those of the last act on each chain."""
        from tieout.store import applied

        result: dict[str, tuple[Claim, ...]] = {}
        for target in sorted({chain.target for chain in chains}):
            keys = {m.key: chain.base for chain in chains if chain.target == target
                    for m in chain.members if m.applied}
            found = applied.claims(self.config.state, target, keys)
            for key in sorted(found, key=chain_number):  # the last link speaks for the whole chain
                result[keys[key]] = found[key]
        return result

    def _planned_with(self, chains: Sequence[Chain]) -> dict[str, str]:
        return {c.base: c.config for c in self.story.candidates() if c.config and c.applied}

    def _alive(self) -> int:
        digests = self.gathered.applied.column("digest")
        return len(digests) - int(digests.null_count)

    # -- exceptions and figures

    def _exceptions(self, cases: Sequence[Case]) -> tuple[Exception_, ...]:
        owners = Owners(self.config)
        found = list(entry_exceptions(self.config, self.story.held()))
        for case in cases:
            if case.verdict.code:
                party = case.chain.desired.party if case.chain.desired else None
                found += document_exceptions(
                    case.chain.base, case.chain.kind, case.verdict.code, case.verdict.detail, case.lacking,
                    owners.of_document(case.chain.kind, party))
        for source in sorted(self.gathered.rejected):
            found += [Exception_(code=row.code, severity="warn", purpose=None, entry=f"{row.file}:{row.line}",
                                 owner=None, message=row.message) for row in self.gathered.rejected[source]]
        return tuple(sorted(found, key=lambda e: (e.code, e.entry, e.purpose or "")))

    def _conservation(
        self, cases: Sequence[Case], control: Sequence[tuple[str, int, int, int]]
    ) -> dict[str, Conservation]:
        grain = self.story.grain()
        lacking: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for case in cases:
            for purpose in SERVES[case.chain.kind] if case.lacking else ():
                lacking[purpose.value][case.verdict.code or "TO244"] += case.lacking
        return {
            purpose: _conserve(purpose, [row for row in control if row[0] == purpose], grain.get(purpose, 0),
                               lacking[purpose])
            for purpose in dict.fromkeys(row[0] for row in control)
        }


def _conserve(
    purpose: str, rows: Sequence[tuple[str, int, int, int]], grain: int, lacking: Mapping[str, int]
) -> Conservation:
    """``lacking``: seconds that documents don't hold though they should, by the code that says why."""
    held = {f"TO{code}": seconds for _, code, seconds, _ in rows if 0 < code < 250}
    excluded = {f"TO{code}": seconds for _, code, seconds, _ in rows if code >= 250}
    for code, seconds in sorted(lacking.items()):
        held[code] = held.get(code, 0) + seconds
    rounding = sum(row[3] for row in rows)
    kept = sum(seconds for _, code, seconds, _ in rows if code == 0)
    return Conservation(
        purpose=purpose, source=sum(row[2] for row in rows),
        booked=kept + rounding + grain - sum(lacking.values()), rounding=rounding, grain=grain,
        held=sum(held.values()), excluded=sum(excluded.values()),
        held_by=held, excluded_by=excluded,
    )


def _member(row: Candidate) -> Member:
    return Member(key=row.key, applied=_document(row.applied), actual=_document(row.actual),
                  sequence=row.sequence, remote_id=row.remote_id, version=row.version, final=row.final)


def _document(text: str | None) -> Document | None:
    return Document.from_json(json.loads(text)) if text else None


def _held(code: str, chain: Chain, verdict: Verdict, detail: str = "") -> Verdict:
    """The chain stays as it is in the books, under this code; a verdict that holds already keeps its own."""
    if verdict.code or not _writes(verdict):
        return verdict
    standing = tuple(m.actual for m in chain.members if m.actual)
    kept = tuple(a for a in verdict.acts if a.action in (Action.ADOPT, Action.FORGET))
    return Verdict(acts=kept, code=code, detail=detail, standing=standing)


def _writes(verdict: Verdict) -> bool:
    return any(a.action not in (Action.ADOPT, Action.FORGET) for a in verdict.acts)


def _reduces(verdict: Verdict) -> bool:
    """Whether the acts only take away: voids, and updates that lower hours and amount."""
    def lowers(act: Act) -> bool:
        if act.after is None:
            return True
        before = act.before
        return before is not None and (act.after.seconds, act.after.amount) != (before.seconds, before.amount) \
            and act.after.seconds <= before.seconds and act.after.amount <= before.amount

    return bool(verdict.acts) and all(lowers(act) for act in verdict.acts)
