"""Chains add up: whatever is desired, closed, issued or credited, K + K~1 + … comes to what is desired."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tieout.domain.change import Action
from tieout.domain.document import Document, Line
from tieout.domain.key import chain_number
from tieout.planning.chain import Chain, Member, Terms, Verdict, decide

BASE = "s/{kind}/x/USD/2026-09"
amounts = st.dictionaries(
    st.sampled_from("abcd"), st.tuples(st.integers(1, 9), st.integers(0, 99)), max_size=4
)
steps = st.lists(
    st.tuples(amounts, st.sampled_from(["", "final", "lock"]), st.booleans()), min_size=1, max_size=7
)


def document(kind: str, lines: dict[str, tuple[int, int]]) -> Document | None:
    made = tuple(Line(key=key, seconds=s, amount=a) for key, (s, a) in sorted(lines.items()))
    key = BASE.format(kind=kind)
    return Document(key=key, kind=kind, date="2026-09-30", from_="2026-09-01", to="2026-09-30",
                    currency="USD", lines=made) if made else None  # fmt: skip


def total(documents: Sequence[Document | None]) -> dict[str, tuple[int, int]]:
    seconds, money = Counter[str](), Counter[str]()
    for one in documents:
        for line in one.lines if one else ():
            seconds[line.key] += line.seconds
            money[line.key] += line.amount
    return {k: (seconds[k], money[k]) for k in seconds | money.keys() if seconds[k] or money[k]}


def carried_out(members: tuple[Member, ...], verdict: Verdict) -> tuple[Member, ...]:
    """The chain after a full apply."""
    known = {m.key: m for m in members}
    for act in verdict.acts:
        was = known.get(act.member.key, act.member)
        known[act.member.key] = replace(
            was, applied=act.after, actual=act.after, sequence=was.sequence + 1,
            final=was.final if act.action is Action.ADOPT else None,
        )  # fmt: skip
    return tuple(sorted(known.values(), key=lambda m: chain_number(m.key)))


@given(st.sampled_from(["journal", "invoice", "bill"]), steps)
def test_a_chain_sums_to_what_is_desired(kind: str, story: list[tuple]) -> None:
    members: tuple[Member, ...] = ()
    terms = Terms(after_final="adjust")
    for lines, event, _ in story:
        desired = document(kind, lines)
        chain = Chain(target="b", base=BASE.format(kind=kind), desired=desired, members=members)
        verdict = decide(chain, terms)
        assert verdict.code is None
        members = carried_out(members, verdict)
        assert total([m.actual for m in members]) == total([desired])
        assert tuple(m.actual for m in members if m.actual) == verdict.standing
        again = decide(replace(chain, members=members), terms)
        assert again.acts == ()
        assert again.code is None
        if event == "final" and members and members[-1].actual:
            members = (*members[:-1], replace(members[-1], final="sent"))
        elif event == "lock":
            latest = max([m.actual.date for m in members if m.actual], default="2026-09-30")
            terms = replace(terms, lock_date=date.fromisoformat(latest))


@given(amounts, amounts, st.sampled_from(["credit", "rebill", "write-off", None]))
def test_a_held_correction_is_settled_by_its_decision(first, then, correction) -> None:
    base, desired = BASE.format(kind="invoice"), document("invoice", then)
    issued = document("invoice", first)
    if issued is None:
        return
    members = (Member(key=base, applied=issued, actual=issued, sequence=1, final="sent"),)
    chain = Chain(target="b", base=base, desired=desired, members=members)
    due = total([desired]) != total([issued])
    verdict = decide(chain, Terms(correction=correction))
    if not due:
        assert verdict == Verdict(standing=(issued,))
    elif verdict.code:
        assert verdict.acts == ()
        assert verdict.standing == (issued,)
        assert verdict.code in {None: ("TO231",), "write-off": ("TO241",)}.get(correction, ("TO246",))
    else:
        assert correction in ("credit", "rebill")
        after = carried_out(members, verdict)
        assert total([m.actual for m in after]) == total([desired])
        again = decide(replace(chain, members=after), Terms(correction=correction))
        assert again.acts == ()
        assert again.code is None
