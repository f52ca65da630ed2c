"""What becomes of time: streams, and the documents that they produce."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

#: The kind that is reviewed before it becomes an invoice.
WORKSHEET = "worksheet"
#: The basis of a journal, or the mode of bills, that books what isn't paid or billed yet.
ACCRUE = "accrue"


@dataclass(frozen=True, kw_only=True)
class Produce:
    """``period``: week | biweek | semimonth | month. ``lines``: what an invoice line stands for.
    ``pay_date``: days after a timesheet's period at which its pay run is dated."""

    kind: str
    to: str
    period: str | None = None
    anchor: date | None = None
    per: tuple[str, ...] = ()
    lines: tuple[str, ...] = ("project", "service", "worker")
    basis: str | None = None
    mode: str | None = None
    agreement: str | None = None
    pay_date: int | None = None
    open: str = "grow"                     # grow | wait
    purposes: tuple[str, ...] = ()         # empty: what the kind serves

    @property
    def reverses(self) -> bool:
        """Whether each document is taken back the next day: accruals are."""
        return ACCRUE in (self.basis, self.mode)

    @property
    def counter(self) -> str | None:
        """The role of the other side of a journal's or a bill's lines."""
        if self.kind == "journal":
            return "labor_clearing" if self.basis == "allocate" else "accrued_wages"
        if self.kind == "bill":
            return "accrued_expenses" if self.mode == ACCRUE else "accounts_payable"
        return None


@dataclass(frozen=True, kw_only=True)
class Stream:
    name: str
    sources: tuple[str, ...]
    starts: Mapping[str, date] = field(default_factory=dict)   # purpose → go-live date
    produce: Mapping[str, Produce] = field(default_factory=dict)

    def asking(self, kind: str) -> Produce | None:
        """What asks for documents of a kind in the books. A worksheet asks for invoices, each once
        somebody has released it."""
        return self.produce.get(kind) or (self.produce.get(WORKSHEET) if kind == "invoice" else None)
