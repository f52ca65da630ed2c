"""What the demo tells and does: scenes of real commands, in the order a newcomer meets them."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

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
    """A verb, run as if typed."""

    line: str

    @property
    def shown(self) -> str:
        return f"tieout {self.line}"

    def run(self) -> int:
        from tieout.cli.app import main

        return main(shlex.split(self.line))


@dataclass(frozen=True)
class Git:
    """A git command, quiet unless git itself says something."""

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

# The sample's time ends on this day; naming it makes every run of the demo the same.
PLAN: Final = "plan --as-of-date 2026-11-22"

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
        (Tieout(f"{PLAN} -o plan.tieout"),),
    ),
    Scene(
        "Whoever agrees applies it: exactly that plan, once.",
        (Tieout("apply plan.tieout"),),
    ),
    Scene(
        "Do time, documents and books agree? A leg without data is not claimed to.",
        (Tieout("reconcile"),),
    ),
    Scene(
        "And a second plan has nothing left to do.",
        (Tieout(PLAN),),
    ),
    Scene(
        "Nobody knew what 'Skunkworks' was: its hours were paid, their cost stood on the suspense\n"
        "account, nothing was billed. Kim finds out, and writes it down.",
        (
            Append("mappings/projects.yaml", SKUNKWORKS),
            Git('commit -qam "Map Skunkworks to Tidewater"'),
            Tieout(f"{PLAN} -o skunkworks.tieout"),
            Tieout("apply skunkworks.tieout"),
        ),
    ),
    Scene(
        "Tidewater never ordered it. Reverting the commit gives back the books of before.",
        (
            Git("revert --no-edit HEAD"),
            Tieout(f"{PLAN} -o revert.tieout"),
            Tieout("apply revert.tieout"),
            Tieout(PLAN),
        ),
    ),
    Scene(
        "What all this came to, for people who weren't here.",
        (Tieout("report"),),
    ),
)
