"""Approval by attestation: bound to what was recorded, withdrawn by an edit; as the oracle has it."""

from __future__ import annotations

from dataclasses import astuple, replace
from datetime import date

import pytest
from oracle.attested import approved, digest
from oracle.portions import portions
from oracle.small import BEN_IS, RULES, company, day, span

from tieout.config.attestations import span as span_of
from tieout.config.model import ApprovalRule, Config, Decision
from tieout.domain.entry import ENTRY_COLUMNS, Entry
from tieout.pipeline import arrow
from tieout.pipeline.run import Inputs, compute

AS_OF = date(2026, 3, 31)
WEEK = "A/2026-03-01..2026-03-07"
ENTRIES = (
    day("1", date(2026, 3, 2), 8, approval=None, billable=True),
    span("2", "2026-03-07 22:00", "2026-03-08 01:30", approval=None),
    day("3", date(2026, 3, 3), 4, BEN_IS, approval="approved", approved_by="kim"),
)


def attestation(of: Config, entries: tuple[Entry, ...], key: str = WEEK, by: str = "kim") -> Decision:
    return Decision(
        id=f"d-{key}", kind="attest", key=key, action="attest", reason="r", by=by, on=AS_OF,
        desired=digest(portions(of, entries, AS_OF), key),
    )  # fmt: skip


def attesting(*decisions: Decision, by: tuple[str, ...] = ()) -> Config:
    rule = ApprovalRule(required=("pay",), from_="attest", by=by)
    return company(rules=replace(RULES, approval=rule, decisions=decisions))


def told(config: Config, entries: tuple[Entry, ...]) -> dict[str, tuple[str | None, str | None]]:
    """Entry → approval and who gave it, once SQL and oracle agree."""
    inputs = Inputs(
        config=config, as_of=AS_OF,
        entries=arrow.as_arrow(list(ENTRY_COLUMNS.items()), [astuple(e) for e in entries]),
    )  # fmt: skip
    with compute(inputs) as story:
        rows = story.connection.execute("select key, approval, approved_by from entry").fetchall()
        waits = {h.entry for h in story.held() if h.code == 210 and h.purpose == "pay"}
    found = {key: (approval, by) for key, approval, by in rows}
    assert waits == {key for key, (approval, _) in found.items() if approval != "approved"}
    plainly = approved(config, portions(config, entries, AS_OF), AS_OF)
    assert found == {p.entry.key: (p.entry.approval, p.entry.approved_by) for p in plainly}
    return found


def test_an_entry_is_approved_when_all_its_days_are_attested() -> None:
    first = attestation(attesting(), ENTRIES)
    found = told(attesting(first), ENTRIES)
    assert found["s:1"] == ("approved", "kim")
    assert found["s:2"] == ("withdrawn", None), "its hours after midnight are of the next week"
    assert found["s:3"] == (None, None), "what the tracker says counts no more"
    second = attestation(attesting(), ENTRIES, "A/2026-03-08..2026-03-14")
    assert told(attesting(first, second), ENTRIES)["s:2"] == ("approved", "kim")


@pytest.mark.parametrize(
    "edit", [{"seconds": 3600}, {"task_name": "?"}, {"billable": False}, {"project_name": "App"}],
    ids=str,
)  # fmt: skip
def test_an_edit_withdraws_it(edit: dict[str, object]) -> None:
    config = attesting(attestation(attesting(), ENTRIES))
    assert told(config, (replace(ENTRIES[0], **edit), *ENTRIES[1:]))["s:1"] == ("withdrawn", None)


def test_notes_may_change_and_more_entries_may_not() -> None:
    config = attesting(attestation(attesting(), ENTRIES))
    noted = replace(ENTRIES[0], notes="later", tags="x")
    assert told(config, (noted, *ENTRIES[1:]))["s:1"] == ("approved", "kim")
    more = (*ENTRIES, day("4", date(2026, 3, 4), 1, approval=None))
    assert told(config, more)["s:1"] == ("withdrawn", None)


def test_who_may_counts_before_who_may_not() -> None:
    lee = replace(attestation(attesting(), ENTRIES, by="lee"), id="a")
    kim = replace(attestation(attesting(), ENTRIES), id="b")
    assert told(attesting(lee, kim, by=("KIM",)), ENTRIES)["s:1"] == ("approved", "kim")
    inputs = Inputs(
        config=attesting(lee, by=("kim",)), as_of=AS_OF,
        entries=arrow.as_arrow(list(ENTRY_COLUMNS.items()), [astuple(e) for e in ENTRIES]),
    )  # fmt: skip
    with compute(inputs) as story:
        assert ("s:1", 225) in {(h.entry, h.code) for h in story.held()}


def test_one_that_has_expired_approves_nothing() -> None:
    over = replace(attestation(attesting(), ENTRIES), expires=date(2026, 3, 30))
    assert told(attesting(over), ENTRIES)["s:1"] == (None, None)


@pytest.mark.parametrize("key", ["A", "A/2026-03-07..2026-03-01", "/2026-03-01..2026-03-07", "A/x..y"])
def test_a_key_names_a_worker_and_days(key: str) -> None:
    with pytest.raises(ValueError, match=r"names no worker|Invalid isoformat"):
        span_of(key)
