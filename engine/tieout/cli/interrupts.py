"""Ctrl-C and SIGTERM: one clear line and 128 + the signal's number, whenever they come.

Watched from before the first import that takes time until the process is gone. While an apply
writes, `applying.interrupt` takes the signals over, to finish the batch in flight.
"""

import contextlib
import signal
import sys
from types import FrameType
from typing import Final

_WORDS: Final = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}
_SHELL: Final = 128
"""A shell says that a signal ended a command by 128 + its number."""
_AGAIN_SECONDS: Final = 0.01

_received: signal.Signals | None = None


def watch() -> None:
    """From now on a signal raises ``KeyboardInterrupt`` in the main thread, and is remembered: what
    passes through a library in C may come out as another error (DuckDB: ``Query interrupted``)."""
    for number in _WORDS:
        signal.signal(number, _raise)
    signal.signal(signal.SIGALRM, _raise_again)
    sys.unraisablehook = _not_raised


def received() -> bool:
    """Whether a signal that asks us to end has come."""
    return _received is not None


def ignore() -> None:
    """Nothing more is to be ended: what is left is the interpreter's own tidying up."""
    signal.setitimer(signal.ITIMER_REAL, 0)
    for number in _WORDS:
        signal.signal(number, signal.SIG_IGN)


def tell() -> int:
    """Say on stderr that we were asked to end. Returns the exit code to end with."""
    number = _received or signal.SIGINT
    if received():
        ignore()
    with contextlib.suppress(AttributeError, OSError, ValueError):  # no stderr, a closed one
        after = "\n" if sys.stderr.isatty() else ""  # a terminal shows ^C first
        sys.stderr.write(f"{after}tieout: {_WORDS[number]}\n")
        sys.stderr.flush()
    return _SHELL + number


def _raise(number: int, _frame: FrameType | None) -> None:
    global _received
    _received = signal.Signals(number)
    raise KeyboardInterrupt


def _raise_again(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _not_raised(lost: "sys.UnraisableHookArgs") -> None:
    """A signal came where nothing can be raised (a finaliser, a callback of the import machinery):
    Python would print a traceback and go on. Once more, then, a moment later."""
    if received() and lost.exc_type is KeyboardInterrupt:
        signal.setitimer(signal.ITIMER_REAL, _AGAIN_SECONDS)
    else:
        sys.__unraisablehook__(lost)
