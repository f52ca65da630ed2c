"""What legal entities charge one another, told twice, balances in each and comes to nothing in sum."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle.companies import World
from oracle.desired import desired
from oracle.rulebooks import CHARGES, currencies
from oracle.small import (
    ANA,
    ANA_IS,
    BEN,
    BEN_IS,
    CAI,
    CAI_IS,
    PRODUCE,
    RULES,
    SUNDAY,
    WEB,
    company,
    day,
    pay,
)
from test_lineage import lines_are_their_claims
from test_pipeline import EXAMPLES, bare, canonical, run, texts

from tieout.config.model import Account, Stream
from tieout.domain.key import mirrored_key
from tieout.pipeline.lineage import Lineage

OF = st.sampled_from(["east", "east-2", "west", None])
BASES = st.sampled_from(["allocate", "post", "allocate"])


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Ana, Ben and the contractor Cai on two projects, each of whatever entity."""
    app = replace(WEB, id="app", refs={"s": ({"project": "App"},)}, entity=draw(OF))
    own = tuple(Account(id=f"{r}:east", books={"b": f"East:{r}"}) for r in ("due_from", "labor_expense"))
    kinds = {**PRODUCE, "journal": replace(PRODUCE["journal"], basis=draw(BASES))}
    if draw(st.booleans()):
        kinds["bill"] = replace(kinds["bill"], mode="accrue")
    rule = replace(CHARGES, markup=draw(st.sampled_from([0, 500, 733])))
    premium = draw(st.sampled_from(["overhead", "pro_rata", "where_worked"]))
    config = company(
        workers=tuple(replace(who, entity=draw(OF)) for who in (ANA, BEN, CAI)),
        projects=(replace(WEB, entity=draw(OF)), app),
        accounts=(*company().accounts, *draw(st.sampled_from([(), own]))),
        streams={"st": Stream(name="st", sources=("s",), produce=kinds)},
        rules=replace(
            RULES, intercompany=rule, overtime=replace(RULES.overtime, premium=premium),
            currency=replace(draw(currencies()), convert="books"),
        ),
    )  # fmt: skip
    worked = st.tuples(
        st.integers(0, 15), st.sampled_from([3, 11, "2:07:13"]),
        st.sampled_from([ANA_IS, BEN_IS, CAI_IS]), st.sampled_from(["Website", "App"]),
    )  # fmt: skip
    entries = tuple(
        day(str(n), SUNDAY + timedelta(days=after), hours, who, project_name=project)
        for n, (after, hours, who, project) in enumerate(draw(st.lists(worked, min_size=2, max_size=9)))
    )
    rates = (pay("A", 333_333), pay("B", 200_000), pay("C", 456_789))
    return World(config, entries, rates, {"b": draw(st.sampled_from([1, 900]))})


@settings(
    max_examples=max(3, EXAMPLES // 3), deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
@given(worlds())
def test_charges_are_told_twice_and_come_to_nothing(world: World) -> None:
    told = desired(world.config, world.entries, world.rates, world.as_of, world.resolutions)
    with run(world) as story:
        documents = texts(story)
        assert documents == {k: canonical(d.as_json()) for k, d in told.documents.items()}
        assert bare(story.claims(documents)) == bare(told.claims)
        lines_are_their_claims(story, Lineage(story))
    journals = [d for d in told.documents.values() if d.kind == "journal"]
    assert all(sum(line.amount for line in d.lines) == 0 for d in journals), "balanced in each"
    charges = [d for d in journals if mirrored_key(d.key.removesuffix("~r"))]
    by_role: Counter[str] = Counter()
    for document in charges:
        back = "~r" if document.key.endswith("~r") else ""
        mirror = told.documents[f"{mirrored_key(document.key.removesuffix('~r'))}{back}"]
        assert mirror.entity != document.entity
        for line in document.lines:
            by_role[str(line.account)] += line.amount
    rule = world.config.rules.intercompany
    assert rule is not None
    assert by_role.pop(rule.due_from, 0) + by_role.pop(rule.due_to, 0) == 0
    assert by_role.pop(rule.income, 0) + by_role.pop(rule.expense, 0) == 0
    assert not +by_role, "each cost is taken from the one as it is put to the other"
    assert not -by_role
