"""The documents that a test expects: each must be among those that came; others may be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from tieout.config.reader import Map
from tieout.config.scalars import figure, flag, hours, rate
from tieout.domain.document import Document, Line, is_counter
from tieout.domain.money import format_amount, format_rate
from tieout.governance.ruletests.model import Check, Observed, RuleTest
from tieout.governance.ruletests.observe import hours_text

_CURRENCY: Final = "USD"
"""Of documents without money: their amounts are all 0."""


def document_checks(test: RuleTest, node: Any, observed: Observed) -> Iterator[Check]:
    """One check for each document that the test names."""
    for wanted in node:
        found = [d for d in observed.documents if d.kind == wanted["kind"]]
        if flag(wanted.get("absent", "false")):
            met = [d for d in found if not _differences(wanted, d)]
            expected, ok = f"no {_told(wanted)}", not met
            came = "; ".join(d.key for d in met) or "none"
        else:
            expected, ok = _told(wanted), any(not _differences(wanted, d) for d in found)
            came = _told(wanted) if ok else _nearest(wanted, found)
        yield Check(what=f"document {wanted['kind']}", at=test.position(wanted), expected=expected,
                    came=came, ok=ok)  # fmt: skip


def _nearest(wanted: Map, found: Sequence[Document]) -> str:
    """The document that misses least, and what it misses."""
    if not found:
        return "none of this kind"
    best = min(found, key=lambda d: len(_differences(wanted, d)))
    return f"{best.key}: {'; '.join(_differences(wanted, best))}"


def _told(node: Map) -> str:
    """What is asked for, as it was written."""
    parts = [
        f"{key} {_plain(value)}" for key, value in node.items() if key not in ("kind", "absent")
    ]
    return " ".join([str(node["kind"]), *parts])


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_plain(child)}" for key, child in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_plain, value)) + "]"
    return str(value)


def _differences(wanted: Map, document: Document) -> list[str]:
    """What the document lacks of what is asked for, in words."""
    currency = document.currency or _CURRENCY
    told = []
    items: dict[str, Any] = dict(wanted)
    for key, value in items.items():
        if key == "lines":
            told += [f"no line {_plain(line)}" for line in value
                     if not any(_is(line, one, currency) for one in document.lines)]  # fmt: skip
        elif key == "accounts":
            told += _accounts(value, document, currency)
        elif key not in ("kind", "absent"):
            came = _header(key, document, currency)
            if not _same(key, value, came):
                told.append(f"{key} {came}, not {value}")
    return told


def _header(key: str, document: Document, currency: str) -> str:
    if key == "hours":
        return hours_text(document.seconds)
    if key == "amount":
        return format_amount(document.amount, currency)
    return str(getattr(document, key) or "")


def _accounts(wanted: Any, document: Document, currency: str) -> Iterator[str]:
    for name, value in wanted.items():
        lines = [line for line in document.lines if name in (line.account, line.account_ref)]
        came = format_amount(sum(line.amount for line in lines), currency)
        if figure(value) != Decimal(came):
            yield f"{name} {came}, not {value}"


def _is(wanted: Any, line: Line, currency: str) -> bool:
    """Whether a line has all that is asked of it; the counter line only where it is named."""
    if is_counter(line.key) and not {"key", "account"} & wanted.keys():
        return False
    return all(
        _same(key, value, _value(key, value, line, currency)) for key, value in wanted.items()
    )


def _value(key: str, wanted: str, line: Line, currency: str) -> str:
    if key == "hours":
        return hours_text(line.seconds)
    if key == "amount":
        return format_amount(line.amount, currency)
    if key == "rate":
        return "" if line.rate is None else format_rate(line.rate)
    if key == "account" and wanted == line.account_ref:
        return str(wanted)
    return str(getattr(line, "class_" if key == "class" else key) or "")


_COMPARED: Final[dict[str, Callable[[str], Any]]] = {"hours": hours, "amount": figure, "rate": rate}


def _same(key: str, wanted: str, came: str) -> bool:
    """By value where the key has figures, else by text."""
    read = _COMPARED.get(key)
    if read is None:
        return str(wanted) == came
    return bool(came) and read(wanted) == read(came)
