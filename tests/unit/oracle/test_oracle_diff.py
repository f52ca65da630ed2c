"""The three states told by hand: what is planned, and what is held and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from oracle.desired import desired
from oracle.diff import Plan, plan
from oracle.small import ACME, RULES, SUNDAY, WEB, company, day, pay

from tieout.config.model import Config, Decision, Project
from tieout.domain.books import Applied, Books, Record
from tieout.domain.document import Document
from tieout.domain.entry import Coverage, Entry

AS_OF = date(2026, 4, 30)
RATES = [pay("A", 300_000)]
INVOICE = "st/invoice/acme/USD/2026-03"
TIMESHEET = "st/timesheet/A/2026-03-01"
ALWAYS = {"s": Coverage(None, None, True)}
TWO, THREE = [day("1", SUNDAY, 2)], [day("1", SUNDAY, 3)]


def wrote(config: Config, entries: list[Entry]) -> dict[str, Applied]:
    """As if a plan for these entries had been applied wholly."""
    result = desired(config, entries, RATES, AS_OF)
    return {
        key: Applied(
            key=key, target="b", sequence=1, document=document, config=config.digest,
            claims=result.claims[key],
        )
        for key, document in result.documents.items()
    }  # fmt: skip


def held_by_books(
    applied: Mapping[str, Applied], lock: str | None = None, **final: str
) -> dict[str, Books]:
    """The books as we left them. ``final``: document kind → reason."""
    records = [
        Record(document=a.document, remote_id=a.key, version="1", final=final.get(a.document.kind))
        for a in applied.values()
        if a.document
    ]
    return {"b": Books(target="b", identity="x", records=tuple(records), lock_date=lock)}


def planned(
    entries: list[Entry],
    before: list[Entry] | None = None,
    config: Config | None = None,
    was: Config | None = None,
    books: Any = None,
    coverage: Any = None,
    **final: str,
) -> Plan:
    """The plan for ``entries`` after ``before`` was applied under ``was``."""
    config = config or company()
    applied = wrote(was or config, before or [])
    books = held_by_books(applied, **final) if books is None else books
    result = desired(config, entries, RATES, AS_OF)
    return plan(config, result, applied, books, coverage or ALWAYS, AS_OF)


def acts(made: Plan) -> dict[str, str]:
    """Document key → action."""
    return {key: action for action, key, _ in made.changes}


def test_everything_is_created_first() -> None:
    made = planned(TWO)
    assert len(made.changes) == 4
    assert set(acts(made).values()) == {"create"}


def test_after_a_full_apply_there_is_nothing_to_do() -> None:
    assert planned(TWO, before=TWO).changes == []


def test_more_hours_are_an_update() -> None:
    made = planned(THREE, before=TWO)
    assert set(acts(made).values()) == {"update"}
    assert {d.seconds for _, _, d in made.changes if d} == {3 * 3600}


def test_hours_that_went_away_are_voided() -> None:
    made = planned([], before=TWO)
    assert {(action, after) for action, _, after in made.changes} == {("void", None)}


def with_invoice(change: Any) -> dict[str, Books]:
    """The books after ``TWO``, with the invoice's record changed; None takes it away."""
    books = held_by_books(wrote(company(), TWO))["b"]
    records = []
    for record in books.records:
        if record.document.key == INVOICE:
            record = change(record)
        if record:
            records.append(record)
    return {"b": replace(books, records=tuple(records))}


def edited(record: Record) -> Record:
    lines = tuple(replace(line, amount=1) for line in record.document.lines)
    return replace(record, document=replace(record.document, lines=lines))


@pytest.mark.parametrize(
    ("entries", "change", "action", "code"),
    [
        (TWO, edited, None, "TO232"),
        (THREE, edited, None, "TO232"),
        ([], edited, None, "TO232"),
        (TWO, lambda _: None, None, "TO233"),
        ([], lambda _: None, "forget", None),
    ],
)
def test_what_somebody_did_in_the_books(
    entries: list[Entry], change: Any, action: str | None, code: str | None
) -> None:
    made = planned(entries, before=TWO, books=with_invoice(change))
    assert (acts(made).get(INVOICE), made.held.get(INVOICE)) == (action, code)


def test_drift_is_overwritten_where_the_target_says_so() -> None:
    targets = {"b": replace(company().targets["b"], drift="overwrite")}
    made = planned(
        TWO, before=TWO, config=company(targets=targets), was=company(), books=with_invoice(edited)
    )
    assert acts(made) == {INVOICE: "update"}


def test_mended_by_hand_is_adopted() -> None:
    config = company()
    wanted = desired(config, THREE, RATES, AS_OF).documents[INVOICE]
    books = with_invoice(lambda record: replace(record, document=wanted))
    assert acts(planned(THREE, before=TWO, books=books))[INVOICE] == "adopt"


def test_our_marker_that_nothing_asks_for() -> None:
    books = held_by_books(wrote(company(), TWO))
    result = desired(company(), [], RATES, AS_OF)
    assert set(plan(company(), result, {}, books, ALWAYS, AS_OF).held.values()) == {"TO234"}


def test_a_final_invoice_holds_its_correction() -> None:
    made = planned(THREE, before=TWO, invoice="sent")
    assert made.held == {INVOICE: "TO231"}
    assert INVOICE not in acts(made)


def test_a_final_document_that_agrees_is_no_news() -> None:
    made = planned(TWO, before=TWO, invoice="sent")
    assert (made.changes, made.held) == ([], {})


def test_a_decision_writes_it_off() -> None:
    off = Decision(
        id="d", kind="correct", key=INVOICE, action="write-off", reason="r", by="kim", on=SUNDAY
    )
    config = company(rules=replace(RULES, decisions=(off,)))
    assert planned(THREE, before=TWO, config=config, invoice="sent").held == {INVOICE: "TO241"}


def adjustment(made: Plan, key: str) -> Document:
    (found,) = [after for action, k, after in made.changes if (action, k) == ("adjust", key)]
    assert found is not None
    return found


def test_a_locked_timesheet_is_corrected_in_the_next_open_period() -> None:
    applied = wrote(company(), TWO)
    books = held_by_books(applied, lock="2026-03-10")
    made = planned(THREE, before=TWO, books=books)
    found = adjustment(made, f"{TIMESHEET}~1")
    assert (found.adjusts, found.seconds, found.date) == (TIMESHEET, 3600, "2026-03-14")


def test_a_locked_journal_is_adjusted_on_the_first_open_day() -> None:
    books = held_by_books(wrote(company(), TWO), lock="2026-03-10")
    found = adjustment(planned(THREE, before=TWO, books=books), "st/journal/USD/2026-03-01~1")
    assert (found.date, found.amount) == ("2026-03-11", 30_00)
    assert sum(line.amount for line in found.lines) == 0


def test_negative_pay_is_held() -> None:
    books = held_by_books(wrote(company(), THREE), lock="2026-03-10")
    assert planned(TWO, before=THREE, books=books).held[TIMESHEET] == "TO238"


def dearer(**fields: Any) -> Project:
    return replace(WEB, rate=1_500_000, **fields)


@pytest.mark.parametrize(
    ("project", "code"),
    [
        (dearer(), "TO237"),
        (dearer(retroactive={"reason": "typo", "by": "kim"}), "TO231"),
    ],
)
def test_a_mapping_edit_doesn_t_reach_into_what_is_final(project: Project, code: str) -> None:
    config = company(projects=(project,), digest="d1")
    assert planned(TWO, before=TWO, config=config, was=company(), invoice="sent").held == {
        INVOICE: code
    }


def test_what_the_sources_don_t_show_is_left_as_it_is() -> None:
    later = {"s": Coverage(date(2026, 3, 2), None, True)}
    made = planned([], before=TWO, coverage=later)
    assert made.changes == []
    assert set(made.held.values()) == {"TO235"}


def test_a_move_to_another_customer_goes_together_or_not_at_all() -> None:
    other = replace(ACME, id="bork", name="Bork", books={"b": {"customer": "Bork"}})
    config = company(projects=(replace(WEB, customer="bork"),), customers=(ACME, other))
    made = planned(TWO, before=TWO, config=config, was=company())
    assert acts(made) == {INVOICE: "void", "st/invoice/bork/USD/2026-03": "create"}
    assert frozenset(acts(made)) in made.sets

    made = planned(TWO, before=TWO, config=config, was=company(), invoice="sent")
    assert made.changes == []
    assert made.held == {INVOICE: "TO231", "st/invoice/bork/USD/2026-03": "TO239"}
