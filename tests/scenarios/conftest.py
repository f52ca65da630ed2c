"""The small studio, ready to be planned."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tieout.cli.app import main

sys.path.insert(0, str(Path(__file__).parent))

import studio as small


class Ran(NamedTuple):
    """What a command line came to."""

    code: int
    out: str
    err: str


@pytest.fixture
def studio(tmp_path: Path, tieout: Callable[..., Any]) -> small.Studio:
    """Nothing applied yet."""
    return small.build(tmp_path / "studio", tieout)


def run(*args: str) -> Ran:
    """A command line, run in this process."""
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
        code = main(list(args))
    return Ran(int(code), out.getvalue(), err.getvalue())


@pytest.fixture(scope="session")
def september(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company whose September is in the books and whose next plan is empty: to be copied."""
    studio = small.build(tmp_path_factory.mktemp("september") / "studio", run)
    studio.settle()
    return studio.root


@pytest.fixture(scope="session")
def in_hledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As ``september``, with books in hledger's format."""
    studio = small.build(tmp_path_factory.mktemp("hledger") / "studio", run)
    studio.edit("tieout.yaml", "format: beancount", "format: hledger")
    studio.settle()
    return studio.root


@pytest.fixture
def booked(september: Path, tmp_path: Path, tieout: Callable[..., Any]) -> small.Studio:
    """September is in the books and the next plan is empty."""
    return small.Studio(shutil.copytree(september, tmp_path / "studio"), tieout)
