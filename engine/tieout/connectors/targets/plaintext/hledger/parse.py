"""hledger's journal format → segments → blocks, line by line.

A transaction begins at a date in the first column and ends before the first blank or unindented
line. Comment lines carry metadata: ``; name: value``, before the first posting the transaction's,
behind one that posting's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from tieout.connectors.targets.plaintext.blocks import (
    Block,
    Posting,
    Segment,
    Unreadable,
    is_day,
    is_text,
)
from tieout.connectors.targets.plaintext.codec import MARKS, TIME, is_ours, mark_of
from tieout.connectors.targets.plaintext.hledger import amounts
from tieout.connectors.targets.plaintext.hledger.syntax import (
    ACCOUNT,
    DATE,
    STATUS,
    SYMBOL,
    iso,
    read,
)

_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_DATED = re.compile(rf"\ufeff?({DATE})(?=[\s=!*(;]|$)")
_LOCK = re.compile(r"\ufeff?[;#*]+[ \t]*tieout-lock:[ \t]*(\S*)")
_WORD = re.compile(r"\ufeff?([A-Za-z][A-Za-z-]*|[=~])")
_YEAR = re.compile(r"\ufeff?(?:Y|year|apply year)[ \t]*(\d{4})")
_MARK = re.compile(r"^\ufeff?decimal-mark[ \t]+([.,])", re.MULTILINE)
_FORMATS = re.compile(r"^(?:commodity|D)[ \t]+([^\n;]*)|^[ \t]+format[ \t]+([^\n;]*)", re.MULTILINE)
_OURS = re.compile(r"[ \t]+;[ \t]*(tieout|tieout-books):[ \t]*(.*)")
_HEAD = re.compile(
    rf"\ufeff?{DATE}(?:={DATE})?[ \t]*({STATUS})?[ \t]*(?:\(([^)]*)\))?[ \t]*([^;]*)(?:;(.*))?"
)
_OWN_TAG = re.compile(r"[ \t]*([a-z][a-z0-9-]*):(.*)")
_TAG = re.compile(r"(?:^|\s)([^\s:,]+):([^,]*)")
POSTING = re.compile(
    rf"([ \t]+(?:{STATUS}[ \t]*)?)({ACCOUNT})(?:(?:[ ]{{2,}}|[ ]*\t)[ \t]*([^;=@{{]*))?(.*)"
)
_COST = re.compile(r"\{[^}]*\}\}?|\[[^\]]*\]|\([^)]*\)")
#: A directive's name → the word by which every format calls it.
_CALLED = {"account": "open"}


def split(text: str) -> list[Segment]:
    """The segments of a file, in order; together they are the text, byte for byte."""
    mark, year = _mark_of(text), ""
    segments: list[Segment] = []
    current: Segment | None = None
    parts: list[str] = []
    skipping = False
    for at, line in enumerate(_LINES.findall(text), 1):
        if skipping:  # between 'comment' and 'end comment'
            parts.append(line)
            skipping = line.strip() != "end comment"
            continue
        if found := _YEAR.match(line):
            year = found[1]
        skipping = line.strip() == "comment" and line[0] == "c"
        start = None if skipping else _start(line, year)
        indented = line[0] in " \t" and not line.isspace()
        if start or current is None or (current.word and not indented):
            if current:
                current.text = "".join(parts)
            parts = []
            word, date = start or (None, "")
            current = Segment("", at, word, date, decimal=mark)
            segments.append(current)
        parts.append(line)
        if indented and current.word == "txn" and "tieout" in line:
            _note(current, line)
    if current:
        current.text = "".join(parts)
    return segments


def _mark_of(text: str) -> str:
    """The file's decimal mark: what it says, or what all its commodities' formats have."""
    said = _MARK.search(text)
    if said:
        return said[1]
    formats = (found[1] or found[2] or "" for found in _FORMATS.finditer(text))
    marks = {mark for mark in map(amounts.mark_of_format, formats) if mark}
    return marks.pop() if len(marks) == 1 else ""


def _start(line: str, year: str) -> tuple[str, str] | None:
    """(word, date) where the line begins a directive."""
    if dated := _DATED.match(line):
        return "txn", iso(dated[1], year)
    if lock := _LOCK.match(line):
        return "custom", lock[1] if is_day(lock[1]) else ""
    word = _WORD.match(line)
    return (_CALLED.get(word[1], word[1]), "") if word else None


def _note(segment: Segment, line: str) -> None:
    """Notes our markers, those of the head alone: they stand before any posting's."""
    match = _OURS.match(line)
    if not match:
        return
    value = read(match[2]) if is_text(match[2]) else ""
    segment.note(match[1], value)


def parse(segment: Segment) -> Block:
    """Understands a directive. Raises :class:`Unreadable` with the line that can't be read."""
    if not is_text(segment.text):
        raise Unreadable("the text isn't UTF-8")
    lines = segment.text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    block = Block(segment.date, segment.word or "", lines=lines)
    if segment.word == "txn":
        _transaction(block, segment)
    elif segment.word == "custom":
        block.values = tuple(lines[0].lstrip("\ufeff;#* \t").replace(":", " ", 1).split()[:2])
    else:
        rest = lines[0].partition(";")[0].split(None, 1)[1:]
        block.values = (_symbol(rest[0]),) if segment.word == "commodity" and rest else tuple(rest)
        block.values = tuple(value.strip() for value in block.values)
    return block


def _symbol(text: str) -> str:
    """The commodity of ``1000.00 USD``, ``$1,000.00``, ``USD``."""
    found = re.search(SYMBOL, text)
    return found[0].strip('"') if found else text


def _transaction(block: Block, segment: Segment) -> None:
    head = _HEAD.fullmatch(block.lines[0].rstrip())
    if not head or not is_day(segment.date):
        raise Unreadable(f"{segment.date or block.lines[0].split()[0]} is no day")
    flag, code, description, comment = head.groups()
    payee, bar, note = description.strip().partition("|")
    block.flag = flag
    block.texts = tuple(t.strip() for t in (payee, note) if t.strip()) if bar or payee else ()
    if code in TIME.values():
        block.word, block.texts = "custom", (code, *block.texts)
    ours = segment.key is not None
    meta = block.meta
    for name, value in _tags(comment or "", ours):
        meta.setdefault(name, value)
    for index in range(1, len(block.lines)):
        line = block.lines[index]
        text = line.lstrip()
        if text.startswith(";"):
            for name, value in _tags(text[1:], ours):
                if ours and name in meta and _is_own(name, block):
                    raise Unreadable(f"the metadata {name!r} stands there twice", index)
                meta.setdefault(name, value)
                if not block.postings:
                    block.sources.setdefault(name, index)
        else:
            block.postings.append(_posting(line, index, segment.decimal))
            meta = block.postings[-1].meta
            for name, value in _tags(line.partition(";")[2], ours):
                meta.setdefault(name, value)
        if block.postings:
            block.postings[-1].end = index + 1


def _is_own(name: str, block: Block) -> bool:
    """Whether the metadata is ours, of the head or of the posting at which the block has arrived."""
    if not block.postings:
        return is_ours("head", name)
    mark = mark_of({**block.postings[-1].meta, name: ""})
    return mark is not None and is_ours(mark[0], name)


def _tags(comment: str, ours: bool) -> Iterator[tuple[str, str]]:
    """The tags of a comment: by hledger's rules, but of a block of ours what begins with a name of
    ours is a value to the end of the line."""
    own = _OWN_TAG.fullmatch(comment)
    if ours and own and any(is_ours(part, own[1]) for part in ("head", *MARKS)):
        yield own[1], read(own[2])
    else:
        for part in _TAG.finditer(comment):
            yield part[1], part[2].strip()


def _posting(line: str, index: int, mark: str) -> Posting:
    match = POSTING.fullmatch(line.rstrip())
    if not match:
        raise Unreadable("this line is neither a posting nor a comment", index)
    _, account, units, rest = match.groups()
    tail = _COST.sub(" ", rest.partition(";")[0])
    price, assertion, _ = tail.partition("=")
    virtual = account[0] == "(" and account[-1] == ")"
    if account[0] + account[-1] in ("()", "[]"):
        account = account[1:-1]
    if not (units or "").strip():
        if assertion or virtual:
            raise Unreadable("an amount that follows from a balance isn't computed", index)
        return Posting(account, None, None, None, index)
    try:
        value, currency = amounts.amount(units, mark)
        weight = _weight(value, currency, price.strip(), mark)
    except ValueError as error:
        raise Unreadable(str(error), index) from None
    return Posting(account, value, currency, (Decimal(0), currency) if virtual else weight, index)


def _weight(units: Decimal, currency: str, price: str, mark: str) -> tuple[Decimal, str]:
    """What a posting weighs: its price, each (``@``) or in total (``@@``), else itself."""
    if not price:
        return units, currency
    if not price.startswith("@"):
        raise ValueError(f"{price!r} is no price")
    each = amounts.amount(price.lstrip("@"), mark)
    value = each[0].copy_sign(units) if price.startswith("@@") else units * each[0]
    return value, each[1]
