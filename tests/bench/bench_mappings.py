"""How long 100,000 mapping rows take to load and validate, against PyYAML's CSafeLoader alone.

`make bench`, or `python tests/bench/bench_mappings.py [ROWS]`. CSafeLoader only parses, without
positions; we read with positions, check every row, type it, split it by date and validate it all.
"""

import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

import pytest
import yaml

from tieout.config.load import load
from tieout.config.reader import read
from tieout.domain.diagnostic import Severity

ROOT = Path(__file__).resolve().parents[2]
BOUND = 0.3
ROW = """\
  - id: p-{n}
    name: Project number {n}
    customer: acme
    class: Consulting
    timesheets: {{customer: ACME, project: "Project {n}"}}
    books: {{job: "Acme Corp:Project {n}"}}
    billing: {{method: hourly, rate: {{2026-01-01: 140.00, 2026-12-01: 150.00}}}}
"""


def company(folder: Path, rows: int) -> Path:
    """The sample company with `rows` projects more; the path of the file that has them."""
    shutil.copy(ROOT / "tieout.yaml", folder)
    for name in ("mappings", "rules"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "mappings/projects").mkdir()
    shutil.move(folder / "mappings/projects.yaml", folder / "mappings/projects/sample.yaml")
    many = folder / "mappings/projects/many.yaml"
    many.write_text("projects:\n" + "".join(ROW.format(n=n) for n in range(rows)))
    return many


def cpu(work):
    """CPU seconds of `work()`, and what it returned."""
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def measure(rows: int) -> float:
    """Prints the figures; returns the ratio of loading to CSafeLoader."""
    with tempfile.TemporaryDirectory() as name:
        many = company(Path(name), rows)
        loading, loaded = cpu(lambda: load(Path(name)))
        assert loaded.config is not None, loaded.diagnostics[:3]
        assert not [d for d in loaded.diagnostics if d.severity is Severity.ERROR]
        assert len({p.id for p in loaded.config.projects}) == rows + 10
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        del loaded
        data = many.read_bytes()
        reading, _ = cpu(lambda: read(data, print))
        parsing, _ = cpu(lambda: yaml.load(data, Loader=yaml.CSafeLoader))  # noqa: S506
    print(
        f"\n{rows:,} rows: load {loading:.2f} s ({peak} MB), of which reading {reading:.2f} s; "
        f"CSafeLoader alone {parsing:.2f} s; ratio {loading / parsing:.2f} (bound {BOUND})"
    )
    return loading / parsing


@pytest.mark.bench
def test_mappings_load_faster_than_csafeloader_parses():
    assert measure(100_000) <= BOUND


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
