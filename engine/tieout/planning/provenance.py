"""Which row of the configuration, or of a capture, settled a value: what lineage names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tieout.config.model import Config, Grid, Project, Rounding, Version
from tieout.domain.entry import (
    FLUCTUATING,
    ITEM_KINDS,
    PROJECT_KEYS,
    SALARY_PERIODS,
    SERVICE_KEYS,
    WORKER_KEYS,
    Entry,
    PayRate,
)
from tieout.domain.money import format_seconds
from tieout.pipeline.lineage import Portion
from tieout.pipeline.names import lasting
from tieout.pipeline.rows import V
from tieout.planning.trace import Rate, Value


def on(rows: Iterable[V], id_: str | None, day: date) -> V | None:
    """The version of this id that holds on this day."""
    return next((r for r in rows if r.id == id_ and r.from_ <= day <= r.to), None)


def posted(rows: Iterable[V], id_: str | None, day: date) -> V | None:
    """The version whose names count on a posting date: each lasts until the next one begins."""
    mine = [row for row in rows if row.id == id_]
    return next((row for row, first, last in lasting(mine) if first <= day <= last), None)


@dataclass(frozen=True)
class Provenance:
    """Answers for one company."""

    config: Config

    def row(self, version: Version, field: str = "", path: str = "") -> str:
        """The address of the dated value in force, of the value at ``path``, or of the row."""
        dated = version.origins.get(field, "")
        if dated.startswith(f"{version.row} {path}@"):
            return dated
        return self.known(f"{version.row} {path}", version.row)

    def known(self, address: str, otherwise: str | None = None) -> str:
        """The address, if something stands there; else the row that it names, or ``otherwise``."""
        if address in self.config.positions:
            return address
        return address.partition(" ")[0] if otherwise is None else otherwise

    def mapped(self, entry: Entry, portion: Portion) -> tuple[Value, ...]:
        """Worker, project, customer and service, each with its row and the fields it goes by."""
        config, day = self.config, portion.date
        worker = on(config.workers, portion.worker, day)
        project = on(config.projects, portion.project, day)
        service = on(config.services, portion.service, day)
        return (
            self._matched("worker", worker, worker.refs if worker else {}, entry, WORKER_KEYS),
            self._matched("project", project, project.refs if project else {}, entry, PROJECT_KEYS),
            self._customer(project, day),
            self._matched("service", service, service.refs if service else {}, entry, SERVICE_KEYS),
        )

    def _matched(
        self,
        what: str,
        row: Version | None,
        refs: Mapping[str, tuple[Mapping[str, str], ...]],
        entry: Entry,
        columns: Mapping[str, str],
    ) -> Value:
        names = {key: str(getattr(entry, column) or "") for key, column in columns.items()}
        if row is None:
            said = ", ".join(f"{key} {text}" for key, text in names.items() if text)
            return Value(
                what=what, value=None, how=f"no row for {said}" if said else "the entry names none"
            )
        fitting = [keys for keys in refs.get(entry.source, ()) if _fits(keys, names)]
        keys = max(fitting, key=len, default={})
        by = ", ".join(f"{key} {names[key]}" for key in columns if key in keys) or f"any {what}"
        return Value(what=what, value=row.id, how=f"by {by}", row=row.row)

    def _customer(self, project: Project | None, day: date) -> Value:
        if project is None or project.customer is None:
            how = "the project has none" if project else "no project"
            return Value(what="customer", value=None, how=how)
        customer = on(self.config.customers, project.customer, day)
        return Value(
            what="customer",
            value=project.customer,
            how="by the project",
            row=customer.row if customer else self.row(project, "customer", "customer"),
        )

    def bill_rate(self, entry: Entry, portion: Portion) -> Rate | None:
        """The rate that billing took, and which of the possible ones it is: the most specific."""
        if portion.bill_rate is None:
            return None
        how, row = next(self._bill_rates(entry, portion))
        if portion.fx:
            how = f"{how}, converted: {portion.fx}"
        return Rate(rate=portion.bill_rate, currency=portion.bill_currency, how=how, row=row)

    def _bill_rates(self, entry: Entry, portion: Portion) -> Iterator[tuple[str, str | None]]:
        """In the order of docs/semantics.md §5; the first that there is counts."""
        config, day, worker, service = self.config, portion.date, portion.worker, portion.service
        if entry.rate is not None:
            yield "the entry's own", None
        project = on(config.projects, portion.project, day)
        if project and worker in project.worker_rates:
            yield (
                "worker on project",
                self.row(project, "worker_rates", f"billing.workers.{worker}"),
            )
        if project and service in project.service_rates:
            yield (
                "service on project",
                self.row(project, "service_rates", f"billing.services.{service}"),
            )
        if project and project.rate is not None:
            yield "project", self.row(project, "rate", "billing.rate")
        customer = on(config.customers, portion.customer, day)
        if customer and customer.rate is not None:
            yield "customer", self.row(customer, "rate", "rate")
        general = on(config.services, service, day)
        if general and general.rate is not None:
            yield "service", self.row(general, "rate", "rate")
        who = on(config.workers, worker, day)
        if who and who.bill_rate is not None:
            yield "worker", self.row(who, "rate", "bill_rate")

    def pay_rates(
        self, portion: Portion, rates: Sequence[PayRate], places: Mapping[str, str]
    ) -> tuple[Rate, ...]:
        """The rate of each pay class of the portion, and the captured row that it stands in."""
        found: dict[tuple[int, str], Rate] = {}
        # What has no cost is priced as a whole; what a pay run has paid (TO297) is of its week too.
        state = portion.states.get("cost", 256)
        costed = state < 250 or state == 297
        for segment in portion.segments:
            if segment.rate is None:
                continue
            row, how = _pay_rate(portion, segment.pay_class if costed else "regular", rates)
            found.setdefault(
                (segment.rate, how),
                Rate(
                    rate=segment.rate,
                    currency=segment.currency,
                    how=how,
                    place=places.get(row.key) if row else None,
                ),
            )
        return tuple(found.values())

    def law(self, portion: Portion) -> Value | None:
        """The law pack that classified the portion, and the jurisdiction that named it."""
        worker = on(self.config.workers, portion.worker, portion.date)
        if worker is None or portion.pack is None:
            return None
        if portion.contractor or worker.overtime != "eligible":
            return None
        named = worker.jurisdiction in self.config.rules.overtime.packs
        path = f"jurisdictions.{worker.jurisdiction}" if named else "default"
        return Value(
            what="law",
            value=portion.pack,
            how=f"for {worker.jurisdiction or 'everyone'}",
            row=self.known(f"rules/overtime {path}"),
        )

    def rounding(self, purpose: str) -> Value | None:
        """The rule that rounds this purpose here, in words; cost takes pay's seconds."""
        rounded = "pay" if purpose == "cost" else purpose
        rule = self.config.rules.rounding.get(rounded, Rounding())
        words = rounding_words(rule)
        if words is None:
            return None
        return Value(
            what="rounding",
            value=None,
            row=self.known(f"rules/rounding {rounded}"),
            how=words,
        )

    def premium(self) -> Value:
        """Where the premium of overtime goes, and the rule that says so."""
        return Value(
            what="premium",
            value=self.config.rules.overtime.premium,
            row=self.known("rules/overtime premium"),
        )


def rounding_words(rule: Rounding) -> str | None:
    """What a rule does to time, or None where it does nothing here."""
    if rule.where != "tieout":
        return None
    if rule.per == "punch" and rule.increment:
        told = [f"{_grid_words(rule)} per punch"]
    else:
        sides = {"start": rule.start, "end": rule.end}
        told = [f"{side} {_grid_words(g)}" for side, g in sides.items() if g and g.increment]
        told += [f"{_grid_words(rule)} per {rule.per}"] if rule.increment else []
    if rule.tolerate_punch:
        per_punch, a_day = format_seconds(rule.tolerate_punch), format_seconds(rule.tolerate_day)
        told += [f"on time up to {per_punch} a punch and {a_day} a day"]
    exact = ", meals exact" if rule.at_clock and rule.meals == "exact" else ""
    return f"{', '.join(told)}{exact}" if told else None


def _grid_words(grid: Grid) -> str:
    grace = f" (grace {format_seconds(grid.grace)})" if grid.grace else ""
    return f"{grid.mode} {format_seconds(grid.increment)}{grace}"


def _fits(keys: Mapping[str, str], names: Mapping[str, str]) -> bool:
    return all(
        text == (names[key].lower() if key == "email" else names[key]) for key, text in keys.items()
    )


def _pay_rate(
    portion: Portion, pay_class: str, rates: Sequence[PayRate]
) -> tuple[PayRate | None, str]:
    """The captured row that counts, and what it is for: project and class, project, class, neither.

    A premium class without a row of its own takes the rate of regular hours.
    """
    begun = {
        (r.project, r.earning): r
        for r in rates
        if r.from_date <= portion.date and r.basis not in ITEM_KINDS
    }
    held = {
        key: r
        for key, r in begun.items()
        if (r.to_date is None or portion.date <= r.to_date)
        and (r.basis == "hour" or not portion.contractor)
    }
    here = portion.project
    own = [(here, pay_class), (here, None), (None, pay_class)]
    if not {own[0], own[2]} & held.keys():
        own = [(here, "regular"), (here, None), (None, "regular"), (None, None)]
    row = next((held[key] for key in own if key in held), None)
    if row is None:
        return None, "no captured row"
    words = [
        f"for {row.earning}" if row.earning else "",
        f"on {row.project}" if row.project else "",
        _salary(row),
    ]
    return row, " ".join([*filter(None, words), f"from {row.from_date}"])


def _salary(row: PayRate) -> str:
    """What a salary is for, in words; nothing of a rate by the hour."""
    period, _, weekly = row.basis.partition("/")
    if period not in SALARY_PERIODS:
        return ""
    if weekly == FLUCTUATING:
        return f"of a salary by the {period} for fluctuating hours,"
    return f"of a salary by the {period} for {format_seconds(int(weekly))} a week,"
