"""Files that nobody should have to read: told with a code and the next command, at once, and nothing
is lost. Readers of single formats have tests of their own; here are the verbs."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from studio import SEPTEMBER, Studio

PLAN = "plan.tieout"
PROJECTS = "mappings/projects.yaml"
EXPORT = "data/sheet.csv"
BOOK = "books/tieout/invoice/2026-09.beancount"
#: Longer than any of these may take, on a slow machine too.
LONGEST = 20


@pytest.fixture(autouse=True)
def in_time() -> Iterator[None]:
    def late(_number: int, _frame: object) -> None:
        raise AssertionError("it hangs")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(LONGEST)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def endless(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


def gone(path: Path) -> None:
    path.unlink()


def short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x20
    path.write_bytes(data)


def says(data: bytes) -> Callable[[Path], None]:
    def put(path: Path) -> None:
        path.write_bytes(data)

    return put


HARMS: dict[str, Callable[[Path], None]] = {
    "gone": gone, "empty": says(b""), "binary": says(bytes(range(256)) * 8), "short": short,
    "pipe": pipe, "folder": folder, "endless": endless, "flipped": flipped,
    "huge": says(b"a: " + b"x" * (1 << 20) + b"\n"),
    "digits": says(b"a: " + b"9" * 20_000 + b"\n"),
    "deep": says(b"[" * 20_000),
    "bomb": says(b"a: &a [x]\n" + b"".join(
        b"%c: &%c [*%c, *%c]\n" % (98 + n, 98 + n, 97 + n, 97 + n) for n in range(20)
    )),
}  # fmt: skip


def harmed(studio: Studio, file: str, harm: str) -> dict[Path, bytes]:
    """Does the harm; what stands in the books and the journal then."""
    HARMS[harm](studio.root / file)
    return kept(studio)


def kept(studio: Studio) -> dict[Path, bytes]:
    found = [*(studio.root / "books").rglob("*.beancount"), studio.root / ".tieout/journal.db"]
    return {path: path.read_bytes() for path in found if path.is_file() and not path.is_symlink()}


def refused(studio: Studio, *args: str) -> str:
    ran = studio.run("--root", str(studio.root), *args)
    assert ran.code in (1, 3, 4, 5), (args, ran.code, ran.out, ran.err)
    told = str(ran.out) + str(ran.err)
    assert "internal error" not in told
    assert "Traceback" not in told
    assert len(told) < 20_000  # a line of a megabyte is not shown whole
    assert "tieout " in told  # the next command
    return told


def test_a_plan_that_is_none(booked: Studio) -> None:
    booked.plan()
    path, before = booked.root / PLAN, kept(booked)
    whole = path.read_bytes()
    for harm in ("empty", "binary", "short", "pipe", "endless", "gone"):
        HARMS[harm](path)
        for verb in ("show", "approve", "apply"):
            assert "TO451" in refused(booked, verb, str(path)), harm
        path.unlink(missing_ok=True)
        path.write_bytes(whole)
    assert kept(booked) == before


def test_a_plan_edited_by_a_byte_anywhere(booked: Studio) -> None:
    """In twenty regions of the file, each time refused; put back, it is applied."""
    booked.entries(*[row.replace("-15,6,yes", "-15,4,yes") for row in SEPTEMBER])
    booked.plan()
    path, before = booked.root / PLAN, kept(booked)
    whole = path.read_bytes()
    for region in range(20):
        data = bytearray(whole)
        data[region * len(whole) // 20 + 7] ^= 1
        path.write_bytes(data)
        told = refused(booked, "apply", str(path))
        assert "TO451" in told or "TO452" in told, (region, told)
    assert kept(booked) == before
    path.write_bytes(whole)
    booked.apply()


@pytest.mark.parametrize("harm", ["empty", "binary", "pipe", "huge", "digits", "deep", "bomb"])
def test_mappings_that_are_none(booked: Studio, harm: str) -> None:
    before = harmed(booked, PROJECTS, harm)
    for verb in ("validate", "plan"):
        assert PROJECTS in refused(booked, verb)
    assert kept(booked) == before


@pytest.mark.parametrize(("harm", "says"), [
    ("empty", EXPORT), ("binary", EXPORT), ("endless", "no file matches"), ("pipe", "no file matches"),
])  # fmt: skip
def test_an_export_that_is_none(booked: Studio, harm: str, says: str) -> None:
    before = harmed(booked, EXPORT, harm)
    assert says in refused(booked, "pull")
    assert kept(booked) == before


@pytest.mark.parametrize("harm", ["gone", "short", "flipped"])
def test_a_snapshot_that_was_harmed_is_planned_on_by_nobody(booked: Studio, harm: str) -> None:
    newest = max((booked.root / ".tieout/snapshots/sheet").glob("*/entries.parquet"))
    before = harmed(booked, newest.relative_to(booked.root).as_posix(), harm)
    for verb in ("plan", "reconcile"):
        assert "TO340" in refused(booked, verb)
    assert kept(booked) == before


def test_rule_tests_that_can_t_be_read_are_told(booked: Studio) -> None:
    (booked.root / "rules/tests/odd.yaml").mkdir(parents=True)
    ran = booked.run("--root", str(booked.root), "test")
    assert ran.code == 1
    assert "TO102" in ran.err + ran.out


@pytest.mark.parametrize("harm", ["pipe", "endless"])
def test_books_that_never_end_are_not_waited_for(booked: Studio, harm: str) -> None:
    harmed(booked, BOOK, harm)
    told = booked.run("--root", str(booked.root), "pull")
    assert "TO419" in told.err or "TO403" in told.err
    assert "internal error" not in told.err
