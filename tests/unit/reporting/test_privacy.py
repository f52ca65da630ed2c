"""Who stands behind a figure decides whether it is shown."""

import reporting_examples as made

from tieout.domain.change import Action, Guard
from tieout.reporting.privacy import HIDDEN, veil


def shade(*changes, show_pay=False):
    return veil([*made.timesheets(), *changes], show_pay=show_pay)


def test_a_whole_document_of_five_known_workers_is_shown():
    assert not shade().hides_document(made.labour())
    assert shade().hides_document(made.labour(workers=made.WORKERS[:4]))


def test_entries_of_unknown_workers_count_for_nobody():
    change = made.labour(workers=(*made.WORKERS[:4], "nobody", "somebody"))
    assert shade().hides_document(change)


def test_the_difference_of_an_update_may_be_one_workers():
    before = made.journal("2026-11-16", ("labor_expense", "acme-web", 1, 600))
    after = made.journal("2026-11-16", ("labor_expense", "acme-web", 2, 1_200))
    entries = tuple(f"toggl:{w}" for w in made.WORKERS)
    update = made.change(before, after, entries=entries)
    assert shade().hides_document(update)
    assert shade().hides_total("journal", [update])
    adjust = made.change(None, after, action=Action.ADJUST, entries=entries)
    assert shade().hides_document(adjust)


def test_each_currency_by_itself_has_to_have_enough_workers():
    one = made.journal("2026-11-16", ("labor_expense", "acme-web", 3_600, 1_500), currency="GBP")
    abroad = made.change(after=one, entries=(f"toggl:{made.WORKERS[0]}",))
    assert not shade().hides_total("journal", [made.labour()])
    assert shade().hides_total("journal", [made.labour(), abroad])


def test_sales_are_not_pay():
    assert not shade().hides_lines("invoice")
    assert not shade().hides_document(made.acme_update())


def test_lines_lose_amount_rate_and_the_rate_in_their_key():
    hidden = shade().document(made.bill("C-007", 3_600, 800_000))
    assert hidden["lines"][0]["key"] == "contractor_expense/acme-web"
    assert hidden["lines"][0]["amount"] is None
    assert hidden["lines"][0]["rate"] is None
    assert shade().document(made.labour().after)["lines"][0]["amount"] is None
    assert shade().document(None) is None
    shown = made.bill("C-007", 3_600, 800_000)
    assert shade(show_pay=True).document(shown) == shown.as_json()


def test_a_guard_on_amounts_hides_with_them():
    guard = Guard(name="amount_change", value="1600.00 USD", limit="25000 USD", ok=True)
    bill = made.change(after=made.bill("C-007", 3_600, 800_000))
    assert shade().guard(guard, [bill]).value == HIDDEN
    assert shade().guard(guard, [made.acme_update()]) == guard
    assert shade(show_pay=True).guard(guard, [bill]) == guard
