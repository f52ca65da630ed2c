"""18F's own time sheets, 2014 and 2015: 11,047 weekly buckets of 146 people, as they were exported.

What must come out is computed from the CSV alone (``_Sheet``), worker by worker; the engine's own
totals are only compared with it. The export isn't part of this repository: without it these skip.
"""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import companies
import pytest
from studio import Studio, conserved

from tieout.planning import plan_file

EXPORT = "government/18F_tock_flat_DERIVED.csv"
PURPOSES = ("record", "pay", "cost", "billing")
#: purpose → the kind of document that serves it and says whose hours it holds
KINDS = {"record": "time_activity", "pay": "timesheet", "billing": "invoice"}

Row = dict[str, str]
Figures = dict[tuple[str, str], int]


@dataclass(frozen=True)
class _Sheet:
    """The export, read by nothing but ``csv``."""

    rows: tuple[Row, ...]

    @classmethod
    def of(cls, export: Path) -> _Sheet:
        with export.open(encoding="utf-8", newline="") as stream:
            return cls(tuple(csv.DictReader(stream)))

    def sums(self, counts: Callable[[Row, str], bool]) -> Figures:
        """Seconds by (purpose, worker) of the rows that count for a purpose; none left out."""
        found = dict.fromkeys(((p, _worker(r)) for p in PURPOSES for r in self.rows), 0)
        for row in self.rows:
            for purpose in PURPOSES:
                found[purpose, _worker(row)] += _seconds(row) if counts(row, purpose) else 0
        return found

    @property
    def source(self) -> Figures:
        return self.sums(lambda row, purpose: True)

    @property
    def excluded(self) -> Figures:
        """Hours that nobody can be billed for: the sheet says so itself."""
        return self.sums(lambda row, purpose: purpose == "billing" and row["billable"] == "False")

    def duplicates(self) -> set[str]:
        """Every later entry, by key, that says the same as an earlier one."""
        seen: set[tuple[str, ...]] = set()
        found = set()
        for row in sorted(self.rows, key=lambda row: f"tock:{row['entry_id']}"):
            same = tuple(
                row[name]
                for name in (
                    "user_id",
                    "period_start",
                    "period_end",
                    "project_id",
                    "project_name",
                    "billable",
                    "hours",
                    "submitted",
                )
            )
            if same in seen and _seconds(row):
                found.add(f"tock:{row['entry_id']}")
            seen.add(same)
        return found


def _worker(row: Row) -> str:
    return f"U-{int(row['user_id']):03}"


def _seconds(row: Row) -> int:
    seconds = Decimal(row["hours"]) * 3600
    assert seconds == int(seconds)
    return int(seconds)


def _booked(documents: list[Mapping[str, Any]]) -> Figures:
    """Seconds by (purpose, worker) of the documents' own lines; cost is booked per project."""
    found: Figures = defaultdict(int)
    for document in documents:
        for purpose, kind in KINDS.items():
            for line in document["lines"] if document["kind"] == kind else ():
                found[purpose, line.get("worker") or document["party"]] += line["seconds"]
    return found


def _held(plan: Mapping[str, Any], sheet: _Sheet) -> Figures:
    workers = {f"tock:{row['entry_id']}": _worker(row) for row in sheet.rows}
    found: Figures = defaultdict(int)
    for told in plan["exceptions"]:
        if told["severity"] in ("hold", "block"):
            found[told["purpose"], workers[told["entry"]]] += told["seconds"]
    return found


def _balanced(plan: Mapping[str, Any], sheet: _Sheet) -> None:
    """Conservation, to the second: per purpose in total, and for every worker by himself."""
    conserved(plan)
    source, excluded, held = sheet.source, sheet.excluded, _held(plan, sheet)
    booked = _booked([change["after"] for change in plan["changes"]])
    told = plan["conservation"]
    for purpose in PURPOSES:
        assert told[purpose]["rounding"] == told[purpose]["grain"] == 0
        assert told[purpose]["source"] == sum(source[p, w] for p, w in source if p == purpose)
        assert told[purpose]["excluded"] == sum(excluded[p, w] for p, w in source if p == purpose)
        assert told[purpose]["held"] == sum(held[p, w] for p, w in source if p == purpose)
    for purpose, worker in source:
        if purpose in KINDS:
            at = purpose, worker
            assert source[at] - excluded[at] == booked[at] + held[at], at
    journals = [
        line
        for change in plan["changes"]
        if change["kind"] == "journal"
        for line in change["after"]["lines"]
    ]
    assert told["cost"]["booked"] == sum(line["seconds"] for line in journals)


def _settled(company: Studio) -> dict[str, Any]:
    """The body of the first plan, applied, and everything that must hold once it is."""
    file = company.root / "plan.tieout"
    company.tieout("pull")
    company.tieout("plan", "-o", str(file))
    first = plan_file.read(file).body.as_json()
    before = _snapshots(company)
    company.apply()
    second = company.plan()
    assert second["changes"] == []
    conserved(second)
    assert _snapshots(company) == before
    company.tieout("reconcile")
    return first


def _snapshots(company: Studio) -> dict[str, str]:
    """The newest snapshot of each source."""
    folder = company.root / ".tieout/snapshots"
    return {n: json.loads((folder / n / "newest").read_text())["id"] for n in ("rates", "tock")}


def _beancount_agrees(company: Studio, control: Mapping[str, Mapping[str, int]]) -> None:
    """Beancount accepts the books as ``bean-check`` does, and its own balances are the plan's."""
    from beancount import loader
    from beancount.core.data import Transaction
    from beancount.ops import validation

    entries, errors, _ = loader.load_file(
        str(company.root / "books/main.beancount"),
        extra_validations=validation.HARDCORE_VALIDATIONS,
    )
    assert errors == []
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for entry in entries:
        for posting in entry.postings if isinstance(entry, Transaction) else ():
            cents = posting.units.number * 100
            assert cents == int(cents)
            sums[posting.account][posting.units.currency] += int(cents)
    balances = {a: {c: n for c, n in held.items() if n} for a, held in sums.items()}
    assert {a: held for a, held in balances.items() if held} == control


@pytest.fixture
def export(samples: Path) -> Path:
    return samples / EXPORT


def _company(root: Path, export: Path, run: Callable[..., Any], approval: str) -> Studio:
    companies.tock(root, export, approval=approval)
    return Studio(root, run)


def test_without_approval_every_hour_is_booked_that_can_be(
    tmp_path: Path, export: Path, tieout: Callable[..., Any]
) -> None:
    sheet = _Sheet.of(export)
    company = _company(tmp_path, export, tieout, "[]")
    plan = _settled(company)
    _balanced(plan, sheet)
    assert {e["entry"] for e in plan["exceptions"] if e["code"] == "TO208"} == sheet.duplicates()
    assert {e["code"] for e in plan["exceptions"]} == {"TO201", "TO208"}
    assert {e["purpose"] for e in plan["exceptions"] if e["code"] == "TO201"} == {"billing"}
    _beancount_agrees(company, plan["control"])


def test_with_approval_only_the_two_submitted_lines_are_booked(
    tmp_path: Path, export: Path, tieout: Callable[..., Any]
) -> None:
    sheet = _Sheet.of(export)
    company = _company(tmp_path, export, tieout, "[record, pay, cost, billing]")
    plan = _settled(company)
    _balanced(plan, sheet)
    held = {e["entry"] for e in plan["exceptions"] if e["code"] == "TO210"}
    worked = {f"tock:{r['entry_id']}" for r in sheet.rows if _seconds(r)}
    assert worked - held - sheet.duplicates() == {"tock:5099", "tock:5100"}
    assert {
        c["document"]: c["after"]["party"] for c in plan["changes"] if c["kind"] != "journal"
    } == {
        "gov/time_activity/U-044/P-003/general/work/nonbillable/2014-10-04": "U-044",
        "gov/time_activity/U-044/P-004/general/work/nonbillable/2014-10-04": "U-044",
        "gov/timesheet/U-044/2014-09-28": "U-044",
    }
    assert plan["conservation"]["pay"]["booked"] == 40 * 3600
    _beancount_agrees(company, plan["control"])


def test_neither_order_nor_zone_nor_locale_nor_hash_seed_decides(
    tmp_path: Path, export: Path
) -> None:
    header, *rows = export.read_text(encoding="utf-8").splitlines()
    random.Random(18).shuffle(rows)
    shuffled = tmp_path / "shuffled.csv"
    shuffled.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    here = _elsewhere(tmp_path / "a", export, TZ="UTC", LC_ALL="C", PYTHONHASHSEED="0")
    there = _elsewhere(
        tmp_path / "b",
        shuffled,
        TZ="Pacific/Kiritimati",
        LC_ALL="tr_TR.UTF-8",
        PYTHONHASHSEED="4711",
    )
    assert here == there


def _elsewhere(root: Path, export: Path, **environment: str) -> tuple[str, dict[str, str]]:
    """The plan's id and the snapshots it is made from, by processes of their own."""
    companies.tock(root, export, approval="[]")
    line = [sys.executable, "-m", "tieout", "--root", str(root)]
    for verb in (["pull"], ["plan", "--as-of-date", "2015-08-01", "-o", str(root / "plan.tieout")]):
        subprocess.run(
            [*line, *verb], env={**os.environ, **environment}, capture_output=True, check=True
        )
    plan = plan_file.read(root / "plan.tieout")
    return plan.id, dict(plan.body.snapshots)
