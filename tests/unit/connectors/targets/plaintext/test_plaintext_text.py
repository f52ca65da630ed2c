"""Cutting files into segments, numbers, places: the parts that know nothing of documents."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.connectors.targets.plaintext import beancount
from tieout.connectors.targets.plaintext.beancount.syntax import number, quote, unquote
from tieout.connectors.targets.plaintext.blocks import Unreadable
from tieout.connectors.targets.plaintext.layout import arrange, covers, file_of
from tieout.connectors.targets.plaintext.ledger import amounts, imbalance

_PIECES = st.sampled_from([
    "2026-01-01 * ", '"', "\\", "\n", "  ", "\t", "tieout: ", '"k"', ";", "Assets:A", " 1 USD",
    "{", "@", "custom", "include ", "\r\n", "é", "\ufeff", "2026-13-45 open", "(", ")",
    '  tieout-books: "a/b"\n',
])  # fmt: skip


@given(st.lists(st.one_of(_PIECES, st.text(max_size=5)), max_size=60).map("".join))
def test_any_text_is_the_sum_of_its_segments_and_never_breaks_the_parser(text):
    segments = beancount.split(text)
    assert "".join(segment.text for segment in segments) == text
    line = 1
    for segment in segments:
        assert segment.line == line
        line += segment.text.count("\n")
        if segment.word:
            with suppress(Unreadable):
                block = beancount.parse(segment)
                list(amounts(block))
                imbalance(block)


def test_a_string_may_run_over_lines_and_comments_may_hold_quotes():
    text = '2026-01-01 * "one\n2 two\n\nthree" ; don\'t " care\n  Assets:A  1 USD ; it"s\n\n; "\n'
    words = [segment.word for segment in beancount.split(text)]
    assert words == ["txn", None]


def test_a_string_never_closed_ends_where_the_next_directive_begins():
    text = '2026-01-01 * "open\n  tieout: "a"\n\n2026-01-02 * "b"\n  tieout: "b"\n'
    segments = beancount.split(text)
    assert [(s.date, s.key) for s in segments] == [("2026-01-01", None), ("2026-01-02", "b")]
    with pytest.raises(Unreadable):
        beancount.parse(segments[0])


@given(st.text())
def test_a_quoted_text_comes_back(text):
    assert unquote(quote(text)) == text


@pytest.mark.parametrize(("text", "value"), [
    ("1", "1"), ("1,234.50", "1234.50"), (".5", "0.5"), ("5.", "5"), ("-5", "-5"), ("--5", "5"),
    ("1 + 2 * 3", "7"), ("(1+2)*3", "9"), ("-(2 - 3) / 2", "0.5"), ("1-1-1", "-1"), ("8/4/2", "1"),
])  # fmt: skip
def test_numbers(text, value):
    assert number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "-", "1+", "(1", "1)", "1 2", "*1", "1/0", "x", "(" * 300])
def test_no_numbers(text):
    with pytest.raises(ValueError, match=r"number|long|missing"):
        number(text)


@pytest.mark.parametrize(("postings", "expected"), [
    ("  Assets:A  1 USD\n  Assets:B", {"Assets:B": "-1 USD"}),
    ("  Assets:A  10 EUR @ 1.10 USD\n  Assets:B", {"Assets:B": "-11.00 USD"}),
    ("  Assets:A  10 EUR @@ 11 USD\n  Assets:B", {"Assets:B": "-11 USD"}),
    ("  Assets:A  -10 EUR @@ 11 USD\n  Assets:B", {"Assets:B": "11 USD"}),
    ("  Assets:A  2 HOOL {100 USD}\n  Assets:B", {"Assets:B": "-200 USD"}),
    ("  Assets:A  2 HOOL {{100 USD}}\n  Assets:B", {"Assets:B": "-100 USD"}),
    ("  Assets:A  2 HOOL {100 # 5 USD, 2026-01-01}\n  Assets:B", {"Assets:B": "-205 USD"}),
    ('  Assets:A  2 HOOL {2026-01-01, "lot", 3 USD} @ 9 USD\n  Assets:B', {"Assets:B": "-6 USD"}),
    ("  Assets:A  1 USD\n  Assets:C  2 EUR\n  Assets:B  USD", {"Assets:B": "-1 USD"}),
])  # fmt: skip
def test_an_amount_left_open_is_completed(postings, expected):
    (segment,) = beancount.split(f'2026-01-01 * "x"\n{postings}\n')
    found = amounts(beancount.parse(segment))
    assert {p.account: f"{v} {c}" for p, v, c in found if p.number is None} == expected


@pytest.mark.parametrize("postings", [
    "  Assets:A\n  Assets:B", "  Assets:A  -1 HOOL {}\n  Assets:B",
    "  Assets:A  1 USD @ EUR\n  Assets:B",
])  # fmt: skip
def test_what_needs_booking_is_told(postings):
    (segment,) = beancount.split(f'2026-01-01 * "x"\n{postings}\n')
    with pytest.raises(Unreadable):
        list(amounts(beancount.parse(segment)))


@pytest.mark.parametrize(("key", "file"), [
    ("studio/invoice/acme/USD/2026-11", "invoice/2026-11"),
    ("studio/invoice/acme/USD/2026-11~12", "invoice/2026-11"),
    ("studio/journal/USD/2026-11-01~r", "journal/2026-11"),
    ("studio/timesheet/E-001/2026-W45", "timesheet/2026-W45"),
    ("studio/journal/@east/due_to/west/USD/2026-11-01~1", "east/journal/2026-11"),
    ("studio/journal/@../USD/2026-11", "journal/2026-11"),
    ("studio/bill/C/USD/../../../etc/passwd", "bill/other"),
    ("studio/../x", "document/other"),
    ("plain", "document/other"),
])  # fmt: skip
def test_the_key_decides_the_file(key, file):
    assert file_of(key) == file


@pytest.mark.parametrize(("pattern", "name", "taken"), [
    ("tieout/*/*.beancount", "tieout/invoice/2026-11.beancount", True),
    ("./tieout/*/*.beancount", "tieout/invoice/2026-11.beancount", True),
    ("**/*.beancount", "tieout/invoice/2026-11.beancount", True),
    ("*.beancount", "tieout/accounts.beancount", False),
    ("tieout/accounts.beancount", "tieout/accounts.beancount", True),
])  # fmt: skip
def test_which_files_an_include_takes_in(pattern, name, taken):
    assert covers(pattern, name) is taken


def block(day, key, extra=""):
    return f'2026-11-{day:02} * "x"\n  tieout: "{key}"\n{extra}'


def test_new_blocks_go_where_they_sort_and_leave_everything_else():
    text = f"; mine\n\n{block(3, 'c')}\n; about e\n{block(5, 'e')}\n{block(1, 'out of order')}"
    new = [("2026-11-04", "d", block(4, "d")), ("2026-11-09", "z", block(9, "z"))]
    assert arrange(beancount.split(text), {}, new) == (
        f"; mine\n\n{block(3, 'c')}\n{block(4, 'd')}\n; about e\n{block(5, 'e')}\n"
        f"{block(1, 'out of order')}\n{block(9, 'z')}"
    )


@given(st.lists(st.tuples(st.integers(1, 28), st.uuids().map(str)), max_size=8), st.data())
def test_what_is_put_in_and_taken_out_leaves_the_file_as_it_was(days, data):
    text = "; head\n\n" + "\n".join(block(day, key) for day, key in sorted(days))
    day, key = data.draw(st.tuples(st.integers(1, 28), st.uuids().map(str)))
    added = arrange(beancount.split(text), {}, [(f"2026-11-{day:02}", key, block(day, key))])
    there = {s.line: None for s in beancount.split(added) if s.key == key}
    assert len(there) == 1
    assert arrange(beancount.split(added), there, []).rstrip("\n") == text.rstrip("\n")


def test_windows_line_ends_stay():
    text = block(3, "c").replace("\n", "\r\n")
    added = arrange(beancount.split(text), {}, [("2026-11-04", "d", block(4, "d"))], "\r\n")
    assert added == (block(3, "c") + "\n" + block(4, "d")).replace("\n", "\r\n")
