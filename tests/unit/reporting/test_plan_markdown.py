"""The comment on a pull request."""

import re

import reporting_examples as made
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tieout.reporting import plan_markdown
from tieout.reporting.markdown import code, escape


def test_a_plan_with_everything(golden):
    golden("plan-full.md", plan_markdown.text(made.full_plan(), file="plan.tieout"))


def test_it_stays_below_the_limit_and_counts_what_it_leaves_out():
    held = [
        row
        for n in range(9_000)
        for row in made.held("TO210", f"toggl:{n}", n, "pay", message="m" * 40)
    ]
    changes = [
        made.change(after=made.timesheet(f"E-{n}", ("2026-11-20", "regular", n + 1)))
        for n in range(9_000)
    ]
    page = plan_markdown.text(made.plan(*changes, made.acme_update(), exceptions=held))
    assert len(page) < plan_markdown.LIMIT
    assert re.search(r"… and [\d,]+ more", page)
    assert page.count("<details>") == page.count("</details>")
    assert page.endswith("Next: `tieout plan -o plan.tieout`\n")


@given(st.text(max_size=60))
def test_escaped_text_is_shown_as_it_is(words):
    html = MarkdownIt("commonmark").enable("table").render(f"{escape(words)}\n")
    body = html.removeprefix("<p>").removesuffix("</p>\n")
    assert not re.search(r"<(?!/?p>)", body), html


def test_what_a_forge_would_link_is_broken_up():
    line = escape("@kim see #12 at https://evil.example | x <img src=a onerror=b> `c` =1+1")
    assert "@&#8203;kim" in line
    assert "#&#8203;12" in line
    assert "https&#8203;:" in line
    assert "<" not in line
    assert "\\|" in line
    assert code("a`b\n<c>") == "`a'b <c>`"


def test_pay_is_never_in_a_comment_unless_asked_for():
    page = plan_markdown.text(made.full_plan())
    assert "1,600.00" not in page
    assert "1,600.00" in plan_markdown.text(made.full_plan(), show_pay=True)
