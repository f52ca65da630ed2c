"""Which lines differ."""

from dataclasses import replace

import reporting_examples as made

from tieout.domain.document import Line
from tieout.reporting.differences import header_changes, label, line_changes


def test_a_changed_rate_is_one_line_though_its_key_changed():
    change = made.borealis_update()
    (only,) = line_changes(change.before, change.after)
    assert only.fields == (("rate", 1_400_000, 1_500_000),)
    assert only.figures == (108_000, 108_000, 420_000, 450_000)


def test_several_rates_are_told_one_by_one():
    before = made.invoice("a", made.sale("p/s/w@1", 1, 1, text="x"))
    after = made.invoice(
        "a", made.sale("p/s/w@2", 1, 2, text="x"), made.sale("p/s/w@3", 1, 3, text="x")
    )
    sides = [(bool(c.before), bool(c.after)) for c in line_changes(before, after)]
    assert sides == [(True, False), (False, True), (False, True)]


def test_equal_documents_have_no_differences_and_counters_come_last():
    document = made.labour().after
    assert line_changes(document, document) == ()
    assert [c.line.key for c in line_changes(None, document)][-1] == "=labor_clearing"


def test_header_fields():
    before = made.invoice("acme")
    assert header_changes(before, replace(before, party_ref="55")) == (("party_ref", "Acme", "55"),)
    assert header_changes(None, before) == ()


def test_a_label_is_the_text_else_the_ids():
    assert label(Line(key="k", text="Design · Ana")) == "Design · Ana"
    assert label(Line(key="k", project="acme-web", pay_class="overtime")) == "acme-web · overtime"
    assert label(Line(key="k")) == "k"
