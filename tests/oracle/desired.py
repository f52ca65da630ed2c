"""The first half of the story, from entries to the documents that they should produce."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from oracle import documents as book
from oracle import states as of
from oracle import watched
from oracle.attested import approved
from oracle.charges import charges, moved
from oracle.classes import Law, classify
from oracle.conservation import conservation
from oracle.exchange import Exchange
from oracle.limits import findings
from oracle.pay import Cost, Pay, is_salary, lasts, pay_period
from oracle.periods import period_of, week_of
from oracle.portions import portions as portions_of
from oracle.prices import Price, pay_rate, price
from oracle.rounding import rounded
from oracle.story import OracleResult, Portion, PortionId, Segment, State, employer
from tieout.config.model import Config
from tieout.domain.document import Kind, Purpose
from tieout.domain.entry import Entry, PayRate
from tieout.domain.exchange import ExchangeRate
from tieout.domain.money import format_amount, minor_digits

Rounded = Mapping[str, Mapping[PortionId, int]]
Segments = Mapping[PortionId, tuple[Segment, ...]]
States = Mapping[PortionId, Mapping[str, State]]


def desired(
    config: Config,
    entries: Sequence[Entry],
    rates: Sequence[PayRate],
    as_of: date,
    resolutions: Mapping[str, int] | None = None,
    published: Sequence[ExchangeRate] = (),
) -> OracleResult:
    """What the books should hold, and how it came about.

    ``resolutions``: seconds that a target's quantities are multiples of, where that isn't one.
    ``published``: exchange rates.
    """
    exchange = Exchange(config, published, as_of)
    portions = approved(config, portions_of(config, entries, as_of), as_of)
    worked = [p for p in portions if of.worked(config, p, as_of)]
    seconds = rounded_seconds(config, worked)
    segments = segments_of(config, worked, seconds, rates)
    prices = {p.id: price(config, exchange, p, posted(config, p, Purpose.BILLING)) for p in portions}
    states = {
        p.id: states_of(config, p, as_of, rates, segments, prices[p.id], exchange, portions)
        for p in portions
    }
    expenses, costs = journal_parts(config, worked, states, segments, rates, as_of)
    expenses, costs = converted(config, exchange, expenses, costs)
    parts = parts_of(config, worked, states, seconds, segments, rates, prices) + expenses
    parts = [part for part in parts if part.seconds]  # what rounds to nothing has no line
    documents = book.documents(config, parts, costs, resolutions or {})
    claims = book.claims(parts)
    for charge in charges(config, parts):
        for one in charge.documents(documents):
            documents[one.key] = one
            claims |= book.claims(moved(charge, one))
    for taken_back in [key for key in documents if book.reverses(config, key)]:
        back = book.reversal(documents[taken_back])
        documents[back.key] = back
        claims[back.key] = tuple(replace(c, seconds=-c.seconds) for c in claims[taken_back])
    return OracleResult(
        portions=tuple(portions),
        states=states,
        rounded=seconds,
        segments=segments,
        documents=documents,
        claims=claims,
        conservation={
            purpose: conservation(purpose, portions, states, seconds[purpose], parts, documents)
            for purpose in of.purposes(config)
        },
        findings=findings(config, worked, segments),
    )


def rounded_seconds(config: Config, worked: Sequence[Portion]) -> Rounded:
    """Per purpose. What a purpose excludes isn't rounded for it; cost takes pay's seconds.

    That nothing pays a worker by these books (TO256) doesn't unmake his hours: a journal allocates
    the cost of a pay run that is made elsewhere, with the same rounding and overtime.
    """
    raw = {p.id: p.seconds for p in worked}
    pay = raw | rounded(config, "pay", [p for p in worked if counts_for_pay(p)])
    billed = [p for p in worked if not of.excluded(config, p, "billing")]
    return {
        "record": raw,
        "pay": pay,
        "cost": pay,
        "billing": raw | rounded(config, "billing", billed),
    }


def counts_for_pay(portion: Portion) -> bool:
    """Of a paid kind: its cost may begin to be booked before pay does, with the same seconds."""
    return not of.unwanted(portion, "pay")


def segments_of(
    config: Config, worked: Sequence[Portion], seconds: Rounded, rates: Sequence[PayRate]
) -> Segments:
    paid = [p for p in worked if counts_for_pay(p)]
    regular = {
        p.id: (Segment(seconds=p.seconds, pay_class="regular", percent=100, basis=None),)
        for p in worked
    }
    return regular | classify(config, paid, seconds["pay"], rates)


def posted(config: Config, portion: Portion, purpose: str) -> date | None:
    """The date of the document that serves the purpose; None if there is none."""
    produce = of.produces(portion, purpose)
    return period_of(config.company, produce, portion.date).last if produce else None


def states_of(
    config: Config,
    portion: Portion,
    as_of: date,
    rates: Sequence[PayRate],
    segments: Segments,
    bills: Price | None,
    exchange: Exchange,
    among: Sequence[Portion] = (),
) -> dict[str, State]:
    """Excluded outranks held. A contractor's bill serves pay and cost at once: one state."""
    mine = segments.get(portion.id, ())
    pay_rated = all(pay_rate(rates, portion, segment.pay_class) for segment in mine)
    flagged = watched.holds(config, portion, among, as_of)
    stranded = pay_rated and cost_stranded(config, exchange, portion, rates)

    def state(purpose: str) -> State:
        code = of.excluded(config, portion, purpose)
        if code is None and purpose == Purpose.COST and salary_runs(config, portion, rates, as_of):
            code = "TO260"
        if code:
            return State(state="excluded", code=code, seconds=portion.seconds)
        code = of.held(
            config, portion, purpose, as_of, price=bills, pay_rated=pay_rated,
            cost_stranded=stranded, flagged=flagged,
        )  # fmt: skip
        return State(state="held" if code else "booked", code=code, seconds=portion.seconds)

    states = {purpose: state(purpose) for purpose in of.purposes(config)}
    if (
        of.paid_by_then(config, portion)
        and states[Purpose.COST].state != "excluded"
        and states[Purpose.PAY].state != "held"
    ):
        states[Purpose.COST] = State(state="excluded", code="TO297", seconds=portion.seconds)
    contractor = portion.worker is not None and portion.worker.kind == "contractor"
    if contractor and Kind.BILL in portion.stream.produce:
        states[Purpose.COST] = states[Purpose.PAY]
    return states


def salary_runs(config: Config, portion: Portion, rates: Sequence[PayRate], as_of: date) -> bool:
    """Whether the portion is paid by a salary whose period isn't over."""
    row = pay_rate(rates, portion, "regular") if portion.worker else None
    if row is None or not is_salary(row):
        return False
    _, ends = pay_period(config, row, portion.date)
    return min(ends, lasts(rates, row)) > as_of


def parts_of(
    config: Config,
    worked: Sequence[Portion],
    states: States,
    seconds: Rounded,
    segments: Segments,
    rates: Sequence[PayRate],
    prices: Mapping[PortionId, Price | None],
) -> list[book.Part]:
    """What the booked portions put into time activities, timesheets, bills and invoices."""
    parts = []
    for portion in worked:
        booked = {purpose for purpose, s in states[portion.id].items() if s.state == "booked"}
        assert portion.worker is not None
        if Purpose.RECORD in booked:
            parts.append(book.time_activity(config, portion, portion.seconds))
        if Purpose.PAY in booked and portion.worker.kind == "employee":
            parts += [book.timesheet(config, portion, s) for s in segments[portion.id]]
        if Purpose.PAY in booked and portion.worker.kind == "contractor":
            rate = pay_rate(rates, portion, "regular")
            assert rate is not None
            amount = seconds["pay"][portion.id]
            parts.append(book.bill(config, portion, amount, rate.rate, rate.currency))
        if Purpose.BILLING in booked:
            bills = prices[portion.id]
            assert bills is not None
            parts.append(book.invoice(config, portion, seconds["billing"][portion.id], bills))
    return parts


def journal_parts(
    config: Config,
    worked: Sequence[Portion],
    states: States,
    segments: Segments,
    rates: Sequence[PayRate],
    as_of: date,
) -> tuple[list[book.Part], dict[tuple[str, str], int]]:
    """What employees' hours put into the labour journal, and the cost of each of its lines.

    Held hours are part of the week's cost, so that a release moves no neighbour's.
    """
    employees: dict[str, list[Cost]] = defaultdict(list)
    parts = []
    law = Law(config, rates)
    for portion in worked:
        worker, state = portion.worker, states[portion.id].get(Purpose.COST)
        assert worker is not None
        if worker.kind != "employee" or state is None:
            continue
        if state.state == "excluded" and state.code != "TO297":  # what is paid is of its week too
            continue
        for segment in segments[portion.id]:
            rate = pay_rate(rates, portion, segment.pay_class)
            if rate is None:
                continue
            part = book.journal(config, portion, segment, rate.currency)
            booked = state.state == "booked"
            parts += [part] if booked else []
            employees[worker.id].append(
                Cost(
                    document=part.header.key, line=part.line.key, booked=booked, row=rate,
                    segment=segment, date=portion.date, week=week_of(config.company, portion.date),
                    counts=of.traits(portion).counts_to_overtime,
                    eligible=worker.overtime == "eligible", pack=law.pack(portion),
                    project=portion.project.id if portion.project else None,
                )
            )  # fmt: skip
    costs: dict[tuple[str, str], int] = defaultdict(int)
    for name, mine in employees.items():
        own = [rate for rate in rates if rate.worker == name]
        for (document, line, booked), minor in Pay(config, own, as_of, mine).components().items():
            if booked:
                costs[document, line] += minor
    return parts, costs


def cost_stranded(
    config: Config, exchange: Exchange, portion: Portion, rates: Sequence[PayRate]
) -> bool:
    """Whether his pay is in another currency than the company's, and no rate converts it."""
    ours = config.company.currency_of(employer(portion))
    if config.rules.currency.convert != "tieout" or portion.worker is None:
        return False
    rate, day = pay_rate(rates, portion, "regular"), posted(config, portion, Purpose.COST)
    if rate is None or day is None or rate.currency == ours:
        return False
    return exchange.find(rate.currency, ours, min(day, exchange.as_of)) is None


def converted(
    config: Config,
    exchange: Exchange,
    parts: Sequence[book.Part],
    costs: Mapping[tuple[str, str], int],
) -> tuple[list[book.Part], dict[tuple[str, str], book.Money]]:
    """The lines of journals in other currencies, in the journal of the entity's own: each converted
    once, by the journal's date. What nothing converts stays as it is."""
    mode = config.rules.currency.totals
    headers = {part.header.key: part.header for part in parts}
    books = {key: config.company.currency_of(header.entity) for key, header in headers.items()}
    found = {
        key: exchange.find(header.currency or books[key], books[key],
                           min(date.fromisoformat(header.date), exchange.as_of))
        for key, header in headers.items()
    }  # fmt: skip
    moved: list[book.Part] = []
    for part in parts:
        header = part.header
        if found[header.key]:
            line = replace(part.line, key=f"{part.line.key}@{header.currency}")
            ours = books[header.key]
            to = replace(header, key=_in(header.key, header.currency, ours), currency=ours)
            part = replace(part, header=to, line=line)
        moved.append(part)
    money: dict[tuple[str, str], book.Money] = {}
    for (key, line_key), minor in costs.items():
        conversion, currency = found.get(key), headers[key].currency if key in headers else None
        if conversion is None or currency is None:
            money[key, line_key] = book.Money(minor)
            continue
        ours, exact = books[key], Fraction(minor, 10 ** minor_digits(currency))
        fx = conversion.tell(exact, format_amount(minor, currency), mode)
        amount = conversion.convert(exact, minor_digits(ours), mode)
        money[_in(key, currency, ours), f"{line_key}@{currency}"] = book.Money(amount, fx)
    return moved, money


def _in(key: str, currency: str | None, ours: str) -> str:
    """The key of the same journal in the company's currency."""
    head, _, name = key.rpartition(f"/{currency}/")
    return f"{head}/{ours}/{name}"
