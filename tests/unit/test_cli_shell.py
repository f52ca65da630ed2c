"""The shell around the verbs: help, usage, exit codes, and how a run ends when it goes wrong."""

import io
import os
import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Annotated

import pytest
import typer

from tieout.cli import app as shell
from tieout.cli import console, context
from tieout.cli.exits import ExitCode
from tieout.domain.diagnostic import Diagnostic, Position, Refused


@pytest.fixture
def verb(monkeypatch):
    """Put a verb of one's own into the table: `verb(function)` makes it `tieout fake`."""

    def put(command=None, *, app=None, panel="Sync"):
        module = ModuleType("tieout.cli.fake")
        module.__spec__ = ModuleSpec(module.__name__, None)
        if app is None:
            module.command = command
        else:
            module.app = app
        monkeypatch.setitem(sys.modules, module.__name__, module)
        monkeypatch.setattr(shell, "VERBS", (*shell.VERBS, shell.Verb("fake", panel, "Pretend")))

    return put


def write_help_to(stdout, unbuffered=""):
    command = [sys.executable, "-m", "tieout", "--help"]
    env = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    return subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, env=env, check=False)


def raising(error):
    def command() -> None:
        raise error

    return command


# help


def test_help_groups_the_verbs_in_the_order_of_the_table(tieout, monkeypatch):
    monkeypatch.setattr(shell, "find_spec", lambda name: True)
    ran = tieout("--help")
    assert ran.code == 0
    assert ran.err == ""
    words = [line.split()[0] for line in ran.out.splitlines() if line.strip()]
    headings = list(dict.fromkeys(v.panel for v in shell.VERBS))
    wanted = [w for w in words if w in headings or w in {v.name for v in shell.VERBS}]
    expected = []
    for panel in headings:
        expected += [panel, *(v.name for v in shell.VERBS if v.panel == panel)]
    assert wanted == expected
    assert max(map(len, ran.out.splitlines())) <= 80


def test_help_gives_each_verb_one_line(tieout, monkeypatch):
    monkeypatch.setattr(shell, "find_spec", lambda name: True)
    lines = tieout("--help").out.splitlines()
    for verb in shell.VERBS:
        assert any(line.split() == [verb.name, *verb.help.split()] for line in lines)


def test_a_verb_without_its_file_is_neither_listed_nor_found(tieout, monkeypatch):
    monkeypatch.setattr(shell, "VERBS", (shell.Verb("nosuchverb", "Sync", "Not here"),))
    assert "nosuchverb" not in tieout("--help").out
    assert tieout("nosuchverb").code == ExitCode.USAGE


def test_a_verb_documents_itself(tieout, verb):
    def command(name: Annotated[str, typer.Argument(help="Whose.")]) -> None:
        """Pretend to sync."""

    verb(command)
    ran = tieout("fake", "--help")
    assert ran.code == 0
    assert "Usage: tieout fake" in ran.out
    assert "Pretend to sync." in ran.out
    assert "Whose." in ran.out


def test_a_verb_without_a_docstring_is_documented_by_the_table(tieout, verb):
    verb(raising(AssertionError))
    assert "Pretend" in tieout("fake", "-h").out


def test_a_verb_may_have_verbs_of_its_own(tieout, verb):
    app = typer.Typer()

    @app.command()
    def show() -> None:
        """Show it."""
        console.out("shown")

    @app.command()
    def verify() -> None:
        """Verify it."""
        raise typer.Exit(ExitCode.UNTIED)

    verb(app=app)
    assert tieout("fake", "show").out == "shown\n"
    assert tieout("fake", "verify").code == ExitCode.UNTIED
    assert "Verify it." in tieout("fake", "--help").out
    assert tieout("fake").code == ExitCode.USAGE


def test_version(tieout):
    ran = tieout("--version")
    assert ran.code == 0
    assert ran.out.startswith("tieout ")


# usage


def test_a_bare_call_is_wrong_usage_and_shows_the_help_on_stderr(tieout):
    ran = tieout()
    assert ran.code == ExitCode.USAGE
    assert ran.out == ""
    assert ran.err.startswith("Usage: tieout ")


def test_wrong_usage_is_never_mistaken_for_planned_changes(tieout, verb):
    def command(name: str, count: int = 0) -> None:
        raise AssertionError

    verb(command)
    for line in (
        ["--nonsense"],
        ["fake", "--nonsense"],
        ["fake"],
        ["fake", "a", "b"],
        ["fake", "a", "--count", "many"],
        ["--root", "/nonexistent", "fake", "a"],
        ["--root"],
    ):
        ran = tieout(*line)
        assert ran.code == ExitCode.USAGE, line
        assert ran.out == "", line
        assert ran.err.splitlines()[-1].startswith("Next: tieout"), line


def test_a_mistyped_verb_is_told_the_nearest(tieout, verb):
    verb(raising(AssertionError))
    ran = tieout("fkae")
    assert ran.code == ExitCode.USAGE
    assert ran.err == "tieout: no such verb: 'fkae'; did you mean 'fake'?\nNext: tieout --help\n"


def test_a_wrong_option_points_to_the_help_of_its_verb(tieout, verb):
    verb(lambda: None)
    ran = tieout("fake", "--nonsense")
    assert ran.err == "tieout fake: no such option: --nonsense\nNext: tieout fake --help\n"


# exit codes


def test_exit_codes_are_the_published_ones():
    published = "DONE 0 ERROR 1 PLANNED 2 REFUSED 3 STALE 4 PARTLY 5 UNTIED 6 USAGE 64"
    the_shells_own = "INTERRUPTED 130 TERMINATED 143 CLOSED_PIPE 141"
    assert " ".join(f"{c.name} {c:d}" for c in ExitCode) == f"{published} {the_shells_own}"


@pytest.mark.parametrize("code", ExitCode)
def test_a_verbs_exit_code_is_the_programs(tieout, verb, code):
    verb(raising(typer.Exit(code)))
    assert tieout("fake").code == code


def test_a_refusal_shows_its_diagnostics_and_the_next_command(tieout, verb):
    found = [
        Diagnostic("TO201", "project not mapped", hint="add a row", next="tieout suggest"),
        Diagnostic(
            "TO101",
            "unknown key 'custmer'",
            position=Position("mappings/projects.yaml", 12, 5),
            line="    custmer: acme\n",
            next="tieout suggest",
            related=(Position("mappings/projects.yaml", 3),),
        ),
    ]
    verb(raising(Refused(found, exit_code=3)))
    ran = tieout("fake")
    assert ran.code == ExitCode.REFUSED
    assert ran.out == ""
    assert ran.err.splitlines() == [
        "tieout: error TO201 project not mapped",
        "    add a row",
        "mappings/projects.yaml:12:5: error TO101 unknown key 'custmer'",
        "    custmer: acme",
        "    see mappings/projects.yaml:3",
        "Next: tieout suggest",
    ]


def test_an_unexpected_error_is_one_line(tieout, verb):
    verb(raising(KeyError("a\nb")))
    ran = tieout("fake")
    assert ran.code == ExitCode.ERROR
    assert ran.out == ""
    assert ran.err.count("\n") == 1
    assert ran.err.startswith("tieout: internal error TO001 · KeyError: ")
    assert "please report" in ran.err


def test_the_traceback_comes_on_request(tieout, verb, monkeypatch):
    monkeypatch.setenv("TIEOUT_DEBUG", "1")
    verb(raising(ValueError("odd")))
    assert "Traceback (most recent call last)" in tieout("fake").err


def test_ctrl_c_is_quiet(tieout, verb):
    verb(raising(KeyboardInterrupt()))
    ran = tieout("fake")
    assert ran.code == ExitCode.INTERRUPTED
    assert ran.err == "tieout: interrupted\n"


def test_a_prompt_without_an_answer_ends_the_run(tieout, verb):
    verb(raising(typer.Abort()))
    assert tieout("fake").code == ExitCode.INTERRUPTED


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_went_away_is_no_error(unbuffered):
    reader, writer = os.pipe()
    os.close(reader)
    ran = write_help_to(writer, unbuffered)
    os.close(writer)
    assert ran.returncode == ExitCode.CLOSED_PIPE
    assert ran.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_output_that_cannot_be_written_is_an_error_not_a_bug():
    with Path("/dev/full").open("w") as full:
        ran = write_help_to(full)
    assert ran.returncode == ExitCode.ERROR
    assert ran.stderr.startswith(b"tieout: the output could not be written: ")
    assert ran.stderr.count(b"\n") == 1


def test_a_pipe_that_broke_elsewhere_is_not_excused(tieout, verb):
    verb(raising(BrokenPipeError(32, "the server hung up")))
    ran = tieout("fake")
    assert ran.code == ExitCode.ERROR
    assert "TO001" in ran.err


def test_signs_that_the_terminal_lacks_are_escaped():
    ran = subprocess.run(
        [sys.executable, "-c", "from tieout.cli import console as c; c.tolerant(); c.out('ok ✓')"],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    )
    assert ran.stdout == b"ok \\u2713\n"


# which company


def test_the_nearest_folder_with_a_config_is_the_company(tmp_path, monkeypatch):
    (tmp_path / context.CONFIG).touch()
    inside = tmp_path / "mappings" / "deep"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    context.choose_root(None)
    assert context.company_root() == tmp_path


def test_root_names_the_company_and_is_not_searched_upwards(tieout, verb, tmp_path):
    (tmp_path / context.CONFIG).touch()
    (tmp_path / "empty").mkdir()

    def command() -> None:
        console.out(str(context.company_root()))

    verb(command)
    assert tieout("--root", tmp_path, "fake").out == f"{tmp_path}\n"
    ran = tieout("--root", tmp_path / "empty", "fake")
    assert ran.code == ExitCode.ERROR
    assert f"no tieout.yaml in {tmp_path / 'empty'}" in ran.err


def test_without_a_company_the_way_out_is_named(tieout, verb, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    verb(lambda: console.out(str(context.company_root())))
    ran = tieout("fake")
    assert ran.code == ExitCode.ERROR
    assert "TO002" in ran.err
    assert "--root DIR" in ran.err
    assert ran.err.splitlines()[-1] == "Next: tieout demo"


# what a terminal gets


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    return Terminal()


def test_colour_is_for_terminals_that_want_it(terminal, monkeypatch):
    assert console.style("!", "bold", "red", stream=terminal) == "\x1b[1;31m!\x1b[0m"
    assert console.style("!", "red", stream=io.StringIO()) == "!"
    monkeypatch.setenv("NO_COLOR", "1")
    assert console.style("!", "red", stream=terminal) == "!"
    monkeypatch.setenv("NO_COLOR", "")
    monkeypatch.setenv("TERM", "dumb")
    assert console.style("!", "red", stream=terminal) == "!"


def test_steps_leave_nothing_behind(terminal, monkeypatch):
    monkeypatch.setattr(sys, "stderr", terminal)
    with console.steps() as step:
        step("reading toggl")
        step("x" * 500)
    shown = terminal.getvalue()
    assert "reading toggl … 0 s" in shown
    assert "x" * 81 not in shown
    assert shown.endswith("\r\x1b[2K")


def test_steps_are_silent_without_a_terminal(capsys):
    with console.steps() as step:
        step("reading toggl")
    assert capsys.readouterr() == ("", "")


def test_a_terminal_that_went_away_does_not_stop_the_work(terminal, monkeypatch):
    def gone(_text):
        raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(terminal, "write", gone)
    with console.steps() as step:
        step("applying")
    console.err("done")
