"""What no relation of the story may have, and what every file of it must say."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tieout.pipeline import arrow
from tieout.pipeline.run import Inputs, compute, scripts, statements

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))

import million

#: Exact fractions of a workweek's cost: hours times rates times hours don't fit 64 bits.
FRACTIONS = {"salaried", "item_rate", "week_rate", "premium", "pot_scale", "charge"}

#: Relations that config and snapshots make: what the first file may already read.
GIVEN = re.compile(
    r"source_(entry|rate|exchange)|\w+_(row|match|rate|named|at|unit|decision|claimed|source|rule)"
    r"|calendar|policy|entity|stream|target|tier|pack|local_day|applied_state|books_(record|text)|next_invoice|law_limit"
)


@pytest.fixture(scope="module")
def columns(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, str]]:
    """(relation, column, type) of every relation that stands when the story has been told."""
    world = million.world(tmp_path_factory.mktemp("columns"), 400)
    inputs = Inputs(
        config=world.config, as_of=million.AS_OF, entries=[world.entries], rates=world.rates
    )
    with compute(inputs) as story:
        return story.connection.execute(
            "select table_name, column_name, data_type from duckdb_columns() where not internal"
        ).fetchall()


def test_nothing_is_a_fraction_of_binary(columns: list[tuple[str, str, str]]) -> None:
    inexact = [c for c in columns if re.match(r"DOUBLE|FLOAT|DECIMAL", c[2])]
    assert inexact == []


def test_only_exact_fractions_are_wider_than_64_bits(columns: list[tuple[str, str, str]]) -> None:
    assert {relation for relation, _, kind in columns if "HUGEINT" in kind} == FRACTIONS


@pytest.mark.parametrize(("name", "text"), scripts(), ids=lambda value: value[:20])
def test_each_file_says_what_it_reads_makes_and_why(name: str, text: str) -> None:
    heads = [line[: len("-- grain:")].rstrip() for line in text.splitlines()[:12]]
    found = [head for head in heads if re.fullmatch(r"-- (in|out|grain|why):.*", head)]
    assert [head.split(":")[0] for head in found] == ["-- in", "-- out", "-- grain", "-- why"]


def reads(sql: str) -> set[str]:
    """The relations that a statement reads and doesn't make itself."""
    own = set(re.findall(r"(?:with(?: recursive)?|,)\s+(\w+) as \(", sql))
    return set(re.findall(r"(?<!distinct )\b(?:from|join)\s+([a-z_]\w*)\b(?![\w.(])", sql)) - own


def test_each_file_reads_only_what_stands_before_it() -> None:
    standing: set[str] = set()
    for name, text in scripts():
        for _, sql in statements(text):
            unknown = {
                relation for relation in reads(sql) if not GIVEN.fullmatch(relation)
            } - standing
            assert not unknown, f"{name} reads {unknown} before it is made, or after it was dropped"
            standing.update(re.findall(r"create temp (?:table|view) (\w+)", sql))
            standing.difference_update(re.findall(r"drop table (\w+)", sql))


def test_rows_become_columns_of_the_types_that_were_asked_for() -> None:
    made = arrow.as_arrow([("no", "INTEGER"), ("name", "VARCHAR")], [(1, "a"), (2, None)])
    assert made.to_pydict() == {"no": [1, 2], "name": ["a", None]}
    assert [str(kind) for kind in made.schema.types] == ["int32", "string"]
