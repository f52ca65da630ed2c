"""What the company doesn't collect reaches no snapshot: not now, and not by living on."""

from dataclasses import replace

import pytest
from sources_world import NOW, company, generic

from tieout.cli.pull import summary
from tieout.config.model import PrivacyRule
from tieout.pulling.pull import pull
from tieout.store.entries import entries
from tieout.store.snapshot import newest

ROWS = (
    "id,who,project,notes,ok by\n1,Ana,Web,at the doctor,kim\n2,Ana,Web,at the doctor,\n3,Bo,App,,kim\n"
)
COLUMNS = {
    "id": "id", "worker": "who", "project": "project", "notes": "notes", "approved_by": "ok by",
    "date": {"fixed": "2026-11-02"}, "hours": {"fixed": "1"},
}  # fmt: skip


@pytest.fixture
def pulled(tmp_path):
    """Pull the three rows under a privacy rule: (result, the rows kept)."""
    import pyarrow.parquet

    (tmp_path / "a.csv").write_text(ROWS)

    def run(text=ROWS, **rule):
        (tmp_path / "a.csv").write_text(text)
        config = company(tmp_path, generic(columns=COLUMNS))
        config = replace(config, rules=replace(config.rules, privacy=PrivacyRule(**rule)))
        result = pull(config, {}, config.state, NOW)
        ref = newest(config.state, result.sources[0].name)
        table = pyarrow.parquet.read_table(entries(ref)).to_pylist()
        return result, {row["key"].rpartition(":")[2]: row for row in table}, ref

    return run


def test_without_a_rule_all_is_kept(pulled):
    result, rows, ref = pulled()
    assert [rows[n]["notes"] for n in "123"] == ["at the doctor", "at the doctor", None]
    assert result.sources[0].not_collected == {}
    assert "not_collected" not in ref.manifest


def test_dropped_at_the_door_and_counted(pulled):
    result, rows, ref = pulled(collect=("worker", "project"))
    assert all(row["notes"] is None and row["approved_by"] is None for row in rows.values())
    assert [rows[n]["worker_name"] for n in "123"] == ["Ana", "Ana", "Bo"]
    assert result.as_json()["sources"][0]["not_collected"] == {"approved_by": 2, "notes": 2}
    assert ref.manifest["not_collected"] == {"approved_by": 2, "notes": 2}
    assert any("not collected: approved_by (2), notes (2)" in line for line in summary(result))
    for path in ref.folder.iterdir():
        assert b"doctor" not in path.read_bytes(), path.name


def test_hashed_notes_tell_equal_ones_and_no_more(pulled):
    _, rows, ref = pulled(notes="hash")
    assert rows["1"]["notes"] == rows["2"]["notes"]
    assert rows["1"]["notes"].startswith("sha256:")
    assert rows["3"]["notes"] is None
    _, again, same = pulled(notes="hash")
    assert (again, same.id) == (rows, ref.id), "what lives on is not hashed twice"


def test_what_lived_on_is_dropped_too(pulled):
    pulled()
    header, *_ = ROWS.splitlines(keepends=True)
    _, rows, _ = pulled(header + "4,Ana,Web,other,kim\n", notes="drop")
    assert set(rows) == {"1", "2", "3", "4"}, "files: merge"
    assert {row["notes"] for row in rows.values()} == {None}
    assert rows["1"]["approved_by"] == "kim"
