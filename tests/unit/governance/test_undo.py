"""The inverse of an apply: laws on made-up histories, and every reason why a document stays."""

from dataclasses import replace
from datetime import date

import pytest
from filebooks import document, key
from hypothesis import given
from hypothesis import strategies as st

from tieout.domain.books import Claim, Record
from tieout.domain.change import Action, Change
from tieout.governance.undo import Done, Now, inverse
from tieout.store.applied import NEVER, Standing

ENTRY = Claim(entry="toggl:1", digest="d", seconds=60, date="2026-11-20")


def change(name, before, after, *, sequence=1, phase=1, group="a", action=None):
    made = Action.CREATE if before is None else Action.VOID if after is None else Action.UPDATE
    return Change(
        action=action or made, document=key(name), kind="invoice", target="books",
        change_set=group, reason="entries", sequence=sequence, phase=phase,
        before=before and document(key(name), before), after=after and document(key(name), after),
    )  # fmt: skip


def done(*changes, apply=5):
    return [
        Done(apply=apply, target="books", document=c.document,
             operation=f"{c.document}/{c.sequence}", change=c, claims=(ENTRY,))
        for c in changes
    ]  # fmt: skip


def now(acts, *, final=(), edited=(), later=(), lock=None):
    """As the acts left it, but for the documents named."""
    standings, records = {}, {}
    for act in acts:
        place, after = (act.target, act.document), act.change and act.change.after
        sequence = act.change.sequence if act.change else 1
        standings[place] = Standing(sequence, after.digest if after else None, act.operation)
        records.pop(place, None)
        if after:
            why = "sent" if act.document in map(key, final) else None
            held = replace(after, date="2026-11-29") if act.document in map(key, edited) else after
            records[place] = Record(document=held, remote_id="r", version="v", final=why)
    for name in later:
        standings["books", key(name)] = Standing(9, None, "another")
    return Now(standings=standings, records=records, locks={"books": lock} if lock else {})


def held(found):
    return {e.entry: e.code for e in found.exceptions}


def test_each_act_is_turned_round():
    acts = done(
        change("a", None, {"e": 1}, group="a"),
        change("b", {"e": 1}, {"e": 2}, sequence=3, group="b"),
        change("c", {"e": 1}, None, sequence=7, phase=0, group="c"),
        change("d", None, {"e": 1}, action=Action.ADJUST, group="d"),
    )
    found = inverse(acts, now(acts))
    assert found.exceptions == ()
    told = {c.document: (c.action.value, c.sequence, c.phase, c.reason) for c in found.changes}
    assert told == {
        key("a"): ("void", 2, 0, "rollback"),
        key("b"): ("update", 4, 0, "rollback"),
        key("c"): ("create", 8, 1, "rollback"),
        key("d"): ("void", 2, 0, "rollback"),
    }
    by_key = {c.document: c for c in found.changes}
    assert by_key[key("b")].before == acts[1].change.after
    assert by_key[key("b")].after == acts[1].change.before
    assert (by_key[key("b")].remote_id, by_key[key("c")].remote_id) == ("r", None)
    assert (by_key[key("a")].claims, by_key[key("b")].claims) == ((), (ENTRY,))
    assert by_key[key("a")].origin[0].row == "apply 5"


def test_what_reduced_first_is_put_back_last():
    acts = done(
        change("from", {"e": 5, "f": 1}, {"f": 1}, phase=0),
        change("to", {"g": 1}, {"g": 1, "e": 5}, phase=1),
    )
    assert [c.document for c in inverse(acts, now(acts)).changes] == [key("to"), key("from")]


def test_a_circle_that_was_broken_is_taken_back_act_by_act():
    acts = done(
        change("a", {"e": 1}, None, sequence=2, phase=0),
        change("b", {"f": 1}, {"e": 1}, sequence=2, phase=1),
        change("a", None, {"f": 1}, sequence=3, phase=2),
    )
    found = inverse(acts, now(acts)).changes
    assert [(c.document, c.action.value, c.sequence, c.phase) for c in found] == [
        (key("a"), "void", 4, 0), (key("b"), "update", 3, 1), (key("a"), "create", 5, 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ({"later": ["a"]}, "TO730"),
        ({"final": ["a"]}, "TO731"),
        ({"lock": date(2026, 11, 30)}, "TO731"),
        ({"edited": ["a"]}, "TO732"),
    ],
)
def test_what_isn_t_as_it_was_left_stays(state, code):
    acts = done(change("a", {"e": 1}, {"e": 2}))
    found = inverse(acts, now(acts, **state))
    assert (found.changes, held(found)) == ((), {key("a"): code})
    assert found.exceptions[0].severity == "hold"
    assert key("a") in found.exceptions[0].message


def test_what_was_voided_in_a_period_that_is_closed_now_stays_away():
    acts = done(change("a", {"e": 1}, None, phase=0))
    assert held(inverse(acts, now(acts, lock=date(2026, 12, 31)))) == {key("a"): "TO731"}


def test_what_exchanged_entries_with_it_stays_too():
    acts = done(
        change("from", {"e": 5}, None, phase=0),
        change("to", {"g": 1}, {"g": 1, "e": 5}),
        change("other", None, {"h": 1}, group="z"),
    )
    found = inverse(acts, now(acts, final=["to"]))
    assert held(found) == {key("to"): "TO731", key("from"): "TO734"}
    assert [c.document for c in found.changes] == [key("other")]


def test_without_what_stood_before_nothing_is_guessed():
    acts = done(change("a", {"e": 1}, {"e": 2}), change("b", None, {"f": 1}))
    acts[0] = replace(acts[0], change=None)
    assert set(held(inverse(acts, now(acts))).values()) == {"TO733"}


def test_what_was_only_noted_has_nothing_to_take_back():
    acts = done(change("a", {"e": 1}, {"e": 1}, action=Action.ADOPT))
    found = inverse(acts, now(acts))
    assert (found.changes, held(found)) == ((), {key("a"): "TO735"})
    assert found.exceptions[0].severity == "info"


states = st.none() | st.dictionaries(st.sampled_from("efg"), st.integers(1, 9), min_size=1)


@given(st.dictionaries(st.sampled_from("abcd"), st.tuples(states, states), min_size=1), st.data())
def test_applied_and_taken_back_is_as_before(documents, data):
    books = {key(n): document(key(n), was) for n, (was, _) in documents.items() if was}
    before = dict(books)
    changes = [
        change(n, was, then, phase=data.draw(st.integers(0, 2)),
               group=data.draw(st.sampled_from("xy")))
        for n, (was, then) in sorted(documents.items())
        if was != then
    ]  # fmt: skip
    acts = done(*changes)
    state = now(acts)
    for one in [*sorted(changes, key=lambda c: c.phase), *inverse(acts, state).changes]:
        assert books.pop(one.document, None) == one.before
        if one.after:
            books[one.document] = one.after
    assert books == before
    for one in inverse(acts, state).changes:
        assert one.sequence > state.standings.get(("books", one.document), NEVER).sequence
