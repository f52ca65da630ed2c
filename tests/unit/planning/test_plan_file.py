"""The plan file: whole, unchanged and of this format, or refused."""

import gzip
import json
from pathlib import Path

import pytest
from filebooks import World

from tieout.domain.diagnostic import Refused
from tieout.planning import plan_file


@pytest.fixture
def saved(tmp_path):
    """A plan in a file."""
    file = tmp_path / "plan.tieout"
    plan_file.write(file, World(tmp_path).plan({"a": {"e1": 60}}))
    return file


def refusal(file):
    with pytest.raises(Refused) as refused:
        plan_file.read(file)
    [found] = refused.value.diagnostics
    assert found.position.file == str(file)
    assert found.next == "tieout plan -o plan.tieout"
    return found


def edited(file, change):
    data = json.loads(file.read_text())
    change(data)
    file.write_text(json.dumps(data))
    return file


def test_what_was_written_is_read(saved, tmp_path):
    plan = plan_file.read(saved)
    packed = tmp_path / "packed.tieout"
    packed.write_bytes(gzip.compress(saved.read_bytes()))
    assert plan_file.read(packed) == plan


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"company: {id: northwind}\n",
        b"[1, 2]",
        b"{}",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"tieout_plan": 1, "id": "x", "body": []}',
        b'{"tieout_plan": 1, "id": "x", "body": {}, "envelope": {}}',
        gzip.compress(b'{"tieout_plan": 1}', mtime=0)[:-9],
        gzip.compress(b"{}", mtime=0),
    ],
)
def test_anything_else_is_no_plan(tmp_path, content):
    file = tmp_path / "plan.tieout"
    file.write_bytes(content)
    assert refusal(file).code == "TO451"


def test_a_file_that_is_not_there_is_no_plan(tmp_path):
    assert refusal(tmp_path / "gone.tieout").code == "TO451"


def test_a_plan_cut_short_is_no_plan(saved):
    saved.write_bytes(saved.read_bytes()[:-100])
    assert refusal(saved).code == "TO451"


def test_a_plan_that_was_changed_is_noticed(saved):
    def richer(data):
        data["body"]["changes"][0]["after"]["lines"][0]["amount"] += 1

    found = refusal(edited(saved, richer))
    assert found.code == "TO452"
    assert "was changed after it was made" in found.message


def test_whose_row_stands_where_is_sealed_as_well(saved):
    found = refusal(edited(saved, lambda data: data["envelope"].update(authors=["nobody"])))
    assert found.code == "TO452"
    assert "authors, commits and lines was changed" in found.message


def test_a_byte_taken_out_or_turned_is_noticed(saved):
    whole = saved.read_bytes()
    plan = plan_file.read(saved)
    for at in range(0, len(whole), 7):
        for other in (b"", bytes([whole[at] ^ 1])):
            saved.write_bytes(whole[:at] + other + whole[at + 1 :])
            assert came_of(saved) in (plan, "TO451", "TO452", "TO453")


def came_of(file):
    """The plan, or the code under which it is refused."""
    try:
        return plan_file.read(file)
    except Refused as refused:
        return refused.diagnostics[0].code


def test_a_plan_of_another_format_is_refused_by_name(saved):
    found = refusal(edited(saved, lambda data: data.update(tieout_plan=99)))
    assert found.code == "TO453"
    assert "99" in found.message


@pytest.mark.parametrize("place", ["none/plan.tieout", "folder", "."])
def test_to457_where_no_file_can_be(tmp_path, saved, monkeypatch, place):
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    there = sorted(tmp_path.rglob("*"))
    with pytest.raises(Refused) as refused:
        plan_file.write(Path(place), plan_file.read(saved))
    (found,) = refused.value.diagnostics
    assert (found.code, found.next) == ("TO457", "tieout plan -o plan.tieout")
    assert sorted(tmp_path.rglob("*")) == there


def test_to457_a_full_disk_leaves_the_plan_that_was_there(saved, monkeypatch):
    def full(_handle):
        raise OSError(28, "No space left on device")

    before = saved.read_bytes()
    monkeypatch.setattr(plan_file.os, "fsync", full)
    with pytest.raises(Refused, match="No space left on device"):
        plan_file.write(saved, plan_file.read(saved))
    assert saved.read_bytes() == before
    assert [path.name for path in saved.parent.glob("*plan.tieout*")] == ["plan.tieout"]


@pytest.mark.parametrize("data", [b"\x1f\x8bnothing", gzip.compress(b"{}" * 100, mtime=0)[:-9]])
def test_what_does_not_unpack_is_no_plan(tmp_path, data):
    path = tmp_path / "plan.tieout"
    path.write_bytes(data)
    with pytest.raises(Refused) as refused:
        plan_file.read(path)
    assert [d.code for d in refused.value.diagnostics] == ["TO451"]
