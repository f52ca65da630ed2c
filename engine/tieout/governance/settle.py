"""Settling one document by a decision: what `tieout drift` and `tieout correct` do.

A decision is tried before it is written: planning is asked what it would make of it. What wouldn't
settle anything is refused with the reason that planning gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tieout.config.digest import digest
from tieout.config.model import Config, Decision
from tieout.domain.diagnostic import Diagnostic, Refused
from tieout.domain.document import Document, Kind
from tieout.domain.key import base_key
from tieout.domain.money import format_amount
from tieout.governance.decisions import Recorded, numbered, on_the_same, record, same
from tieout.governance.later import later
from tieout.planning.cases import Case
from tieout.planning.chain import ABSENT, Verdict
from tieout.planning.edits import edits
from tieout.planning.exceptions import DOCUMENT_CODES
from tieout.planning.look import cases

#: The verdicts that each kind of decision can settle, first those that wait for one.
SETTLES = {
    "drift": ("TO232", "TO233", "TO240"),
    "correct": ("TO231", "TO246", "TO241", "TO248"),
    "release": ("TO249",),
}
#: The verdict that says that it is settled, where there is one; else there has to be an act.
_SALES = (Kind.INVOICE, Kind.CREDIT_NOTE)
_SETTLED = {"accept": "TO240", "write-off": "TO241", "next-invoice": "TO248"}


@dataclass(frozen=True)
class Settled:
    """What was decided, and what planning then makes of the document. ``edits``: what somebody
    edited in it, where that was decided on."""

    recorded: Recorded
    verdict: Verdict
    edits: tuple[str, ...] = ()

    @property
    def decision(self) -> Decision:
        return self.recorded.decision


#: What each kind of decision has to say, as the command line says it.
_OPTIONS = {
    "drift": "--accept|--overwrite ",
    "correct": "--credit|--rebill|--next-invoice|--write-off ",
    "release": "",
}
#: Code and hint where a document waits for nothing that this kind of decision settles.
_UNFIT = {
    "drift": ("TO705", "drift is an edit made in the books"),
    "correct": ("TO706", "a correction is a held change to what is final in the books"),
    "release": ("TO360", "what is released is an invoice that a worksheet asks for"),
}


def settle(config: Config, wanted: Decision) -> Settled:
    """Finds the document that ``wanted.key`` means, tries the decision and writes it.

    Of ``wanted`` the id, the full key, the digests and ``into`` are filled in here. The same
    decision a second time changes nothing. Raises ``Refused`` with all that is wrong (TO701 …).
    """
    if problems := _problems(wanted):
        raise Refused(problems)
    found = cases(config)
    case = meant(found, wanted)
    wanted = _about(case, wanted)
    decisions = config.rules.decisions
    standing = on_the_same(decisions, wanted)
    if standing is None and case.verdict.code not in SETTLES[wanted.kind]:
        raise Refused([_unfit(case, wanted)])
    if wanted.action == "next-invoice":
        wanted = replace(wanted, into=later(config, case, standing))
    file = config.positions[standing.row].file if standing else None
    if standing and same(standing, wanted):
        return Settled(Recorded(standing, str(file), standing), case.verdict, _edits(case, wanted))
    named = standing and replace(wanted, id=standing.id, row=standing.row)
    decision = named or numbered(decisions, wanted)
    verdict = _tried(config, decision, standing)
    recorded = record(config.root, decision, standing, file)
    return Settled(recorded, verdict, _edits(case, wanted))


def _edits(case: Case, wanted: Decision) -> tuple[str, ...]:
    """What somebody edited in the documents of a chain, where the decision is about that."""
    return tuple(
        edit
        for member in case.chain.members
        if wanted.kind == "drift" and member.applied and member.actual
        for edit in edits(member.applied, member.actual)
    )


def meant(found: Iterable[Case], wanted: Decision) -> Case:
    """The one case whose key ``wanted.key`` is, or that has all its parts in their order, the last
    one last: ``invoice/acme/2026-10``. Raises ``Refused``: TO701 none, TO702 several."""
    key = base_key(wanted.key.strip().strip("/"))
    found = list(found)
    exact = [case for case in found if case.chain.base == key]
    fitting = exact or [case for case in found if _short(key, case.chain.base)]
    if len(fitting) == 1:
        return fitting[0]
    raise Refused([_several(key, fitting, wanted) if fitting else _none(key, found, wanted)])


def _short(key: str, base: str) -> bool:
    parts = iter(base.split("/"))
    given = key.split("/")
    return all(part in parts for part in given) and base.endswith(f"/{given[-1]}")


def _problems(wanted: Decision) -> list[Diagnostic]:
    found = []
    if not wanted.reason.strip():
        found.append(Diagnostic(
            code="TO703", message="the decision has no reason",
            hint="say in a few words why: whoever reads the books next year will ask",
            next=_command(wanted, wanted.key),
        ))  # fmt: skip
    if wanted.expires and wanted.expires < wanted.on:
        found.append(Diagnostic(
            code="TO704",
            message=f"the decision would have expired on {wanted.expires}, before today",
            hint="give the last day on which it shall hold, or leave it out",
        ))  # fmt: skip
    return found


def _about(case: Case, wanted: Decision) -> Decision:
    """With the full key, and the state that is decided on."""
    last = next((m for m in reversed(case.chain.members) if m.stands), None)
    return replace(
        wanted, key=case.chain.base, reason=" ".join(wanted.reason.split()),
        desired=_digest(case.chain.desired), actual=_digest(last.actual if last else None),
    )  # fmt: skip


def _digest(document: Document | None) -> str:
    return document.digest if document else ABSENT


def _tried(config: Config, decision: Decision, standing: Decision | None) -> Verdict:
    """What planning makes of the document once this is decided. Raises ``Refused`` where that
    doesn't settle it."""
    others = [d for d in config.rules.decisions if d is not standing]
    rules = replace(config.rules, decisions=tuple(sorted([*others, decision], key=lambda d: d.id)))
    trial = replace(config, rules=rules)
    trial = replace(trial, digest=digest(trial))
    case = next((c for c in cases(trial) if c.chain.base == decision.key), None)
    verdict = case.verdict if case else Verdict()
    refusal = _unsettled(decision, verdict)
    if refusal:
        raise Refused([refusal])
    return verdict


def _unsettled(decision: Decision, verdict: Verdict) -> Diagnostic | None:
    """Why this decision wouldn't settle the document, or None."""
    if verdict.code == _SETTLED.get(decision.action):
        return None
    if (
        decision.kind == "drift"
        and decision.action == "accept"
        and verdict.code not in ("TO232", "TO233")
    ):
        return None  # accepted; what is fixed may still wait for a correction of its own
    if verdict.code == "TO246":
        return Diagnostic(
            code="TO708",
            message=f"{decision.key} has to come to more, and a credit only takes back",
            hint="bill the difference: anew, or with the next invoice",
            next=f'tieout correct {decision.key} --next-invoice --reason "…"',
        )  # fmt: skip
    if verdict.code == "TO237":
        return _reaches_back(decision.key)
    return Diagnostic(
        code="TO707",
        message=f"--{decision.action} doesn't settle it: {told(decision.key, verdict)}",
        hint="nothing was written; decide otherwise, or mend the document in the books",
        next=f"tieout explain {verdict.code}",
    )  # fmt: skip


def told(key: str, verdict: Verdict) -> str:
    """Why planning holds a document, in its own words."""
    message = DOCUMENT_CODES[verdict.code or ""].format(key=key, detail=verdict.detail)
    return f"{key} {message} ({verdict.code})"


def _reaches_back(key: str) -> Diagnostic:
    return Diagnostic(
        code="TO709", message=told(key, Verdict(code="TO237")),
        hint="a decision settles one document; whether a rule reaches back is said on its own row",
        next="tieout plan",
    )  # fmt: skip


def _unfit(case: Case, wanted: Decision) -> Diagnostic:
    """There is a difference, but not one that this kind of decision settles."""
    key, code = case.chain.base, case.verdict.code
    if wanted.kind == "correct" and code == "TO237":
        return _reaches_back(key)
    other = next((kind for kind, codes in SETTLES.items() if code in codes), None)
    if other:
        following = f'tieout {other} {key} {_OPTIONS[other]}--reason "…"'
    else:
        following = f"tieout explain {code}" if code else "tieout plan"
    state = (
        told(key, case.verdict)
        if code
        else f"{key} is not held: the next plan settles it by itself"
    )
    code, hint = _UNFIT[wanted.kind]
    return Diagnostic(code=code, message=state, hint=hint, next=following)


def _command(wanted: Decision, key: str) -> str:
    how = "" if wanted.kind == "release" else f"--{wanted.action} "
    return f'tieout {wanted.kind} {key} {how}--reason "…"'


def _several(key: str, fitting: Sequence[Case], wanted: Decision) -> Diagnostic:
    names = sorted(case.chain.base for case in fitting)
    shown = ", ".join(names[:6]) + (" …" if len(names) > 6 else "")
    return Diagnostic(
        code="TO702", message=f"{key} may be {len(names)} documents: {shown}",
        hint="name one of them in full",
        next=_command(wanted, names[0]),
    )  # fmt: skip


def _none(key: str, found: Sequence[Case], wanted: Decision) -> Diagnostic:
    waiting = sorted(c.chain.base for c in found if c.verdict.code in SETTLES[wanted.kind][:2])
    hint = (
        f"waiting for a decision: {', '.join(waiting[:6])}"
        if waiting
        else "nothing waits for a decision"
    )
    return Diagnostic(
        code="TO701",
        message=f"there is nothing to settle about {key}: no document is called so,"
        " or time, books and what we wrote agree on it",
        hint=hint, next="tieout plan",
    )  # fmt: skip


def outcome(verdict: Verdict) -> list[str]:
    """What the next plan will do about the document: a line an act, or why it is left alone."""
    lines = [_act(act.action.value, act.before, act.after, act.member.key) for act in verdict.acts]
    return lines or ["the books stay as they are"]


def _act(action: str, before: Document | None, after: Document | None, key: str) -> str:
    """Amounts of sales only: those of pay and cost could tell a wage."""
    document = after or before
    if document is None or document.kind not in _SALES or document.currency is None:
        return f"{action} {key}"
    was, then = (
        format_amount(d.amount if d else 0, document.currency, grouped=True)
        for d in (before, after)
    )
    what = f"{key} (credit note)" if document.kind == Kind.CREDIT_NOTE else key
    return f"{action} {what}  {was} → {then} {document.currency}"
