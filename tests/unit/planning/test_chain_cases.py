"""The table of states, case by case, where a random company seldom comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tieout.config.model import Decision, GuardRule
from tieout.domain.change import Action, Change
from tieout.domain.document import Document, Line
from tieout.planning.carry import carry
from tieout.planning.chain import ABSENT, Chain, Member, Terms, decide
from tieout.planning.guards import judge

KEY = "s/invoice/acme/USD/2026-09"


def invoice(key: str = KEY, amount: int = 100) -> Document:
    line = Line(key="web/design/A@1.00", seconds=3_600, amount=amount)
    return Document(
        key=key, kind="invoice", date="2026-09-30", from_="2026-09-01", to="2026-09-30",
        currency="USD", lines=(line,),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("desired", "applied", "drift", "action", "code"),
    [
        (None, True, "report", Action.FORGET, None),
        (True, True, "overwrite", Action.CREATE, None),
        (True, True, "accept", None, "TO240"),
        (True, True, "report", None, "TO233"),
        (True, False, "report", Action.CREATE, None),
        (None, False, "report", None, None),
    ],
)
def test_a_document_that_is_not_in_the_books(
    desired: bool | None, applied: bool, drift: str, action: Action | None, code: str | None
) -> None:
    member = Member(key=KEY, applied=invoice() if applied else None)
    chain = Chain(target="b", base=KEY, desired=invoice() if desired else None, members=(member,))
    verdict = decide(chain, Terms(drift=drift))
    assert ([act.action for act in verdict.acts], verdict.code) == ([action] if action else [], code)


def test_a_rebilled_invoice_that_nothing_asks_for_is_credited_alone() -> None:
    stands = Member(key=KEY, applied=invoice(), actual=invoice(), sequence=1, final="sent")
    chain = Chain(target="b", base=KEY, desired=None, members=(stands,))
    verdict = decide(chain, Terms(correction="rebill"))
    assert [(act.action, act.after.amount) for act in verdict.acts if act.after] == [
        (Action.CREATE, -100)
    ]


def decision(into: str | None = "s/invoice/acme/USD/2026-10", desired: str | None = None) -> Decision:
    return Decision(
        id="d", kind="correct", key=KEY, action="next-invoice", reason="r", by="kim",
        on=date(2026, 10, 1), into=into, desired=desired,
    )  # fmt: skip


@pytest.mark.parametrize(
    "given", [decision(into=None), decision(desired=ABSENT), decision(into="s/invoice/acme/USD/late")]
)
def test_what_no_invoice_can_take_is_left_where_it_is(given: Decision) -> None:
    chain = Chain(target="b", base=KEY, desired=invoice())
    found, taken = carry([chain], {KEY: given}, lambda _: None)
    assert (found, taken) == ([chain], {})
    assert carry([], {KEY: given}, lambda _: None) == ([], {})


def test_what_a_later_invoice_takes_is_named_after_its_period() -> None:
    chain = Chain(target="b", base=KEY, desired=invoice())
    found, taken = carry([chain], {KEY: decision()}, lambda _: None)
    later = next(c for c in found if c.base.endswith("10"))
    assert later.desired is not None
    assert (later.desired.from_, later.desired.to) == ("2026-10-01", "2026-10-31")
    assert [line.key for line in later.desired.lines] == ["2026-09:web/design/A@1.00"]
    assert taken == {("s/invoice/acme/USD/2026-10", "b"): 3_600}
    agreed = replace(chain, members=(Member(key=KEY, actual=invoice()),))
    assert carry([agreed], {KEY: decision()}, lambda _: None)[0] == [agreed]


def test_knowing_of_a_document_moves_no_money() -> None:
    change = Change(
        action=Action.ADOPT, document=KEY, kind="invoice", target="b", change_set=KEY, reason="x",
        sequence=1, phase=0, before=invoice(), after=invoice(amount=900),
    )  # fmt: skip
    rule = GuardRule(name="amount_change", max=0, currency="USD")
    for action, ok in ((Action.ADOPT, True), (Action.UPDATE, False)):
        (guard,) = judge(
            [rule], [replace(change, action=action)], [], applied=1, source_seconds=0,
            unmapped_seconds=0,
        )  # fmt: skip
        assert guard.ok is ok
