"""A decision is written as a row that reads back as it was, and disturbs nothing around it."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.config import reader
from tieout.config.model import Decision
from tieout.domain.diagnostic import Refused
from tieout.governance import decisions

WANTED = Decision(
    id="d-2026-11-23-01", kind="drift", key="s/invoice/acme/USD/2026-10", action="accept",
    reason="Agreed by phone", by="kim@studio.example", on=date(2026, 11, 23), desired="a" * 64,
    actual="none",
)  # fmt: skip
FILE = "rules/decisions/2026-11.yaml"
BY_HAND = """\
# asked for by the auditor
decisions:
  # the first one
  - {id: old, kind: waive, key: "toggl:7", action: waive, reason: no, by: kim,   on: 2026-01-02}
"""


def rows(root):
    """What our own reader finds: the row's values as text."""
    complaints = []
    found = reader.read((root / FILE).read_bytes(), lambda *said: complaints.append(said))
    assert complaints == []
    return [dict(row) for row in found["decisions"]]


def test_the_first_of_a_month_makes_its_file(tmp_path):
    made = decisions.record(tmp_path, WANTED, None, None)
    assert (made.file, made.known, made.before) == (FILE, False, None)
    assert (tmp_path / FILE).read_text().startswith("# What was decided in 2026-11.")
    assert rows(tmp_path) == [{
        "id": "d-2026-11-23-01", "kind": "drift", "key": "s/invoice/acme/USD/2026-10",
        "action": "accept", "reason": "Agreed by phone", "by": "kim@studio.example",
        "on": "2026-11-23", "desired": "a" * 64, "actual": "none",
    }]  # fmt: skip
    assert [p.name for p in (tmp_path / FILE).parent.iterdir()] == ["2026-11.yaml"]


def test_what_a_person_wrote_stays_as_it_is(tmp_path):
    (tmp_path / FILE).parent.mkdir(parents=True)
    (tmp_path / FILE).write_text(BY_HAND)
    decisions.record(tmp_path, WANTED, None, None)
    text = (tmp_path / FILE).read_text()
    assert text.startswith(BY_HAND.replace("by: kim,   on", "by: kim, on"))
    assert [row["id"] for row in rows(tmp_path)] == ["old", WANTED.id]


def test_a_waiver_is_a_row_like_any_other(tmp_path):
    waiver = replace(WANTED, kind="waive", key="toggl:7", action="waive", code="TO208",
                     desired=None, actual=None, expires=date(2027, 1, 31))  # fmt: skip
    decisions.record(tmp_path, waiver, None, None)
    (row,) = rows(tmp_path)
    assert (row["code"], row["expires"], "desired" in row) == ("TO208", "2027-01-31", False)


def test_another_on_the_same_takes_its_place(tmp_path):
    decisions.record(tmp_path, replace(WANTED, expires=date(2027, 1, 1)), None, None)
    other = replace(WANTED, action="overwrite")
    made = decisions.record(tmp_path, other, WANTED, FILE)
    assert made.before == WANTED
    (row,) = rows(tmp_path)
    assert (row["action"], "expires" in row) == ("overwrite", False)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1))
def test_any_reason_reads_back(tmp_path_factory, reason):
    reason = " ".join(reason.split()) or "x"
    root = tmp_path_factory.mktemp("company")
    decisions.record(root, replace(WANTED, reason=reason), None, None)
    assert rows(root)[0]["reason"] == reason


def test_ids_count_within_a_day():
    first = decisions.numbered([], replace(WANTED, id=""))
    second = decisions.numbered([first], replace(WANTED, id=""))
    assert (first.id, second.id) == ("d-2026-11-23-01", "d-2026-11-23-02")
    assert second.row == "decisions/d-2026-11-23-02"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"action": "overwrite"}, True),
        ({"key": WANTED.key + "~1"}, True),
        ({"actual": "b" * 64}, False),
        ({"desired": "none"}, False),
        ({"kind": "correct"}, False),
    ],
)
def test_a_drift_is_about_a_pair_of_states(change, found):
    other = replace(WANTED, **change)
    assert (decisions.on_the_same([WANTED], other) is WANTED) is found


def test_a_correction_is_about_what_should_be():
    credit = replace(WANTED, kind="correct", action="credit")
    assert decisions.on_the_same([credit], replace(credit, actual="later")) is credit
    assert decisions.same(credit, replace(credit, reason="other words", by="lee"))
    assert not decisions.same(credit, replace(credit, into="next"))


def test_what_can_t_be_written_is_refused(tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/decisions").write_text("a file")
    with pytest.raises(Refused) as refused:
        decisions.record(tmp_path, WANTED, None, None)
    assert [d.code for d in refused.value.diagnostics] == ["TO711"]


def test_nothing_is_written_through_a_link_out_of_the_folder(tmp_path):
    (tmp_path / "company/rules").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "company/rules/decisions").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused, match="leads out"):
        decisions.record(tmp_path / "company", WANTED, None, None)
    assert list((tmp_path / "elsewhere").iterdir()) == []
