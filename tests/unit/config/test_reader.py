"""YAML → nodes: places, text as written, every refusal; nothing escapes as an exception."""

import gc
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.config.reader import MAX_BYTES, MAX_COMPLAINTS, Map, Seq, Text, read


def reading(source):
    """The node, and what was complained about as (code, line, column)."""
    told = []
    data = source.encode() if isinstance(source, str) else source
    return read(data, lambda *said: told.append(said[:3])), told


def test_scalars_stay_what_was_written():
    node, told = reading("a: [no, 010, 1.10, 12:30, ~, 2026-01-01, '07', \"\", 0x1F, Yes]\n")
    assert node == {
        "a": ["no", "010", "1.10", "12:30", "~", "2026-01-01", "07", "", "0x1F", "Yes"]
    }
    assert told == []


def test_each_node_and_key_knows_its_place():
    node, _ = reading("# first\nprojects:\n  - id: web\n    rate: {2026-01-01: 140.00}\n")
    row = node["projects"][0]
    assert (type(node), type(node["projects"]), type(row["id"])) == (Map, Seq, Text)
    assert (row.line, row.column) == (3, 5)
    assert (row["id"].line, row["id"].column) == (3, 9)
    assert [(k, k.line, k.column) for k in row.keys_placed()] == [("id", 3, 5), ("rate", 4, 5)]
    key = row["rate"].key("2026-01-01")
    assert (key.line, key.column) == (4, 12)


def test_columns_count_characters_and_a_byte_order_mark_is_none():
    node, told = reading("\ufeffé: [ü, 'x']\n")
    assert told == []
    assert (node["é"][1].line, node["é"][1].column) == (1, 8)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("a: [\n", [("TO101", 2, 1)]),
        ("a: \0\n", [("TO101", 1, 4)]),
        ("a: 1\n\tb: 2\n", [("TO101", 2, 1)]),
        (b"a: 1\nb: \xff\n", [("TO102", 2, 4)]),
        ("a: 1\nb: 2\na: 3\n", [("TO103", 3, 1)]),
        ("a: &x 1\nb: *x\n", [("TO108", 1, 4), ("TO108", 2, 4)]),
        ("&x a: 1\n", [("TO108", 1, 1)]),
        ("a: !!int 1\n", [("TO108", 1, 4)]),
        ("a: !x {}\n", [("TO108", 1, 4)]),
        ("a: 1\n---\nb: 1\n", [("TO108", 2, 1)]),
        ("? {a: b}\n: c\n", [("TO108", 1, 3)]),
        ("a: &x b\n*x : c\n", [("TO108", 1, 4), ("TO108", 2, 1)]),
        ("a:\nb: 1\n", [("TO109", 1, 1)]),
        ("- \n- b\n", [("TO109", 1, 2)]),
        ("[" * 70, [("TO108", 1, 65)]),
    ],
)
def test_what_is_refused(source, told):
    assert reading(source)[1] == told


def test_reading_goes_on_after_what_is_merely_not_allowed():
    node, told = reading("a: &x 1\na: 2\nb:\nc: ok\n")
    assert node == {"a": "1", "b": "", "c": "ok"}
    assert [code for code, *_ in told] == ["TO108", "TO103", "TO109"]


def test_nothing_and_a_comment_give_nothing():
    assert reading("") == (None, [])
    assert reading("# later\n") == (None, [])


def test_a_file_too_large_is_not_even_parsed():
    told = []
    data = bytes(MAX_BYTES + 1)
    tracemalloc.start()
    assert read(data, lambda *said: told.append(said)) is None
    assert tracemalloc.get_traced_memory()[1] < 2**20
    tracemalloc.stop()
    assert told[0][3] == "the file is larger than 64 MB"


def test_reading_gives_up_on_a_file_that_is_not_meant_for_it():
    _, told = reading("".join(f"a{n}: &x 1\n" for n in range(1000)))
    assert len(told) == MAX_COMPLAINTS


def test_a_file_of_aliases_is_refused_in_no_time():
    laughs = "a0: &a0 [x]\n" + "".join(
        f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60)
    )
    node, told = reading(laughs)
    assert node is None
    assert {code for code, *_ in told} == {"TO108"}


@pytest.mark.parametrize("collecting", [True, False])
def test_garbage_collection_is_left_as_it_was(collecting):
    from tieout.domain.collection import without_collection

    was_on = gc.isenabled()
    (gc.enable if collecting else gc.disable)()
    try:
        with without_collection():
            assert not gc.isenabled()
        assert gc.isenabled() is collecting
    finally:
        (gc.enable if was_on else gc.disable)()


PIECES = st.sampled_from(
    ["a", ": ", "\n", "  ", "- ", "[", "]", "{", "}", ",", "&x ", "*x", "!!int ", "'", '"', "#",
     "|\n", ">\n", "? ", "---\n", "...\n", "%YAML 1.1\n", "\t", "é", "\x85", "\0", "<<", "2026"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=60))
def test_no_text_is_an_exception(source):
    node, told = reading(source)
    assert node is None or isinstance(node, (Map, Seq, Text))
    lines = len(source.splitlines()) + 2
    assert all(0 <= line <= lines for _, line, _ in told)


@given(st.binary(max_size=80))
def test_no_bytes_are_an_exception(data):
    reading(data)
