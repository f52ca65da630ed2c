"""What holds for any export: a snapshot's id is a function of its facts and of nothing else."""

import csv
import io
import os
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sources_world import NOW, TOGGL, capture, source

from tieout.store.entries import delta, verify, write_entries

HEADER = TOGGL.split(",")
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=6
) | st.sampled_from(["Design", "é", "e\u0301", "a,b", 'q"q', "-", "1:x"])


@st.composite
def rows(draw):
    hour, length = draw(st.integers(0, 20)), draw(st.integers(0, 179))
    day = f"2026-11-{draw(st.integers(2, 9)):02}"
    end = f"{hour + length // 60:02}:{length % 60:02}:00"
    return (
        draw(st.sampled_from(["Ana", "Bo"])), draw(st.sampled_from(["", "a@x.example"])),
        draw(TEXT), draw(TEXT), draw(TEXT), draw(TEXT), draw(st.sampled_from(["Yes", "No", ""])),
        day, f"{hour:02}:00:00", day, end, "", draw(TEXT),
    )  # fmt: skip


def export(given_rows):
    out = io.StringIO(newline="")
    csv.writer(out).writerows([HEADER, *given_rows])
    return out.getvalue()


def snapshot(folder, given_rows, **how):
    config = source(**how)
    return write_entries(folder, config, capture(folder, config, export(given_rows)), NOW)


def held(folder, given_rows, **how):
    return {
        entry.key: entry for entry in capture(folder, source(**how), export(given_rows)).entries
    }


@settings(max_examples=25)
@given(st.lists(rows(), max_size=8), st.randoms())
def test_neither_the_order_of_rows_nor_their_files_matter(tmp_path_factory, given_rows, random):
    first = snapshot(tmp_path_factory.mktemp("a"), given_rows)
    shuffled = random.sample(given_rows, len(given_rows))
    folder = tmp_path_factory.mktemp("b")
    second = snapshot(folder, shuffled)
    assert first.id == second.id
    assert snapshot(folder, shuffled).id == second.id
    assert verify(second) == []


@settings(max_examples=25)
@given(st.lists(rows(), max_size=6), st.lists(rows(), max_size=6))
def test_merge_never_deletes_and_replace_holds_just_the_files(tmp_path_factory, before, after):
    folder = tmp_path_factory.mktemp("m")
    old, new = snapshot(folder, before), snapshot(folder, after)
    assert delta(old, new).gone == 0
    assert new.manifest["count"] == len({*held(folder, before), *held(folder, after)})
    alone = snapshot(folder, after, files="replace")
    assert alone.manifest["count"] == len(held(folder, after)) == len(after)


@given(st.lists(rows(), max_size=6))
def test_each_row_is_an_entry_and_a_key(tmp_path_factory, given_rows):
    folder = tmp_path_factory.mktemp("r")
    got = capture(folder, source(), export(given_rows))
    assert len(got.entries) == len({e.key for e in got.entries}) == len(given_rows)
    assert got.rejected == []
    assert sorted(got.rows) == sorted(e.key for e in got.entries)


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/St_Johns"])
def test_the_machines_clock_and_locale_do_not_matter(tmp_path, monkeypatch, zone):
    row = ("Ana", "", "é", "P", "", "", "Yes", "2026-11-02", "09:00:00", "2026-11-02", "10:00:00",
           "", "")  # fmt: skip
    expected = snapshot(tmp_path, [row]).id
    monkeypatch.setitem(os.environ, "TZ", zone)
    monkeypatch.setitem(os.environ, "LC_ALL", "tr_TR.UTF-8")
    time.tzset()
    try:
        other = tmp_path / "other"
        other.mkdir()
        assert snapshot(other, [row]).id == expected
    finally:
        monkeypatch.undo()
        time.tzset()
