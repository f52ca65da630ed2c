"""What a full plan costs, against the least that could tell that nothing changed.

`make bench`, or `python tests/bench/bench_plan.py [ENTRIES …]`. The bound reads the snapshot and joins
the documents as desired with those in the books on key and digest; the plan does all the work between.
In the books 95 % of documents are as desired, the rest are a minute longer or not there. Each figure is
taken in a process of its own. Prints a table and writes the same as JSON to `build/bench_plan.json`.
"""

from __future__ import annotations

import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import million

if TYPE_CHECKING:
    import pyarrow as pa

    from tieout.domain.books import Claim
    from tieout.planning.gather import Gathered

SIZES = (100_000, 1_000_000)
MEMORY = 512
EVERY = 40
"""One document of so many is a minute longer in the books, one isn't there: 5 % together."""
REPORT = Path(__file__).resolve().parents[2] / "build" / "bench_plan.json"


_BOOKS = """
with numbered as (
    select *, row_number() over (order by document) % $every as n from desired
), stale as (
    select document, digest,
        if(n = 1, regexp_replace(json, '"seconds":([0-9]+)', '"seconds":60'), json) as json
    from numbered where n <> 0
)
select 'books' as target, document as key, sha256(json) as digest, json as document,
    document as remote_id, '1' as version, null::varchar as final, digest as desired
from stale order by document
"""


def prepare(root: Path, count: int) -> None:
    """Writes the snapshot, the books as Parquet and the applied state, made of the plan's own
    desired documents. What was applied of a document says which entries it was made of where the
    books aren't as desired: of the others no plan asks."""
    from tieout.pipeline.run import Inputs, compute

    world = million.world(root, count)
    inputs = Inputs(
        config=world.config, as_of=million.AS_OF, entries=[world.entries], rates=world.rates,
        memory="2GB",
    )  # fmt: skip
    books = root / f"books-{count}.parquet"
    with compute(inputs) as story:
        keep(books, story.connection.execute(_BOOKS, {"every": EVERY}).to_arrow_reader(65_536))
        stale = story.connection.execute(
            "select key from read_parquet($1) where digest <> desired", [str(books)]
        ).fetchall()
        claims = story.claims(key for (key,) in stale)
    remember(world.config.state, books, claims)


def keep(books: Path, batches: pa.RecordBatchReader) -> None:
    """The records' file, in groups of rows as the store writes them."""
    import pyarrow.parquet as parquet

    with parquet.ParquetWriter(books, batches.schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)


def remember(state: Path, books: Path, claims: Mapping[str, Sequence[Claim]]) -> None:
    """An applied state that is what the books hold."""
    import pyarrow.parquet as parquet

    from tieout.domain.key import canonical
    from tieout.store import database

    connection = database.connect_writer(state)
    with database.transaction(connection):
        for batch in parquet.ParquetFile(books).iter_batches(
            columns=["key", "digest", "document", "remote_id"]
        ):
            rows = zip(*(column.to_pylist() for column in batch.columns), strict=True)
            connection.executemany(
                "insert or replace into applied values ('books', ?, 1, ?, ?, ?, '1', 'bench', 0, '', 0, ?)",
                (
                    (*row, canonical([list(astuple(c)) for c in claims.get(row[0], ())]))
                    for row in rows
                ),
            )
    connection.close()


def bound(root: Path, count: int) -> None:
    """Reads every column of the snapshot, and joins two million digests."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(
            "select bit_xor(hash(e)) from read_parquet($1) e", [snapshot(root, count)]
        )
        connection.execute(
            "select count(*) from read_parquet($1) a full join read_parquet($1) b "
            "on a.key = b.key and a.desired = b.digest where a.key is null or b.key is null",
            [str(root / f"books-{count}.parquet")],
        )


def plan(root: Path, count: int) -> None:
    """The whole body of a plan."""
    from tieout.planning.build import build

    build(gathered(root, count), memory=f"{MEMORY}MB")


def gathered(root: Path, count: int) -> Gathered:
    """What `tieout plan` gathers."""
    from tieout.domain.books import Books
    from tieout.domain.entry import Coverage
    from tieout.planning.gather import Gathered
    from tieout.store import applied, books

    records = root / f"books-{count}.parquet"
    config = million.config(root, count)
    return Gathered(
        config=config, as_of=million.AS_OF, snapshots={}, entries=[Path(snapshot(root, count))],
        rates=million.rates(count),
        applied=applied.export(config.state, {"books": books.digests(records)}),
        records=[records], books={"books": Books(target="books", identity="books")},
        coverage={"t": Coverage(None, None, True)}, resolutions={}, identities={},
    )  # fmt: skip


def snapshot(root: Path, count: int) -> str:
    return str(root / f"entries-{count}.parquet")


STEPS = {"prepare": prepare, "bound": bound, "plan": plan}


def step(name: str, root: Path, count: int) -> dict[str, float]:
    """CPU seconds and peak memory (MB) of one step in a fresh process, the interpreter's start apart."""
    ran = subprocess.run(
        [sys.executable, __file__, name, str(root), str(count)],
        check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(ran.stdout)
    return found


def run_step(name: str, root: Path, count: int) -> None:
    started = time.process_time()
    STEPS[name](root, count)
    spent = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    json.dump({"cpu": spent, "peak": peak}, sys.stdout)


def whole_process(root: Path, count: int) -> float:
    """CPU of a process that makes a small plan, over that of `python -c pass`."""
    bare = child_cpu([sys.executable, "-c", "pass"])
    return child_cpu([sys.executable, __file__, "plan", str(root), str(count)]) / bare


def child_cpu(command: list[str]) -> float:
    """The median of five."""
    samples = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        samples.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return sorted(samples)[2]


def measure(sizes: tuple[int, ...] = SIZES) -> dict[str, Any]:
    """Prints the table, writes the JSON, returns the figures."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("TIEOUT_BENCH_DIR")) as name:
        root = Path(name)
        rows = []
        for count in sizes:
            step("prepare", root, count)
            least, full = step("bound", root, count), step("plan", root, count)
            rows.append({
                "entries": count, "bound_cpu": least["cpu"], "plan_cpu": full["cpu"],
                "ratio": full["cpu"] / least["cpu"], "peak_over_limit": full["peak"] / MEMORY,
            })  # fmt: skip
        step("prepare", root, 1000)
        small = whole_process(root, 1000)
    first, last = rows[0], rows[-1]
    exponent = math.log(last["plan_cpu"] / first["plan_cpu"]) / math.log(
        last["entries"] / first["entries"]
    ) if len(rows) > 1 else math.nan  # fmt: skip
    report = {"plans": rows, "growth_exponent": exponent, "small_plan_over_bare_python": small,
              "memory_limit_mb": MEMORY}  # fmt: skip
    print(f"\n{'entries':>12} {'bound':>8} {'plan':>9} {'ratio':>7} {'peak / limit':>13}")
    for row in rows:
        print(f"{row['entries']:>12,} {row['bound_cpu']:>6.2f} s {row['plan_cpu']:>7.2f} s "
              f"{row['ratio']:>6.1f}x {row['peak_over_limit']:>12.2f}x")  # fmt: skip
    print(f"growth exponent {exponent:.2f}; a plan of 1,000 entries, whole process: "
          f"{small:.0f} times `python -c pass`")  # fmt: skip
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(report, indent=2) + "\n")
    return report


@pytest.mark.bench
def test_a_full_plan_against_its_bound() -> None:
    """Prints what it found; a machine at work elsewhere fails nobody's gate."""
    assert [row["entries"] for row in measure()["plans"]] == list(SIZES)


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] in STEPS:
        run_step(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
    else:
        measure(tuple(int(argument) for argument in sys.argv[1:]) or SIZES)
