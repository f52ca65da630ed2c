"""Every combination of kinds, bases and modes: an hour is claimed at most once for a purpose.

All of them stand in one company, each as a stream with a tracker and books of its own, so that they
are validated at once and told in one story.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import astuple
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

from companies import write

from tieout.config.load import load
from tieout.config.model import Config
from tieout.domain.entry import ENTRY_COLUMNS, RATE_COLUMNS, Approval, Entry, Grain, PayRate
from tieout.pipeline import arrow
from tieout.pipeline.run import Inputs, compute

#: What each kind may be in a stream; None: it isn't produced.
CHOICES: Mapping[str, tuple[str | None, ...]] = {
    "time_activity": (None, "{to: %s}"),
    "timesheet": (None, "{to: %s, period: week}", "{to: %s, period: week, pay_date: 5d}"),
    "journal": (None, *(
        f"{{to: %s, period: {period}, basis: {basis}}}"
        for basis, period in (("allocate", "week"), ("post", "week"), ("accrue", "month"),
                              ("accrue", "week"))
    )),
    "bill": (
        None, "{to: %s, period: month}",
        "{to: %s, period: month, mode: self_billing, agreement: a.md}",
        "{to: %s, period: month, mode: self_billing}", "{to: %s, period: month, mode: accrue}",
    ),
    "invoice": (None, "{to: %s, period: month}"),
    "worksheet": (None, "{to: %s, period: month}"),
}  # fmt: skip
ROLES = (
    "labor_expense", "labor_clearing", "accrued_wages", "overhead_premium", "contractor_expense",
    "accounts_payable", "accrued_expenses", "receivable", "billable_income",
)  # fmt: skip
Made = dict[str, str]
#: A day of March that the pay run of its week has paid by the end of it, and one that it hasn't.
PAID, UNPAID = date(2026, 3, 3), date(2026, 3, 30)


def combinations() -> dict[str, Made]:
    """Stream → kind → how, of all that isn't empty."""
    every = product(*CHOICES.values())
    found = ({k: how for k, how in zip(CHOICES, one, strict=True) if how} for one in every)
    return {f"s{n}": made for n, made in enumerate(made for made in found if made)}


def legal(made: Made) -> bool:
    """By the rules of the language, as somebody would say them."""
    journal, timesheet, bill = (made.get(kind, "") for kind in ("journal", "timesheet", "bill"))
    if "post" in journal and timesheet:
        return False  # wages twice
    if "accrue" in journal and ("week" in journal or "pay_date" not in timesheet):
        return False  # nobody knows when, or what is unpaid then
    if "self_billing" in bill and "agreement" not in bill:
        return False
    return not ("invoice" in made and "worksheet" in made)


def company(root: Path, streams: Mapping[str, Made]) -> None:
    """A company of these streams; stream s1 books hours of tracker t1 in b1."""
    names = list(streams)
    places = {name: name[1:] for name in names}
    write(root, "tieout.yaml", [
        "company: {id: c, name: C, timezone: UTC, currency: USD, workweek: {starts: sunday}}",
        "sources:",
        *(f"  t{n}: {{connector: file, profile: toggl, path: t{n}.csv}}" for n in places.values()),
        "  rates: {connector: file, profile: pay_rates, path: rates.csv}",
        "targets:",
        *(f"  b{n}: {{connector: plaintext, format: beancount, path: b{n}/}}" for n in places.values()),
        "streams:",
        *(line for name, made in streams.items() for line in _stream(name, places[name], made)),
    ])  # fmt: skip

    def each(text: str) -> str:
        return ", ".join(text.format(n=n) for n in places.values())

    source, books = "t{n}: {{email: %s@c.example}}", "b{n}: {{%s}}"
    exempt = "jurisdiction: US-NY, overtime: exempt, exempt_ground: executive"
    employee = f"{each(source % 'e')}, {each(books % 'employee: E')}"
    vendor = f"{each(source % 'c')}, {each(books % 'vendor: C')}"
    jobs, tasks = each("t{n}: {{project: P}}"), each("t{n}: {{task: any}}")
    accounts = {role: each("b{n}: Assets:" + role.title().replace("_", "-")) for role in ROLES}
    for kind, *rows in (
        ("workers", f"- {{id: E, name: E, {exempt}, {employee}}}",
         f"- {{id: C, name: C, kind: contractor, {vendor}}}"),
        ("customers", f"- {{id: k, name: K, tax: exempt, {each(books % 'customer: K')}}}"),
        ("projects", f"- {{id: p, name: P, customer: k, billing: {{method: hourly, rate: 100}}, {jobs}}}"),
        ("services", "- {id: g, name: G, kind: work, revenue: billable_income, tax: exempt,",
         f" expense: {{employee: labor_expense, contractor: contractor_expense}}, {tasks}}}"),
        ("accounts", *(f"{role}: {{{names}}}" for role, names in accounts.items())),
    ):  # fmt: skip
        write(root, f"mappings/{kind}.yaml", [f"{kind}:", *(f"  {row}" for row in rows)])


def _stream(name: str, n: str, made: Made) -> Iterator[str]:
    yield f"  {name}:"
    yield f"    from: t{n}"
    yield "    produce:"
    yield from (f"      {kind}: {how % f'b{n}'}" for kind, how in made.items())


def test_every_combination_is_told_once_or_refused_with_its_place(tmp_path: Path) -> None:
    streams = combinations()
    company(tmp_path, streams)
    lines = (tmp_path / "tieout.yaml").read_text(encoding="utf-8").splitlines()
    refused = set()
    for found in load(tmp_path).diagnostics:
        assert found.position is not None
        assert found.position.file == "tieout.yaml", found
        above = lines[: found.position.line]
        refused.add(next(m[1] for line in reversed(above) if (m := re.match(r"  (s\d+):$", line))))
    assert refused == {name for name, made in streams.items() if not legal(made)}


def test_no_combination_claims_an_hour_twice_for_a_purpose(tmp_path: Path) -> None:
    streams = {name: made for name, made in combinations().items() if legal(made)}
    company(tmp_path, streams)
    loaded = load(tmp_path)
    assert loaded.config is not None, loaded.diagnostics
    claimed = claims(loaded.config, [
        entry(f"t{name[1:]}", who, day) for name in streams for who in "ec" for day in (PAID, UNPAID)
    ])  # fmt: skip
    assert claimed == Counter(
        (f"t{name[1:]}:{who}{day}", purpose)
        for name, made in streams.items()
        for who in "ec"
        for day in (PAID, UNPAID)
        for purpose in purposes(made, who, day)
    )


def purposes(made: Made, who: str, day: date) -> Iterator[str]:
    """What an hour is used for, by the table of kinds: each of these once."""
    if "time_activity" in made:
        yield "record"
    if "invoice" in made or "worksheet" in made:
        yield "billing"
    if who == "c" and "bill" in made:
        yield from ("pay", "cost")
    if who == "e" and "timesheet" in made:
        yield "pay"
    if who == "e" and "journal" in made and not ("accrue" in made["journal"] and day == PAID):
        yield "cost"


def entry(source: str, who: str, day: date) -> Entry:
    return Entry(
        key=f"{source}:{who}{day}", source=source, grain=Grain.DAY, to_date=day, seconds=3600,
        worker_email=f"{who}@c.example", project_name="P", approval=Approval.APPROVED,
    )  # fmt: skip


def claims(config: Config, entries: list[Entry]) -> Counter[tuple[str, str]]:
    """(entry, purpose) → how many documents claim it. That the SQL's own assertions hold, of one claim
    and of conservation, is seen to by telling the story."""
    rates = [
        PayRate(key=w, worker=w, from_date=date(2026, 1, 1), to_date=None, rate=300_000, currency="USD")
        for w in ("E", "C")
    ]  # fmt: skip

    def table(columns: Mapping[str, str], rows: list[Any]) -> Any:
        return arrow.as_arrow(list(columns.items()), [astuple(row) for row in rows])

    inputs = Inputs(
        config=config, as_of=date(2026, 4, 30), entries=table(ENTRY_COLUMNS, entries),
        rates=table(RATE_COLUMNS, rates),
    )  # fmt: skip
    with compute(inputs) as story:
        rows = story.connection.execute(
            "select e.key, c.purpose, count(distinct c.document) from claim c "
            "join entry e using (entry_no) group by all"
        ).fetchall()
    return Counter({(key, purpose): number for key, purpose, number in rows})
