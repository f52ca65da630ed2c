"""Names ↔ Tryton's ids: looked up once, and once more when a name isn't known yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tieout.connectors.targets.tryton.codec import Ref
from tieout.connectors.targets.tryton.rpc import Rpc

#: Model → (what people call it, the field that names it).
NAMED: Mapping[str, tuple[str, str]] = {
    "company.employee": ("employee", "rec_name"),
    "timesheet.work": ("work", "name"),
    "account.account": ("account", "name"),
    "party.party": ("party", "name"),
    "account.tax": ("tax", "name"),
    "currency.currency": ("currency", "code"),
    "account.journal": ("journal of type", "type"),
}
#: What invoices go through, by Tryton's type of invoice; moves take the general journal.
JOURNALS = {"out": "revenue", "in": "expense"}
GENERAL = "general"


class Missing(Exception):
    """Tryton has no record of this name, or several: ``what`` is the people's word for it."""

    def __init__(self, what: str, name: str) -> None:
        self.what, self.name = what, name
        super().__init__(f"{what} {name!r}")


@dataclass(frozen=True)
class Period:
    """A period of Tryton's calendar; days inclusive."""

    id: int
    start: date
    end: date
    open: bool


class Names:
    """The ids of one Tryton database, by model and name."""

    def __init__(self, rpc: Rpc) -> None:
        self._rpc = rpc
        self._known: dict[str, dict[str, list[int]]] = {}
        self._addresses: dict[int, Sequence[int]] = {}
        self._periods: tuple[Period, ...] | None = None
        self._currencies: frozenset[str] | None = None

    def id(self, ref: Ref) -> int:
        """Raises :class:`Missing` where there is none, or where several go by that name."""
        what, _ = NAMED[ref.model]
        found = self._of(ref.model).get(ref.name, [])
        if not found and ref.name:
            del self._known[ref.model]  # it may have been created since
            found = self._of(ref.model).get(ref.name, [])
        several = len(found) > 1 and ref.model != "account.journal"
        if not found or several:
            raise Missing(f"single {what}" if several else what, ref.name)
        return found[0]

    def address(self, party: int) -> int:
        """The party's first address, which an invoice can't be without."""
        if party not in self._addresses:
            rows = self._rpc.rows("party.address", [["party", "=", party]], ["id"])
            self._addresses[party] = [row["id"] for row in rows]
        if not self._addresses[party]:
            raise Missing("address of party", str(party))
        return self._addresses[party][0]

    def currencies(self) -> frozenset[str]:
        """In which the accounts are kept: the company's, which moves are written in."""
        if self._currencies is None:
            rows = self._rpc.rows("account.account", [], ["currency.code"])
            self._currencies = frozenset(row["currency."]["code"] for row in rows)
        return self._currencies

    def period(self, day: date) -> int:
        """The period of this day; Tryton itself says where it is closed."""
        for period in self.periods():
            if period.start <= day <= period.end:
                return period.id
        raise Missing("period for", str(day))

    def renew(self) -> None:
        """Forgets the calendar: people close periods at any time."""
        self._periods = None

    def periods(self) -> tuple[Period, ...]:
        """The calendar, as read since it was last renewed."""
        if self._periods is None:
            self._periods = calendar(self._rpc)
        return self._periods

    def resolved(self, value: Any) -> Any:
        """The value with an id in place of each name."""
        if isinstance(value, Ref):
            return self.id(value)
        if isinstance(value, Mapping):
            return {name: self.resolved(child) for name, child in value.items()}
        if isinstance(value, list):
            return [self.resolved(child) for child in value]
        return value

    def _of(self, model: str) -> dict[str, list[int]]:
        if model not in self._known:
            _, field = NAMED[model]
            table: dict[str, list[int]] = {}
            for row in self._rpc.rows(model, [], [field]):
                table.setdefault(row[field], []).append(row["id"])
            self._known[model] = table
        return self._known[model]


def calendar(rpc: Rpc) -> tuple[Period, ...]:
    """The standard periods, by their first day."""
    rows = rpc.rows(
        "account.period", [["type", "=", "standard"]], ["start_date", "end_date", "state"]
    )
    periods = [
        Period(row["id"], row["start_date"], row["end_date"], row["state"] == "open")
        for row in rows
    ]
    return tuple(sorted(periods, key=lambda period: (period.start, period.id)))


def lock_date(periods: Sequence[Period]) -> str | None:
    """The books are closed up to this day: the end of the closed periods before the first open one."""
    closed = None
    for period in periods:
        if period.open:
            break
        closed = str(period.end)
    return closed
