"""Resume: the books decide what became of an act that was cut off."""

import pytest
from filebooks import World, document, key

from tieout.connectors.ports import Capabilities, Once
from tieout.domain.diagnostic import Diagnostic, Refused
from tieout.store.journal import Journal
from tieout.store.record import Event


class Died(BaseException):
    """The process ends here."""


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def die(world, plan, at):
    def checkpoint(step):
        if step == at:
            raise Died

    world.checkpoint = checkpoint
    with pytest.raises(Died):
        world.apply(plan)
    world.checkpoint = lambda _step: None


def outcomes(world, name):
    with world.journal() as journal:
        return [r.event for r in journal.records(document=key(name)) if r.event != Event.INTENDED]


@pytest.mark.parametrize(
    ("at", "found"),
    [
        ("intended a.json", [Event.NOT_DONE, Event.DONE]),
        ("write: after the rename", [Event.DONE]),
    ],
)
def test_done_or_not_done_is_what_the_books_say(world, at, found):
    plan = world.plan({"a": {"e1": 60}})
    die(world, plan, at)
    report = world.apply(plan, resume=True)
    assert report.exit_code == 0
    assert outcomes(world, "a") == found
    assert world.written()[key("a")] == (1, document(key("a"), {"e1": 60}))
    assert any("was done" in line or "was not done" in line for line in world.told)


def test_something_else_is_drift_and_the_rest_goes_on(world):
    world.apply(world.plan({"a": {"e1": 60}, "b": {"e2": 5}}))
    plan = world.plan({"a": {"e1": 61}, "b": {"e2": 6}})
    die(world, plan, "write: before the rename")
    world.edit(key("a"), date="2026-11-01")

    report = world.apply(plan, resume=True)

    assert {r.document: r.state.value for r in report.results} == {
        key("a"): "refused",
        key("b"): "done",
    }
    assert outcomes(world, "a") == [Event.DONE, Event.REFUSED]


def test_another_plan_can_settle_what_an_earlier_one_left(world):
    die(world, world.plan({"a": {"e1": 60}}), "write: after the rename")
    stale = world.plan({"a": {"e1": 70}})
    with pytest.raises(Refused) as refused:
        world.apply(stale, resume=True)
    assert refused.value.exit_code == 4
    assert outcomes(world, "a") == [Event.DONE]
    assert world.apply(world.plan({"a": {"e1": 70}})).exit_code == 0


def test_resume_with_nothing_open_is_an_ordinary_apply(world):
    plan = world.plan({"a": {"e1": 60}})
    assert world.apply(plan, resume=True).exit_code == 0
    assert world.apply(plan, resume=True).nothing_done


def test_after_a_crash_at_the_very_end_the_books_are_still_kept(world):
    plan = world.plan({"a": {"e1": 60}})
    die(world, plan, "recorded a.json")
    assert world.kept == []
    assert world.apply(plan).exit_code == 0
    with world.journal() as journal:
        assert not journal.unclosed()


def test_slow_books_are_given_time(world):
    plan = world.plan({"a": {"e1": 60}})
    die(world, plan, "intended a.json")
    world.reader.capabilities = Capabilities(
        kinds=frozenset({"invoice"}), once=Once.LOOKUP, settle=30
    )
    world.apply(plan, resume=True)
    assert world.waited == [30]


@pytest.mark.parametrize("how", ["silent", "moved", "gone"])
def test_books_that_cannot_be_asked_leave_it_open(world, how, monkeypatch):
    plan = world.plan({"a": {"e1": 60}})
    die(world, plan, "write: after the rename")
    session = world.session()
    if how == "silent":
        world.reader.broken = Refused([Diagnostic(code="TO999", message="no route")])
    if how == "moved":
        world.reader.folder = world.root
    if how == "gone":
        session = session.__class__(**{**vars(session), "readers": {}})
    monkeypatch.setattr(World, "session", lambda _self: session)

    with pytest.raises(Refused) as refused:
        world.apply(plan, resume=True)

    assert refused.value.exit_code == 3
    assert [d.code for d in refused.value.diagnostics] == ["TO531"]
    with world.journal() as journal:
        assert len(journal.open_intents()) == 1


def test_a_journal_that_fails_after_the_write_leaves_it_to_resume(world, monkeypatch):
    plan = world.plan({"a": {"e1": 60}, "b": {"e2": 5}})
    append = Journal.append

    def full(self, acts, now):
        if acts[0].event is Event.DONE:
            raise Refused([Diagnostic(code="TO503", message="the disk is full")])
        return append(self, acts, now)

    monkeypatch.setattr(Journal, "append", full)
    report = world.apply(plan)
    assert [r.state.value for r in report.results] == ["unknown", "not_tried"]
    assert report.halted.code == "TO541"
    monkeypatch.undo()
    assert world.apply(plan, resume=True).exit_code == 0
    assert len(world.written()) == 2
