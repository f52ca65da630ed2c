"""Whose account a role is posted to, and when all are there for one entity to charge another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from oracle.rulebooks import CHARGES
from oracle.small import ANA, BEN, RULES, WEB, company

from tieout.config.model import Account, Config
from tieout.domain.key import entity_of, mirrored_key
from tieout.pipeline.entities import accounts, entity_tables
from tieout.pipeline.rows import Numbers

JULY, JUNE_30, DECEMBER = date(2026, 7, 1), date(2026, 6, 30), date(2026, 12, 31)
WAGES = Account(id="labor_expense", books={"b": "Wages"})
EAST = Account(id="labor_expense:east", books={"b": "East"}, from_=JULY, to=DECEMBER)


def having(*rows: Account) -> Config:
    """Ana is East's, Ben and the website West's."""
    return company(
        accounts=rows,
        workers=(replace(ANA, entity="east"), replace(BEN, entity="west-2")),
        projects=(replace(WEB, entity="west"),),
        rules=replace(RULES, intercompany=CHARGES),
    )


@pytest.mark.parametrize(
    ("entity", "held"),
    [
        ("", [(date.min, date.max, "Wages")]),
        ("west", [(date.min, date.max, "Wages")]),
        ("east", [
            (date.min, JUNE_30, "Wages"), (JULY, DECEMBER, "East"),
            (date(2027, 1, 1), date.max, "Wages"),
        ]),
    ],
)  # fmt: skip
def test_an_account_of_one_s_own_counts_while_it_is_there(
    entity: str, held: list[tuple[date, date, str]]
) -> None:
    assert sorted(accounts(having(WAGES, EAST), "labor_expense", entity, "b")) == held


def test_without_a_row_for_everybody_only_the_own_one_counts() -> None:
    assert accounts(having(EAST), "labor_expense", "west", "b") == []
    assert accounts(having(EAST), "labor_expense", "east", "b") == [(JULY, DECEMBER, "East")]
    whole = replace(EAST, from_=date.min, to=date.max)
    assert accounts(having(WAGES, whole), "labor_expense", "east", "b") == [
        (date.min, date.max, "East")
    ]


def test_a_charge_needs_every_account_on_the_day() -> None:
    due = Account(id="due_from", books={"b": "From"}, to=DECEMBER)
    owed = Account(id="due_to:west", books={"b": "To"}, from_=JULY)
    config = having(WAGES, due, owed)
    numbers = Numbers.of(config)
    assert list(numbers.entity) == ["east", "west-2", "west"], "in the order of their keys"
    [table] = [t for t in entity_tables(config, numbers) if t.name == "charge_at"]
    east, west, third = numbers.entity["east"], numbers.entity["west"], numbers.entity["west-2"]
    wages = sorted(row for row in table.rows if row[3] == "labor_expense" and row[1])
    assert wages == sorted(
        (giver, west, 1, "labor_expense", JULY, DECEMBER) for giver in (east, third)
    ), "only West has an account for what it owes"


def test_a_key_says_whose_it_is_and_who_the_other_is() -> None:
    key = "st/journal/@east/due_from/west/USD/2026-09"
    assert entity_of(key) == "east"
    assert mirrored_key(key) == "st/journal/@west/due_to/east/USD/2026-09"
    assert mirrored_key(mirrored_key(key) or "") == key
    bill = "st/journal/@east/due_from/west/bill/USD/2026-09"
    assert mirrored_key(bill) == "st/journal/@west/due_to/east/bill/USD/2026-09"
    assert mirrored_key("st/journal/@east/USD/2026-09") is None
    assert mirrored_key("st/invoice/due_from/acme/web/USD/2026-09") is None
    assert entity_of("st/journal/USD/2026-09") is None
    assert entity_of("st/journal") is None
