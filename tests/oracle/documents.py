"""Section 6: what each booked portion puts into which line of which document, and the documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from oracle.mapping import in_force, last_known
from oracle.periods import Period, period_of
from oracle.prices import OVERHEAD, Price
from oracle.states import (
    account_ref,
    charged_to,
    cost_role,
    entity,
    hour_kind,
    other_side,
    party_ref,
    party_role,
    produces,
    revenue_role,
    traits,
)
from oracle.story import Portion, Segment, seller
from tieout.config.model import Config, Produce
from tieout.domain.books import Claim
from tieout.domain.document import Document, Kind, Line, Purpose
from tieout.domain.key import digest
from tieout.domain.money import amount, divide, format_rate

#: The fields of an entry that make its content: what a claim's digest is taken of.
CONTENT = (
    "grain", "start_at", "end_at", "from_date", "to_date", "seconds",
    "worker_id", "worker_email", "worker_name", "customer_id", "customer_name",
    "project_id", "project_name", "task_id", "task_name",
    "type", "billable", "billed", "running", "approval", "rate", "rate_currency",
)  # fmt: skip


@dataclass(frozen=True)
class Money:
    """Minor units on a line of a journal, and of converted ones what they were."""

    minor: int
    fx: str | None = None


@dataclass(frozen=True, kw_only=True)
class Part:
    """What a portion (or segment) adds to a line: ``header`` has no lines, ``line`` no figures."""

    target: str
    header: Document
    line: Line
    portion: Portion
    seconds: int
    charged: str | None = None  # the legal entity that its cost is charged to


def time_activity(config: Config, portion: Portion, seconds: int) -> Part:
    produce, period = _place(config, portion, Purpose.RECORD)
    project, service, kind = _id(portion.project), _id(portion.service), hour_kind(portion)
    billable = is_billable(portion)
    key = _key(
        portion, produce, _worker(portion), project or "-", service or "-", kind,
        "billable" if billable else "nonbillable", period.name,
    )  # fmt: skip
    line = Line(
        key="time", billable=billable, hour_kind=kind, project=project, service=service,
        item=item(config, service, period.last), **job_and_class(config, project, produce, period),
    )  # fmt: skip
    return _part(config, portion, produce, key, period, None, line, seconds)


def is_billable(portion: Portion) -> bool:
    """Billable by kind, and by the entry's flag, else by the project's method."""
    if not traits(portion).billable:
        return False
    if portion.entry.billable is not None:
        return portion.entry.billable
    return portion.project is None or portion.project.method in ("hourly", "fixed")


def timesheet(config: Config, portion: Portion, segment: Segment) -> Part:
    produce, period = _place(config, portion, Purpose.PAY)
    project, kind, day = _id(portion.project), hour_kind(portion), portion.date.isoformat()
    names = [kind, segment.pay_class] if segment.pay_class == "regular" else [segment.pay_class]
    rows = [row for name in names if (row := in_force(config.earnings, name, period.last))]
    codes = [row.books[produce.to] for row in rows if produce.to in row.books]
    where = job_and_class(config, project, produce, period)
    line = Line(
        key=f"{day}/{project or '-'}/{kind}/{segment.pay_class}", date=day, hour_kind=kind,
        pay_class=segment.pay_class, earning=codes[0] if codes else None,
        project=project, job=where["job"],
    )  # fmt: skip
    key = _key(portion, produce, _worker(portion), period.name)
    return _part(config, portion, produce, key, period, None, line, segment.seconds)


def journal(config: Config, portion: Portion, segment: Segment, currency: str) -> Part:
    produce, period = _place(config, portion, Purpose.COST)
    line = _expense_line(config, portion, produce, period)
    key = _key(portion, produce, currency, period.name)
    part = _part(config, portion, produce, key, period, currency, line, segment.seconds)
    return replace(part, charged=charged_to(config, portion, produce))


def bill(config: Config, portion: Portion, seconds: int, rate: int, currency: str) -> Part:
    produce, period = _place(config, portion, Purpose.PAY)
    line = _expense_line(config, portion, produce, period)
    line = replace(line, key=f"{line.key}@{format_rate(rate)}", rate=rate)
    key = _key(portion, produce, _worker(portion), currency, period.name)
    part = _part(config, portion, produce, key, period, currency, line, seconds)
    return replace(part, charged=charged_to(config, portion, produce))


def invoice(config: Config, portion: Portion, seconds: int, price: Price) -> Part:
    produce, period = _place(config, portion, Purpose.BILLING)
    currency, day = price.currency, period.last
    project, service, worker = _id(portion.project), _id(portion.service), _worker(portion)
    ids = {"project": project, "service": service, "worker": worker}
    shown = {name: ids[name] if name in produce.lines else None for name in ids}
    account = revenue_role(config, portion, produce)
    tax = tax_code(config, portion, day)
    who = shown["worker"] or "-"
    last = who if "service" in produce.lines else f"{who}/{account}/{tax or '-'}"
    first = f"{shown['project'] or '-'}/{shown['service'] or '-'}"
    line = Line(
        key=f"{first}/{last}@{price.named}", rate=price.rate, fx=price.fx,
        account=account, tax=tax,
        account_ref=account_ref(config, account, produce, day, seller(portion)),
        item=item(config, shown["service"], day), text=sale_text(config, shown, day),
        project=shown["project"], service=shown["service"], worker=shown["worker"],
        **job_and_class(config, shown["project"], produce, period),
    )  # fmt: skip
    per_project = [project or "-"] if "project" in produce.per else []
    key = _key(portion, produce, _id(portion.customer) or "-", *per_project, currency, period.name)
    return _part(config, portion, produce, key, period, currency, line, seconds)


def tax_code(config: Config, portion: Portion, day: date) -> str | None:
    """The customer's code outranks the service's."""
    customer = last_known(config.customers, _id(portion.customer), day)
    service = last_known(config.services, _id(portion.service), day)
    return (customer.tax if customer else None) or (service.tax if service else None)


def sale_text(config: Config, shown: Mapping[str, str | None], day: date) -> str | None:
    project = last_known(config.projects, shown["project"], day)
    service = last_known(config.services, shown["service"], day)
    worker = last_known(config.workers, shown["worker"], day)
    names = [
        project.name if project else None,
        (service.name or service.id) if service else None,
        worker.name if worker else None,
    ]
    return " · ".join(name for name in names if name) or None


def item(config: Config, service: str | None, day: date) -> str | None:
    row = last_known(config.services, service, day)
    return row.item if row else None


def job_and_class(
    config: Config, project: str | None, produce: Produce, period: Period
) -> dict[str, Any]:
    row = last_known(config.projects, project, period.last)
    if row is None:
        return {"job": None, "class_": None}
    return {"job": row.books.get(produce.to, {}).get("job"), "class_": row.class_}


# ── from parts to documents ──────────────────────────────────────────────────────────────────────


def documents(
    config: Config,
    parts: Sequence[Part],
    costs: Mapping[tuple[str, str], Money],
    resolutions: Mapping[str, int],
) -> dict[str, Document]:
    """``costs``: what stands on each line of a journal; ``resolutions``: seconds by target."""
    by_key: dict[str, list[Part]] = defaultdict(list)
    for part in parts:
        by_key[part.header.key].append(part)
    return {
        key: _document(config, found, costs, resolutions.get(found[0].target, 1))
        for key, found in sorted(by_key.items())
    }


def reverses(config: Config, key: str) -> bool:
    """Whether a document is an accrual, which the next day takes back."""
    stream, kind, *rest = key.split("/")
    if rest[3:4] == ["bill"]:  # what is charged of a bill goes with it
        kind = "bill"
    produce = config.streams[stream].produce[kind]
    return "accrue" in (produce.basis, produce.mode)


def reversal(document: Document) -> Document:
    """The same the other way round, a day later; it takes back money, not hours."""
    day = date.fromisoformat(document.date) + timedelta(days=1)
    lines = tuple(replace(line, seconds=0, amount=-line.amount) for line in document.lines)
    return replace(document, key=f"{document.key}~r", date=day.isoformat(), lines=lines)


def claims(parts: Sequence[Part]) -> dict[str, tuple[Claim, ...]]:
    """Per document: each entry once, with what of it is claimed and its first work date."""
    by_entry: dict[tuple[str, str], list[Part]] = defaultdict(list)
    for part in parts:
        by_entry[part.header.key, part.portion.entry.key].append(part)
    result: dict[str, list[Claim]] = defaultdict(list)
    for (document, key), found in sorted(by_entry.items()):
        entry = found[0].portion.entry
        result[document].append(
            Claim(
                entry=key,
                digest=digest([str(getattr(entry, name)) for name in CONTENT]),
                seconds=sum(part.seconds for part in found),
                date=min(part.portion.date for part in found).isoformat(),
            )
        )
    return {document: tuple(found) for document, found in result.items()}


def quantised(unit: int, lines: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Seconds by line key in what the target can hold; the remainder goes on to the next line."""
    running, result = 0, {}
    for key, seconds in sorted(lines):
        before, running = running, running + seconds
        result[key] = divide(running, unit) * unit - divide(before, unit) * unit
    return result


def _document(
    config: Config, parts: Sequence[Part], costs: Mapping[tuple[str, str], Money], resolution: int
) -> Document:
    header = parts[0].header
    assert all(part.header == header for part in parts), "the key must determine the header"
    lines: dict[str, Line] = {}
    for part in parts:
        assert lines.setdefault(part.line.key, part.line) == part.line, "and the line key the line"
    totals = {key: sum(p.seconds for p in parts if p.line.key == key) for key in lines}
    seconds = quantised(resolution, totals.items())
    if header.kind == Kind.JOURNAL:
        return _balanced(config, parts[0], lines, seconds, costs)
    return replace(
        header,
        lines=tuple(
            _priced(lines[key], seconds[key], header, config.rules.currency.lines)
            for key in sorted(lines)
        ),
    )


def _priced(line: Line, seconds: int, header: Document, mode: str) -> Line:
    """The amount as the books compute it: quantity times rate."""
    if line.rate is None or header.currency is None:
        return replace(line, seconds=seconds)
    minor = amount(seconds, line.rate, header.currency, mode)
    return replace(line, seconds=seconds, amount=minor)


def _balanced(
    config: Config,
    part: Part,
    lines: Mapping[str, Line],
    seconds: Mapping[str, int],
    costs: Mapping[tuple[str, str], Money],
) -> Document:
    """A journal document: the expense lines, the premium, and the other side."""
    header, produce = part.header, part.portion.stream.produce[Kind.JOURNAL]
    day = date.fromisoformat(header.date)
    mine = {line: money for (document, line), money in costs.items() if document == header.key}
    none = Money(0)

    def plain(key: str, role: str, minor: int) -> Line:
        ref = account_ref(config, role, produce, day, header.entity)
        return Line(key=key, account=role, account_ref=ref, amount=minor)

    result = [
        replace(line, seconds=seconds[key], amount=mine.get(key, none).minor,
                fx=mine.get(key, none).fx)
        for key, line in lines.items()
    ]  # fmt: skip
    for key, money in mine.items():
        if key not in lines and money.minor:
            assert key.startswith(OVERHEAD)
            premium = plain(key, "overhead_premium", money.minor)
            result.append(replace(premium, fx=money.fx))
    counter = -sum(money.minor for money in mine.values())
    other = other_side(produce)
    result.append(plain(f"={other}", other, counter))
    return replace(header, lines=tuple(sorted(result, key=lambda line: line.key)))


def _place(config: Config, portion: Portion, purpose: str) -> tuple[Produce, Period]:
    produce = produces(portion, purpose)
    assert produce is not None, "a portion without a document is excluded"
    return produce, period_of(config.company, produce, portion.date)


def _part(
    config: Config, portion: Portion, produce: Produce, key: str, period: Period,
    currency: str | None, line: Line, seconds: int,
) -> Part:  # fmt: skip
    day = period.last
    header = Document(
        key=key, kind=produce.kind, lines=(), currency=currency, date=day.isoformat(),
        from_=period.first.isoformat(), to=day.isoformat(), entity=entity(portion, produce),
        **_party(config, portion, produce, day),
    )  # fmt: skip
    return Part(target=produce.to, header=header, line=line, portion=portion, seconds=seconds)


def _party(config: Config, portion: Portion, produce: Produce, day: date) -> dict[str, Any]:
    if produce.kind == Kind.JOURNAL:
        return {}
    role = party_role(portion, produce)
    party = _id(portion.customer) if role == "customer" else _worker(portion)
    who = {"role": role, "party": party, "party_ref": party_ref(config, portion, produce)}
    if produce.kind not in (Kind.INVOICE, Kind.BILL):
        return who
    control = other_side(produce)
    ref = account_ref(config, control, produce, day, entity(portion, produce))
    return {**who, "control": control, "control_ref": ref}


def _expense_line(config: Config, portion: Portion, produce: Produce, period: Period) -> Line:
    """On suspense nothing is said of a project."""
    role = cost_role(config, portion, produce)
    project = None if role == "suspense" else _id(portion.project)
    to = charged_to(config, portion, produce)
    return Line(
        key=f"{role}/{project or '-'}" + (f"/{to}" if to else ""), account=role, project=project,
        account_ref=account_ref(config, role, produce, period.last, entity(portion, produce)),
        **job_and_class(config, project, produce, period),
    )  # fmt: skip


def _key(portion: Portion, produce: Produce, *parts: str) -> str:
    of = entity(portion, produce)
    return "/".join([portion.stream.name, produce.kind, *([f"@{of}"] if of else []), *parts])


def _worker(portion: Portion) -> str:
    assert portion.worker is not None
    return portion.worker.id


def _id(row: Any) -> str | None:
    return row.id if row else None
