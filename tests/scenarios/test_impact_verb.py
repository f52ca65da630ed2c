"""`impact`: what an edit of mappings and rules does, told before anyone merges it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from studio import Studio
from test_json import told
from test_revision import commit, git

BILL = "studio/invoice/acme/USD/2026-09"


@pytest.fixture
def tracked(booked: Studio) -> Studio:
    """September is in the books, and the configuration in git."""
    git(booked.root, "init", "-q", "-b", "main")
    commit(booked.root, "Begin")
    return booked


def impact(studio: Studio, *args: str) -> dict[str, Any]:
    return told(studio.tieout("impact", "--base", "main", "--format", "json", *args), "impact")


def sums(found: dict[str, Any], dimension: str) -> dict[tuple[str, str], tuple[int, int]]:
    """(name, purpose) → what is more or less: seconds, and minor units of USD."""
    return {
        (p["name"], p["purpose"]): (
            p["seconds"][1] - p["seconds"][0],
            -sum(
                s * m for s, m in zip((1, -1), (p["money"] or {}).get("USD", (0, 0)), strict=True)
            ),
        )
        for p in found["parts"]
        if p["dimension"] == dimension
    }


def test_nothing_differs(tracked: Studio) -> None:
    tracked.edit("mappings/projects.yaml", "- id: web", "# a remark\n  - id: web  # Acme's")
    found = impact(tracked, "--detailed-exitcode")
    assert (found["parts"], found["edits"], found["documents"]) == ([], [], [])
    assert "Nothing: both plans ask for the same" in tracked.tieout("impact", "--base", "main")


def test_a_rate_is_told_by_customer_account_and_line(tracked: Studio) -> None:
    tracked.edit("mappings/projects.yaml", "rate: 100.00", "rate: 110.00")
    found = impact(tracked)
    more = 44_75 * 10  # 44.75 hours on the website, ten dollars each
    assert sums(found, "purpose") == {("billing", "billing"): (0, more)}
    assert sums(found, "customer") == {("acme", "billing"): (0, more)}
    assert sums(found, "account") == {
        ("Assets:Receivable", "billing"): (0, more), ("Income:Services", "billing"): (0, -more),
    }  # fmt: skip
    row = "projects/web billing.rate"
    assert sums(found, "row") == {(row, "billing"): (0, more)}
    (edit,) = found["edits"]
    assert (edit["row"], edit["before"], edit["after"]) == (row, "100.00", "110.00")
    assert (edit["place"]["file"], edit["place"]["line"]) == ("mappings/projects.yaml", 6)
    assert edit["place"]["author"] is None, "it isn't committed yet"
    (document,) = found["documents"]
    assert (document["document"], document["head_plan"]) == (BILL, "update")
    assert document["after"]["amount"] - document["before"]["amount"] == more
    ran = tracked.run(
        "--root", str(tracked.root), "impact", "--base=main", "--format=github", "--detailed-exitcode"
    )  # fmt: skip
    assert ran.code == 2
    assert ran.out.startswith("::notice file=mappings/projects.yaml,line=6,")
    assert "billing: 1 document, +447.50 USD" in ran.out


def test_another_customer_and_a_lost_project(tracked: Studio) -> None:
    git(tracked.root, "switch", "-q", "-c", "other")
    tracked.edit("mappings/projects.yaml", "customer: bolt", "customer: acme")
    tracked.edit("mappings/projects.yaml", "{project: Website}", "{project: Webseite}")
    sha = commit(tracked.root, "Bolt is Acme's now, and a slip")
    git(tracked.root, "switch", "-q", "main")
    found = impact(tracked, "--head", "other")
    customers = sums(found, "customer")
    assert customers["bolt", "billing"] == (-72_000, -240_000), "twenty hours at 120.00"
    assert customers["acme", "billing"] == (72_000 - 161_100, 240_000 - 447_500)
    assert {e["code"] for e in found["exceptions"]["appeared"]} == {"TO201"}
    assert found["exceptions"]["gone"] == []
    assert {(edit["row"], edit["place"]["commit"]) for edit in found["edits"]} == {
        ("projects/app customer", sha), ("projects/web sheet.project", sha),
    }  # fmt: skip
    gone = next(d for d in found["documents"] if "/invoice/bolt/" in d["document"])
    assert (gone["after"], gone["head_plan"]) == (None, "void")
    assert [origin["row"] for origin in gone["origin"]] == ["projects/app customer"]
    ran = tracked.run(
        "--root", str(tracked.root), "impact", "--base=main", "--head=other", "--detailed-exitcode"
    )
    assert ran.code == 3, "an invoice would be voided"
    assert "guard voids.invoice 1 > 0: the plan would be REFUSED" in ran.out
    assert f"Next: tieout plan --at {sha[:7]}" in ran.out
    back = told(tracked.tieout("impact", "--base=other", "--head=main", "--format=json"), "impact")
    assert {e["code"] for e in back["exceptions"]["gone"]} == {"TO201"}
    assert sums(back, "customer") == {
        at: (-seconds, -money) for at, (seconds, money) in customers.items()
    }


def test_cost_stays_hidden(tracked: Studio) -> None:
    tracked.edit("mappings/accounts.yaml", "Expenses:Payroll:Wages", "Expenses:Work")
    hidden, shown = impact(tracked), impact(tracked, "--show-pay")
    costs = [p for p in hidden["parts"] if p["purpose"] == "cost"]
    assert costs
    assert all(part["money"] is None for part in costs)
    assert hidden["pay"] == "hidden"
    journals = [d for d in hidden["documents"] if d["kind"] == "journal"]
    assert journals
    assert all(d["before"]["amount"] is d["after"]["amount"] is None for d in journals)
    by_account = sums(shown, "account")
    assert (
        by_account["Expenses:Work", "cost"][1]
        == -by_account["Expenses:Payroll:Wages", "cost"][1]
        > 0
    )
    for form in ("text", "markdown"):
        told_ = tracked.tieout("impact", "--base", "main", "--format", form)
        assert str(by_account["Expenses:Work", "cost"][1])[:-2] not in told_.replace(",", "")


def test_a_first_commit_and_an_invalid_one(tracked: Studio) -> None:
    git(tracked.root, "rm", "-rq", "--cached", ".")
    git(tracked.root, "commit", "-q", "--allow-empty", "-m", "Nothing")
    git(tracked.root, "tag", "empty")
    found = told(tracked.tieout("impact", "--base=empty", "--format=json"), "impact")
    assert (found["base"]["plan"], found["summary"]["gone"]) == (None, 0)
    assert sums(found, "purpose")["billing", "billing"] == (161_100 + 72_000, 447_500 + 240_000)
    assert all(d["before"] is None and d["head_plan"] is None for d in found["documents"])
    assert "all that is asked for is new" in tracked.tieout("impact", "--base", "empty")
    assert "asked for is new" in tracked.tieout("impact", "--base=empty", "--format=markdown")
    tracked.edit("mappings/projects.yaml", "customer: bolt", "customer: bolts")
    sha = commit(tracked.root, "A slip")
    tracked.edit("mappings/projects.yaml", "customer: bolts", "customer: bolt")
    ran = tracked.run("--root", str(tracked.root), "impact", "--base", "HEAD")
    assert ran.code == 1
    assert f"{sha[:7]}:mappings/projects.yaml:9" in ran.err
    assert "TO632 HEAD can't be planned" in ran.err


def test_what_the_base_alone_asks_for_was_never_pulled(tracked: Studio) -> None:
    text = (tracked.root / "tieout.yaml").read_text(encoding="utf-8")
    tracked.edit(
        "tieout.yaml",
        "sources:\n",
        "sources:\n  more: {connector: file, profile: toggl, path: m.csv}\n",
    )
    tracked.edit("tieout.yaml", "from: sheet", "from: [sheet, more]")
    commit(tracked.root, "A second tracker")
    (tracked.root / "tieout.yaml").write_text(text, encoding="utf-8")
    ran = tracked.run("--root", str(tracked.root), "impact", "--base", "HEAD")
    assert ran.code == 1
    assert "TO454 for the base: more was never pulled" in ran.err


def test_a_comment_is_never_too_long(tracked: Studio) -> None:
    rows = [
        f"  - {{id: p{n}, name: {'A long name ' * 8}{n}, customer: acme, sheet: {{project: P{n}}},\n"
        f"     billing: {{method: hourly, rate: {n}.00}}}}\n"
        for n in range(1, 900)
    ]
    path = tracked.root / "mappings/projects.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "".join(rows), encoding="utf-8")
    tracked.edit("mappings/projects.yaml", "rate: 100.00", "rate: 110.00")
    shown = tracked.tieout("impact", "--base", "main", "--format", "markdown")
    assert shown.startswith("### Impact of the working files on main")
    assert len(shown) < 65_536
    assert "… and " in shown
    assert shown.count("<details>") == shown.count("</details>") > 1
    assert (
        json.loads(tracked.tieout("impact", "--base=main", "--format=json"))["summary"]["changed"]
        == 1
    )
