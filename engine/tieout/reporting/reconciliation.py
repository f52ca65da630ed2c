"""What reconcile found, as values: three legs, and the figures behind two of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tieout.domain.plan import Plan


class Verdict(StrEnum):
    """What a leg came to."""

    TIES = "ties"
    OPEN = "does not tie"
    NOT_PROVED = "not proved"


@dataclass(frozen=True, kw_only=True)
class Hours:
    """Leg 1, one purpose, in seconds: ``source`` = ``booked`` + the causes + ``unexplained``."""

    purpose: str
    source: int
    booked: int
    causes: Mapping[str, int]
    unexplained: int


@dataclass(frozen=True, kw_only=True)
class Part:
    """Leg 1 by one ``dimension``: worker, customer, project, period, or legal entity where one is named.

    What the documents of a purpose hold now and will hold when the plan is applied: in seconds, and
    for billing in minor units by currency. ``name`` is the company's id, ``-`` where there is none.
    """

    purpose: str
    dimension: str
    name: str
    booked: int
    planned: int
    amounts: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, kw_only=True)
class Balance:
    """Leg 3, one account and currency, in minor units, debits positive.

    ``ours`` is what our documents give it, ``balance`` what the books say; their difference is the
    causes and ``unexplained``. ``should`` is what ours will come to after the plan, ``planned``
    what the plan adds. ``hidden``: the figures could tell what somebody earns.
    """

    account: str
    currency: str
    ours: int
    should: int
    planned: int
    balance: int
    causes: Mapping[str, int]
    unexplained: int
    hidden: bool = False

    @property
    def ties(self) -> bool:
        """Nothing unexplained, nothing planned, and ours is what it should be."""
        return not (self.unexplained or self.planned or self.ours - self.should)


@dataclass(frozen=True, kw_only=True)
class Posted:
    """One document in the books as it stands there now.

    ``amount`` in minor units of ``currency``; None for a document of hours alone, and while it is
    ``hidden`` because it could tell what somebody earns. ``final``: why it can't be changed any
    more (``sent``, ``paid`` …), or None.
    """

    key: str
    kind: str
    party: str | None
    date: str
    from_: str
    to: str
    seconds: int
    amount: int | None
    currency: str | None
    final: str | None
    hidden: bool


@dataclass(frozen=True, kw_only=True)
class Paid:
    """Leg 2, one worker, pay period and earning, in seconds: ``register`` − ``ours`` = the causes and
    ``unexplained``. ``worker`` is our id, or the payroll's word for who is none of ours; ``within``:
    what is unexplained is within the tolerance.
    """

    worker: str
    from_: str
    to: str
    earning: str
    ours: int
    register: int
    causes: Mapping[str, int]
    unexplained: int
    within: bool


@dataclass(frozen=True, kw_only=True)
class Gross:
    """Leg 2 in money, one currency, in minor units: the register's gross against the labour cost of
    our journals from ``from_`` to ``to``. ``hidden``: it could tell what somebody earns."""

    currency: str
    from_: str
    to: str
    ours: int
    register: int
    causes: Mapping[str, int]
    unexplained: int
    within: bool
    hidden: bool


@dataclass(frozen=True, kw_only=True)
class Clearing:
    """The account through which pay runs are allocated, in minor units, debits positive: what others
    ``posted``, what our journals ``allocated`` of it, and the ``remainder`` that it holds."""

    account: str
    currency: str
    posted: int
    allocated: int
    remainder: int
    hidden: bool


@dataclass(frozen=True, kw_only=True)
class Register:
    """What came of a pay register of so many ``rows``. ``hours``: it tells hours at all."""

    rows: int
    hours: bool
    paid: tuple[Paid, ...]
    gross: tuple[Gross, ...]
    clearing: tuple[Clearing, ...]


@dataclass(frozen=True, kw_only=True)
class Issued:
    """The invoices of one currency in the books, in minor units: how many, and how many of them a
    person has issued; the others are drafts."""

    currency: str
    invoices: int
    issued: int
    amount: int
    issued_amount: int


@dataclass(frozen=True, kw_only=True)
class Leg:
    """One comparison, its verdict, and why not where it doesn't tie."""

    number: int
    title: str
    verdict: Verdict
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """What reconcile found.

    ``documents`` gives how many of each kind are in the books, and their seconds. ``drifted`` are
    the keys of those that somebody changed there and nobody has settled, ``foreign`` counts the
    postings of other people. ``posted`` are the documents one by one, for those who list them.
    """

    plan: Plan
    documents: Mapping[str, tuple[int, int]]
    legs: tuple[Leg, ...]
    hours: tuple[Hours, ...]
    parts: tuple[Part, ...]
    balances: tuple[Balance, ...]
    drifted: tuple[str, ...]
    foreign: int
    posted: tuple[Posted, ...] = ()
    register: Register | None = None
    issued: tuple[Issued, ...] = ()

    @property
    def ties(self) -> bool:
        """Whether no leg that could be tried failed, and one could be."""
        verdicts = {leg.verdict for leg in self.legs}
        return Verdict.OPEN not in verdicts and Verdict.TIES in verdicts

    def as_json(self) -> dict[str, Any]:
        """The machine view; hidden balances are null."""
        return {
            "format_version": 1, "plan": self.plan.id, "as_of": self.plan.body.as_of,
            "ties": self.ties,
            "legs": [{**vars(leg), "verdict": leg.verdict.value} for leg in self.legs],
            "hours": [vars(h) for h in self.hours],
            "parts": [{**vars(p), "amounts": {c: list(a) for c, a in p.amounts.items()}}
                      for p in self.parts],
            "balances": [_balance_json(b) for b in self.balances],
            "documents": {k: list(v) for k, v in self.documents.items()},
            "drifted": list(self.drifted), "foreign": self.foreign,
            "register": _register_json(self.register) if self.register else None,
            "issued": [vars(i) for i in self.issued],
        }  # fmt: skip


def _register_json(register: Register) -> dict[str, Any]:
    def shown(row: Gross | Clearing | Paid, *figures: str) -> dict[str, Any]:
        told = {name.rstrip("_"): value for name, value in vars(row).items()}
        hidden = told.get("hidden", False)
        return told | (dict.fromkeys(figures) if hidden else {})

    money = ("ours", "register", "causes", "unexplained")
    return {
        "rows": register.rows,
        "hours": [shown(row) for row in register.paid],
        "gross": [shown(row, *money) for row in register.gross],
        "clearing": [shown(row, "posted", "allocated", "remainder") for row in register.clearing],
    }


def _balance_json(balance: Balance) -> dict[str, Any]:
    shown = {**vars(balance), "ties": balance.ties}
    if balance.hidden:
        figures = ("ours", "should", "planned", "balance", "unexplained")
        shown |= {**dict.fromkeys(figures), "causes": {}}
    return shown
