"""Ctrl-C and SIGTERM: finish the batch in flight, then end in good order."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def asked_to_stop(tell: Callable[[str], None]) -> Iterator[Callable[[], bool]]:
    """Yields a function that says whether the first signal came. A second Ctrl-C ends at once; what
    was in flight then is settled by ``--resume``. Main thread only (a rule of Python's signals)."""
    asked = False

    def handle(_signal: int, _frame: FrameType | None) -> None:
        nonlocal asked
        asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
        tell("stopping after the batch in flight; Ctrl-C again ends at once")

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
