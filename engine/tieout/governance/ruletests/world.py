"""What a rule test gives → what the pipeline is given.

The company stays as it is, with what the test speaks of added under ids of its own (`rule-test…`):
the worker, and for hours that name no project one that is mapped and not billed. Go-live dates are
left out: an example holds whenever its hours were worked. Purposes that no stream of the company
serves are served here, so that hours and pay can be asked for; such documents are not shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from tieout.config.checks.workers import unscheduled
from tieout.config.findings import Findings
from tieout.config.model import (
    ALWAYS,
    Account,
    Config,
    Environment,
    Produce,
    Project,
    Rules,
    Service,
    SourceConfig,
    Stream,
    Worker,
)
from tieout.config.overlay import laid_over
from tieout.config.reader import Map
from tieout.config.rows import schedule, shifts
from tieout.config.scalars import WEEKDAYS, day, rate
from tieout.connectors.sources.cells import BadRow
from tieout.connectors.sources.paid import basis_of, days_of
from tieout.domain.document import SERVES
from tieout.domain.entry import SALARY_PERIODS, Entry, PayRate
from tieout.domain.exchange import ExchangeRate, exchange_key, parse_exchange
from tieout.governance.ruletests.entries import Given, Unreadable, described, given_entries, timed
from tieout.governance.ruletests.model import RuleTest

OURS: Final = "rule-test"
_NEEDED: Final = {
    "timesheet": (),
    "journal": ("labor_clearing", "overhead_premium"),
    "bill": ("accounts_payable",),
}
"""Kinds that serve pay and cost, with the account roles that they need besides `_EXPENSE`."""
_EXPENSE: Final = {"employee": "labor_expense", "contractor": "contractor_expense"}

_PUBLISHER: Final = SourceConfig(
    name=OURS, connector="file", profile="exchange_rates", path=None
)

@dataclass(frozen=True, kw_only=True)
class World:
    """The inputs of one test. `keys`: of each given entry, the keys of those that it became.
    `produced`: how the keys of documents begin that the company's own streams make; `purposes`:
    what those serve."""

    config: Config
    entries: tuple[Entry, ...]
    keys: tuple[tuple[str, ...], ...]
    rates: tuple[PayRate, ...]
    exchange: tuple[ExchangeRate, ...]
    as_of: date
    produced: tuple[str, ...]
    purposes: frozenset[str]


def world(company: Config, test: RuleTest, findings: Findings) -> World | None:
    """The inputs, or None where the test can't be run: why is in the findings (TO105, TO120, TO751 to
    TO754)."""
    before = len(findings)
    given = test.given
    if "entries" not in given:
        findings.error("TO105", test.position(given), "'entries' is missing", "give the hours")
        return None
    over = given.get("rules")
    rules = laid_over(company, over, test.file, findings) if over else company.rules
    asked = given.get("worker") or Map()
    worker = tested_worker(company, test, asked, findings)
    entries = given_entries(company.root, test, findings)
    _report_unscheduled(rules, worker or (), test, asked, findings)
    if len(findings) > before or worker is None:
        return None
    making = _Making(company, rules, test, asked, worker, findings)
    for number, entry in enumerate(entries, 1):
        making.add(number, entry)
    return None if len(findings) > before else making.world()


def _report_unscheduled(
    rules: Rules, worker: tuple[Worker, ...], test: RuleTest, asked: Map, findings: Findings
) -> None:
    for law in sorted({law for row in worker if (law := unscheduled(rules, row))}):
        findings.error("TO186", test.position(asked), f"{law} goes by the worker's schedule, who has none",
                       "add schedule: {monday: 10h, …}")  # fmt: skip


def tested_worker(
    company: Config, test: RuleTest, asked: Map, findings: Findings
) -> tuple[Worker, ...] | None:
    """The rows of the worker, with what the test says of it on top."""
    fields = (
        "name", "kind", "jurisdiction", "overtime", "exempt_ground", "timezone", "industry", "entity",
    )  # fmt: skip
    said: dict[str, Any] = {name: str(asked[name]) for name in fields if name in asked}
    if "agreements" in asked:
        said["agreements"] = tuple(map(str, asked["agreements"]))
    if "schedule" in asked:
        said["schedule"] = schedule(asked["schedule"])
        said["shifts"] = shifts(asked["schedule"])
    if "hired" in asked:
        said["hired"] = day(asked["hired"])
    if "id" not in asked:
        standing = "exempt" if "exempt_ground" in said else "eligible"
        plain = {"name": "the worker", "overtime": standing}
        role = "vendor" if said.get("kind") == "contractor" else "employee"
        books = {target: {role: OURS} for target in company.targets}
        return (Worker(id=OURS, books=books, **{**plain, **said}),)
    rows = tuple(replace(w, **said) for w in company.workers if w.id == asked["id"])
    if not rows:
        at = test.position(asked["id"])
        known = ", ".join(sorted({w.id for w in company.workers})[:6])
        findings.error("TO751", at, f"there is no worker '{asked['id']}'", f"known: {known}")
    return rows or None


class _Making:
    """Gathers what the entries need: rows to map them by, and pay rates."""

    def __init__(
        self, company: Config, rules: Rules, test: RuleTest, asked: Map,
        worker: tuple[Worker, ...], findings: Findings,
    ) -> None:  # fmt: skip
        self._company, self._rules, self._test, self._findings = company, rules, test, findings
        self._worker, self._asked = worker, asked
        self._default = _source_of(company, worker)
        self._currency = str(asked.get("currency", company.company.currency))
        self._entries: list[Entry] = []
        self._keys: list[tuple[str, ...]] = []
        self._rates: dict[tuple[str | None, str | None, date], PayRate] = {}
        self._projects: dict[tuple[str, str], dict[str, str]] = {}
        self._services: dict[tuple[str, str], dict[str, str]] = {}
        self._own_projects: set[str] = set()
        self._own_kinds: set[str] = set()
        self._sources: set[str] = set()
        self._exchange = tuple(_published(test, findings))
        self._items: list[PayRate] = []
        if "rate" in asked:
            self._pay(rate(asked["rate"]), basis=self._basis(asked))
        for row in test.given.get("rates") or ():
            since = day(row["from"]) if "from" in row else ALWAYS
            self._pay(rate(row["rate"]), row.get("project"), since, earning=row.get("earning"),
                      basis=self._basis(row))  # fmt: skip
        for row in test.given.get("items") or ():
            self._item(row)

    def add(self, number: int, given: Given) -> None:
        """One given entry; what is wrong with it is reported."""
        source = given.text("source") or self._default
        zone = self._worker[0].timezone or self._company.company.timezone
        try:
            if source not in _sources(self._company):
                raise Unreadable(f"there is no source '{source}' in a stream")
            self._sources.add(source)
            fields = {"source": source, "worker_id": OURS, **described(given)}
            fields |= self._project(source, given) | self._service(source, given)
            times = timed(given, zone)
            if "rate" in given.node:
                self._own_rate(given, fields)
        except Unreadable as error:
            self._findings.error("TO752", given.at, f"this entry can't be used: {error}")
            return
        keys = [f"{source}:{number:04}" + (f".{n}" if n else "") for n in range(len(times))]
        self._entries += [
            Entry(key=key, **{**fields, **time}) for key, time in zip(keys, times, strict=True)
        ]
        self._keys.append(tuple(keys))

    def _project(self, source: str, given: Given) -> dict[str, Any]:
        """By the company's id, as the tracker calls it, none at all, or ours."""
        if "project" not in given.node and "customer" not in given.node:
            rated = f".{given.node['rate']}" if "rate" in given.node else ""
            self._own_projects.add(OURS + rated)
            return {"project_id": OURS + rated}
        name = given.text("project")
        if name in {p.id for p in self._company.projects}:
            self._projects[source, name or ""] = {"project_id": f"{OURS}.{name}"}
            return {"project_id": f"{OURS}.{name}", "customer_name": None}
        return {"project_name": name}

    def _service(self, source: str, given: Given) -> dict[str, Any]:
        """By an hour kind, by the company's id, as the tracker calls it, none at all, or ours."""
        node = given.node
        kind = str(node.get("kind", "work"))
        if kind != "work" or not {"project", "task", "type"} & node.keys():
            self._own_kinds.add(kind)
            return {"type": f"{OURS}.{kind}"}
        name = given.text("task")
        if name in {s.id for s in self._company.services}:
            self._services[source, name or ""] = {"type": f"{OURS}.service.{name}"}
            return {"type": f"{OURS}.service.{name}"}
        return {"task_name": name}

    def _own_rate(self, given: Given, fields: Mapping[str, Any]) -> None:
        """What these hours are paid: on a project of their own, or on the company's that day."""
        paid = rate(given.node["rate"])
        project = (fields.get("project_id") or "").removeprefix(f"{OURS}.")
        if fields.get("project_id") in self._own_projects:
            self._pay(paid, fields["project_id"])
        elif project and "date" in given.node:
            self._pay(paid, project, day(given.node["date"]), day(given.node["date"]))
        else:
            self._findings.error(
                "TO754", given.at, "the rate of this entry can't be told from those of others",
                "name the project by its id and the day by `date`, or name no project",
            )  # fmt: skip

    def _basis(self, row: Map) -> str:
        """As the profile `pay_rates` reads it."""
        try:
            return basis_of({str(key): str(value) for key, value in row.items()})
        except BadRow as bad:
            self._findings.error("TO752", self._test.position(row), f"this rate can't be used: {bad.message}")
            return "hour"

    def _item(self, row: Map) -> None:
        days = {name: day(row[name]) if name in row else None for name in ("date", "from", "to")}
        try:
            first, last = days_of(days)
        except BadRow as bad:
            self._findings.error("TO752", self._test.position(row), f"this item can't be used: {bad.message}")
            return
        self._items.append(
            PayRate(
                key=f"{OURS}:item:{len(self._items):04}", worker=self._worker[0].id, from_date=first,
                to_date=last, rate=rate(row["amount"]), currency=self._currency,
                project=str(row["project"]) if "project" in row else None, basis=str(row["kind"]),
            )
        )  # fmt: skip

    def _pay(
        self, paid: int, project: str | None = None, since: date = ALWAYS,
        to: date | None = None, earning: str | None = None, basis: str = "hour",
    ) -> None:  # fmt: skip
        place = (project and str(project), earning and str(earning), since)
        known = self._rates.get(place)
        if known is not None and known.rate != paid:
            self._findings.error(
                "TO754",
                self._test.at,
                f"two rates are given for {project or 'the worker'} on one day",
                "keep one of the two, or name no project",
            )  # fmt: skip
        self._rates[place] = PayRate(
            key=f"{OURS}:{len(self._rates):04}", worker=self._worker[0].id, from_date=since,
            to_date=to, rate=paid, currency=self._currency, project=place[0], earning=place[1],
            basis=basis,
        )  # fmt: skip

    def world(self) -> World:
        """All of it together."""
        company = self._company
        own = [(s.name, kind) for s in company.streams.values() for kind in s.produce]
        last = max((_last_day(entry) for entry in self._entries), default=date.min)
        given = self._test.given
        return World(
            config=self._config(),
            entries=tuple(self._entries),
            keys=tuple(self._keys),
            rates=(*self._rates.values(), *self._items),
            exchange=self._exchange,
            as_of=day(given["as_of"]) if "as_of" in given else last + self._later(),
            produced=tuple(f"{stream}/{kind}/" for stream, kind in own),
            purposes=frozenset(purpose.value for _, kind in own for purpose in SERVES[kind]),
        )

    def _later(self) -> timedelta:
        """The day after the last hours; where a salary pays for them, its period is over too."""
        salaried = any(row.basis.split("/")[0] in SALARY_PERIODS for row in self._rates.values())
        return timedelta(days=31 if salaried else 1)

    def _config(self) -> Config:
        company, given = self._company, self._test.given
        home = company.company
        if "workweek" in given:
            home = replace(home, week_starts=WEEKDAYS.index(given["workweek"]["starts"]))
        ref = dict.fromkeys(self._sources, ({"id": OURS},))
        worker = tuple(replace(w, refs={**w.refs, **_added(w, ref)}) for w in self._worker)
        others = tuple(w for w in company.workers if w.id != worker[0].id)
        streams = {name: _whole(company, stream) for name, stream in company.streams.items()}
        return replace(
            company,
            company=home,
            environment=Environment(),
            sources={**company.sources, OURS: _PUBLISHER},
            # its entries say themselves whether they are approved
            rules=replace(self._rules, approval=replace(self._rules.approval, from_="source")),
            streams=streams,
            workers=(*others, *worker),
            projects=(*_with_refs(company.projects, self._projects), *self._projects_of_ours()),
            services=(*_with_refs(company.services, self._services), *self._services_of_ours()),
            accounts=(*company.accounts, *_missing_accounts(company)),
        )

    def _projects_of_ours(self) -> Iterator[Project]:
        for id_ in sorted(self._own_projects):
            refs = dict.fromkeys(sorted(self._sources), ({"project_id": id_},))
            yield Project(id=id_, name="Any project", refs=refs)

    def _services_of_ours(self) -> Iterator[Service]:
        for kind in sorted(self._own_kinds):
            type_ = {"type": f"{OURS}.{kind}"}
            refs = dict.fromkeys(sorted(self._sources), (type_,))
            yield Service(id=f"{OURS}.{kind}", kind=kind, expense=_EXPENSE, refs=refs)


def _published(test: RuleTest, findings: Findings) -> Iterator[ExchangeRate]:
    """The exchange rates that a test gives, as if a source of that name brought them; TO351 and
    TO352 where it couldn't."""
    known: dict[str, ExchangeRate] = {}
    for row in test.given.get("exchange_rates") or ():
        on, base, currency = day(row["date"]), str(row["from"]), str(row["to"])
        key = exchange_key(OURS, on, base, currency)
        try:
            digits, scale = parse_exchange(str(row["rate"]))
        except ValueError as error:
            findings.error("TO351", test.position(row["rate"]), str(error))
            continue
        rate = ExchangeRate(key, OURS, on, base, currency, digits, scale)
        if base == currency:
            findings.error("TO351", test.position(row["to"]), f"{base} to {base} needs no rate")
        elif known.setdefault(key, rate) != rate:
            at = test.position(row["rate"])
            findings.error("TO352", at, f"1 {base} has two rates to {currency} on {on}")
    yield from known.values()


def _sources(company: Config) -> list[str]:
    return [source for stream in company.streams.values() for source in stream.sources]


def _source_of(company: Config, worker: Sequence[Worker]) -> str:
    """The first source that knows the worker, else the first of all that streams read."""
    sources = _sources(company)
    return next((s for s in sources if any(s in w.refs for w in worker)), sources[0])


def _last_day(entry: Entry) -> date:
    moment = entry.end_at or entry.start_at
    return entry.to_date or (moment.date() + timedelta(days=1) if moment else date.min)


def _added(row: Any, refs: Mapping[str, Any]) -> dict[str, Any]:
    return {source: (*row.refs.get(source, ()), *more) for source, more in refs.items()}


def _with_refs(rows: Sequence[Any], refs: Mapping[tuple[str, str], Any]) -> Iterator[Any]:
    """The rows, those that a test names by id with our name for them added under its source."""
    for row in rows:
        mine = {source: (ref,) for (source, id_), ref in refs.items() if id_ == row.id}
        yield replace(row, refs={**row.refs, **_added(row, mine)}) if mine else row


def _whole(company: Config, stream: Stream) -> Stream:
    """The stream without go-live dates, and with documents for pay and cost where it has none."""
    target = sorted(company.targets)[0]
    more = {
        kind: Produce(kind=kind, to=target, period="week", basis="allocate", mode="self_billing")
        for kind in _NEEDED
        if kind not in stream.produce
    }
    return replace(stream, starts={}, produce={**stream.produce, **more})


def _missing_accounts(company: Config) -> Iterator[Account]:
    """Roles that our own hours and documents need and that the company doesn't map."""
    produced = {kind for s in company.streams.values() for kind in s.produce}
    known = {account.id for account in company.accounts}
    roles = {role for kind, needed in _NEEDED.items() if kind not in produced for role in needed}
    roles.update(_EXPENSE.values())
    for role in sorted(roles - known):
        yield Account(id=role, books=dict.fromkeys(company.targets, role))


