"""Snapshots: immutable captures of a source or of the books, found by name and id.

A snapshot is a folder ``snapshots/<name>/<id>/`` whose id is the SHA-256 of its *logical* content,
so that the same facts have the same id whenever, wherever and in whatever order they were read.
Beside the folders stand ``log.jsonl``, one line for each pull in its order, and ``newest``, a
pointer that is replaced atomically.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

from tieout.domain.diagnostic import Diagnostic, Position, Refused
from tieout.domain.entry import Coverage
from tieout.domain.key import canonical
from tieout.store.database import unwritable

MANIFEST: Final = "manifest.json"


@dataclass(frozen=True, kw_only=True)
class SnapshotRef:
    """One snapshot of ``name`` (a source or target). ``captured_at`` is the last pull that found
    just this, in UTC; ``kind`` is ``entries``, ``rates`` or ``books``."""

    name: str
    id: str
    kind: str
    folder: Path
    captured_at: datetime
    manifest: Mapping[str, Any]

    @property
    def coverage(self) -> Coverage:
        """What the capture declares to know. Books know everything about themselves."""
        given = self.manifest.get("coverage")
        return coverage_from_json(given) if given else Coverage(None, None, proves_absence=True)


def newest(state: Path, name: str) -> SnapshotRef | None:
    """The snapshot that the last pull of ``name`` came to; None before the first.

    Raises ``Refused`` (TO340) where its folder is gone or damaged.
    """
    pointer = _home(state, name) / "newest"
    if not pointer.exists():
        return None
    said = _json(pointer)
    return _open(state, name, str(said.get("id")), _moment(pointer, said.get("captured_at")))


def by_id(state: Path, name: str, identifier: str) -> SnapshotRef | None:
    """An older snapshot, by its id or a beginning of it that only it has; None if there is none."""
    pulls = [line for line in history(state, name) if line["id"].startswith(identifier)]
    if not identifier or len({line["id"] for line in pulls}) != 1:
        return None
    return _open(state, name, pulls[-1]["id"], datetime.fromisoformat(pulls[-1]["captured_at"]))


def history(state: Path, name: str) -> Iterator[dict[str, str]]:
    """Every pull, oldest first: ``{"id", "captured_at"}``."""
    log = _home(state, name) / "log.jsonl"
    if log.exists():
        for line in log.read_text(encoding="utf-8").splitlines():
            try:
                yield dict(json.loads(line))
            except ValueError:  # a line cut short by a power cut: the pull it tells of never ended
                continue


def verify_files(ref: SnapshotRef) -> list[Diagnostic]:
    """TO340 for each file of the snapshot whose bytes aren't those that were written."""
    return [
        damaged(ref.folder / name, "its bytes have changed")
        for name, expected in sorted(ref.manifest["files"].items())
        if not (ref.folder / name).is_file() or file_digest(ref.folder / name) != expected
    ]


def sound(ref: SnapshotRef) -> SnapshotRef:
    """The snapshot, once its files are found as they were written: what is planned or pulled on it
    must not rest on a damaged disk. Raises ``Refused`` (TO340)."""
    found = verify_files(ref)
    if found:
        raise Refused(found)
    return ref


def store(
    state: Path,
    name: str,
    identifier: str,
    now: datetime,
    manifest: Mapping[str, Any],
    write: Callable[[Path], None],
) -> SnapshotRef:
    """Make the snapshot ``identifier`` the newest of ``name``; durable when it returns.

    ``write`` puts the files into an empty folder; it isn't called where the id exists already.
    ``now`` must carry a zone. The folder appears whole or not at all. Raises ``Refused`` (TO503)
    where the state can't be written.
    """
    home, captured_at = _home(state, name), _utc(now)
    line = canonical({"id": identifier, "captured_at": captured_at}) + "\n"
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)  # it holds hours, pay and names
        if not (home / identifier / MANIFEST).exists():
            _write_folder(home, identifier, captured_at, manifest, write)
        _append(home / "log.jsonl", line)
        replace(home / "newest", line)
    except OSError as error:
        raise Refused([unwritable(state, error.strerror or str(error))]) from error
    return _open(state, name, identifier, datetime.fromisoformat(captured_at))


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def replace(path: Path, text: str) -> None:
    """Put ``text`` in a file's place, atomically and durably."""
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    _sync(path.parent)


def damaged(path: Path, why: str) -> Diagnostic:
    """TO340: a snapshot isn't what was written."""
    return Diagnostic(
        "TO340",
        f"the snapshot file {path.name} is damaged: {why}",
        position=Position(str(path)),
        hint="restore the state folder from a backup; to start anew from the files alone, "
        "take away the whole folder of this source under snapshots/",
        next="tieout pull",
    )


def coverage_json(coverage: Coverage) -> dict[str, Any]:
    first, last = (
        day.isoformat() if day else None for day in (coverage.from_date, coverage.to_date)
    )
    return {"from": first, "to": last, "proves_absence": coverage.proves_absence}


def coverage_from_json(data: Mapping[str, Any]) -> Coverage:
    first, last = (date.fromisoformat(data[end]) if data[end] else None for end in ("from", "to"))
    return Coverage(first, last, proves_absence=data["proves_absence"])


def _home(state: Path, name: str) -> Path:
    if not name or name.startswith(".") or "/" in name or os.sep in name:
        raise ValueError(f"{name!r} can't name a snapshot")
    return state / "snapshots" / name


def _open(state: Path, name: str, identifier: str, captured_at: datetime) -> SnapshotRef:
    folder = _home(state, name) / identifier
    manifest = _json(folder / MANIFEST)
    if manifest.get("id") != identifier or "kind" not in manifest:
        raise Refused([damaged(folder / MANIFEST, "it is the manifest of another snapshot")])
    return SnapshotRef(
        name=name,
        id=identifier,
        kind=manifest["kind"],
        folder=folder,
        captured_at=captured_at,
        manifest=manifest,
    )


def _json(path: Path) -> dict[str, Any]:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Refused([damaged(path, f"it can't be read ({error})")]) from None
    if not isinstance(read, dict):
        raise Refused([damaged(path, "it holds something else")])
    return read


def _moment(path: Path, text: object) -> datetime:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        raise Refused([damaged(path, "it names no time")]) from None


def _utc(now: datetime) -> str:
    if now.tzinfo is None:
        raise ValueError("a time of capture needs its zone")
    return now.astimezone(UTC).isoformat(timespec="seconds")


def _write_folder(
    home: Path,
    identifier: str,
    captured_at: str,
    manifest: Mapping[str, Any],
    write: Callable[[Path], None],
) -> None:
    temporary = Path(mkdtemp(prefix=".writing-", dir=home))
    try:
        write(temporary)
        digests = {path.name: file_digest(path) for path in sorted(temporary.iterdir())}
        full = {**manifest, "id": identifier, "captured_at": captured_at, "files": digests}
        (temporary / MANIFEST).write_text(
            json.dumps(full, indent=1, sort_keys=True) + "\n", encoding="utf-8"
        )
        for path in temporary.iterdir():
            _sync(path)
        _sync(temporary)
        _settle(temporary, home / identifier)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    _sync(home)


def _settle(temporary: Path, final: Path) -> None:
    """Rename into place. A folder without a manifest is no snapshot and gives way; one that another
    process has just finished is the same content, and stays."""
    if final.exists() and not (final / MANIFEST).exists():
        shutil.rmtree(final)
    try:
        temporary.rename(final)
    except OSError:
        if not (final / MANIFEST).exists():
            raise


def _append(path: Path, line: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path) -> None:
    """Make a file's bytes, or a folder's names, outlive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
