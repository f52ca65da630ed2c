"""What goes wrong around one write, each under its own code."""

import pytest
from filebooks import World, document, key

from tieout.domain.diagnostic import Refused
from tieout.store.record import Event


class Died(BaseException):
    """The process ends here."""


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def test_a_write_that_fails_says_what_to_mend(world):
    world.writer.failing = OSError(28, "No space left on device")
    [result] = world.apply(world.plan({"a": {"e1": 60}})).results
    assert (result.why.code, result.why.next) == ("TO535", "tieout state show")
    assert result.why.message == "a.json could not be written: No space left on device"


def test_a_write_that_nobody_answers_for_waits_for_resume(world):
    def deaf(step):
        if step == "written a.json":
            world.reader.broken = Refused([])

    world.writer.lost, world.checkpoint = True, deaf
    [result] = world.apply(world.plan({"a": {"e1": 60}})).results
    assert (result.state.value, result.why.code) == ("unknown", "TO536")
    assert result.why.next == "tieout apply plan.tieout --resume"
    world.reader.broken = None
    assert world.held() == {key("a"): document(key("a"), {"e1": 60})}, "it was written after all"


def test_what_resume_finds_is_kept_with_its_reason(world):
    plan = world.plan({"a": {"e1": 60}})

    def die(step):
        if step == "intended a.json":
            raise Died

    world.checkpoint = die
    with pytest.raises(Died):
        world.apply(plan)
    world.checkpoint = lambda _step: None
    assert world.apply(plan, resume=True).exit_code == 0

    with world.journal() as journal:
        [settled] = [r for r in journal.records() if r.event is Event.NOT_DONE]
        why = journal.payload(settled.payload)["why"]
    assert (why["code"], why["message"]) == ("TO532", f"{key('a')} was not done")
