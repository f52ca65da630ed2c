"""Worksheets: invoices that wait for somebody's review, with the entries behind each line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tieout.config.model import Config
from tieout.domain.diagnostic import Diagnostic, Refused
from tieout.domain.document import Document
from tieout.domain.key import abbreviates
from tieout.pipeline.lineage import Lineage
from tieout.pipeline.run import compute
from tieout.planning.build import inputs
from tieout.planning.cases import Case, find
from tieout.planning.exceptions import Owners
from tieout.planning.gather import gather


@dataclass(frozen=True, kw_only=True)
class Billed:
    """What an entry adds to a line: ``seconds`` as billing rounds them."""

    line: str
    date: date
    entry: str
    worker: str
    seconds: int
    notes: str | None


@dataclass(frozen=True, kw_only=True)
class Worksheet:
    """``document``: the invoice as it would be written; ``why`` it waits; ``reviewer`` hears of it;
    ``standing``: what the books hold of it, from an earlier release."""

    document: Document
    why: str
    reviewer: str | None
    standing: Document | None
    billed: tuple[Billed, ...]


def waiting(config: Config, key: str = "") -> list[Worksheet]:
    """Every worksheet that waits for its release, or the one that ``key`` names, by key.

    Raises ``Refused``: something was never pulled, or nothing that waits is called so (TO362).
    """
    gathered = gather(config)
    owners = Owners(config)
    with compute(inputs(gathered)) as story:
        cases = [case for case in find(gathered, story) if case.verdict.code == "TO249"]
        chosen = [c for c in cases if not key or abbreviates(key.strip("/"), c.chain.base)]
        if key and not chosen:
            raise Refused([_none(key, cases)])
        lineage = Lineage(story)
        return [_worksheet(case, lineage, owners) for case in chosen]


def _worksheet(case: Case, lineage: Lineage, owners: Owners) -> Worksheet:
    document = case.chain.desired
    assert document is not None, "what isn't asked for waits for nobody"
    claims = lineage.lines_of_document(case.chain.base)
    entries = {claim.entry for claim in claims}
    workers, notes = lineage.workers(entries), lineage.notes(entries)
    return Worksheet(
        document=document,
        why=case.verdict.detail,
        reviewer=owners.of_document(document.kind, document),
        standing=case.chain.last.actual if case.chain.last else None,
        billed=tuple(
            Billed(
                line=claim.line, date=claim.date, entry=claim.entry, seconds=claim.seconds,
                worker=workers.get(claim.entry, ""), notes=notes.get(claim.entry),
            )
            for claim in claims
        ),
    )  # fmt: skip


def _none(key: str, cases: Sequence[Case]) -> Diagnostic:
    names = [case.chain.base for case in cases]
    shown = ", ".join(names[:6]) + (" …" if len(names) > 6 else "")
    return Diagnostic(
        code="TO362", message=f"no worksheet that waits for review is called {key}",
        hint=f"waiting: {shown}" if names else "nothing waits for a review",
        next="tieout worksheet",
    )  # fmt: skip
