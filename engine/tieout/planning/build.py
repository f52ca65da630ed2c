"""Builds the plan: entries → story → cases → change sets → changes, exceptions, guards, figures.

A function of :class:`~tieout.planning.gather.Gathered`: the same inputs give the same body, byte for
byte. It writes nothing and asks nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tieout.config.model import Config
from tieout.domain.change import Exception_
from tieout.domain.collection import without_collection
from tieout.domain.document import Document
from tieout.domain.plan import Body
from tieout.pipeline.found import findings
from tieout.pipeline.neutrality import audited
from tieout.pipeline.run import Inputs, Story, compute
from tieout.planning import cases, exceptions, idle
from tieout.planning.cases import Case
from tieout.planning.changes import changes, group
from tieout.planning.control import totals
from tieout.planning.departures import departures, shortened
from tieout.planning.figures import conservation, standing
from tieout.planning.findings import bias_findings, law_findings
from tieout.planning.gather import Gathered
from tieout.planning.guards import judge

_UNMAPPED = frozenset({"TO201", "TO202", "TO203"})


def inputs(gathered: Gathered, memory: str | None = None) -> Inputs:
    """What the pipeline needs of it; ``memory`` caps DuckDB (``"512MB"``)."""
    return Inputs(
        config=gathered.config,
        as_of=gathered.as_of,
        entries=gathered.entries,
        rates=gathered.rates,
        exchange=gathered.exchange,
        applied=gathered.applied,
        records=gathered.records,
        resolutions=gathered.resolutions,
        memory=memory,
    )


def build(
    gathered: Gathered,
    only: Sequence[str] = (),
    progress: Callable[[str], None] = lambda _: None,
    memory: str | None = None,
    ask: Callable[[Story], None] = lambda _: None,
) -> Body:
    """The body of the plan. ``only``: glob patterns of document keys, or kinds. ``ask`` may question
    the story while it is open: telling it is most of the work."""
    with compute(inputs(gathered, memory), progress) as story:
        ask(story)
        progress("planning")
        with without_collection():
            return body(gathered, story, only)


def body(gathered: Gathered, story: Story, only: Sequence[str] = ()) -> Body:
    """The body of the plan over a story already told."""
    config = gathered.config
    grouped = group(cases.find(gathered, story), only)
    made = changes(grouped)
    held = _exceptions(gathered, story, grouped.cases)
    told = story.control()
    digests = gathered.applied.column("digest")
    return Body(
        company=config.company.id,
        environment=config.environment.name,
        streams=tuple(sorted(config.streams)),
        as_of=gathered.as_of.isoformat(),
        snapshots=dict(gathered.snapshots),
        config=config.digest,
        targets=dict(sorted(gathered.identities.items())),
        only=tuple(sorted(only)),
        applied=standing(grouped.cases, made),
        changes=made,
        exceptions=held,
        guards=judge(
            config.rules.guards,
            made,
            held,
            applied=len(digests) - int(digests.null_count),
            source_seconds=story.seconds(),
            unmapped_seconds=_unmapped(held),
        ),
        conservation=conservation(grouped.cases, told, story.grain()),
        control=totals(
            story.balances(), ((c.chain.desired, _ours(c)) for c in grouped.cases)
        ),
        entries=story.entries()[0],
    )


def _ours(case: Case) -> tuple[Document, ...]:
    """What the books hold of ours when the plan is carried out: of a match nothing new."""
    if not case.matched:
        return case.verdict.standing
    return tuple(member.actual for member in case.chain.members if member.actual)


def _exceptions(gathered: Gathered, story: Story, found: Sequence[Case]) -> tuple[Exception_, ...]:
    """What is held, by entry and by document, and the rows that a pull could not read."""
    config = gathered.config
    listed = [
        *exceptions.entry_exceptions(config, story.held()),
        *law_findings(config, findings(story)),
        *bias_findings(config, audited(story)),
        *exceptions.told_checks(config, story.found()),
        *_held_documents(config, found),
        *exceptions.rejected_rows(gathered.rejected),
        *departures(config, gathered.as_of),
        *shortened(story),
        *idle.idle(config, gathered.as_of, story.contents(idle.entry_keys(config)).keys()),
    ]
    listed = [exceptions.assigned(config, gathered.as_of, e) for e in listed]
    return tuple(sorted(listed, key=lambda e: (e.code, e.entry, e.purpose or "")))


def _held_documents(config: Config, found: Sequence[Case]) -> list[Exception_]:
    owners = exceptions.Owners(config)
    return [
        exception
        for case in found
        if case.verdict.code
        for exception in exceptions.document_exceptions(
            case.chain.base, case.chain.kind, case.verdict.code, case.verdict.detail, case.lacking,
            owners.of_document(case.chain.kind, case.chain.model),
            blocks=case.verdict.code == "TO243" and config.rules.unmapped.get(("earning", "pay")) == "block",
        )
    ]  # fmt: skip


def _unmapped(held: Sequence[Exception_]) -> int:
    """Source seconds of entries that some mapping lacks, each entry once."""
    by_entry = {e.entry: e.seconds for e in held if e.code in _UNMAPPED}
    return sum(by_entry.values())
