"""One chain of documents, and what the three states say has to happen to it.

A chain is a document K with its adjustments K~1 … K~n. Members are *fixed* when they are final in
the books or posted in a closed period; the last one, unless it is fixed, is *open*. What the open
document should be is desired − Σ fixed. With nothing fixed, that is simply desired: the plain table of
``1-model``. The functions here know nothing of files, SQL, or other chains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeAlias

from tieout.domain.books import Credit
from tieout.domain.change import Action
from tieout.domain.document import UNBOUND, Document, Kind, Line, difference
from tieout.domain.key import base_key, chain_key, chain_number
from tieout.planning.edits import told

Place: TypeAlias = tuple[str, str]
"""Base key and target."""
#: What a decision says in place of a digest: no document was desired, or the books held none.
ABSENT = "none"
_CREDIT_OF = {Kind.INVOICE: Kind.CREDIT_NOTE, Kind.BILL: Kind.VENDOR_CREDIT}


@dataclass(frozen=True, kw_only=True)
class Member:
    """One document of a chain, in what we wrote last and in what the books hold now."""

    key: str
    applied: Document | None = None
    actual: Document | None = None
    sequence: int = 0
    config: str | None = None
    remote_id: str | None = None
    version: str | None = None
    final: str | None = None

    @property
    def stands(self) -> bool:
        return self.applied is not None or self.actual is not None


@dataclass(frozen=True, kw_only=True)
class Chain:
    """``members`` by chain number; ``credits`` those that people made by hand against any of them."""

    target: str
    base: str
    desired: Document | None
    members: tuple[Member, ...] = ()
    credits: tuple[Credit, ...] = ()

    @property
    def place(self) -> Place:
        """What tells it from every other: a kind that moves to another target leaves a chain of the same
        base key where it was."""
        return self.base, self.target

    @property
    def kind(self) -> str:
        """The kind of the base document, which its key names."""
        return self.base.split("/")[1]

    @property
    def stream(self) -> str:
        return self.base.split("/")[0]

    @property
    def last(self) -> Member | None:
        """The last link that stands in the books or that we wrote."""
        return next((member for member in reversed(self.members) if member.stands), None)

    @property
    def model(self) -> Document | None:
        """What is desired, else what was: for what both have in common (party, period, currency)."""
        last = self.last
        return self.desired or (last.actual or last.applied if last else None)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """The company's rules for one chain.

    ``after_final``: hold | adjust | next_period. ``drift``: report | overwrite | accept, decisions
    counted in. ``correction``: what a decision says of a held correction, or None. ``retroactive``: whether
    a change by config alone may reach into fixed documents. ``next_period``: (first, last) day of the first
    open period of this kind.
    """

    after_final: str = "hold"
    drift: str = "report"
    correction: str | None = None
    by_config: bool = False
    retroactive: bool = False
    lock_date: date | None = None
    next_period: tuple[date, date] | None = None


@dataclass(frozen=True, kw_only=True)
class Act:
    """One act on one member: ``before`` what the books hold, ``after`` what they shall hold."""

    action: Action
    member: Member
    before: Document | None
    after: Document | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What has to happen, or the code under which it is held (and the message's particulars).

    ``standing``: the documents that the books hold of this chain when the acts are done.
    """

    acts: tuple[Act, ...] = ()
    code: str | None = None
    detail: str = ""
    standing: tuple[Document, ...] = ()


def fixed(member: Member, lock_date: date | None) -> str | None:
    """Why this document can't be changed any more, or None."""
    if member.actual is None:
        return None
    if member.final:
        return member.final
    if (
        lock_date
        and member.actual.kind not in UNBOUND
        and member.actual.date <= lock_date.isoformat()
    ):
        return f"closed to {lock_date}"
    return None


def decide(chain: Chain, terms: Terms) -> Verdict:
    """The verdict on one chain. Pure."""
    members = [m for m in chain.members if m.stands]
    last = members[-1] if members else None
    is_open = last is not None and fixed(last, terms.lock_date) is None
    settled = members[:-1] if is_open else members
    begun_late = (
        last is not None and last.key != chain.base
    )  # K's own period was closed from the start
    if settled or begun_late:
        return _corrected(chain, terms, settled, last if is_open else None)
    if chain.desired and last is None and _closed(chain.desired, terms.lock_date):
        return _corrected(chain, terms, [], None)
    member = last or _fresh(chain, chain.base)
    return _plain(member, chain.desired, terms)


def _closed(document: Document, lock_date: date | None) -> bool:
    return bool(lock_date) and document.kind not in UNBOUND and document.date <= str(lock_date)


def _fresh(chain: Chain, key: str) -> Member:
    """A member that doesn't stand; a voided one goes on counting its acts."""
    known = next((m for m in chain.members if m.key == key), None)
    return known or Member(key=key)


def _plain(member: Member, desired: Document | None, terms: Terms) -> Verdict:
    """The table of three states, for one document that may be changed."""
    applied, actual = member.applied, member.actual
    standing = tuple(d for d in (actual,) if d)
    after = tuple(d for d in (desired,) if d)

    def act(action: Action, reason: str) -> Verdict:
        then = desired if action is not Action.FORGET else None
        return Verdict(
            acts=(Act(action=action, member=member, before=actual, after=then, reason=reason),),
            standing=after,
        )

    if actual is None:
        if applied is None:
            return act(Action.CREATE, "new") if desired else Verdict()
        if desired is None:
            return act(Action.FORGET, "deleted_by_hand")
        if terms.drift == "overwrite":
            return act(Action.CREATE, "deleted_by_hand")
        return Verdict(code="TO240" if terms.drift == "accept" else "TO233")
    if desired and desired.digest == actual.digest:
        if applied and applied.digest == actual.digest:
            return Verdict(standing=standing)
        return act(Action.ADOPT, "mended_by_hand" if applied else "found_in_books")
    if applied is None:
        return (
            act(Action.UPDATE, "found_in_books")
            if desired
            else Verdict(code="TO234", standing=standing)
        )
    if applied.digest == actual.digest:
        return act(Action.UPDATE, "changed") if desired else act(Action.VOID, "no_longer_desired")
    if desired and terms.drift == "overwrite":
        return act(Action.UPDATE, "drift_overwritten")
    code = "TO240" if terms.drift == "accept" else "TO232"
    return Verdict(code=code, detail=told(applied, actual), standing=standing)


def _corrected(
    chain: Chain, terms: Terms, settled: Sequence[Member], opened: Member | None
) -> Verdict:
    """Something is fixed: what the rest of the chain should come to, and whether it may."""
    gone = [m for m in settled if m.actual is None]
    held = [m.actual for m in settled if m.actual] + [_as_document(c) for c in chain.credits]
    books = tuple(m.actual for m in settled if m.actual)
    lines = difference(chain.desired, held, _period(chain.base))
    if chain.credits and sum(line.amount for line in lines) == 0:
        lines = ()
    adopted = tuple(
        Act(action=Action.ADOPT, member=m, before=m.actual, after=m.actual, reason="found_in_books")
        for m in settled
        if m.actual and (m.applied is None or (m.applied.digest != m.actual.digest and not lines))
    )
    drifted = [m for m in settled if m.actual and m.applied and m.applied.digest != m.actual.digest]
    if gone or (drifted and lines and terms.drift != "accept"):
        detail = "; ".join(told(member.applied, member.actual) for member in drifted)
        return replace(_kept("TO233" if gone else "TO232", books, opened), detail=detail)
    wanted = _correction(chain, terms, lines, opened) if lines else None
    if wanted is None:
        return _with(adopted, books, _plain(opened, None, terms) if opened else Verdict())
    if opened and opened.actual and wanted.digest == opened.actual.digest:
        return _with(adopted, books, _plain(opened, wanted, terms))
    refusal = _refusal(terms, wanted)
    if refusal:
        why = next((why for m in settled if (why := fixed(m, terms.lock_date))), None)
        detail = why or f"closed to {terms.lock_date}"
        return replace(_kept(refusal, books, opened, adopted), detail=detail)
    if terms.after_final == "hold" and terms.correction == "rebill":
        return _rebilled(chain, terms, books, opened, adopted)
    member = opened or _fresh(chain, wanted.key)
    verdict = _plain(member, wanted, terms)
    acts = tuple(
        replace(a, action=Action.ADJUST) if a.action is Action.CREATE and a.after else a
        for a in verdict.acts
    )
    return _with(adopted, books, replace(verdict, acts=acts))


def _refusal(terms: Terms, wanted: Document) -> str | None:
    """The code under which this correction is held, if it is."""
    if terms.by_config and not terms.retroactive:
        return "TO237"
    if wanted.kind == Kind.TIMESHEET and _takes_back(wanted):
        return "TO238"
    if terms.after_final != "hold":
        return None
    if terms.correction == "write-off":
        return "TO241"
    if terms.correction == "next-invoice":
        return "TO248"
    if terms.correction == "credit" and wanted.kind not in (Kind.CREDIT_NOTE, Kind.VENDOR_CREDIT):
        return "TO246"
    return None if terms.correction in ("credit", "rebill") else "TO231"


def _takes_back(timesheet: Document) -> bool:
    """Whether it pays less: fewer hours, or fewer at a premium. Hours that only change their class
    upwards (a late entry pushes others into overtime) are owed, and go."""
    premium = sum(line.seconds for line in timesheet.lines if line.pay_class != "regular")
    return timesheet.seconds < 0 or premium < 0


def _correction(
    chain: Chain, terms: Terms, lines: tuple[Line, ...], opened: Member | None
) -> Document:
    """The further document whose lines are the difference; a date once written stays."""
    model = chain.model
    assert model is not None
    key = opened.key if opened else _next_key(chain)
    was = (opened.actual or opened.applied) if opened else None
    first, last, day = (was.from_, was.to, was.date) if was else _when(model, terms)
    kind: str = chain.kind
    credit = kind in _CREDIT_OF and sum(line.amount for line in lines) < 0
    return replace(
        model,
        key=key,
        kind=_CREDIT_OF[Kind(kind)] if credit else kind,
        date=day,
        from_=first,
        to=last,
        lines=lines,
        adjusts=chain.base,
        credits=chain.base if credit else None,
    )


def _when(model: Document, terms: Terms) -> tuple[str, str, str]:
    """(from, to, posting date) of a new correction: the next open period, or the same period on the
    first open day."""
    if terms.after_final == "next_period" and terms.next_period:
        first, last = terms.next_period
        return first.isoformat(), last.isoformat(), last.isoformat()
    first_open = terms.lock_date + timedelta(days=1) if terms.lock_date else None
    return model.from_, model.to, max(model.date, first_open.isoformat() if first_open else "")


def _rebilled(
    chain: Chain,
    terms: Terms,
    books: tuple[Document, ...],
    opened: Member | None,
    adopted: tuple[Act, ...],
) -> Verdict:
    """Credit everything that stands and bill anew: two further documents."""
    fixed_credit = difference(
        None, [*books, *map(_as_document, chain.credits)], _period(chain.base)
    )
    first = opened or _fresh(chain, _next_key(chain))
    credit = _correction(chain, terms, fixed_credit, opened)
    credit = replace(credit, key=first.key)
    verdict = _plain(first, credit, terms)
    if verdict.code or not chain.desired:
        return _with(adopted, books, verdict)
    number = chain_number(first.key) + 1
    second = _fresh(chain, chain_key(chain.base, number))
    lines = tuple(replace(line, period=_period(chain.base)) for line in chain.desired.lines)
    again = replace(credit, key=second.key, kind=chain.kind, lines=lines, credits=None)
    renewed = _plain(second, again, terms)
    acts = tuple(
        replace(a, action=Action.ADJUST) if a.action is Action.CREATE else a
        for a in (*verdict.acts, *renewed.acts)
    )
    return _with(
        adopted,
        books,
        Verdict(acts=acts, code=renewed.code, standing=(*verdict.standing, *renewed.standing)),
    )


def _with(adopted: tuple[Act, ...], books: tuple[Document, ...], rest: Verdict) -> Verdict:
    return replace(rest, acts=(*adopted, *rest.acts), standing=(*books, *rest.standing))


def _kept(
    code: str, books: tuple[Document, ...], opened: Member | None, adopted: tuple[Act, ...] = ()
) -> Verdict:
    """Held: the books stay as they are, the open document included."""
    standing = (*books, opened.actual) if opened and opened.actual else books
    return Verdict(acts=adopted, code=code, standing=standing)


def _next_key(chain: Chain) -> str:
    """K~n for the least n above every document that the chain ever had; never K itself."""
    return chain_key(chain.base, max((chain_number(m.key) for m in chain.members), default=0) + 1)


def _period(base: str) -> str:
    return base_key(base).rsplit("/", 1)[1]


def _as_document(credit: Credit) -> Document:
    """A credit made by hand, as the reduction that it is."""
    line = Line(
        key=f"credited/{credit.remote_id}", amount=-credit.amount, seconds=-(credit.seconds or 0)
    )
    return Document(
        key=credit.credits,
        kind=Kind.CREDIT_NOTE,
        date=credit.date,
        from_=credit.date,
        to=credit.date,
        currency=credit.currency,
        lines=(line,),
    )
