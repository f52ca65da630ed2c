"""Random small companies, entries and pay rates that validation would let pass.

Everything is drawn from a handful of ids and names, so that collisions are common and a failing
example shrinks to few, short values. The simplest company is the one of :mod:`oracle.small`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from oracle.brief import Brief
from oracle.packs import PACKS
from oracle.small import ACME, ANA, BEN, CAI, DESIGN, PRODUCE, ROLES, SUNDAY, WEB, company
from oracle.tracked import AS_OF, SOURCES, TURN, entry_lists, exchange_rates, pay_rates, sometimes
from tieout.config.model import (
    Account,
    ApprovalRule,
    Config,
    CurrencyRule,
    Customer,
    Decision,
    Earning,
    Environment,
    Grid,
    LimitRule,
    OvertimeRule,
    Produce,
    Project,
    Rounding,
    Rules,
    Service,
    SourceConfig,
    Stream,
    Worker,
)
from tieout.domain.entry import Entry, PayRate
from tieout.domain.exchange import ExchangeRate

#: Zones with and without summer time, one whose clock changes at midnight, one of a half hour.
ZONES = ("America/Los_Angeles", "Europe/Berlin", "Africa/Cairo", "Asia/Kolkata", "UTC")


#: Every check that a company may let hold, doing so.
CHECKED = dict.fromkeys(("TO214", "TO215", *(f"TO22{n}" for n in range(7))), "hold")


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
    rates = draw(pay_rates())
    resolution = draw(st.sampled_from([1, 60, 900]))
    exchange = tuple(draw(exchange_rates())) if config.rules.currency.convert == "tieout" else ()
    return World(
        config, tuple(entries), tuple(rates), {"b": resolution}, exchange=exchange
    )


# ── companies ────────────────────────────────────────────────────────────────────────────────────


@st.composite
def companies(draw: st.DrawFn) -> Config:
    base = company()
    home = replace(
        base.company,
        timezone=draw(st.sampled_from(ZONES)),
        week_starts=draw(st.sampled_from([6, 0, 2])),
    )
    sources = {n: SourceConfig(name=n, connector="file", profile=None, path=None) for n in SOURCES}
    return replace(
        base,
        company=home,
        sources=sources,
        streams={"st": draw(streams())},
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
        rules=draw(rules()),
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
        jurisdiction=draw(st.sampled_from(["US-CA", "US-TX", None])),
        bill_rate=draw(sometimes(555_555, None)),
        bill_currency=draw(sometimes("EUR", None)),
        refs={"s": ANA.refs["s"], "t": ({"id": "1"}, {"name": "Ana"})},
        books=draw(sometimes({}, ANA.books)),
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
        ana, jurisdiction="US-CA", timezone=draw(zones), books={"b": {"employee": "A2"}}
    )
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
        entity=draw(sometimes("west", None)),
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
    gone = draw(st.sampled_from(["", "", "", "", "suspense", "labor_expense", "receivable"]))
    dated = draw(sometimes(True, False))
    found = []
    for role in ROLES:
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


@st.composite
def rules(draw: st.DrawFn) -> Rules:
    waiting = st.sampled_from(["hold", "block"])
    costing = st.sampled_from(["hold", "suspense", "book"])
    unmapped: dict[tuple[str, str], str] = {}
    for kind in ("project", "service", "customer", "account"):
        unmapped |= {(kind, "record"): "book", (kind, "pay"): "book"}
        unmapped[kind, "cost"] = draw(costing)
        unmapped[kind, "billing"] = draw(waiting)
    required = draw(
        st.sampled_from([(), ("pay",), ("pay", "cost", "billing"), ("record", "billing")])
    )
    return Rules(
        approval=ApprovalRule(
            required=required, pay_unapproved=draw(st.sampled_from(["hold", "pay_and_flag"])),
            by=draw(sometimes(("Kim", "Ana"), ())),
        ),
        unmapped=unmapped,
        rounding={purpose: draw(roundings()) for purpose in ("pay", "billing")},
        overtime=OvertimeRule(
            default=draw(st.sampled_from(["law/us-flsa", None, *sorted(PACKS)])),
            packs={"US-CA": draw(st.sampled_from(["law/us-ca", *sorted(PACKS)]))},
            premium=draw(st.sampled_from(["overhead", "pro_rata", "where_worked"])),
            regular_rate=draw(sometimes("in_effect", "weighted_average")),
            rate_rounding=draw(sometimes("minor_unit", "none")),
            effective=draw(sometimes(TURN, date.min)),
        ),
        packs=PACKS,
        after_final={
            "invoice": draw(st.sampled_from(["hold", "adjust"])),
            "timesheet": "next_period",
            "bill": "hold",
            "journal": draw(st.sampled_from(["adjust", "hold"])),
        },
        checks=draw(sometimes(CHECKED, {}) | checks()),
        limits=draw(limits()),
        decisions=draw(st.just(()) | waivers()),
        currency=draw(currencies()),
    )


@st.composite
def roundings(draw: st.DrawFn) -> Rounding:
    own = draw(grids())
    per = draw(st.sampled_from(["entry", "day", "week", "punch"]))
    clocks = draw(sometimes((draw(grids()), draw(grids())), (None, None)))
    start, end = (own, own) if per == "punch" and own.increment else clocks
    return Rounding(
        **vars(own),
        where=draw(sometimes("books", "tieout")),
        per=per,
        start=start,
        end=end,
        meals=draw(st.sampled_from(["rounded", "exact"])),
    )


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    increment = draw(st.sampled_from([0, 60, 360, 900]))
    modes = ["nearest", "up", "down", "nearest_minute_first", "half_even", "half_down"]
    return Grid(
        increment=increment,
        mode=draw(st.sampled_from([*modes, "nearest_minute_up"])),
        grace=draw(st.sampled_from([0, 60])) if increment > 60 else 0,
    )


@st.composite
def currencies(draw: st.DrawFn) -> CurrencyRule:
    modes = st.sampled_from(["half_away", "half_away", "half_even", "half_down", "up", "down"])
    return CurrencyRule(
        lines=draw(modes),
        totals=draw(modes),
        split=draw(st.sampled_from(["largest_remainder", "first_to_last", "last_to_first"])),
        convert=draw(st.sampled_from(["tracker", "tieout", "books", "tieout"])),
        policy=draw(
            st.sampled_from(["previous_published_day", "transaction_date", "month_average"])
        ),
        max_age=draw(st.sampled_from([7, 1, 40])),
        at=draw(st.sampled_from(["work_date", "posting_date"])),
        intermediate=draw(st.sampled_from([None, 3])),
    )


def checks() -> st.SearchStrategy[dict[str, str]]:
    severities = st.sampled_from(["info", "warn", "hold", "block"])
    return st.dictionaries(st.sampled_from(sorted(CHECKED)), severities, max_size=3)


def limits() -> st.SearchStrategy[LimitRule]:
    tight = LimitRule(entry=8 * 3600, day=10 * 3600, week=40 * 3600, age_days=100)
    return st.sampled_from([LimitRule(), LimitRule(), tight, LimitRule(entry=None, week=30 * 3600)])


@st.composite
def waivers(draw: st.DrawFn) -> tuple[Decision, ...]:
    return tuple(
        Decision(
            id=f"w{n}", kind="waive", key=f"s:{n}", action="waive", reason="r", by="kim", on=SUNDAY,
            code=draw(st.sampled_from([None, "TO208", "TO209", "TO210", "TO220", "TO224"])),
            expires=draw(st.sampled_from([None, AS_OF, AS_OF - timedelta(days=1)])),
        )
        for n in range(draw(st.integers(0, 3)))
    )  # fmt: skip
