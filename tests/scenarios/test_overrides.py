"""A figure of the company's own in place of a law's: seen in the plan, the rule tests and the lineage."""

from __future__ import annotations

import json

from studio import Studio

LAW = "overtime: {default: law/us-flsa, premium: overhead}"
OWN = """\
overtime:
  default: law/us-flsa
  premium: overhead
  overrides:
    - law: law/us-flsa
      parameter: tiers/week/40h/over
      value: 35h
      reason: works agreement of 2026
      by: kim@studio.example
      from: 2026-09-06
"""
TESTS = """\
tests:
  - name: thirty-five hours from the sixth, forty before
    given:
      worker: {jurisdiction: US-NY, overtime: eligible}
      entries:
        - {date: 2026-09-01, hours: "23"}
        - {date: 2026-09-02, hours: "18"}
        - {date: 2026-09-16, hours: "23"}
        - {date: 2026-09-17, hours: "18"}
    expect: {hours: {regular: "75", overtime: "7"}}
  - name: for one question the company has no figure of its own
    given:
      worker: {jurisdiction: US-NY, overtime: eligible}
      rules: {overtime: {overrides: []}}
      entries:
        - {date: 2026-09-16, hours: "23"}
        - {date: 2026-09-17, hours: "18"}
    expect: {hours: {regular: "40", overtime: "1"}}
  - name: under another law the company's figure of this one is no matter
    given:
      worker: {jurisdiction: US-NY, overtime: eligible}
      rules: {overtime: {default: law/us-ca}}
      entries:
        - {date: 2026-09-16, hours: "9"}
    expect: {hours: {regular: "8", overtime: "1"}}
  - name: a tier that the law doesn't have
    given:
      worker: {jurisdiction: US-NY, overtime: eligible}
      rules:
        overtime:
          overrides: [{law: law/us-flsa, parameter: tiers/day/8h/over, value: 10h, reason: none}]
      entries:
        - {date: 2026-09-16, hours: "9"}
    expect: {hours: {regular: "9"}}
"""


def test_the_plan_tells_it_and_the_hours_follow(studio: Studio) -> None:
    before = hours(studio.plan())
    studio.edit("rules/rules.yaml", LAW, OWN)
    plan = studio.plan()
    told = [e for e in plan["exceptions"] if e["code"] == "TO372"]
    assert [(e["severity"], e["entry"], e["owner"]) for e in told] == [
        ("info", "law/us-flsa/tiers/week/40h/over", "kim@studio.example")
    ]
    assert told[0]["message"] == (
        "law/us-flsa tiers/week/40h/over is 35h here, not 40h from 2026-09-06: works agreement of 2026"
    )
    after = hours(plan)
    assert after["overtime"] > before["overtime"]
    assert sum(after.values()) == sum(before.values())
    assert "TO372" in studio.tieout("plan")
    assert "; here over 35h: works agreement of 2026" in studio.tieout("explain", "sheet:5")


def hours(plan: dict) -> dict[str, int]:
    found: dict[str, int] = {"regular": 0, "overtime": 0}
    for change in plan["changes"]:
        if change["kind"] == "timesheet":
            for line in change["after"]["lines"]:
                found[line["pay_class"]] += line["seconds"]
    return found


def test_rule_tests_are_judged_by_it(studio: Studio) -> None:
    studio.edit("rules/rules.yaml", LAW, OWN)
    (studio.root / "rules/tests").mkdir(exist_ok=True)
    (studio.root / "rules/tests/own.yaml").write_text(TESTS)
    ran = studio.run("--root", str(studio.root), "test", "--format", "json")
    assert ran.code == 1
    *fine, wrong = json.loads(ran.out)["tests"]
    assert [one["ok"] for one in (*fine, wrong)] == [True, True, True, False], ran.out
    assert "TO182" in json.dumps(wrong)
