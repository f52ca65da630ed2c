"""What it costs to be sure: one durable journal record, and 10,000 documents in plain-text books.

`make bench`, or `python tests/bench/bench_apply.py [DOCUMENTS]`. A record is measured against one
`fdatasync` of as many bytes, which is the least that outlives a power cut; an apply against
writing the files that it leaves behind, each with a sync. Prints a table, then the same as JSON.
"""

import json
import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import pytest

from tieout.applying.execute import apply
from tieout.applying.preflight import Request
from tieout.applying.session import Session
from tieout.connectors.ports import TargetSettings
from tieout.connectors.targets import plaintext
from tieout.domain.change import Action, Change
from tieout.domain.document import Document, Line
from tieout.domain.plan import Body, Envelope, Plan
from tieout.store.books import write_books
from tieout.store.journal import Journal
from tieout.store.record import Act, Event, Payload

BOUND = 1.5
ROUNDS = 300
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def timed(work):
    """Wall-clock seconds of `work()`: what a disk takes is no CPU time."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def activity(number):
    """One worker's day on one project: what nearly all documents of a company are."""
    worker, month, day = number // 250, number // 25 % 10 + 1, number % 25 + 1
    date, key = f"2026-{month:02}-{day:02}", "web/design/work/billable"
    line = Line(key="time", seconds=27_000 + number % 60, billable=True, hour_kind="work",
                item="Design", job="Acme:Website", project="web", service="design")  # fmt: skip
    return Document(
        key=f"studio/time_activity/E-{worker:03}/{key}/{date}", kind="time_activity", date=date,
        from_=date, to=date, role="employee", party=f"E-{worker:03}", party_ref=f"Worker {worker}",
        lines=(line,),
    )  # fmt: skip


def plan(documents):
    """A plan that creates them all."""
    changes = tuple(
        Change(action=Action.CREATE, document=d.key, kind=d.kind, target="books", sequence=1,
               change_set=f"s{n}", reason="new", phase=1, before=None, after=d)
        for n, d in enumerate(documents)
    )  # fmt: skip
    body = Body(
        company="bench", environment="default", streams=("studio",), as_of="2026-11-23",
        snapshots={}, config="c", targets={"books": "plaintext:books"}, only=(), changes=changes,
        applied={"books": {c.document: (0, None) for c in changes}}, exceptions=(), guards=(),
        conservation={}, control={}, entries=len(changes),
    )  # fmt: skip
    return Plan(body=body, envelope=Envelope(made_at="2026-11-23T12:00:00Z", engine="bench"))


def session(root):
    settings = TargetSettings(name="books", company="bench", environment="default", root=str(root),
                              path="books", options={})  # fmt: skip
    return Session(
        company="bench", environment="default", state=root / "state", actor="bench",
        readers={"books": plaintext.reader(settings)},
        writers={"books": plaintext.writer(settings)},
        clock=lambda: NOON, keep_books=write_books, wait=time.sleep,
    )  # fmt: skip


def record(root):
    """Medians of appending one intent, and of one `fdatasync` of as many bytes, in turns."""
    durable, bare = [], []
    with (
        Journal.open(root / "state", "bench", "default") as journal,
        (root / "bare").open("wb") as file,
    ):
        for number in range(ROUNDS):
            payload = Payload({"change": activity(number).as_json(), "config": "c" * 64})
            act = Act(event=Event.INTENDED, actor="bench", plan="p" * 64, target="books",
                      identity="plaintext:books", document=activity(number).key, sequence=1,
                      operation=f"{number:064}", attempt=1, payload=payload)  # fmt: skip
            data = payload.text.encode() + b" " * 700  # the columns of a record, and its page
            durable.append(timed(lambda act=act: journal.append([act], NOON)))
            bare.append(timed(lambda data=data: synced(file, data)))
    return median(durable), median(bare)


def synced(file, data):
    file.write(data)
    file.flush()
    os.fdatasync(file.fileno())


def whole(root, documents):
    """Seconds to apply a plan of so many creates, seconds to write the same files, and bytes."""
    made = plan([activity(number) for number in range(documents)])
    request = Request(plan=made, file="plan.tieout", approvals=())
    reports = []
    applying = timed(lambda: reports.append(apply(request, session(root))))
    assert reports[0].counts() == {"create": {"done": documents}}
    files = {p.relative_to(root): p.read_bytes() for p in (root / "books").rglob("*.beancount")}
    (root / "bare-books").mkdir()
    writing = timed(lambda: [written(root / "bare-books", path, d) for path, d in files.items()])
    return applying, writing, sum(map(len, files.values()))


def written(folder, path, data):
    with (folder / path.as_posix().replace("/", "-")).open("wb") as file:
        synced(file, data)


def measure(documents):
    """Prints the figures; returns the ratio of a record to one `fdatasync`."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        durable, bare = record(Path(one))
        applying, writing, size = whole(Path(other), documents)
    figures = {
        "journal_record_us": round(durable * 1e6), "fdatasync_us": round(bare * 1e6),
        "record_ratio": round(durable / bare, 2), "record_bound": BOUND,
        "documents": documents, "bytes": size, "apply_s": round(applying, 2),
        "documents_per_s": round(documents / applying), "write_s": round(writing, 3),
        "apply_ratio": round(applying / writing),
    }  # fmt: skip
    print(f"\none journal record  {durable * 1e6:8.0f} µs   one fdatasync  {bare * 1e6:8.0f} µs   "
          f"ratio {durable / bare:.2f} (bound {BOUND})")  # fmt: skip
    print(f"{documents:,} documents  {applying:6.2f} s   {size / 1e6:.1f} MB with fsync  "
          f"{writing:6.3f} s   ratio {applying / writing:.0f}")  # fmt: skip
    print(json.dumps(figures))
    return durable / bare


@pytest.mark.bench
def test_what_a_durable_record_costs_over_its_sync():
    """A measurement, not a verdict: machines are noisy, so the ratio is printed beside its bound."""
    measure(10_000)


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
