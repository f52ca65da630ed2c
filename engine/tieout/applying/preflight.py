"""May this plan run, now that we hold the lock? Every reason why not, at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from shlex import quote

from tieout.applying.session import Session
from tieout.domain.change import Change
from tieout.domain.diagnostic import Diagnostic, Refused, ordered
from tieout.domain.plan import Plan
from tieout.governance import permission
from tieout.governance.approvals import Approval
from tieout.store.journal import Journal


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a person asked for: this plan (from this file), with these approvals. ``resume`` settles
    first what a crash left open; ``expect_config`` is the digest the plan must be made from."""

    plan: Plan
    file: str
    approvals: tuple[Approval, ...] = ()
    resume: bool = False
    expect_config: str | None = None


def pending(request: Request, session: Session, journal: Journal | None) -> tuple[Change, ...]:
    """The changes that are left to do. Raises ``Refused``: exit 4 when the plan is stale, 3 when
    it may not be applied for another reason; nothing was written."""
    plan = request.plan
    facts = permission.facts(
        plan, journal, session.identities, session.company, session.environment
    )
    reasons = [
        *permission.can_apply(plan, request.approvals, facts, request.file),
        *_expected(request),
    ]
    if reasons:
        raise Refused(ordered(reasons), exit_code=_exit_code(reasons))
    return permission.pending(plan, facts)


def _expected(request: Request) -> Iterable[Diagnostic]:
    found = request.plan.body.config
    if request.expect_config not in (None, found):
        yield Diagnostic(
            code="TO530",
            message=f"the plan was made from config {found}, not from {request.expect_config}",
            hint="the configuration changed between plan and apply: plan anew",
            next=f"tieout plan -o {quote(request.file)}",
        )


def _exit_code(reasons: Iterable[Diagnostic]) -> int:
    """Stale outranks refused: whoever has to plan anew needs no approval of the old plan."""
    return 4 if any(reason.code in permission.STALE for reason in reasons) else 3
