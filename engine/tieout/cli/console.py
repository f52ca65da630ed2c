"""Where text goes: machine output alone on stdout, everything for people on stderr.

No rich here: a table of colours and one rewritten line are all that is needed, and importing
rich costs more than the rest of `tieout --help`.
"""

import contextlib
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from typing import Final, TextIO

_SGR: Final = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "blue": 34, "cyan": 36}
_ERASE_LINE: Final = "\r\x1b[2K"


def out(text: str = "") -> None:
    """Print what the command was asked for."""
    print(text)


def err(text: str = "") -> None:
    """Print what accompanies it: progress, prompts, warnings, refusals.

    Nothing that is said here may stop an apply half-way, so a closed stderr is no error.
    """
    with contextlib.suppress(OSError):
        print(text, file=sys.stderr)


def interactive(stream: TextIO | None = None) -> bool:
    """Whether a person is at the other end (of stdout, unless told). Without one, never prompt."""
    stream = sys.stdout if stream is None else stream
    return stream is not None and not stream.closed and stream.isatty()


def coloured(stream: TextIO | None = None) -> bool:
    """Colour only on a terminal that can, and never against https://no-color.org."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return interactive(stream)


def style(text: str, *names: str, stream: TextIO | None = None) -> str:
    """`text` in colour where `stream` shows colour, else unchanged: `style("!", "bold", "red")`."""
    if not names or not coloured(stream):
        return text
    return f"\x1b[{';'.join(str(_SGR[name]) for name in names)}m{text}\x1b[0m"


@contextlib.contextmanager
def steps() -> Iterator[Callable[[str], None]]:
    """Show the step under way on one line of the terminal; elsewhere say nothing.

    `with steps() as step: step("reading toggl"); …`. The line is gone afterwards. Progress is
    only ever a courtesy: a terminal that went away must not stop an apply half-way.
    """
    if not interactive(sys.stderr) or os.environ.get("TERM") == "dumb":
        yield lambda _text: None
        return
    started = time.monotonic()

    def step(text: str) -> None:
        line = f"{text} … {time.monotonic() - started:.0f} s"
        width = shutil.get_terminal_size().columns - 1
        with contextlib.suppress(OSError):
            print(_ERASE_LINE + line[:width], end="", file=sys.stderr, flush=True)

    try:
        yield step
    finally:
        with contextlib.suppress(OSError):
            print(_ERASE_LINE, end="", file=sys.stderr, flush=True)


def tolerant() -> None:
    """Let `→` and `✓` come out escaped where the terminal's encoding lacks them, not as errors."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def lost(error: Exception | None = None) -> OSError | None:
    """Flush both streams; if one can't be written, say why and send what is left of it nowhere.

    Without the latter the interpreter fails once more at its end, with a traceback. `error` is what
    ended the run: an unbuffered stream fails at once and has nothing left to flush.
    """
    reason: OSError | None = None
    for stream in (sys.stdout, sys.stderr):
        if stream is None:
            continue
        try:
            stream.flush()
            if isinstance(error, BrokenPipeError) and _hung_up(stream):
                raise error
        except OSError as failure:
            reason = reason or failure
            with contextlib.suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return reason


def _hung_up(stream: TextIO) -> bool:
    """Whether the other end of a pipe is gone."""
    import select

    try:
        poll = select.poll()
        poll.register(stream.fileno(), 0)
        return any(event & select.POLLERR for _, event in poll.poll(0))
    except (AttributeError, OSError):  # no poll on this system, or no file behind the stream
        return False
