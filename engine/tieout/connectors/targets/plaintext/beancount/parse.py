"""Beancount text → segments → blocks, line by line.

A directive begins at a date (or at ``include``, ``option`` …) in the first column and ends before
the first blank or unindented line; a string may run over several lines. That is all of the grammar
that cutting a file needs; what we don't understand stays text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from tieout.connectors.targets.plaintext.beancount.syntax import (
    ACCOUNT,
    CURRENCY,
    DATE,
    FLAG,
    STRING,
    iso,
    number,
    unquote,
)
from tieout.connectors.targets.plaintext.blocks import (
    Block,
    Posting,
    Segment,
    Unreadable,
    is_day,
    is_text,
)

_STRING = re.compile(STRING, re.DOTALL)
_FLAG = re.compile(FLAG)
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_START = re.compile(
    rf"\ufeff?(?:({DATE})[ \t]+([^\s\"]+)|(include|option|plugin|push\w+|pop\w+)\b)"
)
_QUOTES = re.compile(rf"{STRING}|;.*", re.DOTALL)
_CLOSE = re.compile(r'(?:[^"\\]|\\.)*"', re.DOTALL)
_OURS = re.compile(rf"[ \t]+(tieout|tieout-books):[ \t]*({STRING})?")
_TOKENS = re.compile(rf"({STRING})|;.*|([^\s\";]+)", re.DOTALL)
_META = re.compile(r"[ \t]+([a-z][A-Za-z0-9_\-]*):(?!:)[ \t]*(.*)", re.DOTALL)
_SIMPLE = re.compile(rf"[ \t]+({ACCOUNT})[ \t]+(-?\d[\d,]*(?:\.\d*)?)[ \t]+({CURRENCY})[ \t]*")
POSTING = re.compile(
    rf"([ \t]+(?:{FLAG}[ \t]+)?)({ACCOUNT})"
    rf"(?:([ \t]+)([-+*/().\d, \t]*[\d.)])?[ \t]*({CURRENCY})?)?[ \t]*((?:[{{@;].*)?)",
    re.DOTALL,
)
_TAIL = re.compile(r"(\{\{?[^}]*\}\}?)?\s*(?:(@@?)\s*([^;]*))?\s*(?:;.*)?", re.DOTALL)
_AMOUNT = re.compile(rf"\s*([-+*/().\d, \t]*[\d.)])?\s*({CURRENCY})?\s*")


def split(text: str) -> list[Segment]:
    """The segments of a file, in order; together they are the text, byte for byte."""
    segments: list[Segment] = []
    current: Segment | None = None
    parts: list[str] = []
    inside = False

    def close() -> None:
        nonlocal current
        if current:
            current.text = "".join(parts)
        parts.clear()
        current = None

    for at, line in enumerate(_LINES.findall(text), 1):
        start = _START.match(line)
        if inside and not start:  # a date in the first column ends a string that was never closed
            parts.append(line)
            inside = _inside(line, True)
            continue
        indented = line[0] in " \t" and not line.isspace()
        if start or current is None or (current.word and not indented):
            close()
            current = _segment(start, at)
            segments.append(current)
        parts.append(line)
        inside = bool(current.word) and '"' in line and _inside(line, False)
        if indented and "tieout" in line and current.word:
            _mark(current, line)
    close()
    return segments


def _segment(start: re.Match[str] | None, line: int) -> Segment:
    if not start:
        return Segment("", line)
    if not start[1]:
        return Segment("", line, start[3])
    word = "txn" if _FLAG.fullmatch(start[2]) else start[2]
    return Segment("", line, word, iso(start[1]))


def _mark(segment: Segment, line: str) -> None:
    """Notes our markers, those of the header alone: they stand before any posting's."""
    match = _OURS.match(line)
    if not match:
        return
    value = unquote(match[2]) if match[2] and is_text(match[2]) else ""
    segment.note(match[1], value)


def _inside(line: str, inside: bool) -> bool:
    """Whether a string is open at the end of a line, given whether one was at its beginning."""
    if inside:
        close = _CLOSE.match(line)
        if not close:
            return True
        line = line[close.end() :]
    if "\\" not in line and line.count('"') % 2 == 0:
        return False
    return '"' in _QUOTES.sub("", line)


def parse(segment: Segment) -> Block:
    """Understands a directive. Raises :class:`Unreadable` with the line that can't be read."""
    if not is_text(segment.text):
        raise Unreadable("the text isn't UTF-8")
    if segment.date and not is_day(segment.date):
        raise Unreadable(f"{segment.date} is no day")
    lines = list(_logical(segment.text))
    block = Block(segment.date, segment.word or "", lines=lines)
    _head(block, lines[0])
    offset = lines[0].count("\n") + 1
    meta = block.meta
    for index in range(1, len(lines)):
        line = lines[index]
        first = line.lstrip()[:1]
        if first == ";":
            pass
        elif match := _META.fullmatch(line):
            if match[1] in meta:
                raise Unreadable(f"the metadata {match[1]!r} stands there twice", offset)
            meta[match[1]] = _value(match[2], offset)
            if not block.postings:
                block.sources[match[1]] = index
        elif block.word == "txn" and first in "#^":
            block.tags += tuple(line.split())
        elif block.word == "txn":
            block.postings.append(_posting(line, index, offset))
            meta = block.postings[-1].meta
        else:
            raise Unreadable("this line is no metadata", offset)
        if block.postings:
            block.postings[-1].end = index + 1
        offset += line.count("\n") + 1
    return block


def _logical(text: str) -> Iterator[str]:
    """The lines of a block without line ends; one with a string over several lines is one."""
    held, began = "", 0
    for at, line in enumerate(text.replace("\r\n", "\n").removesuffix("\n").split("\n")):
        began = began if held else at
        held = f"{held}\n{line}" if held else line
        if '"' not in held or not _inside(held, False):
            yield held
            held = ""
    if held:
        raise Unreadable("a quotation mark is missing", began)


def _head(block: Block, line: str) -> None:
    texts, values = [], []
    for match in _TOKENS.finditer(line):
        if match[1]:
            texts.append(unquote(match[1]))
            values.append(texts[-1])
        elif match[2]:
            values.append(match[2])
    dated = 2 if block.date else 1  # the date and the word, or the word alone
    block.flag = values[1] if block.word == "txn" else None
    block.texts = tuple(texts)
    block.values = tuple(values[dated:])
    block.tags = tuple(v for v in block.values if v[:1] in "#^" and v not in texts)


def _value(raw: str, offset: int) -> str:
    """A metadata value as text: a string's text, anything else as it is written."""
    if raw.startswith('"'):
        if raw.endswith('"') and "\\" not in raw and raw.count('"') == 2:
            return raw[1:-1]
        match = _STRING.match(raw)
        if not match or raw[match.end() :].strip()[:1] not in ("", ";"):
            raise Unreadable("the text in quotation marks doesn't end where the line does", offset)
        return unquote(match[0])
    return raw.partition(";")[0].strip()


def _posting(line: str, index: int, offset: int) -> Posting:
    simple = _SIMPLE.fullmatch(line)
    if simple:
        value = Decimal(simple[2].replace(",", ""))
        return Posting(simple[1], value, simple[3], (value, simple[3]), index)
    match = POSTING.fullmatch(line)
    if not match:
        raise Unreadable("this line is neither a posting nor metadata", offset)
    _, account, _, expression, currency, rest = match.groups()
    try:
        value_ = number(expression.strip()) if expression else None
        weight = _weight(value_, currency, rest)
    except ValueError as error:
        raise Unreadable(str(error), offset) from None
    if value_ is not None and currency is None:
        raise Unreadable("the amount has no currency", offset)
    return Posting(account, value_, currency, weight, index)


def _weight(units: Decimal | None, currency: str | None, rest: str) -> tuple[Decimal, str] | None:
    """What a posting weighs: its cost, else its price, else itself; None where it isn't written."""
    if units is None or currency is None:
        return None
    match = _TAIL.fullmatch(rest)
    if not match:
        raise ValueError(f"{rest.strip()!r} is neither a cost nor a price")
    cost, sign, price = match.groups()
    if cost:
        return _cost(units, cost)
    if not sign:
        return units, currency
    amount = _amount(price)
    if amount is None:
        return None
    value = amount[0].copy_sign(units) if sign == "@@" else units * amount[0]
    return value, amount[1]


def _cost(units: Decimal, text: str) -> tuple[Decimal, str] | None:
    """``{100 USD}`` each, ``{{100 USD}}`` in total, ``{100 # 5 USD}`` each plus in total."""
    total = text.startswith("{{")
    for part in re.sub(STRING, "", text.strip("{}")).split(","):
        each, plus, more = part.partition("#")
        amount = _amount(more if plus else each)
        if amount is None:
            continue
        value, currency = amount
        if plus:
            base = number(each.strip()) if each.strip() else Decimal(0)
            return units * base + value.copy_sign(units), currency
        return (value.copy_sign(units) if total else units * value), currency
    return None


def _amount(text: str) -> tuple[Decimal, str] | None:
    match = _AMOUNT.fullmatch(text)
    if not match or not match[1] or not match[2]:
        return None
    return number(match[1].strip()), match[2]
