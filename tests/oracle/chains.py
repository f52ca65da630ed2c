"""Section 7, one document and its adjustments: what of the three states asks for which act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from tieout.config.model import Decision
from tieout.domain.books import Applied, Record
from tieout.domain.document import Document, Kind, difference
from tieout.domain.key import chain_key, chain_number

AFTER_FINAL = {
    Kind.INVOICE: "hold", Kind.TIMESHEET: "next_period", Kind.BILL: "hold", Kind.JOURNAL: "adjust",
}  # fmt: skip
CREDITS = {Kind.INVOICE: Kind.CREDIT_NOTE, Kind.BILL: Kind.VENDOR_CREDIT}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What happens to a document: an act, or the code of what holds it; neither where all agree."""

    key: str
    action: str | None = None
    after: Document | None = None
    code: str | None = None


@dataclass(frozen=True, kw_only=True)
class Chain:
    """The base document as it should be; each link as we wrote it last and as the books hold it.

    ``by_config``: no claimed entry changed since, the configuration did; ``retroactive``: and a row
    that the document comes from says so on purpose. ``open_period``: first and last day of the
    first pay period that isn't locked.
    """

    base: str
    desired: Document | None
    applied: Mapping[str, Applied] = field(default_factory=dict)
    actual: Mapping[str, Record] = field(default_factory=dict)
    drift: str = "report"
    after_final: str = "hold"
    decisions: Sequence[Decision] = ()
    lock_date: date | None = None
    open_period: tuple[date, date] | None = None
    by_config: bool = False
    retroactive: bool = False

    def wrote(self, key: str) -> Document | None:
        return self.applied[key].document if key in self.applied else None

    def holds(self, key: str) -> Document | None:
        return self.actual[key].document if key in self.actual else None

    @property
    def keys(self) -> list[str]:
        """Of the links that are or were there, in order; an undone adjustment is there no more."""
        present = {key for key in self.applied if self.wrote(key)} | set(self.actual)
        return sorted(present | {self.base}, key=chain_number)


def fixed(chain: Chain, key: str) -> bool:
    """Final in the books, or dated in a closed period. What was deleted by hand is drift."""
    if key in chain.actual and chain.actual[key].final:
        return True
    document = chain.holds(key)
    if document is None and chain.wrote(key) is None and key == chain.base:
        document = chain.desired  # what was never written can't be written there any more
    if document is None or document.kind == Kind.TIME_ACTIVITY or chain.lock_date is None:
        return False  # a time activity posts nothing: no closing of the books binds it
    return document.date <= chain.lock_date.isoformat()


def decide(chain: Chain) -> Verdict:
    """One act at most: only the open document of a chain can change."""
    settled = [key for key in chain.keys if fixed(chain, key)]
    if not settled:
        return plain(chain, chain.base, chain.desired)
    last = chain.keys[-1]
    key = chain_key(chain.base, chain_number(last) + 1) if last in settled else last
    held = [document for name in settled if (document := chain.holds(name))]
    lines = difference(chain.desired, held, chain.base.rsplit("/", 1)[1])
    edited = [
        name for name in settled if chain.wrote(name) and chain.wrote(name) != chain.holds(name)
    ]
    if edited and not lines:
        return Verdict(key=edited[0], action="adopt", after=chain.holds(edited[0]))
    if edited and chain.drift != "accept":
        return Verdict(key=chain.base, code="TO232")
    wanted = None
    if lines:
        model = chain.desired or held[0]
        wanted = correction(chain, replace(model, key=key, lines=lines, adjusts=chain.base))
    if wanted == chain.holds(key):
        return Verdict(key=key)
    code = refusal(chain, wanted)
    return Verdict(key=chain.base, code=code) if code else plain(chain, key, wanted)


def correction(chain: Chain, document: Document) -> Document:
    """Kind and date of a further document: the date once written stays."""
    kind, credits_ = document.kind, None
    if document.amount < 0 and kind in CREDITS:
        kind, credits_ = CREDITS[Kind(kind)].value, chain.base
    written = chain.wrote(document.key) or chain.holds(document.key)
    first, last, day = document.from_, document.to, document.date
    if written:
        first, last, day = written.from_, written.to, written.date
    elif chain.after_final == "next_period" and chain.open_period:
        first, last = (moment.isoformat() for moment in chain.open_period)
        day = last
    elif chain.lock_date:
        day = max(day, (chain.lock_date + timedelta(days=1)).isoformat())
    return replace(document, kind=kind, credits=credits_, from_=first, to=last, date=day)


def refusal(chain: Chain, wanted: Document | None) -> str | None:
    """Why the correction of what is final has to wait for somebody."""
    if chain.by_config and not chain.retroactive:
        return "TO237"
    if wanted and wanted.kind == Kind.TIMESHEET:
        premium = [line.seconds for line in wanted.lines if line.pay_class != "regular"]
        if sum(line.seconds for line in wanted.lines) < 0 or sum(premium) < 0:
            return "TO238"
    settled = [d.action for d in chain.decisions if d.kind == "correct" and d.key == chain.base]
    if settled and settled[-1] == "credit":
        return None if wanted and wanted.credits else "TO246"
    if settled:
        return {"write-off": "TO241", "next-invoice": "TO248"}.get(settled[-1])
    return "TO231" if chain.after_final == "hold" else None


def plain(chain: Chain, key: str, desired: Document | None) -> Verdict:
    """The table of the three states, row by row."""
    wrote, holds = chain.wrote(key), chain.holds(key)

    def act(action: str, after: Document | None = desired) -> Verdict:
        return Verdict(key=key, action=action, after=after)

    match (desired is not None, wrote is not None, holds is not None):
        case (True, False, False):
            return act("adjust" if chain_number(key) else "create")
        case (True, False, True):
            return act("adopt" if holds == desired else "update")
        case (True, True, True) if wrote == desired == holds:
            return Verdict(key=key)
        case (True, True, True) if holds == desired:
            return act("adopt")
        case (True, True, True) if holds == wrote:
            return act("update")
        case (True, True, True):
            return drifted(chain, key, "TO232", act("update"))
        case (True, True, False):
            return drifted(chain, key, "TO233", act("create"))
        case (False, True, True) if holds == wrote:
            return act("void", None)
        case (False, True, True):
            return drifted(chain, key, "TO232", act("void", None))
        case (False, True, False):
            return act("forget", None)
        case (False, False, True):
            return Verdict(key=key, code="TO234")
        case _:
            return Verdict(key=key)


def drifted(chain: Chain, key: str, code: str, overwrite: Verdict) -> Verdict:
    """Somebody changed it in the books: told, overwritten or accepted, never silently mended.

    What we no longer want is never voided over somebody's edit, unless somebody decides it.
    """
    policy = chain.drift if overwrite.action != "void" else "report"
    for decision in chain.decisions:
        if decision.kind == "drift" and decision.key == key and _still(decision, chain, key):
            policy = decision.action
    if policy == "overwrite":
        return overwrite
    return Verdict(key=key, code="TO240" if policy == "accept" else code)


def _still(decision: Decision, chain: Chain, key: str) -> bool:
    """Whether the documents are still those that it was decided on."""
    now = [chain.desired if key == chain.base else None, chain.holds(key)]
    digests = [document.digest if document else None for document in now]
    pairs = zip((decision.desired, decision.actual), digests, strict=True)
    return all(then in (None, digest) for then, digest in pairs)
