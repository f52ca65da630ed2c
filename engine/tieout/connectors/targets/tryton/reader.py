"""Reads Tryton: our documents wherever they stand, and what else its books hold."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from tieout.connectors.ports import Capabilities, Once, TargetSettings
from tieout.connectors.targets.tryton import balances, codec, findings, marks
from tieout.connectors.targets.tryton.codec import INVOICE, MODELS, MOVE, TIME, Unreadable
from tieout.connectors.targets.tryton.names import Names, calendar, lock_date
from tieout.connectors.targets.tryton.rpc import Row, Rpc
from tieout.connectors.wire.failures import WireError
from tieout.domain.books import Books, Credit, Record
from tieout.domain.diagnostic import Diagnostic, Refused, ordered
from tieout.domain.document import Document, Kind
from tieout.domain.key import canonical

#: Keys that one search names; for more, all that is marked is gone through.
NAMED_AT_ONCE = 100
#: Days that name no day.
_NO_DAY = "1970-01-01"

FIELDS: Mapping[str, tuple[str, ...]] = {
    TIME: ("date", "employee.rec_name", "work.name", "duration", "description"),
    MOVE: ("date", "description", "state", "origin"),
    INVOICE: (
        "invoice_date", "party.name", "account.name", "currency.code", "state", "type", "description",
        "reference", "comment", "move", "cancel_move", "untaxed_amount",
    ),
}  # fmt: skip
#: The lines of a document: model, the field that leads to the whole, the field with our mark, all fields.
PARTS: Mapping[str, tuple[str, str, str, tuple[str, ...]]] = {
    MOVE: (
        "account.move.line", "move", "description",
        ("move", "account.name", "debit", "credit", "description"),
    ),
    INVOICE: (
        "account.invoice.line", "invoice", "note",
        ("invoice", "account.name", "amount", "taxes.name", "note", "origin", "quantity"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class TrytonCodec:
    """:func:`codec.project` with the target's text length."""

    text_length: int

    def project(self, document: Document) -> Document:
        return codec.project(document, self.text_length)


@dataclass(frozen=True)
class Held:
    """A record with our mark: the row, its lines, and what it says as a document."""

    key: str
    books: str
    model: str
    row: Row
    lines: tuple[Row, ...]

    @property
    def remote(self) -> str:
        return f"{self.model},{self.row['id']}"

    @property
    def timestamps(self) -> dict[str, str]:
        """As which we know the record and its lines: what Tryton compares before it writes."""
        known = {self.remote: self.row["_timestamp"]}
        part = PARTS[self.model][0] if self.model in PARTS else ""
        return known | {f"{part},{line['id']}": line["_timestamp"] for line in self.lines}

    @property
    def final(self) -> str | None:
        """Why it can no longer be changed: the state that people gave it."""
        state = self.row.get("state", "draft")
        return None if state == "draft" else str(state)


@dataclass
class Found:
    """What one reading gathers: records by key, and what is to be told."""

    records: dict[str, Record] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)


class TrytonReader:
    """A :class:`~tieout.connectors.ports.BookReader` of one Tryton database."""

    def __init__(self, settings: TargetSettings, strict: bool, settle: int) -> None:
        self.settings = settings
        self.strict = strict
        self.rpc = Rpc(settings)
        self.names = Names(self.rpc)
        self.books = f"{settings.company}/{settings.environment}"
        self.capabilities = Capabilities(
            kinds=codec.KINDS,
            once=Once.UNIQUE if strict else Once.LOOKUP,
            settle=0 if strict else settle,
            batch=1_000,
            drafts=codec.KINDS - {Kind.TIME_ACTIVITY},
            taxes=True,
            lock_date=True,
        )
        self.codec = TrytonCodec(self.capabilities.text_length)

    @property
    def identity(self) -> str:
        """Host and database: the same on every machine."""
        options = self.settings.options
        return f"tryton:{urlsplit(str(options['address'])).netloc}/{options['database']}"

    def read(self) -> Books:
        """Everything the books hold. Raises ``Refused`` (TO432) when Tryton can't be asked."""
        try:
            return self._read()
        except WireError as error:
            raise Refused([findings.unreachable(str(error))]) from None

    def look_up(self, keys: Iterable[str]) -> Mapping[str, Record]:
        """Our records under these keys, as they are now. Raises ``Refused`` (TO432)."""
        found = Found()
        self._take([held for held in self.held(keys) if held.books == self.books], found)
        return found.records

    def held(self, keys: Iterable[str]) -> list[Held]:
        """All records with a mark of these keys, whosever they are. Raises ``Refused`` (TO432)."""
        wanted: dict[str, list[str]] = {}
        for key in dict.fromkeys(keys):
            kind = key.split("/")[1] if "/" in key else ""
            if kind in MODELS:
                wanted.setdefault(MODELS[kind], []).append(key)
        try:
            return [
                held
                for model, some in sorted(wanted.items())
                for held in self._held(model, self._ids(model, some))
                if held.key in set(some)
            ]
        except WireError as error:
            raise Refused([findings.unreachable(str(error))]) from None

    def _read(self) -> Books:
        everything = [held for model in FIELDS for held in self._held(model, None)]
        ours = [held for held in everything if held.books == self.books]
        found = Found()
        self._take(ours, found)
        money = balances.read(self.rpc, {held.remote for held in ours})
        return Books(
            target=self.settings.name,
            identity=self.identity,
            records=tuple(found.records[key] for key in sorted(found.records)),
            credits=tuple(self._credits(ours)),
            foreign=money.foreign,
            lock_date=lock_date(calendar(self.rpc)),
            balances=money.balances,
            diagnostics=ordered(found.problems),
        )

    def _take(self, many: Sequence[Held], found: Found) -> None:
        """The records of ours; one of which two stand there is as unclear as one that can't be read."""
        places: dict[str, list[Held]] = {}
        for held in many:
            places.setdefault(held.key, []).append(held)
        for key, several in places.items():
            record, why = record_of(several[0])
            if len(several) > 1:
                record = replace(record, document=_blank(several[0]))
                found.problems.append(findings.doubled(key, [held.remote for held in several]))
            elif why:
                found.problems.append(findings.unreadable(key, record.remote_id, why))
            found.records[key] = record

    def _ids(self, model: str, keys: Sequence[str]) -> list[int]:
        """The records that may carry these keys. Strict, Tryton knows them; else their marks are searched."""
        if self.strict:
            return [
                row["id"] for row in self.rpc.rows(model, [["tieout_key", "in", list(keys)]], [])
            ]
        searched, whole, name = _marked(model)
        if len(keys) <= NAMED_AT_ONCE:
            domain: list[Any] = [["OR", *([name, "like", marks.like(key)] for key in keys)]]
        else:
            domain = [[name, "like", marks.ANY]]
        wanted = set(keys)
        rows = self.rpc.rows(searched, domain, [name, *([whole] if whole != "id" else [])])
        return sorted({
            row[whole]
            for row in rows
            if (mark := marks.split(row[name])[1]) and mark.get("of") in wanted and row[whole]
        })  # fmt: skip

    def _held(self, model: str, ids: Sequence[int] | None) -> Iterator[Held]:
        """Records with our mark among these (None: among all)."""
        if ids is None:
            ids = self._all(model)
        if not ids:
            return
        extra = ("tieout_key",) if self.strict else ()
        rows = list(self._of_ids(model, "id", ids, (*FIELDS[model], *extra)))
        parts: dict[int, list[Row]] = {}
        if model in PARTS:
            part, whole, _, names = PARTS[model]
            for line in self._of_ids(part, whole, ids, names):
                parts.setdefault(line[whole], []).append(line)
        for row in rows:
            lines = tuple(parts.get(row["id"], ()))
            mark = next((mark for mark in _marks(model, row, lines) if "of" in mark), None)
            if mark and (not self.strict or row["tieout_key"]):
                yield Held(mark["of"], str(mark.get("books")), model, row, lines)

    def _all(self, model: str) -> list[int]:
        if self.strict:
            return [row["id"] for row in self.rpc.rows(model, [["tieout_key", "!=", None]], [])]
        searched, whole, name = _marked(model)
        rows = self.rpc.rows(
            searched, [[name, "like", marks.ANY]], [whole] if whole != "id" else []
        )
        return sorted({row[whole] for row in rows if row[whole]})

    def _of_ids(
        self, model: str, name: str, ids: Sequence[int], fields: Sequence[str]
    ) -> Iterator[Row]:
        yield from self.rpc.rows(model, [[name, "in", list(ids)]], [*fields, "_timestamp"])

    def _credits(self, ours: Sequence[Held]) -> Iterator[Credit]:
        """Credit notes that people made of an invoice of ours: their lines name its lines."""
        lines = {
            f"account.invoice.line,{line['id']}": held
            for held in ours
            if held.model == INVOICE
            for line in held.lines
        }
        fields = (
            *PARTS[INVOICE][3],
            "invoice.currency.code",
            "invoice.invoice_date",
            "invoice.state",
        )
        rows = self.rpc.rows(
            "account.invoice.line", [["origin", "like", "account.invoice.line,%"]], fields
        )
        sums: dict[tuple[str, int], tuple[int, str, str]] = {}
        known = {held.row["id"] for held in ours if held.model == INVOICE}
        for row in rows:
            held = lines.get(row["origin"])
            if held is None or row["invoice"] in known or row["invoice."]["state"] == "cancelled":
                continue
            currency = row["invoice."]["currency."]["code"]
            amount = -codec.minor(row["amount"] or 0, currency)
            before = sums.get((held.key, row["invoice"]), (0, "", ""))[0]
            day = str(row["invoice."]["invoice_date"] or held.row["invoice_date"])
            sums[held.key, row["invoice"]] = (before + amount, currency, day)
        for (key, invoice), (amount, currency, day) in sorted(sums.items()):
            yield Credit(
                credits=key,
                amount=amount,
                currency=currency,
                date=day,
                remote_id=f"{INVOICE},{invoice}",
            )


def record_of(held: Held) -> tuple[Record, str | None]:
    """The record; unreadable, it is one that no document of ours equals, and the reason is given."""
    why = None
    try:
        document = codec.normalise(held.model, held.row, held.lines)
    except Unreadable as error:
        document, why = _blank(held), str(error)
    record = Record(
        document=document,
        remote_id=held.remote,
        version=hashlib.sha256(canonical(held.timestamps).encode()).hexdigest(),
        final=held.final,
        foreign=_foreign(held),
    )
    return record, why


def _foreign(held: Held) -> dict[str, Any]:
    """What of our record is people's: kept on update, never drift."""
    found = {}
    for name in ("description", "reference", "comment"):
        text = marks.theirs(held.row.get(name))
        if text:
            found[name] = text
    return found


def _blank(held: Held) -> Document:
    kind = held.key.split("/")[1]
    day = held.row.get("date") or held.row.get("invoice_date") or _NO_DAY
    return Document.unread(held.key, kind, str(day))


def _marked(model: str) -> tuple[str, str, str]:
    """Where our mark is searched: model, the field that leads to the record, the field with the mark."""
    if model == INVOICE:
        part, whole, name, _ = PARTS[INVOICE]
        return part, whole, name
    return model, "id", "description"


def _marks(model: str, row: Row, lines: Sequence[Row]) -> Iterator[Mapping[str, Any]]:
    texts = [line["note"] for line in lines] if model == INVOICE else [row["description"]]
    yield from (mark for text in texts if (mark := marks.split(text)[1]))
