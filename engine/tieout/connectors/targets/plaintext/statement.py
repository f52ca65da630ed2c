"""What a projected document says in a journal: the way out of the codec.

The posting table: an invoice debits its receivable and credits revenue by line, with the books'
own output tax; a credit note's lines are negative, so the same gives the opposite; a bill debits
expense by line and credits its payable; a journal document has its other side among its lines; time
posts nothing, or seconds (:mod:`hours`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tieout.connectors.ports import TargetSettings
from tieout.connectors.targets.plaintext import derived, hours
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
    SALES,
    SIGN,
    TAX,
    TAXES,
    TIME,
    mark_of,
)
from tieout.domain.document import Document, Kind, Line
from tieout.domain.key import mirrored_key, reversed_key
from tieout.domain.money import SECONDS, format_rate, format_seconds

_TITLES: Mapping[str, str] = {
    Kind.INVOICE: "Invoice",
    Kind.CREDIT_NOTE: "Credit note",
    Kind.BILL: "Bill",
    Kind.VENDOR_CREDIT: "Vendor credit",
    Kind.JOURNAL: "Labour journal",
    Kind.TIME_ACTIVITY: "Time",
    Kind.TIMESHEET: "Timesheet",
}


def statement(
    document: Document, settings: TargetSettings, held: Block | None = None
) -> Statement:
    """What a projected document says in these books. ``settings.tax`` has every code it needs.

    ``held``: the block in which it stands so far. A time record keeps its form, with postings of
    seconds or without, whatever ``track`` says now.
    """
    party = settings.names.get((document.role or "", document.party or "")) or document.party_ref
    title = f"{_titled(document)} {document.from_}"
    if reversed_key(document.key):
        title = f"Reversal: {title}"
    if document.to != document.from_:
        title += f" to {document.to}"
    tracked = held.word == "txn" if held else settings.options.get("track") == "hours"
    posts = document.kind in SIGN or tracked
    return Statement(
        date=document.date,
        word="txn" if posts else TIME[document.kind],
        flag="!" if document.kind in DRAFTS else "*",
        payee=party,
        narration=title,
        currency=SECONDS if document.kind in TIME and posts else document.currency,
        meta=_head_meta(document, settings),
        legs=_posted(document, settings) if posts else (),
    )


def _titled(document: Document) -> str:
    """What a person calls it; of what one entity charges another, on which side it stands."""
    if mirrored_key(document.key):
        _, side, with_, *_ = document.key.split("/")[2:]
        return f"{side.replace('_', ' ').capitalize()} {with_}"
    return _TITLES[document.kind]


def _head_meta(document: Document, settings: TargetSettings) -> dict[str, str]:
    shown = {"currency"} if document.kind in SIGN and document.lines else set()
    if document.kind in CONTROLLED:
        shown = {"currency", "control", "control_ref"}
    meta = {KEY: document.key, BOOKS: books(settings), "kind": str(document.kind)}
    for attribute, name in HEADER_META:
        value = getattr(document, attribute)
        if value is not None and attribute not in shown:
            meta[name] = value
    if document.kind in SALES:
        taxes = _taxes(document, settings)
        if taxes:
            meta[TAXES] = derived.taxes_text(taxes)
    if document.kind in TIME:
        width = len(str(len(document.lines)))
        for number, line in enumerate(document.lines, 1):
            meta[f"line-{number:0{width}}"] = _sentence(line, document.kind)
    return meta


def books(settings: TargetSettings) -> str:
    """Whose documents these are: ``company/environment``."""
    return f"{settings.company}/{settings.environment}"


def _posted(document: Document, settings: TargetSettings) -> tuple[Leg, ...]:
    return hours.legs(document) if document.kind in TIME else _legs(document, settings)


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
    if document.kind in SALES:
        legs += _tax(document, settings)
    if document.kind in CONTROLLED:
        control = Leg(
            (CONTROL, document.control or ""),
            document.control_ref or "",
            -sum(leg.amount for leg in legs),
        )
        legs.insert(0, control)
    return tuple(legs)


def carried(block: Block, currency: str | None) -> tuple[str, int]:
    """The account of our one control posting, and what people's own postings changed on it."""
    ours = [p for p in block.postings if mark_of(p.meta)]
    theirs = [p for p in block.postings if not mark_of(p.meta)]
    control = [p.account for p in ours if CONTROL in p.meta]
    extra = derived.carried(ours, theirs, currency) if len(control) == 1 else 0
    return (control[0], extra) if extra else ("", 0)


def carry(statement: Statement, block: Block) -> Statement:
    """The statement with what the people's own postings changed on our control posting: theirs must
    balance it, so the difference between it and the rest of ours stays what it is."""
    _, extra = carried(block, statement.currency)
    legs = tuple(
        replace(leg, amount=leg.amount + extra) if leg.mark[0] == CONTROL else leg
        for leg in statement.legs
    )
    return replace(statement, legs=legs)


def _tax(document: Document, settings: TargetSettings) -> list[Leg]:
    """The books' own output tax, a posting for each code that comes to something."""
    taxes, sign = _taxes(document, settings), SIGN[document.kind]
    return [
        Leg((TAX, code), taxes[code][1], sign * amount)
        for code, amount in derived.due(document.lines, taxes).items()
        if amount
    ]


def _taxes(document: Document, settings: TargetSettings) -> derived.Taxes:
    """Those that its lines bear, on the accounts of the document's entity where it has some."""
    borne = {line.tax for line in document.lines}
    own = {code: settings.tax.get(f"{code}:{document.entity}", tax) for code, tax in settings.tax.items()}
    return {code: tax for code, tax in own.items() if code in borne}


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
