"""What a plain-text journal is made of, whatever its format: segments, blocks, statements.

Reading goes *file → segments → blocks*: a :class:`Segment` is a run of the file's own bytes (one
directive, or what stands between two), so that a file is always the sum of its segments; a
:class:`Block` is a directive understood. Writing goes the other way: a :class:`Statement` is what a
document has to say, and a :class:`Format` turns it into text, or merges it into a block that people
have edited.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol


class Unreadable(Exception):
    """A block can't be understood. ``offset`` counts lines from the block's first (0): of its text
    where it can't be parsed, logical ones (:attr:`Block.lines`) where it can."""

    def __init__(self, message: str, offset: int = 0) -> None:
        self.message = message
        self.offset = offset
        super().__init__(message)


def is_day(text: str) -> bool:
    """Whether it is a day of the calendar, written ``2026-11-30``."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


@dataclass(slots=True)
class Segment:
    """A run of a file, byte for byte. ``line`` counts from 1.

    ``word`` is the directive (``txn``, ``custom``, ``open`` …), None for comments and blank lines.
    ``key`` and ``books`` are our markers where the text carries them; ``key`` is ``""`` where the
    marker is there and can't be read. ``decimal`` is the file's decimal mark, where a format has both.
    """

    text: str
    line: int
    word: str | None = None
    date: str = ""
    key: str | None = None
    books: str | None = None
    decimal: str = ""

    def note(self, name: str, value: str) -> None:
        """Keeps a marker of ours; of several of a name the first counts."""
        if name == "tieout" and self.key is None:
            self.key = value
        elif name == "tieout-books" and self.books is None:
            self.books = value


def is_text(text: str) -> bool:
    """Whether the file's bytes were UTF-8 here; others are carried as lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@dataclass(slots=True)
class Posting:
    """One posting. ``number`` is None where the text leaves it to be balanced.

    ``weight`` is what it weighs in the balance (cost or price considered), None where only booking
    against a lot would tell. ``start`` and ``end`` are its lines in :attr:`Block.lines`.
    """

    account: str
    number: Decimal | None
    currency: str | None
    weight: tuple[Decimal, str] | None
    start: int
    end: int = 0
    meta: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Block:
    """A directive understood. ``lines`` are its logical lines (a string may run over several).

    ``texts`` are the strings of its head, ``values`` all tokens after date and word; ``sources``
    gives the line (an index of ``lines``) on which each metadata of the head stands.
    """

    date: str
    word: str
    flag: str | None = None
    texts: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    meta: dict[str, str] = field(default_factory=dict)
    sources: dict[str, int] = field(default_factory=dict)
    postings: list[Posting] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def offset(self, index: int) -> int:
        """How many lines of the text stand before the logical line ``index``."""
        return sum(line.count("\n") + 1 for line in self.lines[:index])


@dataclass(frozen=True, slots=True)
class Leg:
    """A posting that tieout writes: ``mark`` is the metadata that makes it ours and names it.

    ``amount`` is in minor units of the statement's currency, debits positive.
    """

    mark: tuple[str, str]
    account: str
    amount: int
    meta: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Statement:
    """What a document says in a journal: the head, metadata, and its legs where it posts.

    ``word`` is ``txn`` or the type of a ``custom`` directive. Payee and narration are for people:
    written once, theirs from then on.
    """

    date: str
    word: str
    flag: str
    payee: str | None
    narration: str
    currency: str | None
    meta: Mapping[str, str]
    legs: tuple[Leg, ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """What messages say of a format: how the ``key`` and a ``lock`` are written, what makes a ``block``,
    and which program (``checker``) tells more."""

    key: str
    block: str
    lock: str
    checker: str


class Lines(Protocol):
    """How a format writes the lines of a transaction, and takes those that stand apart."""

    INDENT: str

    def head(self, statement: Statement) -> str:
        """The first line of a new block."""
        ...

    def renewed_head(self, statement: Statement, block: Block) -> str:
        """The block's first line with the statement's date and type; the rest stays."""
        ...

    def meta(self, name: str, value: str, indent: str) -> str:
        """A line of metadata."""
        ...

    def name_of(self, line: str) -> str | None:
        """The name of the metadata that a line holds."""
        ...

    def renewed_meta(self, line: str, name: str, value: str) -> str:
        """A line of metadata with another value; what people wrote behind it stays."""
        ...

    def around(self, line: str) -> tuple[str, str]:
        """What stands before the account and after the amount of a posting."""
        ...

    def is_comment(self, line: str) -> bool:
        """Whether the line is a comment, and no metadata."""
        ...


class Format(Protocol):
    """A journal format: Beancount and hledger, each a package beside this module.

    ``DECLARING``: a text without these words declares nothing. ``HEAD``: what our files begin with,
    behind their comment. ``META`` (a pattern) begins a line of metadata, ``TYPED`` the head of a
    block that posts nothing, of one of the ``types``.
    """

    SUFFIX: str
    SUFFIXES: tuple[str, ...]
    DECLARING: tuple[str, ...]
    HEAD: str
    META: str
    TYPED: str
    WORDING: Wording
    lines: Lines

    def split(self, text: str) -> list[Segment]:
        """The segments of a file; ``"".join(s.text for s in split(text)) == text``."""
        ...

    def parse(self, segment: Segment) -> Block:
        """Understands a directive. Raises :class:`Unreadable`."""
        ...

    def uncounted(self, segment: Segment) -> str | None:
        """Why a directive changes balances in a way that its text alone doesn't tell."""
        ...

    def is_account(self, name: str) -> bool:
        """Whether the format can hold an account of this name."""
        ...

    def comment(self, text: str) -> str:
        """A comment line."""
        ...

    def declare(self, word: str, name: str) -> str:
        """The line that opens an account (``open``) or declares a currency (``commodity``)."""
        ...

    def is_declaration(self, line: str) -> bool:
        """Whether a line declares an account or a currency."""
        ...

    def include(self, pattern: str) -> str:
        """The line that includes the files of a pattern, relative to the including file."""
        ...

    def keys(self, text: str) -> Iterable[str]:
        """What may be the keys of our documents in a file, without a closer look."""
        ...

    def includes(self, text: str) -> list[str]:
        """The patterns of the files that a file includes."""
        ...
