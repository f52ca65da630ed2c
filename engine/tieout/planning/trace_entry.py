"""The way of one entry: captured, mapped, checked, rounded, classified, priced, booked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tieout.domain.document import Line
from tieout.domain.entry import Entry, PayRate
from tieout.pipeline.lineage import LineClaim, Portion
from tieout.planning.envelope import locate
from tieout.planning.provenance import on
from tieout.planning.told import Told
from tieout.planning.trace import EntryLine, EntryTrace, PortionTrace, Rate, Use, Value


def trace_entry(told: Told, key: str) -> EntryTrace:
    """Everything about the entry ``key``, which the newest snapshot holds."""
    entry = told.lineage.entry(key)
    portions = told.lineage.portions(key)
    zone = _zone(told, portions)
    trace = EntryTrace(
        key=key,
        entry=entry,
        place=told.places("entries", [key]).get(key, ""),
        timezone=zone,
        begins=_local(entry.start_at, zone),
        ends=_local(entry.end_at, zone),
        portions=_portions(told, entry, portions),
        lines=_lines(told, told.lineage.lines_of_entry(key)),
        shares=tuple(told.lineage.cost_shares(key)),
    )
    return _located(told, trace)


def _zone(told: Told, portions: Sequence[Portion]) -> str:
    """The worker's time zone on the first of the entry's days."""
    first = portions[0]
    worker = on(told.config.workers, first.worker, first.date)
    return (worker.timezone if worker else None) or told.config.company.timezone


def _local(moment: datetime | None, zone: str) -> str | None:
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None).isoformat(" ")


def _portions(told: Told, entry: Entry, portions: Sequence[Portion]) -> tuple[PortionTrace, ...]:
    worker = next((p.worker for p in portions if p.worker), None)
    rates = told.lineage.pay_rates(worker) if worker else []
    places = told.places("rates", (rate.key for rate in rates))
    return tuple(_portion(told, entry, portion, rates, places) for portion in portions)


def _portion(
    told: Told, entry: Entry, portion: Portion, rates: Sequence[PayRate], places: Mapping[str, str]
) -> PortionTrace:
    rows = told.provenance
    pay = rows.pay_rates(portion, rates, places) if {"pay", "cost"} & set(portion.states) else ()
    return PortionTrace(
        date=portion.date,
        seconds=portion.seconds,
        hour_kind=portion.hour_kind,
        mapped=rows.mapped(entry, portion),
        uses=tuple(_use(told, entry, portion, purpose) for purpose in portion.states),
        segments=() if portion.contractor else portion.segments,
        law=rows.law(portion),
        pay=pay,
        bill=rows.bill_rate(entry, portion) if portion.states.get("billing", 299) < 250 else None,
    )


def _use(told: Told, entry: Entry, portion: Portion, purpose: str) -> Use:
    state = portion.states[purpose]
    booked, held = state == 0, 0 < state < 250
    code = None if booked else f"TO{state}"
    sentence, row = "", None
    if held:
        sentence = next(
            (
                e.message
                for e in told.body.exceptions
                if (e.entry, e.purpose, e.code) == (entry.key, purpose, code)
            ),
            "",
        )
    elif not booked:
        sentence, row = _excluded(told, entry, portion, purpose)
    rule = told.provenance.rounding(purpose) if booked or held else None
    return Use(
        purpose=purpose,
        state="booked" if booked else "held" if held else "excluded",
        code=code,
        sentence=sentence,
        seconds=portion.seconds,
        counted=portion.counted[purpose],
        rule=Value(what="reason", value=None, row=row) if row else rule,
    )


def _excluded(told: Told, entry: Entry, portion: Portion, purpose: str) -> tuple[str, str | None]:
    """Why the portion isn't booked and needn't be: a sentence, and the row that says so."""
    rows, config = told.provenance, told.config
    project = on(config.projects, portion.project, portion.date)
    service = on(config.services, portion.service, portion.date)
    kind = rows.row(service, "kind", "kind") if service else None
    method = rows.row(project, "method", "billing.method") if project else None
    who = "a contractor" if portion.contractor else "an employee"
    starts = config.streams[portion.stream].starts.get(purpose)
    unbilled = entry.billable is False
    match portion.states[purpose]:
        case 250:
            return f"{purpose} begins on {starts}", rows.known(
                f"streams/{portion.stream} starts.{purpose}"
            )
        case 251:
            return "this environment leaves out the worker, or the day", None
        case 252:
            what = {"billing": "billable", "record": "recorded"}.get(purpose, "paid")
            return f"hours of kind {portion.hour_kind} are not {what}", kind
        case 253:
            said = (
                "the tracker says it is not billable" if unbilled else "the project is not billed"
            )
            return said, None if unbilled else method
        case 254:
            return f"the project's billing method is {project.method if project else '-'}", method
        case 255:
            return "the tracker says it was billed already", None
        case 297:
            return "a pay run dated by the end of the month pays it: what is paid is no accrual", (
                rows.known(f"streams/{portion.stream} produce.timesheet.pay_date")
            )
        case 256:
            return (
                f"no document of {portion.stream} is for {purpose} of {who}",
                f"streams/{portion.stream}",
            )
        case 260:
            return "the pay period of the salary isn't over", None
        case _:
            return "it has no seconds", None


def _lines(told: Told, claims: Sequence[LineClaim]) -> tuple[EntryLine, ...]:
    """The lines that the entry stands in, one each, with the purposes that it serves there."""
    purposes: dict[tuple[str, str], list[LineClaim]] = {}
    for claim in claims:
        purposes.setdefault((claim.document, claim.line), []).append(claim)
    documents = {
        d.key: d for key in {claim.document for claim in claims} if (d := told.desired(key))
    }
    result = []
    for (key, line), same in sorted(purposes.items()):
        document = documents[key]
        whole = next((x for x in document.lines if x.key == line), Line(key=line))
        result.append(
            EntryLine(
                document=key,
                kind=document.kind,
                line=line,
                purposes=tuple(c.purpose for c in same),
                seconds=same[0].seconds,
                line_seconds=whole.seconds,
                rate=whole.rate,
                amount=whole.amount if document.currency else None,
                currency=document.currency,
                standing=told.standing(key),
            )
        )
    return tuple(result)


def _located(told: Told, trace: EntryTrace) -> EntryTrace:
    values: list[Value | Rate | None] = []
    for portion in trace.portions:
        values += [*portion.mapped, *portion.pay, portion.law, portion.bill]
        values += [use.rule for use in portion.uses]
    return replace(trace, origins=locate(told.config, (v.row for v in values if v and v.row)))
