"""Documents: what the books hold, in one canonical shape for every target.

The canonical JSON of a document (``Document.as_json``) is the contract between the pipeline's SQL,
which writes it, the codecs, which project and read it back, the journal, which keeps it, and the
plan. It always has every header field and every line field of its kind (``fx`` of a converted line and
``entity`` of a document that is of one excepted), null where nothing is; its
digest is the SHA-256 of that text. Amounts are signed minor units, quantities seconds, rates
ten-thousandths of the major unit an hour. Dates are ISO text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cached_property
from operator import attrgetter
from typing import Any

from tieout.domain.key import digest


class Purpose(StrEnum):
    """What an hour is used for in the books; a segment is claimed at most once per purpose."""

    RECORD = "record"
    PAY = "pay"
    COST = "cost"
    BILLING = "billing"


class Kind(StrEnum):
    """Document kinds."""

    TIME_ACTIVITY = "time_activity"
    TIMESHEET = "timesheet"
    JOURNAL = "journal"
    BILL = "bill"
    VENDOR_CREDIT = "vendor_credit"
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    WORKSHEET = "worksheet"


SERVES: Mapping[str, tuple[Purpose, ...]] = {
    Kind.TIME_ACTIVITY: (Purpose.RECORD,),
    Kind.TIMESHEET: (Purpose.PAY,),
    Kind.JOURNAL: (Purpose.COST,),
    Kind.BILL: (Purpose.PAY, Purpose.COST),
    Kind.VENDOR_CREDIT: (Purpose.PAY, Purpose.COST),
    Kind.INVOICE: (Purpose.BILLING,),
    Kind.CREDIT_NOTE: (Purpose.BILLING,),
    Kind.WORKSHEET: (Purpose.BILLING,),
}

#: Kinds that post nothing and stand for a day, not a period: closing the books doesn't bind them.
UNBOUND = frozenset({Kind.TIME_ACTIVITY})

_JOURNAL = tuple("account account_ref amount class fx job key period project seconds".split())
_BILL = tuple("account account_ref amount class job key period project rate seconds".split())
_SALE = tuple(
    "account account_ref amount class fx item job key period project rate seconds service tax text "
    "worker".split()
)

#: The fields of a line, by document kind, in the order of the canonical JSON.
LINE_FIELDS: Mapping[str, tuple[str, ...]] = {
    Kind.TIME_ACTIVITY: tuple(
        "billable class hour_kind item job key project seconds service".split()
    ),
    Kind.TIMESHEET: tuple(
        "date earning hour_kind job key pay_class period project seconds".split()
    ),
    Kind.JOURNAL: _JOURNAL,
    Kind.BILL: _BILL,
    Kind.VENDOR_CREDIT: _BILL,
    Kind.INVOICE: _SALE,
    Kind.CREDIT_NOTE: _SALE,
    Kind.WORKSHEET: _SALE,
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line. ``key`` names it within its document and is built of ids, never of names.

    ``project`` … ``worker`` are the company's ids (None: unmapped), ``job``, ``item``,
    ``account_ref``, ``earning`` the target's own. ``account`` is our account role. ``period`` is set
    on adjustment lines alone: the document whose figure the line corrects. ``fx`` is set on
    converted lines alone, and no field of others: what the hour's rate (an invoice) or the line (a
    journal) was before, by which published rate of which day, and the source of that.
    """

    key: str
    seconds: int = 0
    amount: int = 0
    rate: int | None = None
    account: str | None = None
    account_ref: str | None = None
    billable: bool | None = None
    class_: str | None = None
    date: str | None = None
    earning: str | None = None
    fx: str | None = None
    hour_kind: str | None = None
    item: str | None = None
    job: str | None = None
    pay_class: str | None = None
    period: str | None = None
    project: str | None = None
    service: str | None = None
    tax: str | None = None
    text: str | None = None
    worker: str | None = None

    def as_json(self, kind: str) -> dict[str, Any]:
        values = dict(zip(LINE_FIELDS[kind], _LINE_VALUES[kind](self), strict=True))
        if values.get("fx", "") is None:
            del values["fx"]
        return values

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Line:
        return cls(**{_RENAMED.get(name, name): value for name, value in data.items()})


@dataclass(frozen=True, kw_only=True)
class Document:
    """One record in the books.

    ``date`` is the posting date; ``from_`` and ``to`` the period it stands for. ``role`` says what
    ``party`` (our id) and ``party_ref`` (the target's) are: ``employee``, ``vendor``, ``customer``.
    ``entity`` is the legal entity whose books it is for, where one is named.
    ``control`` and ``control_ref`` are the receivable or payable account. ``adjusts`` is the base
    key on a link of an adjustment chain; ``credits`` the key of the document that a credit reduces.
    """

    key: str
    kind: str
    date: str
    from_: str
    to: str
    lines: tuple[Line, ...]
    currency: str | None = None
    role: str | None = None
    party: str | None = None
    party_ref: str | None = None
    control: str | None = None
    control_ref: str | None = None
    adjusts: str | None = None
    credits: str | None = None
    entity: str | None = None

    @property
    def seconds(self) -> int:
        return sum(line.seconds for line in self.lines)

    @property
    def amount(self) -> int:
        """Minor units: a journal's debits, the sum of the lines of anything else."""
        if self.kind == Kind.JOURNAL:
            return sum(line.amount for line in self.lines if not is_counter(line.key))
        return sum(line.amount for line in self.lines)

    @property
    def blank(self) -> bool:
        """Whether it only stands for a record that can't be understood: see :meth:`unread`."""
        return self == Document.unread(self.key, self.kind, self.date)

    @cached_property
    def digest(self) -> str:
        return digest(self.as_json())

    def as_json(self) -> dict[str, Any]:
        header = dict(zip(HEADER_FIELDS, _HEADER_VALUES(self), strict=True))
        if self.entity is None:
            del header["entity"]
        lines = sorted(self.lines, key=lambda line: line.key)
        return {**header, "lines": [line.as_json(self.kind) for line in lines]}

    @classmethod
    def unread(cls, key: str, kind: str, date: str) -> Document:
        """Stands for a record of ours that can't be understood: nothing but its key is known, and no
        document that we write equals it."""
        return cls(key=key, kind=kind, date=date, from_=date, to=date, lines=())

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Document:
        values = {_RENAMED.get(name, name): value for name, value in data.items()}
        return cls(**{**values, "lines": tuple(map(Line.from_json, data["lines"]))})


#: Begins the key of a line that isn't made of entries but follows from the others.
COUNTER = "="


def is_counter(line_key: str) -> bool:
    """Whether a journal line is the other side of the entry (clearing or accrued wages)."""
    return line_key.startswith(COUNTER)


#: ``from`` and ``class`` are Python's: the attributes carry an underscore.
_RENAMED = {"from": "from_", "class": "class_"}

HEADER_FIELDS = tuple(sorted(f.name.rstrip("_") for f in fields(Document) if f.name != "lines"))


def _values(names: Iterable[str]) -> attrgetter[tuple[Any, ...]]:
    """Reads these fields at once: a plan of a million documents does little else."""
    return attrgetter(*(_RENAMED.get(name, name) for name in names))


_HEADER_VALUES = _values(HEADER_FIELDS)
_LINE_VALUES = {kind: _values(names) for kind, names in LINE_FIELDS.items()}


def difference(desired: Document | None, held: Iterable[Document], period: str) -> tuple[Line, ...]:
    """The lines that, added to ``held``, give ``desired``: quantities and amounts by line key.

    ``period`` is written on each. Lines that come to nothing are left out; a line whose figures
    agree but whose texts or references differ gives none, since figures are all that a further
    document can correct.
    """
    want = {line.key: line for line in desired.lines} if desired else {}
    have: dict[str, tuple[int, int]] = {}
    known = dict(want)
    for document in held:
        for line in document.lines:
            seconds, amount = have.get(line.key, (0, 0))
            have[line.key] = (seconds + line.seconds, amount + line.amount)
            known.setdefault(line.key, line)
    result = []
    for key in sorted(known):
        target = want.get(key)
        seconds = (target.seconds if target else 0) - have.get(key, (0, 0))[0]
        amount = (target.amount if target else 0) - have.get(key, (0, 0))[1]
        if seconds or amount:
            values = {f.name: getattr(known[key], f.name) for f in fields(Line)}
            result.append(
                Line(**{**values, "seconds": seconds, "amount": amount, "period": period})
            )
    return tuple(result)
