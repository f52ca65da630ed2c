"""Where the three states don't agree: each chain with its cause, its terms and the verdict on it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tieout.domain.books import Claim, Credit
from tieout.domain.change import Action
from tieout.domain.document import Document
from tieout.domain.key import base_key, chain_number
from tieout.pipeline.run import Candidate, Story
from tieout.planning.carry import carry
from tieout.planning.chain import Chain, Member, Place, Verdict, decide
from tieout.planning.gather import Gathered
from tieout.planning.matching import matched, matches
from tieout.planning.reasons import Cause, Causes
from tieout.planning.terms import TermsOf

_KEPT = frozenset({Action.ADOPT, Action.FORGET})


@dataclass(frozen=True, kw_only=True)
class Case:
    """One chain with everything found out about it: ``old`` are the claims that we applied, ``new``
    those that are desired, ``carried`` the seconds taken over from an earlier invoice. ``matched``: what
    stands for it is somebody else's, such as the vendor's own bill."""

    chain: Chain
    verdict: Verdict
    cause: Cause
    old: tuple[Claim, ...]
    new: tuple[Claim, ...]
    carried: int = 0
    matched: bool = False

    @property
    def lacking(self) -> int:
        """Seconds of what is desired that the books won't hold after the plan; may be negative."""
        desired = self.chain.desired.seconds - self.carried if self.chain.desired else 0
        return desired - sum(document.seconds for document in self.verdict.standing)

    @property
    def writes(self) -> bool:
        """Whether its acts change the books; adopting and forgetting only change what we know."""
        return any(act.action not in _KEPT for act in self.verdict.acts)

    @property
    def makes(self) -> bool:
        """Whether the document itself is made or changed, as opposed to corrected or taken out."""
        return any(
            act.action in (Action.CREATE, Action.UPDATE) and act.member.key == self.chain.base
            for act in self.verdict.acts
        )

    def held(self, code: str, detail: str = "") -> Verdict:
        """The verdict by which the chain stays as it is under ``code``, unless it holds already."""
        if self.verdict.code or not self.writes:
            return self.verdict
        standing = tuple(member.actual for member in self.chain.members if member.actual)
        kept = tuple(act for act in self.verdict.acts if act.action in _KEPT)
        return Verdict(acts=kept, code=code, detail=detail, standing=standing)


def find(gathered: Gathered, story: Story) -> list[Case]:
    """Every chain in which the three states don't agree, by target and key, each for itself: what
    chains have to do with each other is found out later."""
    terms = TermsOf(gathered)
    chains, carried = carry(
        _chains(gathered, story), terms.next_invoices(), lambda key: _document(story.desired(key))
    )
    new = story.claims(chain.base for chain in chains if chain.desired)
    old = _applied_claims(gathered, chains)
    known = {claim.entry: claim.digest for claims in old.values() for claim in claims}
    causes = Causes(gathered.config, known, story.contents(known), _gaining(chains, new))
    return [
        _judged(
            gathered, terms, causes, chain,
            old.get(chain.place, ()), new.get(chain.base, ()) if chain.desired else (),
            carried.get(chain.place, 0),
        )
        for chain in chains
    ]  # fmt: skip


def _judged(
    gathered: Gathered, terms: TermsOf, causes: Causes, chain: Chain,
    old: tuple[Claim, ...], new: tuple[Claim, ...], carried: int,
) -> Case:  # fmt: skip
    before = _before(chain)
    planned_with = next((m.config for m in reversed(chain.members) if m.applied), None)
    cause = causes.of(before, chain.desired, old, new, planned_with)
    if sent := causes.sent_elsewhere(chain.stream, chain.kind, chain.target):
        cause = sent
    if matches(gathered.config, chain):
        verdict = matched(chain, gathered.books[chain.target])
        return Case(chain=chain, verdict=verdict, cause=cause, old=old, new=new, matched=True)
    verdict = decide(chain, terms.of(chain, cause))
    case = Case(chain=chain, verdict=verdict, cause=cause, old=old, new=new, carried=carried)
    if _uncovered(gathered, case):
        return replace(case, verdict=case.held("TO235"))
    if terms.waits(chain):
        return replace(case, verdict=case.held("TO242"))
    if hours := terms.uncoded(chain):
        return replace(case, verdict=case.held("TO243", hours))
    unseen = terms.review(chain) if case.makes else None
    return replace(case, verdict=case.held("TO249", unseen)) if unseen else case


def _before(chain: Chain) -> Document | None:
    """What stands there last: in the books, else as we wrote it."""
    return (chain.last.actual or chain.last.applied) if chain.last else None


def _gaining(
    chains: Sequence[Chain], new: Mapping[str, Sequence[Claim]]
) -> dict[str, list[Document]]:
    """By entry, the documents that it is to stand in, each with no more than its lines of now."""
    found: dict[str, list[Document]] = defaultdict(list)
    for chain in chains:
        if chain.desired:
            before = _before(chain)
            had = set(before.lines) if before else set()
            lines = tuple(line for line in chain.desired.lines if line not in had)
            fresh = replace(chain.desired, lines=lines)
            for claim in new.get(chain.base, ()):
                found[claim.entry].append(fresh)
    return found


def _uncovered(gathered: Gathered, case: Case) -> bool:
    """Whether what would be changed was made of days that its sources don't cover now, or that lie
    after the day as of which is planned: of those this plan knows nothing."""
    reaching = (Action.UPDATE, Action.VOID, Action.ADJUST)
    if not case.old or not any(act.action in reaching for act in case.verdict.acts):
        return False
    stream = gathered.config.streams.get(case.chain.stream)
    days = [date.fromisoformat(claim.date) for claim in case.old]
    sources = stream.sources if stream else ()
    covered = all(gathered.coverage[name].holds(min(days), max(days)) for name in sources)
    return not covered or max(days) > gathered.as_of


def _chains(gathered: Gathered, story: Story) -> list[Chain]:
    grouped: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
    for candidate in story.candidates():
        grouped[candidate.target, candidate.base].append(candidate)
    credits = _credits(gathered)
    return [
        Chain(
            target=target,
            base=base,
            desired=next((_document(row.desired) for row in rows if row.key == base), None),
            members=tuple(sorted(map(_member, rows), key=lambda m: chain_number(m.key))),
            credits=credits.get((target, base), ()),
        )
        for (target, base), rows in sorted(grouped.items())
    ]


def _credits(gathered: Gathered) -> Mapping[tuple[str, str], tuple[Credit, ...]]:
    """Those made by hand, by the chain that they reduce."""
    found: dict[tuple[str, str], list[Credit]] = defaultdict(list)
    for target, books in gathered.books.items():
        for credit in sorted(books.credits, key=lambda c: c.remote_id):
            found[target, base_key(credit.credits)].append(credit)
    return {place: tuple(credits) for place, credits in found.items()}


def _applied_claims(gathered: Gathered, chains: Sequence[Chain]) -> dict[Place, tuple[Claim, ...]]:
    """The claims that the books stand for, by place: the last link speaks for the whole chain."""
    from tieout.store import applied

    result: dict[Place, tuple[Claim, ...]] = {}
    for target in sorted({chain.target for chain in chains}):
        written = _written(chain for chain in chains if chain.target == target)
        found = applied.claims(gathered.config.state, target, written)
        for key in sorted(found, key=chain_number):
            result[base_key(key), target] = found[key]
    return result


def _written(chains: Iterable[Chain]) -> list[str]:
    return [member.key for chain in chains for member in chain.members if member.applied]


def _member(row: Candidate) -> Member:
    applied = _document(row.applied)
    return Member(
        key=row.key, applied=applied,
        actual=applied if row.actual == row.applied else _document(row.actual),
        sequence=row.sequence, config=row.config, remote_id=row.remote_id, version=row.version,
        final=row.final,
    )  # fmt: skip


def _document(text: str | None) -> Document | None:
    return Document.from_json(json.loads(text)) if text else None
