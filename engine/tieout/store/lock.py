"""One apply at a time: a lock that says who holds it, and that outlives nobody unnoticed.

The file is made whole and at once (``link`` fails when the name is taken). Its modification time is
the heartbeat: set through the holder's own open file, so that a holder whose lock was broken can't
touch, and doesn't mistake for its own, the lock of the next one.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tieout.domain.diagnostic import Diagnostic, Refused
from tieout.store import database
from tieout.store.record import stamp

HEARTBEAT_SECONDS = 20
_DRAFT_SECONDS = 3_600  # more than any clocks of two machines should differ
_CLAIM = ".broken"
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")  # proc(5); absent outside Linux
_PID_NAMESPACE = Path("/proc/self/ns/pid")  # two containers of one host may both have a pid 7
_NANOSECONDS = 1_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who holds a lock. ``since`` and ``heartbeat`` are UTC stamps; ``boot`` names the running
    system (boot and process namespace) that ``pid`` belongs to, empty where it can't be known."""

    id: str
    who: str
    host: str
    boot: str
    pid: int
    command: str
    since: str
    heartbeat: str = ""

    @property
    def gone(self) -> bool:
        """Whether its process has provably ended: it ran on this very system and is no more."""
        return bool(self.boot) and (self.host, self.boot) == _here() and not _runs(self.pid)

    @property
    def running(self) -> bool:
        """Whether a process of its number runs on this very system."""
        return (self.host, self.boot) == _here() and _runs(self.pid)


class Lock:
    """A lock that we hold."""

    def __init__(self, path: Path, holder: Holder, descriptor: int) -> None:
        self.path = path
        self.holder = holder
        self._descriptor = descriptor

    @property
    def held(self) -> bool:
        """False as soon as somebody broke it: then nothing more may be written."""
        return os.fstat(self._descriptor).st_nlink > 0

    def beat(self, now: datetime) -> None:
        """Tell that we are alive."""
        moment = (now - _EPOCH) // timedelta(seconds=1) * _NANOSECONDS
        os.utime(self._descriptor, ns=(moment, moment))

    def release(self) -> None:
        """Give it up; nothing happens to a lock that is somebody else's by now."""
        if self.held:
            self.path.unlink(missing_ok=True)
        os.close(self._descriptor)


def path(state: Path) -> Path:
    """Where the lock of a state folder lies."""
    return state / "lock"


@contextmanager
def hold(
    state: Path,
    *,
    who: str,
    command: str,
    clock: Callable[[], datetime],
    tell: Callable[[str], None],
    heartbeat: int = HEARTBEAT_SECONDS,
) -> Iterator[Lock]:
    """Hold the state's lock; refresh its heartbeat (seconds) meanwhile; give it up at the end.

    ``tell`` hears when the lock of a dead process was taken over. Raises ``Refused`` (exit 3) with
    TO510 when somebody else holds it, TO503 when the folder can't be written.
    """
    lock = _acquire(state, who, command, clock(), tell)
    ended = threading.Event()
    pulse = threading.Thread(target=_pulse, args=(lock, clock, ended, heartbeat), daemon=True)
    pulse.start()
    try:
        yield lock
    finally:
        ended.set()
        pulse.join()
        lock.release()


def holder(state: Path) -> Holder | None:
    """Who holds the state's lock, None when nobody does. Raises ``Refused`` (TO512) when the lock
    file holds something else."""
    place = path(state)
    try:
        with place.open(encoding="utf-8") as file:
            beat = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime_ns // _NANOSECONDS, UTC)
            return Holder(**{**json.load(file), "heartbeat": stamp(beat)})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise Refused(
            [
                Diagnostic(
                    code="TO512",
                    message=f"{place} is no lock of tieout's",
                    hint="if no apply is running, delete that file",
                    next="tieout state show",
                )
            ],
            exit_code=3,
        ) from error


def unlock(state: Path, id_: str, *, force: bool = False) -> Holder:
    """Break the lock with this id. Returns who held it. Raises ``Refused`` (exit 3): TO511 when no
    such lock is held, TO513 while its process runs here (unless ``force``)."""
    found = holder(state)
    if found is None or found.id != id_:
        raise Refused([_no_such_lock(id_, found)], exit_code=3)
    if found.running and not force:
        raise Refused([_running(found)], exit_code=3)
    with database.told(state):
        if not _remove(state, found):
            raise Refused([_no_such_lock(id_, holder(state))], exit_code=3)
    return found


def _acquire(
    state: Path, who: str, command: str, now: datetime, tell: Callable[[str], None]
) -> Lock:
    host, boot = _here()
    ours = Holder(
        id=uuid.uuid4().hex[:8],
        who=who,
        host=host,
        boot=boot,
        pid=os.getpid(),
        command=command,
        since=stamp(now),
    )
    with database.told(state):
        state.mkdir(parents=True, exist_ok=True)
        lock = _create(state, ours, now)
        if lock is None:
            other = holder(state)
            if other is not None and other.gone and _remove(state, other):
                tell(f"took over the lock {other.id} of {_told(other)}: that process has ended")
            lock = _create(state, ours, now)
    if lock is None:
        raise Refused([_held(holder(state))], exit_code=3)
    _tidy(state, ours, now)
    return lock


def _create(state: Path, ours: Holder, now: datetime) -> Lock | None:
    """The lock, or None when the name is taken."""
    draft = state / f"lock.{ours.id}"
    content = {name: value for name, value in asdict(ours).items() if name != "heartbeat"}
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
    lock = Lock(path(state), ours, descriptor)
    try:
        os.write(descriptor, json.dumps(content, indent=1).encode())
        lock.beat(now)
        os.fsync(descriptor)
        os.link(draft, lock.path)
    except OSError as error:
        os.close(descriptor)
        if isinstance(error, FileExistsError):
            return None
        raise
    finally:
        draft.unlink(missing_ok=True)
    return lock


def _remove(state: Path, other: Holder) -> bool:
    """Remove the lock of ``other`` if it still is that one. Who may, is settled by a file that only
    one process can lock: between its look and its ``unlink`` nobody else removes the lock. A claim
    ends with its process, so that a kill in between hinders nobody."""
    claim = state / f"lock.{other.id}{_CLAIM}"
    descriptor = os.open(claim, os.O_CREAT | os.O_WRONLY, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        now = holder(state)
        if now is None or now.id != other.id:
            return False
        path(state).unlink()
        claim.unlink(missing_ok=True)
        return True
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)


def _tidy(state: Path, ours: Holder, now: datetime) -> None:
    """Take away what a kill in the midst of locking left: drafts of processes that have ended, or
    that are an hour old (a draft lives for milliseconds), and claims on locks that are gone. Nobody
    needs them gone, so that an error here is no error."""
    for leftover in state.glob("lock.*"):
        with suppress(OSError):
            if leftover.name.endswith(_CLAIM):
                dead = leftover.name != f"lock.{ours.id}{_CLAIM}"
            else:
                age = (now - _EPOCH) // timedelta(seconds=1) - int(leftover.stat().st_mtime)
                dead = age >= _DRAFT_SECONDS or _draft_of_the_dead(leftover)
            if dead:
                leftover.unlink()


def _draft_of_the_dead(draft: Path) -> bool:
    try:
        return Holder(**json.loads(draft.read_bytes())).gone
    except (ValueError, TypeError):  # killed before it was written whole: its age will tell
        return False


def _pulse(lock: Lock, clock: Callable[[], datetime], ended: threading.Event, seconds: int) -> None:
    while not ended.wait(seconds):
        with suppress(OSError):  # a full disk must not end the heartbeat's thread with a traceback
            lock.beat(clock())


def _here() -> tuple[str, str]:
    """This host, and this very system: boot and process namespace."""
    try:
        boot = f"{_BOOT_ID.read_text().strip()} {_PID_NAMESPACE.readlink()}"
    except OSError:
        boot = ""
    return socket.gethostname(), boot


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _told(other: Holder) -> str:
    process = f"process {other.pid} on {other.host}: {other.command}"
    return f"{other.who} ({process}, since {other.since})"


def _held(other: Holder | None) -> Diagnostic:
    if other is None:  # given up between our try and our look
        return Diagnostic(
            code="TO510",
            message="another apply held the lock a moment ago",
            hint="it has just ended: see what it did, then try again",
            next="tieout log",
        )
    return Diagnostic(
        code="TO510",
        message=f"the state is locked by {_told(other)}; last sign of life {other.heartbeat}",
        hint="wait for it; only if that process is dead for certain, break its lock",
        next=f"tieout state unlock {other.id}",
    )


def _no_such_lock(id_: str, found: Holder | None) -> Diagnostic:
    what = f"it is {found.id}, held by {_told(found)}" if found else "the state isn't locked"
    return Diagnostic(
        code="TO511",
        message=f"there is no lock {id_}: {what}",
        hint="see who holds what before breaking it",
        next="tieout state show",
    )


def _running(found: Holder) -> Diagnostic:
    return Diagnostic(
        code="TO513",
        message=f"the lock {found.id} is held by a process that runs: {_told(found)}",
        hint=f"end that process first (kill {found.pid}), or force it if its number was given anew",
        next=f"tieout state unlock {found.id} --force",
    )
