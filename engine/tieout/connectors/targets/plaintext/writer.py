"""Writes plain-text books: one batch is one file, replaced as a whole.

Before a batch is written its file is read again, and each change is decided on by itself
(:mod:`decide`): it goes into the new text, is there already, or is refused while the rest goes on.
The accounts that the batch needs are opened and the main file includes it before it is there.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tieout.connectors.ports import Outcome, Status
from tieout.connectors.targets.plaintext import accounts, findings
from tieout.connectors.targets.plaintext.blocks import Segment
from tieout.connectors.targets.plaintext.decide import Decider, Edit
from tieout.connectors.targets.plaintext.files import Changed, Folder, replace
from tieout.connectors.targets.plaintext.layout import ACCOUNTS, OWN, arrange, covers, file_of
from tieout.connectors.targets.plaintext.reader import PlainTextReader
from tieout.domain.change import Change
from tieout.domain.diagnostic import Diagnostic

Checkpoint = Callable[[str], None]


@dataclass
class _Batch:
    """One file's writing: its text, what was decided for each change, the edits that came of it."""

    name: str
    before: str | None
    segments: list[Segment]
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    edits: dict[str, Edit] = field(default_factory=dict)


class PlainTextWriter:
    """A :class:`~tieout.connectors.ports.BookWriter` of a folder of text files.

    ``checkpoint`` is called between every two durable steps, with the step's name.
    """

    def __init__(self, reader: PlainTextReader, checkpoint: Checkpoint | None = None) -> None:
        self.reader = reader
        self.folder: Folder = reader.folder
        self.format = reader.format
        self.checkpoint: Checkpoint = checkpoint or (lambda _: None)

    def batches(self, changes: Sequence[Change]) -> Sequence[tuple[str, Sequence[Change]]]:
        """By file, the files by name; within one in the order given."""
        files: dict[str, list[Change]] = {}
        for change in changes:
            files.setdefault(self._name(change), []).append(change)
        return sorted(files.items())

    def _name(self, change: Change) -> str:
        """The file of ours in which the document stands, people may have renamed it; else the one
        that its key names."""
        held = self.folder.followed(change.remote_id or "", change.document)
        return held or file_of(change.document) + self.format.SUFFIX

    def requests(self, name: str, changes: Sequence[Change]) -> Sequence[str]:
        """The difference that ``write`` would make: accounts, main file, then block by block; a
        change that it would refuse says so."""
        batch = self._prepare(name, changes)
        texts = [
            _difference(self.folder.name(file), before or "", after)
            for file, before, after in self._around(batch)
        ]
        for change in changes:
            edit = batch.edits.get(change.document)
            if edit:
                label = f"{self._file(name)}#{change.document}"
                held = edit.segment.text if edit.segment else ""
                texts.append(_difference(label, held, edit.text or ""))
                continue
            diagnostic = batch.outcomes[change.document].diagnostic
            if diagnostic:
                texts.append(f"refused: {diagnostic.code} {diagnostic.message}\n")
        return [text for text in texts if text]

    def write(self, name: str, changes: Sequence[Change]) -> Sequence[Outcome]:
        """Carries out one batch. Raises ``Refused`` when its file can't be read."""
        batch = self._prepare(name, changes)
        if batch.edits:
            failed = self._carry_out(batch)
            if failed:
                status, diagnostic = failed
                for key in batch.edits:
                    batch.outcomes[key] = Outcome(
                        document=key, status=status, diagnostic=diagnostic
                    )
            else:
                self._read_back(batch)
        return [batch.outcomes[change.document] for change in changes]

    def _prepare(self, name: str, changes: Sequence[Change]) -> _Batch:
        before = self.folder.read(self._path(name))
        batch = _Batch(name, before, self.format.split(before or ""))
        keys = (change.document for change in changes)
        decider = Decider(self.reader, self._file(name), batch.segments, keys)
        for change in changes:
            decided = decider.decide(change)
            if isinstance(decided, Edit):
                batch.edits[change.document] = decided
            else:
                batch.outcomes[change.document] = decided
        return batch

    def _path(self, name: str) -> Path:
        return self.folder.own(name.removesuffix(self.format.SUFFIX))

    def _file(self, name: str) -> str:
        return self.folder.name(self._path(name))

    def _around(self, batch: _Batch) -> list[tuple[Path, str | None, str]]:
        """The accounts and the main file, (path, before, after), where a batch changes them."""
        if not batch.edits:
            return []
        files = [
            (self.folder.own(ACCOUNTS), *self._accounts(batch)),
            (self.folder.main, *self._main(self._path(batch.name))),
        ]
        return [(file, before, after) for file, before, after in files if after is not None]

    def _accounts(self, batch: _Batch) -> tuple[str | None, str | None]:
        """Our accounts file, before and after; (None, None) where nothing is to be done."""
        if self.folder.chart:
            return None, None
        statements = [edit.statement for edit in batch.edits.values() if edit.statement]
        before, after = accounts.declarations(self.folder, accounts.needed(statements))
        return (None, None) if before == after else (before, after)

    def _carry_out(self, batch: _Batch) -> tuple[Status, Diagnostic] | None:
        """Accounts, main file, documents: when the last is there, the books are whole, so that
        nothing is left to do after a crash. None when all is durable."""
        path = self._path(batch.name)
        for file, before, after in [*self._around(batch), (path, batch.before, self._text(batch))]:
            try:
                replace(file, before, after, self.checkpoint)
            except Changed:
                return Status.REFUSED, findings.changed(self.folder.name(file))
            except OSError as error:
                written = self.folder.read(path) != batch.before
                status = Status.UNKNOWN if written else Status.REFUSED
                return status, findings.not_stored(self.folder.name(file), error)
        return None

    def _text(self, batch: _Batch) -> str:
        renewed = {e.segment.line: e.text for e in batch.edits.values() if e.segment}
        new = [
            (e.statement.date, key, e.text)
            for key, e in batch.edits.items()
            if not e.segment and e.statement and e.text
        ]
        newline = "\r\n" if "\r\n" in (batch.before or "") else "\n"
        segments = batch.segments
        if batch.before is None:
            head = self.format.comment(
                "Kept by tieout: it changes the blocks that carry its mark, and nothing else."
            )
            segments = [Segment(f"{head}{self.format.HEAD}\n", 1)]
        return arrange(segments, renewed, new, newline)

    def _main(self, path: Path) -> tuple[str | None, str | None]:
        """The main file, before and after it includes ours; (None, None) where it does already."""
        before = self.folder.read(self.folder.main)
        head = (
            self.format.comment(
                "The books. tieout adds the includes that it needs; the rest of this file is yours."
            )
            + "\n"
        )
        text = head if before is None else before
        included = self.format.includes(text)
        file = self._from_books(path)
        # those of a legal entity lie a folder deeper; a pattern that takes in nothing is an error to hledger
        patterns = (f"{OWN}/*/*{self.format.SUFFIX}", f"{OWN}/*/*/*{self.format.SUFFIX}")
        wanted = {path: next((pattern for pattern in patterns if covers(pattern, file)), file)}
        if not self.folder.chart:
            wanted[self.folder.own(ACCOUNTS)] = f"{OWN}/{ACCOUNTS}{self.format.SUFFIX}"
        lines = [
            self.format.include(pattern)
            for file, pattern in wanted.items()
            if not any(covers(p, self._from_books(file)) for p in included)
        ]
        if not lines:
            return None, None
        gap = "" if text.endswith("\n") or not text else "\n"
        return before, text + gap + "".join(sorted(lines))

    def _from_books(self, path: Path) -> str:
        return path.relative_to(self.folder.path).as_posix()

    def _read_back(self, batch: _Batch) -> None:
        """Reads the written blocks again and says what came of each."""
        records = self.reader.look_up(batch.edits)
        for key, edit in batch.edits.items():
            record = records.get(key)
            held = record.document if record else None
            status = Status.DONE if held == edit.document else Status.DONE_DIFFERS
            batch.outcomes[key] = Outcome(document=key, status=status, record=record)


def _difference(label: str, before: str, after: str) -> str:
    lines = difflib.unified_diff(
        before.splitlines(keepends=True),
        after.splitlines(keepends=True),
        label if before else "/dev/null",
        label if after else "/dev/null",
    )
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
