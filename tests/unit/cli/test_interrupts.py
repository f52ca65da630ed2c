"""Ctrl-C and SIGTERM, whenever they come: 130 or 143, and one clear line."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

COMPANY = Path(__file__).resolve().parents[2] / "conformance/invalid/_base"

#: Runs a verb and sends its own process a signal as a module is first imported: straight on, in a
#: way that the library makes another error of, in a finaliser, or when all is over.
STRUCK = """
import atexit, os, sys
how, moment, number, *sys.argv[1:] = sys.argv[1:]

def strike():
    os.kill(os.getpid(), int(number))

class Gone:
    def __del__(self):
        strike()

def hook(event, args):
    global how
    if event == "import" and args[0] == moment and how:
        way, how = how, ""
        if way == "end":
            atexit.register(strike)
        elif way == "lost":
            Gone()
        elif way == "turned":
            try:
                strike()
                for _ in range(1_000): pass
            except KeyboardInterrupt:
                raise RuntimeError("Query interrupted") from None
        else:
            strike()

sys.addaudithook(hook)
from tieout.__main__ import main
sys.exit(main())
"""


def struck(way, moment, number, *verb):
    args = [sys.executable, "-c", STRUCK, way, moment, str(int(number)), "--root", COMPANY, *verb]
    return subprocess.run(list(map(str, args)), capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("way", "moment"),
    [
        ("straight", "typer"),  # before a verb is known
        ("straight", "tieout.config.load"),  # as the verb imports what it needs
        ("turned", "tieout.config.load"),  # as DuckDB does while it computes
        ("lost", "tieout.config.load"),  # where Python can't raise
    ],
)
@pytest.mark.parametrize(
    ("number", "code", "word"),
    [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")],
)
def test_a_signal_ends_the_run_with_one_line(way, moment, number, code, word):
    ran = struck(way, moment, number, "validate")
    assert (ran.returncode, ran.stderr) == (code, f"tieout: {word}\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_when_all_is_done_changes_nothing(number):
    ran = struck("end", "tieout.reporting.codes", number, "explain", "TO201")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("TO201 · Project not mapped")
