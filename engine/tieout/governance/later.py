"""The next invoice of the same customer: where a difference goes by `correct --next-invoice`."""

from __future__ import annotations

from datetime import date, timedelta

from tieout.config.model import Config, Decision, Produce
from tieout.domain.books import Books
from tieout.domain.diagnostic import Diagnostic, Refused
from tieout.domain.document import Kind
from tieout.domain.key import base_key
from tieout.pipeline.periods import period
from tieout.planning.cases import Case

#: Further than this into the future nobody means to bill.
_MONTHS = 24


def later(config: Config, case: Case, standing: Decision | None) -> str:
    """The key of the next month's invoice that can still be written; a decision that stands keeps
    its own. Raises ``Refused`` (TO710) where there is none."""
    if standing and standing.into:
        return standing.into
    chain = case.chain
    stream, *_ = chain.base.split("/")
    head, _, name = chain.base.rpartition("/")
    produce = config.streams[stream].asking(Kind.INVOICE) if stream in config.streams else None
    if chain.kind != Kind.INVOICE or produce is None or len(name) != len("2026-11"):
        raise Refused([_nowhere(chain.base, "only monthly invoices have a next one")])
    books = _books(config, chain.target)
    settled = {base_key(record.document.key) for record in books.records if record.final}
    lock = books.lock_date or ""
    day = date.fromisoformat(f"{name}-01")
    for _ in range(_MONTHS):
        _, day, name = _after(produce, day, config)
        key = f"{head}/{name}"
        if key not in settled and day.isoformat() > lock:
            return key
    raise Refused([_nowhere(chain.base, f"the next {_MONTHS} are final or closed")])


def _after(produce: Produce, day: date, config: Config) -> tuple[date, date, str]:
    _, last, _ = period(produce, day, config.company.week_starts)
    return period(produce, last + timedelta(days=1), config.company.week_starts)


def _books(config: Config, target: str) -> Books:
    from tieout.store.books import read_books
    from tieout.store.snapshot import newest

    ref = newest(config.state, target)
    return read_books(ref) if ref else Books(target=target, identity="")


def _nowhere(key: str, why: str) -> Diagnostic:
    return Diagnostic(
        code="TO710", message=f"the difference of {key} has no invoice to go to: {why}",
        hint="settle it by itself instead",
        next=f'tieout correct {key} --rebill --reason "…"',
    )  # fmt: skip
