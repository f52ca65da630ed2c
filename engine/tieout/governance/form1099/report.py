"""The 1099 report: a vendor a row, from payments alone, never from bills."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

from tieout.config.files import parse
from tieout.config.findings import Findings
from tieout.config.model import Config, Worker
from tieout.config.scalars import amount
from tieout.domain.diagnostic import Diagnostic, Refused
from tieout.domain.payment import BY_OTHERS, Payment

CURRENCY: Final = "USD"
"""The form is in dollars, whatever the company's currency."""
BOX: Final = "NEC-1"


@dataclass(frozen=True, kw_only=True)
class Vendor:
    """One vendor's year. Amounts in cents: ``paid`` is what counts, ``by_others`` what a card's or a
    network's own 1099-K tells, ``withheld`` what went to the tax office. ``file``: the form is due.
    ``problems``: code → what is wrong."""

    id: str
    name: str
    year: int
    workers: tuple[str, ...]
    payments: int
    paid: int
    by_others: int
    withheld: int
    threshold: int
    box: str
    file: bool
    exempt: str | None = None
    w9: bool = False
    contract: str | None = None
    contract_ends: date | None = None
    reviewed: str | None = None
    problems: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Form1099:
    """The report of a year. ``others``: payments to nobody that is a contractor of the company, and
    what they come to; ``elsewhere``: payments in other currencies, by vendor and currency."""

    year: int
    threshold: int
    vendors: tuple[Vendor, ...]
    others: int = 0
    others_paid: int = 0
    elsewhere: tuple[tuple[str, str, int], ...] = ()


def form_1099(config: Config, payments: Iterable[Payment], year: int) -> Form1099:
    """The report of a calendar year. Raises ``Refused`` (TO356) for a year without a threshold."""
    least = threshold(config, year)
    contractors = _contractors(config)
    known = {name: id_ for id_, rows in contractors.items() for name in _names(id_, rows)}
    mine: dict[str, list[Payment]] = defaultdict(list)
    strange: list[Payment] = []
    for payment in payments:
        if payment.day.year == year:
            id_ = _whose(payment.vendor, known)
            (mine[id_] if id_ else strange).append(payment)
    vendors = [
        _vendor(config, id_, contractors[id_], mine[id_], year, least) for id_ in sorted(mine)
    ]
    elsewhere: dict[tuple[str, str], int] = defaultdict(int)
    for id_, found in mine.items():
        for payment in found:
            if payment.currency != CURRENCY:
                elsewhere[id_, payment.currency] += payment.amount
    return Form1099(
        year=year,
        threshold=least,
        vendors=tuple(sorted(vendors, key=lambda v: (not v.file, v.id))),
        others=len(strange),
        others_paid=sum(p.amount for p in strange if p.currency == CURRENCY),
        elsewhere=tuple((*place, minor) for place, minor in sorted(elsewhere.items())),
    )


def threshold(config: Config, year: int) -> int:
    """Cents from which on the form is due. The company's own rule outranks what tieout brings."""
    if year in config.rules.vendors.thresholds:
        return config.rules.vendors.thresholds[year]
    for first, last, minor in _known():
        if first <= year <= last:
            return minor
    raise Refused(
        [
            Diagnostic(
                "TO356",
                f"the threshold of {year} is not known",
                hint=f'write it in rules/vendors.yaml: thresholds: {{"{year}": 2000 USD}}',
                next="tieout validate",
            )
        ]
    )


@cache
def _known() -> tuple[tuple[int, int, int], ...]:
    name = "thresholds.yaml"
    findings = Findings()
    text = files("tieout.governance.form1099").joinpath(name).read_bytes()
    root = parse(text, name, findings)
    assert root is not None, "what tieout brings along can be read"
    rows: Any = root["thresholds"]
    return tuple(
        (int(row["from"]), int(row["to"]), amount(str(row["amount"]), CURRENCY)[0]) for row in rows
    )


def _contractors(config: Config) -> dict[str, list[Worker]]:
    """Versions of each contractor, by what the books call the vendor first: several workers of one
    firm are one vendor, who is paid as one."""
    rows = [w for w in config.workers if w.kind == "contractor"]
    firm: dict[str, str] = {}
    for worker in rows:
        names = sorted({books["vendor"] for books in worker.books.values() if "vendor" in books})
        first = next((firm[name] for name in names if name in firm), worker.id)
        firm |= {name: firm.get(name, first) for name in names}
        firm.setdefault(worker.id, first)
    found: dict[str, list[Worker]] = defaultdict(list)
    for worker in rows:
        found[firm[worker.id]].append(worker)
    return dict(found)


def _names(id_: str, rows: Sequence[Worker]) -> set[str]:
    """All by which payments may name the vendor: ids of the workers, and the books' names."""
    books = {names["vendor"] for w in rows for names in w.books.values() if "vendor" in names}
    return {id_, *(w.id for w in rows), *books}


def _whose(text: str, known: Mapping[str, str]) -> str | None:
    """The vendor that a payment names; books say the payee before the narration."""
    payee = text.partition(" · ")[0]
    return known.get(text) or known.get(payee)


def _vendor(
    config: Config, id_: str, rows: Sequence[Worker], payments: Sequence[Payment], year: int,
    least: int,
) -> Vendor:  # fmt: skip
    ours = [p for p in payments if p.currency == CURRENCY]
    paid = sum(p.amount for p in ours if p.method not in BY_OTHERS)
    withheld = sum(p.withheld for p in ours)
    last = max(rows, key=lambda w: w.from_)
    form, contract = last.form_1099, last.contract
    abroad = last.jurisdiction is not None and not last.jurisdiction.startswith("US")
    exempt = form.exempt if form else None
    if abroad and form is None:
        exempt = f"not in the US ({last.jurisdiction})"
    review = next(
        (r for r in config.rules.vendors.reviews if r.year == year and r.vendor in (id_, last.id)),
        None,
    )
    made = Vendor(
        id=id_, name=last.name, year=year, workers=tuple(sorted({w.id for w in rows})),
        payments=len(ours), paid=paid,
        by_others=sum(p.amount for p in ours if p.method in BY_OTHERS), withheld=withheld,
        threshold=least, box=form.box if form else BOX,
        # Whatever was withheld is reported, however little was paid (26 CFR 1.6041-1(a)).
        file=exempt is None and (paid >= least or withheld > 0),
        exempt=exempt, w9=bool(form and form.w9_on_file),
        contract=contract.ref if contract else None,
        contract_ends=contract.ends if contract else None,
        reviewed=f"{review.by} on {review.on}" if review else None,
    )  # fmt: skip
    return _judged(made, max((p.day for p in payments), default=date(year, 12, 31)))


def _judged(vendor: Vendor, last_paid: date) -> Vendor:
    """With what must be settled before the form is sent."""
    problems: dict[str, str] = {}
    if vendor.file and not vendor.w9:
        problems["TO353"] = "no W-9 is on file"
    if vendor.contract is None:
        problems["TO354"] = "no contract is named"
    elif vendor.contract_ends and vendor.contract_ends < last_paid:
        problems["TO354"] = f"the contract ended on {vendor.contract_ends}, paid on {last_paid}"
    if vendor.file and vendor.reviewed is None:
        problems["TO355"] = f"nobody has reviewed {vendor.year}"
    return Vendor(**{**vars(vendor), "problems": problems})
