"""Three legs: figures by pencil, causes that add up, and nothing netted away."""

from dataclasses import replace

import pytest
import reporting_examples as made
from hypothesis import given
from hypothesis import strategies as st

from tieout.domain.books import Applied, Books, Foreign, Record
from tieout.domain.change import Conservation
from tieout.reporting import reconcile_text
from tieout.reporting.ledger import taxes
from tieout.reporting.privacy import HIDDEN_BALANCE
from tieout.reporting.reconcile import reconcile
from tieout.reporting.reconciliation import Verdict

RECEIVABLE, INCOME = "Assets:Receivable", "Income:Services"


def books(*documents, balances=None, **more):
    records = tuple(Record(document=d, remote_id=d.key, version="v") for d in documents)
    return {
        "books": Books(
            target="books", identity="x", records=records, balances=balances or {}, **more
        )
    }


def written(*documents, entries=("toggl:1",)):
    return tuple(
        Applied(key=d.key, target="books", sequence=1, document=d, claims=made.claims(*entries))
        for d in documents
    )  # fmt: skip


def acme(hours=18, tax=None):
    line = made.sale("p/s/w@1400000", hours * 3_600, 1_400_000, text="x")
    return made.invoice("acme", replace(line, tax=tax))


def billing(source, booked, **rest):
    return {"billing": Conservation(purpose="billing", source=source, booked=booked, **rest)}


def settled(hours=18, **rest):
    """A plan without changes: the invoice is in the books as it should be."""
    amount = hours * 14_000
    return made.plan(
        conservation=billing(hours * 3_600, hours * 3_600, **rest),
        control={RECEIVABLE: {"USD": amount}, INCOME: {"USD": -amount}},
    )  # fmt: skip


def balanced(hours=18, **more):
    amount = hours * 14_000
    return books(
        acme(hours), balances={RECEIVABLE: {"USD": amount}, INCOME: {"USD": -amount}}, **more
    )


def test_it_ties_out(golden):
    found = reconcile(settled(), balanced(), ())
    assert found.ties
    assert [leg.verdict for leg in found.legs] == [Verdict.TIES, Verdict.NOT_PROVED, Verdict.TIES]
    assert found.documents == {"invoice": (1, 64_800)}
    golden("reconcile-ties.txt", reconcile_text.text(found))


def test_held_and_excluded_hours_are_causes_and_tie():
    plan = made.plan(conservation=billing(
        70_000, 64_800, held=3_600, excluded=2_000, rounding=400,
        held_by={"TO201": 3_600}, excluded_by={"TO253": 2_000},
    ), control=settled().body.control)  # fmt: skip
    (hours,) = reconcile(plan, balanced(), ()).hours
    assert hours.causes == {
        "not paid, not billable or not produced": 2_000, "not mapped": 3_600, "rounding": -400,
    }  # fmt: skip
    assert hours.unexplained == 0
    assert reconcile(plan, balanced(), ()).ties


def test_what_is_planned_and_not_applied_does_not_tie(golden):
    update = made.change(acme(16), acme(18))
    plan = made.plan(update, conservation=billing(64_800, 64_800), control=settled().body.control)
    found = reconcile(plan, balanced(16), ())
    assert [leg.verdict for leg in found.legs] == [Verdict.OPEN, Verdict.NOT_PROVED, Verdict.OPEN]
    assert found.hours[0].causes == {"planned, not applied yet": 7_200}
    assert found.hours[0].unexplained == 0
    assert found.balances[0].planned == 28_000
    golden("reconcile-open.txt", reconcile_text.text(found, columns=80))


def test_drift_does_not_tie_and_names_the_way_out():
    drift = made.held("TO232", acme().key, 7_200, "billing", message="was edited")
    plan = made.plan(
        exceptions=drift, control=settled(16).body.control,
        conservation=billing(64_800, 57_600, held=7_200, held_by={"TO232": 7_200}),
    )  # fmt: skip
    found = reconcile(plan, balanced(16), ())
    assert found.drifted == (acme().key,)
    assert not found.ties
    assert found.hours[0].causes == {"drift": 7_200}
    assert "tieout drift" in reconcile_text.next_command(found)


def test_seconds_that_nothing_explains_are_shown():
    found = reconcile(settled(18), balanced(17), ())
    assert found.hours[0].unexplained == 3_600
    assert not found.ties


def test_foreign_postings_are_a_cause_and_unexpected_ones_are_not():
    theirs = (
        Foreign(remote_id="f", date="2026-11-03", account=RECEIVABLE, amount=500, currency="USD"),
    )
    balances = {RECEIVABLE: {"USD": 252_500}, INCOME: {"USD": -252_000}}
    told = reconcile(settled(), books(acme(), balances=balances, foreign=theirs), ())
    assert told.ties
    assert told.balances[0].causes == {"foreign postings": 500}
    assert told.foreign == 1
    untold = reconcile(settled(), books(acme(), balances=balances), ())
    assert not untold.ties
    assert untold.balances[0].unexplained == 500
    assert untold.legs[2].why == RECEIVABLE


def test_tax_that_the_books_add_is_a_cause():
    rates = {"books": {"vat": (2_000, "Liabilities:VAT")}}
    document = acme(tax="vat")
    balances = {
        RECEIVABLE: {"USD": 302_400}, INCOME: {"USD": -252_000},
        "Liabilities:VAT": {"USD": -50_400},
    }  # fmt: skip
    found = reconcile(settled(), books(document, balances=balances), (), tax=rates)
    assert found.ties
    assert list(taxes(document, rates["books"])) == [
        ("Liabilities:VAT", "USD", -50_400), (RECEIVABLE, "USD", 50_400),
    ]  # fmt: skip


def test_books_without_balances_prove_nothing():
    found = reconcile(settled(), books(acme()), ())
    assert found.legs[2].verdict is Verdict.NOT_PROVED
    assert "Ties out (leg 1; legs 2 and 3 not proved)" in reconcile_text.text(found)


def test_a_document_that_lacks_in_the_books_is_not_as_the_plan_says():
    plan = made.plan(conservation=billing(0, 0), control={RECEIVABLE: {"USD": 100}})
    found = reconcile(plan, books(balances={RECEIVABLE: {"USD": 0}}), ())
    assert not found.ties
    assert "not as the plan says" in reconcile_text.text(found)


def test_what_was_credited_by_hand_is_a_cause():
    told = billing(57_600, 64_800, held=-7_200, held_by={"TO244": -7_200})
    plan = made.plan(conservation=told, control=settled().body.control)
    found = reconcile(plan, balanced(18), ())
    assert found.hours[0].causes == {"credited by hand": -7_200}
    assert found.ties


def test_parts_say_who_and_where():
    update = made.change(acme(16), acme(18))
    found = reconcile(made.plan(update), balanced(16), ())
    parts = {(p.dimension, p.name): (p.booked, p.planned, p.amounts) for p in found.parts}
    expected = (57_600, 64_800, {"USD": (224_000, 252_000)})
    assert parts[("customer", "acme")] == parts[("worker", "E-001")] == expected
    assert (
        parts[("period", "2026-11-01 – 2026-11-30")] == parts[("project", "acme-web")] == expected
    )


@pytest.mark.parametrize(
    ("document", "hidden"),
    [
        (made.journal("2026-11-16", ("labor_expense", "p", 1, 100)), False),
        (made.journal("2026-11-16", ("labor_expense", "p", 1, 90), ("suspense", "q", 1, 10)), True),
    ],
)
def test_a_balance_is_shown_where_it_is_the_whole_of_its_documents(document, hidden):
    sheets = [made.timesheet(w, ("2026-11-20", "regular", 1)) for w in made.WORKERS]
    applied = [
        a for w, s in zip(made.WORKERS, sheets, strict=True) for a in written(s, entries=(w,))
    ]
    balances = {"Expenses:labor_expense": {"USD": 1}, "Liabilities:Clearing": {"USD": 1}}
    applied += written(document, entries=made.WORKERS)
    found = reconcile(made.plan(), books(document, balances=balances), applied)
    shown = {b.account: b.hidden for b in found.balances}
    assert shown["Expenses:labor_expense"] is hidden
    assert shown["Liabilities:Clearing"] is False


def test_the_balances_of_few_workers_are_hidden_in_every_view():
    document = made.bill("C-007", 72_000, 800_000)
    balances = {"Liabilities:Payable": {"USD": -160_000}}
    given_ = (made.plan(), books(document, balances=balances), written(document))
    found = reconcile(*given_)
    assert HIDDEN_BALANCE in reconcile_text.text(found)
    assert "1,600.00" not in reconcile_text.text(found)
    assert all(b["ours"] is None for b in found.as_json()["balances"])
    assert "1,600.00" in reconcile_text.text(reconcile(*given_, show_pay=True))


@given(st.integers(0, 9), st.integers(0, 9), st.integers(-500, 500), st.integers(-500, 500))
def test_every_variance_is_the_sum_of_its_causes(now, then, said, foreign):
    changes = [made.change(acme(now), acme(then))] if now != then else []
    theirs = (
        Foreign(
            remote_id="f", date="2026-11-03", account=RECEIVABLE, amount=foreign, currency="USD"
        ),
    )
    state = books(acme(now), balances={RECEIVABLE: {"USD": said}}, foreign=theirs)
    plan = made.plan(*changes, conservation=billing(then * 3_600, then * 3_600))
    found = reconcile(plan, state, ())
    for row in found.hours:
        assert row.source == row.booked + sum(row.causes.values()) + row.unexplained
    for balance in found.balances:
        assert balance.balance == balance.ours + sum(balance.causes.values()) + balance.unexplained
