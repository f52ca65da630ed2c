"""The configuration as rows: what the pipeline's SQL joins.

Every table is made by one function from a :class:`~tieout.config.model.Config`; SQL text never sees a
value of it. Ids become numbers (``worker_no`` …) in the order of the ids; two kinds of tables are told apart:

* ``…_row``: mapping rows by *work date*, with the flat versions' own validity;
* ``…_named``: names and references by *posting date*, where a version lasts until the next one begins
  (the period of somebody who left ends after his row does). ``account_at`` and ``earning_at`` go by
  posting date too, but a row that has ended is over: nothing is posted to a closed account.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tieout.config.model import ALWAYS, Config
from tieout.domain.entry import PROJECT_KEYS, SERVICE_KEYS, WORKER_KEYS
from tieout.domain.money import CURRENCIES, RATE_SCALE, SECONDS_PER_HOUR, minor_digits
from tieout.pipeline.entities import entity_tables
from tieout.pipeline.laws import Laws, limits, packs, tiers
from tieout.pipeline.names import named_tables
from tieout.pipeline.rows import Numbers, Table, V, table

#: hour kind → (paid, counts to overtime, billable)
HOUR_KINDS: Mapping[str, tuple[bool, bool, bool]] = {
    "work": (True, True, True),
    "break": (False, False, False),
    "leave": (True, False, False),
    "holiday": (True, False, False),
    "sick": (True, False, False),
    "standby": (True, True, False),
    "travel": (True, True, True),
}

#: The bit and the rank of each field that a mapping row may name; the more specific row wins.
_BITS = {
    "worker": {"id": 4, "email": 2, "name": 1},
    "project": {"project_id": 8, "project": 4, "customer_id": 2, "customer": 1},
    "service": {"type": 4, "task_id": 2, "task": 1},
}
assert {k: set(v) for k, v in _BITS.items()} == {
    "worker": set(WORKER_KEYS),
    "project": set(PROJECT_KEYS),
    "service": set(SERVICE_KEYS),
}


def zones(config: Config) -> dict[str, int]:
    """The time zones that somebody's days are counted in → numbers, from 1."""
    names = {config.company.timezone, *(w.timezone for w in config.workers if w.timezone)}
    return {name: n for n, name in enumerate(sorted(names), 1)}


def compile_config(config: Config, resolutions: Mapping[str, int]) -> list[Table]:
    """All rule tables. ``resolutions``: target → seconds that it can hold multiples of."""
    n, laws = Numbers.of(config), Laws(config)
    return [
        *_worker_tables(config, n, laws),
        *_project_tables(config, n),
        *_service_tables(config, n),
        _customer_rows(config, n),
        *named_tables(config, n),
        *entity_tables(config, n),
        packs(laws, config.company.week_starts),
        tiers(laws),
        limits(laws),
        _policy(config),
        _streams(config, n),
        table(
            "stream_source",
            "stream_no INTEGER, source VARCHAR",
            ((n.stream[s.name], source) for s in config.streams.values() for source in s.sources),
        ),
        table(
            "target",
            "target_no INTEGER, name VARCHAR, resolution BIGINT",
            ((n.target[t], t, resolutions.get(t, 1)) for t in config.targets),
        ),
        table("exchange_source", "source VARCHAR, place INTEGER", _exchange_sources(config)),
        table(
            "currency_unit",
            "currency VARCHAR, unit BIGINT",
            (
                (c, SECONDS_PER_HOUR * RATE_SCALE // 10 ** minor_digits(c))
                for c in sorted(CURRENCIES)
            ),
        ),
    ]


def _exchange_sources(config: Config) -> Iterable[tuple[str, int]]:
    """Where two sources have a rate for one day, a table of one's own outranks the bank's, and then
    the name that sorts first."""
    names = sorted(config.sources, key=lambda name: (config.sources[name].profile == "ecb", name))
    return ((name, place) for place, name in enumerate(names))


def _matches(mapping: str, rows: Sequence[tuple[int, Any]]) -> Table:
    """One row per alternative under a source: which fields it names, and their text with lengths."""
    bits = _BITS[mapping]

    def match(keys: Mapping[str, str]) -> tuple[int, str]:
        mask = sum(bits[key] for key in keys)
        texts = (keys[key].lower() if key == "email" else keys[key] for key in bits if key in keys)
        return mask, "".join(f"{len(text)}:{text};" for text in texts)

    return table(
        f"{mapping}_match",
        "source VARCHAR, mask INTEGER, match VARCHAR, rank INTEGER, row_no INTEGER, from_ DATE, to_ DATE",
        (
            (source, *match(keys), match(keys)[0], row_no, row.from_, row.to)
            for row_no, row in rows
            for source, alternatives in row.refs.items()
            for keys in alternatives
        ),
    )


def _numbered(rows: Sequence[V]) -> list[tuple[int, V]]:
    """Rows by a stable number: the order of id and validity, whatever the order of the files."""
    return list(enumerate(sorted(rows, key=lambda r: (r.id, r.from_)), 1))


def _worker_tables(config: Config, n: Numbers, laws: Laws) -> Iterable[Table]:
    scope = config.environment.workers
    rows, zone = _numbered(config.workers), zones(config)

    yield table(
        "worker_row",
        "row_no INTEGER, worker_no INTEGER, id VARCHAR, contractor BOOLEAN, eligible BOOLEAN, "
        "pack_no INTEGER, zone_no INTEGER, in_scope BOOLEAN, bill_rate BIGINT, bill_currency VARCHAR, "
        "entity_no INTEGER, contract_ends DATE",
        (
            (
                no,
                n.worker[w.id],
                w.id,
                w.kind == "contractor",
                w.overtime == "eligible",
                laws.number(w),
                zone[w.timezone or config.company.timezone],
                not scope or w.id in scope,
                w.bill_rate,
                w.bill_currency,
                n.entity.get(w.entity or ""),
                w.contract_ends,
            )
            for no, w in rows
        ),
    )
    yield _matches("worker", rows)
    yield table(
        "shift_row",
        "worker_no INTEGER, from_ DATE, to_ DATE, weekday INTEGER, begins_at BIGINT, ends_at BIGINT",
        (
            (n.worker[w.id], w.from_, w.to, weekday, *clock)
            for _, w in rows for weekday, clock in enumerate(w.shifts) if clock
        ),
    )


def _project_tables(config: Config, n: Numbers) -> Iterable[Table]:
    rows = _numbered(config.projects)
    yield table(
        "project_row",
        "row_no INTEGER, project_no INTEGER, id VARCHAR, customer_no INTEGER, method VARCHAR, rate BIGINT, "
        "rate_currency VARCHAR, entity_no INTEGER, wants_notes BOOLEAN",
        (
            (
                no,
                n.project[p.id],
                p.id,
                n.customer.get(p.customer or ""),
                p.method,
                p.rate,
                p.rate_currency,
                n.entity.get(p.entity or ""),
                "notes" in p.requires,
            )
            for no, p in rows
        ),
    )
    yield _matches("project", rows)
    yield table(
        "project_worker_rate",
        "row_no INTEGER, worker_no INTEGER, rate BIGINT",
        (
            (no, n.worker[w], r)
            for no, p in rows
            for w, r in p.worker_rates.items()
            if w in n.worker
        ),
    )
    yield table(
        "project_service_rate",
        "row_no INTEGER, service_no INTEGER, rate BIGINT",
        (
            (no, n.service[s], r)
            for no, p in rows
            for s, r in p.service_rates.items()
            if s in n.service
        ),
    )


def _service_tables(config: Config, n: Numbers) -> Iterable[Table]:
    rows = _numbered(config.services)

    def flag(own: bool | None, kind: str, place: int) -> bool:
        return HOUR_KINDS[kind][place] if own is None else own

    yield table(
        "service_row",
        "row_no INTEGER, service_no INTEGER, id VARCHAR, hour_kind VARCHAR, paid BOOLEAN, counts BOOLEAN, "
        "billable BOOLEAN, rate BIGINT, rate_currency VARCHAR",
        (
            (
                no,
                n.service[s.id],
                s.id,
                s.kind,
                flag(s.paid, s.kind, 0),
                flag(s.counts_to_overtime, s.kind, 1),
                flag(s.billable, s.kind, 2),
                s.rate,
                s.rate_currency,
            )
            for no, s in rows
        ),
    )
    yield _matches("service", rows)


def _customer_rows(config: Config, n: Numbers) -> Table:
    return table(
        "customer_row",
        "customer_no INTEGER, from_ DATE, to_ DATE, currency VARCHAR, rate BIGINT, entity_no INTEGER",
        (
            (n.customer[c.id], c.from_, c.to, c.currency, c.rate, n.entity.get(c.entity or ""))
            for c in config.customers
        ),
    )


_POLICY = [(m, p) for m in ("project", "service") for p in ("record", "pay", "cost", "billing")]
_POLICY += [("customer", "cost"), *(("account", p) for p in ("pay", "cost", "billing"))]


def _policy(config: Config) -> Table:
    """One row: what happens to what isn't mapped, and which purposes need an approval."""
    unmapped, approval = config.rules.unmapped, config.rules.approval
    required = set(approval.required)
    if approval.pay_unapproved == "pay_and_flag":
        required.discard("pay")
    columns = [f"{m}_{p} VARCHAR" for m, p in _POLICY]
    columns += [f"approve_{p} BOOLEAN" for p in ("record", "pay", "cost", "billing")]
    calm = {
        ("project", "record"),
        ("project", "pay"),
        ("service", "record"),
        ("service", "pay"),
        ("customer", "cost"),
    }
    values = [unmapped.get(pair, "book" if pair in calm else "hold") for pair in _POLICY]
    return table(
        "policy",
        ", ".join(columns),
        [(*values, *(p in required for p in ("record", "pay", "cost", "billing")))],
    )


def _streams(config: Config, n: Numbers) -> Table:
    kinds = ("time_activity", "timesheet", "journal", "invoice", "bill")
    purposes = ("record", "pay", "cost", "billing")

    def row(name: str) -> tuple[Any, ...]:
        stream = config.streams[name]
        asked = {kind: produce for kind in kinds if (produce := stream.asking(kind))}
        targets = [n.target[asked[kind].to] if kind in asked else None for kind in kinds]
        starts = [stream.starts.get(p, ALWAYS) for p in purposes]
        invoice, journal, bill = asked.get("invoice"), asked.get("journal"), asked.get("bill")
        lines = invoice.lines if invoice else ()
        return (
            n.stream[name],
            name,
            *targets,
            *starts,
            bool(invoice and "project" in invoice.per),
            "project" in lines,
            "service" in lines,
            "worker" in lines,
            journal.counter if journal else None,
            bool(journal and journal.reverses),
            bill.counter if bill else None,
            bool(bill and bill.reverses),
        )

    columns = [
        "stream_no INTEGER",
        "name VARCHAR",
        *(f"{k}_target INTEGER" for k in kinds),
        *(f"{p}_from DATE" for p in purposes),
        "invoice_by_project BOOLEAN",
        "line_project BOOLEAN",
        "line_service BOOLEAN",
        "line_worker BOOLEAN",
        "journal_counter VARCHAR",
        "journal_reverses BOOLEAN",
        "bill_control VARCHAR",
        "bill_reverses BOOLEAN",
    ]
    return table("stream", ", ".join(columns), (row(name) for name in sorted(config.streams)))
