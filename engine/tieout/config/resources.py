"""What tieout brings along: schemas, report templates, law packs and the sample company.

The repository is itself the sample company, so these files stand at its root, where people
and editors look for them. A wheel carries the same tree as `tieout/_resources` (the mapping is
in `hatch_build.py`). No other module may know which of the two it runs from.
"""

from functools import cache
from pathlib import Path
from typing import Final

SAMPLE_PARTS: Final = ("tieout.yaml", "mappings", "rules", "contracts", "data")
"""What belongs to the sample company inside `sample()`; the rest of a checkout is not."""

_PACKAGE: Final = Path(__file__).resolve().parent.parent


class ResourceMissing(LookupError):
    """No such built-in file; the message lists those that exist."""


def schema(name: str) -> Path:
    """The JSON Schema of a file kind: `schema("projects")` or the whole file name."""
    return _find("schemas", name, ".schema.json")


def law(name: str) -> Path:
    """A built-in law pack: `law("us-flsa")`, `law("law/us-flsa")` or the whole file name."""
    return _find("rules/law", name.removeprefix("law/"), ".yaml")


def template(name: str) -> Path:
    """A report template, by its whole file name."""
    return _find("reports", name, "")


def sample() -> Path:
    """The folder of the sample company; of what is in it, only `SAMPLE_PARTS` is the company."""
    return _base()


def names(folder: str) -> tuple[str, ...]:
    """The files under one of the built-in folders (`schemas`, `rules/law`, `reports`), sorted."""
    top = _base() / folder
    return tuple(sorted(p.relative_to(top).as_posix() for p in top.rglob("*") if p.is_file()))


@cache
def _base() -> Path:
    carried = _PACKAGE / "_resources"
    return carried if carried.is_dir() else _PACKAGE.parent.parent


def _find(folder: str, name: str, suffix: str) -> Path:
    """The file, taking `name` as it is or with the usual suffix.

    Names reach here from config (`overtime: {default: law/us-flsa}`), so only names from the
    listing are accepted: nothing like `../../etc/passwd` can leave the folder.
    """
    known = names(folder)
    for candidate in (name, name + suffix):
        if candidate in known:
            return _base() / folder / candidate
    listing = ", ".join(known) or "none"
    raise ResourceMissing(f"no built-in {folder}/{name}; there are: {listing}")
