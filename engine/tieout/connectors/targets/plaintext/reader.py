"""Reads plain-text books: our documents wherever they stand, and what else the books hold.

The people's own files are read for four things: ``custom "tieout-lock" 2026-10-31`` closes the
books up to that day (the directive with the newest date counts), a transaction with
``credits: "<document key>"`` is a credit made by hand, and all postings make the balances and the
foreign records.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from tieout.connectors.ports import Capabilities, Once, TargetSettings
from tieout.connectors.targets.plaintext import accounts, codec, findings
from tieout.connectors.targets.plaintext.blocks import (
    Block,
    Format,
    Segment,
    Unreadable,
    is_day,
)
from tieout.connectors.targets.plaintext.files import Folder, Gist, encode
from tieout.connectors.targets.plaintext.layout import file_of
from tieout.connectors.targets.plaintext.ledger import Ledger, imbalance, minor
from tieout.connectors.targets.plaintext.marks import lost
from tieout.connectors.targets.plaintext.statement import books, carried
from tieout.domain.books import Books, Credit, Record
from tieout.domain.diagnostic import Diagnostic, Position, Refused, Severity, ordered
from tieout.domain.document import Document, Kind

LOCK = "tieout-lock"
#: Stands for the date of a document that names no day.
_NO_DAY = "1970-01-01"


@dataclass(frozen=True)
class PlainTextCodec:
    """:func:`codec.project` with the target's text length."""

    text_length: int

    def project(self, document: Document) -> Document:
        return codec.project(document, self.text_length)


def capabilities(resolution: int) -> Capabilities:
    """What plain-text books can do; ``once`` is unique, since a key is looked for in the very file
    that is written."""
    return Capabilities(
        kinds=codec.KINDS,
        once=Once.UNIQUE,
        resolution=resolution,
        batch=100_000,
        drafts=codec.DRAFTS,
        lock_date=True,
    )


@dataclass
class _Capture:
    """What one reading of the books gathers."""

    ledger: Ledger = field(default_factory=Ledger)
    records: dict[str, Record] = field(default_factory=dict)
    places: dict[str, Position] = field(default_factory=dict)
    credits: list[tuple[str, Segment, Block, str]] = field(default_factory=list)
    locks: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[Diagnostic] = field(default_factory=list)
    errors: list[Diagnostic] = field(default_factory=list)


class PlainTextReader:
    """A :class:`~tieout.connectors.ports.BookReader` of a folder of text files."""

    def __init__(
        self, settings: TargetSettings, folder: Folder, format: Format, resolution: int
    ) -> None:
        self.settings = settings
        self.folder = folder
        self.format = format
        self.capabilities = capabilities(resolution)
        self.codec = PlainTextCodec(self.capabilities.text_length)
        self.books = books(settings)
        self._locks = Gist(folder, self._locks_of)
        self._named = Gist(folder, lambda text: frozenset(format.keys(text)))
        self._declared = Gist(folder, lambda text: accounts.anywhere(format, text))

    @property
    def identity(self) -> str:
        """The folder, from the company's: the same on every machine."""
        return f"plaintext:{self.folder.name(self.folder.path)}"

    def read(self) -> Books:
        """Everything the books hold. Raises ``Refused`` when a file or a marker can't be read; what
        can't be read within a block is told in ``diagnostics``."""
        capture = _Capture()
        for path, text in self.folder.ledger(capture.warnings):
            file = self.folder.name(path)
            for segment in self.format.split(text):
                self._take(segment, file, capture)
        if capture.errors:
            raise Refused(ordered(capture.errors))
        return Books(
            target=self.settings.name,
            identity=self.identity,
            records=tuple(capture.records[key] for key in sorted(capture.records)),
            credits=tuple(self._credits(capture)),
            foreign=tuple(capture.ledger.foreign),
            lock_date=max(capture.locks)[1] if capture.locks else None,
            balances=capture.ledger.balances(),
            diagnostics=ordered(capture.warnings),
        )

    def look_up(self, keys: Iterable[str]) -> Mapping[str, Record]:
        """Our records under these keys, in whatever file they stand; one that stands there twice is
        as unclear as it is to :meth:`read`."""
        found: dict[str, Record] = {}
        for file, segment in self.standing(keys):
            record, _, _ = self.record(segment, file)
            key = record.document.key
            found[key] = _twice(found[key]) if key in found else record
        return found

    def standing(self, keys: Iterable[str], beside: str = "") -> Iterator[tuple[str, Segment]]:
        """The blocks of ours under these keys, each with its file, in all files but ``beside``. A
        file where one belongs is read anew, any other where it names one."""
        wanted = frozenset(keys)
        homes = {self.folder.own(file_of(key)) for key in wanted}
        for path, named in self._named.files():
            file = self.folder.name(path)
            if file == beside or (path not in homes and named.isdisjoint(wanted)):
                continue
            for segment in self.format.split(self.folder.read(path) or ""):
                if segment.key in wanted and self.is_ours(segment):
                    yield file, segment

    def lock_date(self) -> str | None:
        """The books are closed up to and including this day; the newest directive says so."""
        newest = max((lock for locks in self._locks.now() for lock in locks), default=None)
        return newest[1] if newest else None

    def declared(self) -> dict[accounts.Declaration, str]:
        """What all files of the books declare, as they say now."""
        return accounts.everywhere(self._declared.now())

    def _locks_of(self, text: str) -> list[tuple[str, str]]:
        segments = self.format.split(text) if LOCK in text else []
        locks = [self._lock(s) for s in segments if s.word == "custom" and LOCK in s.text]
        return [lock for lock in locks if lock]

    def _lock(self, segment: Segment) -> tuple[str, str] | None:
        """(date of the directive, closed through), where the segment is a lock."""
        try:
            block = self.format.parse(segment)
        except Unreadable:
            return None
        return _lock_of(block)

    def is_ours(self, segment: Segment) -> bool:
        """Whether the segment carries a key, and our company's and environment's name."""
        return bool(segment.key) and segment.books == self.books

    def record(self, segment: Segment, file: str) -> tuple[Record, Block | None, Diagnostic | None]:
        """The record that a segment of ours is, and its block. Unreadable, it is one without lines,
        which no document of ours equals, and a diagnostic says why."""
        key, problem = segment.key or "", None
        block, document, error = _understood(
            self.format.parse, segment.text, segment.word or "", segment.date, key, segment.decimal
        )
        if error:
            problem = findings.unreadable(file, segment, error.offset, error.message)
        document = document or _without_lines(key, segment.date)
        return (
            Record(
                document=document,
                remote_id=f"{file}#{key}",
                version=hashlib.sha256(encode(segment.text)).hexdigest(),
                final=codec.finality(block, document.kind) if block else None,
                foreign=codec.foreign(block) if block else {},
            ),
            block,
            problem,
        )

    def _take(self, segment: Segment, file: str, capture: _Capture) -> None:
        if lost(segment, self.books, self.format):
            capture.errors.append(findings.marker(file, segment, self.format.WORDING))
        elif self.is_ours(segment) and segment.key not in capture.records:
            self._take_ours(segment, file, capture)
        elif why := self.format.uncounted(segment):
            capture.warnings.append(self._not_counted(file, segment, 0, why))
        elif segment.word in ("txn", "custom"):
            if self.is_ours(segment) and segment.key:
                self._double(segment.key, file, segment, capture)
            self._take_theirs(segment, file, capture)

    def _take_ours(self, segment: Segment, file: str, capture: _Capture) -> None:
        record, block, problem = self.record(segment, file)
        key = record.document.key
        capture.records[key] = record
        capture.places[key] = Position(file, segment.line)
        if problem:
            capture.warnings.append(problem)
        if not self.folder.followed(record.remote_id, key):
            home = self.folder.home(file_of(key))
            capture.warnings.append(findings.moved(key, file, home))
        if block and block.word == "txn":
            ours = frozenset(p.start for p in block.postings if codec.mark_of(p.meta))
            self._count(segment, block, file, record.remote_id, capture, ours)
            currency = record.document.currency or ""
            account, extra = carried(block, currency)
            if extra:
                capture.ledger.others(block, record.remote_id, account, extra, currency)
            residual = imbalance(block)
            if residual:
                capture.warnings.append(
                    findings.unbalanced(key, file, segment.line, residual, Severity.WARNING)
                )

    def _double(self, key: str, file: str, segment: Segment, capture: _Capture) -> None:
        """A second block of one document. Which of them it is nobody can say: until one is taken
        out the document counts as edited by hand, and nothing ties."""
        capture.warnings.append(findings.doubled(file, segment, capture.places[key]))
        capture.records[key] = _twice(capture.records[key])

    def _take_theirs(self, segment: Segment, file: str, capture: _Capture) -> None:
        name = capture.ledger.name(file, segment)
        try:
            block = self.format.parse(segment)
        except Unreadable as error:
            capture.warnings.append(self._not_counted(file, segment, error.offset, error.message))
            return
        if block.word == "txn":
            self._count(segment, block, file, name, capture)
            if "credits" in block.meta and not segment.key:
                capture.credits.append((file, segment, block, name))
        elif lock := _lock_of(block):
            capture.locks.append(lock)
        elif block.values[:1] == (LOCK,):
            capture.warnings.append(findings.no_day(file, segment, self.format.WORDING.lock))

    def _count(
        self,
        segment: Segment,
        block: Block,
        file: str,
        name: str,
        capture: _Capture,
        ours: frozenset[int] = frozenset(),
    ) -> None:
        """Adds a transaction to the balances, or tells why it can't be."""
        try:
            capture.ledger.add(block, name, ours)
        except Unreadable as error:
            line = block.offset(error.offset)
            capture.warnings.append(self._not_counted(file, segment, line, error.message))

    def _not_counted(self, file: str, segment: Segment, line: int, message: str) -> Diagnostic:
        return findings.not_counted(file, segment, line, message, self.format.WORDING.checker)

    def _credits(self, capture: _Capture) -> Iterable[Credit]:
        for file, segment, block, name in capture.credits:
            key = block.meta["credits"]
            credit = self._credit(block, capture.records.get(key), name)
            if credit:
                yield credit
            else:
                capture.warnings.append(findings.no_credit(file, segment, key))

    def _credit(self, block: Block, credited: Record | None, name: str) -> Credit | None:
        """The posting that reduces the receivable (a credit) or the payable (a debit)."""
        if not credited:
            return None
        document = credited.document
        sign = codec.SIGN.get(document.kind, 0)
        for posting in block.postings:
            if posting.account == document.control_ref and posting.number and posting.currency:
                amount = sign * minor(posting.number, posting.currency)
                if amount > 0:
                    return Credit(
                        credits=document.key,
                        amount=amount,
                        currency=posting.currency,
                        date=block.date,
                        remote_id=name,
                        seconds=codec.seconds_of(block.meta),
                    )
        return None


@lru_cache(maxsize=16_384)
def _understood(
    parse: Callable[[Segment], Block], text: str, word: str, date: str, key: str, decimal: str
) -> tuple[Block | None, Document | None, Unreadable | None]:
    """What a block of ours says: a function of its text, and an apply reads each several times.
    What can't be understood is an error whose offset counts lines of the text."""
    try:
        block = parse(Segment(text, 1, word, date, key, decimal=decimal))
    except Unreadable as error:
        return None, None, error
    try:
        return block, codec.normalise(block), None
    except Unreadable as error:
        return block, None, Unreadable(error.message, block.offset(error.offset))


def _without_lines(key: str, date: str) -> Document:
    """Stands for a block of ours that can't be understood, under the kind that its key names."""
    kind = key.split("/")[1] if key.count("/") else ""
    known = kind if kind in codec.KINDS else Kind.JOURNAL
    return Document.unread(key, known, date if is_day(date) else _NO_DAY)


def _twice(record: Record) -> Record:
    """A record of which two stand in the books: which of them it is nobody can say."""
    document = record.document
    return replace(record, document=_without_lines(document.key, document.date))


def _lock_of(block: Block) -> tuple[str, str] | None:
    """(date of the directive, closed through), where the block is ``custom "tieout-lock" DATE``."""
    if block.word != "custom" or block.values[:1] != (LOCK,):
        return None
    through = block.values[1] if block.values[1:] else ""
    return (block.date, through) if is_day(through) else None
