"""The plan in a terminal: pages to the letter, and what must hold of every page."""

import re
from pathlib import Path

import pytest
import reporting_examples as made
from hypothesis import given
from hypothesis import strategies as st

from tieout.domain.change import Conservation, Guard
from tieout.reporting import plan_text
from tieout.reporting.figures import width
from tieout.reporting.privacy import HIDDEN


@pytest.mark.parametrize("columns", [80, 120])
def test_a_plan_with_everything(golden, columns):
    page = plan_text.text(made.full_plan(), file="plan.tieout", columns=columns)
    golden(f"plan-{columns}.txt", page)


def test_an_empty_plan_is_one_calm_paragraph(golden):
    golden("plan-empty.txt", plan_text.text(made.empty_plan()))


def test_thousands_of_creates_are_grouped(golden):
    changes = [
        made.change(after=made.timesheet(f"E-{n:04}", ("2026-11-20", "regular", 3_600 + n)))
        for n in range(1_500)
    ]
    page = plan_text.text(made.plan(*changes), file="plan.tieout")
    golden("plan-many.txt", page)
    assert len(page.splitlines()) < 40


def test_colour_changes_nothing_but_colour():
    plain = plan_text.text(made.full_plan())
    coloured = plan_text.text(made.full_plan(), colour=True)
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


@pytest.mark.parametrize("columns", [40, 80, 97, 120, 400])
def test_no_line_is_wider_than_the_page(columns):
    room = min(max(columns, 80), 120)
    for line in plan_text.text(made.full_plan(), columns=columns).splitlines():
        assert width(line) <= room or "tieout approve" in line, line


def test_a_refused_guard_gives_the_very_line():
    page = plan_text.text(made.full_plan(), file="my plan.tieout")
    line = "tieout approve 'my plan.tieout' --override voids.invoice --reason \"…\""
    assert f"to allow: {line}" in page
    assert page.endswith(f"Next: {line}\n")


def test_next_by_what_stands_in_the_way():
    ready = made.plan(made.acme_update())
    blocked = made.plan(
        made.acme_update(), exceptions=made.held("TO201", "t:1", 1, severity="block")
    )
    assert plan_text.text(ready).endswith("Next: tieout plan -o plan.tieout\n")
    assert plan_text.text(ready, file="p").endswith("Next: tieout apply p\n")
    assert plan_text.text(blocked, file="p").endswith("Next: tieout exceptions\n")


def test_missing_seconds_are_not_hidden():
    wrong = {"pay": Conservation(purpose="pay", source=10, booked=9)}
    assert "✗ seconds are missing" in plan_text.text(made.plan(conservation=wrong))


def test_held_entries_beyond_the_limit_are_counted():
    page = plan_text.text(made.full_plan(), held=3)
    assert "… and 4 more: tieout exceptions --code TO210" in page


def test_a_rate_change_reads_as_one_line():
    page = plan_text.text(made.plan(made.borealis_update()))
    assert "rate 140.00 → 150.00" in page
    assert "mappings/projects.yaml:12 @ a1b2c3d (kim, 2026-11-20)" in page


def test_pay_is_hidden_until_asked_for():
    few = made.plan(*made.timesheets(), made.labour(workers=made.WORKERS[:4]))
    enough = made.plan(*made.timesheets(), made.labour())
    assert "6,118.50" not in plan_text.text(few)
    assert HIDDEN in plan_text.text(few)
    assert "6,118.50 USD" in plan_text.text(enough)
    assert "6,118.50 USD" in plan_text.text(few, show_pay=True)


def test_a_passing_guard_takes_no_room():
    guards = (Guard(name="creates", value="1", limit="9", ok=True),)
    assert "guard" not in plan_text.text(made.plan(made.acme_update(), guards=guards))


@given(st.text(max_size=80))
def test_no_text_of_a_tracker_steers_the_terminal(words):
    line = made.sale("a/b/c@1", 3_600, 1_400_000, text=words + "\x1b[2J\u202eevil\r\n")
    held = made.held("TO201", f"toggl:{words}", 1, "pay", owner=words, message=words)
    page = plan_text.text(made.plan(made.change(after=made.invoice("acme", line)), exceptions=held))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", page)


def test_goldens_are_all_used():
    used = Path(__file__).parent.glob("test_*.py")
    text = "".join(path.read_text(encoding="utf-8") for path in used)
    for path in (Path(__file__).parent / "goldens").iterdir():
        stem = re.sub(r"-\d+$", "-", path.stem)
        assert stem in text, path.name
