"""Accruals and their reversals come to nothing across periods, in our documents and in every ledger."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from beancount import loader
from documents import change
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle.companies import World, accruing
from oracle.small import (
    ANA_IS,
    BEN_IS,
    CAI_IS,
    PRODUCE,
    ROLES,
    RULES,
    SUNDAY,
    WEB,
    company,
    day,
    pay,
)
from test_pipeline import EXAMPLES, run

from tieout.config.model import Account, Stream
from tieout.connectors.ports import Status, TargetSettings
from tieout.connectors.targets import plaintext
from tieout.domain.document import Document, Kind

#: Where a journal and a bill post, in both formats.
ACCOUNTS = tuple(
    Account(id=r, books={"b": f"Expenses:{r.replace('_', '-').capitalize()}"}) for r in ROLES
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Two months of three people whose wages and bills are accrued."""
    days = draw(st.sampled_from([0, 5, 15]))
    period = draw(st.sampled_from(["week", "semimonth", "month"]))
    produce = {**PRODUCE, "timesheet": replace(PRODUCE["timesheet"], period=period)}
    premium = draw(st.sampled_from(["overhead", "pro_rata", "where_worked"]))
    config = company(
        accounts=ACCOUNTS,
        streams={"st": Stream(name="st", sources=("s",), produce=accruing(produce, "accrue", days))},
        rules=replace(RULES, overtime=replace(RULES.overtime, premium=premium)),
    )
    worked = st.tuples(
        st.integers(0, 58), st.sampled_from([3, 11, "2:07:13"]),
        st.sampled_from([ANA_IS, BEN_IS, CAI_IS]),
    )  # fmt: skip
    entries = tuple(
        day(str(n), SUNDAY + timedelta(days=after), hours, who)
        for n, (after, hours, who) in enumerate(draw(st.lists(worked, min_size=2, max_size=12)))
    )
    return World(config, entries, (pay("A", 333_333), pay("B", 200_000), pay("C", 456_789)), {})


def written(root: Path, documents: list[Document], format: str) -> plaintext.PlainTextReader:
    """The books, with every document as the writer writes it."""
    settings_ = TargetSettings(
        name="b", company="co", environment="default", root=str(root), path="books",
        options={"format": format},
    )  # fmt: skip
    writer = plaintext.writer(settings_)
    for name, batch in writer.batches([change(None, document) for document in documents]):
        assert {outcome.status for outcome in writer.write(name, batch)} == {Status.DONE}
    return writer.reader


@settings(
    max_examples=max(2, EXAMPLES // 4), deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
@given(worlds())
def test_an_accrual_and_its_reversal_come_to_nothing(world: World) -> None:
    with run(world) as story:
        found = [d for d in story.documents() if d.kind in (Kind.JOURNAL, Kind.BILL)]
    by_key = {document.key: document for document in found}
    accrued = [key for key in by_key if not key.endswith("~r")]
    assert {f"{key}~r" for key in accrued} == by_key.keys() - set(accrued)
    for key in accrued:
        one, back = by_key[key], by_key[f"{key}~r"]
        assert back.date > one.to == one.date
        assert Counter({x.key: -x.amount for x in back.lines}) == Counter(
            {x.key: x.amount for x in one.lines}
        )
    for format in ("beancount", "hledger"):
        with TemporaryDirectory() as folder:
            reader = written(Path(folder), found, format)
            assert all(not any(sums.values()) for sums in reader.read().balances.values())
            assert_empty(Path(folder) / "books", format)


def assert_empty(books: Path, format: str) -> None:
    """What the format's own program says of the balances, if there are books and the program."""
    if not books.exists():
        return
    if format == "beancount":
        entries, errors, _ = loader.load_file(str(books / "main.beancount"))
        sums: Counter[str] = Counter()
        for entry in entries:
            for posting in getattr(entry, "postings", ()):
                sums[posting.account] += posting.units.number
        assert errors == []
        assert not any(sums.values())
    elif program := shutil.which("hledger"):
        ask = [program, "-f", str(books / "main.journal")]
        subprocess.run([*ask, "check", "--strict"], check=True)
        told = subprocess.run([*ask, "bal", "-N"], check=True, capture_output=True, text=True)
        assert told.stdout.strip() == ""


def premiums(policy: str) -> dict[str, Document]:
    """Eleven hours on the website and three on the app, at a rate that leaves no cent to split."""
    app = replace(WEB, id="app", refs={"s": ({"project": "App"},)})
    config = company(
        projects=(WEB, app),
        rules=replace(RULES, overtime=replace(RULES.overtime, premium=policy)),
    )
    entries = (day("1", SUNDAY, 11), day("2", SUNDAY + timedelta(days=1), 4, project_name="App"))
    with run(World(config, entries, (pay("A", 400_000),), {})) as story:
        return {document.key: document for document in story.documents()}


def test_a_policy_for_premiums_moves_their_own_line_and_nothing_else() -> None:
    policies = {policy: premiums(policy) for policy in ("overhead", "where_worked", "pro_rata")}
    key = "st/journal/USD/2026-03-01"
    lines = {
        policy: {line.key: line.amount for line in found.pop(key).lines}
        for policy, found in policies.items()
    }
    assert policies["overhead"] == policies["where_worked"] == policies["pro_rata"]
    web, app, clearing = "labor_expense/web", "labor_expense/app", "=labor_clearing"
    straight = {web: 44_000, app: 16_000, clearing: -66_000}
    assert lines["overhead"] == {**straight, "overhead_premium/-": 6_000}
    assert lines["where_worked"] == {**straight, web: 50_000}, "three hours past eight, half as much"
    assert lines["pro_rata"] == {web: 48_400, app: 17_600, clearing: -66_000}, "eleven to four"
