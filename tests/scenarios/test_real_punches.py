"""Four years of one person's clock, 8,588 times in and out for 22 clients, as they were exported.

What must come out is computed from the two CSV files alone (``_expected``). The export isn't part
of this repository: without it these skip.
"""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import companies
import pytest
from companies import client_id
from studio import Studio, conserved

ZONE = ZoneInfo("America/New_York")

#: (client, month) → (seconds, cents)
Totals = dict[tuple[str, str], tuple[int, int]]
Row = Mapping[str, str]


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _seconds(row: Row) -> int:
    """End − start in absolute time, by the clocks of New York."""
    first, last = (
        datetime.fromisoformat(f"{row['date']} {row[name]}").replace(tzinfo=ZONE)
        for name in ("clock_in", "clock_out")
    )
    return int(last.timestamp() - first.timestamp())


def _exact(seconds: Iterable[int]) -> int:
    return sum(seconds)


def _tenths(seconds: Iterable[int]) -> int:
    """A day's seconds in tenths of an hour, half up: 6 minutes are 360 seconds."""
    return (sum(seconds) + 180) // 360 * 360


def _expected(
    rows: Iterable[Row], clients: Iterable[Row], of_day: Callable[[Iterable[int]], int]
) -> Totals:
    """Rates × hours, per client and month, of the clients who pay by the hour."""
    rates = {c["code"]: Decimal(c["rate"]) for c in clients if c["type"] == "hourly"}
    days: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in rows:
        if row["code"] in rates:
            days[row["code"], row["date"]].append(_seconds(row))
    months: Counter[tuple[str, str]] = Counter()
    for (code, day), seconds in days.items():
        months[code, day[:7]] += of_day(seconds)
    return {
        (client_id(code), month): (
            seconds,
            int((rates[code] * seconds / 36).quantize(Decimal(1), ROUND_HALF_UP)),
        )
        for (code, month), seconds in months.items()
        if seconds
    }


def _invoiced(plan: Mapping[str, Any]) -> Totals:
    """The same of the plan's invoices: every one is a new draft with one line."""
    found: Totals = {}
    for change in plan["changes"]:
        if change["kind"] == "invoice":
            invoice, (line,) = change["after"], change["after"]["lines"]
            assert (change["action"], invoice["currency"], line["project"]) == (
                "create",
                "USD",
                invoice["party"],
            )
            found[invoice["party"], invoice["from"][:7]] = line["seconds"], line["amount"]
    return found


@pytest.fixture
def clock(samples: Path) -> Path:
    return samples / "generic/bigbangdata_timesheet.csv"


@pytest.fixture
def terms(samples: Path) -> Path:
    return samples / "generic/bigbangdata_clients.csv"


def test_every_second_of_four_years_is_invoiced_recorded_or_explained(
    tmp_path: Path, clock: Path, terms: Path, tieout: Callable[..., Any]
) -> None:
    rows, clients = _read(clock), _read(terms)
    companies.punches(tmp_path, clock, terms)
    company = Studio(tmp_path, tieout)
    plan = company.settle()
    conserved(plan)
    assert plan["entries"] == len(rows) == 8_588
    assert plan["exceptions"] == []  # this file has no overlap, no repeat, no hour that comes twice
    assert _invoiced(plan) == _expected(rows, clients, _exact)
    _split_as_the_terms_say(plan, rows, clients)
    drafts = "".join(text for name, text in company.books().items() if "/invoice/" in name)
    assert drafts.count(' ! "') == len(_invoiced(plan))
    assert ' * "' not in drafts
    company.tieout("reconcile")


def _split_as_the_terms_say(
    plan: Mapping[str, Any], rows: list[dict[str, str]], clients: list[dict[str, str]]
) -> None:
    """All is recorded; billing leaves out flat clients (TO254) and the owner's own work (TO253)."""
    kinds = {c["code"]: c["type"] for c in clients}
    worked = Counter[str]()
    for row in rows:
        worked[kinds[row["code"]]] += _seconds(row)
    record, billing = (plan["conservation"][purpose] for purpose in ("record", "billing"))
    assert record["source"] == record["booked"] == billing["source"] == worked.total()
    assert billing["booked"] == worked["hourly"]
    assert billing["excluded_by"] == {"TO253": worked["biz"], "TO254": worked["flat rate"]}
    recorded = Counter[tuple[str, str]]()
    for change in plan["changes"]:
        if change["kind"] == "time_activity":
            (line,) = change["after"]["lines"]
            recorded[line["project"], change["after"]["date"]] += line["seconds"]
    by_hand = Counter[tuple[str, str]]()
    for row in rows:
        by_hand[client_id(row["code"]), row["date"]] += _seconds(row)
    assert recorded == by_hand


def test_tenths_of_an_hour_per_day_and_client(
    tmp_path: Path, clock: Path, terms: Path, tieout: Callable[..., Any]
) -> None:
    companies.punches(tmp_path, clock, terms, rounding="{increment: 6m, mode: nearest, per: day}")
    plan = Studio(tmp_path, tieout).plan()
    conserved(plan)
    assert plan["conservation"]["billing"]["rounding"] != 0
    assert plan["conservation"]["record"]["rounding"] == 0
    assert _invoiced(plan) == _expected(_read(clock), _read(terms), _tenths)


def test_what_is_wrong_in_a_clock_is_told_row_by_row(
    tmp_path: Path, clock: Path, terms: Path, tieout: Callable[..., Any]
) -> None:
    """Ten weeks of the real file, and the things that people's files have and this one doesn't."""
    header, *rows = clock.read_text(encoding="utf-8").splitlines()
    some = [row for row in rows if "2021-03-01" <= row[:10] <= "2021-05-10"]
    real = next(row for row in some if row.startswith("2021-04-03"))
    day, begins, ends = (part.strip('"') for part in real.split(",")[:3])
    spoiled = tmp_path / "spoiled.csv"
    unreadable = [
        '2021-03-14,"02:30:00","02:45:00","TSLA","the hour that is left out",""',
        '2021-04-31,"09:00:00","10:00:00","TSLA","no such day",""',
        '2021-05-11,"10:00:00","09:00:00","TSLA","ends before it begins",""',
        '2021-05-12,"","09:00:00","TSLA","nobody clocked in",""',
    ]
    odd = [
        real,  # once more
        f'{day},"{begins[:6]}01","{ends}","GOOG","the same time for somebody else",""',
        '2021-05-13,"09:00:00","","TSLA","never clocked out",""',
        '2021-05-14,"09:00:00","09:30:00","IBM","a client that nobody knows",""',
        '2021-05-15,"09:00:00","09:00:00","TSLA","in and out",""',
    ]
    spoiled.write_text("\n".join([header, *some, *odd, *unreadable]) + "\n", encoding="utf-8")
    companies.punches(tmp_path, spoiled, terms)
    company = Studio(tmp_path, tieout)
    refused = tieout("--root", str(tmp_path), "pull")
    assert refused.code == 1
    for line, code in enumerate(
        ("TO324", "TO321", "TO323", "TO325"), start=len(some) + len(odd) + 2
    ):
        assert f"data/clock.csv:{line}" in refused.err
        assert code in refused.err
    company.tieout("pull", "--accept-rejects")
    plan = json.loads(company.tieout("plan", "--format", "json"))
    conserved(plan)
    assert plan["entries"] == len(some) + len(odd)
    assert Counter(e["code"] for e in plan["exceptions"] if e["purpose"] == "record") == {
        "TO208": 1,
        "TO209": 1,
        "TO207": 1,
    }
    assert _invoiced(plan) == _expected(_parsed(header, some), _read(terms), _exact)


def _parsed(header: str, rows: Iterable[str]) -> list[dict[str, str]]:
    return list(csv.DictReader([header, *rows]))
