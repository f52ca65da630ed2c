"""May this plan be applied? One function gives every reason why not, each with its next command.

It knows nothing of files, clocks or connections: what it must know of the state and the books comes
as :class:`Facts`, so that ``plan``, ``apply`` and its dry run all say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from itertools import groupby
from shlex import quote
from typing import Final

from tieout.domain.change import Change
from tieout.domain.diagnostic import Diagnostic, ordered
from tieout.domain.plan import Plan
from tieout.governance.approvals import Approval, of
from tieout.store.applied import NEVER, Standing
from tieout.store.journal import Journal

_NEVER: Final = (0, None)
"""No act on the document, as a plan says it."""
#: Diagnostics that mean: the plan is stale (exit 4), nothing was written.
STALE = frozenset({"TO521", "TO522"})


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the state and the books say, read at one moment.

    ``identities``: target → which books its reader reads. ``booked``: target → which books our acts
    went to so far. ``standings`` by (target, key). ``open``: document keys of intents without an
    outcome. ``follows``: the journal still has the record that was its head when the plan was made.
    """

    company: str
    environment: str
    identities: Mapping[str, str]
    booked: Mapping[str, str] = field(default_factory=dict)
    standings: Mapping[tuple[str, str], Standing] = field(default_factory=dict)
    open: tuple[str, ...] = ()
    follows: bool = True


def facts(
    plan: Plan,
    journal: Journal | None,
    identities: Mapping[str, str],
    company: str,
    environment: str,
) -> Facts:
    """Read what :func:`can_apply` needs; ``journal`` is None before the first apply."""
    if journal is None:
        return Facts(
            company=company,
            environment=environment,
            identities=identities,
            follows=plan.envelope.journal_head is None,
        )
    keys = {change.document for change in plan.body.changes}.union(*plan.body.applied.values())
    return Facts(
        company=company,
        environment=environment,
        identities=identities,
        booked=journal.identities(),
        standings=journal.standings(sorted(keys)),
        open=tuple(sorted({str(record.document) for record in journal.open_intents()})),
        follows=journal.holds(plan.envelope.serial, plan.envelope.journal_head),
    )


def can_apply(
    plan: Plan, approvals: Iterable[Approval], facts: Facts, file: str
) -> tuple[Diagnostic, ...]:
    """All reasons why not; empty when it may be applied. ``file`` is the plan's, for next commands.

    What makes the rest meaningless comes alone: another company or books (TO520), intents that a
    crash left open (TO524). Guards and blocking exceptions count only while anything is left to do.
    """
    alien = [*_aliens(plan, facts)]
    if alien:
        return ordered(alien)
    if facts.open:
        return (_open(facts.open, file),)
    found = [*_moved(plan, facts)]
    if pending(plan, facts):
        overridden = {guard for one in of(plan, approvals) for guard in one.overrides}
        found += [*_guards(plan, overridden, file), *_blocks(plan, overridden)]
    return ordered(found)


def pending(plan: Plan, facts: Facts) -> tuple[Change, ...]:
    """The changes of a plan that isn't stale which no apply has done yet, in the plan's order."""
    return tuple(change for change in plan.body.changes if not done(change, facts))


def done(change: Change, facts: Facts) -> bool:
    """Whether this very act, or a later one of the plan on the same document, was done."""
    standing = facts.standings.get((change.target, change.document), NEVER)
    return standing.sequence >= change.sequence


def _aliens(plan: Plan, facts: Facts) -> Iterator[Diagnostic]:
    body = plan.body
    if (body.company, body.environment) != (facts.company, facts.environment):
        yield _alien(
            f"the plan is for {body.company}/{body.environment},"
            f" this is {facts.company}/{facts.environment}"
        )
        return
    for target, identity in sorted(body.targets.items()):
        found = facts.identities.get(target)
        if found is None:
            yield _alien(f"the plan writes to {target!r}, which tieout.yaml no longer has")
        elif found != identity:
            yield _alien(f"the plan was made for the books {identity}; {target!r} is now {found}")
        elif facts.booked.get(target, identity) != identity:
            yield _alien(
                f"our acts on {target!r} went to the books {facts.booked[target]}, not {identity}"
            )


def _moved(plan: Plan, facts: Facts) -> Iterator[Diagnostic]:
    """Stale, document by document: neither as planned nor moved by this plan's own act alone."""
    if not facts.follows:
        yield Diagnostic(
            code="TO522",
            message=f"the journal no longer has record {plan.envelope.serial} as the plan knew it",
            hint="the state was replaced or restored since: plan anew",
            next="tieout plan",
        )
    changes = sorted(plan.body.changes, key=lambda c: (c.target, c.document, c.sequence))
    for (target, key), group in groupby(changes, key=lambda c: (c.target, c.document)):
        now = facts.standings.get((target, key), NEVER)
        planned = plan.body.applied.get(target, {}).get(key, _NEVER)
        if (now.sequence, now.digest) != planned and not _own(tuple(group), plan, now):
            yield _stale(key, planned, now)
    changed = {(change.target, change.document) for change in changes}
    for target, documents in sorted(plan.body.applied.items()):
        for key, planned in sorted(documents.items()):
            now = facts.standings.get((target, key), NEVER)
            if (target, key) not in changed and (now.sequence, now.digest) != planned:
                yield _stale(key, planned, now)


def _own(changes: tuple[Change, ...], plan: Plan, now: Standing) -> bool:
    """Whether the latest act on the document is one of these."""
    return any(
        change.sequence == now.sequence
        and change.operation(plan.body.targets[change.target]) == now.operation
        for change in changes
    )


def _guards(plan: Plan, overridden: Set[str], file: str) -> Iterator[Diagnostic]:
    for guard in plan.body.guards:
        if not guard.ok and guard.name not in overridden:
            yield Diagnostic(
                code="TO523",
                message=f"guard {guard.name}: {guard.value} > {guard.limit}",
                hint="have the plan looked at; who allows it says why",
                next=f'tieout approve {quote(file)} --override {guard.name} --reason "…"',
            )


def _blocks(plan: Plan, overridden: Set[str]) -> Iterator[Diagnostic]:
    """What blocks, one by one; the guard ``blocked`` stands for all of it, and lets it pass."""
    for exception in plan.body.exceptions:
        if exception.severity == "block" and "blocked" not in overridden:
            yield Diagnostic(
                code="TO525",
                message=f"{exception.entry}: {exception.message}"
                f" ({exception.code}, which this company lets block)",
                hint="mend it, then plan anew",
                next=f"tieout explain {exception.code}",
            )


def _stale(key: str, planned: tuple[int, str | None], now: Standing) -> Diagnostic:
    return Diagnostic(
        code="TO521",
        message=f"{key} has moved since the plan was made:"
        f" {planned[0]} acts then, {now.sequence} now",
        hint="nothing was written; plan anew and look at what is left",
        next="tieout plan",
    )


def _alien(message: str) -> Diagnostic:
    return Diagnostic(
        code="TO520",
        message=message,
        next="tieout plan",
        hint="nothing was written; plan anew for the books that you mean",
    )


def _open(documents: tuple[str, ...], file: str) -> Diagnostic:
    shown = ", ".join(documents[:3]) + (" …" if len(documents) > 3 else "")
    return Diagnostic(
        code="TO524",
        message=f"an apply ended before it knew what became of {len(documents)} documents: {shown}",
        hint="resume looks each of them up in the books, then goes on with the plan",
        next=f"tieout apply {quote(file)} --resume",
    )
