"""What is to be done with one change, given its file as it is now: an edit, or an outcome."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from tieout.connectors.ports import Outcome, Status
from tieout.connectors.targets.plaintext import accounts, codec, findings
from tieout.connectors.targets.plaintext.blocks import Block, Segment, Statement, Unreadable
from tieout.connectors.targets.plaintext.derived import EXEMPT
from tieout.connectors.targets.plaintext.ledger import imbalance
from tieout.connectors.targets.plaintext.reader import PlainTextReader
from tieout.connectors.targets.plaintext.render import merge, render
from tieout.connectors.targets.plaintext.statement import carry
from tieout.connectors.targets.plaintext.statement import statement as statement_of
from tieout.domain.books import Record
from tieout.domain.change import Change
from tieout.domain.diagnostic import Diagnostic, Position, Severity
from tieout.domain.document import UNBOUND, Document


@dataclass(frozen=True)
class Edit:
    """A block to be written: ``segment`` is replaced by ``text`` (None: taken out); without a
    segment the block is new. ``document`` is what the books hold afterwards."""

    segment: Segment | None
    text: str | None
    document: Document | None
    statement: Statement | None


class Decider:
    """Decides on the changes of one batch, knowing the file and, when asked, all the books."""

    def __init__(
        self,
        reader: PlainTextReader,
        file: str,
        segments: Sequence[Segment],
        keys: Iterable[str],
    ) -> None:
        self.reader = reader
        self.file = file
        self.keys = frozenset(keys)
        self.decimal = segments[0].decimal if segments else "."
        self.segments: dict[str, list[Segment]] = {}
        for segment in segments:
            if segment.key:
                self.segments.setdefault(segment.key, []).append(segment)

    @cached_property
    def elsewhere(self) -> dict[str, Position]:
        """Where documents of the batch stand in other files."""
        return {
            segment.key or "": Position(file, segment.line)
            for file, segment in self.reader.standing(self.keys, beside=self.file)
        }

    @cached_property
    def lock_date(self) -> str | None:
        """The books are closed up to this day, as the files say now."""
        return self.reader.lock_date()

    @cached_property
    def declared(self) -> dict[accounts.Declaration, str]:
        """What the people's files declare."""
        return self.reader.declared()

    def decide(self, change: Change) -> Edit | Outcome:
        """An :class:`Edit`, or what has come of the change without any."""
        found = self.segments.get(change.document, [])
        refusal = self._identity(change, found)
        if refusal:
            return _refused(change, refusal)
        segment = found[0] if found else None
        record, block, problem = (
            self.reader.record(segment, self.file) if segment else (None, None, None)
        )
        before = self._projected(change.before)
        after = self._projected(change.after)
        held = record.document if record else None
        if held == after:
            return Outcome(document=change.document, status=Status.DONE, record=record)
        if held != before or (problem and not block):
            if problem:
                return _refused(change, problem)
            made = findings.taken if change.before is None else findings.drift
            return _refused(
                change, made(change.document, self.file, segment.line if segment else 0)
            )
        refusal = self._frozen(change, record, segment)
        if refusal:
            return _refused(change, refusal)
        if after is None:
            return Edit(segment, None, None, None)
        return self._edit(change, segment, block, after)

    def _projected(self, document: Document | None) -> Document | None:
        return self.reader.codec.project(document) if document else None

    def _identity(self, change: Change, found: Sequence[Segment]) -> Diagnostic | None:
        """Whether what stands under the key is ours, once, and in this file."""
        key = change.document
        for segment in found:
            if not self.reader.is_ours(segment):
                return findings.stranger(key, segment.books, self.file, segment.line)
        other = self.elsewhere.get(key)
        if len(found) > 1:
            return findings.doubled(self.file, found[1], Position(self.file, found[0].line))
        if found and other:
            return findings.doubled(self.file, found[0], other)
        return findings.moved(key, other.file, self.file) if other else None

    def _frozen(
        self, change: Change, record: Record | None, segment: Segment | None
    ) -> Diagnostic | None:
        """Whether the document is final, or one of its dates closed."""
        if record and segment and record.final:
            return findings.final(change.document, record.final, self.file, segment.line)
        lock = self.lock_date
        for document in (change.before, change.after):
            if lock and document and document.kind not in UNBOUND and document.date <= lock:
                return findings.closed(change.document, document.date, lock)
        return None

    def _edit(
        self, change: Change, segment: Segment | None, block: Block | None, after: Document
    ) -> Edit | Outcome:
        refusal = self._incomplete(after)
        if refusal:
            return _refused(change, refusal)
        statement = statement_of(after, self.reader.settings, block)
        chart = self.reader.folder.chart
        if chart:
            name = self.reader.folder.name(chart)
            refusal = accounts.not_open(after.key, statement, name, self.declared)
        if block and segment:
            text = merge(self.reader.format.lines, carry(statement, block), block)
        else:
            text = render(self.reader.format.lines, statement)
        if segment or statement.legs:  # a new block without postings has nothing to balance
            refusal = refusal or self._unbalanced(after.key, text, segment)
        return _refused(change, refusal) if refusal else Edit(segment, text, after, statement)

    def _incomplete(self, document: Document) -> Diagnostic | None:
        """What a journal needs and the document lacks."""
        key, kind = document.key, document.kind
        if kind not in codec.KINDS:
            return findings.not_held(key, kind)
        if kind not in codec.SIGN:
            return None
        if not document.currency:
            return findings.incomplete(key, "it has no currency")
        named = {(line.account or "a line", line.account_ref or "") for line in document.lines}
        if kind in codec.CONTROLLED:
            named.add((document.control or "control", document.control_ref or ""))
        for role, account in sorted(named):
            if not self.reader.format.is_account(account):
                said = f"{role} is mapped to {account!r}, which is no account here"
                return findings.incomplete(key, said if account else f"{role} isn't mapped")
        tax = self.reader.settings.tax
        for code in sorted({line.tax for line in document.lines if line.tax}):
            if kind in codec.SALES and code != EXEMPT and code not in tax:
                return findings.no_tax(key, code)
        return None

    def _unbalanced(self, key: str, text: str, segment: Segment | None) -> Diagnostic | None:
        """Nothing is written that doesn't balance, whatever people added to it."""
        line = segment.line if segment else 0
        try:
            written = self.reader.format.split(text)[0]
            block = self.reader.format.parse(replace(written, decimal=self.decimal))
        except Unreadable as error:
            new = Segment(text, line, key=key)
            return findings.unreadable(self.file, new, error.offset, error.message, Severity.ERROR)
        residual = imbalance(block) if block.word == "txn" else None
        return findings.unbalanced(key, self.file, line, residual) if residual else None


def _refused(change: Change, diagnostic: Diagnostic) -> Outcome:
    why = replace(diagnostic, severity=Severity.ERROR)  # a reading would only have warned of it
    return Outcome(document=change.document, status=Status.REFUSED, diagnostic=why)
