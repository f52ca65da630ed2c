"""Widths, cuts and shapes."""

from hypothesis import given
from hypothesis import strategies as st

from tieout.reporting import figures


@given(st.text(), st.integers(1, 60))
def test_padding_gives_exactly_that_many_columns(text, columns):
    plain = figures.safe(text)
    assert figures.width(figures.cut(plain, columns)) <= columns
    assert figures.width(figures.pad(plain, columns)) == columns


def test_wide_letters_take_two_columns_and_accents_none():
    assert figures.width("東京") == 4
    assert figures.width("e\u0301") == 1
    assert figures.cut("東京都", 5) == "東京…"


def test_what_steers_is_shown_as_such_and_blanks_stay():
    assert figures.inert(" a\n\tb ") == " a\n\tb "
    assert figures.inert("\u202eexe.png\x1b[2J\ud800") == "�exe.png�[2J�"
    assert figures.safe(" a\n b\r") == "a b"


def test_shapes():
    assert figures.money(462_000, "USD") == "4,620.00 USD"
    assert figures.money(5, "JPY", signed=True) == "+5 JPY"
    assert figures.moneys({"USD": 100, "EUR": -5}) == "-0.05 EUR, 1.00 USD"
    assert figures.counted(1, "entry", "entries") == "1 entry"
    assert figures.counted(1_204, "entry", "entries") == "1,204 entries"
    assert figures.listed(["a", "b", "c"]) == "a, b and c"
    assert figures.listed(["a"]) == "a"
    assert figures.listed([]) == ""
    assert figures.short_key("s/invoice/a", ("s",)) == "invoice/a"
    assert figures.short_key("s/invoice/a", ("s", "t")) == "s/invoice/a"
    assert figures.argument("a b") == "'a b'"
