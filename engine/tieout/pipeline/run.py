"""Runs the numbered SQL and answers questions about what came of it.

``compute(inputs)`` gives a :class:`Story`: an in-memory DuckDB in which every relation of
``sql/*.sql`` stands. Each file's assertion queries are run always; a hit is a bug of tieout.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tieout.config.model import Config
from tieout.domain.books import Claim
from tieout.domain.document import Document
from tieout.domain.key import reversed_key
from tieout.pipeline import arrow, attested, holidays
from tieout.pipeline.prepare import APPLIED_COLUMNS as APPLIED_COLUMNS
from tieout.pipeline.prepare import RECORD_COLUMNS as RECORD_COLUMNS
from tieout.pipeline.prepare import load_calendar, load_days, load_texts, prepare
from tieout.pipeline.rows import Table, table

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

#: Below so many entries a second thread costs more than it saves.
FEW = 20_000
#: The content digest of an entry ``e``: all that planning depends on; not notes and tags.
_CONTENT = (
    "md5(to_json({a: e.worker_id, b: e.worker_email, c: e.worker_name, "
    "d: e.customer_id, e: e.customer_name, f: e.project_id, g: e.project_name, h: e.task_id, "
    "i: e.task_name, j: e.type, k: e.start_at, l: e.end_at, m: e.from_date, n: e.to_date, "
    "o: e.seconds, p: e.billable, q: e.billed, r: e.approval, s: e.rate, t: e.rate_currency "
    "})::varchar)[:16]"
)


class StoryBroken(AssertionError):
    """An assertion of the SQL found rows: a bug of tieout, never the user's doing."""


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """All that a plan depends on.

    ``entries``, ``rates``, ``exchange``, ``records``, ``applied``: an Arrow table, or Parquet files, with
    the columns of ENTRY_COLUMNS, RATE_COLUMNS, EXCHANGE_COLUMNS, RECORD_COLUMNS and APPLIED_COLUMNS.
    ``resolutions``: seconds that each target's quantities are multiples of. ``memory`` caps DuckDB
    (``"512MB"``); what it can't hold it keeps in a temporary folder of its own under ``scratch``
    (default: the system's).
    """

    config: Config
    as_of: date
    entries: pa.Table | Sequence[Path]
    rates: pa.Table | Sequence[Path] = ()
    exchange: pa.Table | Sequence[Path] = ()
    applied: pa.Table | Sequence[Path] = ()
    records: pa.Table | Sequence[Path] = ()
    resolutions: Mapping[str, int] = field(default_factory=dict)
    memory: str | None = None
    scratch: Path | None = None


@dataclass(frozen=True)
class Candidate:
    """A document key in which desired, applied and actual don't agree; each is canonical JSON or None."""

    target: str
    key: str
    base: str
    desired: str | None
    applied: str | None
    actual: str | None
    sequence: int
    config: str | None
    remote_id: str | None
    version: str | None
    final: str | None


@dataclass(frozen=True)
class Held:
    """A portion of an entry that is held for a purpose, with what a message about it needs."""

    entry: str
    purpose: str
    code: int
    seconds: int
    work_date: date
    worker: str | None
    project: str | None
    names: Mapping[str, str | None]


class Story:
    """What came of the entries. Close it, or use it as a context manager."""

    def __init__(self, inputs: Inputs) -> None:
        import duckdb

        self.inputs = inputs
        self._scratch = tempfile.TemporaryDirectory(prefix="tieout-", dir=inputs.scratch)
        self.connection = duckdb.connect()
        self.connection.execute("set TimeZone = 'UTC'; set preserve_insertion_order = false")
        # The statements say themselves what is joined to what: the many on the left, the few on the right.
        # Nothing knows how many rows an Arrow table has, and the guess, one, would turn them round.
        self.connection.execute("set disabled_optimizers = 'join_order,build_side_probe_side'")
        self.connection.execute("set temp_directory = $folder", {"folder": self._scratch.name})
        if inputs.memory:
            self.connection.execute("set memory_limit = $memory", {"memory": inputs.memory})

    def __enter__(self) -> Story:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """The database goes, and what it kept on disk."""
        self.connection.close()
        self._scratch.cleanup()

    def _rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, parameters).fetchall()

    def count(self, table: str) -> int:
        """How many rows one of the story's own tables has."""
        return int(self._rows(f"select count(*) from {table}")[0][0])

    def entries(self) -> tuple[int, date | None, date | None]:
        """How many entries there are, and the first and last work date."""
        count = self.count("numbered")
        first, last = self._rows("select min(work_date), max(work_date) from checked")[0]
        return count, first, last

    def documents(self) -> Iterator[Document]:
        """All desired documents, by key."""
        import json

        for (text,) in self._rows("select json from desired order by document"):
            yield Document.from_json(json.loads(text))

    def desired(self, key: str) -> str | None:
        """The canonical JSON of one desired document."""
        rows = self._rows("select json from desired where document = $1", [key])
        return rows[0][0] if rows else None

    def candidates(self) -> list[Candidate]:
        """Where the three states differ, by target and key."""
        return [
            Candidate(*row)
            for row in self._rows(
                "select target, key, base, desired, applied, actual, coalesce(sequence, 0), config, "
                "remote_id, version, final from unsettled order by target, key"
            )
        ]

    def claims(self, keys: Iterable[str]) -> dict[str, tuple[Claim, ...]]:
        """Which entries make each of these desired documents; a reversal takes back what they gave."""
        asked = {key: reversed_key(key) or key for key in keys}
        self._load(table("wanted", "document VARCHAR", ((key,) for key in sorted({*asked.values()}))))
        rows = self._rows(
            f"select document, e.key, {_CONTENT}, c.seconds, c.work_date "
            "from (select document, entry_no, sum(seconds)::bigint as seconds, min(work_date) as work_date "
            "      from claim semi join wanted using (document) "
            "      where not (purpose = 'cost' and contains(document, '/bill/')) "
            "      group by document, entry_no "
            "      union all "
            "      select document, entry_no, sum(seconds)::bigint, min(work_date) "
            "      from charge_claim semi join wanted using (document) "
            "      where getvariable('charges') group by document, entry_no) c "
            "join entry e using (entry_no) order by document, e.key"
        )
        result: dict[str, list[Claim]] = {}
        for document, entry, content, seconds, day in rows:
            claim = Claim(entry=entry, digest=content, seconds=seconds, date=day.isoformat())
            result.setdefault(document, []).append(claim)
        return {
            key: tuple(result[of] if key == of else (replace(c, seconds=-c.seconds) for c in result[of]))
            for key, of in asked.items() if of in result
        }  # fmt: skip

    def contents(self, keys: Iterable[str]) -> dict[str, str]:
        """Which of these entries there are, and the digest of what each says: that of its claims."""
        self._load(table("wanted", "key VARCHAR", ((key,) for key in sorted(set(keys)))))
        return dict(self._rows(f"select e.key, {_CONTENT} from entry e semi join wanted using (key)"))

    def seconds(self) -> int:
        """Of all entries: what every purpose starts from."""
        return int(self._rows("select coalesce(sum(seconds), 0)::bigint from entry")[0][0])

    def control(self) -> list[tuple[str, int, int, int]]:
        """(purpose, state code, source seconds, rounding) per purpose and state."""
        return self._rows(
            "select purpose, state, seconds, rounding from control join purpose_claimed using (purpose) "
            "order by purpose, state"
        )

    def grain(self) -> dict[str, int]:
        """Seconds per purpose that the targets' resolution added or took."""
        return dict(self._rows("select purpose, grain from control_grain"))

    def balances(self) -> list[tuple[str, str, str, int]]:
        """(target, account reference, currency, minor units) over all desired documents."""
        return self._rows(
            "select t.name, ref, currency, sum(amount)::bigint from ("
            "  select target_no, account_ref as ref, currency, case when kind = 'invoice' then -amount "
            "         else amount end as amount from quantised where account_ref is not null "
            "  union all "
            "  select h.target_no, h.control_ref, h.currency, case when h.kind = 'invoice' then d.amount "
            "         else -d.amount end from header h join written d using (document) "
            "  where h.control_ref is not null"
            ") join target t using (target_no) group by all having sum(amount) <> 0 order by all"
        )

    def held(self) -> list[Held]:
        """Every held portion, per purpose, in entry order; and as code 219 what `pay_and_flag` pays."""
        rows = self._rows(
            "with told as (select c.portion_no, c.entry_no, c.seconds, c.work_date, c.worker_no, "
            "  c.project_no, "
            "  unnest([{purpose: 'record', state: c.record}, {purpose: 'pay', state: c.pay}, "
            "          {purpose: 'cost', state: c.cost}, {purpose: 'billing', state: c.billing}], "
            "         recursive := true) from checked c) "
            "select e.key, t.purpose, if(t.state = 0, 219, t.state), t.seconds, t.work_date, w.id, p.id, "
            "  e.worker_email, e.worker_name, e.worker_id, e.customer_name, e.project_name, e.project_id, "
            "  e.task_name, e.task_id, e.type, e.approval, e.source, e.approved_by "
            "from told t join purpose_claimed using (purpose) join entry e using (entry_no) "
            "left join (select distinct worker_no, id from worker_row) w using (worker_no) "
            "left join (select distinct project_no, id from project_row) p using (project_no) "
            "where t.state between 201 and 249 or t.state = 0 and t.purpose = 'pay' and t.seconds > 0 "
            "  and getvariable('flags_unapproved_pay') and coalesce(e.approval, '') <> 'approved' "
            "order by e.key, t.purpose, t.portion_no"
        )
        fields = ("worker_email", "worker_name", "worker_id", "customer_name", "project_name", "project_id",
                  "task_name", "task_id", "type", "approval", "source", "approved_by")
        return [
            Held(
                entry=row[0], purpose=row[1], code=row[2], seconds=row[3], work_date=row[4],
                worker=row[5], project=row[6], names=dict(zip(fields, row[7:], strict=True)),
            )
            for row in rows
        ]  # fmt: skip

    def found(self) -> list[Held]:
        """What the checks found that are told and hold nothing; of no purpose, a row a portion and
        check, in entry order."""
        rows = self._rows(
            "select e.key, b.code, c.seconds, c.work_date, w.id, p.id, e.approved_by, e.source "
            "from checked c join check_row b on c.findings & ~getvariable('hold_mask')::integer & b.bit > 0 "
            "join entry e using (entry_no) "
            "left join (select distinct worker_no, id from worker_row) w using (worker_no) "
            "left join (select distinct project_no, id from project_row) p using (project_no) "
            "where c.findings > 0 order by e.key, b.code, c.portion_no"
        )
        return [
            Held(
                entry=key, purpose="", code=code, seconds=seconds, work_date=day, worker=worker,
                project=project, names={"approved_by": approver, "source": source},
            )
            for key, code, seconds, day, worker, project, approver, source in rows
        ]

    def states(self) -> dict[tuple[str, int], dict[str, tuple[int, int, int]]]:
        """(entry, portion number within it) → purpose → (state code, source seconds, counted seconds)."""
        rows = self._rows(
            "select e.key, row_number() over (partition by e.key order by portion_no) - 1, c.seconds, "
            "  c.record, c.pay, c.cost, c.billing, r.pay_seconds, r.billing_seconds "
            "from checked c join rounded r using (portion_no) join entry e using (entry_no)"
        )
        return {
            (key, number): {
                "record": (record, seconds, seconds), "pay": (pay, seconds, paid),
                "cost": (cost, seconds, paid), "billing": (billing, seconds, billed),
            }
            for key, number, seconds, record, pay, cost, billing, paid, billed in rows
        }

    def _load(self, rows: Table) -> None:
        arrow.load(self.connection, rows)


def compute(inputs: Inputs, progress: Callable[[str], None] = lambda _: None) -> Story:
    """Tells the story from entries to candidates. Raises StoryBroken when an assertion finds rows."""
    story = Story(inputs)
    try:
        prepare(story.connection, inputs)
        if story.count("source_entry") < FEW:
            story.connection.execute("set threads = 1")
        for name, text in scripts():
            progress(name)
            if name.startswith("20"):
                load_days(story.connection, inputs.config)
            if name.startswith("30"):
                load_calendar(story.connection, inputs.config)
                if attested.asked(inputs.config):
                    attested.load(story.connection, inputs.config, inputs.as_of)
                    _tell(story.connection, "attested.sql", attested.script())
            if name.startswith("50"):
                holidays.load(story.connection, inputs.config)
            if name.startswith("92"):
                load_texts(story.connection, inputs)
            _tell(story.connection, name, text)
    except BaseException:
        story.close()
        raise
    return story


def scripts() -> list[tuple[str, str]]:
    """(name, text) of the SQL files in their order."""
    folder = resources.files("tieout.pipeline") / "sql"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    return [(f.name, f.read_text(encoding="utf-8")) for f in files]


def statements(text: str) -> Iterator[tuple[str | None, str]]:
    """(what it asserts or None, statement): a statement under ``-- assert:`` must find no rows."""
    for chunk in re.split(r";[ \t]*\n", text):
        claim = re.search(r"^-- assert: (.+)$", chunk, re.MULTILINE)
        body = "\n".join(line for line in chunk.splitlines() if not line.strip().startswith("--")).strip()
        if body:
            yield (claim[1] if claim else None), body


def _tell(connection: duckdb.DuckDBPyConnection, name: str, text: str) -> None:
    for claim, sql in statements(text):
        if "getvariable('batch')" in sql:
            _by_batch(connection, sql)
            continue
        found = connection.execute(sql)
        if claim and (rows := found.fetchmany(3)):
            raise StoryBroken(f"{name}: not true that {claim}: {rows}")


def _by_batch(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """A statement that asks for the batch is run for each, one after the other."""
    for (number,) in connection.execute("select batch_no from batch order by batch_no").fetchall():
        connection.execute("set variable batch = $number", {"number": number})
        connection.execute(sql)
