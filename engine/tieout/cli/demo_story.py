"""What the demo tells and does: scenes of real commands, in the order a newcomer meets them."""

from __future__ import annotations

import contextlib
import io
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol, TextIO

from tieout.cli import console
from tieout.cli.exits import ExitCode


class Act(Protocol):
    """Something that is shown as one command and done in the current folder."""

    @property
    def shown(self) -> str: ...

    def run(self) -> int:
        """Do it and return the exit code."""
        ...


@dataclass(frozen=True)
class Tieout:
    """A verb, run as if typed. ``lines``: of what it prints, so many are shown (None: all)."""

    line: str
    lines: int | None = None

    @property
    def shown(self) -> str:
        return f"tieout {self.line}"

    def run(self) -> int:
        from tieout.cli.app import main

        if self.lines is None:
            return main(shlex.split(self.line))
        headline = Headline(sys.stdout, self.lines)
        with contextlib.redirect_stdout(headline):
            code = main(shlex.split(self.line))
        if headline.kept_back:
            console.out(console.style(f"  … and {headline.kept_back} lines more", "dim"))
        return code


class Headline(io.TextIOBase):
    """Passes the first lines on to ``stream`` and counts those that it keeps back."""

    def __init__(self, stream: TextIO, lines: int) -> None:
        self._stream = stream
        self._left = lines
        self.kept_back = 0

    def write(self, text: str) -> int:
        for part in text.splitlines(keepends=True):
            if self._left > 0:
                self._stream.write(part)
                self._left -= part.endswith("\n")
            else:
                self.kept_back += part.endswith("\n")
        return len(text)

    def flush(self) -> None:
        self._stream.flush()

    def isatty(self) -> bool:
        """Colour as on the stream itself."""
        return self._stream.isatty()


@dataclass(frozen=True)
class Git:
    """A git command."""

    line: str

    @property
    def shown(self) -> str:
        return f"git {self.line}"

    def run(self) -> int:
        import git

        with git.Repo(Path.cwd()) as repo:
            console.out(str(repo.git.execute(["git", *shlex.split(self.line)])))
        return ExitCode.DONE


@dataclass(frozen=True)
class Append:
    """Lines that a person adds at the end of a file."""

    path: str
    text: str

    @property
    def shown(self) -> str:
        return f"cat >> {self.path}"

    def run(self) -> int:
        with Path(self.path).open("a", encoding="utf-8") as file:
            file.write(self.text)
        console.out(self.text.strip("\n"))
        return ExitCode.DONE


@dataclass(frozen=True)
class Scene:
    """A few sentences, and the acts that show them."""

    say: str
    acts: tuple[Act, ...]


SKUNKWORKS: Final = """
  # Until somebody asked: it's Tidewater's symptom checker, agreed by phone.
  - id: tidewater-lab
    name: Symptom checker
    customer: tidewater
    class: Product
    timesheets: {project: Skunkworks}
    books: {job: "Tidewater Health:Symptom checker"}
    billing: {method: hourly, rate: 145.00}
"""

#: The sample's time ends on this day. Naming it makes the demo the same whatever day it is today.
DAY: Final = "--as-of-date 2026-11-22"

#: As many lines of a plan as tell what it comes to, and as many as show its first details.
HEADLINE: Final = 14
FIRST_DETAILS: Final = 60

STORY: Final[tuple[Scene, ...]] = (
    Scene(
        "A company's repository is its plan: who maps to whom (mappings/), by which rules\n"
        "(rules/), from where to where (tieout.yaml). First: does it hold together?",
        (Tieout("validate"),),
    ),
    Scene(
        "Pulling takes snapshots: of the tracker's exports, with all that goes wrong in life,\n"
        "of the contractors' sheets, of the pay rates, and of the books, which are still empty.",
        (Tieout("pull"),),
    ),
    Scene(
        "The plan is what the books should hold less what they do hold. Every second is accounted\n"
        "for: booked, rounded, held with a reason, or left out with a reason. Nothing is written.",
        (Tieout(f"plan {DAY} -o plan.tieout"),),
    ),
    Scene(
        "Every reason has a code, and every code is spelt out.",
        (Tieout("explain TO201"),),
    ),
    Scene(
        "Whoever agrees applies the plan: exactly that one, once. A second time does nothing.",
        (Tieout("apply plan.tieout"), Tieout("apply plan.tieout")),
    ),
    Scene(
        "Do time, documents and books agree? What there is no data for is not claimed.",
        (Tieout(f"reconcile {DAY}"),),
    ),
    Scene(
        "And a new plan has nothing to do.",
        (Tieout(f"plan {DAY}", HEADLINE),),
    ),
    Scene(
        "Nobody knew what 'Skunkworks' was: its hours were paid, their cost stood on the suspense\n"
        "account, nothing was billed. Kim finds out, and writes it down. The plan says what that\n"
        "one row does to documents, hours and money, and where the row stands.",
        (
            Append("mappings/projects.yaml", SKUNKWORKS),
            Git('commit -am "Map Skunkworks to Tidewater"'),
            Tieout(f"plan {DAY} -o skunkworks.tieout", FIRST_DETAILS),
            Tieout("apply skunkworks.tieout"),
        ),
    ),
    Scene(
        "Tidewater never ordered it. Reverting the commit gives back the books of before, and the\n"
        "empty plan of before: the same inputs make the same plan, to its id.",
        (
            Git("revert --no-edit HEAD"),
            Tieout(f"plan {DAY} -o revert.tieout", HEADLINE),
            Tieout("apply revert.tieout"),
            Tieout(f"plan {DAY}", HEADLINE),
        ),
    ),
    Scene(
        "The first plan is history now; it can still be read, and can no longer be applied.",
        (Tieout("show plan.tieout", HEADLINE),),
    ),
    Scene(
        "What all this came to, for people who weren't here.",
        (Tieout(f"report {DAY} -o report.md"),),
    ),
)
