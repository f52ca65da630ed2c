"""Differences of a final invoice that a decision puts onto a later one (`correct --next-invoice`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from tieout.config.model import Decision
from tieout.domain.document import Document, Line, difference
from tieout.planning.chain import ABSENT, Chain, Place


def carry(
    chains: Sequence[Chain],
    corrections: Mapping[str, Decision],
    desired: Callable[[str], Document | None],
) -> tuple[list[Chain], dict[Place, int]]:
    """The chains with the differences added to the invoices that take them; seconds taken, by place.

    ``desired`` gives the desired document of a chain that would otherwise not be looked at. A decision
    holds for the desired document that it was made on, and for no other.
    """
    result = {chain.place: chain for chain in chains}
    taken: dict[Place, int] = {}
    for base, decision in sorted(corrections.items()):
        chain, into = _of(base, result), decision.into
        if chain is None or into is None or not _holds(chain, decision):
            continue
        lines, place = _difference(chain), (into, chain.target)
        other = result.get(place) or Chain(target=chain.target, base=into, desired=desired(into))
        model = other.desired or _empty(chain, into)
        if lines and model is not None:
            result[place] = replace(other, desired=replace(model, lines=(*model.lines, *lines)))
            taken[place] = taken.get(place, 0) + sum(line.seconds for line in lines)
    return [result[place] for place in sorted(result)], taken


def _of(base: str, chains: Mapping[Place, Chain]) -> Chain | None:
    """The chain of a base key: the one that is desired, where another target still has one too."""
    found = [chain for chain in chains.values() if chain.base == base]
    return next((chain for chain in found if chain.desired), found[0] if found else None)


def _holds(chain: Chain, decision: Decision) -> bool:
    return decision.desired in (None, chain.desired.digest if chain.desired else ABSENT)


def _difference(chain: Chain) -> tuple[Line, ...]:
    """What the chain lacks, each line named after the period that it corrects."""
    period = chain.base.rsplit("/", 1)[1]
    held = [member.actual for member in chain.members if member.actual]
    return tuple(
        replace(line, key=f"{period}:{line.key}")
        for line in difference(chain.desired, held, period)
    )


def _empty(chain: Chain, into: str) -> Document | None:
    """A document that has no entries of its own: like the corrected one, for its own month."""
    import calendar
    from datetime import date

    model = chain.model
    name = into.rsplit("/", 1)[1]
    if model is None or len(name) != 7:
        return None
    year, month = int(name[:4]), int(name[5:])
    first = date(year, month, 1)
    last = first.replace(day=calendar.monthrange(year, month)[1])
    return replace(
        model,
        key=into,
        from_=first.isoformat(),
        to=last.isoformat(),
        date=last.isoformat(),
        lines=(),
    )
