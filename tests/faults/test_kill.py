"""Killed at any instant and resumed, apply leaves what one uninterrupted run would have left."""

import os
import random
import signal
import time
from contextlib import suppress

import pytest
from filebooks import World, key
from hypothesis import given
from hypothesis import strategies as st

from tieout.connectors.ports import TargetSettings
from tieout.connectors.targets import plaintext
from tieout.domain.diagnostic import Refused

ROUNDS = 20
BEFORE = {"a1": {"e1": 60, "e2": 30}, "b1": {"e3": 10}, "c1": {"e4": 5}, "c2": {"e5": 6}}
AFTER = {
    "a1": {"e2": 30},
    "b1": {"e3": 10, "e1": 60},  # e1 moves from one to the other
    "c1": {},
    "c2": {"e5": 7},
    "d1": {"e6": 8, "e4": 5},
    "d2": {"e7": 9},
}
SETS = {"a1": "move", "b1": "move", "c1": "renamed", "d1": "renamed"}


class PlainWorld(World):
    """The same company with plain-text books: the writer that people will use."""

    def __post_init__(self):
        super().__post_init__()
        settings = TargetSettings(
            name="books",
            company="northwind",
            environment="default",
            root=str(self.root),
            path="books",
            options={"format": "beancount"},
        )
        self.reader = plaintext.reader(settings)
        self.writer = plaintext.writer(settings, lambda step: self.checkpoint(step))


WORLDS = {"files": World, "plaintext": PlainWorld}


class Died(BaseException):
    """The process ends here; nothing of ours may catch it."""


def made(root, kind):
    """A company that was synced once, and the plan for what has changed since."""
    world = WORLDS[kind](root)
    world.apply(world.plan(BEFORE))
    return world, world.plan(AFTER, sets=SETS)


@pytest.fixture(scope="module", params=sorted(WORLDS))
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory, kind):
    """The steps of one whole run, and the books and the applied state it leaves."""
    world, plan = made(tmp_path_factory.mktemp("whole"), kind)
    steps = []
    world.checkpoint = steps.append
    assert world.apply(plan).exit_code == 0
    return steps, world.held(), world.written()


def booked_once(world):
    """No entry stands in two documents: under-booked for a moment, never booked twice."""
    entries = [line.key for held in world.held().values() for line in held.lines]
    return len(entries) == len(set(entries))


def forked(run):
    """Run in a process of its own; returns its pid."""
    pid = os.fork()
    if pid == 0:
        try:
            run()
        finally:
            os._exit(0)
    return pid


def killed_at(world, plan, step, *, resume=False):
    """Apply in a process of its own that is killed -9 at its `step`-th checkpoint."""
    seen = 0

    def checkpoint(_name):
        nonlocal seen
        seen += 1
        if seen == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def run():
        world.checkpoint = checkpoint
        world.apply(plan, resume=resume)

    os.waitpid(forked(run), 0)


def resumed(world, plan, uninterrupted):
    _, books, written = uninterrupted
    assert booked_once(world)
    report = world.apply(plan, resume=True)
    assert report.exit_code == 0, report.diagnostics
    assert world.held() == books
    assert world.written() == written
    assert world.apply(plan).nothing_done


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_killed_between_two_durable_writes(tmp_path, kind, uninterrupted, round_):
    steps = uninterrupted[0]
    world, plan = made(tmp_path, kind)
    killed_at(world, plan, 1 + round_ * (len(steps) - 1) // (ROUNDS - 1))
    resumed(world, plan, uninterrupted)
    assert any("took over the lock" in line for line in world.told)


@pytest.mark.parametrize("step", [2, 5, 9])
def test_killed_again_while_it_resumes(tmp_path, kind, uninterrupted, step):
    world, plan = made(tmp_path, kind)
    killed_at(world, plan, step)
    killed_at(world, plan, 2, resume=True)
    resumed(world, plan, uninterrupted)


def test_without_resume_it_says_so_only_when_something_is_open(tmp_path, kind, uninterrupted):
    """Between a rename and its record nobody knows; anywhere else the same plan simply goes on."""
    in_flight = False
    for number, step in enumerate(uninterrupted[0], start=1):
        in_flight = (in_flight or step.startswith("intended")) and not step.startswith("recorded")
        world, plan = made(tmp_path / str(number), kind)
        killed_at(world, plan, number)
        if in_flight:
            with pytest.raises(Refused) as refused:
                world.apply(plan)
            assert [d.code for d in refused.value.diagnostics] == ["TO524"]
            assert refused.value.exit_code == 3
        else:
            assert world.apply(plan).exit_code == 0
        resumed(world, plan, uninterrupted)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(200))
def test_killed_at_a_random_instant(tmp_path, kind, uninterrupted, seed):
    world, plan = made(tmp_path, kind)
    pid = forked(lambda: world.apply(plan))
    time.sleep(random.Random(seed).randrange(60_000) / 1_000_000)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    resumed(world, plan, uninterrupted)


entries = st.sampled_from([f"e{n}" for n in range(6)])
names = st.sampled_from(["a1", "a2", "b1", "c1"])
allotted = st.dictionaries(entries, names)


def documents(allotment):
    """Entry → document, turned round: every document name with its entries."""
    return {
        name: {e: 60 for e, n in sorted(allotment.items()) if n == name}
        for name in ("a1", "a2", "b1", "c1")
    }


@given(before=allotted, after=allotted, deaths=st.lists(st.integers(1, 25), max_size=3))
def test_nothing_is_booked_twice_whenever_apply_dies(tmp_path_factory, before, after, deaths):
    world = World(tmp_path_factory.mktemp("world"))
    world.apply(world.plan(documents(before)))
    plan = world.plan(documents(after), sets=dict.fromkeys(documents(after), "all"))
    for step in deaths:
        die_at(world, step)
        with suppress(Died):
            world.apply(plan, resume=True)
        assert booked_once(world)
    world.checkpoint = lambda _: None

    assert world.apply(plan, resume=True).exit_code == 0
    wanted = {key(name): sum(e.values()) for name, e in documents(after).items() if e}
    assert {k: d.seconds for k, d in world.held().items()} == wanted
    assert {k: d.seconds for k, (_, d) in world.written().items() if d} == wanted


def die_at(world, step):
    seen = iter(range(1, step + 1))

    def checkpoint(_name):
        if next(seen, None) == step:
            raise Died

    world.checkpoint = checkpoint
