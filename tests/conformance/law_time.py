"""Worked examples of time under the law as rule tests: rounding, breaks, rest, limits, schedules."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

#: A Sunday, the first day of the workweek.
SUNDAY = date(2026, 3, 1)
Test = dict[str, Any]


def under(law: str, entries: list[Test], expect: Test, **given: Any) -> Test:
    """A rule test under one law; ``given`` may have worker and rules besides."""
    rules = {"overtime": {"default": law}, **given.pop("rules", {})}
    return {"given": {"worker": {}, **given, "rules": rules, "entries": entries}, "expect": expect}


# rounding


def shift_round_week(given: Test, expected: Test) -> Test:
    """The same shift on so many days from Monday on; the rounded clock is what the day counts."""
    start, end = given["actual"]
    minutes = given["unpaid_break_min"]
    entries = [
        {"date": str(SUNDAY + timedelta(days=n)), "start": start, "end": end,
         "breaks": f"{minutes}m"}
        for n in range(1, given["days"] + 1)
    ]  # fmt: skip
    rounding = {"increment": f"{given['interval_min']}m", "mode": given["mode"], "per": "punch"}
    begins, ends = (Decimal(h) + Decimal(m) / 60 for h, m in
                    (clock.split(":") for clock in expected["rounded"]))  # fmt: skip
    assert ends - begins - Decimal(minutes) / 60 == Decimal(expected["day_hours"])
    regular = Decimal(expected["week_hours"]) - Decimal(expected["ot_hours"])
    expect = {
        "rounded": {"pay": [expected["day_hours"]] * given["days"]},
        "hours": {"regular": str(regular), "overtime": expected["ot_hours"]},
    }
    return under("law/us-flsa", entries, expect, rules={"rounding": {"pay": rounding}})


#: What Kimai calls its modes → how start, end and length are rounded.
KIMAI = {
    "default": ("down", "up", "up"), "ceil": ("up",) * 3, "floor": ("down",) * 3,
    "closest": ("half_down",) * 3,
}  # fmt: skip


def round_entry(given: Test, expected: Test) -> Test:
    """Start, end, then the length, each by a rule of its own."""
    start, end, length = KIMAI[given["mode"]]
    rule: Test = {"mode": length, "increment": f"{given['duration_min']}m"}
    rule["start"] = {"increment": f"{given['begin_min']}m", "mode": start}
    rule["end"] = {"increment": f"{given['end_min']}m", "mode": end}
    seconds = expected["duration_seconds"]
    to = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    entry = {"date": str(SUNDAY), "start": given["start"], "end": given["end"]}
    return under("law/us-flsa", [entry], {"rounded": {"pay": [to]}}, rules={"rounding": {"pay": rule}})


TOLD = (shift_round_week, round_entry)
