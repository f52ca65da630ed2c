"""hledger's journal format: what of it is read, and what is told instead of guessed."""

import re
import shutil
import subprocess
from contextlib import suppress
from decimal import Decimal

import pytest
from bookshop import Shop
from documents import invoice, with_line
from hypothesis import given
from hypothesis import strategies as st

from tieout.connectors.ports import Status
from tieout.connectors.targets.plaintext import hledger
from tieout.connectors.targets.plaintext.blocks import Unreadable
from tieout.connectors.targets.plaintext.hledger import amounts
from tieout.connectors.targets.plaintext.hledger.syntax import read, written
from tieout.connectors.targets.plaintext.ledger import amounts as completed

_PIECES = st.sampled_from([
    "2026-01-01 * ", "\\", "\n", "  ", "\t", "    ; tieout: k\n", ";", "a:b", "  1 USD", "{", "@", "=",
    "comment\n", "end comment\n", "include ", "\r\n", "é", "\ufeff", "2026-13-45 ", "(", ")", "1/5 x\n",
    "Y2026\n", "decimal-mark ,\n", "; tieout-lock: 2026-01-01\n", "$", ",", "[2026-01-01]", "account ",
])  # fmt: skip


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path, options={"format": "hledger"})


@given(st.lists(st.one_of(_PIECES, st.text(max_size=5)), max_size=60).map("".join))
def test_any_text_is_the_sum_of_its_segments_and_never_breaks_the_parser(text):
    segments = hledger.split(text)
    assert "".join(segment.text for segment in segments) == text
    line = 1
    for segment in segments:
        assert segment.line == line
        line += segment.text.count("\n")
        with suppress(Unreadable):
            list(completed(hledger.parse(segment)))


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_a_tag_s_value_comes_back(text):
    assert "\n" not in written(text)
    assert read(written(text)) == text


@pytest.mark.parametrize(("text", "mark", "value"), [
    ("10 USD", "", "10 USD"), ("$-1,000.50", "", "-1000.50 $"), ("-$5", "", "-5 $"),
    ("1.000,50 EUR", "", "1000.50 EUR"), ("1 000,5 EUR", "", "1000.5 EUR"), ("€ 3", "", "3 €"),
    ("1,000,000 JPY", "", "1000000 JPY"), ("0,125 KWD", "", "0.125 KWD"), (".5 USD", "", "0.5 USD"),
    ("1,000 USD", ".", "1000 USD"), ("1,000 USD", ",", "1.000 USD"), ("12,34 USD", "", "12.34 USD"),
    ("1,23,456 INR", "", "123456 INR"), ('3 "green apples"', "", "3 green apples"),
])  # fmt: skip
def test_amounts(text, mark, value):
    number, currency = amounts.amount(text, mark)
    assert f"{number} {currency}" == value


@pytest.mark.parametrize(("text", "mark", "says"), [
    ("1,000 USD", "", "thousands or decimals"), ("1.000 KWD", "", "thousands or decimals"),
    ("1000", "", "no currency"), ("$1 USD", "", "two currencies"), ("much USD", "", "not an amount"),
    ("2520.00 USD", ",", "no number with the decimal mark"), ("1.2.3 USD", ".", "no number"),
])  # fmt: skip
def test_no_amounts(text, mark, says):
    with pytest.raises(ValueError, match=says):
        amounts.amount(text, mark)


PEOPLE = """\
decimal-mark .
commodity 1000.00 USD
commodity 1000.00 EUR
commodity "green apples" 1000.
account assets:bank account  ; type: A
account equity:opening
account income:sales
account budget
account assets:euro
Y2026

# a heading, and a comment that looks like more:
comment
2026-01-01 not this
  a  1 USD
end comment

1/5 * (42) Jo | Opening  ; credits: nobody, by: Jo
  assets:bank account   1,000.50 USD = 1000.50 USD
  equity:opening

2026/02/03=2026-02-05 Sale
  ! assets:euro  10.00 EUR @ 1.10 USD
  income:sales  ; what is left

2026.3.4 ! Virtual
  (budget)  7.00 USD
  assets:bank account  -1.00 USD
  income:sales  1.00 USD

2026-03-05 Total
  assets:euro  -10.00 EUR @@ 11.50 USD
  assets:bank account
"""


def test_people_s_journal_comes_to_what_hledger_says(shop):
    shop.put("people.journal", PEOPLE)
    books = shop.reader.read()
    assert [d.code for d in books.diagnostics] == ["TO423"]  # the credit that names nobody's key
    assert books.balances == {
        "assets:bank account": {"USD": 101_100}, "assets:euro": {"EUR": 0}, "budget": {"USD": 700},
        "equity:opening": {"USD": -100_050}, "income:sales": {"USD": -1_000},
    }  # fmt: skip
    assert books.foreign[0].date == "2026-01-05"
    assert books.foreign[0].text == "Jo · Opening"
    if program := shutil.which("hledger"):
        args = [program, "-f", str(shop.file("people.journal"))]
        assert subprocess.run([*args, "check"], check=False).returncode == 0
        said = subprocess.run(
            [*args, "bal", "--flat", "-E", "-N"], capture_output=True, text=True, check=True
        )
        rows = re.findall(r"^ *(0|-?[\d.]+ \w+)  (.+)$", said.stdout, re.MULTILINE)
        ours = {
            name: f"{Decimal(minor) / 100:.2f} {currency}" if minor else "0"
            for name, sums in books.balances.items() for currency, minor in sums.items()
        }  # fmt: skip
        assert {name: amount for amount, name in rows} == ours


@pytest.mark.parametrize(("text", "line", "says"), [
    ("2026-01-01 x\n  a  1,000 USD\n  b\n", 2, "thousands or decimals"),
    ("2026-01-01 x\n  a  = 5 USD\n  b  1 USD\n", 2, "follows from a balance"),
    ("1/5 x\n  a  1 USD\n  b\n", 1, "is no day"),
    ("alias a = b\n", 1, "renames accounts"), ("apply account x\n", 1, "renames accounts"),
    ("= expenses\n  (x)  *1\n", 1, "automatic posting"), ("include t.timedot\n", 1, "other format"),
    ("2026-01-01 x\n  a  5\n  b\n", 2, "no currency"),
    ("; tieout-lock: soon\n", 1, "names no day"),
])  # fmt: skip
def test_to421_what_isn_t_computed_is_told_with_its_line(shop, text, line, says):
    shop.put("people.journal", text)
    books = shop.reader.read()
    [told] = books.diagnostics
    assert (told.code, told.position.line) == ("TO421", line)
    assert says in told.message
    assert "tieout-lock" in told.hint or "hledger check" in told.hint
    assert books.balances == {}


def test_the_decimal_mark_may_follow_from_the_formats_of_the_commodities(shop):
    text = "commodity 1.000,00 EUR\n2026-01-01 x\n  a  1.000 EUR\n  b\n"
    shop.put("people.journal", text)
    assert shop.reader.read().balances["a"] == {"EUR": 100_000}


def test_into_a_file_with_another_decimal_mark_nothing_is_written(shop):
    shop.write(None, invoice())
    shop.edit("decimal-mark .", "decimal-mark ,", "tieout/invoice/2026-11.journal")
    told = shop.refuses(None, invoice("studio/invoice/b/USD/2026-11"))
    assert told.code == "TO404"
    assert "decimal mark ','" in told.message


def test_texts_that_hledger_would_take_for_dates_are_written_so_that_it_does_not(shop):
    odd = with_line(invoice(), 0, text="a, date: x [2026-13-01], date2:y [=1/1] \\n ;")
    assert shop.write(None, odd).status == Status.DONE
    assert shop.reader.read().records[0].document == shop.reader.codec.project(odd)
    if program := shutil.which("hledger"):
        main = str(shop.file("main.journal"))
        assert subprocess.run([program, "-f", main, "check", "-s"], check=False).returncode == 0


def test_to405_a_transaction_that_lost_its_key_is_no_one_else_s(shop):
    shop.write(None, invoice())
    name = "tieout/invoice/2026-11.journal"
    shop.edit(f"    ; tieout: {invoice().key}\n", "", name)
    told = shop.refused()
    assert (told.code, told.hint) == (
        "TO405", "write it as  ; tieout: the document key  under the date, or take the block out",
    )  # fmt: skip


def test_a_chart_of_one_s_own_decides_what_is_open(tmp_path):
    chart = tmp_path / "chart.journal"
    chart.write_text("account Assets:Receivable\naccount Income:Services\n")
    shop = Shop(tmp_path, options={"format": "hledger", "chart": "chart.journal"})
    told = shop.refuses(None, invoice())
    assert (told.code, "Income:Print" in told.message) == ("TO416", True)
    chart.write_text(chart.read_text() + "account Income:Print\naccount Liabilities:Sales-Tax\n")
    assert shop.write(None, invoice()).status == Status.DONE
    assert not shop.file("tieout/accounts.journal").exists()
