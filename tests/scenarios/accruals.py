"""The studio with accruals: wages by a journal, a contractor's work by bills, both taken back."""

from __future__ import annotations

import re
from collections import defaultdict

from studio import Studio

JOURNAL, BILL = "studio/journal/USD/{}", "studio/bill/C-1/USD/{}"
#: A block of ours: its date, its key and its postings.
_BLOCK = re.compile(r'^(\d{4}-\d\d-\d\d) [*!] [^\n]*\n  tieout: "([^"]+)"\n((?:  [^\n]*\n)+)', re.M)
_POSTING = re.compile(r"^  ([A-Z][\w:-]+) +(-?[\d.]+) USD$", re.M)


def accrue(studio: Studio) -> None:
    """Wages and contractors' work are accrued at the end of the month."""
    studio.edit(
        "tieout.yaml", "anchor: 2026-09-06}", "anchor: 2026-09-06, pay_date: 5d}"
    )
    studio.edit("tieout.yaml", "period: week, basis: allocate", "period: month, basis: accrue")
    studio.edit("tieout.yaml", "mode: self_billing, agreement: contracts/self-billing.md",
                "mode: accrue")  # fmt: skip
    studio.edit("mappings/accounts.yaml", "labor_clearing:", "accrued_wages:")
    studio.edit("mappings/accounts.yaml", "accounts_payable:", "accrued_expenses:")


def postings(studio: Studio) -> dict[str, dict[tuple[str, str], int]]:
    """Document → (date, account) → minor units, of all that journals and bills say in the books."""
    found: dict[str, dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
    for name, text in studio.books().items():
        if "journal/" in name or "bill/" in name:
            for day, key, body in _BLOCK.findall(text):
                for account, amount in _POSTING.findall(body):
                    found[key][day, account] += int(amount.replace(".", ""))
    return {key: dict(amounts) for key, amounts in found.items()}


def balances(studio: Studio, upto: str) -> dict[str, int]:
    """Minor units by account, of what journals and bills post up to a day; nothing for none."""
    sums: dict[str, int] = defaultdict(int)
    for document in postings(studio).values():
        for (day, account), amount in document.items():
            sums[account] += amount if day <= upto else 0
    return {account: amount for account, amount in sums.items() if amount}
