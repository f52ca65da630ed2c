"""Exports → entries: every row is loaded, or refused with a reason."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sources_world import (
    DAYS,
    TOGGL,
    ZONE,
    capture,
    codes,
    day,
    generic,
    lines,
    source,
    toggl_row,
)

from tieout.connectors.sources import open_source
from tieout.domain.diagnostic import Refused
from tieout.domain.entry import Coverage

SPANS = {"worker": "Name", "date": "Date", "clock_in": "In", "clock_out": "Out"}


def refusal(folder, config, files, zone=ZONE):
    with pytest.raises(Refused) as caught:
        capture(folder, config, files, zone)
    return caught.value.diagnostics


def test_a_toggl_row_becomes_an_entry(tmp_path):
    row = toggl_row(notes="Logo", tags="approved", email="Ana@Northwind.example")
    (entry,) = capture(tmp_path, source(), lines(TOGGL, row)).entries
    assert entry.start_at == datetime(2026, 11, 2, 17)
    assert entry.end_at == datetime(2026, 11, 2, 18)
    assert (entry.seconds, entry.grain, entry.running) == (3600, "span", False)
    assert (entry.worker_name, entry.worker_email) == ("Ana Reyes", "ana@northwind.example")
    assert (entry.customer_name, entry.project_name) == ("ACME", "Website")
    assert (entry.billable, entry.notes, entry.tags) == (True, "Logo", "approved")
    assert entry.key.startswith("time:")


def test_the_zone_is_the_sources_and_else_the_companys(tmp_path):
    text = lines(TOGGL, toggl_row())
    (entry,) = capture(tmp_path, source(timezone="Europe/Berlin"), text).entries
    assert entry.start_at == datetime(2026, 11, 2, 8)


def test_headers_drift_between_versions_of_an_export(tmp_path):
    header = "Member,Project,Start date,Start time,Stop date,Stop time,Duration,Amount (USD)"
    row = "Ana,Website,11/23/2026,9:00 AM,11/23/2026,1:00 PM,04:00:00,560.00"
    (entry,) = capture(tmp_path, source(), lines(header, row)).entries
    assert (entry.worker_name, entry.worker_email, entry.seconds) == ("Ana", None, 14_400)


def test_a_duration_that_differs_is_told_and_the_clock_is_taken(tmp_path):
    given_ = capture(tmp_path, source(), lines(TOGGL, toggl_row(duration="00:45:00")))
    assert given_.entries[0].seconds == 3600
    (told,) = given_.diagnostics
    assert (told.code, str(told.position)) == ("TO330", "a.csv:2")
    assert "0:45:00" in told.message
    assert "1:00:00" in told.message


def test_an_entry_without_an_end_runs(tmp_path):
    row = toggl_row(end="", duration="", end_day="")
    (entry,) = capture(tmp_path, source(), lines(TOGGL, row)).entries
    assert (entry.running, entry.seconds, entry.end_at) == (True, 0, None)


@pytest.mark.parametrize("duration", ["-00:00:01", "00:00:00"])
def test_a_blank_end_means_running_whatever_the_duration_column_holds(tmp_path, duration):
    row = toggl_row(end="", duration=duration, end_day="")
    (entry,) = capture(tmp_path, source(), lines(TOGGL, row)).entries
    assert (entry.running, entry.seconds, entry.end_at) == (True, 0, None)


def test_the_duration_settles_an_hour_that_comes_twice(tmp_path):
    night = {"day": "2026-11-01"}
    rows = (
        toggl_row("00:30:00", "01:30:00", "02:00:00", **night),
        toggl_row("01:15:00", "01:45:00", "01:30:00", **night),
        toggl_row("01:20:00", "01:40:00", "00:20:00", **night),
    )
    got = capture(tmp_path, source(), lines(TOGGL, *rows))
    assert [entry.seconds for entry in got.entries] == [7200, 5400]
    assert [(bad.code, bad.line) for bad in got.rejected] == [("TO324", 4)]


def test_a_weeks_bucket_and_a_days_amount(tmp_path):
    weekly = {"worker_id": "u", "from": "f", "to": "t", "hours": "h", "id": "i"}
    text = lines("i,u,f,t,h", "48,34,2015-03-30,2015-04-03,36.00")
    (entry,) = capture(tmp_path, generic(weekly), text).entries
    assert (entry.key, entry.grain, entry.seconds) == ("time:48", "week", 129_600)
    assert (entry.from_date, entry.to_date) == (date(2015, 3, 30), date(2015, 4, 3))
    (entry,) = capture(tmp_path, generic(), lines("Name,Date,Hours", "Ana,2026-11-02,7.25")).entries
    assert (entry.grain, entry.to_date, entry.seconds) == ("day", date(2026, 11, 2), 26_100)


def test_approval_by_a_column_of_states_of_words_or_of_yes_and_no(tmp_path):
    text = lines(
        "Name,Date,Hours,A", "Ana,2026-11-02,1,ok", "Ana,2026-11-03,1,", "Bo,2026-11-03,1,?"
    )
    words = {"column": "A", "values": {"approved": ["OK"], "rejected": "no"}}
    got = capture(tmp_path, generic(approval=words), text)
    assert [entry.approval for entry in got.entries] == ["approved", None, None]
    assert codes(got.diagnostics) == ["TO333"]
    assert got.diagnostics[0].message.endswith("1 ('?')")
    text = lines("Name,Date,Hours,A", "Ana,2026-11-02,1,yes", "Ana,2026-11-03,1,no")
    got = capture(tmp_path, generic({**DAYS, "approved": "A"}), text)
    assert [entry.approval for entry in got.entries] == ["approved", "draft"]
    text = lines("Name,Date,Hours,A", "Ana,2026-11-02,1,Submitted")
    (entry,) = capture(tmp_path, generic({**DAYS, "approval": "A"}), text).entries
    assert entry.approval == "submitted"


@pytest.mark.parametrize(
    ("tags", "approval"),
    [
        ("approved", "approved"),
        ("urgent, Approved", "approved"),
        ("approved, rejected", None),  # they contradict one another
        ("not approved", None),
    ],
)
def test_an_approval_may_be_one_of_several_tags(tmp_path, tags, approval):
    words = {"column": "Tags", "values": {"approved": ["approved"], "rejected": ["rejected"]}}
    text = lines(TOGGL, toggl_row(tags=f'"{tags}"'))
    (entry,) = capture(tmp_path, source(options={"approval": words}), text).entries
    assert entry.approval == approval


def test_fixed_values_joined_names_and_rates(tmp_path):
    columns = {
        "worker": ["First", "Last"], "date": "Date", "hours": "Hours", "rate": "Rate",
        "currency": {"fixed": "eur"}, "customer": {"fixed": "ACME"},
        "billable": {"column": "B", "values": {"yes": ["J"], "no": ["N"]}},
    }  # fmt: skip
    text = lines("First;Last;Date;Hours;Rate;B", "Ana;Reyes;02.11.2026;7,5;140,50;J")
    config = generic(columns, decimal="comma", date_order="dmy")
    (entry,) = capture(tmp_path, config, text).entries
    assert (entry.worker_name, entry.customer_name) == ("Ana Reyes", "ACME")
    assert (entry.rate, entry.rate_currency, entry.billable) == (1_405_000, "EUR", True)
    assert entry.seconds == 27_000


def test_work_past_midnight_only_where_the_config_says_so(tmp_path):
    text = lines("Name,Date,In,Out", "Ana,2026-11-02,22:00,02:00")
    assert codes(capture(tmp_path, generic(SPANS), text).rejected) == ["TO323"]
    (entry,) = capture(tmp_path, generic(SPANS, over_midnight=True), text).entries
    assert entry.seconds == 14_400


@pytest.mark.parametrize(
    ("columns", "header", "row", "code"),
    [
        (DAYS, "Name,Date,Hours", "Ana,2026-11-02", "TO320"),
        (DAYS, "Name,Date,Hours", "Ana,2026-11-02,1,x", "TO320"),
        (DAYS, "Name,Date,Hours", "Ana,2026-11-31,1", "TO321"),
        (DAYS, "Name,Date,Hours", "Ana,2026-11-02,one", "TO322"),
        (DAYS, "Name,Date,Hours", "Ana,2026-11-02,100001", "TO322"),
        (SPANS, "Name,Date,In,Out", "Ana,2026-11-02,17:00,09:00", "TO323"),
        (SPANS, "Name,Date,In,Out", "Ana,2026-03-08,02:30,02:45", "TO324"),
        (DAYS, "Name,Date,Hours", ",2026-11-02,1", "TO325"),
        (DAYS, "Name,Date,Hours", "Ana,,1", "TO325"),
        (DAYS, "Name,Date,Hours", "Ana,2026-11-02,", "TO325"),
        ({**DAYS, "billable": "B"}, "Name,Date,Hours,B", "Ana,2026-11-02,1,maybe", "TO326"),
        ({**DAYS, "rate": "R"}, "Name,Date,Hours,R", "Ana,2026-11-02,1,140", "TO327"),
        (
            {**DAYS, "rate": "R", "currency": {"fixed": "USD"}},
            "Name,Date,Hours,R", "Ana,2026-11-02,1,$140", "TO327",
        ),
    ],
)  # fmt: skip
def test_a_bad_row_is_rejected_with_its_line_and_the_others_stay(
    tmp_path, columns, header, row, code
):
    good = "Bo,2026-11-03,8:00,9:00" if columns is SPANS else "Bo,2026-11-03,1"
    good += "," * (header.count(",") - good.count(","))
    got = capture(tmp_path, generic(columns), lines(header, good, row))
    assert [(bad.file, bad.line, bad.code) for bad in got.rejected] == [("a.csv", 3, code)]
    assert [entry.worker_name for entry in got.entries] == ["Bo"]


def test_the_same_id_with_other_content_is_rejected_and_repeats_are_counted(tmp_path):
    text = lines(
        "id,Name,Date,Hours", "1,Ana,2026-11-02,4", "1,Ana,2026-11-02,4", "1,Ana,2026-11-02,6"
    )
    got = capture(tmp_path, generic({**DAYS, "id": "id"}), text)
    assert (len(got.entries), got.left_out) == (1, {"repeated row": 1})
    assert [(bad.code, bad.line) for bad in got.rejected] == [("TO328", 4)]


def test_equal_rows_without_an_id_are_two_entries(tmp_path):
    got = capture(tmp_path, source(), lines(TOGGL, toggl_row(), toggl_row()))
    assert len({entry.key for entry in got.entries}) == 2


def test_an_edit_keeps_the_key_and_the_file_that_sorts_last_wins(tmp_path):
    first = lines(TOGGL, toggl_row(project="Website"))
    later = lines(TOGGL, toggl_row(end="11:00:00", duration="02:00:00", project="App", notes="x"))
    got = capture(tmp_path, source(), {"2.csv": later, "1.csv": first})
    (entry,) = got.entries
    assert (entry.project_name, entry.seconds) == ("App", 7200)
    assert got.rows == {entry.key: "2.csv:2"}
    assert got.left_out == {"superseded by a later file": 1}


def test_a_span_without_an_end_lasts_no_eleven_years(tmp_path):
    columns = {"worker": "Name", "start": "Start", "hours": "Hours"}
    row = "Ana,2026-11-02 09:00," + "9" * 15
    got = capture(tmp_path, generic(columns), lines("Name,Start,Hours", row))
    assert codes(got.rejected) == ["TO322"]


# the file as a whole


@pytest.mark.parametrize(
    ("options", "data", "code", "line"),
    [
        ({}, b"Name,Date,Hours\nM\xfcller,2026-11-02,1\n", "TO303", 2),
        ({}, b"Name,Date,Hours\nAna\x00,2026-11-02,1\n", "TO303", 2),
        ({}, b"PK\x03\x04\x14\x00\xff\x00", "TO313", 0),
        ({}, b"", "TO304", 0),
        ({}, b"Name;Date,Hours\n", "TO304", 1),
        ({}, b"Nome,Date,Hours\n", "TO305", 1),
        ({}, b"Name,Date,Hours,Name\n", "TO305", 1),
        ({}, b'Name,Date,Hours\nAna,2026-11-02,1\n"Bo,2026-11-02,1\n', "TO306", 3),
        ({}, b'Name,Date,Hours\n"A"b,2026-11-02,1\n', "TO306", 2),
        ({}, b"Name,Date,Hours\nAna,05/05/2026,1\nAna,03/04/2026,1\n", "TO307", 3),
        ({}, b"Name,Date,Hours\nAna,13/04/2026,1\nAna,04/13/2026,1\n", "TO307", 3),
    ],
)
def test_what_is_wrong_with_a_file_names_the_place_and_the_way_out(
    tmp_path, options, data, code, line
):
    (found,) = refusal(tmp_path, generic(**options), data)
    assert (found.code, found.position.file, found.position.line) == (code, "a.csv", line)
    assert found.hint
    assert found.next


def test_excel_may_say_first_what_separates_the_columns(tmp_path):
    text = lines("sep=;", "Name;Date;Hours", "Ana;2026-11-02;1")
    (entry,) = capture(tmp_path, generic(), text).entries
    assert entry.seconds == 3600


def test_missing_columns_are_all_named_with_near_matches(tmp_path):
    (found,) = refusal(tmp_path, generic(), "Nam,Hour,Dat\n")
    assert "no column Name, Date, Hours; it has: Nam, Hour, Dat" in found.message
    assert found.hint.count("did you mean") == 3


def test_a_duration_of_bare_numbers_needs_its_unit(tmp_path):
    columns = {"worker": "Name", "date": "Date", "duration": "Hours"}
    text = lines("Name,Date,Hours", "Ana,2026-11-02,7.5")
    assert codes(refusal(tmp_path, generic(columns), text)) == ["TO309"]
    (entry,) = capture(tmp_path, generic(columns, duration="hours"), text).entries
    assert entry.seconds == 27_000


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (("13/04/2026", "03/04/2026"), "2026-04-03"),
        (("04/13/2026", "03/04/2026"), "2026-03-04"),
    ],
)
def test_one_date_that_fits_a_single_order_decides_the_column(tmp_path, dates, expected):
    text = lines("Name,Date,Hours", *(f"Ana,{text},1" for text in dates))
    assert capture(tmp_path, generic(), text).entries[1].to_date == day(expected)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_encodings_and_delimiters(tmp_path, encoding, sign):
    text = lines("Name,Date,Hours", "Müller,2026-11-02,1").replace(",", sign)
    options = {"encoding": "cp1252"} if encoding == "cp1252" else {}
    (entry,) = capture(tmp_path, generic(**options), text.encode(encoding)).entries
    assert entry.worker_name == "Müller"


def test_texts_are_trimmed_composed_and_free_of_control_characters(tmp_path):
    text = 'Name,Date,Hours\n" Mu\u0308ller\x07\nx ",2026-11-02,1\n,,\nBo,2026-11-03,1\n'
    got = capture(tmp_path, generic(), text)
    assert [entry.worker_name for entry in got.entries] == ["Müller  x", "Bo"]
    assert got.left_out == {"blank row": 1}
    assert codes(got.diagnostics) == ["TO332"]
    assert sorted(got.rows.values()) == ["a.csv:2", "a.csv:5"]


def test_hours_that_are_no_whole_seconds_are_rounded_and_counted(tmp_path):
    got = capture(tmp_path, generic(), lines("Name,Date,Hours", "Ana,2026-11-02,0.3333"))
    assert got.entries[0].seconds == 1200
    assert codes(got.diagnostics) == ["TO331"]


# what the files know


def test_coverage_is_what_the_files_can_know(tmp_path):
    text = lines(TOGGL, toggl_row(), toggl_row(day="2026-11-09"))
    first, last = day("2026-11-02"), day("2026-11-09")
    assert capture(tmp_path, source(), text).coverage == Coverage(first, last, False)
    assert capture(tmp_path, source(files="replace"), text).coverage == Coverage(None, None, True)
    window = (day("2026-11-01"), day("2026-11-30"))
    assert capture(tmp_path, source(window=window), text).coverage == Coverage(*window, True)
    nothing = capture(tmp_path, source(), lines(TOGGL)).coverage
    assert not nothing.holds(first, first)


# which files


def test_a_path_cannot_leave_the_company(tmp_path):
    root = tmp_path / "company"
    root.mkdir()
    (tmp_path / "a.csv").write_text(lines(TOGGL, toggl_row()))
    (root / "link.csv").symlink_to(tmp_path / "a.csv")
    for path in ("../a.csv", str(tmp_path / "a.csv"), "*.csv", "link.csv"):
        with pytest.raises(Refused) as caught:
            open_source(source(path=path), ZONE, root).pull()
        assert codes(caught.value.diagnostics) == ["TO302"]
        assert str(tmp_path) not in caught.value.diagnostics[0].message or path[0] == "/"


def test_a_reference_may_name_a_file_elsewhere(tmp_path, monkeypatch):
    root = tmp_path / "company"
    root.mkdir()
    (tmp_path / "a.csv").write_text(lines(TOGGL, toggl_row()))
    monkeypatch.setenv("EXPORT", str(tmp_path / "a.csv"))
    got = open_source(source(path="${env:EXPORT}"), ZONE, root).pull()
    assert list(got.inputs) == ["a.csv"]


def test_no_file_and_hidden_files(tmp_path):
    (tmp_path / ".hidden.csv").write_text("x")
    assert codes(refusal(tmp_path, source(), {})) == ["TO301"]
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "b.csv").write_text(lines(TOGGL, toggl_row()))
    assert len(capture(tmp_path, source(path="folder/"), {}).entries) == 1


# settings


@pytest.mark.parametrize(
    ("config", "code", "message"),
    [
        (source(profile="togl"), "TO310", "did you mean 'toggl'?"),
        (generic(colums="x"), "TO308", "did you mean 'columns'?"),
        (generic({**DAYS, "wrker": "x"}), "TO308", "did you mean 'worker'?"),
        (generic(date_order="dym"), "TO308", "none of dmy, mdy, ymd"),
        (generic({**DAYS, "notes": {"col": "x"}}), "TO308", "neither a column's name"),
        (generic({"date": "Date", "hours": "Hours"}), "TO308", "who worked"),
        (generic({"worker": "Name", "hours": "Hours"}), "TO308", "when the work was done"),
        (generic({"worker": "Name", "date": "Date"}), "TO308", "how long"),
        (generic({"worker": "Name", "start": "S"}), "TO308", "when a span ended"),
        (generic(key=["worker", "weather"]), "TO308", "can't be part of a key"),
        (generic({**DAYS, "approved": "A"}, approval="B"), "TO308", "given twice"),
        (source(timezone="Mars/Olympus"), "TO308", "no time zone"),
    ],
)
def test_settings_that_make_no_sense_are_refused(tmp_path, config, code, message):
    with pytest.raises(Refused) as caught:
        open_source(config, ZONE, tmp_path)
    found = caught.value.diagnostics
    assert code in codes(found)
    assert any(message in f"{one.message} {one.hint}" for one in found)


# whatever comes


def assert_read_or_told(folder, config, text):
    """Neither a traceback nor silence: a capture, or a refusal with codes of ours."""
    try:
        told = codes(capture(folder, config, text).rejected)
    except Refused as refused:
        told = codes(refused.diagnostics)
    assert all(code.startswith("TO3") for code in told)


@given(st.binary(max_size=300), st.sampled_from(["utf-8", "utf-16", "cp1252", "latin-1"]))
def test_no_bytes_make_the_reader_fail(tmp_path_factory, data, encoding):
    folder = tmp_path_factory.mktemp("fuzz")
    text = b"Name,Date,Hours\n" + data
    assert_read_or_told(folder, generic(encoding=encoding), text)


CELL = st.sampled_from(
    ["Ana", "", " ", '"', '""', "2026-11-02", "03/04/26", "13/04/26", "9:00", "24:00", "-1",
     "1e9", "9" * 40, "PT", "h", "\r", "\n", "\x1f", "Z", "2026-11-01 01:30", "१"]
)  # fmt: skip


@given(st.lists(st.lists(CELL, max_size=5).map(",".join), max_size=6), st.booleans())
def test_no_cells_make_the_reader_fail(tmp_path_factory, rows, spans):
    folder = tmp_path_factory.mktemp("fuzz")
    columns = {"worker": "a", "start": "b", "end": "c", "rate": "d", "currency": "e"}
    config = generic(columns) if spans else generic({"worker": "a", "date": "b", "hours": "c"})
    assert_read_or_told(folder, config, lines("a,b,c,d,e", *rows))
