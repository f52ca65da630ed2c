"""How a drafted row reads: what the source says, the names that the books will get, and in remarks
what a person has to look at. Pay standing is never guessed; what isn't said is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from tieout.config.model import Config
from tieout.config.written import flow, remark, scalar, slug
from tieout.governance.suggest.propose import Proposal
from tieout.pulling.alike import folded, ranked
from tieout.pulling.survey import Name

#: Words of trackers for hours that are no work, in English, German, French and Spanish.
_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "break": ("break", "lunch", "pause", "descanso"),
    "leave": ("leave", "pto", "vacation", "urlaub", "congé", "conge", "vacaciones", "time off"),
    "sick": ("sick", "sick leave", "krank", "krankheit", "maladie", "enfermedad"),
    "holiday": ("holiday", "public holiday", "feiertag", "jour férié", "festivo"),
    "travel": ("travel", "reise", "fahrt", "voyage"),
}
_NUMBERED: Final = re.compile(r"([A-Za-z]+-)(\d+)")


@dataclass
class Drafts:
    """Drafted rows by kind of mapping, as lines from the dash on. ``defaults``: by kind, what the
    head of the file that they go to says for every row."""

    config: Config
    defaults: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rows: dict[str, list[list[str]]] = field(default_factory=dict)
    questions: list[str] = field(default_factory=list)
    _ids: dict[str, set[str]] = field(default_factory=dict)
    _customers: dict[str, str] = field(default_factory=dict)

    def draft(self, proposal: Proposal) -> None:
        """A row for what is no row of ours; a question where none can be written."""
        if proposal.question:
            self.questions.append(f"{proposal.shown}: {proposal.question}")
        elif proposal.name.kind == "worker":
            self._worker(proposal)
        elif proposal.name.kind == "project":
            self._project(proposal)
        else:
            self._service(proposal)

    def _worker(self, proposal: Proposal) -> None:
        name = _called(proposal.name, "name", "email", "id")
        told = self.defaults.get("workers", {})
        kind = told.get("kind", "employee")
        role = "vendor" if kind == "contractor" else "employee"
        ask = "employee or contractor, overtime or exempt, under whose law?"
        lines = [f"- id: {self._next('workers', 'E-')}", f"  name: {scalar(name)}"]
        if kind == "employee" and "overtime" not in told:
            lines.append(
                "  overtime: eligible          # review: the safe side; exempt needs a ground"
            )
        lines += [self._source(proposal), *self._books(role, name)]
        self._add("workers", proposal, ask, lines)
        self.questions.append(f"{remark(name)}: {ask}")

    def _project(self, proposal: Proposal) -> None:
        given = proposal.name.fields
        name = _called(proposal.name, "project", "project_id")
        theirs = given.get("customer") or given.get("customer_id") or ""
        customer = self._customer(theirs, proposal.name.source) if theirs else ""
        identifier = self._free(
            "projects", "-".join(filter(None, (customer, slug(name)))), "project"
        )
        lines = [f"- id: {identifier}", f"  name: {scalar(name)}"]
        if customer:
            lines.append(f"  customer: {customer}")
        job = f"{theirs}:{name}" if theirs else name
        lines += [self._source(proposal), *self._books("job", job)]
        method, ask = _billing(proposal.name, bool(customer))
        lines.append(f"  billing: {{method: {method}}}")
        self._add("projects", proposal, ask, lines)

    def _customer(self, theirs: str, source: str) -> str:
        """The id of the tracker's customer: ours of the same name, else of a row drafted for it."""
        if theirs in self._customers:
            return self._customers[theirs]
        ours = {row.id: row.name for row in self.config.customers}
        same = sorted(
            key for key, name in ours.items() if folded(theirs) in (folded(name), folded(key))
        )
        if same:
            self._customers[theirs] = same[0]
            return same[0]
        identifier = self._free("customers", slug(theirs), "customer")
        lines = [
            f"- id: {identifier}",
            f"  name: {scalar(theirs)}",
            *self._books("customer", theirs),
        ]
        alike = ranked(theirs, ours)
        self._write("customers", f"drafted from {source}; currency, terms and tax?", alike, lines)
        self._customers[theirs] = identifier
        return identifier

    def _service(self, proposal: Proposal) -> None:
        given = proposal.name.fields
        name = _called(proposal.name, "type", "task", "task_id") if given else "General"
        kind = _kind(name)
        if "type" in given and kind is None:
            what = "which kind of hours is this type: work, break, leave, holiday, sick …?"
            self.questions.append(f"{remark(name)}: {what}")
            return
        unpaid = ["  paid: false", "  billable: false"] if kind == "break" else []
        unbilled = ["  billable: false"] if kind not in (None, "break", "travel") else []
        lines = [
            f"- id: {self._free('services', slug(name), 'service')}", f"  name: {scalar(name)}",
            f"  item: {scalar(name)}", f"  kind: {kind or 'work'}", *unpaid, *unbilled,
            "  revenue: billable_income",
            "  expense: {employee: labor_expense, contractor: contractor_expense}",
            "  tax: exempt", self._source(proposal),
        ]  # fmt: skip
        self._add("services", proposal, "kind of hours, accounts and tax code?", lines)

    def _source(self, proposal: Proposal) -> str:
        return f"  {proposal.name.source}: {flow(proposal.ref)}"

    def _books(self, role: str, name: str) -> Iterator[str]:
        """The name that each set of books will know it by."""
        for target in self.config.targets:
            yield f"  {target}: {flow({role: name})}"

    def _add(self, kind: str, proposal: Proposal, ask: str, lines: list[str]) -> None:
        self._write(kind, f"drafted from {proposal.name.source}; {ask}", proposal.alike, lines)

    def _write(
        self, kind: str, said: str, alike: Iterable[tuple[str, int]], lines: list[str]
    ) -> None:
        rows = {row.id: row.name for row in getattr(self.config, kind)}
        same = [
            f"# is it {remark(rows[key] or key)} ({key}), {score} % alike?" for key, score in alike
        ]
        self.rows.setdefault(kind, []).append([f"# review: {said}", *same, *lines])

    def _next(self, kind: str, prefix: str) -> str:
        """The next number in the series that most ids of the kind are of; else of ``prefix``."""
        numbers = [m for key in self._taken(kind) if (m := _NUMBERED.fullmatch(key))]
        mine = [m for m in numbers if m[1] == prefix]
        digits = max((len(m[2]) for m in mine), default=3)
        number = max((int(m[2]) for m in mine), default=0) + 1
        return self._claim(kind, f"{prefix}{number:0{digits}}")

    def _free(self, kind: str, wanted: str, otherwise: str) -> str:
        """The id itself, or with a number where it is taken."""
        wanted, number = wanted or otherwise, 2
        found = wanted
        while found in self._taken(kind):
            found, number = f"{wanted}-{number}", number + 1
        return self._claim(kind, found)

    def _taken(self, kind: str) -> set[str]:
        return self._ids.setdefault(kind, {row.id for row in getattr(self.config, kind)})

    def _claim(self, kind: str, identifier: str) -> str:
        self._taken(kind).add(identifier)
        return identifier


def _called(name: Name, *keys: str) -> str:
    return next(name.fields[key] for key in keys if key in name.fields)


def _billing(name: Name, customer: bool) -> tuple[str, str]:
    """How it is billed, and what to ask: without a rate billing is held until somebody gives one."""
    if name.billable == {False} or not customer:
        return "none", "is it billed to nobody?"
    if name.rated:
        return "hourly", "the tracker brings its rates: agreed?"
    return "hourly", "at which rate? or fixed, or none. Until then billing is held"


def _kind(text: str) -> str | None:
    """The kind of hours that a tracker's word means, beyond doubt; None for all else."""
    plain = folded(text)
    return next((kind for kind, words in _KINDS.items() if plain in map(folded, words)), None)
