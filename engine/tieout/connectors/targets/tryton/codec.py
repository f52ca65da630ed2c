"""The codec: canonical documents ↔ records of Tryton. Pure: names instead of ids, rows instead of calls.

The law, for every document that Tryton can hold: ``normalise(read(write(project(d)))) == project(d)``.

Dates, parties, accounts, amounts, hours and taxes are read from Tryton's own fields, so that an edit by
hand shows; what there is no field for stands in our mark (:mod:`marks`): in the ``description`` of a
timesheet line, of a move and of its lines, and in the ``note`` of an invoice's lines, which Tryton neither
prints nor copies into a credit note.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tieout.connectors.targets.plaintext import codec as text
from tieout.connectors.targets.tryton import marks
from tieout.domain.document import LINE_FIELDS, Document, Kind, Line
from tieout.domain.money import minor_digits

TIME, MOVE, INVOICE = "timesheet.line", "account.move", "account.invoice"
#: Kind → the model that holds it.
MODELS: Mapping[str, str] = {
    Kind.TIME_ACTIVITY: TIME,
    Kind.JOURNAL: MOVE,
    Kind.INVOICE: INVOICE,
    Kind.CREDIT_NOTE: INVOICE,
    Kind.BILL: INVOICE,
    Kind.VENDOR_CREDIT: INVOICE,
}
KINDS = frozenset(str(kind) for kind in MODELS)
SALES = frozenset({Kind.INVOICE, Kind.CREDIT_NOTE})
#: Adds nothing and is no tax of Tryton's.
EXEMPT = "exempt"
#: Fields of a header and of a line that Tryton's own fields show, by model.
_SHOWN = {
    TIME: (("key", "date", "party_ref"), ("seconds", "job")),
    MOVE: (("key", "date"), ("amount", "account_ref")),
    INVOICE: (
        ("key", "date", "party_ref", "control_ref", "currency"),
        ("amount", "account_ref", "tax"),
    ),
}
_HEADER = tuple(f.name for f in fields(Document) if f.name != "lines")
_HOUR, _STEPS, _SCALE = 3600, 10_000, 4


@dataclass(frozen=True)
class Ref:
    """A record of Tryton's by its name: what stands in a document in place of an id."""

    model: str
    name: str


@dataclass(frozen=True)
class Part:
    """A line of a move or an invoice to be written: its key, its mark, Tryton's own fields."""

    key: str
    mark: Mapping[str, Any]
    text: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Sheet:
    """A document as Tryton will hold it. ``mark`` is None where the lines carry it."""

    model: str
    values: Mapping[str, Any]
    mark: Mapping[str, Any] | None
    text: str
    parts: tuple[Part, ...]


class Unreadable(Exception):
    """A record that carries our mark, and can't be understood."""


def project(document: Document, text_length: int) -> Document:
    """What of the document Tryton can hold: texts as every target of text keeps them, lines by key."""
    return text.project(document, text_length)


def sheet(document: Document, books: str) -> Sheet:
    """What is to be written for a (projected) document."""
    model = MODELS[document.kind]
    owned = {"of": document.key, "books": books}
    head = {"head": _hidden(document, _HEADER, _SHOWN[model][0])}
    lines = [
        (line, _hidden(line, _names(document.kind), _SHOWN[model][1])) for line in document.lines
    ]
    period = f"{document.from_} – {document.to}"
    if model == TIME:
        ((line, hidden),) = lines
        values = {
            "date": date.fromisoformat(document.date),
            "employee": Ref("company.employee", document.party_ref or ""),
            "work": Ref("timesheet.work", line.job or ""),
            "duration": timedelta(seconds=line.seconds),
        }
        said = " · ".join(filter(None, (line.project, line.service)))
        return Sheet(model, values, {**owned, **head, "line": hidden}, said, ())
    if model == MOVE:
        parts = tuple(
            Part(line.key, {"line": hidden}, _said(line), _moved(line, document))
            for line, hidden in lines
        )
        values = {"date": date.fromisoformat(document.date)}
        return Sheet(model, values, {**owned, **head}, period, parts)
    parts = tuple(
        Part(
            line.key,
            {**owned, "line": hidden, **_exempt(line), **(head if number == 0 else {})},
            _said(line),
            _sold(line, document),
        )
        for number, (line, hidden) in enumerate(lines)
    )
    return Sheet(model, _invoiced(document), None, period, parts)


def _invoiced(document: Document) -> dict[str, Any]:
    return {
        "type": "out" if document.kind in SALES else "in",
        "invoice_date": date.fromisoformat(document.date),
        "party": Ref("party.party", document.party_ref or ""),
        "currency": Ref("currency.currency", document.currency or ""),
        "account": Ref("account.account", document.control_ref or ""),
    }


def _moved(line: Line, document: Document) -> dict[str, Any]:
    amount = major(line.amount, document.currency)
    return {
        "account": Ref("account.account", line.account_ref or ""),
        "debit": max(amount, Decimal(0)),
        "credit": max(-amount, Decimal(0)),
    }


def _sold(line: Line, document: Document) -> dict[str, Any]:
    """Hours × rate where that is exactly the amount; else the amount, once."""
    amount = major(line.amount, document.currency)
    quantity, price = (Decimal(-1), -amount) if amount < 0 else (Decimal(1), amount)
    if line.rate and line.seconds * _STEPS % _HOUR == 0:
        hours = Decimal(line.seconds * _STEPS // _HOUR).scaleb(-_SCALE)
        rate = Decimal(line.rate).scaleb(-_SCALE)
        if hours * rate == amount:
            quantity, price = hours, rate
    taxes = [Ref("account.tax", line.tax)] if line.tax and line.tax != EXEMPT else []
    return {
        "account": Ref("account.account", line.account_ref or ""),
        "currency": Ref("currency.currency", document.currency or ""),
        "quantity": quantity,
        "unit_price": price,
        "taxes": taxes if document.kind in SALES else [],
    }


def _exempt(line: Line) -> dict[str, bool]:
    """Tryton's line of no tax doesn't say whether that was meant."""
    return {"exempt": True} if line.tax == EXEMPT else {}


def _said(line: Line) -> str:
    return (
        line.text
        or " · ".join(filter(None, (line.project, line.service)))
        or line.account
        or line.key
    )


def _hidden(part: Document | Line, names: Iterable[str], shown: Iterable[str]) -> dict[str, Any]:
    """What Tryton has no field for; nothing for what is empty."""
    kept = [name for name in names if name not in shown]
    return {name: value for name in kept if (value := getattr(part, name)) not in (None, 0, "")}


def _names(kind: str) -> tuple[str, ...]:
    return tuple("class_" if name == "class" else name for name in LINE_FIELDS[kind])


def major(minor: int, currency: str | None) -> Decimal:
    """Minor units as Tryton counts."""
    return Decimal(minor).scaleb(-minor_digits(currency or ""))


def minor(amount: Decimal | int, currency: str | None) -> int:
    """The inverse; raises :class:`Unreadable` for what has more decimals than its currency."""
    value = Decimal(amount).scaleb(minor_digits(currency or ""))
    if value != value.to_integral_value():
        raise Unreadable(f"{amount} has more decimals than {currency}")
    return int(value)


# record → document


def normalise(model: str, row: Mapping[str, Any], lines: Iterable[Mapping[str, Any]]) -> Document:
    """The document that a record of ours says. Raises :class:`Unreadable`."""
    try:
        return project(_document(model, row, list(lines)), 1 << 30)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise Unreadable(f"our mark was edited ({error})") from None


def _document(model: str, row: Mapping[str, Any], lines: list[Mapping[str, Any]]) -> Document:
    if model == TIME:
        mark = _mark(row["description"])
        hours = Line(**mark["line"], seconds=_seconds(row["duration"]), job=_name(row, "work"))
        return Document(
            key=mark["of"],
            lines=(hours,),
            date=str(row["date"]),
            party_ref=_name(row, "employee"),
            **mark["head"],
        )
    if model == MOVE:
        mark = _mark(row["description"])
        currency = mark["head"].get("currency")
        held = [
            _line(line, "description", line["debit"] - line["credit"], currency) for line in lines
        ]
        ours = tuple(line for line in held if line)
        return Document(key=mark["of"], lines=ours, date=str(row["date"]), **mark["head"])
    found = [marks.split(line["note"])[1] for line in lines]
    heads = [mark for mark in found if mark and "head" in mark]
    if len(heads) != 1:
        raise Unreadable("the line that carries the mark of the whole is gone, or there twice")
    currency = row["currency."]["code"]
    held = [_line(line, "note", line["amount"] or 0, currency) for line in lines]
    return Document(
        key=heads[0]["of"],
        lines=tuple(line for line in held if line),
        date=str(row["invoice_date"]),
        party_ref=_name(row, "party"),
        control_ref=_name(row, "account"),
        currency=currency,
        **heads[0]["head"],
    )


def _line(
    row: Mapping[str, Any], field: str, amount: Decimal | int, currency: str | None
) -> Line | None:
    """A line of ours; None of people's own."""
    mark = marks.split(row[field])[1]
    if mark is None:
        return None
    values = dict(mark["line"])
    if "taxes." in row:
        taxes = "+".join(sorted(tax["name"] for tax in row["taxes."]))
        values["tax"] = taxes or (EXEMPT if mark.get("exempt") else None)
    return Line(**values, amount=minor(amount, currency), account_ref=_name(row, "account"))


def _mark(value: str) -> dict[str, Any]:
    mark = marks.split(value)[1]
    if mark is None:
        raise Unreadable("our mark is gone")
    return mark


def _name(row: Mapping[str, Any], field: str) -> str | None:
    related = row.get(f"{field}.")
    return (related.get("rec_name") or related.get("name")) if related else None


def _seconds(value: timedelta) -> int:
    return value.days * 86_400 + value.seconds
