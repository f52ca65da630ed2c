"""Worked examples of labour law as rule tests: which kind of example is told how, and which can't be.

The examples stand beside the project (`vectors/labour.yaml`); what they expect is never edited. A
kind is either in :data:`TOLD`, by the function that tells it, or in :data:`MISSING` with the reason.
Single examples that are told and don't come out so are in :data:`FAILING`, with the reason.
`python tests/conformance/vectors.py FILE` writes `docs/law-vectors.md`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import law_money
import law_pay
import law_time
import yaml

PAGE = Path(__file__).resolve().parents[2] / "docs/law-vectors.md"
#: A Sunday, the first day of the workweek; and one while the Factories Act was in force.
SUNDAY, BEFORE = date(2026, 3, 1), date(2025, 3, 2)
Test = dict[str, Any]


class NotTold(Exception):
    """An example of a kind that is told, which itself needs what is missing."""


# what stands in a test


def test(entries: list[Test], expect: Test, law: str = "law/us-flsa", **given: Any) -> Test:
    """A rule test under one law; ``given`` may have worker and rules besides."""
    rules = {"overtime": {"default": law}, **given.pop("rules", {})}
    return {"given": {"worker": {}, **given, "rules": rules, "entries": entries}, "expect": expect}


def days(hours: list[str], first: date = SUNDAY) -> list[Test]:
    """Hours on consecutive days; a day of 0 is a day off."""
    return [
        {"date": str(first + timedelta(days=n)), "hours": h}
        for n, h in enumerate(hours)
        if Decimal(h)
    ]


def shifts(spans: list[list[Any]], **fields: Any) -> list[Test]:
    return [{"start": str(a).replace(" ", "T"), "end": str(b).replace(" ", "T"), **fields}
            for a, b in spans]  # fmt: skip


#: Keys of what an example expects → pay classes of our packs.
CLASSES = {
    "regular": "regular", "ot15": "overtime", "ot20": "double_time", "ot125": "overtime_25",
    "ot25": "overtime_25", "ot50": "overtime_50",
}  # fmt: skip


def classes(expected: Mapping[str, str]) -> Test:
    """Hours by pay class, and the total of what is paid."""
    expect: Test = {"hours": {CLASSES[k]: v for k, v in expected.items() if k in CLASSES}}
    if "total" in expected:
        expect["pay"] = {"total": expected["total"]}
    return expect


# one function for each kind of example


def ot_split(given: Test, expected: Test) -> Test:
    first = BEFORE if given["rule"] == "in-factories-1948" else SUNDAY
    worker = {"rate": given["rate"]} if "rate" in given else {}
    law = f"law/{given['rule']}"
    return test(days(given["days"], first), classes(expected), law, worker=worker)


def ot_split_shifts(given: Test, expected: Test) -> Test:
    minutes = given.get("unpaid_break_min")
    fields = {"breaks": f"{minutes}m"} if minutes else {}
    return test(shifts(given["shifts"], **fields), classes(expected), f"law/{given['rule']}")


def ot_split_rolling24(given: Test, expected: Test) -> Test:
    assert given["daily_after"] == "8"
    return test(shifts(given["shifts"]), classes(expected), "law/us-nv")


def ot_consecutive(given: Test, expected: Test) -> Test:
    law = {"12": "law/us-co", "8": "law/ca-federal"}[given["consecutive_after"]]
    return test(shifts([given["shift"]]), classes(expected), law)


def week_pay_after(given: Test, expected: Test) -> Test:
    law = {"44": "law/ca-on", "40": "law/ca-qc"}[given["ot_after"]]
    pay = {"overtime_rate": expected["ot_rate"], "total": expected["total"]}
    expect = {"hours": {"overtime": expected["ot_hours"]}, "pay": pay}
    return test(days([given["hours"]]), expect, law, worker={"rate": given["rate"]})


def multiweek_ot(given: Test, expected: Test) -> Test:
    entries, documents = [], []
    for n, (worked, overtime) in enumerate(zip(given["weeks"], expected["ot_hours"], strict=True)):
        first = SUNDAY + timedelta(weeks=n)
        entries += days([worked], first)
        sheet: Test = {"kind": "timesheet", "date": str(first + timedelta(days=6))}
        line = {"pay_class": "overtime", "hours": overtime}
        if overtime == "0":
            sheet["absent"] = True
            del line["hours"]
        documents.append({**sheet, "lines": [line]})
    return test(entries, {"documents": documents})


def fr_split(given: Test, expected: Test) -> Test:
    expect = {**classes({k: v for k, v in expected.items() if k != "total"}),
              "rounded": {"pay": expected["total"]}}  # fmt: skip
    return test(days(given["days"]), expect, "law/fr")


def au_daily_ot(given: Test, expected: Test) -> Test:
    assert given["first_block"] == "2"
    hours = [str(Decimal("7.6") + Decimal(h)) for h in given["ot_by_day"].values()]
    return test(days(hours), classes(expected), "law/au")


def jp_month(given: Test, expected: Test) -> Test:
    """Twenty days of 8 hours and a share of the overtime each, all in March."""
    each = Decimal(given["ot_hours"]) / 20
    dates = [SUNDAY + timedelta(weeks=w, days=d) for w in range(4) for d in range(1, 6)]
    entries = [{"date": str(on), "hours": str(8 + each)} for on in dates]
    total = int(expected["pay"]) + 160 * int(given["hourly"])
    worker = {"rate": given["hourly"], "currency": "JPY"}
    return test(entries, {"pay": {"total": str(total)}}, "law/jp", worker=worker)


def own_law(tiers: Mapping[str, list[list[str]]], **fields: Any) -> str:
    """A pack of the company's own: window → [over, multiplier]; pay classes by multiplier."""
    rows = [
        {"window": window, "over": f"{int(Decimal(over) * 60)}m", "multiplier": times,
         "pay_class": f"x{times}", "basis": f"{window} {over}", "source": "example",
         **({"exclude": "true"} if window == "week" else {})}
        for window, ladder in tiers.items() for over, times in ladder
    ]  # fmt: skip
    return yaml.safe_dump({"title": "Own", "reviewed": "never", **fields, "tiers": rows})


def by_multiplier(expected: Mapping[str, str]) -> Test:
    names = {k: "regular" if Decimal(k) == 1 else f"x{k}" for k in expected}
    return {"hours": {names[k]: v for k, v in expected.items()}}


def tier_day(given: Test, expected: Test) -> Test:
    spans = [[f"{SUNDAY}T{a}", f"{SUNDAY}T{b}"] for a, b in given["shifts"]]
    sums: dict[str, Decimal] = {}
    for start, end, times in expected["segments"]:
        (h, m), (h2, m2) = (map(int, clock.split(":")) for clock in (start, end))
        hours = Decimal((h2 - h) * 60 + m2 - m) / 60
        sums[times] = sums.get(times, Decimal(0)) + hours
    expect = by_multiplier({k: str(v) for k, v in sums.items()})
    expect["pay"] = {"total": expected["total"]}
    made = test(shifts(spans), expect, "law/own", worker={"rate": given["rate"]})
    return {**made, "law": own_law({"day": given["tiers"]})}


def biweek(given: Test, expected: Test) -> Test:
    made = test(days(given["days"]), by_multiplier(expected["by_multiplier"]), "law/own")
    return {**made, "law": own_law({"weeks:2": given["tiers"]}, anchor=str(SUNDAY))}


def daily_weekly_highest(given: Test, expected: Test) -> Test:
    made = test(days(given["days"]), by_multiplier(expected["by_multiplier"]), "law/own")
    return {**made, "law": own_law({"day": given["daily"], "week": given["weekly"]})}


MODES = {
    "nearest": "nearest", "down": "down", "up": "up", "half_up": "nearest",
    "half_even": "half_even", "half_down": "half_down",
    "nearest_partial_minute_down": "nearest_minute_first",
    "nearest_partial_minute_up": "nearest_minute_up",
}  # fmt: skip


def rounding(given: Test, seconds: int = 60) -> Test:
    """The rule that an example of rounding names."""
    if given["mode"] not in MODES:
        raise NotTold(f"the mode {given['mode']} is not part of the language")
    increment = f"{int(given.get('interval_min', 1)) * seconds}s"
    grace = f"{given.get('grace_min', 0)}m"
    return {"pay": {"where": "tieout", "increment": increment, "mode": MODES[given["mode"]],
                    "per": "entry", "grace": grace}}  # fmt: skip


def rounded(entry: Test, to: str, rule: Test) -> Test:
    return test([{"date": str(SUNDAY), **entry}], {"rounded": {"pay": [to]}}, rules={"rounding": rule})


def round_minutes(given: Test, expected: Test) -> Test:
    hours = f"{given['minutes'] // 60}:{given['minutes'] % 60:02}"
    to = f"{expected['minutes'] // 60}:{expected['minutes'] % 60:02}"
    return rounded({"hours": hours}, to, rounding(given))


def round_clock(given: Test, expected: Test) -> Test:
    """From midnight to the time of day: what is counted is the rounded time."""
    return rounded({"start": "00:00", "end": given["time"]}, expected["time"], rounding(given))


def round_duration(given: Test, expected: Test) -> Test:
    return rounded({"hours": given["duration"]}, expected["duration"], rounding(given))


def round_decimal(given: Test, expected: Test) -> Test:
    assert given["places"] == 2
    return rounded({"hours": given["hours"]}, expected["hours"], rounding(given, seconds=36))


def invoice(rates: list[str], amount: str, currency: str = "USD") -> Test:
    """An hour at each rate, each on a project of its own of one customer."""
    entries = [{"date": str(SUNDAY), "hours": "1", "project": f"{currency}-{n}", "bill_rate": rate}
               for n, rate in enumerate(rates)]  # fmt: skip
    return test(entries, {"documents": [{"kind": "invoice", "currency": currency, "amount": amount}]})


def currency_round(given: Test, expected: Test) -> Test:
    assert given["mode"] == "half_up"
    return invoice([given["amount"]], expected["amount"], given["currency"])


def jp_round_money(given: Test, expected: Test) -> Test:
    return invoice([given["amount"]], expected["amount"], "JPY")


def line_vs_total(given: Test, expected: Test) -> Test:
    """Only the sum of rounded lines: the other figure is what the norm says not to do."""
    return invoice(given["lines"], expected["sum_of_rounded"])


TOLD: Mapping[str, Callable[[Test, Test], Test]] = {
    make.__name__: make
    for make in (
        ot_split, ot_split_shifts, ot_split_rolling24, ot_consecutive, week_pay_after,
        multiweek_ot, fr_split, au_daily_ot, jp_month, tier_day, biweek, daily_weekly_highest,
        round_minutes, round_clock, round_duration, round_decimal, currency_round, jp_round_money,
        line_vs_total, *law_money.TOLD, *law_time.TOLD, *law_pay.TOLD,
    )
}  # fmt: skip

MISSING: Mapping[str, str] = {
    "workweek_change": "a workweek that changes is not delivered",
    "week_pay_qc": "shift premiums outside the base are not delivered",
    "toil": "time off in lieu is not delivered",
    "min_ot": "a least amount of overtime is not delivered",
    "jp_rate": "night and holiday premiums on top are not delivered",
    "running_avg": "asserts an average to date, which 29 CFR 778.115 doesn't allow",
    "auto_meal": "breaks are never taken off by themselves: hours worked are owed",
    "vat_round": "the books compute tax, and half away from zero",
    "backup_withholding": "tieout never computes withholding",
}
#: Told as a rule test, and not what comes out: id → why.
FAILING: Mapping[str, str] = {}


def read(file: Path) -> list[Test]:
    """All examples; scalars as written, but for whole numbers."""
    found: list[Test] = yaml.safe_load(file.read_text(encoding="utf-8"))["vectors"]
    return found


def told(vector: Test) -> Test | str:
    """The rule test of an example, or why there is none."""
    kind = vector["kind"]
    if kind not in TOLD:
        return MISSING[kind]
    try:
        given = {**vector["input"], "jurisdiction": vector["jurisdiction"]}
        return {"name": vector["id"], **TOLD[kind](given, vector["expected"])}
    except NotTold as reason:
        return str(reason)


def page(vectors: list[Test]) -> str:
    """`docs/law-vectors.md`: what holds, and what doesn't yet with the reason."""
    reasons = {v["id"]: FAILING.get(v["id"]) or told(v) for v in vectors}
    holding = [v for v in vectors if not isinstance(reasons[v["id"]], str)]
    waiting = [v for v in vectors if isinstance(reasons[v["id"]], str)]
    lines = [
        "# Worked examples of labour law",
        "",
        f"Of {len(vectors)} worked examples {len(holding)} come out of `tieout test` as their source"
        f" says; {len(waiting)} wait for what tieout doesn't have yet. What an example expects is"
        " never edited. `tests/conformance/test_vectors.py` runs them, and fails when one that"
        " waits begins to hold.",
        "",
        "How far a source can be trusted: *official* text that was read, *secondary* pages of firms"
        " and vendors, *derived* by the cited rule, *oss-test* what another program asserts.",
        "",
        "## They hold",
        "",
        "| example | law | kind | source | trust |",
        "| --- | --- | --- | --- | --- |",
        *(f"| {v['id']} | {v['jurisdiction']} | {v['kind']} | {_cell(v['source'])} |"
          f" {v['evidence']} |" for v in holding),
        "",
        "## They wait",
        "",
        "| example | law | kind | why |",
        "| --- | --- | --- | --- |",
        *(f"| {v['id']} | {v['jurisdiction']} | {v['kind']} | {reasons[v['id']]} |"
          for v in waiting),
        "",
    ]  # fmt: skip
    return "\n".join(lines)


def _cell(text: str) -> str:
    return str(text).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(read(Path(sys.argv[1]))), encoding="utf-8")
