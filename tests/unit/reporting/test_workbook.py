"""Tables for a spreadsheet: exact figures, days that are days, and nothing that it would run."""

import csv
import io
import re
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import reporting_examples as made
from python_calamine import CalamineWorkbook
from test_reconcile import balanced, books, settled, written
from test_report_page import DETAIL, NAMES

from tieout.domain.diagnostic import Refused
from tieout.pipeline.neutrality import Audit
from tieout.reporting.privacy import HIDDEN
from tieout.reporting.reconcile import reconcile
from tieout.reporting.spreadsheet import defused, formula
from tieout.reporting.workbook import as_csv, as_xlsx
from tieout.reporting.workbook.tables import Table, amount, hours, tables

MADE = datetime(2026, 11, 23, 9, tzinfo=UTC)
EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", '=HYPERLINK("//evil")']

LOST = Audit(
    worker="E-001", window="year", entries=40, seconds=500_000, delta=-1_234, against=30, favour=10
)
AUDITED = replace(DETAIL, rounding=(LOST,))


def report(*, show_pay=False):
    found = reconcile(made.full_plan(), balanced(16), written(made.invoice("acme")))
    return found, {t.name: t for t in tables(found, AUDITED, names=NAMES, show_pay=show_pay)}


def read(table):
    """A table's CSV as its rows."""
    return list(csv.reader(io.StringIO(as_csv.files([table])[f"{table.name}.csv"], newline="")))


def opened(*given):
    return CalamineWorkbook.from_filelike(io.BytesIO(as_xlsx.workbook(given, MADE)))


# tables


def test_every_row_has_a_value_for_each_column():
    _, told = report()
    assert list(told) == [
        "summary", "conservation", "steps", "weeks", "rounding", "exceptions", "documents",
        "booked", "accounts", "planned",
    ]  # fmt: skip
    for table in told.values():
        assert table.rows
        assert {len(row) for row in table.rows} == {len(table.columns)}


def test_the_audit_of_rounding_has_its_share_in_percent():
    _, told = report()
    ((*_, delta, percent, against, favour),) = told["rounding"].rows
    assert (delta, percent, against, favour) == (-1_234, Decimal("-0.247"), 30, 10)


def test_the_figures_are_those_of_the_json():
    found, told = report()
    json = found.as_json()
    for row in json["hours"]:
        steps = [r[2] for r in told["steps"].rows if r[0] == row["purpose"]]
        assert steps[0] == row["source"]
        assert sum(steps[:-1]) == steps[-1] == row["booked"]
    assert [(r[0], r[6]) for r in told["accounts"].rows] == [
        (b["account"], b["ties"]) for b in json["balances"]
    ]
    assert len(told["exceptions"].rows) == len(found.plan.body.exceptions)
    assert sum(r[7] for r in told["documents"].rows) == sum(
        s for _, s in json["documents"].values()
    )


def test_hours_and_amounts_are_decimals():
    assert hours(5_445) == Decimal("1.5125")
    assert hours(1) == Decimal("0.000278")
    assert str(amount(462_000, "USD")) == "4620.00"
    assert str(amount(-5, "KWD")) == "-0.005"
    assert str(amount(1_200, "JPY")) == "1200"


def test_what_could_tell_a_wage_stays_hidden():
    bill = made.bill("C-1", 36_000, 900_000)
    found = reconcile(settled(), books(bill), written(bill))
    told = {table.name: table for table in tables(found, DETAIL)}
    assert told["documents"].rows[0][9] == HIDDEN
    assert "900.00" not in "".join(as_csv.files(told.values()).values())
    assert b"900.00" not in as_xlsx.workbook(told.values(), MADE)


# CSV


def test_csv_has_plain_figures_and_iso_days():
    rows = read(Table("t", ("a", "b", "c", "d", "e"), (
        (Decimal("-4620.00"), date(2026, 11, 2), None, True, -7), (Decimal("1E+3"), "Ö,\"x\"", "", False, 0),
    )))  # fmt: skip
    assert rows[1:] == [
        ["-4620.00", "2026-11-02", "", "yes", "-7"],
        ["1000", 'Ö,"x"', "", "no", "0"],
    ]


@pytest.mark.parametrize("text", EVIL)
def test_no_text_can_be_run(text):
    ((_,), (cell,)) = read(Table("t", ("a",), ((text,),)))
    assert cell.startswith("'")
    (shown,) = opened(Table("t", ("a",), ((text,),))).get_sheet_by_name("t").to_python()[1]
    assert shown == " ".join(text.split())


def test_ordinary_texts_stay_as_they_are():
    for text in ("Ana Reyes", "toggl:1=2", "studio/invoice/acme", "", "1 - 2"):
        assert not formula(text)
        assert defused(text) == text


# XLSX


def test_a_workbook_has_numbers_days_and_texts():
    _, told = report()
    weeks = opened(told["weeks"]).get_sheet_by_name("weeks").to_python()
    assert weeks[0] == list(told["weeks"].columns)
    assert weeks[1] == ["E-001", "Ana Reyes", date(2026, 11, 16), "billing", 144_000, 108_900, 0,
                        35_100, 0, 9.75]  # fmt: skip
    booked = opened(told["booked"]).get_sheet_by_name("booked").to_python()
    assert 2_240.0 in {row[7] for row in booked[1:]}


def test_a_workbook_runs_nothing_and_is_the_same_twice():
    table = Table("t", ("a",), tuple((text,) for text in EVIL))
    data = as_xlsx.workbook([table], MADE)
    assert data == as_xlsx.workbook([table], MADE)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
        names = archive.namelist()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert 'quotePrefix="1"' in styles
    assert not [name for name in names if re.search("macro|vba|external|connection", name, re.I)]


def test_a_number_that_a_spreadsheet_would_round_stays_a_text():
    rows = ((123_456_789_012_345_678,), (Decimal("99.99"),), (1_000_000_000_000_000_000,))
    shown = opened(Table("t", ("a",), rows)).get_sheet_by_name("t").to_python()
    assert [row[0] for row in shown[1:]] == ["123456789012345678", 99.99, 1e18]


def test_what_no_sheet_can_hold_goes_on_in_the_next(monkeypatch):
    monkeypatch.setattr(as_xlsx, "ROWS", 3)
    book = opened(Table("t", ("a",), tuple((n,) for n in range(5))), Table("u", ("a",), ()))
    assert book.sheet_names == ["t", "t 2", "t 3", "u"]
    assert book.get_sheet_by_name("t 3").to_python() == [["a"], [4.0]]
    long = opened(Table("t", ("a",), (("x" * 40_000,),)))
    assert len(long.get_sheet_by_name("t").to_python()[1][0]) == as_xlsx.CHARACTERS


def test_without_the_library_the_way_out_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(Refused) as refused:
        as_xlsx.workbook([], MADE)
    (found,) = refused.value.diagnostics
    assert (found.code, found.next) == ("TO296", "tieout report --format csv -o DIR")
