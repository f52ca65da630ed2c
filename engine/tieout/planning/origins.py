"""Which rows and rules a changed document was made from: of all that stand behind its lines, those that
say what differs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Final

from tieout.config.entities import entity_role
from tieout.config.model import Config, Customer, Service
from tieout.domain.document import Document, Line, is_counter
from tieout.domain.key import base_key, mirrored_key
from tieout.domain.money import parse_rate
from tieout.pipeline.rows import V
from tieout.planning.provenance import posted

_PROJECT: Final = {"job": ("books",), "class_": ("class_",), "billable": ("method",),
                   "project": ("customer", "method")}  # fmt: skip
_SERVICE: Final = {"item": ("item",), "account": ("revenue", "expense"), "tax": ("tax",),
                   "billable": ("billable",), "hour_kind": ("kind",), "service": ()}  # fmt: skip
"""By a line's field: the fields of the project's and the service's row that it comes from."""
_NAMES: Final = tuple(f.name for f in fields(Line))
_SLOT: Final = ("project", "service", "worker", "date", "hour_kind", "period")
"""What a line stands for; the rest is what it says of that."""
_FIGURES: Final = frozenset(("key", "seconds", "amount"))
_PAID: Final = ("timesheet", "journal", "bill")
"""Documents whose figures hang on pay classes."""


@dataclass(frozen=True)
class Difference:
    """A line, and in which fields it differs from those that stood for the same: in all, if none did."""

    line: Line
    fields: frozenset[str]


def rows(config: Config, before: Document | None, after: Document | None) -> list[str]:
    """The addresses of the rows that the difference of two versions comes from."""
    found: dict[str, None] = {}
    for document, differences in _differing(before, after):
        day = date.fromisoformat(document.date)
        for difference in differences:
            found |= dict.fromkeys(_of_line(config, document, difference, day))
        if document.role == "customer" and _headings_differ(before, after):
            said = ("currency", "tax", "books")
            found |= dict.fromkeys(addresses(config.customers, document.party, day, said))
    return list(found)


def taking(config: Config, before: Document, gaining: Iterable[Document]) -> list[str]:
    """The rows that took entries out of a document: those of what stands in the documents of its kind
    that have them now, and didn't stand in it."""
    had = {(line.project, line.service) for line in before.lines}
    found: dict[str, None] = {}
    for document in gaining:
        day = date.fromisoformat(document.date)
        for line in document.lines if document.kind == before.kind else ():
            if (line.project, line.service) not in had:
                found |= dict.fromkeys(addresses(config.projects, line.project, day, ("customer",)))
    return list(found)


def _of_line(config: Config, document: Document, it: Difference, day: date) -> Iterator[str]:
    line = it.line
    rates = list(_rates(config, document, line)) if "rate" in it.fields else []
    yield from rates
    said = _said_by(_PROJECT, it.fields)
    if said is not None:
        other = addresses(config.projects, line.project, day, said)
        yield from (address for address in other if not rates or "@" in address)
    said = _said_by(_SERVICE, it.fields)
    if said is not None:
        yield from addresses(config.services, line.service, day, said)
    if it.fields & {"account", "account_ref"}:
        own = entity_role(line.account or "", document.entity or "")
        mine = list(addresses(config.accounts, own, day, ("books",)))
        yield from mine or addresses(config.accounts, line.account, day, ("books",))
    if "earning" in it.fields:
        kinds = {row.id for row in config.earnings} if line.pay_class == "regular" else set()
        code = line.hour_kind if line.hour_kind in kinds else line.pay_class
        yield from addresses(config.earnings, code, day, ("books",))
    if it.fields & {"pay_class", "seconds"} and line.pay_class and document.party:
        yield from addresses(config.workers, document.party, day, ("jurisdiction", "overtime"))
    if it.fields <= _FIGURES | {"pay_class", "earning"}:
        yield from (rule for rule in _rules(document, line) if rule in config.positions)


def _rules(document: Document, line: Line) -> tuple[str, ...]:
    """The rules that a line's figures depend on: of what an entity charges, the cost on other lines."""
    if mirrored_key(base_key(document.key)) and (is_counter(line.key) or line.key.count("/") > 1):
        return ("rules/intercompany",)
    return ("rules/overtime", "rules/rounding") if document.kind in _PAID else ("rules/rounding",)


def _said_by(source: Mapping[str, tuple[str, ...]], differing: frozenset[str]) -> list[str] | None:
    """The fields of a row behind those that differ; None: it says nothing of them."""
    said = [name for name in source if name in differing]
    return [field for name in said for field in source[name]] if said else None


def _rates(config: Config, document: Document, line: Line) -> Iterator[str]:
    """Where the line's rate is said: the most specific first. Rates go by the day of work, so that of
    several dated ones a document may have more than one."""
    if line.rate is None:
        return
    own = parse_rate(line.fx.partition(" ")[0]) if line.fx else line.rate  # before it was converted
    first, last = (
        date.fromisoformat(day)
        for day in (line.date or document.from_, line.date or document.to)
    )  # fmt: skip
    for version in config.projects:
        if version.id == line.project and version.from_ <= last and first <= version.to:
            said = {
                "worker_rates": version.worker_rates.get(line.worker or ""),
                "service_rates": version.service_rates.get(line.service or ""),
                "rate": version.rate,
            }
            names = (name for name, rate in said.items() if rate == own)
            yield from (version.origins.get(name, version.row) for name in names)
    inherited: tuple[Customer | Service, ...] = (*config.customers, *config.services)
    for general in inherited:
        if (
            general.id in (document.party, line.service)
            and general.rate == own
            and general.from_ <= last
            and first <= general.to
        ):
            yield general.origins.get("rate", general.row)
    for worker in config.workers:
        held = worker.id == line.worker and worker.from_ <= last and first <= worker.to
        if held and worker.bill_rate == own:
            yield worker.origins.get("rate", worker.row)


def _differing(
    before: Document | None, after: Document | None
) -> Iterator[tuple[Document, list[Difference]]]:
    """The lines of either version that aren't in the other, with what differs."""
    old, new = _own(before, after), _own(after, before)
    was, now = _by_slot(old), _by_slot(new)
    if after:
        yield (
            after,
            [Difference(line, _fields(line, now[_slot(line)], was[_slot(line)])) for line in new],
        )
    if before:  # of what stands in both, today's rows say today's values
        gone = [line for line in old if not now[_slot(line)]]
        yield before, [Difference(line, frozenset(_NAMES)) for line in gone]


def _own(document: Document | None, other: Document | None) -> list[Line]:
    theirs = set(other.lines) if other else set()
    return [line for line in document.lines if line not in theirs] if document else []


def _fields(line: Line, mine: list[Line], others: list[Line]) -> frozenset[str]:
    """Of several lines that stand for the same, a value that both versions have differs in neither."""
    if not others:
        return frozenset(_NAMES)
    differing = {
        name for name in _NAMES
        if {getattr(x, name) for x in mine} != {getattr(x, name) for x in others}
    }  # fmt: skip
    if line.rate in {other.rate for other in others}:
        differing.discard("rate")
    return frozenset(differing)


def _slot(line: Line) -> tuple[object, ...]:
    return tuple(getattr(line, name) for name in _SLOT)


def _by_slot(lines: Iterable[Line]) -> dict[tuple[object, ...], list[Line]]:
    found: dict[tuple[object, ...], list[Line]] = defaultdict(list)
    for line in lines:
        found[_slot(line)].append(line)
    return found


def _headings_differ(before: Document | None, after: Document | None) -> bool:
    if before is None or after is None:
        return True
    headings = [
        (d.party, d.party_ref, d.currency, d.control, d.control_ref) for d in (before, after)
    ]
    taxes = [sorted({line.tax or "" for line in d.lines}) for d in (before, after)]
    return headings[0] != headings[1] or taxes[0] != taxes[1]


def addresses(
    versions: Iterable[V], id_: str | None, day: date, said: Iterable[str]
) -> Iterator[str]:
    """The row of this id that counts on a posting date, or the dated values of it among ``said``."""
    row = posted(versions, id_, day)
    if row is not None:
        dated = [row.origins[field] for field in said if field in row.origins]
        yield from dated or [row.row]
