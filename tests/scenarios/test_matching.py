"""A contractor's own bill is held against his hours; nothing is written for it."""

from __future__ import annotations

import pytest
from studio import Studio, acts, conserved

KEY = "studio/bill/C-1/USD/2026-09"
BILL = """
{day} * "{payee}" "Bill 2041"{named}
  Liabilities:Payable   -{amount} USD
  Expenses:Contractors
"""


@pytest.fixture
def matching(studio: Studio) -> Studio:
    studio.edit("tieout.yaml", ", mode: self_billing, agreement: contracts/self-billing.md", "")
    studio.settle()
    return studio


def bill(studio: Studio, day: str, amount: str, payee: str = "Cy Ltd", named: str = "") -> None:
    more = f'\n  bills: "{named}"' if named else ""
    text = BILL.format(day=day, amount=amount, payee=payee, named=more)
    (studio.root / "books/bills.beancount").write_text(text, encoding="utf-8")
    main = studio.root / "books/main.beancount"
    if "bills.beancount" not in main.read_text(encoding="utf-8"):
        main.write_text(main.read_text(encoding="utf-8") + 'include "bills.beancount"\n', encoding="utf-8")


@pytest.mark.parametrize(
    ("given", "told", "lacks"),
    [
        (("2026-09-30", "510.00"), None, 0),
        (("2026-09-30", "540.00"), "30.00 USD more", 0),
        (("2026-10-02", "510.00"), "isn't there", 8.5),
        (("2026-09-30", "510.00", "Cyd"), "isn't there", 8.5),
        (("2026-10-02", "500.00", "Cy Ltd", "bill/C-1/USD/2026-09"), "10.00 USD less", 0),
        (("2026-10-02", "510.00", "Cy Ltd", KEY), None, 0),
        (("2026-09-30", "510.00", "Cy Ltd", "bill/C-1/USD/2026-08"), "isn't there", 8.5),
    ],
)  # fmt: skip
def test_the_vendor_s_own_is_compared_to_the_cent(
    matching: Studio, given: tuple[str, ...], told: str | None, lacks: float
) -> None:
    bill(matching, *given)
    plan = matching.plan()
    assert acts(plan) == set()
    found = [e for e in plan["exceptions"] if e["code"] == "TO363"]
    assert {e["purpose"] for e in found} == ({"pay", "cost"} if told else set())
    assert all(told in e["message"] for e in found if told)
    assert plan["conservation"]["pay"]["held_by"].get("TO363", 0) == lacks * 3600
    conserved(plan)
    assert not (matching.root / "books/tieout/bill").exists(), "a match writes nothing"
