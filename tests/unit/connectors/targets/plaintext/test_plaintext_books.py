"""Plain-text books as a folder: files, accounts, people's own files, records."""

import hashlib
import re
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from bookshop import Shop
from documents import EXAMPLES, documents, invoice, journal, time_activity
from hypothesis import HealthCheck, given, settings

from tieout.connectors.ports import Status
from tieout.domain.books import Books
from tieout.domain.money import minor_digits

KEY = invoice().key


# files


def test_the_first_write_makes_books_that_beancount_accepts(shop):
    for document in EXAMPLES.values():
        assert shop.write(None, document).status == Status.DONE
    names = [str(p.relative_to(shop.root)) for p in shop.bytes()]
    assert names == [
        "books/main.beancount", "books/tieout/accounts.beancount",
        "books/tieout/bill/2026-11.beancount", "books/tieout/invoice/2026-11.beancount",
        "books/tieout/journal/2026-11.beancount", "books/tieout/time_activity/2026-11.beancount",
        "books/tieout/timesheet/2026-11.beancount",
    ]  # fmt: skip
    check = Path(sys.executable).with_name("bean-check")
    ran = subprocess.run([check, shop.root / names[0]], capture_output=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")


def test_the_same_documents_in_any_order_make_the_same_bytes(tmp_path):
    one, two = Shop(tmp_path / "a"), Shop(tmp_path / "b")
    many = [*EXAMPLES.values(), *(invoice(f"studio/invoice/c{n}/USD/2026-11") for n in range(3))]
    for document in many:
        one.write(None, document)
    for document in reversed(many):
        two.write(None, document)
    assert [*one.bytes().values()] == [*two.bytes().values()]


def test_only_the_block_of_the_document_changes(booked):
    booked.write(None, invoice("studio/invoice/b/USD/2026-11"))
    path = booked.file("tieout/invoice/2026-11.beancount")
    text = "; Kim: ask about acme\n* Heading\n" + path.read_text() + "\n; the end, no newline"
    path.write_bytes(text.replace("c/b", "c/b").encode() + b" \xff\xfe")
    before = path.read_bytes()
    booked.write(invoice(), invoice(amount=252_001))
    after = path.read_bytes()
    old, new = b"-2520.00 USD", b"-2520.01 USD"
    changed = after.replace(new, old, 1).replace(b" 2855.71 USD", b" 2855.70 USD", 1)
    assert changed == before
    assert len(after) == len(before)


def test_windows_line_ends_stay_windows(booked):
    path = booked.file("tieout/invoice/2026-11.beancount")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert booked.write(invoice(), invoice(amount=5)).status == Status.DONE
    assert booked.write(None, invoice("studio/invoice/b/USD/2026-11")).status == Status.DONE
    assert b"\n" not in path.read_bytes().replace(b"\r\n", b"")


def test_steps_are_told_one_by_one_and_a_left_over_file_is_cleaned_away(shop):
    shop.put("tieout/invoice/.2025-01.beancount.tieout-tmp", "half a fi")
    assert shop.reader.read().records == ()
    shop.write(None, invoice())
    assert shop.steps == [
        "accounts.beancount: staged", "accounts.beancount: replaced", "main.beancount: staged",
        "main.beancount: replaced", "2026-11.beancount: staged", "2026-11.beancount: replaced",
    ]  # fmt: skip
    assert not [p for p in shop.bytes() if p.name.endswith("tmp")]


def test_cut_off_at_any_step_and_begun_again_the_books_are_the_same(tmp_path):
    whole = Shop(tmp_path / "whole")
    whole.write(None, invoice())
    for stop in range(1, 7):
        shop = Shop(tmp_path / str(stop))

        def cut(step, shop=shop, stop=stop):
            shop.steps.append(step)
            if len(shop.steps) == stop:
                raise KeyboardInterrupt

        shop.writer.checkpoint = cut
        with pytest.raises(KeyboardInterrupt):
            shop.write(None, invoice())
        assert len(shop.reader.look_up([KEY])) == (stop == 6)
        shop.writer.checkpoint = shop.steps.append
        assert shop.write(None, invoice()).status == Status.DONE
        assert [*shop.bytes().values()] == [*whole.bytes().values()]


def test_people_s_own_main_file_gets_the_includes_that_it_lacks(shop):
    shop.put("main.beancount", 'option "title" "Ours"\ninclude "tieout/*/*.beancount"')
    shop.write(None, invoice())
    assert shop.file("main.beancount").read_text() == (
        'option "title" "Ours"\ninclude "tieout/*/*.beancount"\n'
        'include "tieout/accounts.beancount"\n'
    )
    then = shop.bytes()
    shop.write(None, journal())
    assert shop.file("main.beancount").read_bytes() == then[shop.file("main.beancount")]


def test_an_account_that_people_opened_is_not_opened_again(shop):
    shop.put("people.beancount", "2020-01-01 open Income:Services\n2020-01-01 commodity USD\n")
    shop.write(None, invoice())
    opened = shop.file("tieout/accounts.beancount").read_text()
    assert re.findall("open (.*)", opened) == [
        "Assets:Receivable", "Income:Print", "Liabilities:Sales-Tax",
    ]  # fmt: skip
    assert "commodity" not in opened


# records


def test_version_and_remote_id_name_the_block(booked):
    (record,) = booked.reader.read().records
    text = booked.file("tieout/invoice/2026-11.beancount").read_text().partition("\n\n")[2]
    assert record.remote_id == f"books/tieout/invoice/2026-11.beancount#{KEY}"
    assert record.version == hashlib.sha256(text.encode()).hexdigest()


def test_books_become_json_and_back(booked):
    booked.put("people.beancount", '2026-11-01 * "x"\n  Assets:Cash  1 USD\n  Income:Else\n')
    books = booked.reader.read()
    assert Books.from_json(books.as_json()) == books


def test_people_s_own_posting_survives_and_balances_and_is_foreign(booked):
    booked.edit("2855.70 USD", "2755.70 USD")
    path = booked.file("tieout/invoice/2026-11.beancount")
    path.write_text(path.read_text() + "  Expenses:Discount  100 USD ; a friend\n")
    booked.put("more.beancount", "2020-01-01 open Expenses:Discount\n")
    assert booked.reader.read().records[0].document == booked.reader.codec.project(invoice())
    assert booked.write(invoice(), invoice(amount=152_000)).status == Status.DONE
    text = path.read_text()
    assert "  Expenses:Discount  100 USD ; a friend\n" in text
    books = booked.reader.read()
    assert [(f.account, f.amount) for f in books.foreign] == [
        ("Expenses:Discount", 10_000), ("Assets:Receivable", -10_000),
    ]  # fmt: skip
    assert books.balances["Assets:Receivable"] == {"USD": 152_000 + 9_000 + 14_820 - 10_000}
    assert books.diagnostics == ()


def test_the_newest_lock_counts_wherever_it_stands(booked):
    booked.put("a/locks.beancount", '2026-11-01 custom "tieout-lock" 2026-10-31\n'
               '2026-12-01 custom "tieout-lock" 2026-09-30 ; opened again\n'
               '2026-12-02 custom "tieout-lock" "soon"\n')  # fmt: skip
    assert booked.reader.read().lock_date == booked.reader.lock_date() == "2026-09-30"
    assert booked.codes() == ["TO421"]
    booked.edit('"soon"', "2027-02-30", "a/locks.beancount")
    assert booked.reader.lock_date() == "2026-09-30"
    assert [d.position.line for d in booked.reader.read().diagnostics] == [3]


def test_foreign_records_keep_their_names_when_lines_move(booked):
    text = '2026-11-01 * "Rent"\n  Expenses:Rent  1,000.50 USD\n  Assets:Cash\n\n'
    booked.put("people.beancount", text + text)
    before = booked.reader.read().foreign
    booked.put("people.beancount", "; a comment\n\n" + text + text)
    assert booked.reader.read().foreign == before
    assert len({f.remote_id for f in before}) == 2
    assert before[0].amount == 100_050
    assert before[0].text == "Rent"


def test_included_files_and_the_chart_are_read_once(tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "cash.beancount").write_text(
        '2026-11-01 * "x"\n  Assets:Cash  1 USD\n  Income:Else\ninclude "../ledger.beancount"\n'
    )
    chart = tmp_path / "ledger.beancount"
    chart.write_text('include "other/*"\ninclude "books/main.beancount"\n')
    books = Shop(tmp_path, options={"chart": "ledger.beancount"}).reader.read()
    assert books.balances["Assets:Cash"] == {"USD": 100}
    assert books.identity == "plaintext:books"


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents(("invoice", "journal", "bill")))
def test_balances_are_beancount_s_own(tmp_path_factory, document):
    from beancount import loader
    from beancount.core import realization

    shop = Shop(tmp_path_factory.mktemp("books"))
    document = replace(document, currency="USD", lines=tuple(
        replace(line, amount=line.amount % 10**9 if document.kind != "journal" else line.amount,
                tax=None) for line in document.lines))  # fmt: skip
    assert shop.write(None, document).status == Status.DONE
    shop.put(
        "people.beancount",
        """\
2026-11-01 * "Arithmetic" "and more"
  Expenses:Rent  (1,000.00 + 2 * 0.25) USD
  Assets:Cash
2026-11-02 * "Euros"
  Assets:Euro  10.00 EUR @ 1.12345 USD
  Assets:Cash
2026-11-03 * "Shares"
  Assets:Shares  3 HOOL {12.50 USD}
  Assets:Cash
1980-01-01 open Expenses:Rent
1980-01-01 open Assets:Cash
1980-01-01 open Assets:Euro
1980-01-01 open Assets:Shares
""",
    )
    whole = shop.root / "all.beancount"
    whole.write_text('include "books/*.beancount"\n')
    entries, errors, _ = loader.load_file(str(whole))
    assert errors == []
    theirs = {}
    for account in realization.iter_children(realization.realize(entries)):
        for position in account.balance:
            currency = position.units.currency
            minor = position.units.number.scaleb(minor_digits(currency))
            sums = theirs.setdefault(account.account, {})
            sums[currency] = sums.get(currency, 0) + minor
    ours = shop.reader.read().balances
    for account, sums in ours.items():
        for currency, amount in sums.items():
            assert abs(theirs.get(account, {}).get(currency, 0) - amount) <= Decimal("0.5")


def test_a_day_s_work_for_a_person_with_an_editor(booked):
    """Narration, tags, price and an attached comment stay through an update; nothing is drift."""
    booked.edit('"Invoice 2026-11-01 to 2026-11-30"', '"For the new website" #web')
    booked.edit("-2520.00 USD", "-2520.00 USD ; agreed with Jo")
    assert booked.reader.read().records[0].document == booked.reader.codec.project(invoice())
    outcome = booked.write(invoice(), invoice(amount=300_000, date="2026-12-02"))
    assert outcome.status == Status.DONE
    text = booked.file("tieout/invoice/2026-11.beancount").read_text()
    assert '2026-12-02 ! "Acme Corp" "For the new website" #web\n' in text
    assert "-3000.00 USD ; agreed with Jo\n" in text
    assert outcome.record.foreign["tags"] == ["#web"]


def test_time_is_read_back_after_an_edit_by_hand(shop):
    shop.write(None, time_activity())
    shop.edit('"1:30:45 |', '"2:00:00 |', "tieout/time_activity/2026-11.beancount")
    assert shop.reader.read().records[0].document.seconds == 7_200
