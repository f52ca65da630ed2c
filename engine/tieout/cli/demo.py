"""`tieout demo [DIR]`: the whole route on a sample company of one's own, told as it goes."""

import contextlib
import shutil
import sys
import tempfile
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from tieout.cli import console
from tieout.cli.demo_story import STORY, Scene
from tieout.cli.exits import ExitCode
from tieout.config import resources
from tieout.domain.diagnostic import Diagnostic, Refused

LEFT_OUT = "law"
"""Of the sample's rules: a company that has no law pack of its own follows the built-in ones."""

IGNORED = """\
# what tieout writes: its state, saved plans, and here also books and reports
.tieout/
*.tieout
books/
report.md
"""

OWN_SETTINGS = {
    ("user", "name"): "Kim Sato",
    ("user", "email"): "kim@northwind.example",
    ("commit", "gpgsign"): "false",
    ("core", "hooksPath"): ".git/no-hooks",
}
"""Of the demo's repository, so that nobody's own signing or hooks decide how it runs."""


def command(
    directory: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DIR]", help="An empty or new folder for it.  [default: a temporary one]"
        ),
    ] = None,
) -> None:
    """Walk the whole route on a sample company, offline.

    Copies Northwind Studio into a folder, with eight weeks of time as its people kept it, and runs
    the verbs there as you would type them: validate, pull, plan, apply, reconcile, report.
    """
    root = _place(directory)
    found_company(root)
    console.out(f"Northwind Studio now stands in {root}, a git repository of its own.")
    with contextlib.chdir(root):
        for scene in STORY:
            _play(scene)
    console.out(
        f"\nThe report is {root / 'report.md'}, the books are {root / 'books'}.\n"
        "All of it is yours to try things on: change a rate, edit the books by hand, plan again.\n"
        f"Next: cd {quote(str(root))} && tieout exceptions"
    )


def found_company(root: Path) -> None:
    """Copy the sample company into the empty folder ``root`` and commit it there.

    Raises ``Refused`` (TO902) where git isn't installed.
    """
    if shutil.which("git") is None:
        raise Refused([_no_git()])
    import git

    sample = resources.sample()
    for part in resources.SAMPLE_PARTS:
        if (sample / part).is_dir():
            shutil.copytree(sample / part, root / part, ignore=shutil.ignore_patterns(LEFT_OUT))
        else:
            shutil.copyfile(sample / part, root / part)
    (root / ".gitignore").write_text(IGNORED, encoding="utf-8")
    with git.Repo.init(root, initial_branch="main") as repo:
        with repo.config_writer() as settings:
            for (section, option), value in OWN_SETTINGS.items():
                settings.set_value(section, option, value)
        repo.git.add(all=True)
        repo.git.commit(message="Start Northwind Studio")


def _place(directory: Path | None) -> Path:
    """The folder to work in, made if need be. Raises ``Refused`` (TO901) unless it is empty."""
    if directory is None:
        return Path(tempfile.mkdtemp(prefix="tieout-demo-")).resolve()
    if directory.exists() and not (directory.is_dir() and not any(directory.iterdir())):
        raise Refused([_not_empty(directory)])
    directory.mkdir(parents=True, exist_ok=True)
    return directory.resolve()


def _play(scene: Scene) -> None:
    """Tell a scene and do its acts; what goes wrong ends the demo with that act's exit code."""
    console.out()
    console.out(console.style(scene.say, "cyan"))
    for act in scene.acts:
        console.out()
        console.out(console.style(f"$ {act.shown}", "bold"))
        sys.stdout.flush()  # a verb also speaks on stderr: what came before must be out by then
        code = act.run()
        if code != ExitCode.DONE:
            console.err(f"tieout demo: it ended here, in {Path.cwd()}, with exit code {code}")
            raise typer.Exit(code)


def _not_empty(directory: Path) -> Diagnostic:
    return Diagnostic(
        code="TO901",
        message=f"{directory} is not an empty folder",
        hint="the demo only writes into a new or empty folder; without one it takes a temporary",
        next="tieout demo",
    )


def _no_git() -> Diagnostic:
    return Diagnostic(
        code="TO902",
        message="git is not installed",
        hint="a company's configuration lives in a git repository, also the demo's; install git",
        next="tieout demo",
    )
