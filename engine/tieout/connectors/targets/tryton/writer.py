"""Writes Tryton: documents are read, decided on, and sent in as few calls as can carry them.

A call is one transaction of Tryton's. Where it refuses a batch, the batch is halved until the document
that it refuses stands alone, and all others are written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tieout.connectors.ports import Outcome, Status
from tieout.connectors.targets.tryton import codec, findings, marks
from tieout.connectors.targets.tryton.codec import INVOICE, MODELS, MOVE, TIME, Part, Sheet
from tieout.connectors.targets.tryton.names import GENERAL, JOURNALS, Missing
from tieout.connectors.targets.tryton.reader import PARTS, Held, TrytonReader, record_of
from tieout.connectors.targets.tryton.rpc import Said, encoded
from tieout.connectors.wire.failures import Unknown, WireError
from tieout.domain.change import Change
from tieout.domain.diagnostic import Diagnostic
from tieout.domain.document import UNBOUND, Document, Kind


@dataclass
class Edit:
    """One change on its way: what stands there, what will, and what goes over the wire."""

    change: Change
    held: Held | None
    after: Document | None
    values: Mapping[str, Any] | None = None
    unknown: bool = False
    why: Diagnostic | None = None

    @property
    def model(self) -> str:
        return MODELS[self.change.kind]

    @property
    def method(self) -> str:
        if self.after is None:
            return "delete"
        return "write" if self.held else "create"


class TrytonWriter:
    """A :class:`~tieout.connectors.ports.BookWriter` of one Tryton database.

    ``checkpoint`` is called between every two calls that change something.
    """

    def __init__(
        self, reader: TrytonReader, checkpoint: Callable[[str], None] | None = None
    ) -> None:
        self.reader = reader
        self.checkpoint = checkpoint or (lambda _: None)

    def batches(self, changes: Sequence[Change]) -> Sequence[tuple[str, Sequence[Change]]]:
        """By model, in the order given, so many at once as one call carries."""
        models: dict[str, list[Change]] = {}
        for change in changes:
            models.setdefault(MODELS.get(change.kind, change.kind), []).append(change)
        size = self.reader.capabilities.batch
        return [
            (f"{model}/{start // size + 1}", some[start : start + size])
            for model, some in sorted(models.items())
            for start in range(0, len(some), size)
        ]

    def requests(self, name: str, changes: Sequence[Change]) -> Sequence[str]:
        """Method and values of each call that ``write`` would make; what it would refuse says so."""
        told = []
        for done in self._decided(changes):
            if isinstance(done, Outcome):
                if done.diagnostic:
                    told.append(f"refused: {done.diagnostic.code} {done.diagnostic.message}\n")
                continue
            call = {
                "method": f"model.{done.model}.{done.method}",
                "key": done.change.document,
                "record": done.held.remote if done.held else None,
                "values": encoded(done.values) if done.values else None,
            }
            told.append(json.dumps(call, ensure_ascii=False, sort_keys=True) + "\n")
        return told

    def write(self, name: str, changes: Sequence[Change]) -> Sequence[Outcome]:
        """Carries out one batch. Raises ``Refused`` (TO432) when Tryton can't be asked beforehand."""
        outcomes: dict[str, Outcome] = {}
        edits: list[Edit] = []
        for done in self._decided(changes):
            if isinstance(done, Outcome):
                outcomes[done.document] = done
            else:
                edits.append(done)
        for method in ("delete", "write", "create"):
            for model in (TIME, MOVE, INVOICE):
                self._send([edit for edit in edits if (edit.method, edit.model) == (method, model)])
        if edits:
            outcomes |= self._read_back(edits)
        return [outcomes[change.document] for change in changes]

    def _decided(self, changes: Sequence[Change]) -> list[Edit | Outcome]:
        self.reader.names.renew()
        standing: dict[str, list[Held]] = {}
        for held in self.reader.held([change.document for change in changes]):
            standing.setdefault(held.key, []).append(held)
        return [self._decide(change, standing.get(change.document, [])) for change in changes]

    def _decide(self, change: Change, found: Sequence[Held]) -> Edit | Outcome:
        key = change.document
        for held in found:
            if held.books != self.reader.books:
                return _refused(
                    key, findings.not_as_planned(key, held.remote, f"is of {held.books}, not ours")
                )
        if len(found) > 1:
            return _refused(key, findings.doubled(key, [held.remote for held in found]))
        record, why = record_of(found[0]) if found else (None, None)
        before, after = self._projected(change.before), self._projected(change.after)
        now = record.document if record else None
        if now == after:
            return Outcome(document=key, status=Status.DONE, record=record)
        refusal = None
        if record and now != before:
            said = why or "holds something else than the plan saw"
            refusal = findings.not_as_planned(key, record.remote_id, said)
        elif before and not record:
            refusal = findings.not_as_planned(key, "the record", "is gone")
        elif record and record.final:
            refusal = findings.not_as_planned(key, record.remote_id, f"is final: {record.final}")
        else:
            refusal = self._closed(change) or self._unfit(after)
        if refusal:
            return _refused(key, refusal)
        edit = Edit(change, found[0] if found else None, after)
        try:
            edit.values = self._values(edit)
        except Missing as missing:
            return _refused(key, findings.no_such(key, missing.what, missing.name))
        return edit

    def _projected(self, document: Document | None) -> Document | None:
        if document is None or document.kind not in codec.KINDS:
            return document
        return self.reader.codec.project(document)

    def _closed(self, change: Change) -> Diagnostic | None:
        """Whether one of the document's days lies in a period that is closed."""
        for document in (change.before, change.after):
            if document is None or document.kind in UNBOUND:
                continue
            for period in self.reader.names.periods():
                if not period.open and str(period.start) <= document.date <= str(period.end):
                    why = f"lies in a closed period ({document.date})"
                    return findings.not_as_planned(change.document, "it", why)
        return None

    def _unfit(self, after: Document | None) -> Diagnostic | None:
        if after is None:
            return None
        if after.kind not in codec.KINDS:
            return findings.not_held(after.key, f"it has no {after.kind}")
        if after.kind == Kind.TIME_ACTIVITY:
            if len(after.lines) != 1:
                return findings.not_held(after.key, "a timesheet line holds one line")
            if after.seconds < 0:
                return findings.not_held(after.key, "a timesheet line's time can't be negative")
        if after.kind == Kind.JOURNAL:
            kept = self.reader.names.currencies()
            if not after.currency or (kept and after.currency not in kept):
                why = f"moves are in {', '.join(sorted(kept))}, not in {after.currency or 'no currency'}"
                return findings.not_held(after.key, why)
        return None

    def _values(self, edit: Edit) -> Mapping[str, Any] | None:
        """What goes over the wire for the edit; names have become ids. Raises :class:`Missing`."""
        if edit.after is None:
            return None
        sheet, names = codec.sheet(edit.after, self.reader.books), self.reader.names
        values = dict(names.resolved(sheet.values))
        if sheet.model == MOVE:
            values["period"] = names.period(sheet.values["date"])
            values["journal"] = names.id(codec.Ref("account.journal", GENERAL))
        if sheet.model == INVOICE:
            values["invoice_address"] = names.address(values["party"])
            kind = JOURNALS[values["type"]]
            values["journal"] = names.id(codec.Ref("account.journal", kind))
        if sheet.mark:
            standing = edit.held.row["description"] if edit.held else sheet.text
            values["description"] = marks.written(standing or "", sheet.mark)
        elif not edit.held:
            values["description"] = sheet.text
        if sheet.parts:
            values["lines"] = list(self._lines(sheet, edit.held))
        if self.reader.strict:
            values["tieout_key"] = edit.change.document
        return values

    def _lines(self, sheet: Sheet, held: Held | None) -> Iterator[list[Any]]:
        """Lines by key: those that stay are written, new ones created, those that go deleted. People's
        own aren't touched."""
        _, _, name, _ = PARTS[sheet.model]
        standing: dict[str, Mapping[str, Any]] = {}
        gone = []
        for row in held.lines if held else ():
            mark = marks.split(row[name])[1]
            if mark and (key := str(mark.get("line", {}).get("key"))) not in standing:
                standing[key] = row
            elif mark:
                gone.append(row["id"])
        new = []
        for part in sheet.parts:
            stays = standing.pop(part.key, None)
            if stays:
                yield ["write", [stays["id"]], self._part(sheet, part, stays, name)]
            else:
                new.append(self._part(sheet, part, None, name))
        gone += [row["id"] for row in standing.values()]
        if gone:
            yield ["delete", gone]
        if new:
            yield ["create", new]

    def _part(
        self, sheet: Sheet, part: Part, row: Mapping[str, Any] | None, name: str
    ) -> dict[str, Any]:
        values = dict(self.reader.names.resolved(part.values))
        if sheet.model == INVOICE:
            standing = {tax["id"] for tax in row["taxes."]} if row else set()
            wanted = set(values["taxes"])
            values["taxes"] = [
                [act, sorted(some)]
                for act, some in (("remove", standing - wanted), ("add", wanted - standing))
                if some
            ]
            if not row:
                values |= {"type": "line", "description": part.text}
        words = "" if sheet.model == INVOICE else part.text
        values[name] = marks.written(row[name] if row else words, part.mark)
        return values

    def _send(self, edits: list[Edit]) -> None:
        """One call for all of them; refused, half of them at a time, until one stands alone."""
        if not edits:
            return
        method = f"model.{edits[0].model}.{edits[0].method}"
        timestamps = {k: v for e in edits if e.held for k, v in e.held.timestamps.items()}
        try:
            self.reader.rpc.tell(method, *_params(edits), timestamps=timestamps)
        except Unknown:
            for edit in edits:
                edit.unknown = True
        except Said as error:
            if len(edits) == 1:
                edits[0].why = findings.said(edits[0].change.document, str(error))
            else:
                middle = len(edits) // 2
                self._send(edits[:middle])
                self._send(edits[middle:])
            return
        except WireError as error:  # nothing was done, to none of them, and asking again changes nothing
            for edit in edits:
                edit.why = findings.unreachable(str(error))
            return
        self.checkpoint(f"{method}: sent")

    def _read_back(self, edits: Sequence[Edit]) -> dict[str, Outcome]:
        """What came of each, as the books hold it now; nothing of those that nobody answered for."""
        asked = [edit for edit in edits if not edit.unknown]
        records = self.reader.look_up([edit.change.document for edit in asked])
        outcomes = {}
        for edit in edits:
            key = edit.change.document
            record = records.get(key)
            now = record.document if record else None
            if edit.unknown:
                outcomes[key] = Outcome(document=key, status=Status.UNKNOWN)
            elif now == edit.after:
                outcomes[key] = Outcome(document=key, status=Status.DONE, record=record)
            elif edit.why:
                outcomes[key] = _refused(key, edit.why)
            else:
                outcomes[key] = Outcome(document=key, status=Status.DONE_DIFFERS, record=record)
        return outcomes


def _params(edits: Sequence[Edit]) -> list[Any]:
    """``create`` takes all values, ``delete`` all ids, ``write`` ids and values by turns."""
    if edits[0].method == "create":
        return [[edit.values for edit in edits]]
    ids = [edit.held.row["id"] for edit in edits if edit.held]
    if edits[0].method == "delete":
        return [ids]
    return [part for id, edit in zip(ids, edits, strict=True) for part in ([id], edit.values)]


def _refused(key: str, why: Diagnostic) -> Outcome:
    return Outcome(document=key, status=Status.REFUSED, diagnostic=why)
