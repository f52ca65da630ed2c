"""Worked examples of what an hour is paid: salaries, bonuses, piece work, agreements on the rate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

Test = dict[str, Any]
SUNDAY = date(2026, 3, 1)
CENT = Decimal("0.01")
FLSA, CALIFORNIA = "law/us-flsa", "law/us-ca"
PERIODS = {
    "weekly": "week", "biweekly": "biweek", "semimonthly": "semimonth", "monthly": "month",
    "annual": "year", "yearly": "year",
}  # fmt: skip
PAID = {
    "regular_rate": "regular_rate", "ot_rate": "overtime_rate", "total": "total",
    "ot_premium": "overtime_premium",
}  # fmt: skip


def paid(expected: Mapping[str, str]) -> Test:
    return {"pay": {PAID[name]: text for name, text in expected.items() if name in PAID}}


def under(law: str, entries: list[Test], expect: Test, given: Test, **overtime: str) -> Test:
    rules = {"overtime": {"default": law, **overtime}}
    return {"given": {**given, "rules": rules, "entries": entries}, "expect": expect}


def days(hours: Decimal, most: int = 8) -> list[Test]:
    """So many hours, from Sunday on, a day full before the next begins."""
    found, on = [], SUNDAY
    while hours > 0:
        part = min(hours, Decimal(most))
        found.append({"date": str(on), "hours": str(part)})
        hours, on = hours - part, on + timedelta(days=1)
    return found


def salary(given: Test, hours: str) -> Test:
    period = PERIODS[given.get("period", "weekly")]
    return {"worker": {"rate": given["salary"], "basis": period, "hours": hours}}


def salary_rate(given: Test, expected: Test) -> Test:
    """A week with an hour past 40, so that there is overtime to pay by the rate."""
    law = CALIFORNIA if given.get("jurisdiction") == "US-CA" else FLSA
    return under(law, days(Decimal(41)), paid(expected), salary(given, given["hours_compensated"]))


def salary_short_week(given: Test, expected: Test) -> Test:
    assert given["ot_after"] == "40"
    rounds = {"rate_rounding": "minor_unit"} if "rate_rounding" in given else {}
    entries = days(Decimal(given["hours_worked"]), 24)
    return under(FLSA, entries, paid(expected), salary(given, given["hours_compensated"]), **rounds)


def salary_long_week(given: Test, expected: Test) -> Test:
    return salary_short_week(given, expected)


def fww(given: Test, expected: Test) -> Test:
    assert given["ot_after"] == "40"
    return under(
        FLSA, days(Decimal(given["hours"]), 24), paid(expected), salary(given, "fluctuating")
    )


def week_pay(given: Test, expected: Test) -> Test:
    """Lines by the hour, or at an amount; each on a day of its own."""
    assert given["ot_after"] == "40"
    entries, items = [], []
    for number, line in enumerate(given["lines"]):
        on = str(SUNDAY + timedelta(days=number))
        entries.append({"date": on, "hours": line["hours"], "rate": line.get("rate", "0")})
        if "amount" in line:
            kind = "commission" if line.get("basis") == "commission" else "piecework"
            items.append({"kind": kind, "amount": line["amount"], "date": on})
    if "bonus" in given:
        items.append({"kind": "bonus", "amount": given["bonus"], "date": str(SUNDAY)})
    expect = paid(expected)
    if "ot_hours" in expected:
        expect["hours"] = {"overtime": expected["ot_hours"]}
    return under(FLSA, entries, expect, {"items": items} if items else {})


def rate_in_effect(given: Test, expected: Test) -> Test:
    """What overtime is paid in all is its hours at their own rate, and the premium on it."""
    assert given["ot_after"] == "40"
    made = week_pay(given, {k: v for k, v in expected.items() if k != "ot_pay"})
    made["given"]["rules"]["overtime"]["regular_rate"] = "in_effect"
    if "ot_pay" in expected:
        made["expect"]["pay"]["overtime_premium"] = str(
            (Decimal(expected["ot_pay"]) / 3).quantize(Decimal("0.01"))
        )
    return made


def bonus(given: Test, law: str, expected: Test) -> Test:
    """Overtime of a California day, up to twelve hours: no more than the days of straight time bear."""
    left, entries = Decimal(given["ot_hours"]), days(Decimal(given["nonot_hours"]))
    for entry in entries:
        more = min(left, Decimal(4)) if Decimal(entry["hours"]) == 8 else Decimal(0)
        entry["hours"], left = str(Decimal(entry["hours"]) + more), left - more
    assert not left
    items = [{"kind": "flat_bonus", "amount": given["flat_bonus"], "date": str(SUNDAY)}]
    worker = {"worker": {"rate": given["rate"]}, "items": items}
    made = under(law, entries, {**paid(expected), "hours": {"overtime": given["ot_hours"]}}, worker)
    if "bonus_ot" in expected:
        half = Decimal(given["rate"]) * Decimal(given["ot_hours"]) / 2
        made["expect"]["pay"]["overtime_premium"] = str(
            half.quantize(Decimal("0.01")) + Decimal(expected["bonus_ot"])
        )
    return made


def flat_bonus(given: Test, expected: Test) -> Test:
    return bonus(given, CALIFORNIA, expected)


def flat_bonus_flsa(given: Test, expected: Test) -> Test:
    return bonus(given, FLSA, expected)


def qualified_ot(given: Test, expected: Test) -> Test:
    """The week's hours under the federal law. Of who worked no longer than 40, nothing counts."""
    total, past = Decimal(given["total_hours"]), Decimal(given["flsa_ot_hours"])
    assert past == max(Decimal(0), total - 40)
    expect = {"pay": {"qualified_overtime": expected["qualified_ot"]}}
    worker = {"worker": {"rate": given["rate"], "jurisdiction": "US"}}
    return under(FLSA, days(total, 24), expect, worker)


TOLD = (
    qualified_ot, salary_rate, salary_short_week, salary_long_week, fww, week_pay, rate_in_effect, flat_bonus,
    flat_bonus_flsa,
)  # fmt: skip
