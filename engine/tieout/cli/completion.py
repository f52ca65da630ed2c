"""`tieout completion`: what a shell needs to complete our command lines, and asks while one is typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

import typer

from tieout.cli import console

BASH = """\
_tieout() {
    local IFS=$'\\n'
    COMPREPLY=($(tieout completion words -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _tieout tieout
# keep it: tieout completion bash >> ~/.bashrc
"""
ZSH = """\
_tieout() {
    local -a found
    found=("${(@f)$(tieout completion words -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    if [[ -n "$found" ]]; then compadd -a found; else _files; fi
}
compdef _tieout tieout
# keep it, after compinit: tieout completion zsh >> ~/.zshrc
"""
FISH = """\
complete -c tieout -a '(tieout completion words -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
# keep it: tieout completion fish > ~/.config/fish/completions/tieout.fish
"""
_SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH}


def command(
    shell: Annotated[
        Literal["bash", "zsh", "fish", "words"],
        typer.Argument(help="The shell; words is how it asks for what can follow."),
    ],
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="-- WORD…", help="What stands after tieout, up to the cursor."),
    ] = None,
) -> None:
    """Print what makes a shell complete verbs, options, their values and codes.

    For a try: eval "$(tieout completion bash)". What it prints says how to keep it.
    """
    if shell != "words":
        console.out(_SCRIPTS[shell].rstrip("\n"))
        return
    found = list(candidates(words or [""]))
    if found:
        console.out("\n".join(found))


def candidates(words: Sequence[str]) -> Iterator[str]:
    """What the last word can become, given those before it; nothing where a file may stand."""
    from typer.main import get_command

    from tieout.cli.app import app

    *before, begun = words
    node: Any = get_command(app)
    context = node.make_context("tieout", [], resilient_parsing=True)
    place, asking = 0, None  # arguments so far, and the option that waits for its value
    for word in before:
        if asking is not None:
            asking = None
        elif word.startswith("-"):
            asking = _valued(node, word)
        elif word in _below(node, context):
            node, place = node.get_command(context, word), 0
        else:
            place += 1
    if asking is not None:
        known = _choices(asking)
    elif begun.startswith("-"):
        known = sorted({name for p in node.params for name in p.opts if name.startswith("-")} | {"--help"})
    else:
        known = _below(node, context) or _argument(node, place)
    yield from (one for one in known if one.startswith(begun))


def _below(node: Any, context: Any) -> list[str]:
    return list(node.list_commands(context)) if hasattr(node, "list_commands") else []


def _valued(node: Any, word: str) -> Any:
    """The option of this name, if a value comes after it."""
    found = next((p for p in node.params if word in p.opts), None)
    return None if found is None or getattr(found, "is_flag", False) else found


def _choices(param: Any) -> list[str]:
    return [str(one) for one in getattr(param.type, "choices", ())]


def _argument(node: Any, place: int) -> list[str]:
    """What can stand at this place: the words of a choice, and for `explain` the codes."""
    taken = [p for p in node.params if p.param_type_name == "argument"]
    if not taken:
        return []
    if node.name == "explain":
        from tieout.reporting.codes import codes

        return list(codes())
    return _choices(taken[min(place, len(taken) - 1)])
