"""Worked examples of money as rule tests: splits, exchange rates, tax, 1099, retention."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Any

SUNDAY = date(2026, 3, 1)
Test = dict[str, Any]
#: What examples call the ways to split, and what the language does.
_SPLITS = {"first-to-last": "first_to_last", "last-to-first": "last_to_first",
           "largest-remainder": "largest_remainder"}  # fmt: skip


def allocate(given: Test, expected: Test) -> Test:
    """One worker's week that costs the amount, with hours on a project for each of the ratios.

    The rate has four decimals and is rounded up, so that no exact share falls below itself; the
    hours are few enough for the week to come to the amount.
    """
    ratios = [Decimal(str(ratio)) for ratio in given["ratios"]]
    seconds = [int(ratio * (28_800 // sum(ratios))) for ratio in ratios]
    currency = given.get("currency", "USD")
    cents = Decimal(given["minor"]) / (1 if currency == "JPY" else 100)
    rate = (cents * 3600 / sum(seconds)).quantize(Decimal("0.0001"), ROUND_CEILING)
    names = [f"{currency}-{n}" for n in range(len(ratios))]
    entries = [
        {"date": str(SUNDAY), "hours": f"{s // 3600}:{s // 60 % 60:02}:{s % 60:02}", "project": name}
        for s, name in zip(seconds, names, strict=True) if s
    ]  # fmt: skip
    lines = [
        {"project": name, "amount": f"{Decimal(part).scaleb(-2 if currency != 'JPY' else 0)}"}
        for name, part in zip(names, expected["parts"], strict=True)
    ]
    rules = {"currency": {"split": _SPLITS[given["method"]]}}
    worker = {"rate": str(rate), "currency": currency}
    expect = {"documents": [{"kind": "journal", "currency": currency, "lines": lines}]}
    return {"given": {"worker": worker, "rules": rules, "entries": entries}, "expect": expect}


def exchange(
    amount: str, into: str, rates: Sequence[tuple[str, str]], result: str,
    *, fx: str | None = None, **rule: str,
) -> Test:  # fmt: skip
    """An hour at so many dollars, billed in another currency by the euro's rates of that day."""
    entry = {"date": str(SUNDAY), "hours": "1", "project": f"{into}-0", "bill_rate": amount,
             "bill_currency": "USD"}  # fmt: skip
    line = {"amount": result, **({"fx": fx} if fx else {})}
    published = [{"date": str(SUNDAY), "from": "EUR", "to": c, "rate": r} for c, r in rates]
    return {
        "given": {
            "worker": {},
            "rules": {"currency": {"convert": "tieout", **rule}},
            "exchange_rates": published,
            "entries": [entry],
        },
        "expect": {"documents": [
            {"kind": "invoice", "currency": into, "amount": result, "lines": [line]}
        ]},
    }  # fmt: skip


def to_euro(given: Test, expected: Test) -> Test:
    """Divided by the rate as it was published, never multiplied by an inverse."""
    return exchange(given["amount"], "EUR", [("USD", given["rate"])], expected["eur"])


def inverse_trap(given: Test, expected: Test) -> Test:
    return exchange(given["amount"], "EUR", [("USD", given["rate"])], expected["correct"])


def cross_euro(given: Test, expected: Test) -> Test:
    """By way of the euro; the line says what the amount was on the way."""
    rates = [("USD", given["from_rate"]), ("GBP", given["to_rate"])]
    shown = f"{Decimal(given['amount']):.2f}"
    fx = (
        f"{shown} USD / {given['from_rate']} = {expected['eur_intermediate']} EUR"
        f" * {given['to_rate']} of {SUNDAY} by rule-test"
    )
    places = str(given["intermediate_places"])
    return exchange(given["amount"], "GBP", rates, expected["result"], fx=fx, intermediate=places)


def triangulate(given: Test, expected: Test) -> Test:
    """The amount, and what one dollar comes to."""
    rates = [("USD", given["eur_usd"]), ("GBP", given["eur_gbp"])]
    made = exchange(given["amount_usd"], "GBP", rates, expected["gbp"])
    one = {**made["given"]["entries"][0], "bill_rate": "1.00", "project": "GBP-1"}
    made["given"]["entries"].append(one)
    document = made["expect"]["documents"][0]
    document["lines"].append({"project": "GBP-1", "rate": expected["usd_gbp"]})
    del document["amount"]
    return made


def form1099nec(given: Test, expected: Test) -> Test:
    """Paid at once in the middle of the year; what was withheld is part of it."""
    payment = {"date": f"{given['tax_year']}-06-30", "amount": str(given["paid"]),
               "withheld": str(given["backup_withheld"])}  # fmt: skip
    expect = {"form_1099": [{"year": given["tax_year"], "file": expected["file"]}]}
    worker = {"kind": "contractor", "jurisdiction": "US-NY"}
    return {"given": {"worker": worker, "payments": [payment]}, "expect": expect}


def kept(period: Test, record: Test, until: str) -> Test:
    """A record of a type that only this test knows, so that its one period counts."""
    rule = {"periods": [{"record": "example", "basis": "example", **period}]}
    return {
        "given": {"rules": {"retention": rule}, "records": [{"record": "example", **record}]},
        "expect": {"keep_until": [until]},
    }


_PAY_PERIODS = {"monthly": "month", "weekly": "week", "biweekly": "biweek",
                "fortnightly": "biweek", "four-weekly": "four_weeks"}  # fmt: skip


def nmw_retention(given: Test, expected: Test) -> Test:
    period = {"from": "next_pay_period", "years": given["years"]}
    record = {"jurisdiction": "GB", "date": given["prp_end"],
              "pay_period": _PAY_PERIODS[given["prp"]]}  # fmt: skip
    return kept(period, record, expected["keep_until"])


def yearend_retention(given: Test, expected: Test) -> Test:
    period = {"from": "year_end", "years": given["years"]}
    record = {"jurisdiction": "DE", "date": given["created"]}
    return kept(period, record, expected["keep_until"])


TOLD = (
    allocate, to_euro, inverse_trap, cross_euro, triangulate, form1099nec, nmw_retention,
    yearend_retention,
)  # fmt: skip
