"""`tieout report` in every format over a company's real books: the same figures everywhere."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from studio import Studio


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_page_the_tables_and_the_json_agree(booked: Studio, tmp_path: Path) -> None:
    told = json.loads(booked.tieout("reconcile", "--format", "json"))
    booked.tieout("report", "-o", str(tmp_path / "report.html"))
    booked.tieout("report", "--format", "csv", "-o", str(tmp_path / "report"))
    booked.tieout("report", "-o", str(tmp_path / "report.xlsx"))
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    conservation = {row["purpose"]: row for row in _rows(tmp_path / "report/conservation.csv")}
    weeks = _rows(tmp_path / "report/weeks.csv")
    for hours in told["hours"]:
        purpose = hours["purpose"]
        row = re.search(rf'<tr data-purpose="{purpose}">.*?</tr>', html)
        assert row
        figures = [int(value) for value in re.findall(r'<data value="(-?\d+)">', row[0])]
        assert figures[0] == hours["source"]
        assert figures[1] == hours["booked"]
        told_so = conservation[purpose].items()
        assert figures == [int(v) for k, v in told_so if k.endswith("seconds")]
    _weeks_add_up([*conservation.values()], weeks)
    documents = _rows(tmp_path / "report/documents.csv")
    for kind, (number, seconds) in told["documents"].items():
        of_kind = [d for d in documents if d["kind"] == kind]
        assert (len(of_kind), sum(int(d["seconds"]) for d in of_kind)) == (number, seconds)
    book = CalamineWorkbook.from_path(str(tmp_path / "report.xlsx"))
    assert set(book.sheet_names) == {file.stem for file in (tmp_path / "report").iterdir()}
    sheet = book.get_sheet_by_name("weeks").to_python()
    assert [row[4] for row in sheet[1:]] == [int(week["source seconds"]) for week in weeks]


def _weeks_add_up(conservation: list[dict[str, str]], weeks: list[dict[str, str]]) -> None:
    """The weeks of all workers come to what conservation says, figure by figure."""
    for row in conservation:
        for name in ("source", "booked", "rounding", "held", "excluded"):
            by_week = sum(
                int(w[f"{name} seconds"]) for w in weeks if w["purpose"] == row["purpose"]
            )
            assert by_week == int(row[f"{name} seconds"]), (row["purpose"], name)


def test_held_and_rounded_hours_have_an_age_an_owner_and_a_week(
    booked: Studio, tmp_path: Path
) -> None:
    rounding = "rounding: {pay: {where: tieout, increment: 1h, mode: up, per: entry}}\n"
    booked.edit("rules/rules.yaml", "approval:", f"{rounding}approval:")
    booked.tieout(
        "report", "--format", "csv", "-o", str(tmp_path / "r"), "--as-of-date", "2026-10-03"
    )
    (held,) = _rows(tmp_path / "r/exceptions.csv")
    assert (held["entry or document"], held["owner"], held["day"], held["age days"], held["age"]) == (
        "sheet:10", "kim@studio.example", "2026-09-23", "10", "8 to 30 days",
    )  # fmt: skip
    weeks = _rows(tmp_path / "r/weeks.csv")
    _weeks_add_up(_rows(tmp_path / "r/conservation.csv"), weeks)
    ana = next(w for w in weeks if (w["worker"], w["purpose"]) == ("E-1", "pay"))
    assert (ana["rounding seconds"], ana["difference hours"]) == ("4500", "-1.250000")
    (week,) = [w for w in weeks if w["held seconds"] != "0"]
    assert (week["worker"], week["week of"], week["purpose"]) == ("E-2", "2026-09-20", "billing")
    (balance,) = [a for a in _rows(tmp_path / "r/accounts.csv") if a["account"].endswith("Wages")]
    assert (balance["ours"], balance["note"]) == ("", "(hidden: it could tell a wage)")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("--format", "csv"), "-o DIR"), (("--format", "xlsx"), "-o FILE.xlsx"), (("-o", "r.csv"), "-o DIR")],
)  # fmt: skip
def test_tables_need_a_place(
    tieout: Callable[..., Any], arguments: tuple[str, ...], said: str
) -> None:
    ran = tieout("report", *arguments)
    assert ran.code == 64
    assert said in ran.err
