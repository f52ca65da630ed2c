"""The texts of what is unsettled: few, and each from where it is kept once."""

import hashlib
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from tieout.pipeline import arrow
from tieout.pipeline.run import APPLIED_COLUMNS, RECORD_COLUMNS, Candidate, Inputs, compute

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))

import million


def told(inputs: Inputs) -> list[Candidate]:
    with compute(inputs) as story:
        return story.candidates()


def books(texts: dict[str, str]) -> pa.Table:
    rows = [("books", key, sha(text), text, key, "1", None) for key, text in texts.items()]
    return arrow.as_arrow(list(RECORD_COLUMNS.items()), rows)


def applied(texts: dict[str, str], known: dict[str, str]) -> pa.Table:
    """``known``: what the books hold; a text that they hold too is left out."""
    rows = [
        (key, "books", 1, sha(text), None if known.get(key) == text else text, "c")
        for key, text in texts.items()
    ]
    return arrow.as_arrow(list(APPLIED_COLUMNS.items()), rows)


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_text_left_out_of_what_was_applied_is_that_of_the_books(tmp_path: Path) -> None:
    world = million.world(tmp_path, 40)
    inputs = Inputs(
        config=world.config, as_of=million.AS_OF, entries=[world.entries], rates=world.rates
    )
    desired = {c.key: c.desired or "" for c in told(inputs)}
    older, edited, deleted, added, *_ = sorted(desired)
    wrote = {k: t for k, t in desired.items() if k != added} | {older: desired[older] + " "}
    held = {k: t for k, t in wrote.items() if k != deleted} | {edited: desired[edited] + " "}

    pyarrow.parquet.write_table(books(held), tmp_path / "records.parquet")
    whole = told(replace(inputs, applied=applied(wrote, {}), records=books(held)))
    light = told(
        replace(inputs, applied=applied(wrote, held), records=[tmp_path / "records.parquet"])
    )

    assert light == whole
    assert {c.key: (c.desired, c.applied, c.actual) for c in light} == {
        key: (desired[key], wrote.get(key), held.get(key))
        for key in (older, edited, deleted, added)
    }
