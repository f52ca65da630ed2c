"""The verbs that show: what they print, and how they end."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import reporting_examples as made
from test_reconcile import balanced, settled

from tieout.cli import afresh
from tieout.domain.change import Guard
from tieout.governance.approvals import approve, beside
from tieout.planning import plan_file
from tieout.reporting.reconcile import reconcile


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "plan.tieout"
    plan_file.write(path, made.full_plan())
    return path


@pytest.mark.parametrize(
    ("form", "start"), [("text", "Plan "), ("json", "{"), ("markdown", "### Plan")]
)
def test_show_in_each_format(tieout, saved, form, start):
    ran = tieout("show", saved, "--format", form)
    assert ran.code == 0
    assert ran.out.startswith(start)
    assert ran.err == ""


def test_show_hides_pay_until_asked(tieout, saved):
    assert "1,600.00" not in tieout("show", saved).out
    assert "1,600.00" in tieout("show", saved, "--show-pay").out


def overridden(path, *, guard="voids.invoice", plan=None):
    plan = plan or made.full_plan()
    approve(
        plan, path, approver="kim@northwind.example", now=datetime(2026, 11, 24, 9, tzinfo=UTC),
        overrides={guard: "Cirrus has gone | for good"},
    )  # fmt: skip


def test_show_says_who_overrode_a_guard_and_that_it_can_be_applied(tieout, saved):
    assert "REFUSED" in tieout("show", saved).out
    overridden(saved)
    page = tieout("show", saved).out
    assert "REFUSED" not in page
    assert "guard voids.invoice 1 > 0   OVERRIDDEN" in page
    assert "by kim@northwind.example on 2026-11-24: Cirrus has gone | for good" in page
    assert "No guard refuses the plan any more: it can be applied." in page
    assert page.endswith(f"Next: tieout apply {saved}\n")

    comment = tieout("show", saved, "--format", "markdown").out
    assert "refused" not in comment
    assert ", overridden.\nBy " in comment
    assert "on 2026-11-24: Cirrus has gone \\| for good" in comment
    assert comment.endswith(f"Next: `tieout apply {saved}`\n")

    guards = json.loads(tieout("show", saved, "--format", "json").out)["guards"]
    assert [(g["name"], g["ok"], g["overrides"]) for g in guards] == [
        ("creates", True, []),
        ("voids.invoice", False, [{
            "by": "kim@northwind.example", "at": "2026-11-24T09:00:00.000000Z",
            "reason": "Cirrus has gone | for good",
        }]),
    ]  # fmt: skip


def test_show_of_what_blocks_once_that_is_overridden(tieout, tmp_path):
    blocked = made.plan(
        made.acme_update(), exceptions=made.held("TO201", "t:1", 1, severity="block"),
        guards=(Guard(name="blocked", value="TO201", limit="none", ok=False),),
    )  # fmt: skip
    path = tmp_path / "plan.tieout"
    plan_file.write(path, blocked)
    assert "--override blocked" in tieout("show", path).out.splitlines()[-1]
    overridden(path, guard="blocked", plan=blocked)
    assert tieout("show", path).out.endswith(f"Next: tieout apply {path}\n")


def test_show_leaves_out_the_override_of_another_plan_and_of_another_guard(tieout, saved):
    beside(saved).write_text(json.dumps([{
        "plan": "0" * 64, "approver": "kim", "at": "2026-11-24T09:00:00.000000Z", "comment": "",
        "overrides": {"voids.invoice": "of an older plan"},
    }]))  # fmt: skip
    assert "REFUSED" in tieout("show", saved).out
    assert "older plan" not in tieout("show", saved).out


def test_show_shows_a_plan_whose_approvals_cannot_be_read(tieout, saved):
    beside(saved).write_text("nonsense")
    ran = tieout("show", saved)
    assert (ran.code, "TO528" in ran.err, "REFUSED" in ran.out) == (0, True, True)


def test_show_what_is_no_plan(tieout, tmp_path):
    (tmp_path / "x").write_text("no plan")
    ran = tieout("show", tmp_path / "x")
    assert ran.code == 1
    assert "Traceback" not in ran.err
    assert ran.out == ""


def test_explain(tieout):
    assert tieout("explain", "to201").out.startswith("TO201 · Project not mapped")
    assert "TO201  Project not mapped\n" in tieout("explain").out
    ran = tieout("explain", "TO20l")
    assert ran.code == 1
    assert "TO290" in ran.err
    assert "did you mean" in ran.err


@pytest.fixture
def stands(monkeypatch, tmp_path):
    """Pretend a company whose reconciliation is this one."""

    def be(found):
        rules = SimpleNamespace(packs={})
        config = SimpleNamespace(root=tmp_path, rules=rules)
        monkeypatch.setattr(afresh, "reconciled", lambda env, **more: (config, found))

    return be


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_reconcile_ends_with_six_where_it_does_not_tie(tieout, stands, form):
    stands(reconcile(settled(), balanced(), ()))
    assert tieout("reconcile", "--format", form).code == 0
    stands(reconcile(settled(), balanced(17), ()))
    ran = tieout("reconcile", "--format", form)
    assert ran.code == 6
    assert ran.out


def test_report_is_printed_or_written(tieout, stands, tmp_path):
    stands(reconcile(settled(), balanced(), ()))
    printed = tieout("report").out
    assert printed.startswith("# Reconciliation of northwind")
    assert tieout("report", "-o", tmp_path / "r.md").out == ""
    assert (tmp_path / "r.md").read_text(encoding="utf-8") == printed
    ran = tieout("report", "-o", tmp_path / "none" / "r.md")
    assert ran.code == 1
    assert "TO293" in ran.err


def test_exceptions_of_a_saved_plan(tieout, saved):
    assert "7 items" in tieout("exceptions", saved).out
    rows = json.loads(tieout("exceptions", saved, "--code", "TO201", "--format", "json").out)
    assert len(rows["exceptions"]) == 2
    assert tieout("exceptions", saved, "--format", "csv").out.startswith("code,title,severity")
    assert tieout("exceptions", saved, "--purpose", "holiday").code == 64
    none = tieout("exceptions", saved, "--code", "TO231").out
    assert none == "None of these; 9 items of other kinds.\n\nNext: tieout exceptions\n"
