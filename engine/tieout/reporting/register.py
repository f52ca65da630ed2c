"""Leg 2: what our documents ask to be paid against what the payroll says it paid.

By worker, pay period and earning, in seconds; by currency, in money. Each variance (register less ours) is
split into causes that add up to it; what none explains is *unexplained*. No variance is netted against
another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tieout.config.model import Config
from tieout.domain.books import Applied, Books
from tieout.domain.change import Change
from tieout.domain.document import Document, Kind, is_counter
from tieout.domain.money import minor_digits
from tieout.domain.plan import Plan
from tieout.domain.register import PaidRow
from tieout.pipeline.paydays import PayDay
from tieout.pipeline.periods import period
from tieout.reporting.causes import DRIFT, cause_of
from tieout.reporting.privacy import MINIMUM
from tieout.reporting.reconciliation import Balance, Clearing, Gross, Paid, Register

ALL = "-"
"""The earning of a register that tells none: everything together."""
_PENDING = "in flight: planned, not applied yet"
_WORKED = frozenset(("work", "travel", "standby"))

Slot = tuple[str, date, date]
"""A worker (our id, or the payroll's word for who is none of ours) and a pay period."""


@dataclass(frozen=True)
class People:
    """Our words for the payroll's: workers by id, name, or what a source or target calls them;
    earnings by pay class or by a target's code. Case doesn't matter."""

    workers: Mapping[str, str]
    earnings: Mapping[str, str]

    @classmethod
    def of(cls, config: Config) -> People:
        """A word that means two people means nobody."""
        said: dict[str, set[str]] = defaultdict(set)
        for worker in config.workers:
            refs = (value for alternatives in worker.refs.values() for keys in alternatives
                    for value in keys.values())  # fmt: skip
            books = (value for names in worker.books.values() for value in names.values())
            for word in (worker.id, worker.name, *refs, *books):
                said[word.casefold()].add(worker.id)
        earnings = {row.id.casefold(): row.id for row in config.earnings}
        earnings |= {c.casefold(): row.id for row in config.earnings for c in row.books.values()}
        known = {tier.pay_class for pack in config.rules.packs.values() for tier in pack.tiers}
        earnings |= {name: name for name in (*known, "regular") if name not in earnings}
        single = {word: next(iter(ids)) for word, ids in said.items() if len(ids) == 1}
        return cls(single, earnings)


def compare(
    config: Config, plan: Plan, books: Mapping[str, Books], applied: Iterable[Applied],
    rows: Sequence[PaidRow], days: Sequence[PayDay], balances: Iterable[Balance], *, show_pay: bool,
) -> Register:  # fmt: skip
    """The register against the timesheets and labour journals that the books hold now.

    ``days`` are the sources' hours for pay, ``balances`` those of leg 3.
    """
    leg = _Leg(config, plan, books, {a.key: a.document for a in applied}, days)
    leg.read(rows)
    hidden = not show_pay and len({slot[0] for slot in leg.register}) < MINIMUM
    tolerance = config.rules.reconcile.register
    return Register(
        rows=len(rows), paid=tuple(leg.hours(tolerance.seconds)),
        gross=tuple(leg.money(tolerance.amounts, hidden)),
        clearing=tuple(_clearing(books, balances)),
        hours=any(row.seconds is not None for row in rows),
    )  # fmt: skip


def split(variance: int, candidates: Mapping[str, int]) -> tuple[dict[str, int], int]:
    """The part of a variance that each cause can explain, in their order, and what is left.

    A cause explains no more than it comes to, and nothing that goes the other way.
    """
    found: dict[str, int] = {}
    for cause, size in candidates.items():
        part = max(min(size, variance), 0) if variance > 0 else min(max(size, variance), 0)
        if part:
            found[cause] = part
            variance -= part
    return found, variance


class _Leg:
    """Both sides by slot and earning, and what may explain their difference."""

    def __init__(
        self, config: Config, plan: Plan, books: Mapping[str, Books],
        applied: Mapping[str, Document | None], days: Sequence[PayDay],
    ) -> None:  # fmt: skip
        self._config, self._plan, self._books, self._applied = config, plan, books, applied
        self._people = People.of(config)
        self._days = days
        self.register: dict[Slot, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.gross: dict[str, Decimal] = defaultdict(Decimal)
        self.foreign: dict[str, Decimal] = defaultdict(Decimal)
        self._steps: dict[tuple[Slot, str], int] = defaultdict(int)

    def read(self, rows: Iterable[PaidRow]) -> None:
        """Puts every row where it belongs."""
        for row in rows:
            worker = self._people.workers.get(row.worker.casefold())
            first, last = self._period(row)
            slot = (worker or row.worker, first, last)
            earning = ALL
            if row.earning:
                earning = self._people.earnings.get(row.earning.casefold(), row.earning)
            if row.seconds is not None:
                self.register[slot][earning] += row.seconds
                self._steps[slot, earning] += row.step
            self.gross[row.currency] += row.gross or 0
            known = row.earning is None or row.earning.casefold() in self._people.earnings
            if worker is None or not known:
                self.foreign[row.currency] += row.gross or 0

    def _period(self, row: PaidRow) -> tuple[date, date]:
        """The pay period of a row: as our timesheets have it where a stream makes some."""
        week = self._config.company.week_starts
        made = [s.produce["timesheet"] for s in self._config.streams.values() if "timesheet" in s.produce]
        if not made:
            last = row.to or row.paid_on or date.min
            return row.from_ or last, last
        produce = made[0]
        if row.to is None and row.paid_on is not None:
            if produce.pay_date is not None:
                return period(produce, row.paid_on - timedelta(days=produce.pay_date), week)[:2]
            begun = period(produce, row.paid_on, week)
            ended = row.paid_on if begun[1] == row.paid_on else begun[0] - timedelta(days=1)
            return period(produce, ended, week)[:2]
        return period(produce, row.to or date.min, week)[:2]

    def hours(self, tolerance: int) -> Iterator[Paid]:
        """A row for each worker, period and earning on either side, of the periods paid."""
        paid = {slot[1:] for slot in self.register}
        ours, pending, drifted = self._documents(paid)
        for slot in sorted({*self.register, *(s for s in ours if s[1:] in paid)}):
            pool = self._pool(slot, sum(ours[slot].values()) + sum(pending[slot].values()))
            for earning in sorted({*self.register[slot], *ours[slot], *pending[slot]}):
                have, said = ours[slot][earning], self.register[slot][earning]
                causes = self._certain(slot, earning, pending[slot][earning], drifted[slot][earning])
                found, rest = split(said - have, causes)
                more, rest = split(rest, pool)
                for cause, size in more.items():
                    pool[cause] -= size
                step = self._steps[slot, earning]
                last, rest = split(rest, dict.fromkeys(["rounding of the register"], rest)
                                   if 2 * abs(rest) <= step else {})  # fmt: skip
                yield Paid(
                    worker=slot[0], from_=slot[1].isoformat(), to=slot[2].isoformat(), earning=earning,
                    ours=have, register=said, causes=_joined(found, more, last), unexplained=rest,
                    within=0 < abs(rest) <= tolerance,
                )  # fmt: skip

    def _certain(self, slot: Slot, earning: str, pending: int, drifted: int) -> dict[str, int]:
        """What explains a row by itself."""
        causes = {_PENDING: pending, "drift": drifted}
        worker, _, last = slot
        known = worker in {w.id for w in self._config.workers}
        said = self.register[slot][earning]
        if not known or (earning != ALL and earning not in self._people.earnings.values()):
            causes["foreign: nothing of ours"] = said
        if last < min((s.starts["pay"] for s in self._config.streams.values() if "pay" in s.starts),
                      default=date.min):  # fmt: skip
            causes["before go-live"] = said
        if last > date.fromisoformat(self._plan.body.as_of):
            causes["not in coverage"] = said
        return causes

    def _pool(self, slot: Slot, asked: int) -> dict[str, int]:
        """What may explain any of a worker's rows of a period, each second once."""
        worker, first, last = slot
        mine = [d for d in self._days if d.worker == worker and first <= d.day <= last]
        pool: dict[str, int] = defaultdict(int)
        for day in mine:
            if day.code:
                pool[cause_of(day.code)] += day.seconds
        booked = [day for day in mine if day.code is None]
        rounding = sum(day.rounding for day in booked)
        counted = sum(day.seconds + day.rounding for day in booked)
        for exception in self._plan.body.exceptions:
            document = exception.entry.split("/")
            theirs = document[1:2] == ["timesheet"] and document[-2:-1] == [worker]
            if exception.purpose == "pay" and theirs:
                pool[cause_of(exception.code)] += exception.seconds
        if counted and not pool:
            pool["grain"] = counted - asked
        return {**pool, "rounding": -rounding}

    def _documents(
        self, paid: Iterable[tuple[date, date]]
    ) -> tuple[dict[Slot, dict[str, int]], ...]:
        """Seconds by slot and earning: in the books now, planned on top, and lost to drift."""
        sums: tuple[dict[Slot, dict[str, int]], ...] = tuple(
            defaultdict(lambda: defaultdict(int)) for _ in range(3)
        )
        ours, pending, drifted = sums
        gone = {e.entry for e in self._plan.body.exceptions if e.code in DRIFT}
        for target in self._books.values():
            for record in target.records:
                document = record.document
                self._add(ours, document, 1)
                if document.key in gone:
                    self._add(drifted, self._applied.get(document.key), 1)
                    self._add(drifted, document, -1)
        for change in self._changes():
            self._add(pending, change.after, 1)
            self._add(pending, change.before, -1)
        return sums

    def _changes(self) -> tuple[Change, ...]:
        return tuple(c for c in self._plan.body.changes if c.kind in (Kind.TIMESHEET, Kind.JOURNAL))

    def _add(
        self, sums: dict[Slot, dict[str, int]], document: Document | None, sign: int
    ) -> None:
        if document is None or document.kind != Kind.TIMESHEET:
            return
        first, last = date.fromisoformat(document.from_), date.fromisoformat(document.to)
        slot = (document.party or ALL, first, last)
        told = self.register.get(slot, {})
        for line in document.lines:
            earning = line.pay_class or "regular"
            if line.hour_kind not in (None, *_WORKED) and line.hour_kind in told:
                earning = str(line.hour_kind)
            sums[slot][ALL if set(told) == {ALL} else earning] += sign * line.seconds

    def money(self, tolerance: Mapping[str, int], hidden: bool) -> Iterator[Gross]:
        """Gross against the labour cost of the journals that lie in the periods paid, by currency."""
        spans = [(slot[1], slot[2]) for slot in self.register]
        if not spans or not any(self.gross.values()):
            return
        first, last = min(s[0] for s in spans).isoformat(), max(s[1] for s in spans).isoformat()
        ours, pending = defaultdict(int), defaultdict(int)  # type: dict[str, int], dict[str, int]
        for target in self._books.values():
            for record in target.records:
                if _within(record.document, first, last):
                    ours[record.document.currency or ""] += record.document.amount
        for change in self._changes():
            for document, sign in ((change.after, 1), (change.before, -1)):
                if document and _within(document, first, last):
                    pending[document.currency or ""] += sign * document.amount
        for currency in sorted(self.gross):
            said, foreign = (_minor(s[currency], currency) for s in (self.gross, self.foreign))
            causes = {_PENDING: pending[currency], "foreign: nothing of ours": foreign}
            found, rest = split(said - ours[currency], causes)
            yield Gross(
                currency=currency, from_=first, to=last, ours=ours[currency], register=said,
                causes=found, unexplained=rest, within=0 < abs(rest) <= tolerance.get(currency, 0),
                hidden=hidden,
            )  # fmt: skip


def _clearing(books: Mapping[str, Books], balances: Iterable[Balance]) -> Iterator[Clearing]:
    """What the pay run posted to the clearing account, what we took from it, and what is left."""
    accounts = {
        line.account_ref
        for target in books.values()
        for record in target.records
        if record.document.kind == Kind.JOURNAL
        for line in record.document.lines
        if is_counter(line.key) and line.account == "labor_clearing"
    }
    for row in balances:
        if row.account in accounts:
            yield Clearing(
                account=row.account, currency=row.currency, posted=row.balance - row.ours,
                allocated=-row.ours, remainder=row.balance, hidden=row.hidden,
            )  # fmt: skip


def _within(document: Document, first: str, last: str) -> bool:
    return document.kind == Kind.JOURNAL and first <= document.from_ and document.to <= last


def _minor(amount: Decimal, currency: str) -> int:
    """Minor units; what the register tells of parts of them is rounded half away from zero."""
    scaled = amount.scaleb(minor_digits(currency))
    return int(scaled.to_integral_value(rounding="ROUND_HALF_UP"))


def _joined(*parts: Mapping[str, int]) -> dict[str, int]:
    return {cause: size for part in parts for cause, size in part.items()}


def verdicts(register: Register) -> list[str]:
    """Why the leg doesn't tie, if it doesn't."""
    hours = [row for row in register.paid if row.unexplained and not row.within]
    money = [row for row in register.gross if row.unexplained and not row.within]
    why = [f"{row.worker} {row.from_} – {row.to} {row.earning}: hours unexplained" for row in hours[:3]]
    why += [f"… and {len(hours) - 3} more"] if len(hours) > 3 else []
    return [*why, *(f"gross in {row.currency}: unexplained" for row in money)]
