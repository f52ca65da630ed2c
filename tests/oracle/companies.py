"""Random small companies, entries and pay rates that validation would let pass.

Everything is drawn from a handful of ids and names, so that collisions are common and a failing
example shrinks to few, short values. The simplest company is the one of :mod:`oracle.small`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from oracle.attested import digest
from oracle.brief import Brief
from oracle.portions import portions
from oracle.rulebooks import rules
from oracle.small import ACME, ANA, BEN, CAI, DESIGN, PRODUCE, ROLES, SUNDAY, WEB, company
from oracle.tracked import (
    AS_OF,
    SOURCES,
    TURN,
    WEEKS,
    entry_lists,
    exchange_rates,
    pay_rates,
    sometimes,
)
from tieout.config.model import (
    Account,
    Config,
    Customer,
    Decision,
    Earning,
    Entity,
    Environment,
    Produce,
    Project,
    Service,
    SourceConfig,
    Stream,
    Worker,
)
from tieout.domain.entry import Entry, PayRate
from tieout.domain.exchange import ExchangeRate

#: Zones with and without summer time, one whose clock changes at midnight, one of a half hour.
ZONES = ("America/Los_Angeles", "Europe/Berlin", "Africa/Cairo", "Asia/Kolkata", "UTC")




@dataclass(frozen=True, repr=False)
class World(Brief):
    """What the pipeline is given. ``resolutions``: seconds by target."""

    config: Config
    entries: tuple[Entry, ...]
    rates: tuple[PayRate, ...]
    resolutions: dict[str, int]
    as_of: date = AS_OF
    exchange: tuple[ExchangeRate, ...] = ()


@st.composite
def worlds(draw: st.DrawFn) -> World:
    config = draw(companies())
    entries = draw(entry_lists())
    config = draw(attested(config, entries))
    rates = draw(pay_rates())
    resolution = draw(st.sampled_from([1, 60, 900]))
    exchange = tuple(draw(exchange_rates())) if config.rules.currency.convert == "tieout" else ()
    return World(
        config, tuple(entries), tuple(rates), {"b": resolution}, exchange=exchange
    )


@st.composite
def attested(draw: st.DrawFn, config: Config, entries: list[Entry]) -> Config:
    """Where approval is by attestation: some for what there is, some for what there was."""
    if config.rules.approval.from_ != "attest":
        return config
    told = portions(config, entries, AS_OF)
    decisions = list(config.rules.decisions)
    for n in range(draw(st.integers(0, 4))):
        first = draw(st.sampled_from([SUNDAY, *WEEKS]))
        last = first + timedelta(days=draw(st.sampled_from([6, 6, 1])))
        key = f"{draw(st.sampled_from('ABC'))}/{first}..{last}"
        true = digest(told, key) if draw(st.sampled_from([True, True, False])) else "0" * 32
        decisions.append(Decision(
            id=f"t{n}", kind="attest", key=key, action="attest", reason="r", on=SUNDAY, desired=true,
            by=draw(st.sampled_from(["kim", "ana@example.org"])),
        ))  # fmt: skip
    return replace(config, rules=replace(config.rules, decisions=tuple(decisions)))


# ── companies ────────────────────────────────────────────────────────────────────────────────────


@st.composite
def companies(draw: st.DrawFn) -> Config:
    base = company()
    home = replace(
        base.company,
        timezone=draw(st.sampled_from(ZONES)),
        week_starts=draw(st.sampled_from([6, 0, 2])),
        entities=draw(sometimes({"west": Entity(currency="EUR")}, {})),
    )
    stream, ruled = draw(streams()), draw(rules())
    if "journal" not in stream.produce:  # TO315
        ruled = replace(ruled, intercompany=None)
    sources = {n: SourceConfig(name=n, connector="file", profile=None, path=None) for n in SOURCES}
    return replace(
        base,
        company=home,
        sources=sources,
        streams={"st": stream},
        workers=draw(workers()),
        customers=draw(customers()),
        projects=draw(projects()),
        services=draw(services()),
        accounts=draw(accounts()),
        earnings=draw(
            st.sampled_from([base.earnings, (), tuple(
                Earning(id=name, books={"b": name[0]}) for name in ("regular", "leave")
            )])
        ),
        environment=draw(environments()),
        rules=ruled,
    )


@st.composite
def streams(draw: st.DrawFn) -> Stream:
    kinds = draw(
        st.sampled_from(
            [
                tuple(PRODUCE),
                ("timesheet", "journal", "bill"),
                ("time_activity", "invoice"),
                ("journal", "invoice"),
                ("timesheet", "invoice"),
                ("bill",),
            ]
        )
    )
    produce = {kind: draw(produced(PRODUCE[kind])) for kind in kinds}
    if draw(sometimes(True, False)):
        produce = accruing(produce, draw(st.sampled_from(["accrue", "post"])), draw(pay_dates()))
    purposes = st.sampled_from(["record", "pay", "cost", "billing"])
    starts = draw(sometimes(True, False)) and draw(
        st.dictionaries(purposes, st.sampled_from([SUNDAY + timedelta(days=2), TURN]))
    )
    return Stream(name="st", sources=SOURCES, produce=produce, starts=starts or {})


def pay_dates() -> st.SearchStrategy[int]:
    return st.sampled_from([0, 5, 15])


def accruing(produce: dict[str, Produce], basis: str, pay_date: int) -> dict[str, Produce]:
    """The same with journals of another basis than allocate, and bills that are accrued."""
    changes: dict[str, dict[str, Any]] = {
        "journal": {"basis": basis}, "timesheet": {"pay_date": pay_date}, "bill": {"mode": basis},
    }  # fmt: skip
    if basis == "accrue" and "timesheet" in produce:
        changes["journal"]["period"] = changes["bill"]["period"] = "month"
    elif basis == "accrue":
        changes = {"bill": {"mode": basis, "period": "month"}}
    else:  # what posts wages stands beside no payroll
        changes = {"journal": {"basis": basis}}
        produce = {kind: one for kind, one in produce.items() if kind != "timesheet"}
    return {kind: replace(one, **changes.get(kind, {})) for kind, one in produce.items()}


@st.composite
def produced(draw: st.DrawFn, produce: Produce) -> Produce:
    if produce.period is None:
        return produce
    period = draw(st.sampled_from([produce.period, "week", "biweek", "semimonth", "month"]))
    produce = replace(produce, period=period, anchor=SUNDAY if period == "biweek" else None)
    if produce.kind != "invoice":
        return produce
    lines = [("project", "service", "worker"), ("project", "worker"), ("service",), ("worker",)]
    per = [("customer",), ("customer", "project")]
    return replace(
        produce, lines=draw(st.sampled_from(lines)), per=tuple(draw(st.sampled_from(per)))
    )


@st.composite
def workers(draw: st.DrawFn) -> tuple[Worker, ...]:
    """Ana, Ben and the contractor Cai, as their people of sources s and t."""
    zones = st.sampled_from([None, *ZONES])
    ana = replace(
        ANA,
        timezone=draw(zones),
        entity=draw(sometimes("west", None)),
        jurisdiction=draw(st.sampled_from(["US-CA", "US-TX", None])),
        bill_rate=draw(sometimes(555_555, None)),
        bill_currency=draw(sometimes("EUR", None)),
        refs={"s": ANA.refs["s"], "t": ({"id": "1"}, {"name": "Ana"})},
        books=draw(sometimes({}, ANA.books)),
        agreements=draw(st.sampled_from([(), (), ("plan",), ("plan", "long_day")])),
        schedule=(5 * 3600, 0, 5 * 3600, 5 * 3600, 3600, 0, 0),
        shifts=(None, (28_800, 61_200), (25_200, 57_600), (32_400, 64_800), None, (36_000, 43_200), None),
    )
    ben = replace(
        BEN,
        timezone=draw(zones),
        overtime=draw(st.sampled_from(["eligible", "exempt"])),
        entity=draw(sometimes("east", None)),
        refs={"s": BEN.refs["s"], "t": BEN.refs["s"]},
    )
    cai = replace(
        CAI, timezone=draw(zones), entity=draw(sometimes("east", None)),
        books=draw(sometimes({}, CAI.books)),
        contract_ends=draw(sometimes(TURN, None)),
    )  # fmt: skip
    moved = replace(
        ana, entity=draw(sometimes("east", None)), jurisdiction="US-CA", timezone=draw(zones),
        books={"b": {"employee": "A2"}},
    )  # fmt: skip
    everyone: tuple[Worker, ...] = (ana, ben, cai)
    if draw(sometimes(True, False)):
        everyone = (replace(ana, to=TURN - timedelta(days=1)), replace(moved, from_=TURN), ben, cai)
    return everyone


@st.composite
def customers(draw: st.DrawFn) -> tuple[Customer, ...]:
    acme = replace(
        ACME,
        tax=draw(st.sampled_from([None, "exempt"])),
        rate=draw(st.sampled_from([None, 990_000])),
        books=draw(sometimes({}, ACME.books)),
        entity=draw(sometimes("west", None)),
    )
    bork = Customer(
        id="bork", name="Bork", currency=draw(st.sampled_from(["EUR", "JPY", None])),
        books={"b": {"customer": "Bork"}},
    )  # fmt: skip
    return (acme, bork)


@st.composite
def projects(draw: st.DrawFn) -> tuple[Project, ...]:
    owner = st.sampled_from(["acme", "bork", None])
    rate = st.sampled_from([1_400_000, 333_333, None, 0])
    web = replace(
        WEB,
        customer=draw(owner),
        rate=draw(rate),
        requires=draw(sometimes(("notes",), ())),
        worker_rates=draw(sometimes({"A": 1_650_000}, {})),
        entity=draw(st.sampled_from(["west", "east", "east-2", None, None])),
        service_rates=draw(sometimes({"design": 1_234_567}, {})),
        rate_currency=draw(sometimes("GBP", None)),
        refs={"s": ({"project": "Web"},), "t": ({"project_id": "w"},)},
    )
    app = Project(
        id="app", name="App", customer=draw(owner), rate=draw(rate),
        method=draw(st.sampled_from(["hourly", "fixed", "none", "books"])),
        refs={"s": ({"project": "App", "customer": "Acme"},), "t": ({"project": "App"},)},
    )  # fmt: skip
    # Less specific than app: every other project of the customer.
    rest = Project(
        id="rest", name="Rest", customer="acme", method="hourly", rate=draw(rate),
        refs={"s": ({"customer": "Acme"},)},
    )  # fmt: skip
    if draw(sometimes(True, False)):
        later = replace(
            web, from_=TURN, rate=draw(rate), customer=draw(owner), class_="Web", name="Web 2",
            books={"b": {"job": "New"}},
        )  # fmt: skip
        return (replace(web, to=TURN - timedelta(days=1)), later, app, rest)
    return (web, app, rest)


@st.composite
def services(draw: st.DrawFn) -> tuple[Service, ...]:
    flags = st.sampled_from([None, None, True, False])
    design = replace(
        DESIGN,
        billable=draw(flags),
        rate=draw(st.sampled_from([None, 700_000])),
        rate_currency=draw(sometimes("USD", None)),
        tax=draw(st.sampled_from(["standard", None])),
        refs={"s": ({"task": "Design"},), "t": ({"task": "Design"}, {"task_id": "d"})},
    )
    general = replace(
        DESIGN, id="general", name=None, item=None, refs={"s": ({},), "t": ({},)},
        expense={"employee": "labor_expense", "contractor": "labor_expense"},
    )  # fmt: skip
    special = Service(
        id="special",
        name="Special",
        kind=draw(st.sampled_from(["break", "leave", "standby", "travel", "sick", "holiday"])),
        paid=draw(flags),
        counts_to_overtime=draw(flags),
        billable=draw(flags),
        revenue="billable_income",
        expense={"employee": "overhead_premium", "contractor": "contractor_expense"},
        refs={"s": ({"type": "x"},), "t": ({"type": "x", "task": "Design"},)},
    )
    return (design, special, general) if draw(st.booleans()) else (design, special)


@st.composite
def accounts(draw: st.DrawFn) -> tuple[Account, ...]:
    """All roles, or without one that a hold waits for; the sums of a journal always have theirs."""
    gone = draw(st.sampled_from(["", "", "", "", "suspense", "labor_expense", "receivable",
                                 "due_from", "due_to:west"]))
    dated = draw(sometimes(True, False))
    found = []
    own = draw(sometimes(("labor_expense:east", "due_to:west", "receivable:west"), ()))
    for role in (*ROLES, *own):
        if role == gone:
            continue
        whole = Account(id=role, books={"b": f"Ledger:{role}"})
        if dated:
            found.append(replace(whole, to=TURN - timedelta(days=1)))
            whole = replace(whole, from_=TURN, books={"b": f"Ledger2:{role}"})
        found.append(whole)
    return tuple(found)


def environments() -> st.SearchStrategy[Environment]:
    part = Environment(name="x", workers=("A", "C"), since=SUNDAY + timedelta(days=1))
    return sometimes(part, Environment())
