"""Puts the inputs of a plan into the database: rule tables, variables, the captured rows, the calendars."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from tieout.config.model import ChargeRule, Config, Grid, Rounding
from tieout.domain.entry import ENTRY_COLUMNS, RATE_COLUMNS
from tieout.domain.exchange import EXCHANGE_COLUMNS
from tieout.pipeline import arrow, findings
from tieout.pipeline.periods import calendar_table
from tieout.pipeline.rows import Numbers, Table, table
from tieout.pipeline.tables import compile_config, zones
from tieout.pipeline.zones import day_table

if TYPE_CHECKING:
    import duckdb

    from tieout.pipeline.run import Inputs

#: ``document`` may be left out where ``books_record`` has the same digest under the key.
APPLIED_COLUMNS = {
    "key": "VARCHAR", "target": "VARCHAR", "sequence": "BIGINT", "digest": "VARCHAR",
    "document": "VARCHAR", "config": "VARCHAR",
}
RECORD_COLUMNS = {
    "target": "VARCHAR", "key": "VARCHAR", "digest": "VARCHAR", "document": "VARCHAR",
    "remote_id": "VARCHAR", "version": "VARCHAR", "final": "VARCHAR",
}
PURPOSES = ("record", "pay", "cost", "billing")


def prepare(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> None:
    """Rule tables, variables and the captured inputs."""
    config = inputs.config
    for rows in compile_config(config, inputs.resolutions):
        arrow.load(connection, rows)
    arrow.load(connection, _waivers(config, inputs.as_of))
    arrow.load(connection, _next_invoices(config))
    arrow.load(connection, _purposes(config))
    arrow.load(connection, _punches(config))
    arrow.load(connection, table("check_row", "code INTEGER, bit INTEGER",
                                 ((check.code, check.bit) for check in findings.CHECKS)))
    for name, value in _variables(config, inputs.as_of).items():
        connection.execute(f"set variable {name} = $value", {"value": value})
    arrow.attach(connection, "source_entry", inputs.entries, ENTRY_COLUMNS)
    arrow.attach(connection, "source_rate", inputs.rates, RATE_COLUMNS)
    arrow.attach(connection, "source_exchange", inputs.exchange, EXCHANGE_COLUMNS)
    arrow.attach(connection, "applied_state", inputs.applied, APPLIED_COLUMNS)
    arrow.attach(connection, "books_record", inputs.records, RECORD_COLUMNS)


def _variables(config: Config, as_of: date) -> dict[str, Any]:
    """What the SQL reads by getvariable: the settings of which there is one."""
    company, overtime = config.company, config.rules.overtime
    values: dict[str, Any] = {
        "company_zone": zones(config)[company.timezone],
        "week_starts": company.week_starts,
        "as_of": as_of,
        "scope_since": config.environment.since or date.min,
        "scope_open": not config.environment.workers,
        "flags_unapproved_pay": config.rules.approval.pay_unapproved == "pay_and_flag"
        and "pay" in config.rules.approval.required,
        "overtime_from": overtime.effective,
        "premium": overtime.premium,
        "regular_rate": overtime.regular_rate,
        "round_rate": overtime.rate_rounding != "none",
    }
    values |= _money(config)
    values |= _charges(config)
    values |= findings.variables(config)
    for purpose in ("pay", "billing"):
        rule = config.rules.rounding.get(purpose, Rounding())
        values |= {
            f"{purpose}_increment": rule.increment if rule.where == "tieout" else 0,
            f"{purpose}_mode": rule.mode, f"{purpose}_per": rule.per, f"{purpose}_grace": rule.grace,
            f"{purpose}_at_clock": rule.at_clock,
        }
    return values


def _punches(config: Config) -> Table:
    """How the clock of spans is rounded, for each purpose that rounds it here."""
    rules = sorted((p, r) for p, r in config.rules.rounding.items() if r.at_clock)
    columns = [f"{side}_{name}" for side in ("start", "end")
               for name in ("increment BIGINT", "mode VARCHAR", "grace BIGINT")]
    return table(
        "punch_rule", ", ".join(["purpose VARCHAR", "meals BOOLEAN", "tolerate_punch BIGINT",
                                 "tolerate_day BIGINT", *columns]),
        (
            (purpose, rule.meals == "rounded", rule.tolerate_punch, rule.tolerate_day,
             *(v for g in (rule.start or Grid(), rule.end or Grid()) for v in (g.increment, g.mode, g.grace)))
            for purpose, rule in rules
        ),
    )


def _money(config: Config) -> dict[str, Any]:
    rule = config.rules.currency
    return {
        "lines_mode": rule.lines,
        "totals_mode": rule.totals,
        "split": rule.split,
        "convert": rule.convert,
        "exchange_policy": rule.policy,
        "exchange_age": rule.max_age,
        "exchange_at": rule.at,
        "common_currency": rule.common,
        "intermediate": -1 if rule.intermediate is None else rule.intermediate,
    }


def _charges(config: Config) -> dict[str, Any]:
    """What entities charge one another, if they do; the currency of each by its number, none's first."""
    rule = config.rules.intercompany or ChargeRule(due_from="", due_to="")
    return {
        "charges": config.rules.intercompany is not None,
        "books_currency": [config.company.currency_of(name) for name in ("", *Numbers.of(config).entity)],
        "charge_due_from": rule.due_from,
        "charge_due_to": rule.due_to,
        "charge_markup": rule.markup,
        "charge_income": rule.income,
        "charge_expense": rule.expense,
    }


def _purposes(config: Config) -> Table:
    from tieout.domain.document import SERVES

    claimed = {
        purpose.value for stream in config.streams.values() for produce in stream.produce.values()
        for purpose in SERVES[produce.kind]
    }
    return table("purpose_claimed", "purpose VARCHAR", ((p,) for p in PURPOSES if p in claimed))


def _waivers(config: Config, as_of: date) -> Table:
    """Decisions ``waive`` in force, by the entry's key; code 0 waives whatever a waiver can lift."""
    rows = [
        (d.key, int(d.code.removeprefix("TO")) if d.code else 0)
        for d in config.rules.decisions
        if d.kind == "waive" and (d.expires is None or d.expires >= as_of)
    ]
    return table("waiver_decision", "key VARCHAR, code INTEGER", rows)


def _next_invoices(config: Config) -> Table:
    """The invoices that take over a difference by a decision ``next-invoice``, in force or not."""
    keys = sorted({d.into for d in config.rules.decisions if d.into})
    return table("next_invoice", "key VARCHAR", ((key,) for key in keys))


def load_days(connection: duckdb.DuckDBPyConnection, config: Config) -> None:
    """The local days of every zone, for the UTC dates that occur."""
    dates = connection.execute(
        "select start_at::date from numbered where grain = 'span' "
        "union select unnest(range(start_at::date, end_at::date + 1, interval 1 day))::date from numbered "
        "where end_at::date > start_at::date order by 1"
    ).fetchall()
    arrow.load(connection, day_table(zones(config), [day for (day,) in dates]))


def load_texts(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> None:
    """What the books hold of the documents in which the states differ. DuckDB would read the texts
    of all others as well, two thousand at a time whatever their length."""
    keys = {key for (key,) in connection.execute("select key from differing").fetchall()}
    arrow.load(connection, table("books_text", "key VARCHAR, target VARCHAR, document VARCHAR", ()))
    for batch in arrow.pick(inputs.records, ("key", "target", "document"), keys):
        arrow.append(connection, "books_text", batch)


def load_calendar(connection: duckdb.DuckDBPyConnection, config: Config) -> None:
    """The calendar covers the work dates that occur, no more: a hostile year costs one row."""
    days = connection.execute(
        "select distinct e.stream_no, p.work_date from portion p join numbered e using (entry_no)"
    ).fetchall()
    arrow.load(connection, calendar_table(config, dict(Numbers.of(config).stream), days))
