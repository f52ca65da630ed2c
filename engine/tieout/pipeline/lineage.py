"""Asks a told story where an entry went: its portions, what they came to, in which lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any

from tieout.domain.entry import ENTRY_COLUMNS, RATE_COLUMNS, Entry, PayRate
from tieout.pipeline.laws import Laws
from tieout.pipeline.run import Story, statements


@dataclass(frozen=True, kw_only=True)
class Segment:
    """The part of a portion in one pay class. ``rate``: what the hour is paid, scaled, in
    ``currency``; None where nobody knows."""

    seconds: int
    percent: int
    pay_class: str
    basis: str | None
    rate: int | None
    currency: str | None


@dataclass(frozen=True, kw_only=True)
class Portion:
    """The part of an entry on one side of midnight, or of an overlap, with all that it came to.

    ``states``: purpose → 0 (booked), 250 to 299 (excluded) or 201 to 249 (held: code TOnnn), of the
    purposes that a stream serves. ``counted``: purpose → seconds after rounding. Ids are the
    company's, None where nothing is mapped; rates are scaled. ``fx``: how the bill rate was converted.
    """

    number: int
    stream: str
    date: date
    seconds: int
    worker: str | None
    project: str | None
    service: str | None
    customer: str | None
    hour_kind: str
    contractor: bool
    pack: str | None
    states: Mapping[str, int]
    counted: Mapping[str, int]
    bill_rate: int | None
    bill_currency: str | None
    fx: str | None
    pay_rate: int | None
    pay_currency: str | None
    segments: tuple[Segment, ...]


@dataclass(frozen=True, kw_only=True)
class LineClaim:
    """An entry's part in one line of one document, for one purpose."""

    entry: str
    document: str
    line: str
    purpose: str
    date: date
    seconds: int


@dataclass(frozen=True, kw_only=True)
class CostShare:
    """What an entry adds to a line of its journal: minor units, rounded by themselves."""

    line: str
    currency: str
    amount: int


class Lineage:
    """Questions to a story. Nothing is written; the views that it asks stand in ``lineage.sql``."""

    def __init__(self, story: Story) -> None:
        self._connection = story.connection
        laws = Laws(story.inputs.config).numbers
        self._packs = {number: pack.id for pack, number in laws.items()}
        for _, sql in statements(_views()):
            self._connection.execute(sql)

    def _rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, parameters).fetchall()

    def entries(self, beginning: str, most: int) -> list[str]:
        """Up to ``most`` keys of entries that begin so; the one that is just this, if there is."""
        rows = self._rows("select key from entry where key = $1", beginning) or self._rows(
            "select key from entry where starts_with(key, $1) order by key limit $2",
            beginning,
            most,
        )
        return [key for (key,) in rows]

    def entry(self, key: str) -> Entry:
        """The entry as captured. KeyError if there is none."""
        rows = self._rows(f"select {', '.join(ENTRY_COLUMNS)} from entry where key = $1", key)
        if not rows:
            raise KeyError(key)
        return Entry(*rows[0])

    def workers(self, entries: Iterable[str]) -> dict[str, str]:
        """The worker of each of these entries, where one is mapped."""
        return dict(
            self._rows(
                "select distinct e.key, w.id from entry e join checked c using (entry_no) "
                "join (select distinct worker_no, id from worker_row) w using (worker_no) "
                "where list_contains($1, e.key)",
                sorted(set(entries)),
            )
        )

    def notes(self, entries: Iterable[str]) -> dict[str, str]:
        """What was written down with each of these entries, where something was."""
        return dict(
            self._rows(
                "select key, notes from entry where notes is not null and list_contains($1, key)",
                sorted(set(entries)),
            )
        )

    def documents(self) -> list[str]:
        """The keys of all desired documents."""
        return [key for (key,) in self._rows("select document from desired order by document")]

    def target(self, document: str) -> str | None:
        """The target of a desired document."""
        rows = self._rows(
            "select t.name from desired d join target t using (target_no) where d.document = $1",
            document,
        )
        return str(rows[0][0]) if rows else None

    def portions(self, entry: str) -> list[Portion]:
        """The portions of one entry, in their order."""
        rows = self._rows(
            "select c.portion_no, t.name, c.work_date, c.seconds, w.id, p.id, s.id, u.id, "
            "  c.hour_kind, coalesce(c.contractor, false), c.pack_no, "
            "  c.record, c.pay, c.cost, c.billing, "
            "  r.pay_seconds, r.billing_seconds, c.bill_rate, c.bill_currency, "
            "  case when x.exchange_no is not null then exchange_text("
            "    concat(rate_text(c.own_rate), ' ', x.from_currency), c.own_rate, 10000, x.n1, x.d1, x.n2, "
            "    x.told1, x.told2, getvariable('intermediate'), getvariable('common_currency'), x.label, "
            "    x.source, getvariable('lines_mode')) end, c.pay_rate, c.pay_currency "
            "from entry e join checked c using (entry_no) join rounded r using (portion_no) "
            "join stream t on t.stream_no = c.stream_no "
            "left join exchange x on x.exchange_no = c.exchange_no "
            "left join (select distinct worker_no, id from worker_row) w using (worker_no) "
            "left join (select distinct project_no, id from project_row) p using (project_no) "
            "left join (select distinct service_no, id from service_row) s using (service_no) "
            "left join (select distinct customer_no, id from customer_named) u using (customer_no) "
            "where e.key = $1 order by c.portion_no",
            entry,
        )
        served = {purpose for (purpose,) in self._rows("select purpose from purpose_claimed")}
        return [self._portion(number, row, served) for number, row in enumerate(rows)]

    def _portion(self, number: int, row: tuple[Any, ...], served: set[str]) -> Portion:
        (
            portion_no,
            stream,
            day,
            seconds,
            worker,
            project,
            service,
            customer,
            kind,
            contractor,
            pack,
            record,
            pay,
            cost,
            billing,
            paid,
            billed,
            bill_rate,
            bill_currency,
            fx,
            pay_rate,
            pay_currency,
        ) = row
        states = {"record": record, "pay": pay, "cost": cost, "billing": billing}
        counted = {"record": seconds, "pay": paid, "cost": paid, "billing": billed}
        return Portion(
            number=number,
            stream=stream,
            date=day,
            seconds=seconds,
            worker=worker,
            project=project,
            service=service,
            customer=customer,
            hour_kind=kind,
            contractor=contractor,
            pack=self._packs.get(pack),
            states={purpose: state for purpose, state in states.items() if purpose in served},
            counted={purpose: n for purpose, n in counted.items() if purpose in served},
            bill_rate=bill_rate,
            bill_currency=bill_currency,
            fx=fx,
            pay_rate=pay_rate,
            pay_currency=pay_currency,
            segments=self._segments(portion_no, pay_rate, pay_currency),
        )

    def _segments(
        self, portion_no: int, rate: int | None, currency: str | None
    ) -> tuple[Segment, ...]:
        """What isn't priced by segment (contractors, excluded cost) has the portion's rate."""
        rows = self._rows(
            "select s.seconds, s.percent, s.pay_class, s.basis, c.rate, c.currency from segment s "
            "left join costed_segment c using (portion_no, seq) "
            "where portion_no = $1 order by s.seq",
            portion_no,
        )
        return tuple(
            Segment(
                seconds=seconds,
                percent=percent,
                pay_class=name,
                basis=basis,
                rate=rate if own is None else own,
                currency=own_currency or currency,
            )
            for seconds, percent, name, basis, own, own_currency in rows
        )

    def lines_of_entry(self, entry: str) -> list[LineClaim]:
        """Every line that one entry stands in, by document and line."""
        return self._claims("entry_no = (select entry_no from entry where key = $1)", entry)

    def lines_of_document(self, document: str) -> list[LineClaim]:
        """Every entry's part in the lines of one desired document, by line and entry."""
        return self._claims("document = $1", document)

    def _claims(self, where: str, value: str) -> list[LineClaim]:
        rows = self._rows(
            "select e.key, c.document, c.line, c.purpose, min(c.work_date), sum(c.seconds)::bigint "
            f"from (select * from line_claim where {where}) c join entry e using (entry_no) "
            "group by all order by c.document, c.line, min(c.work_date), e.key, c.purpose",
            value,
        )
        return [
            LineClaim(
                entry=entry,
                document=document,
                line=line,
                purpose=purpose,
                date=day,
                seconds=seconds,
            )
            for entry, document, line, purpose, day, seconds in rows
        ]

    def cost_shares(self, entry: str) -> list[CostShare]:
        """What one employee's entry adds to each line of its journals, booked or held."""
        rows = self._rows(
            "select s.line, s.currency, sum(s.amount)::bigint from cost_share s "
            "join checked c using (portion_no) join entry e using (entry_no) where e.key = $1 "
            "group by all order by s.line, s.currency",
            entry,
        )
        return [
            CostShare(line=line, currency=currency, amount=amount)
            for line, currency, amount in rows
        ]

    def pay_rates(self, worker: str) -> list[PayRate]:
        """Every pay rate captured of one worker, by its first day."""
        rows = self._rows(
            f"select {', '.join(RATE_COLUMNS)} from source_rate "
            "where worker = $1 order by from_date, key",
            worker,
        )
        return [PayRate(*row) for row in rows]


def _views() -> str:
    return (resources.files("tieout.pipeline") / "lineage.sql").read_text(encoding="utf-8")
