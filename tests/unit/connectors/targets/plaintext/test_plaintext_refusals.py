"""What plain-text books refuse or tell, code by code."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from bookshop import Shop, settings_for
from documents import change, invoice, journal, time_activity, timesheet

from tieout.connectors.ports import Status
from tieout.connectors.targets import plaintext
from tieout.domain.diagnostic import Refused

KEY = invoice().key
PAGES = Path(plaintext.__file__).parents[3] / "codes"


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
