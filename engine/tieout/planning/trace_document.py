"""One document: its lines with their entries and rows, the books, what we wrote, what is next."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from tieout.domain.diagnostic import Diagnostic, Refused
from tieout.domain.document import Document, Kind, Line
from tieout.domain.key import base_key
from tieout.pipeline.lineage import LineClaim
from tieout.planning.envelope import locate
from tieout.planning.references import References
from tieout.planning.told import Told
from tieout.planning.trace import DocumentTrace, Held, LineTrace, Part, Rate, Value, Written

#: The line of a journal to which the policy `overhead` books what overtime costs more.
PREMIUM = "overhead_premium/-"
#: The purpose whose rounding the seconds of a document's lines carry.
_ROUNDED = {Kind.TIMESHEET: "pay", Kind.JOURNAL: "pay", Kind.BILL: "pay", Kind.INVOICE: "billing"}


def trace_document(told: Told, base: str) -> DocumentTrace:
    """Everything about the chain of the document ``base``, which one of the three states holds.

    Raises ``Refused`` (TO506) where retention removed what we wrote, and nothing else is left.
    """
    books = _books(told, base)
    written, last = _written(told, base)
    desired = told.desired(base)
    document = desired or (books[-1].document if books else None) or last
    if document is None:
        raise Refused([_removed(base)])
    target = told.target(base)
    claims = told.lineage.lines_of_document(base) if desired else []
    old = {} if desired else _old_entries(told, target, base)
    places = told.places("entries", {*(c.entry for c in claims), *old})
    parts = _parts(claims, places)
    references = References(told.provenance, document, target)
    values = references.header()
    lines = tuple(
        _line(told, references, line, parts.get(line.key, ()))
        for line in sorted(document.lines, key=lambda line: line.key)
    )
    rows = [v.row for v in (*values, *(v for line in lines for v in line.values)) if v.row]
    changes = told.changes(base)
    rows += [origin.row for change in changes for origin in change.origin]
    return DocumentTrace(
        key=base,
        target=target,
        document=document,
        desired=desired is not None,
        standing=told.standing(base),
        values=values,
        lines=lines,
        entries=tuple(replace(part, place=places.get(part.entry, "")) for part in old.values()),
        workers=told.lineage.workers({*(c.entry for c in claims), *old}),
        books=books,
        written=written,
        changes=changes,
        origins=locate(told.config, rows),
    )


def known(told: Told) -> set[str]:
    """The base keys of every document that is desired, in the books, or written by us."""
    keys = [
        *told.lineage.documents(),
        *(key for (key,) in told.gathered.recorded("key")),
        *told.gathered.applied.column("key").to_pylist(),
    ]
    return {base_key(key) for key in keys}


def _line(told: Told, references: References, line: Line, parts: Sequence[Part]) -> LineTrace:
    values, kind = list(references.line(line)), references.document.kind
    if line.rate is not None and parts:
        values += _priced(told, kind, line.rate, parts[0].entry)
    rule = told.provenance.rounding(_ROUNDED.get(Kind(kind), "record"))
    if rule and parts:
        values.append(rule)
    if line.key == PREMIUM:
        values.append(told.provenance.premium())
    if line.key == PREMIUM or line.pay_class not in (None, "regular"):
        values += _basis(told, parts, line.pay_class)
    return LineTrace(line=line, values=tuple(values), entries=tuple(parts))


def _priced(told: Told, kind: str, rate: int, key: str) -> list[Value]:
    """Where the rate of a line comes from: what the first of its entries says."""
    rows, lineage, entry = told.provenance, told.lineage, told.lineage.entry(key)
    found: list[Rate | None] = []
    for portion in lineage.portions(key):
        if kind == Kind.INVOICE:
            found.append(rows.bill_rate(entry, portion))
        elif portion.worker:
            rates = lineage.pay_rates(portion.worker)
            found += rows.pay_rates(portion, rates, told.places("rates", (r.key for r in rates)))
    return [
        Value(what="rate", value=None, how=r.how, row=r.row, place=r.place)
        for r in found
        if r and r.rate == rate
    ][:1]


def _basis(told: Told, parts: Iterable[Part], pay_class: str | None) -> list[Value]:
    """The law behind a premium line: of the first entry with a segment of that class (or any)."""
    for part in parts:
        for portion in told.lineage.portions(part.entry):
            for segment in portion.segments:
                if segment.basis and pay_class in (None, segment.pay_class):
                    law = told.provenance.law(portion)
                    row = law.row if law else None
                    return [Value(what="law", value=portion.pack, how=segment.basis, row=row)]
    return []


def _parts(claims: Iterable[LineClaim], places: Mapping[str, str]) -> dict[str, tuple[Part, ...]]:
    """The entries of each line; one that serves two purposes there stands once."""
    found: dict[str, dict[tuple[str, str], Part]] = defaultdict(dict)
    for claim in claims:
        part = Part(
            entry=claim.entry,
            date=claim.date.isoformat(),
            seconds=claim.seconds,
            place=places.get(claim.entry, ""),
        )
        found[claim.line].setdefault((claim.entry, part.date), part)
    return {line: tuple(parts.values()) for line, parts in found.items()}


def _books(told: Told, base: str) -> tuple[Held, ...]:
    """What the books hold of the chain, by chain number."""
    records = told.gathered.recorded("key", "document", "remote_id", "final")
    mine = [row for row in records if base_key(row[0]) == base]
    return tuple(
        Held(document=Document.from_json(json.loads(text)), remote_id=remote_id, final=final)
        for _, text, remote_id, final in sorted(mine)
    )


def _old_entries(told: Told, target: str, base: str) -> dict[str, Part]:
    """The entries that the document was last written from."""
    from tieout.store import applied

    claims = applied.claims(told.config.state, target, [base]).get(base, ())
    return {c.entry: Part(entry=c.entry, date=c.date, seconds=c.seconds, place="") for c in claims}


def _written(told: Told, base: str) -> tuple[tuple[Written, ...], Document | None]:
    """The last act done on each document of the chain, and the last document that we wrote."""
    from tieout.store.journal import Journal
    from tieout.store.record import MOVES

    config, found = told.config, []
    document = None
    journal = Journal.read(config.state, config.company.id, config.environment.name)
    if journal is None:
        return (), None
    with journal:
        for key in _chain(told, base):
            done = [r for r in journal.records(document=key) if r.event in MOVES]
            if not done:
                continue
            last = done[-1]
            said = journal.payload(last.payload)
            change = said["change"] if said else None
            document = _document(change) or document
            found.append(
                Written(
                    document=key,
                    number=last.number,
                    at=last.at,
                    actor=last.actor,
                    plan=last.plan,
                    action=change["action"] if change else None,
                )
            )
    return tuple(found), document


def _document(change: Mapping[str, object] | None) -> Document | None:
    given = (change.get("after") or change.get("before")) if change else None
    return Document.from_json(given) if isinstance(given, Mapping) else None


def _chain(told: Told, base: str) -> list[str]:
    keys = told.gathered.applied.column("key").to_pylist()
    return sorted(key for key in keys if base_key(key) == base)


def _removed(base: str) -> Diagnostic:
    return Diagnostic(
        code="TO506",
        message=f"what was written under {base} was removed by retention",
        hint="the journal still tells when it was written, and by whom",
        next="tieout log",
    )
