"""How many calls a vendor allows, as data; and the meter that keeps to it, across processes.

Every call is counted in a small SQLite file of the state before it leaves. So a second process, or
tomorrow's, knows what was spent, and a day's allowance isn't passed by starting anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore

from tieout.connectors.wire.failures import Exhausted

_MILLISECONDS = 1000
_MINUTE = 60
_DAY = 86_400

#: Seconds beyond which nobody should wait at a terminal for a call: the budget is told as spent.
PATIENCE = 120


@dataclass(frozen=True, kw_only=True)
class Budget:
    """What one tier of a vendor allows; None is no limit. Counts of calls; ``at_once`` how many may
    be under way at the same time."""

    second: int | None = None
    minute: int | None = None
    day: int | None = None
    at_once: int = 1

    def windows(self) -> tuple[tuple[int, int], ...]:
        """(calls, seconds), the shortest first."""
        limits = ((self.second, 1), (self.minute, _MINUTE), (self.day, _DAY))
        return tuple((calls, seconds) for calls, seconds in limits if calls is not None)


class Meter:
    """Counts calls in ``file`` and holds those back for which there is no room yet."""

    def __init__(self, budget: Budget, file: Path, patience: int = PATIENCE) -> None:
        from pyrate_limiter import Limiter, Rate, SQLiteBucket

        rates = [
            Rate(calls, seconds * _MILLISECONDS) for calls, seconds in budget.windows()
        ] or [Rate(_UNLIMITED, _MILLISECONDS)]
        file.parent.mkdir(parents=True, exist_ok=True)
        self._budget = budget
        self._bucket = SQLiteBucket.init_from_file(rates, db_path=str(file), table="calls")
        self._limiter = Limiter(self._bucket)
        self._patience = patience
        self._at_once = BoundedSemaphore(budget.at_once)
        self.calls = 0

    @contextmanager
    def call(self) -> Iterator[None]:
        """Room for one call, which counts whatever comes of it.

        Raises ``Exhausted`` when there will be none within the patience.
        """
        with self._at_once:
            if not self._limiter.try_acquire("call", timeout=self._patience):
                raise Exhausted(f"no call is left: {self._told()}")
            self.calls += 1
            yield

    def _told(self) -> str:
        names = {1: "a second", _MINUTE: "a minute", _DAY: "a day"}
        return ", ".join(f"{calls} {names[seconds]}" for calls, seconds in self._budget.windows())

    def close(self) -> None:
        """Lets go of the file; counts stay."""
        self._limiter.close()


_UNLIMITED = 1_000_000
