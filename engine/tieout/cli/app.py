"""The command line's front door: the table of verbs, the help page, and how every run ends.

Each verb is one file, imported only when it is used, so that `tieout --help` stays fast however
much a verb needs. A verb's module defines either `command(...)`, a Typer function that raises
`typer.Exit(ExitCode.…)`, or `app`, a `typer.Typer()` with sub-verbs.
"""

import gc
import importlib
import os
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

from tieout.cli import console, diagnostics, interrupts
from tieout.cli.context import choose_root
from tieout.cli.exits import ExitCode


class Verb(NamedTuple):
    """One row of the help page, known without importing the verb."""

    name: str
    panel: str
    help: str

    @property
    def module(self) -> str:
        """One file per verb; a row whose file isn't there is not listed."""
        return f"tieout.cli.{self.name}"


VERBS: Final = (
    Verb("demo", "Start", "Walk the whole route on a sample company, offline"),
    Verb("init", "Start", "Start a company of your own, valid at once"),
    Verb("doctor", "Start", "Look at the set-up, and say what to mend"),
    Verb("explain", "Start", "Spell out a code, or a figure's whole lineage"),
    Verb("validate", "Write", "Check mappings and rules, down to file and line"),
    Verb("test", "Write", "Run the examples that your rules must keep to"),
    Verb("audit", "Write", "Look at both systems before mapping"),
    Verb("suggest", "Write", "Draft mapping rows for what is unmapped"),
    Verb("impact", "Write", "Show what a change of mappings and rules does"),
    Verb("pull", "Sync", "Take snapshots of the time sources and the books"),
    Verb("plan", "Sync", "Show what would change in the books, and why"),
    Verb("show", "Sync", "Read a saved plan again, also when it is stale"),
    Verb("approve", "Sync", "Approve a plan, and override a guard with a reason"),
    Verb("apply", "Sync", "Carry out exactly that plan, once"),
    Verb("reconcile", "Check", "Prove that time, documents and books agree"),
    Verb("exceptions", "Check", "List what is held, for whom and why"),
    Verb("drift", "Check", "Accept or overwrite an edit made in the books"),
    Verb("correct", "Check", "Settle a change to a document that is final"),
    Verb("worksheet", "Check", "List or write down what waits to be reviewed and billed"),
    Verb("attest", "Check", "Approve the hours of a period, on a digest of them"),
    Verb("release", "Check", "Let an invoice be written after its review"),
    Verb("report", "Check", "Write the reconciliation as a report to hand on"),
    Verb("rollback", "Undo", "Undo a commit or an apply, as a plan to review"),
    Verb("log", "Undo", "Tell who changed which rule, when, and what it did"),
    Verb("vendors", "Keep", "Report what contractors were paid, for form 1099"),
    Verb("overtime", "Keep", "Report qualified overtime by worker, for form W-2"),
    Verb("state", "Keep", "Show, verify, rebuild or unlock the stored state"),
    Verb("completion", "Keep", "Print what a shell needs to complete command lines"),
)
"""All verbs, in the order a newcomer meets them."""


#: A plan is a large tree without cycles: looking through it for garbage every 700 objects, as
#: Python does, was half of the time that reading one took (measured on 10,000 documents).
_GARBAGE: Final = (100_000, 20, 20)

_CLICK_USAGE: Final = 2
"""The exit code by which click marks a wrong command line; for us 2 means changes are planned."""


class VerbGroup(TyperGroup):
    """A group that knows its verbs from the table and loads one only to run it."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [verb.name for verb in VERBS if find_spec(verb.module)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in self.list_commands(ctx):
            return None
        return _load(next(verb for verb in VERBS if verb.name == cmd_name))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        verbs = self.list_commands(ctx)
        if args[0] not in verbs:
            close = get_close_matches(args[0], verbs, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            ctx.fail(f"no such verb: {args[0]!r}{hint}")
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Verbs by panel, all in one column, then the options: what to do before how."""
        present = self.list_commands(ctx)
        width = max(map(len, present), default=0)
        for panel in dict.fromkeys(verb.panel for verb in VERBS):
            rows = [v for v in VERBS if v.panel == panel and v.name in present]
            if rows:
                formatter.write(f"\n{console.style(panel, 'bold')}\n")
                with formatter.indentation():
                    formatter.write_dl([(v.name.ljust(width), v.help) for v in rows])
        formatter.write(f"\n{console.style('Options', 'bold')}\n")
        with formatter.indentation():
            records = (param.get_help_record(ctx) for param in self.get_params(ctx))
            formatter.write_dl([record for record in records if record])


def _load(verb: Verb) -> Any:
    module = importlib.import_module(verb.module)
    parent = typer.Typer(add_completion=False, rich_markup_mode=None)
    if hasattr(module, "app"):
        parent.add_typer(module.app, name=verb.name)
    else:
        parent.command(verb.name, help=module.command.__doc__ or verb.help)(module.command)
    return get_group(parent).commands[verb.name]


def _print_version(wanted: bool) -> None:
    if wanted:
        from tieout import __version__

        console.out(f"tieout {__version__}")
        raise typer.Exit(ExitCode.DONE)


app = typer.Typer(
    cls=VerbGroup,
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    subcommand_metavar="VERB …",
    options_metavar="[--root DIR]",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Compute the bookings that approved time should produce, compare them with what the "
    "books hold, show the difference as a plan, and apply exactly that plan, once.",
    epilog="New here? Next: tieout demo",
)


@app.callback()
def _globals(
    root: Annotated[
        Path | None,
        typer.Option(
            "--root",
            metavar="DIR",
            exists=True,
            file_okay=False,
            help="The company's folder.  [default: the nearest parent with a tieout.yaml]",
        ),
    ] = None,
    version: Annotated[  # noqa: ARG001  its callback answers, before any verb is looked for
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_print_version, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    choose_root(root)


def main(args: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code; an error never escapes as a traceback."""
    console.tolerant()
    gc.set_threshold(*_GARBAGE)
    code: int = ExitCode.DONE
    error: Exception | None = None
    try:
        code = _dispatch(list(sys.argv[1:] if args is None else args))
    except KeyboardInterrupt:
        code = interrupts.tell()
    except Exception as unexpected:
        if interrupts.received():
            code = interrupts.tell()
        else:
            error = unexpected
    unwritten = console.lost(error)
    # A pipe may also break elsewhere (a server's socket): only our own output excuses an error,
    # and what the command itself came to outranks output that couldn't be written after it.
    if unwritten and code == ExitCode.DONE and (error is None or isinstance(error, OSError)):
        return _unwritten(unwritten)
    return code if error is None else _failed(error)


def _dispatch(args: list[str]) -> int:
    command = get_command(app)
    try:
        with command.make_context("tieout", args) as ctx:
            command.invoke(ctx)
    except typer.Exit as done:
        return done.exit_code
    except typer.Abort:
        console.err("tieout: stopped at the prompt")
        return ExitCode.INTERRUPTED
    except typer.TyperException as error:
        return _refuse(error)
    return ExitCode.DONE


def _refuse(error: typer.TyperException) -> int:
    """A command line that can't be run: what is wrong, and the command to run next."""
    ctx: Any = getattr(error, "ctx", None)
    message = error.format_message()
    path = ctx.command_path if ctx else "tieout"
    if ctx and message == ctx.get_help():  # called bare: the help is the message
        console.err(message)
    else:
        console.err(f"{path}: {message[:1].lower()}{message[1:].rstrip('.')}")
        console.err(f"Next: {path} --help")
    return ExitCode.USAGE if error.exit_code == _CLICK_USAGE else ExitCode.ERROR


def _unwritten(reason: OSError) -> int:
    if isinstance(reason, BrokenPipeError):
        return ExitCode.CLOSED_PIPE
    console.err(f"tieout: the output could not be written: {reason.strerror}")
    return ExitCode.ERROR


def _failed(error: Exception) -> int:
    """What a verb raised: a refusal that it means for the reader, or a bug."""
    from tieout.domain.diagnostic import Refused, ordered

    if isinstance(error, Refused):
        console.err(diagnostics.text(ordered(error.diagnostics)))
        return error.exit_code
    if os.environ.get("TIEOUT_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
    what = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    console.err(f"tieout: internal error TO001 · {what} · please report, with TIEOUT_DEBUG=1 set")
    return ExitCode.ERROR
