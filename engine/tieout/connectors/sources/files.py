"""Which files a source's path names: a plain path stays inside the company's folder."""

from __future__ import annotations

import glob
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from tieout.config.model import SourceConfig
from tieout.domain.diagnostic import Diagnostic, Refused

_TABLES: Final = (".csv", ".tsv", ".xlsx", ".json", ".data", ".timeclock")


@dataclass(frozen=True, order=True)
class InputFile:
    """``name`` is what messages, keys of digests and the order of files go by: relative to the
    company's folder, or the bare name of a file outside of it."""

    name: str
    path: Path


def find(config: SourceConfig, root: Path) -> tuple[InputFile, ...]:
    """The files, sorted by name. A folder stands for the tables in it; hidden files don't count.

    Only a path that comes whole from a reference (``${env:…}``, ``${file:…}``) may be absolute.
    None where the folder is :func:`waiting` for its first export. Raises ``Refused``: TO301 where
    nothing is found otherwise, TO302 where a path leaves the folder.
    """
    written = config.path or ""
    pattern = written
    if "${" in written:
        from tieout.config.secrets import resolve

        pattern = resolve(written, root)
    if written.startswith("${") and Path(pattern).is_absolute():
        files = [InputFile(path.name, path) for path in _matches(pattern)]
    else:
        files = _inside(config, pattern, root)
    if not files and not waiting(config, root):
        raise Refused(
            [
                Diagnostic(
                    "TO301",
                    f"source {config.name}: no file matches {written!r}",
                    position=config.place("path"),
                    hint="put the export there, or mend `path:` of the source",
                    next="tieout pull",
                )
            ]
        )
    return tuple(sorted(files))


def waiting(config: SourceConfig, root: Path) -> bool:
    """Whether a source of time has a folder that no export has been put into yet.

    Under ``files: replace`` an empty folder would say that all of it was deleted: that is a mistake.
    """
    path = config.path or ""
    return (
        config.files == "merge" and config.profile != "pay_rates" and path.endswith("/")
        and "${" not in path and (root / path).is_dir()
    )  # fmt: skip


def _inside(config: SourceConfig, pattern: str, root: Path) -> list[InputFile]:
    base = root.resolve()
    leaves = Path(pattern).is_absolute() or ".." in PurePosixPath(pattern).parts
    paths = [] if leaves else _matches(f"{glob.escape(str(base))}/{pattern}")
    escaped = [path for path in paths if not path.resolve().is_relative_to(base)]
    if leaves or escaped:
        shown = escaped[0].relative_to(base).as_posix() if escaped else pattern
        raise Refused(
            [
                Diagnostic(
                    "TO302",
                    f"source {config.name}: {shown!r} leaves the company's folder",
                    position=config.place("path"),
                    hint="keep exports inside it, or give the whole path as `${env:NAME}`",
                    next="tieout validate",
                )
            ]
        )
    return [InputFile(path.relative_to(base).as_posix(), path) for path in paths]


def _matches(pattern: str) -> list[Path]:
    """Files by glob (``**`` spans folders); hidden ones are left out by ``glob`` itself."""
    matches = glob.glob(pattern, recursive=True)  # noqa: PTH207  the pattern may be absolute
    found = [Path(match) for match in matches]
    folders = [path for path in found if path.is_dir()] if not glob.has_magic(pattern) else []
    inside = [
        path
        for folder in folders
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in _TABLES and not path.name.startswith(".")
    ]
    return [path for path in (*found, *inside) if path.is_file()]
