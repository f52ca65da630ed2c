"""Hours in accounts of their own: the same documents, with postings of seconds that balance."""

import re
from dataclasses import replace

import pytest
from bookshop import Shop, settings_for
from documents import documents, invoice, journal, time_activity, timesheet
from hypothesis import given

from tieout.connectors.ports import Status
from tieout.connectors.targets.plaintext import beancount, codec, hledger, render
from tieout.connectors.targets.plaintext.ledger import imbalance
from tieout.connectors.targets.plaintext.statement import statement

FORMATS = pytest.mark.parametrize("format", ["beancount", "hledger"])
TRACKED = {"track": "hours"}
SETTINGS = settings_for("/nowhere", options=TRACKED)


def shop(folder, format, **options):
    return Shop(folder, options={"format": format, **options})


def booked(folder, format, **options):
    """A day, a fortnight, a labour journal and an invoice."""
    found = shop(folder, format, **options)
    for document in (time_activity(), timesheet(), journal(), invoice()):
        assert found.write(None, document).status == Status.DONE
    return found


def file_of(shop, kind):
    (path,) = (shop.root / "books/tieout" / kind).iterdir()
    return path


@pytest.mark.parametrize("format", [beancount, hledger], ids=["beancount", "hledger"])
@given(document=documents(("time_activity", "timesheet")))
def test_what_is_written_with_postings_is_the_same_document(format, document):
    projected = codec.project(document)
    (segment,) = format.split(render.render(format.lines, statement(projected, SETTINGS)))
    block = format.parse(replace(segment, decimal="."))
    assert codec.normalise(block) == projected
    assert (block.word, imbalance(block)) == ("txn", None)
    assert segment.key == document.key


@FORMATS
def test_money_is_what_it_was_and_seconds_come_to_nothing(tmp_path, format):
    plain, tracked = booked(tmp_path / "a", format), booked(tmp_path / "b", format, **TRACKED)
    without, books = plain.reader.read(), tracked.reader.read()
    assert {r.document.digest for r in books.records} == {r.document.digest for r in without.records}
    assert books.diagnostics == ()
    money = {a: m for a, s in books.balances.items() if (m := {c: n for c, n in s.items() if c != "SEC"})}
    assert money == without.balances
    seconds = {a: s["SEC"] for a, s in books.balances.items() if "SEC" in s}
    assert sum(seconds.values()) == 0
    assert seconds["Expenses:Time:Recorded:Acme-web"] == time_activity().seconds
    assert seconds["Income:Time:Paid:E-001"] == -timesheet().seconds
    assert not any(f.currency == "SEC" for f in books.foreign), "they are ours"


def test_both_formats_hold_the_same(tmp_path):
    one = booked(tmp_path / "a", "beancount", **TRACKED).reader.read().balances
    assert booked(tmp_path / "b", "hledger", **TRACKED).reader.read().balances == one


def test_hledger_counts_the_same_seconds(tmp_path, hledger):
    one = booked(tmp_path, "hledger", **TRACKED).reader.read().balances
    hledger(tmp_path, "check", "--strict")
    told = hledger(tmp_path, "bal", "-N", "Expenses:Time")
    theirs = {account: int(n) for n, account in re.findall(r"(-?\d+) SEC  (\S+)", told)}
    assert theirs == {a: s["SEC"] for a, s in one.items() if a.startswith("Expenses:Time")}


@FORMATS
def test_a_record_keeps_its_form_and_is_updated_in_it(tmp_path, format):
    before, after = timesheet(), replace(timesheet(), lines=timesheet().lines[:1])
    tracked = booked(tmp_path, format, **TRACKED)
    later = shop(tmp_path, format)
    assert later.write(before, after).status == Status.DONE
    text = file_of(later, "timesheet").read_text()
    assert (text.count("tieout-hours:"), text.count("tieout-worked:")) == (1, 1)
    assert later.reader.read().balances["Income:Time:Paid:E-001"] == {"SEC": -after.seconds}
    assert tracked.write(after, None).status == Status.DONE
    plain = booked(tmp_path / "plain", format)
    again = shop(tmp_path / "plain", format, **TRACKED)
    assert again.write(before, after).status == Status.DONE
    assert "tieout-hours" not in file_of(plain, "timesheet").read_text()


@FORMATS
@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (r"\d+ SEC", "1 SEC", "instead of Expenses:Time:Recorded:Acme-web"),
        (r"Expenses:Time:Recorded:Acme-web ", "Expenses:Time:Recorded:Other ", "Recorded:Other"),
        (r"( +[;]? ?tieout-hours: )\"?time\"?", r"\1more", "no such posting"),
        (r"\n +Income:Time[^\n]*\n[^\n]*tieout-worked[^\n]*", "", "is missing"),
    ],
)  # fmt: skip
def test_an_edit_of_a_posting_is_told_and_is_drift(tmp_path, format, old, new, says):
    found = shop(tmp_path, format, **TRACKED)
    found.write(None, time_activity())
    path = file_of(found, "time_activity")
    text, number = re.subn(old, new, path.read_text(), count=1)
    assert number == 1
    path.write_text(text)
    books = found.reader.read()
    [told] = [d for d in books.diagnostics if d.code == "TO404"]
    assert says in told.message
    assert books.records[0].document.blank
    assert found.write(time_activity(), None).status == Status.REFUSED
