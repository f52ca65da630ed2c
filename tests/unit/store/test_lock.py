"""One apply at a time, and a lock that always says whose it is."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from filebooks import NOON, ticking

from tieout.domain.diagnostic import Refused
from tieout.store import lock


def held(state, tell=lambda _text: None, clock=lambda: NOON, heartbeat=20):
    return lock.hold(
        state, who="kim", command="apply p", clock=clock, tell=tell, heartbeat=heartbeat
    )


def refused(run):
    with pytest.raises(Refused) as caught:
        run()
    assert caught.value.exit_code == 3
    (diagnostic,) = caught.value.diagnostics
    return diagnostic


def take(state):
    with held(state):
        pass


def rewrite(state, **fields):
    """The lock as another process would have left it."""
    place = lock.path(state)
    place.write_text(json.dumps({**json.loads(place.read_text()), **fields}))


@contextmanager
def claimed(state, id_):
    """Somebody is about to break the lock."""
    with (state / f"lock.{id_}.broken").open("w") as claim:
        fcntl.flock(claim, fcntl.LOCK_EX)
        yield


@pytest.fixture
def ended():
    """The number of a process that has provably ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def leave(state, **fields):
    """A lock that somebody left behind."""
    with held(state):
        kept = lock.path(state).read_text()
    lock.path(state).write_text(kept)
    rewrite(state, **fields)


def test_it_says_who_since_when_and_what_for(tmp_path):
    with held(tmp_path):
        found = lock.holder(tmp_path)
        assert (found.who, found.command, found.pid) == ("kim", "apply p", os.getpid())
        assert found.since == found.heartbeat == "2026-11-23T12:00:00.000000Z"
        told = refused(lambda: take(tmp_path))
    assert told.code == "TO510"
    assert "kim (process" in told.message
    assert told.next == f"tieout state unlock {found.id}"
    assert lock.holder(tmp_path) is None
    assert sorted(tmp_path.iterdir()) == []


def test_it_is_given_up_when_the_work_fails(tmp_path):
    with pytest.raises(KeyboardInterrupt), held(tmp_path):
        raise KeyboardInterrupt
    assert lock.holder(tmp_path) is None


def test_the_heartbeat_goes_on_while_it_is_held(tmp_path):
    with held(tmp_path, clock=ticking(), heartbeat=0) as ours:
        deadline = time.monotonic() + 10
        while lock.holder(tmp_path).heartbeat <= ours.holder.since:
            assert time.monotonic() < deadline
    with held(tmp_path) as ours:
        ours.beat(NOON + timedelta(hours=1))
        assert lock.holder(tmp_path).heartbeat == "2026-11-23T13:00:00.000000Z"
        ours.beat(NOON - timedelta(hours=1))
        assert ours.held


def test_the_lock_of_a_dead_process_is_taken_over_and_told(tmp_path, ended):
    leave(tmp_path, pid=ended)
    assert lock.holder(tmp_path).gone
    told = []
    with held(tmp_path, told.append) as ours:
        assert lock.holder(tmp_path).id == ours.holder.id
    assert "that process has ended" in told[0]


@pytest.mark.parametrize("elsewhere", [{"host": "other"}, {"boot": "before"}, {"boot": ""}])
def test_a_process_that_may_live_elsewhere_is_not_pushed_aside(tmp_path, ended, elsewhere):
    leave(tmp_path, pid=ended, **elsewhere)
    assert refused(lambda: take(tmp_path)).code == "TO510"


def test_only_one_may_take_over(tmp_path, ended):
    leave(tmp_path, pid=ended)
    with claimed(tmp_path, lock.holder(tmp_path).id):
        assert refused(lambda: take(tmp_path)).code == "TO510"
    take(tmp_path)
    assert sorted(tmp_path.iterdir()) == []


def test_whoever_looked_at_an_older_lock_leaves_the_new_one_alone(tmp_path, ended, monkeypatch):
    leave(tmp_path, pid=ended)
    old = lock.holder(tmp_path)
    leave(tmp_path, id="newer", pid=1)
    seen = iter([old])
    real = lock.holder
    monkeypatch.setattr(lock, "holder", lambda state: next(seen, None) or real(state))
    assert refused(lambda: take(tmp_path)).code == "TO510"
    assert real(tmp_path).id == "newer"


def test_a_lock_given_up_between_try_and_look_is_told(tmp_path, monkeypatch):
    with held(tmp_path):
        monkeypatch.setattr(lock, "holder", lambda _state: None)
        assert "a moment ago" in refused(lambda: take(tmp_path)).message


def test_unlocking_needs_the_very_id(tmp_path, ended):
    assert refused(lambda: lock.unlock(tmp_path, "x")).message.endswith("the state isn't locked")
    leave(tmp_path, pid=ended, id="abc")
    assert "it is abc, held by kim" in refused(lambda: lock.unlock(tmp_path, "x")).message
    assert lock.unlock(tmp_path, "abc").pid == ended
    assert lock.holder(tmp_path) is None


def test_a_running_process_is_only_unlocked_by_force(tmp_path):
    with held(tmp_path) as ours:
        told = refused(lambda: lock.unlock(tmp_path, ours.holder.id))
        assert (told.code, told.next.endswith("--force")) == ("TO513", True)
        lock.unlock(tmp_path, ours.holder.id, force=True)
        assert not ours.held
        leave(tmp_path, id="next")
    assert lock.holder(tmp_path).id == "next", "a broken lock's holder leaves the next one alone"


def test_unlocking_loses_to_whoever_was_first(tmp_path, ended):
    leave(tmp_path, pid=ended, id="abc")
    with claimed(tmp_path, "abc"):
        assert refused(lambda: lock.unlock(tmp_path, "abc")).code == "TO511"


def test_a_kill_in_the_midst_of_breaking_a_lock_hinders_nobody(tmp_path, ended):
    leave(tmp_path, pid=ended, id="abc")
    (tmp_path / "lock.abc.broken").touch()
    assert lock.unlock(tmp_path, "abc").pid == ended
    assert sorted(tmp_path.iterdir()) == []


def draft(state, name, *, age=timedelta(0), **fields):
    """The draft of a process that was killed before it took the lock."""
    with held(state):
        content = {**json.loads(lock.path(state).read_text()), **fields}
    place = state / f"lock.{name}"
    place.write_text(json.dumps(content) if fields else "")
    made = int((NOON - age).timestamp())
    os.utime(place, (made, made))
    return place


def test_drafts_and_claims_that_a_kill_left_are_taken_away(tmp_path, ended):
    dead = draft(tmp_path, "1", pid=ended)
    unwritten = draft(tmp_path, "2", age=timedelta(hours=2))
    elsewhere = draft(tmp_path, "3", age=timedelta(hours=2), host="other")
    claim = tmp_path / "lock.gone.broken"
    claim.touch()
    with held(tmp_path):
        assert [p.name for p in tmp_path.iterdir()] == ["lock"]
    assert not any(p.exists() for p in (dead, unwritten, elsewhere, claim))


def test_drafts_of_whoever_may_be_about_to_lock_stay(tmp_path, ended):
    mine = draft(tmp_path, "1", pid=os.getpid())
    unwritten = draft(tmp_path, "2")
    elsewhere = draft(tmp_path, "3", pid=ended, host="other")
    with held(tmp_path) as ours:
        forced = tmp_path / f"lock.{ours.holder.id}.broken"
        forced.touch()
        assert all(p.exists() for p in (mine, unwritten, elsewhere, forced))


def test_a_lock_killed_before_its_link_is_tidied_by_the_next(tmp_path):
    pid = os.fork()
    if pid == 0:
        lock.os.link = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        with held(tmp_path):
            os._exit(0)
    os.waitpid(pid, 0)
    assert [p.name.startswith("lock.") for p in tmp_path.iterdir()] == [True]
    take(tmp_path)
    assert sorted(tmp_path.iterdir()) == []


def test_what_cannot_be_tidied_hinders_nobody(tmp_path):
    (tmp_path / "lock.folder").mkdir()
    os.utime(tmp_path / "lock.folder", (0, 0))
    take(tmp_path)


@pytest.mark.parametrize("content", ["", "{}", "[]", "nonsense", '{"id": 1, "more": 2}'])
def test_a_file_that_is_no_lock_is_told(tmp_path, content):
    lock.path(tmp_path).write_text(content)
    assert refused(lambda: take(tmp_path)).code == "TO512"


def test_a_folder_that_cannot_be_written_is_told(tmp_path, monkeypatch):
    def read_only(*_args):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(lock.os, "link", read_only)
    with pytest.raises(Refused) as caught:
        take(tmp_path)
    assert [d.code for d in caught.value.diagnostics] == ["TO503"]
    assert list(tmp_path.iterdir()) == []


def test_where_the_system_cannot_be_known_nothing_is_proved(tmp_path, monkeypatch, ended):
    leave(tmp_path, pid=ended)
    monkeypatch.setattr(lock, "_BOOT_ID", tmp_path / "none")
    assert not lock.holder(tmp_path).gone
    with pytest.raises(Refused):
        take(tmp_path)


def test_a_process_that_is_not_ours_to_signal_still_runs(tmp_path, monkeypatch):
    def forbidden(_pid, _signal):
        raise PermissionError

    leave(tmp_path)
    monkeypatch.setattr(lock.os, "kill", forbidden)
    assert lock.holder(tmp_path).running


def test_of_many_that_try_at_once_one_wins(tmp_path):
    go, done = tmp_path / "go", []
    for _ in range(4):
        pid = os.fork()
        if pid == 0:
            code = 1
            while not go.exists():
                pass
            try:
                with held(tmp_path / "state"):
                    code = 0
                    signal.pause()
            finally:
                os._exit(code)
        done.append(pid)
    go.touch()
    deadline = time.monotonic() + 20
    losers = []
    while len(losers) < 3:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid:
            losers.append(os.waitstatus_to_exitcode(status))
        assert time.monotonic() < deadline
    winner = lock.holder(tmp_path / "state").pid
    os.kill(winner, signal.SIGKILL)
    os.waitpid(winner, 0)
    assert losers == [1, 1, 1]
