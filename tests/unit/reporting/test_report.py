"""The report that opens with where every second went."""

import re

import reporting_examples as made
from test_reconcile import balanced, settled

from tieout.config.model import LawPack, Tier
from tieout.reporting import report
from tieout.reporting.reconcile import reconcile

PACK = LawPack(id="law/us-xx", title="Somewhere", tiers=(
    Tier(window="week", over=144_000, percent=150, pay_class="overtime", exclude=False,
         basis="Section 1", source="x", verified=False),
))  # fmt: skip


def test_the_report_of_a_company_in_order(golden):
    golden("report-ties.md", report.markdown(reconcile(settled(), balanced(), ())))


def test_the_report_of_one_that_is_not(golden):
    page = report.markdown(reconcile(made.full_plan(), balanced(16), ()), [PACK])
    golden("report-open.md", page)
    assert page.index("Every second, by purpose") < page.index("What is held")
    assert "Section 1" in page


def test_rows_that_were_accepted_unread_are_told_with_their_number():
    rows = [
        *made.held("TO321", "data/a.csv:7", 0, None, severity="warn", message="start: no date"),
        *made.held("TO320", "data/a.csv:9", 0, None, severity="warn", message="2 cells"),
    ]
    page = report.markdown(reconcile(made.plan(exceptions=rows), balanced(), ()))
    assert "## What couldn't be read: 2" in page
    assert "| data/a.csv:7 | TO321 start: no date |" in page
    assert "couldn't be read" not in report.markdown(reconcile(settled(), balanced(), ()))


def test_nothing_of_a_tracker_becomes_markup():
    evil = "<script>|[x](http://evil.example) @all"
    plan = made.plan(exceptions=made.held("TO201", "t:1", 60, "pay", owner=evil, message=evil))
    page = report.markdown(reconcile(plan, balanced(), ()))
    assert "<script>" not in page
    assert not re.search(r"(?<!\\)\]\(", page)
    assert "@all" not in page


def test_pay_stays_out_of_it():
    found = reconcile(made.full_plan(), balanced(), ())
    assert "1,600.00" not in report.markdown(found)
    assert "1,600.00" in report.markdown(found, show_pay=True)
