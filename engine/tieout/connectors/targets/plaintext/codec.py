"""The codec: canonical documents ↔ what a journal says. Pure, and the same for every format.

The law, for every document that the books can hold:
``normalise(read(write(project(d)))) == project(d)``.

Date, account names and amounts are read from the text itself, so that an edit by hand shows (of what
follows from the lines too: :mod:`derived`); what a journal has no place for stands in metadata. Ours
are the metadata named here and the postings that carry one of the marks ``tieout-line``,
``tieout-control``, ``tieout-tax``, ``tieout-hours``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from tieout.connectors.targets.plaintext import derived, hours
from tieout.connectors.targets.plaintext.blocks import Block, Posting, Unreadable, is_day
from tieout.connectors.targets.plaintext.hours import HOURS, WORKED
from tieout.domain.document import LINE_FIELDS, Document, Kind, Line
from tieout.domain.key import canonical
from tieout.domain.money import parse_rate

KEY, BOOKS = "tieout", "tieout-books"
LINE, CONTROL, TAX = "tieout-line", "tieout-control", "tieout-tax"
#: What makes a posting ours.
MARKS = (LINE, CONTROL, TAX, HOURS, WORKED)
#: Head metadata that isn't of the document: the taxes that its lines bear, with percent and account.
TAXES = "taxes"

#: Posting kinds: the sign that a line's amount has on its account (debits are positive).
SIGN: Mapping[str, int] = {
    Kind.INVOICE: -1,
    Kind.CREDIT_NOTE: -1,
    Kind.BILL: 1,
    Kind.VENDOR_CREDIT: 1,
    Kind.JOURNAL: 1,
}
#: Kinds on which the books add output tax.
SALES = frozenset({Kind.INVOICE, Kind.CREDIT_NOTE})
#: Kinds whose lines are balanced on one account, the receivable or payable.
CONTROLLED = frozenset(SIGN) - {Kind.JOURNAL}
#: Kinds that begin as drafts (flag ``!``) until a person sets ``*`` or a status.
DRAFTS = frozenset({Kind.INVOICE, Kind.CREDIT_NOTE, Kind.BILL, Kind.VENDOR_CREDIT})
#: Kinds that post nothing, and the type of the ``custom`` directive that holds each.
TIME: Mapping[str, str] = {Kind.TIME_ACTIVITY: "tieout-time", Kind.TIMESHEET: "tieout-timesheet"}
KINDS = frozenset(SIGN) | frozenset(TIME)

#: What a person's ``status:`` makes final, by kind.
_FINAL: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(DRAFTS, frozenset({"sent", "paid"})),
    **dict.fromkeys(TIME, frozenset({"paid", "billed"})),
}
#: The flag of a finished transaction; the word does for it.
_COMPLETE = frozenset({"*", "txn"})
HEADER = (
    "entity",
    "from",
    "to",
    "currency",
    "role",
    "party",
    "party_ref",
    "control",
    "control_ref",
    "adjusts",
    "credits",
)
#: Line fields that the posting itself shows.
SHOWN = ("key", "seconds", "amount", "account_ref")
#: Metadata whose values stand without quotation marks: dates, numbers, truth values.
BARE = frozenset({"from", "to", "date", "rate", "billable"})


def _named(names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """(attribute, metadata name) of each field: ``class`` and ``from`` are Python's, and metadata
    names have no underscore."""
    attributes = {"from": "from_", "class": "class_"}
    return tuple((attributes.get(name, name), name.replace("_", "-")) for name in names)


HEADER_META = _named(HEADER)
#: By kind: the line's fields that stand in metadata.
LINE_META = {
    kind: _named(name for name in names if name not in SHOWN) for kind, names in LINE_FIELDS.items()
}
_ATTRIBUTE = {name: attribute for pairs in LINE_META.values() for attribute, name in pairs}
_HEAD_NAMES = frozenset({KEY, BOOKS, "kind", TAXES, *(name for _, name in HEADER_META)})
_LINE_NAMES = frozenset({LINE, "hours"} | {name for kind in SIGN for _, name in LINE_META[kind]})
#: Metadata that only a line of ours has together.
_LINE_ALONE = frozenset({"hours", "account"})
#: Stands for the mark of a line that has lost it.
_LOST = (LINE, "")
_SPOKEN_NAMES = frozenset({"hours"} | {name for kind in TIME for _, name in LINE_META[kind]})
_HEAD_ATTRIBUTES = tuple(f.name for f in fields(Document) if f.name not in ("key", "kind", "lines"))
_LINE_ATTRIBUTES = {
    kind: tuple(attribute for attribute, _ in _named(names)) for kind, names in LINE_FIELDS.items()
}
_HOURS = re.compile(r"(-?)(\d{1,3}(?:,\d{3})+|\d+):([0-5]\d):([0-5]\d)")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def is_ours(part: str, name: str) -> bool:
    """Whether the metadata ``name`` is tieout's: of the head (``head``) or of a marked posting."""
    if part == "head":
        return name in _HEAD_NAMES or bool(re.fullmatch(r"line-\d+", name))
    return name in _LINE_NAMES if part == LINE else name == part


def mark_of(meta: Mapping[str, str]) -> tuple[str, str] | None:
    """Which of our postings it is, by its metadata; None: the people's own. A line that has lost its
    mark is still ours, though nobody can say which it is."""
    lost = _LOST if meta.keys() >= _LINE_ALONE else None
    return next(((mark, meta[mark]) for mark in MARKS if mark in meta), lost)


# document → what the books can hold


def project(document: Document, text_length: int = 4000) -> Document:
    """What of the document a journal can hold: its kind's fields, lines by key, texts without
    control characters and no longer than ``text_length``, nothing for an empty text."""
    header = _cleaned(_HEAD_ATTRIBUTES, document)
    names = _LINE_ATTRIBUTES[document.kind]
    lines = [_line(line, names, text_length) for line in document.lines]
    lines.sort(key=lambda line: line.key)
    if len({line.key for line in lines}) < len(lines):  # copied by hand: any order, but one
        lines.sort(key=lambda line: (line.key, canonical(line.as_json(document.kind))))
    return Document(key=document.key, kind=document.kind, lines=tuple(lines), **header)


def _line(line: Line, names: Iterable[str], text_length: int) -> Line:
    values = _cleaned(names, line)
    values["key"] = values["key"] or ""
    if values.get("text"):
        values["text"] = values["text"][:text_length]
    return Line(**values)


def _cleaned(names: Iterable[str], part: Document | Line) -> dict[str, Any]:
    """The attributes of this name; nearly every text is clean already."""
    values = {name: getattr(part, name) for name in names}
    for name, value in values.items():
        if value.__class__ is str and not (value and value.isprintable()):
            values[name] = _clean(value)
    return values


def _clean(value: str) -> str | None:
    """Line ends as ``\\n``, other control characters as blanks; no text is None."""
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub(lambda m: m[0] if m[0] == "\n" else " ", text) or None


# block → document


def normalise(block: Block) -> Document:
    """The document that a block of ours says. Raises :class:`Unreadable`."""
    meta = block.meta
    kind = meta.get("kind", "")
    if not kind:
        raise Unreadable("the metadata 'kind' is missing")
    word = block.texts[0] if block.word == "custom" and block.texts else block.word
    if kind not in KINDS or word not in {TIME.get(kind, "txn"), "txn"}:
        raise Unreadable(f"{kind!r} is no kind of document that stands here")
    header: dict[str, Any] = {attribute: meta.get(name) for attribute, name in HEADER_META}
    for name in ("from_", "to"):
        if header[name] is None:
            raise Unreadable(f"the metadata {name.rstrip('_')!r} is missing")
        if not is_day(header[name]):
            raise Unreadable(f"{name.rstrip('_')}: {header[name]!r} is no day")
    if kind in TIME:
        lines = [_spoken(n, v) for n, v in meta.items() if n.startswith("line-")]
    else:
        lines = _posted(block, kind, header)
    try:
        document = Document(key=meta[KEY], kind=kind, date=block.date, lines=tuple(lines), **header)
    except KeyError as error:
        raise Unreadable(f"the metadata {error} is missing") from None
    if kind in TIME and word == "txn":
        hours.check(block, document)
    return project(document, text_length=1 << 30)


def _posted(block: Block, kind: str, header: dict[str, Any]) -> list[Line]:
    """The lines of a posting document, with one more for each other posting of ours that they don't
    come to; fills the header with what its control posting shows."""
    ours, people = _owned(block)
    lines = [_posting_line(posting, kind) for posting in ours[LINE]]
    for posting in ours[CONTROL]:
        header["control"], header["control_ref"] = posting.meta[CONTROL] or None, posting.account
    marked = [posting for postings in ours.values() for posting in postings]
    currencies = {derived.units(posting)[1] for posting in marked}
    if len(currencies) > 1:
        raise Unreadable("the postings of one document are in several currencies")
    if currencies:
        header["currency"] = currencies.pop()
    sign, borne, currency = SIGN[kind], lines if kind in SALES else (), header["currency"]
    taxes = derived.taxes_of(block.meta.get(TAXES))
    taxed = [(posting.meta[TAX], posting) for posting in ours[TAX]]
    missing = -sign * derived.beyond(marked, people, currency)
    return [
        *lines,
        *derived.wrong_taxes(taxed, borne, taxes, sign, currency),
        *derived.wrong_control(ours[CONTROL], header["control"], missing, -sign, currency),
    ]


def _owned(block: Block) -> tuple[dict[str, list[Posting]], list[Posting]]:
    """Our postings by mark, and people's own."""
    ours: dict[str, list[Posting]] = {LINE: [], CONTROL: [], TAX: []}
    people: list[Posting] = []
    for posting in block.postings:
        mark = mark_of(posting.meta)
        if mark == _LOST:
            raise Unreadable(f"it has no {LINE!r} that says which line it is", posting.start)
        (ours[mark[0]] if mark else people).append(posting)
    return ours, people


def _posting_line(posting: Posting, kind: str) -> Line:
    minor, _ = derived.units(posting)
    values = _values({n: v for n, v in posting.meta.items() if n in _LINE_NAMES}, posting.start)
    values |= {"key": posting.meta[LINE], "account_ref": posting.account}
    return Line(**{**values, "amount": SIGN[kind] * minor})


def _spoken(name: str, sentence: str) -> Line:
    """The inverse of :func:`_sentence`."""
    hours, *parts = sentence.split(" | ")
    meta = {"hours": hours}
    for part in parts:
        field, equals, value = part.partition("=")
        if not equals:
            raise Unreadable(f"{name}: {part!r} says no name=value")
        meta[field] = _ESCAPED.sub(r"\1", value) if "\\" in value else value
    if "line" not in meta:
        raise Unreadable(f"{name}: it doesn't say which line it is (line=…)")
    key = meta.pop("line")
    known = {n: v for n, v in meta.items() if n in _SPOKEN_NAMES}
    if len(known) != len(meta):
        raise Unreadable(f"{name}: unknown: {', '.join(sorted(meta.keys() - known.keys()))}")
    return Line(**{**_values(known, 0), "key": key})


def _values(meta: Mapping[str, str], offset: int) -> dict[str, Any]:
    """Metadata of a line → fields of :class:`Line`."""
    values: dict[str, Any] = {}
    for name, text in meta.items():
        if name == "hours":
            values["seconds"] = _seconds(text, offset)
        elif name == "rate":
            try:
                values["rate"] = parse_rate(text.replace(",", ""))
            except ValueError as error:
                raise Unreadable(f"rate: {error}", offset) from None
        elif name == "date" and not is_day(text):
            raise Unreadable(f"date: {text!r} is no day", offset)
        elif name == "billable":
            values["billable"] = text.upper() == "TRUE"
        elif name != LINE:
            values[_ATTRIBUTE[name]] = text
    if "seconds" not in values:
        raise Unreadable("the hours are missing", offset)
    return values


def _seconds(text: str, offset: int) -> int:
    match = _HOURS.fullmatch(text)
    if not match:
        raise Unreadable(f"hours are written H:MM:SS, not {text!r}", offset)
    whole = int(match[2].replace(",", "")) * 3600 + int(match[3]) * 60 + int(match[4])
    return -whole if match[1] else whole


def seconds_of(meta: Mapping[str, str]) -> int | None:
    """The time that a record made by hand states: ``hours: "8:30:00"`` or ``seconds: 30600``."""
    hours, seconds = _HOURS.fullmatch(meta.get("hours", "")), meta.get("seconds", "")
    if hours:
        return _seconds(hours[0], 0)
    return int(seconds) if re.fullmatch(r"-?\d{1,18}", seconds) else None


def finality(block: Block, kind: str) -> str | None:
    """Why a document can no longer be changed: its ``status``, or ``authorised`` by flag ``*``."""
    status = block.meta.get("status")
    if status in _FINAL.get(kind, ()):
        return status
    return "authorised" if kind in DRAFTS and block.flag in _COMPLETE else None


def foreign(block: Block) -> dict[str, Any]:
    """What of our block is the people's: kept on update, never drift."""
    texts = block.texts[1:] if block.word == "custom" else block.texts
    own: dict[str, Any] = {"texts": list(texts), "tags": sorted(block.tags)}
    own["meta"] = {n: v for n, v in block.meta.items() if not is_ours("head", n)}
    own["postings"] = [
        "\n".join(block.lines[p.start : p.end]).strip()
        for p in block.postings
        if not mark_of(p.meta)
    ]
    return {name: value for name, value in own.items() if value}
