"""Each code has one cause, and the causes add up."""

import reporting_examples  # noqa: F401  the examples must import by themselves
from hypothesis import given
from hypothesis import strategies as st

from tieout.reporting.causes import CAUSES, DRIFT, by_cause, cause_of

ALL = [code for group in CAUSES.values() for code in group]


@given(st.dictionaries(st.sampled_from([*ALL, "TO299"]), st.integers(-9_999, 9_999)))
def test_causes_add_up(seconds):
    assert sum(by_cause(seconds).values()) == sum(seconds.values())


def test_every_code_belongs_once():
    assert len(ALL) == len(set(ALL))
    expected = {
        "TO201": "not mapped", "TO202": "not mapped", "TO203": "not mapped", "TO204": "not mapped",
        "TO205": "not mapped", "TO206": "not mapped", "TO217": "not mapped",
        "TO210": "unapproved", "TO211": "without a rate", "TO212": "without a rate",
        "TO216": "without a rate", "TO231": "correction held", "TO237": "correction held",
        "TO238": "correction held", "TO239": "correction held", "TO246": "correction held",
        "TO235": "not in coverage", "TO240": "accepted", "TO241": "written off",
        "TO242": "period not ended, or not selected", "TO247": "period not ended, or not selected",
        "TO248": "on a later invoice",
        "TO244": "credited by hand", "TO250": "before go-live",
        "TO251": "outside this environment",
        "TO299": "held for another reason",
    }  # fmt: skip
    assert {code: cause_of(code) for code in expected} == expected
    assert {"TO232", "TO233", "TO234"} == DRIFT
    faulty = ("TO207", "TO208", "TO209", "TO213", "TO218")
    assert {cause_of(code) for code in faulty} == {"faulty, running, duplicate or overlapping"}
    left_out = ("TO252", "TO253", "TO254", "TO255", "TO256", "TO257")
    assert {cause_of(code) for code in left_out} == {"not paid, not billable or not produced"}
