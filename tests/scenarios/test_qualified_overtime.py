"""What the FLSA requires above the regular rate: by rule tests, and by worker in the year's report."""

from __future__ import annotations

from studio import Studio
from test_json import told

US = "worker: {rate: \"20.00\", jurisdiction: US-CA, overtime: eligible}"
LAW = "overtime: {default: law/us-ca"
TESTS = f"""\
tests:
  - name: past eight hours a day is California's premium alone
    given:
      {US}
      rules: {{{LAW}}}}}
      entries: [{{date: 2026-09-08, hours: "13"}}, {{date: 2026-09-09, hours: "13"}}]
    expect: {{hours: {{overtime: "8", double_time: "2"}}, pay: {{qualified_overtime: "0.00"}}}}
  - name: past forty hours half of the rate counts, whatever is paid by the day
    given:
      {US}
      rules: {{{LAW}}}}}
      entries:
        - {{date: 2026-09-08, hours: "14"}}
        - {{date: 2026-09-09, hours: "14"}}
        - {{date: 2026-09-10, hours: "14"}}
    expect: {{pay: {{qualified_overtime: "20.00", overtime_premium: "240.00"}}}}
  - name: a bonus is part of the regular rate
    given:
      {US}
      rules: {{overtime: {{default: law/us-flsa}}}}
      items: [{{kind: bonus, amount: "92.00", date: 2026-09-08}}]
      entries: [{{date: 2026-09-08, hours: "23"}}, {{date: 2026-09-09, hours: "23"}}]
    expect: {{pay: {{regular_rate: "22.00", qualified_overtime: "66.00"}}}}
  - name: by agreement the rates in effect, of the last hours
    given:
      {US}
      rules: {{overtime: {{default: law/us-flsa, regular_rate: in_effect}}}}
      entries:
        - {{date: 2026-09-08, hours: "22", rate: "10.00"}}
        - {{date: 2026-09-09, hours: "22", rate: "30.00"}}
    expect: {{pay: {{overtime_premium: "60.00", qualified_overtime: "60.00"}}}}
  - name: leave doesn't count, nor who is exempt
    given:
      worker: {{rate: "20.00", jurisdiction: US-NY, overtime: exempt, exempt_ground: 29 CFR 541.200}}
      entries: [{{date: 2026-09-08, hours: "23"}}, {{date: 2026-09-09, hours: "23"}}]
    expect: {{pay: {{qualified_overtime: "0.00"}}}}
  - name: elsewhere the FLSA isn't the law
    given:
      worker: {{rate: "20.00", jurisdiction: DE, overtime: eligible}}
      entries: [{{date: 2026-09-08, hours: "23"}}, {{date: 2026-09-09, hours: "23"}}]
    expect: {{pay: {{qualified_overtime: "0.00", overtime_premium: "60.00"}}}}
"""


def test_what_counts(studio: Studio) -> None:
    (studio.root / "rules/tests").mkdir(exist_ok=True)
    (studio.root / "rules/tests/qualified.yaml").write_text(TESTS)
    ran = studio.run("--root", str(studio.root), "test")
    assert (ran.code, "6 tests, all hold" in ran.out) == (0, True), ran.out


def test_the_year_by_worker(studio: Studio) -> None:
    studio.tieout("pull")
    plain = studio.tieout("overtime")
    assert "Qualified overtime of 2026" in plain
    assert "Ana" in plain
    assert "Amounts are hidden: --show-pay" in plain
    assert "2:45:00 h in 1 week" in plain
    shown = told(studio.tieout("overtime", "--show-pay", "--format", "json"), "overtime-report")
    hidden = told(studio.tieout("overtime", "--format", "json"), "overtime-report")
    ana = {"worker": "E-1", "name": "Ana", "weeks": 1, "seconds": 9900, "currency": "USD"}
    assert shown["workers"] == [ana | {"amount": 55_00}]
    assert hidden["workers"] == [ana | {"amount": None}]
    csv_ = studio.tieout("overtime", "--show-pay", "--format", "csv").splitlines()
    assert csv_ == ["worker,name,year,weeks,hours,currency,amount", "E-1,Ana,2026,1,2:45:00,USD,55.00"]
    assert "Nobody" in studio.tieout("overtime", "--year", "2025")
