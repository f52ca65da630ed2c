"""A public holiday takes hours off the workweek, and the plan says which, by which library."""

from __future__ import annotations

import re

from studio import Studio

TESTS = """\
tests:
  - name: Labour Day and Truth and Reconciliation shorten their weeks, no other
    given:
      worker: {jurisdiction: CA, overtime: eligible}
      workweek: {starts: sunday}
      rules: {overtime: {default: law/ca-federal}}
      entries:
        - {date: 2026-09-08, hours: "8"}
        - {date: 2026-09-09, hours: "8"}
        - {date: 2026-09-10, hours: "8"}
        - {date: 2026-09-11, hours: "8"}
        - {date: 2026-09-12, hours: "3"}
        - {date: 2026-09-14, hours: "8"}
        - {date: 2026-09-15, hours: "8"}
        - {date: 2026-09-16, hours: "8"}
        - {date: 2026-09-17, hours: "8"}
        - {date: 2026-09-18, hours: "8"}
    expect: {hours: {regular: "72", overtime: "3"}}
"""


def test_the_week_is_shorter(studio: Studio) -> None:
    (studio.root / "rules/tests").mkdir(exist_ok=True)
    (studio.root / "rules/tests/holidays.yaml").write_text(TESTS)
    ran = studio.run("--root", str(studio.root), "test")
    assert (ran.code, "1 test, holds" in ran.out or "all hold" in ran.out) == (0, True), ran.out


def test_the_plan_tells_the_holiday_and_the_library(studio: Studio) -> None:
    studio.edit("mappings/workers.yaml", "jurisdiction: US-NY", "jurisdiction: CA")
    studio.edit("rules/rules.yaml", "law/us-flsa", "law/ca-federal")
    told = [e for e in studio.plan()["exceptions"] if e["code"] == "TO373"]
    assert [(e["severity"], e["entry"]) for e in told] == [("info", "law/ca-federal/2026-09-07")]
    assert re.fullmatch(
        r"Labor Day, 2026-09-07, shortens the workweek of law/ca-federal \(by holidays \d[\d.]*\)",
        told[0]["message"],
    )
