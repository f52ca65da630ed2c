"""Section 8: source = booked − rounding − grain + held + excluded, per purpose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from oracle.documents import Part
from oracle.states import serves
from oracle.story import Portion, PortionId, State
from tieout.domain.change import Conservation
from tieout.domain.document import Document


def conservation(
    purpose: str,
    portions: Sequence[Portion],
    states: Mapping[PortionId, Mapping[str, State]],
    rounded: Mapping[PortionId, int],
    parts: Sequence[Part],
    documents: Mapping[str, Document],
) -> Conservation:
    """``booked`` is what the documents say; the other figures come from the portions."""
    serving = {
        part.header.key
        for part in parts
        if purpose in serves(part.portion.stream.produce[part.header.kind])
    }
    booked = sum(documents[key].seconds for key in serving)
    taken = [p for p in portions if states[p.id][purpose].state == "booked"]
    exactly = sum(rounded[p.id] for p in taken)
    held_by: Counter[str] = Counter()
    excluded_by: Counter[str] = Counter()
    for portion in portions:
        state = states[portion.id][purpose]
        if state.state != "booked":
            assert state.code is not None
            (held_by if state.state == "held" else excluded_by)[state.code] += portion.seconds
    return Conservation(
        purpose=purpose,
        source=sum(p.entry.seconds for p in portions if p.number == 1),
        booked=booked,
        rounding=exactly - sum(p.seconds for p in taken),
        grain=booked - exactly,
        held=held_by.total(),
        excluded=excluded_by.total(),
        held_by=dict(held_by),
        excluded_by=dict(excluded_by),
    )
