"""Snapshots: immutable, named by their content, folded as the config says."""

import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet
import pytest
from sources_world import NOW, TOGGL, capture, codes, day, lines, source, toggl_row

from tieout.connectors.ports import Capture
from tieout.domain.books import Books, Credit, Foreign, Record
from tieout.domain.diagnostic import Refused
from tieout.domain.document import Document, Line
from tieout.domain.entry import ENTRY_COLUMNS, RATE_COLUMNS, Coverage, PayRate, Rejected
from tieout.domain.key import digest
from tieout.store.books import read_books, read_for_planning, write_books
from tieout.store.entries import (
    Delta,
    delta,
    entries,
    rates,
    read_entry,
    read_rates,
    read_rejected,
    verify,
    write_entries,
    write_rates,
)
from tieout.store.snapshot import by_id, history, newest
from tieout.store.tables import open_database

ONE, TWO, THREE = (toggl_row(day=f"2026-11-0{n}") for n in (2, 3, 4))


@pytest.fixture
def snap(tmp_path):
    """Pull these rows into the state: `snap(ONE, TWO, files="replace")`."""
    folder = tmp_path / "company"
    folder.mkdir()

    def write(*rows, now=NOW, **settings):
        config = source(**settings)
        return write_entries(tmp_path, config, capture(folder, config, lines(TOGGL, *rows)), now)

    return write


def keys(ref):
    with open_database() as connection:
        found = connection.execute("SELECT key FROM read_parquet(?)", [str(entries(ref))])
        return [key for (key,) in found.fetchall()]


def days(ref):
    with open_database() as connection:
        found = connection.execute("SELECT start_at FROM read_parquet(?)", [str(entries(ref))])
        return sorted(start.day for (start,) in found.fetchall())


def test_the_parquet_has_the_domains_columns_sorted_by_worker_then_time(snap):
    ref = snap(toggl_row(email="b@x.example"), TWO, ONE)
    with open_database() as connection:
        told = connection.execute("DESCRIBE FROM read_parquet(?)", [str(entries(ref))]).fetchall()
        rows = connection.execute(
            "SELECT worker_email, start_at FROM read_parquet(?)", [str(entries(ref))]
        ).fetchall()
    assert {name: kind for name, kind, *_ in told} == ENTRY_COLUMNS
    assert [name for name, *_ in told] == list(ENTRY_COLUMNS)
    assert rows == sorted(rows)
    assert ref.manifest["seconds"] == 3 * 3600


def test_the_same_facts_have_the_same_id_and_each_pull_is_in_the_history(snap, tmp_path):
    first = snap(ONE, TWO)
    again = snap(TWO, ONE, now=NOW + timedelta(days=1))
    assert again.id == first.id
    assert again.captured_at == NOW + timedelta(days=1)
    assert again.manifest == first.manifest
    assert newest(tmp_path, "time") == again
    assert [line["id"] for line in history(tmp_path, "time")] == [first.id] * 2


def test_other_facts_have_another_id(snap):
    ids = {
        snap(ONE, files="replace").id,
        snap(ONE, TWO, files="replace").id,
        snap(ONE).id,
        snap(toggl_row(day="2026-11-02", notes="x"), files="replace").id,
    }
    assert len(ids) == 4


def test_an_older_snapshot_is_found_by_a_beginning_of_its_id(snap, tmp_path):
    old = snap(ONE, files="replace")
    new = snap(TWO, files="replace")
    assert by_id(tmp_path, "time", old.id[:12]) == old
    assert by_id(tmp_path, "time", new.id) == new
    assert by_id(tmp_path, "time", "") is None
    assert by_id(tmp_path, "time", "zz") is None
    assert newest(tmp_path, "other") is None


def test_merge_keeps_what_the_files_no_longer_hold(snap):
    old = snap(ONE, TWO)
    new = snap(TWO, THREE)
    assert days(new) == [2, 3, 4]
    assert new.coverage == Coverage(day("2026-11-02"), day("2026-11-04"), False)
    assert new.manifest["parent"] == old.id
    assert delta(old, new) == Delta(new=1)
    (gone_from_the_file,) = set(keys(new)) - set(keys(snap(TWO, THREE, files="replace")))
    assert read_entry(new, gone_from_the_file)[1] == "a.csv:2"


def test_replace_deletes(snap):
    old = snap(ONE, TWO)
    new = snap(TWO, files="replace")
    assert days(new) == [3]
    assert new.coverage == Coverage(None, None, True)
    assert delta(old, new) == Delta(gone=1)


def test_a_window_deletes_inside_itself_only(snap):
    snap(ONE, TWO, THREE)
    window = (day("2026-11-03"), day("2026-11-04"))
    new = snap(THREE, window=window)
    assert days(new) == [2, 4]
    assert new.coverage == Coverage(day("2026-11-02"), day("2026-11-04"), False)


def test_a_windows_days_are_those_of_the_sources_clock(snap):
    snap(ONE, toggl_row("23:30:00", "23:45:00", "00:15:00", day="2026-11-03"))
    november_4 = (day("2026-11-04"), day("2026-11-04"))  # in UTC the entry starts on that day
    assert days(snap(ONE, window=november_4)) == [2, 4]


def test_another_profile_starts_anew(snap, tmp_path):
    snap(ONE, TWO)
    config = source(profile="generic", options={})
    alone = write_entries(tmp_path, config, Capture(coverage=Coverage(None, None, False)), NOW)
    assert alone.manifest["count"] == 0


def test_a_changed_entry_counts_as_changed(snap):
    old = snap(ONE, TWO)
    new = snap(toggl_row(day="2026-11-02", project="App"), TWO)
    assert delta(old, new) == Delta(changed=1)
    assert delta(None, new) == Delta(new=2)


def test_an_entry_is_found_by_its_key_with_its_line(snap):
    ref = snap(ONE, TWO)
    (place,) = {read_entry(ref, key)[1] for key in keys(ref)} - {"a.csv:2"}
    assert place == "a.csv:3"
    assert read_entry(ref, "time:nothing") is None


def test_rejects_stand_in_the_snapshot_and_make_it_another(snap, tmp_path):
    config = source()
    given = capture(tmp_path / "company", config, lines(TOGGL, ONE))
    rejected = (Rejected("a.csv", 3, "TO321", "no date"),)
    ref = write_entries(tmp_path, config, replace(given, rejected=rejected), NOW)
    assert read_rejected(ref) == rejected
    assert ref.id != write_entries(tmp_path, config, given, NOW).id


def test_a_snapshot_is_verified_byte_by_byte_and_by_its_content(snap):
    ref = snap(ONE, TWO)
    assert verify(ref) == []
    path = entries(ref)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert codes(verify(ref)) == ["TO340"]
    forged = {**ref.manifest, "facts": ["entries", ["file", "toggl"], {}], "files": {}}
    other = snap(ONE, files="replace")
    forged = replace(other, manifest={**other.manifest, "facts": forged["facts"]})
    assert codes(verify(forged)) == ["TO340"]


def test_a_write_that_was_cut_short_is_no_snapshot(snap, tmp_path):
    ref = snap(ONE)
    home = ref.folder.parent
    (home / ".writing-abc").mkdir()
    ref.folder.joinpath("manifest.json").unlink()
    with pytest.raises(Exception, match="can't be read"):
        newest(tmp_path, "time")
    (home / "newest").unlink()
    mended = snap(ONE)
    assert mended.id == ref.id
    assert verify(mended) == []


def test_a_name_cannot_leave_the_state(tmp_path):
    for name in ("../x", "", ".hidden", "a/b"):
        with pytest.raises(ValueError, match="can't name a snapshot"):
            newest(tmp_path, name)


def test_a_capture_needs_a_zone(snap):
    with pytest.raises(ValueError, match="needs its zone"):
        snap(ONE, now=datetime(2026, 11, 23))


# pay rates


def rate(worker="E-001", text="2026-01-01", amount=520_000):
    return PayRate(f"rates:{worker}{text}", worker, day(text), None, amount, "USD")


def test_rates_are_kept_as_they_stand(tmp_path):
    config = source("rates", "pay_rates")
    whole = Coverage(None, None, True)
    given = (rate(), rate(text="2026-07-01"), rate("C-007"))
    first = write_rates(tmp_path, config, Capture(rates=given, coverage=whole), NOW)
    assert read_rates(first) == (given[2], *given[:2])
    second = write_rates(tmp_path, config, Capture(rates=given[:1], coverage=whole), NOW)
    assert read_rates(second) == given[:1]
    assert delta(first, second) == Delta(gone=2)
    assert verify(second) == []
    with open_database() as connection:
        told = connection.execute("DESCRIBE FROM read_parquet(?)", [str(rates(second))]).fetchall()
    assert {name: kind for name, kind, *_ in told} == RATE_COLUMNS


# books


def books(*keys_):
    records = tuple(
        Record(document=document(key), remote_id=f"f#{key}", version="1") for key in keys_
    )
    return Books(
        target="books", identity="/b", records=records, lock_date="2026-10-31",
        credits=(Credit(credits="k", amount=1, currency="USD", date="2026-11-01", remote_id="r"),),
        foreign=(Foreign(remote_id="x", date="2026-11-01", account="A", amount=5, currency="USD"),),
        balances={"A": {"USD": 5}},
    )  # fmt: skip


def document(key):
    line = Line(key="l", account="labor_expense", amount=100)
    return Document(
        key=key, kind="journal", date="2026-11-30", from_="2026-11-01", to="2026-11-30",
        currency="USD", lines=(line,),
    )  # fmt: skip


def test_books_are_read_back_equal_and_keep_their_id(tmp_path):
    first = write_books(tmp_path, "books", books("s/journal/USD/2026-11"), NOW)
    assert read_books(first) == books("s/journal/USD/2026-11")
    later = datetime(2026, 11, 24, tzinfo=UTC)
    assert write_books(tmp_path, "books", books("s/journal/USD/2026-11"), later).id == first.id
    assert write_books(tmp_path, "books", books(), NOW).id != first.id


def test_damaged_books_are_refused(tmp_path):
    ref = write_books(tmp_path, "books", books("s/journal/USD/2026-11"), NOW)
    path: Path = ref.folder / "books.json.gz"
    content = json.loads(gzip.decompress(path.read_bytes()))
    path.write_bytes(gzip.compress(json.dumps({**content, "lock_date": None}).encode()))
    with pytest.raises(Exception, match="isn't what the snapshot's id names"):
        read_books(ref)
    assert codes(verify(ref)) == ["TO340"]
    path.write_bytes(b"x")
    with pytest.raises(Exception, match="can't be read"):
        read_books(ref)


def test_a_state_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "snapshots").write_text("in the way")
    with pytest.raises(Refused) as caught:
        write_books(tmp_path, "books", books(), NOW)
    assert codes(caught.value.diagnostics) == ["TO503"]


def test_the_id_of_books_is_the_digest_of_their_json(tmp_path):
    for made in (books(), books("s/journal/USD/2026-11", "s/journal/USD/2026-10")):
        assert write_books(tmp_path, "books", made, NOW).id == digest(made.as_json())


def test_planning_reads_records_as_a_table(tmp_path):
    made = books("s/journal/USD/2026-11", "s/journal/USD/2026-10")
    ref = write_books(tmp_path, "books", made, NOW)
    rest, path = read_for_planning(ref)
    records = pyarrow.parquet.read_table(path)
    assert rest == replace(made, records=())
    by_key = {record.document.key: record for record in made.records}
    for row in records.to_pylist():
        record = by_key.pop(row["key"])
        assert (row["target"], row["digest"]) == ("books", record.document.digest)
        assert json.loads(row["document"]) == record.document.as_json()
        assert (row["remote_id"], row["version"]) == (record.remote_id, record.version)
    assert not by_key


def test_planning_refuses_a_table_that_was_changed(tmp_path):
    ref = write_books(tmp_path, "books", books("s/journal/USD/2026-11"), NOW)
    path = ref.folder / "records.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    for read in (read_for_planning, read_books):
        with pytest.raises(Refused) as caught:
            read(ref)
        assert codes(caught.value.diagnostics) == ["TO340"]
