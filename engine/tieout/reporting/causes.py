"""Why seconds of the source are not in the books, in the words of the reconciliation.

Every code of a hold or an exclusion belongs to one cause; the causes of a variance add up to it.
"""

from __future__ import annotations

from collections.abc import Mapping

#: Cause → the codes that it sums, in the order in which causes are told.
CAUSES: Mapping[str, tuple[str, ...]] = {
    "before go-live": ("TO250",),
    "outside this environment": ("TO251",),
    "not paid, not billable or not produced": (
        "TO252", "TO253", "TO254", "TO255", "TO256", "TO257",
    ),
    "paid by a pay run": ("TO297",),
    "unapproved": ("TO210",),
    "not mapped": ("TO201", "TO202", "TO203", "TO204", "TO205", "TO206", "TO217"),
    "without a rate": ("TO211", "TO212", "TO216"),
    "faulty, running, duplicate or overlapping": ("TO207", "TO208", "TO209", "TO213", "TO218"),
    "correction held": ("TO231", "TO237", "TO238", "TO239", "TO246"),
    "drift": ("TO232", "TO233", "TO234"),
    "credited by hand": ("TO244",),
    "accepted": ("TO240",),
    "written off": ("TO241",),
    "without an earning code": ("TO243",),
    "of another entity": ("TO245",),
    "waits for review": ("TO249",),
    "vendor's own bill missing": ("TO363",),
    "on a later invoice": ("TO248",),
    "period not ended, or not selected": ("TO242", "TO247", "TO260"),
    "not in coverage": ("TO235",),
}  # fmt: skip

#: Codes of documents that somebody changed in the books: until settled, nothing ties.
DRIFT = frozenset(CAUSES["drift"])

#: Codes under which a document in the books isn't what is asked for, and waits for a decision.
UNSETTLED = DRIFT | frozenset(CAUSES["correction held"])

_CAUSE_OF = {code: cause for cause, codes in CAUSES.items() for code in codes}


def cause_of(code: str) -> str:
    """The cause that a code belongs to; *held for another reason* for one that none names."""
    return _CAUSE_OF.get(code, "held for another reason")


def by_cause(seconds_by_code: Mapping[str, int]) -> dict[str, int]:
    """Seconds by code, summed by cause; causes that come to nothing are left out."""
    sums: dict[str, int] = {}
    for code in sorted(seconds_by_code):
        cause = cause_of(code)
        sums[cause] = sums.get(cause, 0) + seconds_by_code[code]
    order = [*CAUSES, cause_of("")]
    return {cause: sums[cause] for cause in order if sums.get(cause)}
