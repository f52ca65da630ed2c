"""What a projected document says in a journal: the way out of the codec.

The posting table: an invoice debits its receivable and credits revenue by line, with the books'
own output tax; a credit note's lines are negative, so the same gives the opposite; a bill debits
expense by line and credits its payable; a journal document has its other side among its lines; time
posts nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from tieout.connectors.ports import TargetSettings
from tieout.connectors.targets.plaintext.blocks import Block, Leg, Statement
from tieout.connectors.targets.plaintext.codec import (
    BOOKS,
    CONTROL,
    CONTROLLED,
    DRAFTS,
    HEADER_META,
    KEY,
    LINE,
    LINE_META,
    SIGN,
    TAX,
    TIME,
    mark_of,
)
from tieout.domain.document import Document, Kind, Line
from tieout.domain.money import divide, format_rate, format_seconds, minor_digits

_TITLES: Mapping[str, str] = {
    Kind.INVOICE: "Invoice",
    Kind.CREDIT_NOTE: "Credit note",
    Kind.BILL: "Bill",
    Kind.VENDOR_CREDIT: "Vendor credit",
    Kind.JOURNAL: "Labour journal",
    Kind.TIME_ACTIVITY: "Time",
    Kind.TIMESHEET: "Timesheet",
}


def statement(document: Document, settings: TargetSettings) -> Statement:
    """What a projected document says in these books. ``settings.tax`` has every code it needs."""
    party = settings.names.get((document.role or "", document.party or "")) or document.party_ref
    title = f"{_TITLES[document.kind]} {document.from_}"
    if document.to != document.from_:
        title += f" to {document.to}"
    return Statement(
        date=document.date,
        word=TIME.get(document.kind, "txn"),
        flag="!" if document.kind in DRAFTS else "*",
        payee=party,
        narration=title,
        currency=document.currency,
        meta=_head_meta(document, settings),
        legs=_legs(document, settings) if document.kind in SIGN else (),
    )


def _head_meta(document: Document, settings: TargetSettings) -> dict[str, str]:
    shown = {"currency"} if document.kind in SIGN and document.lines else set()
    if document.kind in CONTROLLED:
        shown = {"currency", "control", "control_ref"}
    meta = {KEY: document.key, BOOKS: books(settings), "kind": str(document.kind)}
    for attribute, name in HEADER_META:
        value = getattr(document, attribute)
        if value is not None and attribute not in shown:
            meta[name] = value
    if document.kind in TIME:
        width = len(str(len(document.lines)))
        for number, line in enumerate(document.lines, 1):
            meta[f"line-{number:0{width}}"] = _sentence(line, document.kind)
    return meta


def books(settings: TargetSettings) -> str:
    """Whose documents these are: ``company/environment``."""
    return f"{settings.company}/{settings.environment}"


def _legs(document: Document, settings: TargetSettings) -> tuple[Leg, ...]:
    sign = SIGN[document.kind]
    legs = [
        Leg(
            (LINE, line.key),
            line.account_ref or "",
            sign * line.amount,
            _line_meta(line, document.kind),
        )
        for line in document.lines
    ]
    if document.kind in (Kind.INVOICE, Kind.CREDIT_NOTE):
        legs += _tax(document, settings)
    if document.kind in CONTROLLED:
        control = Leg(
            (CONTROL, document.control or ""),
            document.control_ref or "",
            -sum(leg.amount for leg in legs),
        )
        legs.insert(0, control)
    return tuple(legs)


def carry(statement: Statement, block: Block) -> Statement:
    """The statement with what the people's own postings changed on our control posting: theirs must
    balance it, so the difference between it and the rest of ours stays what it is."""
    ours = [p for p in block.postings if mark_of(p.meta)]
    amounts = [p.number for p in ours if p.number is not None and p.currency == statement.currency]
    if len(amounts) != len(ours) or sum(CONTROL in p.meta for p in ours) != 1:
        return statement
    extra = sum(amounts, Decimal(0)).scaleb(minor_digits(statement.currency or ""))
    legs = tuple(
        replace(leg, amount=leg.amount + int(extra)) if leg.mark[0] == CONTROL else leg
        for leg in statement.legs
    )
    return replace(statement, legs=legs)


def _tax(document: Document, settings: TargetSettings) -> list[Leg]:
    """The books' own output tax: per code on the sum of its lines, rounded once."""
    bases: dict[str, int] = {}
    for line in document.lines:
        if line.tax and line.tax in settings.tax:
            bases[line.tax] = bases.get(line.tax, 0) + line.amount
    legs = []
    for code in sorted(bases):
        percent, account = settings.tax[code]
        amount = divide(bases[code] * percent, 10_000)
        if amount:
            legs.append(Leg((TAX, code), account, SIGN[document.kind] * amount))
    return legs


def _line_meta(line: Line, kind: str) -> dict[str, str]:
    """A line's fields as metadata, without those that the posting shows."""
    meta = {"hours": format_seconds(line.seconds)}
    for attribute, name in LINE_META[kind]:
        value = getattr(line, attribute)
        if value is None:
            continue
        if name == "rate":
            value = format_rate(value)
        elif name == "billable":
            value = "TRUE" if value else "FALSE"
        meta[name] = value
    return meta


def _sentence(line: Line, kind: str) -> str:
    """A line that posts nothing, in one text: ``8:30:00 | line=… | date=2026-11-03 | …``."""
    meta = _line_meta(line, kind)
    parts = [meta.pop("hours"), f"line={_escaped(line.key)}"]
    return " | ".join([*parts, *(f"{name}={_escaped(value)}" for name, value in meta.items())])


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|")
