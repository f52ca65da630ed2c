"""What somebody edited in a document of the books: each field, with ours and theirs, for people.

Figures of pay and cost are left out, since everybody is told this: that an amount was edited, but
not what it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tieout.domain.document import (
    COUNTER,
    HEADER_FIELDS,
    LINE_FIELDS,
    Document,
    Kind,
    Line,
    is_counter,
)
from tieout.domain.money import format_amount, format_rate, format_seconds

#: How many edits of one document are told in a sentence; the rest is counted.
SHOWN = 3
#: How much of a text is told of a value.
_LONGEST = 60

_SALES = frozenset({Kind.INVOICE, Kind.CREDIT_NOTE, Kind.WORKSHEET})
#: What people call a field that isn't metadata of the same name.
_CALLED = {
    "account": "account role",
    "account_ref": "account",
    "control": "role of the control account",
    "control_ref": "control account",
    "seconds": "hours",
}
_MONEY = frozenset({"amount", "rate"})
#: Tax codes of lines that add nothing to the receivable.
_UNTAXED = frozenset({None, "exempt"})
_CONTROL, _TAX = f"{COUNTER}control", f"{COUNTER}tax/"


def told(ours: Document | None, theirs: Document | None) -> str:
    """The edits in a sentence: ``Website · Ana: rate 100.00 → 99.00; date …; and 2 more``."""
    found = list(edits(ours, theirs)) if ours and theirs else []
    more = [f"and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
    return "; ".join([*found[:SHOWN], *more])


def edits(ours: Document, theirs: Document) -> Iterator[str]:
    """A text for each field, line or posting in which the books differ from what we wrote."""
    if theirs.blank:
        yield "its block can't be read, or stands there twice"
        return
    if theirs.kind != ours.kind:  # all else reads otherwise then, and might tell what is paid
        yield f"kind {ours.kind} → {theirs.kind}"
        return
    yield from _differing(HEADER_FIELDS, ours.as_json(), theirs.as_json(), theirs)
    wrote, held = _by_key(ours), _by_key(theirs)
    touched = [key for key in sorted({*wrote, *held}) if wrote.get(key) != held.get(key)]
    own = [key for key in touched if not _follows(theirs, key)]
    for key in own:
        yield from _line(theirs, wrote.get(key, []), held.get(key, []))
    moved = {line.tax for key in own for line in (*wrote.get(key, ()), *held.get(key, ()))}
    for key in touched:
        if key not in own and held.get(key):
            yield from _posting(ours, theirs, held[key][0], moved)


def _follows(document: Document, key: str) -> bool:
    """Whether it is no line of ours, but says that a posting isn't what the lines come to."""
    return is_counter(key) and document.kind != Kind.JOURNAL


def _by_key(document: Document) -> dict[str, list[Line]]:
    """The lines; one that somebody copied stands there twice."""
    found: dict[str, list[Line]] = {}
    for line in document.lines:
        found.setdefault(line.key, []).append(line)
    return found


def _line(document: Document, ours: list[Line], theirs: list[Line]) -> Iterator[str]:
    name = _name(document, (ours or theirs)[0])
    if not theirs:
        yield f"{name} taken out"
    elif not ours:
        yield f"{name} added"
    elif len(theirs) > 1:
        yield f"{name} stands there {len(theirs)} times"
    else:
        names = LINE_FIELDS[document.kind]
        nothing = dict.fromkeys(names)  # a field that only some lines have isn't in their JSON
        old, new = (nothing | line[0].as_json(document.kind) for line in (ours, theirs))
        yield from (f"{name}: {said}" for said in _differing(names, old, new, document))


def _posting(
    ours: Document, theirs: Document, line: Line, moved: Iterable[str | None]
) -> Iterator[str]:
    """What is wrong with the posting that a further line stands for; nothing where it is as we
    wrote it, and only the lines were edited."""
    tax = line.key.removeprefix(_TAX)
    if line.key == _CONTROL and theirs.amount != ours.amount and not {*moved} - _UNTAXED:
        name = theirs.control or "control account"
    elif line.key != _CONTROL and tax not in moved:
        name = f"tax {tax}"
    else:
        return
    yield line.text or f"{name} edited"  # only sales have texts


def _name(document: Document, line: Line) -> str:
    """What a person calls the line. Its key may carry a rate, which isn't told of pay."""
    ids = (line.date, line.project, line.service, line.hour_kind, line.pay_class, line.worker)
    words = " · ".join(word for word in (line.account, *ids) if word)
    return line.text or words or ("a line" if document.kind not in _SALES else line.key)


def _differing(
    names: Iterable[str], ours: Mapping[str, Any], theirs: Mapping[str, Any], document: Document
) -> Iterator[str]:
    for name in names:
        old, new = ours.get(name), theirs.get(name)  # `fx` is left out where nothing was converted
        if old == new:
            continue
        shown = _CALLED.get(name, name.replace("_", "-"))
        if name in _MONEY and document.kind not in _SALES:
            yield f"{shown} edited"
        else:
            yield f"{shown} {_value(name, old, document)} → {_value(name, new, document)}"


def _value(name: str, value: Any, document: Document) -> str:
    if value is None:
        return "nothing"
    if name == "amount":
        return format_amount(value, document.currency or "", grouped=True)
    if name == "rate":
        return format_rate(value)
    if name == "seconds":
        return format_seconds(value)
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
