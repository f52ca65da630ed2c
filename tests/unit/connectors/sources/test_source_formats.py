"""Formats: workbooks, JSON, lines; and files that are damaged, hostile or of another kind."""

import datetime as dt
import json
import resource
import time

import pytest
import workbooks
from hypothesis import given, settings
from hypothesis import strategies as st
from sources_world import DAYS, capture, codes, lines, source

from tieout.connectors.sources import sheet, table
from tieout.connectors.sources import workbook as workbook_reader
from tieout.connectors.sources.cells import clean
from tieout.connectors.sources.records import Form, open_records
from tieout.domain.diagnostic import Refused

HEAD = ["Name", "Date", "Hours"]
JSON_DAYS = {"worker": "who.name", "date": "day", "hours": "hours"}


def read(folder, name, data, columns=DAYS, **options):
    config = source(profile="generic", path=name, options={"columns": columns, **options})
    return capture(folder, config, {name: data})


def refused(folder, name, data, columns=DAYS, **options):
    """The one diagnostic, which says what to do and names no path outside of the company."""
    with pytest.raises(Refused) as caught:
        read(folder, name, data, columns, **options)
    (found,) = caught.value.diagnostics
    assert found.hint
    assert found.next
    assert str(folder) not in found.message
    return found


# workbooks


def test_a_workbooks_numbers_and_rows_are_those_that_one_sees(tmp_path):
    rows = [[], HEAD, ["Ana", "2026-11-02", 7.1], [], ["Bo", "02.11.2026", 0.1 + 0.2]]
    got = read(tmp_path, "a.xlsx", workbooks.filled(One=rows), date_order="dmy")
    assert [(e.worker_name, e.seconds) for e in got.entries] == [("Ana", 25_560), ("Bo", 1080)]
    assert sorted(got.rows.values()) == ["a.xlsx:3", "a.xlsx:5"]


def test_dates_as_text_in_a_workbook_are_as_doubtful_as_elsewhere(tmp_path):
    rows = [HEAD, ["Ana", "03/04/2026", 1]]
    assert refused(tmp_path, "a.xlsx", workbooks.filled(One=rows)).code == "TO307"


def test_of_several_sheets_the_config_names_one(tmp_path):
    book = workbooks.filled(Summary=[["Sum", 1]], Detailed=[HEAD, ["Ana", "2026-11-02", 1]])
    found = refused(tmp_path, "a.xlsx", book)
    assert (found.code, "Summary, Detailed" in found.message) == ("TO313", True)
    assert "sheet:" in found.hint
    assert len(read(tmp_path, "a.xlsx", book, sheet="Detailed").entries) == 1
    found = refused(tmp_path, "a.xlsx", book, sheet="Detail")
    assert (found.code, "no sheet 'Detail'" in found.message) == ("TO313", True)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"), (8.0, "8"), (7.1, "7.1"), (1e-7, "0.0000001"), ("x", "x"), (12, "12"),
        (dt.datetime(2026, 11, 2, 9, 19, 59, 999_000), "2026-11-02 09:20:00"),
        (dt.date(2026, 11, 2), "2026-11-02 00:00:00"),
        (dt.time(9, 19, 59, 999_999), "09:20:00"), (dt.timedelta(hours=25.5), "25:30:00"),
        (-dt.timedelta(minutes=90), "-1:30:00"),
    ],
)  # fmt: skip
def test_a_cell_becomes_the_text_that_an_export_would_hold(value, text):
    assert sheet.text(value) == text


def test_an_empty_workbook_and_one_without_the_reader(tmp_path, monkeypatch):
    assert refused(tmp_path, "a.xlsx", workbooks.filled(One=[])).code == "TO304"
    monkeypatch.setattr(workbook_reader, "find_spec", lambda name: None)
    found = refused(tmp_path, "a.xlsx", workbooks.filled(One=[HEAD]))
    assert (found.code, "tieout[xlsx]" in found.hint) == ("TO313", True)


def test_the_reader_reads_in_this_process_too():
    book = workbooks.filled(One=[HEAD, ["Ana", "2026-11-02", 1]])
    assert list(sheet.numbered(sheet.rows(book, ""))) == [
        (1, HEAD),
        (2, ["Ana", "2026-11-02", "1"]),
    ]
    with pytest.raises(sheet.Refusal, match="no sheet"):
        list(sheet.rows(book, "Two"))
    with pytest.raises(sheet.Refusal):
        list(sheet.rows(b"PK\x03\x04", ""))
    with pytest.raises(sheet.Refusal, match="row 1 holds a cell"):
        list(sheet.numbered([["x" * (sheet.LONGEST + 1)]]))


# hostile workbooks


def children_rss():
    """Kilobytes that the largest process begun by this one has held."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


def test_a_sheet_of_seventeen_billion_cells_ends_its_own_process_only(tmp_path):
    started = time.monotonic()
    found = refused(tmp_path, "a.xlsx", workbooks.bare(FAR))
    assert (found.code, found.position.file) == ("TO312", "a.xlsx")
    assert time.monotonic() - started < 20
    assert children_rss() < 1 << 21


def test_a_zip_bomb_is_read_in_bounded_memory(tmp_path):
    """128 MB of blanks in 128 kB: they hold no row, or too much to read; either way it is told."""
    bomb = workbooks.bare(padding=128 << 20)
    assert len(bomb) < 1 << 20
    assert refused(tmp_path, "a.xlsx", bomb).code in ("TO304", "TO312", "TO313")
    assert children_rss() < 1 << 21


@pytest.mark.parametrize("cut", [10, 200, -40])
def test_a_truncated_workbook_is_told(tmp_path, cut):
    assert refused(tmp_path, "a.xlsx", workbooks.filled(One=[HEAD])[:cut]).code == "TO313"


def test_other_archives_and_a_reader_that_breaks(tmp_path, monkeypatch):
    assert (
        refused(tmp_path, "a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600).code
        == "TO313"
    )
    monkeypatch.setattr(sheet, "__file__", "/nowhere/sheet.py")
    assert refused(tmp_path, "a.xlsx", workbooks.filled(One=[HEAD])).code == "TO312"
    sleeper = tmp_path / "sleep.py"
    sleeper.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(sheet, "__file__", str(sleeper))
    monkeypatch.setattr(workbook_reader, "_PATIENCE", 0.2)
    assert "seconds" in refused(tmp_path, "a.xlsx", workbooks.filled(One=[HEAD])).message


# json


def test_json_in_a_list_of_any_usual_name_with_the_line_of_each_entry(tmp_path):
    rows = [{"who": {"name": "Ana"}, "day": "2026-11-02", "hours": n} for n in (1, 0.1, "x")]
    text = json.dumps({"page": 1, "time_entries": rows}, indent=1)
    got = read(tmp_path, "a.json", text, JSON_DAYS)
    assert sorted(e.seconds for e in got.entries) == [360, 3600]
    assert [(bad.code, bad.line) for bad in got.rejected] == [("TO322", 18)]
    assert text.splitlines()[17].strip() == "{"
    named = json.dumps({"data": [], "tickets": rows[:1]})
    assert len(read(tmp_path, "a.json", named, JSON_DAYS, list="tickets").entries) == 1


def test_what_is_no_entry_is_a_rejected_row_and_not_silence(tmp_path):
    good = {"who": {"name": "Ana"}, "day": "2026-11-02", "hours": 1}
    deep = {"day": {}}
    for _ in range(20):
        deep = {"day": deep}
    for bad in (1, None, "x", [good], deep, {**good, "note": "x" * (table.LONGEST_CELL + 1)}):
        got = read(tmp_path, "a.json", json.dumps([good, bad]), JSON_DAYS)
        assert (len(got.entries), codes(got.rejected)) == (1, ["TO320"])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[{"a": 1}', "Expecting"), ('[{"a": 1}] x', "Extra data"), ("[{}][{}]", "Extra data"),
        ('[{"a": 1},]', "Expecting"), ('{"data": [{}] "x": 1}', "Expecting"), ("[", "Expecting"),
        ('[{"a": 1, "a": 2}]', "twice"), ("[NaN]", "no number"), ("null", "neither"),
        ("3", "neither"), ('{"rows": [{}]}', "it has: rows"), ('{"a" 1}', "Expecting"),
        ("[" * 100_000, "too deep"), ('{"data":' * 100_000, "too deep"),
        ('[{"a": "\\ud800', "escape"),
    ],
)  # fmt: skip
def test_broken_json_is_told(tmp_path, text, why):
    found = refused(tmp_path, "a.json", text, JSON_DAYS)
    assert (found.code, why in found.message) == ("TO314", True), found.message


def test_numbers_are_the_text_they_are():
    text = '[{"a": 1.10, "b": 9007199254740993, "c": 1e3, "d": true, "e": null, "f": %s}]' % (
        "9" * 5000
    )
    (row,) = open_records("a.json", text, Form()).rows()
    assert row.cells[:5] == ["1.10", "9007199254740993", "1e3", "true", ""]


# text


def test_marks_that_turn_the_direction_are_replaced_and_scripts_stay(tmp_path):
    text = lines("Name,Date,Hours", "\u202eanA\u202c,2026-11-02,1", "אנה\u200f,2026-11-02,1")
    got = read(tmp_path, "a.csv", text)
    assert [e.worker_name for e in got.entries] == ["anA", "אנה\u200f"]
    assert codes(got.diagnostics) == ["TO332"]
    assert clean("a\ud800b\u2028c") == ("a b c", 2)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (bytes(range(256)) * 40, "TO303"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "TO303"),
        (b'Name,Date,Hours\n"' + b"x" * 300_000, "TO312"),
        (b"Name,Date,Hours\n" + b"x" * 300_000 + b",2026-11-02,1\n", "TO312"),
        (b",".join([b"a"] * 2000) + b"\n", "TO312"),
        (b" \n \n", "TO304"),
    ],
)
def test_binary_and_endless_text_is_told(tmp_path, data, code):
    assert refused(tmp_path, "a.csv", data).code == code


def test_limits_of_size_are_looked_at_before_anything_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr("tieout.connectors.sources.opening.LARGEST", 10)
    assert refused(tmp_path, "a.csv", "Name,Date,Hours\n").code == "TO312"
    monkeypatch.undo()
    monkeypatch.setattr("tieout.connectors.sources.records.LARGEST_JSON", 10)
    assert refused(tmp_path, "a.json", "[{}, {}, {}, {}]").code == "TO312"
    monkeypatch.setattr("tieout.connectors.sources.workbook._LARGEST", 10)
    assert refused(tmp_path, "a.xlsx", workbooks.filled(One=[HEAD])).code == "TO312"


def test_members_without_end_are_told(tmp_path):
    rows = [{f"m{n}": 1} for n in range(table.WIDEST + 1)]
    assert refused(tmp_path, "a.json", json.dumps(rows), JSON_DAYS).code == "TO312"


# whatever comes


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["2026-11-02", "03/04/26", "1:30", "-1", "9" * 30]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["who", "name", "day", "hours", "data", "x"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def assert_read_or_told(folder, name, data, columns):
    try:
        found = codes(read(folder, name, data, columns).rejected)
    except Refused as told:
        found = codes(told.diagnostics)
    assert all(code.startswith("TO3") for code in found)


@settings(max_examples=60)
@given(st.lists(ANY, max_size=4) | ANY, st.integers(0, 40))
def test_no_json_makes_the_reader_fail(tmp_path_factory, value, cut):
    folder = tmp_path_factory.mktemp("fuzz")
    text = json.dumps(value)
    columns = {"worker": "name", "date": "day", "hours": "hours"}
    assert_read_or_told(folder, "a.json", text[: len(text) - cut] if cut < 20 else text, columns)


@settings(max_examples=60)
@given(st.text(st.sampled_from('[]{}:,"\\u0d8 1-.eNatrul\n'), max_size=40))
def test_no_text_that_looks_like_json_makes_the_reader_fail(tmp_path_factory, text):
    assert_read_or_told(tmp_path_factory.mktemp("fuzz"), "a.json", text, JSON_DAYS)


@settings(max_examples=8)
@given(st.integers(4, 3000), st.binary(min_size=1, max_size=40))
def test_no_damage_to_a_workbook_makes_the_reader_fail(tmp_path_factory, at, harm):
    book = workbooks.filled(One=[HEAD, ["Ana", "2026-11-02", 1]])
    damaged = book[:at] + harm + book[at + len(harm) :]
    assert_read_or_told(tmp_path_factory.mktemp("fuzz"), "a.xlsx", damaged, DAYS)


@settings(max_examples=40)
@given(
    st.lists(
        st.sampled_from(["inc ", "20261102T090000Z", " - ", "# ", "x", '"', "\u202e"]), max_size=9
    )
)
def test_no_line_makes_the_reader_fail(tmp_path_factory, parts):
    folder = tmp_path_factory.mktemp("fuzz")
    options = {"columns": {"worker": {"fixed": "Ana"}}}
    config = source(profile="timewarrior", path="a.data", options=options)
    got = capture(folder, config, {"a.data": "".join((*parts, "."))})
    assert len(got.entries) + len(got.rejected) == 1
