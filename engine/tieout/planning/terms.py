"""The company's rules and decisions as they bear on one chain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from tieout.config.model import WORKSHEET, Decision, Produce
from tieout.domain.document import Document, Kind
from tieout.domain.key import base_key
from tieout.pipeline.periods import KINDS as PERIODIC
from tieout.pipeline.periods import period
from tieout.planning.chain import ABSENT, Chain, Terms
from tieout.planning.gather import Gathered
from tieout.planning.reasons import Cause


class TermsOf:
    """Looks up what holds for a chain. Of two decisions on the same thing the later one counts."""

    def __init__(self, gathered: Gathered) -> None:
        self._gathered = gathered
        self._config = gathered.config
        self._decisions = [
            decision
            for decision in reversed(gathered.config.rules.decisions)
            if decision.expires is None or decision.expires >= gathered.as_of
        ]

    def of(self, chain: Chain, cause: Cause) -> Terms:
        """The terms for this chain, changed for this cause."""
        locked = self._gathered.books[chain.target].lock_date
        lock = date.fromisoformat(locked) if locked else None
        return Terms(
            after_final=self._config.rules.after_final.get(chain.kind, "hold"),
            drift=self._drift(chain),
            correction=self._correction(chain),
            by_config=cause.by_config,
            retroactive=cause.retroactive,
            lock_date=lock,
            next_period=self._next_period(chain, lock),
        )

    def waits(self, chain: Chain) -> bool:
        """Whether its kind is held until the period has ended, and it hasn't (``open: wait``)."""
        produce = self._produce(chain)
        if produce is None or produce.open != "wait" or chain.desired is None:
            return False
        return chain.desired.to >= self._gathered.as_of.isoformat()

    def review(self, chain: Chain) -> str | None:
        """What somebody has to look at before it is written: an invoice that a worksheet asks for,
        until a decision releases just what it should be now. None where nothing waits."""
        produce = self._produce(chain)
        if produce is None or produce.kind != WORKSHEET or chain.desired is None:
            return None
        released = [d for d in self._decisions if d.kind == "release" and d.key == chain.base]
        if any(decision.desired == chain.desired.digest for decision in released):
            return None
        if not released:
            return "nobody has released it"
        return f"it has changed since {released[0].by} released it on {released[0].on}"

    def uncoded(self, chain: Chain) -> str | None:
        """Which hours of a timesheet have no earning code, where the company waits for one."""
        policy = self._config.rules.unmapped.get(("earning", "pay"))
        if chain.kind != Kind.TIMESHEET or policy not in ("hold", "block") or not chain.desired:
            return None
        lines = (line for line in chain.desired.lines if line.earning is None)
        return ", ".join(sorted({f"{line.pay_class} {line.hour_kind}" for line in lines})) or None

    def next_invoices(self) -> Mapping[str, Decision]:
        """Decisions to take a difference onto a later invoice, by the base key they correct."""
        return {
            base_key(decision.key): decision
            for decision in reversed(self._decisions)
            if decision.kind == "correct" and decision.action == "next-invoice"
        }

    def _produce(self, chain: Chain) -> Produce | None:
        stream = self._config.streams.get(chain.stream)
        return stream.asking(chain.kind) if stream else None

    def _drift(self, chain: Chain) -> str:
        """The target's policy, unless a decision speaks of just this difference."""
        last = chain.last
        for decision in self._decisions:
            about = decision.key in (chain.base, last.key if last else None)
            if decision.kind == "drift" and about and _is_on(decision, chain):
                return decision.action
        return self._config.targets[chain.target].drift

    def _correction(self, chain: Chain) -> str | None:
        for decision in self._decisions:
            about = decision.kind == "correct" and base_key(decision.key) == chain.base
            if about and decision.desired in (None, _digest(chain.desired)):
                return decision.action
        return None

    def _next_period(self, chain: Chain, lock: date | None) -> tuple[date, date] | None:
        """The first period of this kind that ends after the lock date and after the chain's own."""
        produce, model = self._produce(chain), chain.model
        if produce is None or model is None or chain.kind not in PERIODIC:
            return None
        day = date.fromisoformat(model.to) + timedelta(days=1)
        if lock and lock >= day:
            day = lock + timedelta(days=1)
        first, last_day, _ = period(produce, day, self._config.company.week_starts)
        return first, last_day


def _is_on(decision: Decision, chain: Chain) -> bool:
    """Whether it was taken on what is desired and what the books hold now."""
    last = chain.last
    actual = _digest(last.actual if last else None)
    return decision.desired in (None, _digest(chain.desired)) and decision.actual in (None, actual)


def _digest(document: Document | None) -> str:
    return document.digest if document else ABSENT
