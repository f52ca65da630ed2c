"""What is held, said to the person who can mend it: code, owner, message, seconds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from tieout.config.model import Config
from tieout.domain.change import Exception_
from tieout.domain.document import SERVES, Document
from tieout.domain.entry import Rejected
from tieout.pipeline import findings
from tieout.pipeline.run import Held

#: unmapped codes → the mapping kind whose policy says whether they block
_POLICY = {
    201: "project",
    202: "worker",
    203: "service",
    204: "customer",
    205: "account",
    206: "hour_kind",
}

#: The codes of the checks that a company sets the severity of.
_CHECKED = frozenset(check.code for check in findings.CHECKS)
#: TO219: paid by `pay_and_flag` although nobody has approved it: told, not held
_FLAGGED = 219

#: document codes → what is wrong, said after the document's key
DOCUMENT_CODES: Mapping[str, str] = {
    "TO231": "is final in the books ({detail}), so its correction is held: "
    "tieout correct {key} --credit | --rebill | --next-invoice | --write-off"
    ' --reason "…"',
    "TO232": "was edited in the books ({detail}): "
    'tieout drift {key} --accept | --overwrite --reason "…"',
    "TO233": 'was deleted in the books: tieout drift {key} --accept | --overwrite --reason "…"',
    "TO234": "is in the books with our marker, but nothing asks for it and we have no record of it",
    "TO235": "has entries outside what its sources cover now, or after the day of this plan: "
    "it is left as it is",
    "TO237": "is final or closed, and a change of mapping or rule reaches into it: "
    "give the row a new dated value, or retroactive: {{reason, by}}",
    "TO238": "would take back hours that are in a closed pay period: negative pay is never automatic",
    "TO239": "exchanges entries with a document that is held ({detail}), so it waits with it",
    "TO240": "differs from what the entries say; the difference was accepted",
    "TO241": "has a difference that was written off",
    "TO242": "belongs to a period that hasn't ended (open: wait)",
    "TO246": "has a correction decided that doesn't fit: a credit only takes back",
    "TO247": "was not selected by --only",
    "TO243": "has hours without an earning code ({detail}), which its payroll needs: "
    "mappings/earnings.yaml",
    "TO249": "is billed after its review ({detail}): tieout worksheet, then "
    'tieout release {key} --reason "…"',
    "TO363": "isn't what the hours come to: {detail}; compare it, and where it bears another date "
    'write bills: "{key}" into it',
    "TO248": "has a difference that goes on a later invoice",
}
#: settled or asked for: told, not held against anybody
_CALM = frozenset({"TO240", "TO241", "TO242", "TO247", "TO248"})


def entry_exceptions(config: Config, held: Iterable[Held]) -> Iterator[Exception_]:
    """One exception per entry, purpose and code; the seconds of its portions added up."""
    owners = Owners(config)
    merged: dict[tuple[str, str, int], Exception_] = {}
    for portion in held:
        place = (portion.entry, portion.purpose, portion.code)
        seconds = merged[place].seconds + portion.seconds if place in merged else portion.seconds
        merged[place] = Exception_(
            code=f"TO{portion.code}",
            severity="warn" if portion.code == _FLAGGED else _severity(config, portion),
            purpose=portion.purpose,
            entry=portion.entry,
            owner=owners.of_entry(portion),
            message=_message(portion, attests=config.rules.approval.from_ == "attest"),
            seconds=seconds,
        )
    yield from (merged[place] for place in sorted(merged))


def told_checks(config: Config, found: Iterable[Held]) -> Iterator[Exception_]:
    """What checks found that hold nothing, one exception an entry and code, for no purpose."""
    owners = Owners(config)
    usual = {check.code: check.usual for check in findings.CHECKS}
    merged: dict[tuple[str, int], Exception_] = {}
    for portion in found:
        place = (portion.entry, portion.code)
        if place in merged:
            seconds = merged[place].seconds + portion.seconds
            merged[place] = replace(merged[place], seconds=seconds)
            continue
        code = f"TO{portion.code}"
        merged[place] = Exception_(
            code=code, severity=config.rules.checks.get(code) or usual[portion.code] or "info",
            purpose=None, entry=portion.entry, owner=owners.of_entry(portion),
            message=_found(portion.code, portion, portion.worker or "somebody"), seconds=portion.seconds,
        )  # fmt: skip
    yield from (merged[place] for place in sorted(merged))


def document_exceptions(
    key: str, kind: str, code: str, detail: str, seconds: int, owner: str | None, *, blocks: bool = False
) -> Iterator[Exception_]:
    """One exception per purpose of a held document. ``seconds``: what the books lack of what is desired.
    ``blocks``: nothing is applied while it is held."""
    message = f"{key} " + DOCUMENT_CODES[code].format(key=key, detail=detail)
    for purpose in SERVES[kind]:
        yield Exception_(
            code=code,
            severity="info" if code in _CALM else "block" if blocks else "hold",
            purpose=purpose.value,
            entry=key,
            owner=owner,
            message=message,
            seconds=seconds,
        )


def rejected_rows(rejected: Mapping[str, tuple[Rejected, ...]]) -> Iterator[Exception_]:
    """Rows that no pull could read and that somebody accepted: they are told in every plan."""
    for source in sorted(rejected):
        for row in rejected[source]:
            yield Exception_(
                code=row.code, severity="warn", purpose=None, entry=f"{row.file}:{row.line}",
                owner=None, message=row.message,
            )  # fmt: skip


def assigned(config: Config, as_of: date, exception: Exception_) -> Exception_:
    """With the owner that a decision ``assign`` names, while one stands; the newest counts."""
    for decision in reversed(config.rules.decisions):
        if (
            decision.kind == "assign"
            and decision.key == exception.entry
            and decision.code in (None, exception.code)
            and not (decision.expires and decision.expires < as_of)
        ):
            return replace(exception, owner=decision.owner)
    return exception


def _severity(config: Config, held: Held) -> str:
    mapping = _POLICY.get(held.code)
    policy = config.rules.unmapped.get((mapping, held.purpose)) if mapping else None
    return "block" if policy == "block" else config.rules.checks.get(f"TO{held.code}", "hold")


def _found(code: int, held: Held, who: str) -> str:
    """What a check found, in words."""
    day, by = held.work_date, held.names["approved_by"]
    return {
        214: f"{who} on {day} says nothing in the notes, which project {held.project} asks for",
        215: f"{who} on {day} worked after the end of the contract",
        220: f"{who} on {day} has an entry longer than the limit",
        221: f"{who} has more time on {day} than the limit of a day",
        222: f"{who} has more time in the week of {day} than the limit",
        223: f"{who} on {day} is older than the limit",
        224: f"{who} on {day} was approved by who worked ({by})",
        225: f"{who} on {day} was approved by {by}, who may not",
        226: f"{who} on {day} goes on after midnight: the part after it belongs to this day",
    }[code]


def _message(held: Held, *, attests: bool) -> str:
    name = held.names
    worker = name["worker_email"] or name["worker_name"] or name["worker_id"] or "no worker"
    project = name["project_name"] or name["project_id"]
    shown = f"{name['customer_name']} / {project}" if name["customer_name"] and project else project
    task = name["task_name"] or name["task_id"]
    who, day = held.worker or worker, held.work_date
    if held.code in _CHECKED:
        return _found(held.code, held, who)
    texts = {
        201: f"project {shown!r} is not mapped" if shown else "the entry names no project",
        202: f"worker {worker!r} is not mapped",
        203: f"task {task!r} is not mapped"
        if task
        else "no service row matches an entry without a task",
        204: f"project {held.project} has no customer",
        205: "an account that this document needs is not mapped",
        206: f"type {name['type']!r} is not mapped to an hour kind",
        207: f"{who} is still running",
        208: f"{who} has the same entry twice on {day}: this is the later copy",
        209: f"{who} was already at work during these seconds of {day}",
        210: f"{who} on {day} {_approval(name['approval'], attests=attests)}",
        211: f"project {held.project} has no rate for this entry",
        212: f"{who} has no pay rate on {day}",
        213: f"{who} on {day} ends before it begins",
        216: f"{who} on {day} has {_stranded(held.purpose)}",
        245: f"{who} and the project {held.project} belong to different entities",
        217: f"the books have no name for this worker or customer ({who}, {held.project or '-'})",
        218: f"{who} on {day} lies in the future",
        219: f"{who} on {day} is paid, though {name['approval'] or 'without approval'}",
    }
    return texts[held.code]


def _stranded(purpose: str) -> str:
    if purpose == "cost":
        return "pay in another currency than the company's, and no exchange rate that counts"
    return "a rate in another currency than the customer's, and nothing that converts it"


def _approval(state: str | None, *, attests: bool) -> str:
    if attests:
        was = "was edited after it was attested" if state == "withdrawn" else "isn't attested"
        return f"{was}: tieout attest"
    if state == "withdrawn":
        return "was edited after its approval: take it back in the tracker, pull, approve anew"
    return f"is {state}, not approved" if state else "has no approval"


@dataclass(frozen=True)
class Owners:
    """Who hears of what: the project's owner, else the customer's, else the worker's manager."""

    config: Config

    def of_entry(self, held: Held) -> str | None:
        return self._projects.get(held.project) or self._workers.get(held.worker)

    def of_document(self, kind: str, document: Document | None) -> str | None:
        party = document.party if document else None
        if kind in ("invoice", "credit_note", "worksheet"):
            return self._customers.get(party)
        return self._workers.get(party)

    # Of several rows with an owner the last one counts.

    @cached_property
    def _projects(self) -> Mapping[str | None, str]:
        return {p.id: p.owner for p in self.config.projects if p.owner}

    @cached_property
    def _customers(self) -> Mapping[str | None, str]:
        """The customer's own owner, else that of one of its projects."""
        through = {p.customer: p.owner for p in self.config.projects if p.owner}
        return through | {c.id: c.owner for c in self.config.customers if c.owner}

    @cached_property
    def _workers(self) -> Mapping[str | None, str]:
        return {w.id: w.manager for w in self.config.workers if w.manager}
