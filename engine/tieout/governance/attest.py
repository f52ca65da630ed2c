"""Attesting: a manager approves what workers recorded in a period, as rows in git on its digest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from tieout.config.attestations import Span
from tieout.config.model import Config, Decision
from tieout.domain.diagnostic import Diagnostic, Refused
from tieout.governance.decisions import Recorded, numbered, on_the_same, record
from tieout.pipeline.attested import Content, asked, contents
from tieout.pipeline.run import compute
from tieout.planning.build import inputs
from tieout.planning.gather import gather


@dataclass(frozen=True, kw_only=True)
class Attested:
    """``content`` as it stands now, and the decision on it; None where it was only looked at."""

    content: Content
    recorded: Recorded | None


def attest(
    config: Config, workers: Sequence[str], first: date, last: date, wanted: Decision, *,
    write: bool = True,
) -> list[Attested]:  # fmt: skip
    """An attestation for each of the workers who has entries in the period, by worker.

    Of ``wanted`` the id, key and digest are filled in; the same again is left as it is. Raises
    ``Refused``: TO298 approval doesn't come from attestations, TO299 there is nothing to attest.
    """
    if not asked(config):
        raise Refused([_elsewhere()])
    spans = [Span(worker, first, last) for worker in sorted(set(workers))]
    found = _contents(config, spans, wanted) if last >= first else []
    if not found:
        raise Refused([_nothing(workers, first, last)])
    decisions, told = list(config.rules.decisions), []
    for content in found:
        one = replace(wanted, key=content.span.key, desired=content.digest)
        standing = on_the_same(decisions, one)
        if not write:
            told.append(Attested(content=content, recorded=None))
        elif standing and standing.by == one.by:
            file = str(config.positions[standing.row].file)
            told.append(Attested(content=content, recorded=Recorded(standing, file, standing)))
        else:
            decision = numbered(decisions, one)
            decisions.append(decision)
            told.append(
                Attested(content=content, recorded=record(config.root, decision, None, None))
            )
    return told


def _contents(config: Config, spans: Sequence[Span], wanted: Decision) -> list[Content]:
    """What there is of each span: the story is told as if all of them had been attested."""
    asking = tuple(
        replace(wanted, id=f"asked-{n:04}", key=one.key, expires=None)
        for n, one in enumerate(spans)
    )
    rules = replace(config.rules, decisions=asking)
    gathered = gather(config)
    given = replace(inputs(gathered), config=replace(config, rules=rules))
    with compute(given) as story:
        return sorted(contents(story), key=lambda content: content.span)


def _elsewhere() -> Diagnostic:
    return Diagnostic(
        code="TO298", message="time isn't approved by attestations here, but by the tracker",
        hint="write approval: {required: [pay, billing], from: attest} to have managers attest hours",
        next="tieout explain TO298",
    )  # fmt: skip


def _nothing(workers: Sequence[str], first: date, last: date) -> Diagnostic:
    who = ", ".join(workers[:6]) + (" …" if len(workers) > 6 else "") if workers else "nobody"
    return Diagnostic(
        code="TO299", message=f"there is nothing to attest: {who} from {first} to {last}",
        hint="name a worker's id or a manager's e-mail address as in mappings/workers.yaml, and days "
        "of which there are entries",
        next="tieout attest --help",
    )  # fmt: skip
