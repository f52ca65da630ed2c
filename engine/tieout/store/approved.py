"""What an approval was given for: an edit of the entry afterwards withdraws it.

A tracker's export says *approved* and goes on saying so when the entry is edited. So a snapshot keeps,
beside its entries, the digest of what each approval was given for: worker, times, seconds, project, task,
type and billable; notes and tags don't count. An approved entry with another digest and the
same ``approved_at`` is ``withdrawn``. A new ``approved_at``, or a pull in which the tracker doesn't say
approved, makes room for a new approval; the old content brought back has its old approval back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tieout.store.snapshot import SnapshotRef

if TYPE_CHECKING:
    import duckdb

FILE: Final = "approved.parquet"
#: Ids outrank names: a project renamed in the tracker is still what was approved.
_CONTENT: Final = """
    md5(to_json({a: coalesce(worker_id, worker_email, worker_name), b: start_at, c: end_at,
        d: from_date, e: to_date, f: seconds, g: coalesce(project_id, project_name),
        h: coalesce(task_id, task_name), i: type, j: billable})::VARCHAR)
"""


def bind(
    connection: duckdb.DuckDBPyConnection, previous: SnapshotRef | None
) -> list[tuple[str, str]]:
    """Turns ``approved`` into ``withdrawn`` in ``folded`` where the content isn't what was approved.

    Makes ``approved`` (key, approved_at, content): what the approvals in force were given for. Gives
    (key, content) of those that are withdrawn: the same entries with another approval to come back
    to are another snapshot.
    """
    connection.execute(
        "CREATE TABLE known (key VARCHAR, approved_at TIMESTAMP, content VARCHAR)"
    )
    if previous is not None and (previous.folder / FILE).exists():
        connection.execute(
            "INSERT INTO known FROM read_parquet($file)", {"file": str(previous.folder / FILE)}
        )
    connection.execute(
        f"""
        CREATE TABLE approved AS
        SELECT e.key, e.approved_at,
            CASE WHEN k.key IS NOT NULL AND k.approved_at IS NOT DISTINCT FROM e.approved_at
                 THEN k.content ELSE {_CONTENT} END AS content
        FROM folded AS e LEFT JOIN known AS k ON k.key = e.key
        WHERE e.approval IN ('approved', 'withdrawn');
        UPDATE folded
        SET approval = CASE WHEN approved.content = {_CONTENT} THEN 'approved' ELSE 'withdrawn' END
        FROM approved
        WHERE approved.key = folded.key
        """
    )
    return connection.execute(
        "SELECT key, content FROM approved SEMI JOIN "
        "(FROM folded WHERE approval = 'withdrawn') USING (key) ORDER BY key"
    ).fetchall()
