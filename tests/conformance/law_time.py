"""Worked examples of time under the law as rule tests: rounding, breaks, rest, limits, schedules."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
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


# breaks, rest, limits: what is found is exactly what lacks


def hm(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def work(seconds: int, on: date = SUNDAY, pauses: tuple[tuple[int, int], ...] = ()) -> list[Test]:
    """So much work from 06:00 on, with pauses: (work before it, its length)."""
    start, done, spans = datetime.combine(on, time(6)), 0, []
    for before, length in (*pauses, (seconds, 0)):
        end = start + timedelta(seconds=before - done)
        spans.append({"start": start.isoformat(), "end": end.isoformat()})
        start, done = end + timedelta(seconds=length), before
    return spans


def rest_breaks(given: Test, expected: Test) -> Test:
    """None is recorded, so all that are due are found."""
    seconds = int(Decimal(given["hours"]) * 3600)
    rests = {"code": "TO269", "count": str(expected["rest_breaks"])}
    meals = ["TO268"] if seconds > 5 * 3600 else []
    worker = {"agreements": ["rests_recorded"]}
    return under("law/us-ca", work(seconds), {"findings": [rests, *meals]}, worker=worker)


def meal_premium(given: Test, expected: Test) -> Test:
    """Meals of half an hour, each begun after four hours of work."""
    seconds = int(Decimal(given["hours"]) * 3600)
    meals = tuple((n * 4 * 3600, 1800) for n in range(1, given["compliant_meals"] + 1))
    waivers = {"first_meal": given["first_waived"], "second_meal": given["second_waived"]}
    worker = {"agreements": [name for name, waived in waivers.items() if waived], "rate": "20.00"}
    due = expected["meal_premium_hours"]
    amount = {"premium": str(due), "amount": f"{due * 20}.00"}
    found = [{"code": "TO268", **amount}] if due else []
    return under("law/us-ca", work(seconds, pauses=meals), {"findings": found}, worker=worker)


def de_break(given: Test, expected: Test) -> Test:
    """On one day no break, so that all of it lacks; on another, two days later, just enough."""
    due = expected["break_minutes"] * 60
    seconds = given["working_minutes"] * 60
    entries = work(seconds) + work(seconds, SUNDAY + timedelta(days=2), ((3 * 3600, due),))
    lacks = [{"code": "TO267", "time": hm(due), "date": str(SUNDAY)}] if due else []
    return under("law/de", entries, {"findings": lacks})


#: Hours of rest → the pack that asks for them.
RESTS = {11: "law/de", 12: "law/es", 8: "law/nl", 36: "law/nl", 35: "law/fr", 24: "law/gb"}


def rest_period(given: Test, expected: Test) -> Test:
    """Work that begins when the rest is over, and a fortnight later a minute too early.

    A rest of up to 12 hours is a day's; a longer one a week's, on whose other days work is done.
    """
    end = datetime.fromisoformat(str(given["end"]))
    earliest = datetime.fromisoformat(str(expected["earliest_start"]))
    hours = given["rest_hours"]
    daily = hours <= 12
    entries = []
    for late in (timedelta(0), timedelta(weeks=2) - timedelta(minutes=1)):
        last = end + timedelta(weeks=2) * (late > timedelta(0))
        first = last - timedelta(hours=2)
        before = range(0 if daily else (first.date() - sunday_of(first.date())).days, -1, -1)
        entries += [_shift(first - timedelta(days=n), 2) for n in before]
        after = (last.date() - sunday_of(last.date())).days
        following = 0 if daily else max(0, 6 - after - (earliest.date() - end.date()).days)
        entries += [_shift(earliest + late + timedelta(days=n), 2) for n in range(following + 1)]
    code = "TO270" if daily else "TO271"
    week = {"starts": "sunday"}
    expect = {"findings": [{"code": code, "time": "0:01"}]}
    worker = {"timezone": "UTC"}  # no clock changes in these nights
    return under(RESTS[hours], entries, expect, workweek=week, worker=worker)


def sunday_of(day: date) -> date:
    return day - timedelta(days=day.isoweekday() % 7)


def _shift(start: datetime, hours: int) -> Test:
    return {"start": start.isoformat(), "end": (start + timedelta(hours=hours)).isoformat()}


def average_hours(given: Test, expected: Test) -> Test:
    """So many weeks of five days each; the total is what the weeks come to."""
    more = [Decimal(0)] * given["weeks"]
    for extra in given.get("extra", ()):
        for week in range(extra["weeks"]):
            more[week] += Decimal(extra["hours"])
    entries = [
        {"date": str(SUNDAY + timedelta(weeks=week, days=n)),
         "hours": str((Decimal(given["weekly_hours"]) + more[week]) / 5)}
        for week in range(given["weeks"]) for n in range(1, 6)
    ]  # fmt: skip
    found = [] if expected["compliant_48"] else ["TO273"]
    return under("law/gb", entries, {"findings": found, "rounded": {"pay": expected["total"]}})


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def aws_split(given: Test, expected: Test) -> Test:
    """The days from Monday on; the schedule has the first ones, of so many hours each."""
    number, hours = given["schedule"].split("x")
    scheduled = [day["scheduled"] for day in given["days"]]
    assert scheduled == [n < int(number) for n in range(len(scheduled))]
    entries = [
        {"date": str(SUNDAY + timedelta(days=n)), "hours": day["hours"]}
        for n, day in enumerate(given["days"], 1)
    ]
    plan = dict.fromkeys(WEEKDAYS[: int(number)], f"{hours}h")
    worker = {"agreements": ["alternative_workweek"], "schedule": plan}
    classes = {"regular": "regular", "ot15": "overtime", "ot20": "double_time"}
    expect = {"hours": {classes[name]: text for name, text in expected.items()}}
    return under("law/us-ca", entries, expect, worker=worker)


def br_tolerance(given: Test, expected: Test) -> Test:
    """A shift from 08:00 to 17:00; what is early or late at either end is credited or it isn't."""
    begins = datetime.combine(SUNDAY + timedelta(days=1), time(8))
    ends = begins + timedelta(hours=9)
    entry = {
        "start": (begins - timedelta(minutes=given["start_minutes"])).isoformat(),
        "end": (ends + timedelta(minutes=given["end_minutes"])).isoformat(),
    }
    tolerance = {"punch": f"{given['per_punch']}m", "day": f"{given['per_day']}m"}
    paid = 9 * 3600 + expected["credited_minutes"] * 60
    return under(
        "law/br", [entry], {"rounded": {"pay": [hm(paid)]}},
        worker={"schedule": {"monday": "08:00-17:00"}}, rules={"rounding": {"pay": {"tolerance": tolerance}}},
    )  # fmt: skip


def holiday_week(given: Test, expected: Test) -> Test:
    """The week of Canada Day, in days of no more than 8 hours."""
    assert (given["weekly_standard"], given["reduction"], given["holidays"]) == ("40", "8", 1)
    left, entries, on = Decimal(given["hours_worked"]), [], date(2026, 6, 28)
    while left > 0:
        hours = min(left, Decimal(8))
        entries.append({"date": str(on), "hours": str(hours)})
        left, on = left - hours, on + timedelta(days=1)
    expect = {"hours": {"overtime": expected["ot_hours"]}}
    return under("law/ca-federal", entries, expect, workweek={"starts": "sunday"})


TOLD = (
    aws_split, br_tolerance, holiday_week, shift_round_week, round_entry, rest_breaks, meal_premium, de_break,
    rest_period, average_hours,
)  # fmt: skip
