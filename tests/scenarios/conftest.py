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
import typer

from tieout.cli.app import main

sys.path.insert(0, str(Path(__file__).parent))

import studio as small
import wheels

ROOT = Path(__file__).resolve().parents[2]


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
def command() -> Callable[..., Ran]:
    """What runs a command line, for what is built once for several tests."""
    return run


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


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built once."""
    folder = tmp_path_factory.mktemp("wheel")
    wheels.run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel. The dependencies are lent from here, so that no network is
    needed; the path file reaches them without this environment's own editable install."""
    venv = tmp_path_factory.mktemp("elsewhere") / "venv"
    wheels.run(sys.executable, "-m", "venv", "--without-pip", venv)
    python = venv / "bin" / "python"
    purelib = Path(
        wheels.run(python, "-c", "import sysconfig as s; print(s.get_path('purelib'))").stdout.strip()
    )
    (purelib / "lent.pth").write_text(f"{Path(typer.__file__).parents[1]}\n")
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
    wheels.run(*pip, "--no-deps", "--no-index", "--ignore-installed", wheel)
    return venv
