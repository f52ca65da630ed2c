"""Which row settled a price, the most specific first; and why an hour needn't be booked, in a sentence."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from oracle.small import ACME, ANA, DESIGN, SUNDAY, WEB, company, day

from tieout.config.model import Customer, Project, Service, Stream
from tieout.domain.entry import PayRate
from tieout.pipeline.lineage import Portion, Segment
from tieout.planning.provenance import Provenance
from tieout.planning.trace_entry import _excluded

RATE = 990_000


def portion(**changes: Any) -> Portion:
    given = Portion(
        number=0, stream="st", date=SUNDAY, seconds=3_600, worker="A", project="web",
        service="design", customer="acme", hour_kind="work", contractor=False, pack=None,
        states={}, counted={}, bill_rate=RATE, bill_currency="USD", fx=None, pay_rate=None,
        pay_currency=None, segments=(),
    )  # fmt: skip
    return replace(given, **changes)


def config(project: Project = WEB, customer: Customer = ACME, service: Service = DESIGN) -> Any:
    named = {"projects": project, "customers": customer, "services": service}
    return company(
        **{kind: (replace(row, row=f"{kind}/{row.id}"),) for kind, row in named.items()}
    )


WORKER = replace(WEB, worker_rates={"A": 1}, service_rates={"design": 2})
SERVICE = replace(WEB, service_rates={"design": 2})
BARE = replace(WEB, rate=None)


@pytest.mark.parametrize(
    ("given", "own", "how"),
    [
        (config(WORKER), RATE, "the entry's own"),
        (config(WORKER), None, "worker on project"),
        (config(SERVICE), None, "service on project"),
        (config(), None, "project"),
        (config(BARE, replace(ACME, rate=3)), None, "customer"),
        (config(BARE, ACME, replace(DESIGN, rate=4)), None, "service"),
    ],
)
def test_the_most_specific_rate_counts(given: Any, own: int | None, how: str) -> None:
    entry = replace(day("1", SUNDAY, 1), rate=own)
    found = Provenance(given).bill_rate(entry, portion())
    assert found is not None
    assert (found.how, found.rate) == (how, RATE)
    assert Provenance(given).bill_rate(entry, portion(bill_rate=None)) is None


def paid(**changes: Any) -> PayRate:
    given = PayRate(
        key="r:1", worker="A", from_date=date(2026, 1, 1), to_date=None, rate=400_000,
        currency="USD", project=None, earning=None,
    )  # fmt: skip
    return replace(given, **changes)


@pytest.mark.parametrize(
    ("rates", "how"),
    [
        ([], "no captured row"),
        ([paid(from_date=date(2027, 1, 1))], "no captured row"),
        ([paid()], "from 2026-01-01"),
        ([paid(), paid(project="web")], "on web from 2026-01-01"),
        ([paid(earning="regular")], "for regular from 2026-01-01"),
    ],
)
def test_the_captured_row_behind_what_an_hour_is_paid(rates: list[PayRate], how: str) -> None:
    segment = Segment(
        seconds=3_600, percent=150, pay_class="overtime", basis=None, rate=400_000, currency="USD"
    )
    unknown = replace(segment, rate=None)
    given = portion(segments=(segment, unknown, segment))
    (found,) = Provenance(config()).pay_rates(given, rates, {"r:1": "rates.csv:2"})
    assert (found.how, found.place) == (how, None if "no" in how else "rates.csv:2")


@pytest.mark.parametrize(
    ("state", "purpose", "changes", "sentence"),
    [
        (250, "pay", {}, "pay begins on 2026-03-01"),
        (251, "pay", {}, "this environment leaves out the worker, or the day"),
        (252, "billing", {}, "hours of kind work are not billable"),
        (252, "record", {}, "hours of kind work are not recorded"),
        (252, "cost", {}, "hours of kind work are not paid"),
        (253, "billing", {}, "the project is not billed"),
        (254, "billing", {}, "the project's billing method is hourly"),
        (254, "billing", {"project": None}, "the project's billing method is -"),
        (255, "billing", {}, "the tracker says it was billed already"),
        (256, "cost", {}, "no document of st is for cost of an employee"),
        (256, "cost", {"contractor": True}, "no document of st is for cost of a contractor"),
        (257, "pay", {"service": None}, "it has no seconds"),
        (297, "cost", {}, "a pay run dated by the end of the month pays it: what is paid is no accrual"),
    ],
)
def test_why_an_hour_needn_t_be_booked(
    state: int, purpose: str, changes: dict[str, Any], sentence: str
) -> None:
    given = config()
    stream = given.streams.get("st") or Stream(name="st", sources=("s",))
    given = replace(given, streams={"st": replace(stream, starts={"pay": SUNDAY})})
    told: Any = SimpleNamespace(config=given, provenance=Provenance(given))
    entry = day("1", SUNDAY, 1)
    assert _excluded(told, entry, portion(states={purpose: state}, **changes), purpose)[0] == sentence
    said = replace(entry, billable=False)
    if state == 253:
        words, row = _excluded(told, said, portion(states={purpose: state}), purpose)
        assert (words, row) == ("the tracker says it is not billable", None)


def test_no_law_stands_behind_who_has_none() -> None:
    given = company(workers=(replace(ANA, overtime="exempt"),))
    assert Provenance(given).law(portion(pack="law/us-ca")) is None
    assert Provenance(given).law(portion(worker=None, pack="law/us-ca")) is None
    assert Provenance(company()).law(portion(pack=None)) is None
