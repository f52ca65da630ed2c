"""What every target must do, told once: one suite, each target plugs in through ``benches.TARGETS``.

A :class:`~benches.Bench` is a target made ready in a temporary place, with the *hands* of the people who
work in the same books: they edit fields of their own, close periods, make documents final.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from benches import TARGETS, Bench
from documents import EXAMPLES, change, credit_note, invoice, journal, time_activity, with_line
from tryton_bench import TRYTON

from tieout.connectors.ports import Status
from tieout.domain.document import Document


@pytest.fixture(
    params=[*sorted(TARGETS), *(pytest.param(t, marks=pytest.mark.tryton) for t in sorted(TRYTON))]
)
def bench(request, tmp_path) -> Bench:
    if request.param in TRYTON:
        return request.getfixturevalue("tryton_bench")(TRYTON[request.param], tmp_path)
    return TARGETS[request.param](tmp_path)


def kinds_of(bench: Bench) -> list[Document]:
    return [d for d in EXAMPLES.values() if d.kind in bench.reader.capabilities.kinds]


EXTREMES = {
    "unicode": with_line(invoice(), 0, text='"Ünïcode" \\ 🗺 | 日本;\n# second line'),
    "long note": with_line(invoice(), 0, text="x" * 100_000),
    "huge": with_line(invoice(), 0, amount=10**17, seconds=10**12),
    "zero": invoice(lines=(replace(invoice().lines[0], amount=0, seconds=0),)),
    "negative": credit_note(),
    "yen": invoice("studio/invoice/acme/JPY/2026-11", currency="JPY"),
    "dinar": invoice("studio/invoice/acme/KWD/2026-11", currency="KWD"),
    "many lines": invoice(
        lines=tuple(replace(invoice().lines[0], key=f"p/{n:04}") for n in range(500))
    ),
}


def test_it_starts_empty_and_says_which_books_it_is(bench):
    books = bench.reader.read()
    assert (books.records, books.foreign, books.credits, books.lock_date) == ((), (), (), None)
    assert books.identity == bench.reader.identity
    assert "/tmp" not in books.identity


def test_what_is_created_reads_back_equal(bench):
    documents = kinds_of(bench)
    outcomes = bench.create(*documents)
    projected = [bench.reader.codec.project(d) for d in documents]
    assert [o.status for o in outcomes] == [Status.DONE] * len(documents)
    assert [o.record.document for o in outcomes] == projected
    assert {r.document for r in bench.reader.read().records} == set(projected)
    bench.hands.check()


@pytest.mark.parametrize("name", sorted(EXTREMES))
def test_nothing_is_too_odd(bench, name):
    document = EXTREMES[name]
    (outcome,) = bench.create(document)
    assert outcome.status == Status.DONE, outcome.diagnostic.message
    assert outcome.record.document == bench.reader.codec.project(document)
    bench.hands.check()


def test_creating_again_adopts_what_is_there(bench):
    bench.create(invoice())
    before = bench.reader.read()
    (again,) = bench.create(invoice())
    assert again.status == Status.DONE
    assert again.record == bench.reader.look_up([invoice().key])[invoice().key]
    assert bench.reader.read() == before


def test_creating_something_else_under_a_key_is_refused(bench):
    bench.create(invoice())
    (outcome,) = bench.create(invoice(amount=1))
    assert (outcome.status, outcome.diagnostic.next) == (Status.REFUSED, "tieout plan --refresh")
    assert bench.held(invoice().key) == bench.reader.codec.project(invoice())


def test_another_companys_record_is_foreign_and_its_key_refused(bench):
    theirs = change(None, invoice())
    for name, batch in bench.stranger.batches([theirs]):
        bench.stranger.write(name, batch)
    books = bench.reader.read()
    assert books.records == ()
    assert sum(f.amount for f in books.foreign) == 0
    assert len(books.foreign) >= 3
    (outcome,) = bench.create(invoice())
    assert outcome.status == Status.REFUSED
    assert "southwind" in outcome.diagnostic.message
    (outcome,) = bench.create(invoice("studio/invoice/other/USD/2026-11"))
    assert outcome.status == Status.DONE


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_a_field_that_people_own_is_no_drift_and_survives(bench, kind):
    document = EXAMPLES[kind]
    if document.kind not in bench.reader.capabilities.kinds:
        pytest.skip(f"this target holds no {document.kind}")
    bench.create(document)
    bench.hands.edit_their_field(document.key)
    assert bench.held(document.key) == bench.reader.codec.project(document)
    after = with_line(document, 0, seconds=60, project="else")
    (outcome,) = bench.write(change(document, after))
    assert outcome.status == Status.DONE
    assert bench.hands.their_field(document.key) == "4711"
    bench.hands.check()


def test_one_line_is_updated_and_the_others_stay(bench):
    bench.create(invoice(), journal())
    after = with_line(invoice(), 0, amount=280_000, seconds=20 * 3600)
    (outcome,) = bench.write(change(invoice(), after))
    assert outcome.record.document == bench.reader.codec.project(after)
    assert bench.held(journal().key) == bench.reader.codec.project(journal())
    bench.hands.check()


def test_an_update_of_what_has_changed_since_is_refused(bench):
    bench.create(invoice())
    bench.hands.edit_our_amount(invoice().key)
    edited = bench.reader.read()
    (outcome,) = bench.write(change(invoice(), invoice(amount=5)))
    assert outcome.status == Status.REFUSED
    assert bench.reader.read() == edited


def test_an_update_that_is_there_already_is_done(bench):
    bench.create(invoice(amount=5))
    (outcome,) = bench.write(change(invoice(), invoice(amount=5)))
    assert outcome.status == Status.DONE


def test_void_and_void_again(bench):
    bench.create(invoice(), time_activity())
    for _ in range(2):
        (outcome,) = bench.write(change(invoice(), None))
        assert (outcome.status, outcome.record) == (Status.DONE, None)
        assert bench.held(invoice().key) is None
    (outcome,) = bench.create(invoice())
    assert outcome.status == Status.DONE
    bench.hands.check()


def test_a_bad_element_refuses_itself_alone(bench):
    good = [invoice(f"studio/invoice/c{n}/USD/2026-11") for n in range(3)]
    bad = invoice("studio/invoice/bad/USD/2026-11", control_ref=None)
    outcomes = bench.create(good[0], bad, *good[1:])
    assert [o.status for o in outcomes] == [
        Status.DONE, Status.REFUSED, Status.DONE, Status.DONE,
    ]  # fmt: skip
    assert bench.held(bad.key) is None
    bench.hands.check()


def test_a_lost_answer_is_found_by_looking(bench):
    changes = [change(None, invoice()), change(None, invoice("studio/invoice/b/USD/2026-11"))]
    bench.lose_answer(changes)
    found = bench.reader.look_up([c.document for c in changes] + ["studio/invoice/no/USD/2026-11"])
    assert {k: r.document for k, r in found.items()} == {
        c.document: bench.reader.codec.project(c.after) for c in changes
    }
    before = bench.reader.read()
    assert {o.status for o in bench.write(*changes)} == {Status.DONE}
    assert bench.reader.read() == before
    bench.hands.check()


def test_a_closed_period_is_seen_and_not_written_into(bench):
    bench.create(invoice())
    bench.hands.close_through("2026-11-30")
    assert bench.reader.read().lock_date == "2026-11-30"
    (outcome,) = bench.write(change(invoice(), invoice(amount=5)))
    assert outcome.status == Status.REFUSED
    (outcome,) = bench.create(invoice("studio/invoice/acme/USD/2026-12", date="2026-12-31"))
    assert outcome.status == Status.DONE


def test_what_people_made_final_is_seen_and_not_written(bench):
    bench.create(invoice())
    bench.hands.finalise(invoice().key)
    (record,) = bench.reader.read().records
    assert record.final == bench.final
    for after in (invoice(amount=5), None):
        (outcome,) = bench.write(change(invoice(), after))
        assert outcome.status == Status.REFUSED
        assert bench.final in outcome.diagnostic.message


def test_a_credit_made_by_hand_is_linked(bench):
    bench.create(invoice())
    bench.hands.credit(invoice().key, 12_345)
    (credit,) = bench.reader.read().credits
    assert (credit.credits, credit.amount, credit.currency) == (invoice().key, 12_345, "USD")
    assert credit.seconds in (None, 1_800)
    bench.hands.check()


def test_balances_are_what_was_posted(bench):
    outcomes = bench.create(invoice(), journal())
    assert [o.diagnostic for o in outcomes] == [None, None]
    balances = bench.reader.read().balances
    assert balances["Expenses:Payroll:Wages"]["USD"] == 123_456
    assert balances["Income:Services"]["USD"] == -252_000
    assert sum(value["USD"] for value in balances.values()) == 0


def test_a_thousand_documents_in_few_writes(bench):
    changes = [
        change(None, time_activity(f"2026-{n % 12 + 1:02}-{n % 28 + 1:02}",
                                   key=f"studio/time_activity/E/{n}/2026-{n % 12 + 1:02}-01"))
        for n in range(1_000)
    ]  # fmt: skip
    batches = bench.writer.batches(changes)
    assert len(batches) <= bench.writes_for_thousand
    assert batches == bench.writer.batches(changes)
    assert {o.status for o in bench.write(*changes)} == {Status.DONE}
    assert len(bench.reader.read().records) == 1_000


def test_the_requests_of_a_dry_run_write_nothing(bench):
    bad = invoice("studio/invoice/b/USD/2026-11", currency=None)
    changes = [change(None, invoice()), change(None, bad)]
    texts = [
        t
        for name, batch in bench.writer.batches(changes)
        for t in bench.writer.requests(name, batch)
    ]
    assert any(invoice().key in text for text in texts)
    assert any("refused" in text for text in texts)
    assert bench.reader.read().records == ()
