"""A wheel is whole: built, installed into an empty environment elsewhere, run from there."""

import os
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from wheels import run

from tieout.config import resources

ROOT = Path(__file__).resolve().parents[2]
CARRIED = ("schemas", "reports", *resources.SAMPLE_PARTS)


@pytest.mark.parametrize("part", CARRIED)
def test_the_wheel_carries_what_the_root_has(wheel, part):
    source = ROOT / part
    if not source.exists():
        pytest.skip(f"{part} isn't written yet")
    files = [source] if source.is_file() else [p for p in source.rglob("*") if p.is_file()]
    with zipfile.ZipFile(wheel) as archive:
        carried = set(archive.namelist())
        for path in files:
            name = f"tieout/_resources/{path.relative_to(ROOT).as_posix()}"
            assert name in carried
            assert archive.read(name) == path.read_bytes()


def test_the_wheel_carries_every_source_file(wheel):
    engine = ROOT / "engine"
    with zipfile.ZipFile(wheel) as archive:
        carried = set(archive.namelist())
    wanted = {
        p.relative_to(engine).as_posix()
        for p in (engine / "tieout").rglob("*")
        if p.suffix in (".py", ".sql", ".typed")
    }
    assert wanted <= carried
    assert not [n for n in carried if n.startswith("tests/") or "__pycache__" in n]


def test_the_source_archive_can_build_the_same_wheel(wheel, tmp_path):
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", tmp_path, cwd=ROOT)
    (archive,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as sources:
        sources.extractall(tmp_path, filter="data")
    unpacked = tmp_path / archive.name.removesuffix(".tar.gz")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path, cwd=unpacked)
    with zipfile.ZipFile(wheel) as one, zipfile.ZipFile(tmp_path / wheel.name) as other:
        assert one.namelist() == other.namelist()


def test_the_installed_wheel_runs_from_another_folder(installed, tmp_path):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    tieout, python = installed / "bin" / "tieout", installed / "bin" / "python"
    shown = run(tieout, "--help", cwd=tmp_path, env=clean)
    assert shown.stdout.startswith("Usage: tieout ")
    assert run(tieout, "--version", cwd=tmp_path, env=clean).stdout == "tieout 0.1.0\n"
    where = "import tieout; from tieout.config import resources; print(tieout.__file__)"
    found = run(python, "-c", where, cwd=tmp_path, env=clean).stdout
    assert Path(found.strip()).is_relative_to(installed)


def test_the_installed_wheel_finds_its_own_resources(installed, tmp_path):
    if not (ROOT / "tieout.yaml").exists():
        pytest.skip("the sample company isn't written yet")
    ask = "from tieout.config import resources as r; print(r.sample(), *r.names('schemas'))"
    folder, *schemas = run(installed / "bin" / "python", "-c", ask, cwd=tmp_path).stdout.split()
    assert Path(folder).is_relative_to(installed)
    assert (Path(folder) / "tieout.yaml").read_bytes() == (ROOT / "tieout.yaml").read_bytes()
    assert schemas == list(resources.names("schemas"))
