"""Random rules of a company: of each kind every way that it can be said, and often as most companies do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from oracle.departures import own
from oracle.packs import PACKS
from oracle.small import SUNDAY
from oracle.tracked import AS_OF, TURN, sometimes
from tieout.config.model import (
    ApprovalRule,
    ChargeRule,
    CurrencyRule,
    Decision,
    Grid,
    LimitRule,
    OvertimeRule,
    Rounding,
    Rules,
)

#: What legal entities charge one another, without a markup.
CHARGES = ChargeRule(due_from="due_from", due_to="due_to", income="markup")
#: Figures of its own in place of those of the laws: for good, from a day, to a day.
DEPARTURES = (
    own("law/us-ca", "tiers/day/8h/over", "6h", from_=TURN),
    own("law/rolling", "tiers/week/30h/multiplier", "1.75"),
    own("law/long", "tiers/day/8h/over", "6h", to=TURN),
    own("law/strict", "limits/worked/1/most", "7h", from_=TURN),
    own("law/greater", "gap", "30m"),
)
#: Every check that a company may let hold, doing so.
CHECKED = dict.fromkeys(("TO214", "TO215", *(f"TO22{n}" for n in range(7))), "hold")


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
            from_=draw(sometimes("attest", "source")),
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
            overrides=draw(sometimes(DEPARTURES, ())),
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
        intercompany=draw(
            st.sampled_from([None, CHARGES, CHARGES, replace(CHARGES, markup=733)])
        ),
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
        **draw(sometimes({"tolerate_punch": 3 * 3600, "tolerate_day": 5 * 3600}, {})),
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
