"""How long 100,000 mapping rows take to load and validate, against PyYAML's CSafeLoader alone.

`make bench`, or `python tests/bench/bench_mappings.py [ROWS]`. CSafeLoader only parses, without
positions. `checked` is reading with positions and every row against its schema; `load` also types
every row, splits it by date (three versions each here), validates the whole and takes its digest.
"""

import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

import pytest
import yaml

from tieout.config.findings import Findings
from tieout.config.load import load
from tieout.config.reader import read
from tieout.config.shape import Names, Report, compiled
from tieout.domain.collection import without_collection

ROOT = Path(__file__).resolve().parents[2]
CHECKED, LOADED = 0.3, 0.3
"""What either may take, as a share of CSafeLoader's time."""
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


def checked(data: bytes) -> Findings:
    """Reads and checks one file of projects, as `load` does."""
    findings = Findings()
    with without_collection():
        node = read(data, findings.complain("many.yaml"))
        check = compiled("projects", Names(("timesheets", "contractors"), ("books",)))
        check(node, Report("many.yaml", findings))
    return findings


def measure(rows: int) -> tuple[float, float]:
    """Prints the figures; returns the ratios of checking and of loading to CSafeLoader."""
    with tempfile.TemporaryDirectory() as name:
        many = company(Path(name), rows)
        loading, loaded = cpu(lambda: load(Path(name)))
        assert loaded.config is not None, loaded.diagnostics[:3]
        assert len({p.id for p in loaded.config.projects}) == rows + 10
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        del loaded
        data = many.read_bytes()
        checking, findings = cpu(lambda: checked(data))
        assert not findings.errors
        parsing, _ = cpu(lambda: yaml.load(data, Loader=yaml.CSafeLoader))
    ratios = checking / parsing, loading / parsing
    print(
        f"\n{rows:,} rows: CSafeLoader alone {parsing:.2f} s · checked {checking:.2f} s, ratio "
        f"{ratios[0]:.2f} (bound {CHECKED}) · load {loading:.2f} s, ratio {ratios[1]:.2f} "
        f"(bound {LOADED}) · {peak} MB"
    )
    return ratios


@pytest.mark.bench
def test_what_reading_mappings_costs_over_csafeloader():
    """A measurement, not a verdict: the ratios are printed beside their bounds."""
    measure(100_000)


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
