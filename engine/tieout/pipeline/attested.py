"""Approval by attestation: decisions on a digest of one worker's entries in one period.

The SQL (``attested.sql``) runs only where the company says ``approval: {from: attest}``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import TYPE_CHECKING

from tieout.config.attestations import Span, span
from tieout.config.model import Config, Decision
from tieout.pipeline import arrow
from tieout.pipeline.rows import Numbers, Table, table

if TYPE_CHECKING:
    import duckdb

    from tieout.pipeline.run import Story


@dataclass(frozen=True, kw_only=True)
class Content:
    """What there is to attest: how many entries of ``span``, their seconds, and the digest of them."""

    span: Span
    entries: int
    seconds: int
    digest: str


def asked(config: Config) -> bool:
    """Whether time is approved by attestations."""
    return config.rules.approval.from_ == "attest"


def script() -> str:
    """The statements that let attestations approve."""
    file = resources.files("tieout.pipeline") / "attested.sql"
    return file.read_text(encoding="utf-8")


def load(connection: duckdb.DuckDBPyConnection, config: Config, as_of: date) -> None:
    """The attestations in force, those of people who may approve first, then by their ids."""
    arrow.load(connection, _table(config, in_force(config, as_of)))


def in_force(config: Config, as_of: date) -> list[Decision]:
    """Of the decisions: attestations that haven't expired, in the order in which they count."""
    may = {name.lower() for name in config.rules.approval.by}
    found = [
        d for d in config.rules.decisions
        if d.kind == "attest" and (d.expires is None or d.expires >= as_of)
    ]  # fmt: skip
    return sorted(found, key=lambda d: (bool(may) and d.by.lower() not in may, d.id))


def contents(story: Story) -> list[Content]:
    """What each attestation in force is about as things stand; nothing of who has no entries."""
    config = story.inputs.config
    rows = story.connection.execute(
        "select attestation_no, entries, seconds, digest from attested_content order by all"
    ).fetchall()
    spans = [span(d.key) for d in in_force(config, story.inputs.as_of)]
    return [
        Content(span=spans[number - 1], entries=entries, seconds=seconds, digest=digest)
        for number, entries, seconds, digest in rows
    ]


def _table(config: Config, decisions: Sequence[Decision]) -> Table:
    numbers = Numbers.of(config).worker

    def rows() -> Iterable[tuple[int, int | None, date, date, str | None, str]]:
        for place, decision in enumerate(decisions, 1):
            of = span(decision.key)
            worker = numbers.get(of.worker)
            yield place, worker, of.first, of.last, decision.desired, decision.by

    return table(
        "attestation",
        "attestation_no INTEGER, worker_no INTEGER, from_ DATE, to_ DATE, digest VARCHAR, by VARCHAR",
        rows(),
    )
