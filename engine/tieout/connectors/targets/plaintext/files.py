"""The folder of the books: which files, safely inside the company's folder, and atomic replacement.

Files are read with ``surrogateescape``: bytes that are no UTF-8 come back as they were.
"""

from __future__ import annotations

import codecs
import glob
import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Generic, TypeVar

from tieout.config import regular
from tieout.connectors.targets.plaintext import findings
from tieout.connectors.targets.plaintext.blocks import Format
from tieout.connectors.targets.plaintext.layout import MAIN, OWN
from tieout.domain.diagnostic import Diagnostic, Refused

_TEMPORARY = ".tieout-tmp"

T = TypeVar("T")


class Folder:
    """The books' folder inside the company's folder. ``chart``: the people's ledger beside it."""

    def __init__(self, root: str, path: str | None, chart: str | None, format: Format) -> None:
        self.root = Path(root).resolve()
        self.format = format
        if not path:
            raise Refused([findings.settings("plain-text books need a folder", "set 'path:'")])
        self.path = self._within(path)
        self.chart = self._within(chart) if chart else None
        self.home = cache(lambda name: self.name(self.own(name)))
        self.main = self.path / f"{MAIN}{format.SUFFIX}"

    def _within(self, path: str | Path) -> Path:
        joined = Path(os.path.normpath(self.root / path))
        if not self.holds(joined) or not joined.is_relative_to(self.root):
            raise Refused(
                [
                    findings.settings(
                        f"{str(path)!r} leads out of the company's folder",
                        "name a folder inside it",
                    )
                ]
            )
        return joined

    def holds(self, path: Path) -> bool:
        """Whether the path lies in the company's folder, wherever links lead."""
        return path.resolve().is_relative_to(self.root)

    def own(self, name: str) -> Path:
        """The file that tieout keeps under this name: ``invoice/2026-11``. Raises ``Refused``
        (TO402) where a link leads it out of the company's folder."""
        return self._within(self.path / OWN / f"{name}{self.format.SUFFIX}")

    def name(self, path: Path) -> str:
        """The path from the company's folder, as people and records name it."""
        return path.relative_to(self.root).as_posix()

    def ledger(self, warnings: list[Diagnostic]) -> Iterator[tuple[Path, str]]:
        """Every file of the books with its text: those in the folder, the chart, what they include;
        sorted, each once. What leads out of the company's folder is left out and told."""

        def load(path: Path) -> tuple[str, list[str]] | None:
            text = self.read(path)
            return None if text is None else (text, self.format.includes(text))

        return self.walk(load, warnings)

    def walk(
        self, load: Callable[[Path], tuple[T, list[str]] | None], warnings: list[Diagnostic]
    ) -> Iterator[tuple[Path, T]]:
        """As :meth:`ledger`, with what ``load`` makes of a file (None: it is gone) beside the
        patterns that the file includes."""
        waiting = sorted(self._found(), reverse=True)
        if self.chart:
            waiting.insert(0, self.chart)
        seen: set[Path] = set()
        while waiting:
            path = waiting.pop()
            real = path.resolve()
            if not real.is_relative_to(self.root):
                warnings.append(findings.outside(self.name(path), "the link"))
            elif real not in seen:
                seen.add(real)
                loaded = load(path)
                if loaded is not None:
                    yield path, loaded[0]
                    waiting += reversed(self.included(path, loaded[1], warnings))

    def _found(self) -> Iterator[Path]:
        for folder, names, files in os.walk(self.path):
            names[:] = [name for name in names if not name.startswith(".")]
            for file in files:
                if file.endswith(self.format.SUFFIXES) and not file.startswith("."):
                    yield Path(folder, file)

    def included(self, path: Path, patterns: list[str], warnings: list[Diagnostic]) -> list[Path]:
        """The files that a file includes by these patterns, in their order."""
        files: list[Path] = []
        for pattern in patterns:
            for found in sorted(glob.glob(str(path.parent / pattern), recursive=True)):  # noqa: PTH207
                file = Path(os.path.normpath(found))
                if file.is_relative_to(self.root) and self.holds(file):
                    files.append(file)
                else:
                    warnings.append(findings.outside(self.name(path), f"include {pattern!r}"))
        return files

    def read(self, path: Path) -> str | None:
        """The file's text, None where there is no file. Raises ``Refused`` (TO419)."""
        try:
            data = regular.read(path)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Refused([findings.not_read(self.name(path), error)]) from error
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            wrong = OSError("it is saved as UTF-16; save it as UTF-8")
            raise Refused([findings.not_read(self.name(path), wrong)])
        return decode(data)

    def followed(self, remote_id: str, key: str) -> str | None:
        """The name of the file in which a record of ours stands by its ``remote_id``, from our own
        folder: ``invoice/acme.beancount``. None: it doesn't stand in a file of ours."""
        file = PurePosixPath(remote_id.removesuffix(f"#{key}"))
        own = PurePosixPath(self.name(self.path / OWN))
        if ".." in file.parts or not file.is_relative_to(own) or file.suffix != self.format.SUFFIX:
            return None
        return file.relative_to(own).as_posix()


class Gist(Generic[T]):
    """What ``make`` takes from each file's text, made again only where a file has changed: all
    files are looked at before each batch, and are only read once."""

    def __init__(self, folder: Folder, make: Callable[[str], T]) -> None:
        self.folder = folder
        self.make = make
        self._kept: dict[Path, tuple[tuple[int, ...], T, list[str]]] = {}

    def now(self) -> list[T]:
        """One for each file of the books, in the order in which they are read."""
        return [gist for _, gist in self.files()]

    def files(self) -> list[tuple[Path, T]]:
        """As :meth:`now`, each with its file."""
        return list(self.folder.walk(self._load, []))

    def _load(self, path: Path) -> tuple[T, list[str]] | None:
        stamp = _stamp(path)
        if path not in self._kept or self._kept[path][0] != stamp:
            text = self.folder.read(path)
            if text is None:
                return None
            self._kept[path] = (stamp, self.make(text), self.folder.format.includes(text))
        return self._kept[path][1:]


def _stamp(path: Path) -> tuple[int, ...]:
    """Differs once a file was written or replaced; nothing of a file that isn't there."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def decode(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


class Changed(Exception):
    """The file isn't any more what its new text was made from."""


def replace(path: Path, before: str | None, text: str, checkpoint: Callable[[str], None]) -> None:
    """Replaces a file as a whole: temporary file in the same folder, fsync, rename, fsync of the
    folder. Raises :class:`Changed` when it no longer holds ``before``, OSError when it can't be
    written; in both cases the file is what it was, unless the folder's own fsync failed."""
    _make_folder(path.parent)
    for leftover in path.parent.glob(f".*{_TEMPORARY}"):
        leftover.unlink()
    temporary = path.parent / f".{path.name}{_TEMPORARY}"
    with temporary.open("wb") as file:
        file.write(encode(text))
        file.flush()
        if before is not None:
            os.fchmod(file.fileno(), path.stat().st_mode & 0o777)
        os.fsync(file.fileno())
    checkpoint(f"{path.name}: staged")
    now = decode(path.read_bytes()) if path.exists() else None
    if now != before:
        temporary.unlink()
        raise Changed(path.name)
    temporary.replace(path)
    _sync(path.parent)
    checkpoint(f"{path.name}: replaced")


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync(folder.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
