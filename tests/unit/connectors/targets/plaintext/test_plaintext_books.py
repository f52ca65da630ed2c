"""Plain-text books as a folder: files, accounts, people's own files, and what is refused."""

import hashlib
import os
import re
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from documents import EXAMPLES, change, documents, invoice, journal, time_activity, timesheet
from hypothesis import HealthCheck, given, settings

from tieout.connectors.ports import Status, TargetSettings
from tieout.connectors.targets import plaintext
from tieout.domain.books import Books
from tieout.domain.diagnostic import Refused
from tieout.domain.money import minor_digits

KEY = invoice().key
PAGES = Path(plaintext.__file__).parents[3] / "codes"


def settings_for(folder, **more):
    values = {
        "name": "books",
        "company": "northwind",
        "environment": "default",
        "root": str(folder),
        "path": "books/",
        "tax": {"standard": (975, "Liabilities:Sales-Tax")},
    }
    return TargetSettings(**{**values, **more})


class Shop:
    """A company's folder with books in it."""

    def __init__(self, folder, **more):
        self.root = folder
        self.settings = settings_for(folder, **more)
        self.steps = []
        self.writer = plaintext.writer(self.settings, self.steps.append)
        self.reader = self.writer.reader

    def write(self, before, after, **more):
        one = change(before, after, **more)
        ((name, batch),) = self.writer.batches([one])
        (outcome,) = self.writer.write(name, batch)
        return outcome

    def refuses(self, before, after, **more):
        """The diagnostic; and nothing at all was written."""
        then = self.bytes()
        outcome = self.write(before, after, **more)
        assert (outcome.status, outcome.record) == (Status.REFUSED, None)
        assert self.bytes() == then
        return outcome.diagnostic

    def file(self, name):
        return self.root / "books" / name

    def put(self, name, text):
        self.file(name).parent.mkdir(parents=True, exist_ok=True)
        self.file(name).write_text(text)

    def edit(self, old, new, name="tieout/invoice/2026-11.beancount"):
        text = self.file(name).read_text()
        assert old in text
        self.file(name).write_text(text.replace(old, new, 1))

    def bytes(self):
        return {p: p.read_bytes() for p in sorted(self.root.rglob("*")) if p.is_file()}

    def codes(self):
        return [d.code for d in self.reader.read().diagnostics]


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


@pytest.fixture
def booked(shop):
    shop.write(None, invoice())
    return shop


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


# what is refused or told, code by code


def refused(call, *args, **more):
    with pytest.raises(Refused) as error:
        call(*args, **more)
    return error.value.diagnostics


@pytest.mark.parametrize(("more", "message"), [
    ({"path": None}, "need a folder"),
    ({"path": "../books"}, "'../books' leads out of the company's folder"),
    ({"path": "/etc"}, "'/etc' leads out"),
    ({"options": {"chart": "../x"}}, "'../x' leads out"),
    ({"options": {"format": "ledger"}}, "no such format: 'ledger'"),
    ({"options": {"resolution": "often"}}, "'often' is no length of time"),
])  # fmt: skip
def test_to402_settings_that_cannot_be_used(tmp_path, more, message):
    (diagnostic,) = refused(plaintext.reader, settings_for(tmp_path, **more))
    assert diagnostic.code == "TO402"
    assert message in diagnostic.message


def test_to402_a_link_is_no_way_out(tmp_path):
    (tmp_path / "company").mkdir()
    (tmp_path / "company" / "books").symlink_to(tmp_path)
    (diagnostic,) = refused(plaintext.reader, settings_for(tmp_path / "company"))
    assert diagnostic.code == "TO402"


def test_to403_what_lies_outside_is_not_read(tmp_path):
    (tmp_path / "out.beancount").write_text('2026-11-01 custom "tieout-lock" 2026-10-31\n')
    shop = Shop(tmp_path / "company")
    shop.put("a.beancount", 'include "../../out.beancount"\n')
    shop.file("b.beancount").symlink_to(tmp_path / "out.beancount")
    assert shop.codes() == ["TO403", "TO403"]
    assert shop.reader.read().lock_date is None


def test_to403_nothing_is_written_through_a_link_that_leads_out(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    shop = Shop(tmp_path / "company")
    shop.file("tieout").parent.mkdir(parents=True)
    shop.file("tieout").symlink_to(tmp_path / "elsewhere")
    (diagnostic,) = refused(shop.write, None, invoice())
    assert diagnostic.code == "TO402"
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_to404_an_unreadable_block_blocks_its_document_alone(booked):
    booked.write(None, invoice("studio/invoice/b/USD/2026-11"))
    booked.edit('hours: "18:00:00"', 'hours: "18h"')
    books = booked.reader.read()
    (diagnostic,) = books.diagnostics
    assert diagnostic.code == "TO404"
    assert str(diagnostic.position) == "books/tieout/invoice/2026-11.beancount:15"
    assert [len(r.document.lines) for r in books.records] == [0, 2]
    assert booked.refuses(invoice(), invoice(amount=1)).code == "TO404"
    assert booked.write(None, invoice("studio/invoice/c/USD/2026-11")).status == Status.DONE


def test_to404_points_into_a_narration_of_several_lines(booked):
    booked.edit('"Invoice 2026', "\"Kim's\nInvoice 2026")
    booked.edit('hours: "18:00:00"', 'hours: "18h"')
    (diagnostic,) = booked.reader.read().diagnostics
    assert diagnostic.line == "  Income:Services                                     -2520.00 USD"


def test_to405_a_marker_without_a_key(booked):
    booked.edit(f'tieout: "{KEY}"', "tieout:")
    (diagnostic,) = refused(booked.reader.read)
    assert (diagnostic.code, diagnostic.line) == ("TO405", "  tieout:")


@pytest.mark.parametrize(("old", "new", "line", "says"), [
    (f'  tieout: "{KEY}"\n', "", 4, "without the 'tieout:'"),
    (f'  tieout: "{KEY}"\n  tieout-books: "northwind/default"\n', "", 12, "without the 'tieout:'"),
    (f'tieout: "{KEY}"', 'tieout: "acme"', 4, "doesn't say"),
    (f'tieout: "{KEY}"', 'tieout: "studio/cheque/acme/USD/2026-11"', 4, "doesn't say"),
    ("2026-11-30 !", "  2026-11-30 !", 4, "outside of any block"),
    ('  kind: "invoice"\n', '\n  kind: "invoice"\n', 15, "outside of any block"),
])  # fmt: skip
def test_to405_marks_that_no_key_goes_with_are_never_people_s_own(booked, old, new, line, says):
    booked.edit(old, new)
    (diagnostic,) = refused(booked.reader.read)
    assert (diagnostic.code, diagnostic.position.line) == ("TO405", line)
    assert says in diagnostic.message


def test_to405_time_without_its_key(shop):
    shop.write(None, time_activity())
    name = "tieout/time_activity/2026-11.beancount"
    marks = "".join(shop.file(name).read_text().splitlines(keepends=True)[3:5])
    shop.edit(marks, "", name)
    assert [d.code for d in refused(shop.reader.read)] == ["TO405"]


def test_to406_a_copy_is_seen_in_whatever_file(booked):
    text = booked.file("tieout/invoice/2026-11.beancount").read_text()
    booked.put("copy.beancount", text)
    (record,) = booked.reader.read().records
    assert record.document.blank
    assert booked.reader.look_up([KEY])[KEY].document == record.document
    assert booked.refuses(record.document, invoice(amount=1)).code == "TO406"


def test_to406_a_block_copied_by_hand(booked):
    path = booked.file("tieout/invoice/2026-11.beancount")
    path.write_text(path.read_text() + "\n" + path.read_text().partition("\n\n")[2])
    books = booked.reader.read()
    assert [d.code for d in books.diagnostics] == ["TO406"]
    assert (len(books.records), len(books.foreign)) == (1, 4)
    assert booked.refuses(invoice(), invoice(amount=1)).code == "TO406"


def test_to407_a_block_moved_to_another_file(booked):
    path = booked.file("tieout/invoice/2026-11.beancount")
    path.rename(booked.file("mine.beancount"))
    (record,) = booked.reader.read().records
    assert booked.codes() == ["TO407"]
    assert record.document == booked.reader.codec.project(invoice())
    assert booked.refuses(invoice(), None, remote_id=record.remote_id).code == "TO407"


def test_to407_what_stands_elsewhere_is_not_written_a_second_time(booked):
    """A plan made before the move: nothing may be created where the block isn't any more."""
    booked.file("tieout/invoice/2026-11.beancount").rename(booked.file("mine.beancount"))
    diagnostic = booked.refuses(None, invoice())
    assert (diagnostic.code, "stands in books/mine.beancount" in diagnostic.message) == (
        "TO407", True,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["invoice/acme.beancount", "old/2026/a.beancount", "a.beancount"])
def test_a_renamed_file_of_ours_is_found_by_its_keys_and_written_where_it_is(booked, name):
    before = booked.file("tieout/invoice/2026-11.beancount")
    renamed = booked.file(f"tieout/{name}")
    renamed.parent.mkdir(parents=True, exist_ok=True)
    before.rename(renamed)
    (record,) = booked.reader.read().records
    assert booked.codes() == []
    assert booked.reader.look_up([KEY]) == {KEY: record}
    assert booked.refuses(None, invoice()).code == "TO407"
    for _ in range(2):
        done = booked.write(invoice(), invoice(amount=5), remote_id=record.remote_id)
        assert done.status == Status.DONE
        assert done.record.remote_id == record.remote_id
    assert not before.exists()
    booked.write(None, invoice("studio/invoice/b/USD/2026-11"))
    assert KEY not in before.read_text()
    check = Path(sys.executable).with_name("bean-check")
    ran = subprocess.run([check, booked.file("main.beancount")], capture_output=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")


def test_a_record_s_place_leads_nowhere_but_into_our_folder(booked):
    for place in (
        "books/tieout/../../rules/x.beancount",
        "rules/x.beancount",
        "books/tieout/x.yaml",
    ):
        one = change(invoice(), invoice(amount=5), remote_id=f"{place}#{KEY}")
        assert booked.writer.batches([one])[0][0] == "invoice/2026-11.beancount"


def test_to410_and_to411_what_changed_since_the_plan(booked):
    booked.edit("-2520.00 USD", "-2519.00 USD")
    diagnostic = booked.refuses(invoice(), None)
    assert (diagnostic.code, diagnostic.position.line) == ("TO410", 3)
    assert booked.refuses(None, invoice()).code == "TO411"
    assert booked.refuses(invoice(), invoice("studio/invoice/no/USD/2026-11")).code == "TO410"


def test_to412_another_environment_s_record(booked):
    other = Shop(booked.root, environment="sandbox")
    assert other.reader.read().records == ()
    assert other.refuses(None, invoice()).code == "TO412"
    booked.edit('  tieout-books: "northwind/default"\n', "")
    assert "to nobody" in booked.refuses(invoice(), None).message


def test_to413_and_to414_final_and_closed(booked):
    booked.edit("2026-11-30 !", "2026-11-30 *")
    assert booked.refuses(invoice(), None).code == "TO413"
    booked.edit("2026-11-30 *", "2026-11-30 !")
    booked.put("lock.beancount", '2026-12-01 custom "tieout-lock" 2026-11-30\n')
    assert booked.refuses(invoice(), None).code == "TO414"
    assert booked.refuses(None, timesheet()).code == "TO414"


@pytest.mark.parametrize(("more", "message"), [
    ({"currency": None}, "no currency"),
    ({"control_ref": None}, "receivable isn't mapped"),
    ({"control_ref": "receivable"}, "'receivable', which is no account"),
    ({"control_ref": "Vermögen:Bank"}, "'Vermögen:Bank', which is no account"),
    ({"lines": (replace(invoice().lines[0], account_ref="1200"),)}, "income is mapped to '1200'"),
    ({"lines": (replace(invoice().lines[0], account_ref=None), *invoice().lines)}, "isn't mapped"),
])  # fmt: skip
def test_to415_what_a_journal_needs(shop, more, message):
    diagnostic = shop.refuses(None, invoice(**more))
    assert diagnostic.code == "TO415"
    assert message in diagnostic.message


def test_to416_the_chart_opens_accounts_not_we(tmp_path):
    shop = Shop(tmp_path, options={"chart": "ledger.beancount"})
    chart = tmp_path / "ledger.beancount"
    opened = ["Assets:Receivable", "Income:Print", "Liabilities:Sales-Tax"]
    chart.write_text("".join(f"2020-01-01 open {name}\n" for name in opened))
    diagnostic = shop.refuses(None, invoice())
    assert (diagnostic.code, diagnostic.next) == ("TO416", "")  # which plan, apply knows
    assert "Income:Services isn't open on 2026-11-30" in diagnostic.message
    with chart.open("a") as file:
        file.write("2026-12-01 open Income:Services\n")
    assert shop.refuses(None, invoice()).code == "TO416"
    chart.write_text(chart.read_text().replace("2026-12-01", "2026-11-30"))
    assert shop.write(None, invoice()).status == Status.DONE
    assert not shop.file("tieout/accounts.beancount").exists()
    with chart.open("a") as file:
        file.write("2026-11-30 close Income:Services\n")
    assert shop.refuses(None, invoice("studio/invoice/b/USD/2026-11")).code == "TO416"


def test_to417_a_tax_code_without_a_row(shop):
    line = replace(invoice().lines[0], tax="luxury")
    diagnostic = shop.refuses(None, invoice(lines=(line,)))
    assert (diagnostic.code, "'luxury'" in diagnostic.message) == ("TO417", True)


def test_to418_nothing_unbalanced_is_written(shop, booked):
    one_sided = journal(lines=journal().lines[:1])
    assert shop.refuses(None, one_sided).code == "TO418"
    booked.edit("  Income:Print", "  Expenses:Gift  100 USD\n  Income:Print")
    assert booked.codes() == ["TO418"]
    assert booked.refuses(invoice(), invoice(amount=1)).code == "TO418"


@pytest.mark.parametrize(("old", "new"), [
    ("2855.70 USD", "2755.70 USD"), ("-2520.00 USD", "-2500.00 USD"), ("-2520.00 USD", "-2520 EUR"),
    ('hours: "18:00:00"', 'hours: "18h"'), ("Income:Services ", "Income:Else "),
    ('    tieout-tax: "standard"\n', '    tieout-tax: "else"\n'),
])  # fmt: skip
def test_what_was_edited_is_written_anew_once_that_is_planned(booked, old, new):
    path = booked.file("tieout/invoice/2026-11.beancount")
    text = path.read_text()
    booked.edit(old, new)
    (edited,) = booked.reader.read().records
    assert edited.document != booked.reader.codec.project(invoice())
    outcome = booked.write(edited.document, invoice(), remote_id=edited.remote_id)
    assert outcome.status == Status.DONE
    assert path.read_text() == text


def test_to419_a_disk_that_refuses(booked, monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    then = booked.file("tieout/invoice/2026-11.beancount").read_bytes()
    outcome = booked.write(invoice(), invoice(amount=1))
    assert (outcome.status, outcome.diagnostic.code) == (Status.REFUSED, "TO419")
    assert "No space left" in outcome.diagnostic.message
    assert outcome.diagnostic.next == ""
    assert booked.file("tieout/invoice/2026-11.beancount").read_bytes() == then


def test_to419_a_failure_after_the_rename_is_unknown_not_refused(booked, monkeypatch):
    def failing(folder):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("tieout.connectors.targets.plaintext.files._sync", failing)
    outcome = booked.write(invoice(), invoice(amount=1))
    assert (outcome.status, outcome.diagnostic.code) == (Status.UNKNOWN, "TO419")


def test_to419_a_file_that_cannot_be_read(booked):
    booked.file("dir.beancount").symlink_to(booked.root / "books" / "tieout")
    booked.put("x.txt", 'include "dir.beancount"')
    booked.put("y.beancount", 'include "dir.beancount"\n')
    (diagnostic,) = refused(booked.reader.read)
    assert (diagnostic.code, diagnostic.next) == ("TO419", "tieout plan --refresh")


def test_to419_another_encoding_is_not_taken_for_an_empty_file(booked):
    path = booked.file("tieout/invoice/2026-11.beancount")
    path.write_bytes(path.read_text().encode("utf-16"))
    (diagnostic,) = refused(booked.reader.read)
    assert (diagnostic.code, "UTF-16" in diagnostic.message) == ("TO419", True)


def test_to420_saved_by_somebody_in_the_same_moment(booked):
    path = booked.file("tieout/invoice/2026-11.beancount")

    def save(step):
        if step == "2026-11.beancount: staged":
            path.write_text(path.read_text() + "; saved\n")

    booked.writer.checkpoint = save
    outcome = booked.write(invoice(), invoice(amount=1))
    assert (outcome.status, outcome.diagnostic.code) == (Status.REFUSED, "TO420")
    assert path.read_text().endswith("; saved\n")
    assert booked.reader.look_up([KEY])[KEY].document == booked.reader.codec.project(invoice())


def test_to421_what_cannot_be_counted_is_told(booked):
    booked.put(
        "people.beancount",
        """\
2026-01-01 pad Assets:Cash Equity:Opening
2026-01-02 * "no amounts"
  Assets:Cash
  Income:Else
2026-01-03 * "nonsense"
  what is this
""",
    )
    assert booked.codes() == ["TO421", "TO421", "TO421"]
    lines = [d.position.line for d in booked.reader.read().diagnostics]
    assert lines == [1, 4, 6]


def test_to422_a_kind_that_is_not_held(shop):
    worksheet = invoice("studio/worksheet/acme/USD/2026-11", kind="worksheet")
    assert shop.refuses(None, worksheet).code == "TO422"


def test_to423_a_credit_that_leads_nowhere(booked):
    booked.put(
        "people.beancount",
        f"""\
2026-12-01 * "of what?"
  credits: "studio/invoice/none/USD/2026-11"
  Assets:Receivable  -10 USD
  Income:Services
2026-12-02 * "the wrong way round"
  credits: "{KEY}"
  Assets:Receivable  10 USD
  Income:Services
""",
    )
    books = booked.reader.read()
    assert books.credits == ()
    assert [d.code for d in books.diagnostics] == ["TO423", "TO423"]


def test_every_code_has_its_page_and_its_example():
    used = set()
    for path in Path(plaintext.__file__).parents[1].rglob("*.py"):
        used |= set(re.findall(r'"(TO4\d\d)"', path.read_text()))
    tests = "".join(p.read_text() for p in Path(__file__).parents[1].rglob("*.py"))
    for code in sorted(used):
        page = (PAGES / f"{code}.md").read_text()
        assert page.startswith(f"# {code} · ")
        assert re.findall(r"^\*\*(\w+)\.\*\*", page, re.MULTILINE) == [
            "Meaning", "Cause", "Mend", "Example",
        ]  # fmt: skip
        assert code in tests, f"no failing example of {code}"


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
