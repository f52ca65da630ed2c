"""The rules of the house that no linter knows: what is lazy, what is whole, what is pinned."""

import ast
import re
import resource
import subprocess
import sys
import tomllib
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

from tieout.cli import app as shell
from tieout.config import resources

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "engine" / "tieout"
SOURCES = sorted(PACKAGE.rglob("*.py"))
HEAVY = (
    "duckdb", "jinja2", "git", "httpx", "pyarrow", "ruamel", "yaml", "jsonschema", "pydantic",
    "rich", "beancount", "python_calamine", "xlsxwriter", "pyrate_limiter", "tenacity",
    "rapidfuzz", "holidays",
)  # fmt: skip
VERBS = [verb for verb in shell.VERBS if (PACKAGE / "cli" / verb.name).with_suffix(".py").exists()]


@cache
def pyproject():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def module(path):
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)


def names_of(path):
    """Every module and name that a file imports, at whatever depth: `httpx`, `a.b.Name`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def loaded_by(code):
    """The heavy libraries, and the modules of ours, that are loaded after `code`."""
    show = "import sys; print(*sys.modules, file=sys.__stderr__)"
    ran = subprocess.run(
        [sys.executable, "-c", f"{code}\n{show}"], capture_output=True, text=True, check=True
    )
    loaded = ran.stderr.split()
    return {m for m in loaded if m in HEAVY}, {m for m in loaded if m.startswith("tieout.")}


# start-up


def test_help_loads_no_verb_and_nothing_heavy():
    heavy, ours = loaded_by("from tieout.cli.app import main; main(['--help'])")
    assert heavy == set()
    assert not ours & {verb.module for verb in shell.VERBS}
    assert not {m for m in ours if not m.startswith("tieout.cli")}


def test_a_verbs_help_loads_that_verb_alone():
    lines = "".join(f"main([{v.name!r}, '--help'])\n" for v in VERBS)
    heavy, _ = loaded_by(f"from tieout.cli.app import main\n{lines}")
    assert heavy == set()
    for verb in VERBS[:1]:
        _, ours = loaded_by(f"from tieout.cli.app import main; main([{verb.name!r}, '--help'])")
        assert ours & {v.module for v in shell.VERBS} == {verb.module}


def test_help_documents_each_verb(tieout):
    overview = tieout("--help").out
    for verb in VERBS:
        assert re.search(rf"^  {verb.name} ", overview, re.MULTILINE)
        ran = tieout(verb.name, "--help")
        assert ran.code == 0
        assert ran.out.startswith(f"Usage: tieout {verb.name}")
        options = re.findall(r"^  (-[^ ]+).*?(?=^  -|\Z)", ran.out, re.MULTILINE | re.DOTALL)
        assert options, f"{verb.name} has no --help"


@pytest.mark.bench
def test_help_costs_at_most_twelve_bare_interpreters():
    def cpu(*args):
        samples = []
        for _ in range(21):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, *args], stdout=subprocess.DEVNULL, check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            samples.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        return sorted(samples)[len(samples) // 2]

    bare, shown = cpu("-c", "pass"), cpu("-m", "tieout", "--help")
    print(f"\n--help: {shown * 1000:.1f} ms of CPU, {shown / bare:.1f} times `python -c pass`")
    assert shown <= 12 * bare


# the import rule, where import-linter can't say it


def test_every_layer_is_in_the_import_rule():
    contract = pyproject()["tool"]["importlinter"]["contracts"][0]
    ruled = set(re.findall(r"tieout\.(\w+)", " ".join(contract["layers"])))
    present = {p.parent.name for p in PACKAGE.glob("*/__init__.py")}
    assert present - {"simulators"} <= ruled


def test_only_applying_holds_a_writer():
    for path in SOURCES:
        if path.relative_to(PACKAGE).parts[0] not in ("applying", "connectors"):
            assert not [n for n in names_of(path) if n.endswith(".BookWriter")], path


def test_planning_and_reporting_open_no_socket():
    network = {"socket", "ssl", "http", "httpx", "urllib.request", "asyncio", "xmlrpc"}
    for layer in ("planning", "reporting"):
        for path in PACKAGE.joinpath(layer).rglob("*.py"):
            used = {n for n in names_of(path) for w in network if f"{n}.".startswith(f"{w}.")}
            assert used == set(), path


def test_the_domain_needs_only_the_standard_library():
    for path in PACKAGE.joinpath("domain").rglob("*.py"):
        for name in names_of(path):
            top = name.partition(".")[0]
            assert top in sys.stdlib_module_names or name.startswith("tieout.domain"), path


def test_simulators_know_the_domain_alone_and_only_verbs_know_them():
    for path in SOURCES:
        layer = path.relative_to(PACKAGE).parts[0]
        ours = {n for n in names_of(path) if n.startswith("tieout.")}
        if layer == "simulators":
            assert all(n.startswith(("tieout.domain", "tieout.simulators")) for n in ours), path
        elif layer != "cli":
            assert not any(n.startswith("tieout.simulators") for n in ours), path


def test_only_resources_knows_where_built_in_files_are():
    named = {module(p) for p in SOURCES if '"_resources"' in p.read_text()}
    assert named == {"tieout.config.resources"}


# files


@pytest.mark.parametrize("path", SOURCES, ids=module)
def test_a_file_is_one_thing(path):
    assert len(path.read_text().splitlines()) <= 400
    assert not {"utils", "helpers", "manager", "misc", "common"} & {path.stem, path.parent.name}


def test_constraints_pin_every_dependency_and_name_no_host():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = {m[1] for line in lines if (m := re.fullmatch(r"([\w.-]+)==[\w.]+", line))}
    assert len(pins) == len(lines), "only name==version lines"

    def plain(name):
        return re.sub(r"[-_.]+", "-", name).lower()

    project = pyproject()["project"]
    asked = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    wanted = {plain(re.match(r"[\w.-]+", requirement)[0]) for requirement in asked} - {"tieout"}
    assert wanted <= {plain(pin) for pin in pins}


def test_workflow_actions_are_pinned_by_commit_and_keep_no_credentials():
    for path in (ROOT / ".github" / "workflows").glob("*.yml"):
        text = path.read_text()
        for use in re.findall(r"uses: *(.+)", text):
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v[\d.]+", use), f"{path.name}: {use}"
        assert text.count("actions/checkout@") == text.count("persist-credentials: false")


def test_ci_runs_the_readmes_own_command():
    run = ROOT / ".ci" / "run"
    assert run.stat().st_mode & 0o100
    assert "\nmake test " in run.read_text()
    verbs = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert verbs == {
        "demo", "test", "fast", "lint", "types", "coverage", "bench", "soak", "tryton",
        "tryton-test", "clean",
    }  # fmt: skip


# resources


def test_resources_are_found_with_and_without_their_usual_ending(tmp_path, monkeypatch):
    monkeypatch.setattr(resources, "_base", lambda: tmp_path)
    for name in ("schemas/projects.schema.json", "rules/law/us-ca.yaml", "reports/page.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert resources.schema("projects") == resources.schema("projects.schema.json")
    assert resources.law("law/us-ca") == resources.law("us-ca") == tmp_path / "rules/law/us-ca.yaml"
    assert resources.template("page.html") == tmp_path / "reports/page.html"
    assert resources.names("rules/law") == ("us-ca.yaml",)
    assert resources.sample() == tmp_path


def test_a_missing_resource_names_those_that_exist(tmp_path, monkeypatch):
    monkeypatch.setattr(resources, "_base", lambda: tmp_path)
    (tmp_path / "rules/law").mkdir(parents=True)
    (tmp_path / "rules/law/us-ca.yaml").touch()
    with pytest.raises(resources.ResourceMissing, match=r"rules/law/us-tx; there are: us-ca\.yaml"):
        resources.law("us-tx")
    with pytest.raises(resources.ResourceMissing, match="there are: none"):
        resources.schema("projects")


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "law/../../x", "", "."])
def test_a_resource_name_cannot_leave_its_folder(name):
    with pytest.raises(resources.ResourceMissing):
        resources.law(name)


# the tests' own promise


def test_the_network_is_off():
    import socket

    with pytest.raises(RuntimeError, match="the network is off"):
        socket.create_connection(("example.org", 80))
    with (
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe,
        pytest.raises(RuntimeError, match=r"192\.0\.2\.1"),
    ):
        probe.connect(("192.0.2.1", 80))
    server = socket.create_server(("127.0.0.1", 0))
    with server, socket.create_connection(server.getsockname()):
        pass
