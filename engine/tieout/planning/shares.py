"""Adds up what differs between two versions of documents: by purpose, account, customer, project, and by
the edited rows that it comes from. Each difference counts once in each of these, so all of them add up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from tieout.config.model import Config
from tieout.domain.document import SERVES, Document, Kind, Line, Purpose
from tieout.pipeline.contrast import Behind
from tieout.planning.control import counter
from tieout.planning.edited import KINDS, Edit, Edits
from tieout.planning.provenance import posted

DIMENSIONS: Final = ("purpose", "account", "customer", "project", "row")
NOBODY: Final = "-"
"""What isn't mapped, or comes from no row that is known."""
_PAID: Final = (Kind.TIMESHEET, Kind.JOURNAL, Kind.BILL)
_SOLD: Final = (Kind.INVOICE, Kind.CREDIT_NOTE, Kind.WORKSHEET)
_EVERYWHERE: Final = (
    ("rules", "approval"), ("rules", "unmapped"), ("company", ""), ("targets", "")
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Part:
    """What differs under one name of a ``dimension``, for one purpose: ``seconds`` and, by currency,
    ``money`` in minor units, each as (in the base, in the head). ``documents`` have part in it.

    An account is named as the books do, with debits positive. Of a row the ``names`` are several
    where one difference comes from more than one, and none where it comes from no one row.
    """

    dimension: str
    name: str
    purpose: str
    documents: int
    seconds: tuple[int, int]
    money: Mapping[str, tuple[int, int]]


@dataclass
class _Sum:
    documents: set[str] = field(default_factory=set)
    seconds: list[int] = field(default_factory=lambda: [0, 0])
    money: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))


class Shares:
    """Takes the documents that differ, one after the other, and gives the parts at last."""

    def __init__(self, edits: Edits, base: Config | None, head: Config) -> None:
        self.edits = edits
        self._sides = (base, head)
        self._sums: dict[tuple[str, str, str], _Sum] = defaultdict(_Sum)

    def add(
        self, before: Document | None, after: Document | None, behind: Iterable[Behind]
    ) -> tuple[str, ...]:
        """Counts one document and gives the rows that bear on its difference."""
        versions = (before, after)
        whole = self._of_document(versions, behind)
        lines = [{line.key: line for line in d.lines} if d else {} for d in versions]
        named: dict[Edit, None] = {}
        for key in sorted(lines[0].keys() | lines[1].keys()):
            pair = (lines[0].get(key), lines[1].get(key))
            if pair[0] == pair[1] and _headed(before) == _headed(after):
                self._count(versions, pair, None)
                continue
            rows = self._of_line(versions, pair, whole)
            named |= dict.fromkeys(rows)
            self._count(versions, pair, " + ".join(e.row for e in rows) or NOBODY)
        self._count_counters(versions)
        return tuple(edit.row for edit in named)

    def parts(self) -> tuple[Part, ...]:
        """Everything counted in which a document differs, in the order of dimensions and names."""
        found = [
            Part(
                dimension=dimension, name=name, purpose=purpose, documents=len(total.documents),
                seconds=(total.seconds[0], total.seconds[1]),
                money={c: (m[0], m[1]) for c, m in sorted(total.money.items())},
            )
            for (dimension, name, purpose), total in self._sums.items() if total.documents
        ]  # fmt: skip
        order = [purpose.value for purpose in Purpose]
        return tuple(sorted(
            found, key=lambda p: (DIMENSIONS.index(p.dimension), p.name, order.index(p.purpose))
        ))  # fmt: skip

    def _count(
        self, versions: Sequence[Document | None], pair: Sequence[Line | None], row: str | None
    ) -> None:
        """A line on both sides; ``row`` None: it is the same on both, and comes from no edit."""
        for side, (document, line) in enumerate(zip(versions, pair, strict=True)):
            if document is None or line is None:
                continue
            for purpose in SERVES[document.kind]:
                for dimension, name in self._names(side, document, line, purpose, row):
                    at = self._sums[dimension, name, purpose.value]
                    at.documents |= {document.key} if row else set()
                    at.seconds[side] += line.seconds
                    if document.currency and purpose is _priced(document):
                        sign = _sign(document) if dimension == "account" else 1
                        at.money[document.currency][side] += sign * line.amount

    def _count_counters(self, versions: Sequence[Document | None]) -> None:
        both = [counter(document) if document else None for document in versions]
        for side, (document, posting) in enumerate(zip(versions, both, strict=True)):
            if document and posting:
                account, currency, amount = posting
                at = self._sums["account", account, _priced(document).value]
                at.documents |= {document.key} if both[0] != both[1] else set()
                at.money[currency][side] += amount

    def _names(
        self, side: int, document: Document, line: Line, purpose: Purpose, row: str | None
    ) -> Iterator[tuple[str, str]]:
        yield "purpose", purpose.value
        if line.account_ref is not None:
            yield "account", line.account_ref
        yield "customer", self._customer(side, document, line)
        yield "project", line.project or NOBODY
        if row:
            yield "row", row

    def _customer(self, side: int, document: Document, line: Line) -> str:
        config = self._sides[side]
        if document.role == "customer":
            return document.party or NOBODY
        day = date.fromisoformat(document.date)
        project = posted(config.projects, line.project, day) if config else None
        return (project.customer if project else None) or NOBODY

    def _of_document(
        self, versions: Iterable[Document | None], behind: Iterable[Behind]
    ) -> tuple[Edit, ...]:
        """The edited rows that its entries are mapped by, and the rules for its kind."""
        ids: set[tuple[str, str]] = set()
        for document in filter(None, versions):
            ids |= _general(document)
            for line in document.lines:
                ids |= _special(line)
        for each in behind:
            for kind in ("workers", "projects", "services", "customers"):
                ids |= {(kind, id_) for id_ in getattr(each, kind)}
        return self._known(ids)

    def _of_line(
        self, versions: Sequence[Document | None], pair: Sequence[Line | None], whole: tuple[Edit, ...]
    ) -> tuple[Edit, ...]:
        """The edited rows behind one line; where none is, those of its document; else all of them."""
        ids: set[tuple[str, str]] = set()
        for side, (document, line) in enumerate(zip(versions, pair, strict=True)):
            if document and line:
                ids |= _special(line) | _general(document)
                ids.add(("customers", self._customer(side, document, line)))
        every = tuple(edit for edit in self.edits.found if edit.kind != "sources")
        return self._known(ids) or whole or every

    def _known(self, ids: Iterable[tuple[str, str]]) -> tuple[Edit, ...]:
        found = {edit for at in ids for edit in self.edits.by_id.get(at, ())}
        return tuple(sorted(found, key=lambda edit: edit.row))


def _headed(document: Document | None) -> tuple[object, ...] | None:
    """What bears on every line: a line of the same figures counts under another name with it."""
    return (document.currency, document.party, document.kind) if document else None


def _priced(document: Document) -> Purpose:
    """The purpose under which the money of a document counts: a bill serves two."""
    return Purpose.BILLING if document.kind in _SOLD else Purpose.COST


def _sign(document: Document) -> int:
    return -1 if document.kind in (Kind.INVOICE, Kind.CREDIT_NOTE) else 1


def _general(document: Document) -> set[tuple[str, str]]:
    """What bears on a whole document: its stream, its party, and the rules for its kind."""
    found = {*_EVERYWHERE, ("streams", document.key.partition("/")[0]), ("decisions", document.key)}
    if document.party:
        found.add(("customers" if document.role == "customer" else "workers", document.party))
    if document.kind in _PAID + _SOLD:
        found.add(("rules", "rounding"))
    if document.kind in _PAID:
        found |= {("rules", "overtime"), ("law", "")}
    if document.kind in _SOLD:
        found.add(("rules", "tax"))
    found |= {("accounts", document.control)} if document.control else set()
    return found


def _special(line: Line) -> set[tuple[str, str]]:
    """What a line names."""
    ids = (line.worker, None, line.project, line.service, line.account, line.pay_class)
    return {(kind, id_) for kind, id_ in zip(KINDS, ids, strict=True) if id_}
