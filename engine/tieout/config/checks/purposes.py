"""An hour is used once for each purpose in the same books."""

from __future__ import annotations

from typing import Final, NamedTuple

from tieout.config.checks.draft import Draft
from tieout.config.findings import Findings
from tieout.config.model import Produce
from tieout.domain.document import SERVES, Kind

_EMPLOYEES: Final = frozenset({Kind.TIMESHEET, Kind.JOURNAL})
_CONTRACTORS: Final = frozenset({Kind.BILL, Kind.VENDOR_CREDIT})


class _Claim(NamedTuple):
    """That a document uses hours of a source for a purpose; `who`: employees or contractors."""

    source: str
    target: str
    purpose: str
    who: str


def check(draft: Draft, findings: Findings) -> None:
    """TO140 two documents for one purpose, TO364 a document for a purpose that it can't serve."""
    first: dict[_Claim, tuple[str, str]] = {}
    for stream, produce in draft.produced():
        here = f"streams/{stream.name} produce.{produce.kind}"
        _check_served(here, produce, draft, findings)
        clashes: dict[str, list[str]] = {}
        for source in stream.sources:
            for claim in _claims(source, produce):
                other = first.setdefault(claim, (here, produce.kind))
                if other[0] != here:
                    clashes.setdefault(other[0], []).append(claim.purpose)
        for other_address, purposes in clashes.items():
            named = ", ".join(dict.fromkeys(purposes))
            findings.error(
                "TO140", draft.at(here),
                f"{_of(other_address)} already uses the same hours for {named} in '{produce.to}'",
                "let one of the two go: an hour is booked once for each purpose",
                related=[draft.at(other_address)],
            )


def _check_served(here: str, produce: Produce, draft: Draft, findings: Findings) -> None:
    """In books of plain text a kind is for what it says, no less and no more: an hour that its time
    activity is billed by would stand in no account."""
    target = draft.config.targets.get(produce.to)
    served = [purpose.value for purpose in SERVES[produce.kind]]
    if target is None or target.connector != "plaintext" or not produce.purposes:
        return
    if set(produce.purposes) != set(served):
        findings.error("TO364", draft.at(f"{here}.purposes"),
                       f"in '{produce.to}' a {produce.kind} is for {' and '.join(served)}",
                       "leave purposes: out, and let another kind serve the other purpose")


def purposes_of(produce: Produce) -> tuple[str, ...]:
    """What the document is for: as written, else what its kind serves. A journal of basis `post`
    books the wages themselves, so it is for pay as well."""
    wages = ("pay",) if produce.basis == "post" else ()
    return produce.purposes or tuple(p.value for p in SERVES[produce.kind]) + wages


def _claims(source: str, produce: Produce) -> list[_Claim]:
    parties = ["employees", "contractors"]
    if produce.kind in _EMPLOYEES:
        parties = ["employees"]
    elif produce.kind in _CONTRACTORS:
        parties = ["contractors"]
    return [_Claim(source, produce.to, purpose, who)
            for purpose in purposes_of(produce) for who in parties]


def _of(address: str) -> str:
    stream, _, kind = address.partition(" produce.")
    return f"{kind} of stream '{stream.removeprefix('streams/')}'"
