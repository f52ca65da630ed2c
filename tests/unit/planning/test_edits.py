"""What somebody edited, in words: the field, ours and theirs; of pay no figure."""

from dataclasses import replace

import pytest
from documents import bill, invoice, journal, timesheet, with_line

from tieout.domain.document import Document, Line
from tieout.planning.edits import edits, told

DESIGN, PRINT = invoice().lines
LINE = "Website redesign · Design · Ana Reyes"
SHORT = Line(key="=control", amount=-10_000, text="receivable 2,755.70 instead of 2,855.70 USD")
TAX = Line(key="=tax/standard", amount=-570, text="tax standard 240.00 instead of 245.70 USD")


def beside(document, *lines):
    return replace(document, lines=(*document.lines, *lines))


@pytest.mark.parametrize(("ours", "theirs", "said"), [
    (invoice(), invoice(), []),
    (invoice(), invoice(date="2026-12-01"), ["date 2026-11-30 → 2026-12-01"]),
    (invoice(), invoice(party_ref=None), ["party-ref Acme Corp → nothing"]),
    (invoice(), invoice(control_ref="Assets:Bank"),
     ["control account Assets:Receivable → Assets:Bank"]),
    (invoice(), invoice(amount=250_000), [f"{LINE}: amount 2,520.00 → 2,500.00"]),
    (invoice(), with_line(invoice(), 0, seconds=60, rate=1_500_000, account_ref="Income:Else"),
     [f"{LINE}: account Income:Services → Income:Else", f"{LINE}: rate 140.00 → 150.00",
      f"{LINE}: hours 18:00:00 → 0:01:00"]),
    (invoice(), with_line(invoice(), 0, job="a\nvery " * 20),
     [f"{LINE}: job Acme Corp:Website redesign → {('a very ' * 20)[:59]}…"]),
    (invoice(), invoice(lines=(PRINT,)), [f"{LINE} taken out"]),
    (invoice(lines=(PRINT,)), invoice(), [f"{LINE} added"]),
    (invoice(), beside(invoice(), DESIGN), [f"{LINE} stands there 2 times"]),
    (invoice(), Document.unread(invoice().key, "invoice", "2026-11-30"),
     ["its block can't be read, or stands there twice"]),
    # a posting that the lines don't come to, unless the lines were edited and not the posting
    (invoice(), beside(invoice(), TAX), ["tax standard 240.00 instead of 245.70 USD"]),
    (invoice(lines=(PRINT,)), beside(invoice(lines=(PRINT,)), SHORT),
     ["receivable 2,755.70 instead of 2,855.70 USD"]),
    (invoice(lines=(PRINT,)),
     beside(invoice(lines=(replace(PRINT, amount=8_000),)), replace(SHORT, amount=1_000)),
     ["print_income · acme-web · design · E-001: amount 90.00 → 80.00"]),
    (invoice(), beside(invoice(amount=250_000), TAX, SHORT),
     [f"{LINE}: amount 2,520.00 → 2,500.00"]),
    # nobody is told what somebody is paid
    (bill(), with_line(bill(), 0, amount=90_000, rate=900_000, project="else"),
     ["contractor_expense · acme-web: amount edited", "contractor_expense · acme-web: rate edited",
      "contractor_expense · acme-web: project acme-web → else"]),
    (bill(), bill(lines=()), ["contractor_expense · acme-web taken out"]),
    (bill(), beside(bill(), replace(SHORT, text=None)), ["accounts_payable edited"]),
    (bill(), replace(bill(), kind="invoice", date="2026-12-01"), ["kind bill → invoice"]),
    (journal(), journal(amount=1), ["labor_clearing: amount edited",
                                    "labor_expense · acme-web: amount edited"]),
    (timesheet(), with_line(timesheet(), 0, seconds=60),
     ["2026-11-02 · acme-web · work · regular: hours 8:00:00 → 0:01:00"]),
])  # fmt: skip
def test_each_edit_is_told_with_ours_and_theirs(ours, theirs, said):
    assert sorted(edits(ours, theirs)) == sorted(said)


def test_a_sentence_tells_three_and_counts_the_rest():
    theirs = invoice(date="2026-12-01", party="b", role="vendor", to="2026-12-01", currency="EUR")
    assert told(invoice(), theirs) == (
        "currency USD → EUR; date 2026-11-30 → 2026-12-01; party acme → b; and 2 more"
    )
    assert told(None, theirs) == told(theirs, None) == ""
