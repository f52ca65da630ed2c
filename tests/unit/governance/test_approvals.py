"""Approvals stand beside the plan, name it by its id, and give a reason for every override."""

import json

import pytest
from filebooks import NOON, World

from tieout.domain.change import Guard
from tieout.domain.diagnostic import Refused
from tieout.governance import approvals

GUARDS = (
    Guard(name="voids.invoice", value="1", limit="0", ok=False),
    Guard(name="creates", value="1", limit="500", ok=True),
)


@pytest.fixture
def plan(tmp_path):
    return World(tmp_path).plan({"a": {"e1": 60}}, guards=GUARDS)


def approve(plan, file, **options):
    return approvals.approve(
        plan, file, **{"approver": "lee", "now": NOON, "overrides": {}, **options}
    )


def test_an_approval_is_read_back_as_it_was_given(plan, tmp_path):
    file = tmp_path / "plan.tieout"
    assert approvals.read(file) == ()
    first = approve(plan, file, overrides={"voids.invoice": "billed by mistake"}, comment="ok")
    second = approve(plan, file, approver="ana")
    assert approvals.read(file) == (first, second)
    assert (first.plan, first.at) == (plan.id, "2026-11-23T12:00:00.000000Z")
    assert approvals.beside(file).name == "plan.tieout.approvals.json"


def test_those_of_an_older_plan_count_for_nothing(plan, tmp_path):
    older = World(tmp_path).plan({"b": {"e1": 60}}, guards=GUARDS)
    given = approve(older, tmp_path / "p")
    assert approvals.of(plan, [given]) == ()
    assert approvals.of(older, [given]) == (given,)


def test_everything_that_is_wrong_is_told_at_once(plan, tmp_path):
    wrong = {"voids.invoice": " ", "creates": "fine anyway", "crates": "typo"}
    with pytest.raises(Refused) as refused:
        approve(plan, tmp_path / "p", overrides=wrong)
    assert [d.code for d in refused.value.diagnostics] == ["TO526", "TO526", "TO527"]
    assert "those that do: voids.invoice" in refused.value.diagnostics[0].message
    assert refused.value.exit_code == 3
    assert not approvals.beside(tmp_path / "p").exists()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "{}x",
        '[{"plan": 1}]',
        '["text"]',
        "[1]",
        "1",
        json.dumps([{"plan": 1, "approver": "lee", "at": "", "overrides": {}, "comment": ""}]),
        json.dumps([{"plan": "", "approver": "lee", "at": "", "overrides": [], "comment": ""}]),
        json.dumps(
            [{"plan": "", "approver": "lee", "at": "", "overrides": {"g": 1}, "comment": ""}]
        ),
    ],
)
def test_a_file_that_holds_anything_else_is_refused(tmp_path, content):
    file = tmp_path / "p"
    approvals.beside(file).write_text(content)
    with pytest.raises(Refused) as refused:
        approvals.read(file)
    assert [d.code for d in refused.value.diagnostics] == ["TO528"]


def test_a_folder_that_cannot_be_written_is_told(plan, tmp_path):
    with pytest.raises(Refused) as refused:
        approve(plan, tmp_path / "missing" / "p")
    (found,) = refused.value.diagnostics
    assert found.code == "TO529"
    assert found.next == f"tieout approve {tmp_path / 'missing' / 'p'}"
