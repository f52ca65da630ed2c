"""Which company a command works on: the folder that holds its tieout.yaml."""

from contextvars import ContextVar
from pathlib import Path
from typing import Final

CONFIG: Final = "tieout.yaml"

_chosen: ContextVar[Path | None] = ContextVar("tieout_root", default=None)


def choose_root(root: Path | None) -> None:
    """Remember the global `--root` for this run; None means to look for it."""
    _chosen.set(root)


def find_root() -> Path | None:
    """The company's folder: `--root`, else the nearest parent with a tieout.yaml, else None."""
    chosen = _chosen.get()
    start = Path.cwd()
    candidates = (start, *start.parents) if chosen is None else (chosen.resolve(),)
    return next((folder for folder in candidates if (folder / CONFIG).is_file()), None)


def company_root() -> Path:
    """Like `find_root`, for a verb that can't do without: raises `Refused` with the way out."""
    root = find_root()
    if root is not None:
        return root
    from tieout.domain.diagnostic import Diagnostic, Refused

    chosen = _chosen.get()
    where = f"in {chosen}" if chosen else f"in {Path.cwd()} or any folder above it"
    raise Refused(
        [
            Diagnostic(
                code="TO002",
                message=f"no {CONFIG} {where}",
                hint="name the company's folder with --root DIR, before the verb",
                next="tieout demo",
            )
        ]
    )
