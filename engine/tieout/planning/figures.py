"""The figures of a plan: conservation per purpose, and what apply has to find unchanged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from tieout.domain.change import Change, Conservation
from tieout.domain.document import SERVES
from tieout.planning.cases import Case

#: (purpose, state code, source seconds, rounding) as the pipeline counts them.
Told = tuple[str, int, int, int]
#: Codes from here on exclude; below they hold; 0 is booked.
_EXCLUDED = 250
#: The one reason why the books may lack hours without anything being held.
_CREDITED = "TO244"


def conservation(
    cases: Sequence[Case], told: Sequence[Told], grain: Mapping[str, int]
) -> dict[str, Conservation]:
    """Per purpose: source = booked − rounding − grain + held + excluded.

    ``booked`` is what our documents come to in the books after the plan. What a document lacks (or
    has too much) is held under the code that says why.
    """
    lacking: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for case in cases:
        for purpose in SERVES[case.chain.kind] if case.lacking else ():
            lacking[purpose.value][case.verdict.code or _CREDITED] += case.lacking
    return {
        purpose: _of(purpose, [row for row in told if row[0] == purpose], grain.get(purpose, 0),
                     lacking[purpose])
        for purpose in dict.fromkeys(row[0] for row in told)
    }  # fmt: skip


def _of(purpose: str, told: Sequence[Told], grain: int, lacking: Mapping[str, int]) -> Conservation:
    held = {f"TO{code}": seconds for _, code, seconds, _ in told if 0 < code < _EXCLUDED}
    excluded = {f"TO{code}": seconds for _, code, seconds, _ in told if code >= _EXCLUDED}
    for code, seconds in sorted(lacking.items()):
        held[code] = held.get(code, 0) + seconds
    rounding = sum(row[3] for row in told)
    kept = sum(seconds for _, code, seconds, _ in told if code == 0)
    return Conservation(
        purpose=purpose,
        source=sum(row[2] for row in told),
        booked=kept + rounding + grain - sum(lacking.values()),
        rounding=rounding,
        grain=grain,
        held=sum(held.values()),
        excluded=sum(excluded.values()),
        held_by=held,
        excluded_by=excluded,
    )


def standing(
    cases: Sequence[Case], changes: Sequence[Change]
) -> dict[str, dict[str, tuple[int, str | None]]]:
    """By target and document, of all that the plan touches: acts done on it so far, and the digest of
    what we wrote last."""
    members = {
        (case.chain.target, member.key): member for case in cases for member in case.chain.members
    }
    result: dict[str, dict[str, tuple[int, str | None]]] = {}
    for target, key in sorted({(change.target, change.document) for change in changes}):
        member = members.get((target, key))
        applied = member.applied if member else None
        stood = (member.sequence if member else 0, applied.digest if applied else None)
        result.setdefault(target, {})[key] = stood
    return result
