"""The applied state: a fold of the journal, and provably no more than that."""

import hashlib
import json

import pytest
from filebooks import CONFIG, World, document, key
from hypothesis import given
from hypothesis import strategies as st

from tieout.domain.books import Claim
from tieout.store import applied


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    world.apply(world.plan({"a": {"e1": 60}, "b": {"e2": 30}}))
    world.apply(world.plan({"a": {"e1": 90}, "b": {}}))
    return world


def test_before_the_first_apply_it_is_empty(tmp_path):
    table = applied.export(tmp_path)
    assert (table.num_rows, table.column_names) == (0, list(applied.EXPORTED))
    assert applied.get(tmp_path, "books", [key("a")]) == {}
    assert applied.claims(tmp_path, "books", [key("a")]) == {}


def test_the_export_is_what_was_written_last(world):
    a, b = applied.export(world.state).to_pylist()
    wanted = document(key("a"), {"e1": 90})
    assert json.loads(a.pop("document")) == wanted.as_json()
    assert a.pop("version")
    assert a == {
        "key": key("a"),
        "target": "books",
        "sequence": 2,
        "digest": wanted.digest,
        "remote_id": f"a.json#{key('a')}",
        "config": CONFIG,
        "seconds": 90,
    }
    assert (b["sequence"], b["digest"], b["document"], b["seconds"]) == (2, None, None, 0)


def test_the_exported_text_is_the_canonical_json(world):
    row = applied.export(world.state).to_pylist()[0]
    assert hashlib.sha256(row["document"].encode()).hexdigest() == row["digest"]


def test_a_text_that_the_books_hold_too_is_left_out(world):
    whole = applied.export(world.state).to_pylist()
    digests = {whole[0]["digest"]}
    elsewhere = applied.export(world.state, {"other": digests}).to_pylist()
    assert elsewhere == whole
    light = applied.export(world.state, {"books": digests}).to_pylist()
    assert light == [{**whole[0], "document": None}, whole[1]]


def test_the_export_has_no_floats(world):
    assert {str(field.type) for field in applied.export(world.state).schema} == {"string", "int64"}


def test_documents_and_claims_are_fetched_by_key(world):
    found = applied.get(world.state, "books", [key("a"), key("b"), key("none")])
    assert found[key("a")].document == document(key("a"), {"e1": 90})
    assert found[key("b")].document is None
    assert key("none") not in found
    assert applied.get(world.state, "elsewhere", [key("a")]) == {}
    assert applied.claims(world.state, "books", [key("a"), key("b")]) == {
        key("a"): (Claim(entry="e1", digest="d", seconds=90, date="2026-11-20"),),
        key("b"): (),
    }


def test_the_table_is_the_fold(world):
    with world.journal() as journal:
        assert applied.compare(journal.connection) == []
        assert (
            applied.fold(journal.connection)[("books", key("a"))]
            == applied.get(world.state, "books", [key("a")])[key("a")]
        )


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE applied SET sequence = 7 WHERE key LIKE '%/a/%'",
        "UPDATE applied SET document = NULL WHERE key LIKE '%/a/%'",
        "DELETE FROM applied WHERE key LIKE '%/a/%'",
        "INSERT INTO applied SELECT target, 'ghost', sequence, digest, document, remote_id,"
        " version, config, seconds, operation, number, claims FROM applied LIMIT 1",
    ],
)
def test_a_table_that_went_astray_is_found_and_made_anew(world, sql):
    with world.journal() as journal:
        before = applied.export(world.state)
        journal.connection.execute(sql)
        assert [d.code for d in applied.compare(journal.connection)] == ["TO507"]
        assert applied.rebuild(journal.connection) == []
        assert applied.compare(journal.connection) == []
    assert applied.export(world.state) == before


def test_a_payload_removed_by_retention_leaves_what_the_table_knows(world):
    with world.journal() as journal:
        before = applied.export(world.state)
        journal.connection.execute("DELETE FROM payload")
        assert applied.compare(journal.connection) == []
        assert applied.rebuild(journal.connection) == []
        assert applied.export(world.state) == before

        journal.connection.execute("DELETE FROM applied")
        assert [d.code for d in applied.compare(journal.connection)] == ["TO507"] * 2
        assert [d.code for d in applied.rebuild(journal.connection)] == ["TO506"] * 2
    assert applied.export(world.state).to_pylist()[0]["digest"] == before.to_pylist()[0]["digest"]


steps = st.lists(
    st.dictionaries(
        st.sampled_from(["a", "b", "c"]),
        st.dictionaries(st.sampled_from(["e1", "e2"]), st.integers(1, 9)),
        max_size=3,
    ),
    max_size=5,
)


@given(steps=steps)
def test_kept_step_by_step_it_always_equals_the_fold(tmp_path_factory, steps):
    world = World(tmp_path_factory.mktemp("world"))
    for desired in steps:
        world.apply(world.plan(desired))
    live = {k: d for k, (_, d) in world.written().items() if d}
    assert live == world.held()
