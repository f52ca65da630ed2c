"""What every test may rely on: no network but loopback, no personal settings, shared material."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import hypothesis
import pytest

from tieout.cli.app import main

if TYPE_CHECKING:
    from tryton_server import Server, Tryton

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = ("127.", "::1", "localhost", "::ffff:127.")

# Two cores share this with the other workers: a time limit per example would only be flaky.
# The ordinary run draws the same examples every time; TIEOUT_RANDOM draws new ones (`make soak`).
hypothesis.settings.register_profile(
    "tieout", deadline=None, print_blob=True, derandomize="TIEOUT_RANDOM" not in os.environ
)
hypothesis.settings.load_profile("tieout")

# A developer's own git settings (signing, hooks, default branch) must not decide a test.
os.environ |= {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Kim Tester",
    "GIT_AUTHOR_EMAIL": "kim@example.org",
    "GIT_COMMITTER_NAME": "Kim Tester",
    "GIT_COMMITTER_EMAIL": "kim@example.org",
}
for name in ("TIEOUT_DEBUG", "NO_COLOR", "COLUMNS"):
    os.environ.pop(name, None)


def _stay_at_home(event: str, args: tuple[Any, ...]) -> None:
    """An audit hook rather than a patched socket: no library can keep an older reference."""
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = args[1]
        host = address[0] if isinstance(address, tuple) else ""  # a path: a Unix socket
    elif event == "socket.getaddrinfo":
        host = args[0] or ""
    else:
        return
    host = host.decode() if isinstance(host, bytes) else str(host)
    if host and not host.startswith(LOOPBACK):
        raise RuntimeError(f"a test tried to reach {host}: the network is off, loopback apart")


sys.addaudithook(_stay_at_home)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="rewrite the golden files")


@pytest.fixture
def update_goldens(request: pytest.FixtureRequest) -> bool:
    """Whether a scenario should rewrite its goldens instead of comparing with them."""
    return bool(request.config.getoption("--update-goldens"))


def _shared(kind: str) -> Path:
    """Material that lies beside the project: real exports, vendors' schemas, worked examples."""
    variable = f"TIEOUT_{kind.upper()}"
    folder = Path(os.environ.get(variable) or ROOT.parent / "shared" / kind)
    if not folder.is_dir():
        pytest.skip(f"no {kind} here; {variable} can name their folder")
    return folder


@pytest.fixture(scope="session")
def samples() -> Path:
    """Real exports of time trackers."""
    return _shared("samples")


@pytest.fixture(scope="session")
def specs() -> Path:
    """The vendors' own schemas and fixtures."""
    return _shared("specs")


@pytest.fixture(scope="session")
def vectors() -> Path:
    """Worked examples of labour law."""
    return _shared("vectors")


@pytest.fixture(scope="session")
def hledger() -> Callable[..., str]:
    """What hledger says of a company's books, of which it thinks no ill: `hledger(root, "bal", "-N")`."""
    program = shutil.which("hledger")
    if program is None:
        pytest.skip("no hledger here")

    def run(root: Path, *args: str) -> str:
        ask = [program, "-f", str(root / "books" / "main.journal"), *args]
        ran = subprocess.run(ask, capture_output=True, text=True, check=False)
        assert (ran.returncode, ran.stderr) == (0, "")
        return ran.stdout

    return run


class Ran(NamedTuple):
    """What a command line came to."""

    code: int
    out: str
    err: str


@pytest.fixture
def tieout(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run a command line in this process: `tieout("plan", "--help").code`."""

    def run(*args: str | Path) -> Ran:
        capsys.readouterr()
        line: Sequence[str] = [str(arg) for arg in args]
        code = main(line)
        return Ran(int(code), *capsys.readouterr())

    return run


@pytest.fixture(scope="session")
def tryton_server() -> Server:
    """Real Trytons over a private PostgreSQL, which the first test that asks starts."""
    pytest.importorskip("trytond", reason="needs Tryton: make tryton-test")
    from tryton_server import Cluster, Server

    return Server(Cluster())


@pytest.fixture
def tryton(tryton_server: Server) -> Iterator[Tryton]:
    """A Tryton database of the test's own, with the sample company in it."""
    with tryton_server.database() as database:
        yield database
