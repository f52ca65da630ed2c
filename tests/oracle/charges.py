"""Section 6: what one legal entity charges another for the work of its people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from oracle.documents import Part, job_and_class
from oracle.periods import Period
from oracle.states import account_ref
from tieout.config.model import ChargeRule, Config, Produce
from tieout.domain.document import Document, Kind, Line
from tieout.domain.money import amount, divide


@dataclass(frozen=True)
class Charge:
    """All that ``giver``'s people did for ``taker`` in one period: the parts of documents of one
    kind and currency."""

    config: Config
    rule: ChargeRule
    giver: str
    taker: str
    parts: tuple[Part, ...]

    @property
    def header(self) -> Document:
        return self.parts[0].header

    @property
    def produce(self) -> Produce:
        return self.parts[0].portion.stream.produce[self.header.kind]

    def worth(self, documents: Mapping[str, Document]) -> dict[tuple[str, str], int]:
        """Minor units by account role and project, each line of a document once."""
        found: dict[tuple[str, str], int] = defaultdict(int)
        lines = {(part.header.key, part.line.key): part.line for part in self.parts}
        for (document, key), line in lines.items():
            place = (str(line.account), str(line.project))
            if self.header.kind == Kind.JOURNAL:
                found[place] += next(x for x in documents[document].lines if x.key == key).amount
            else:
                seconds = sum(
                    p.seconds for p in self.parts if (p.header.key, p.line.key) == (document, key)
                )
                mode = self.config.rules.currency.lines
                found[place] += amount(seconds, line.rate or 0, str(self.header.currency), mode)
        return found

    def markups(self, worth: Mapping[tuple[str, str], int]) -> dict[str, int]:
        """What is added by project."""
        costs: dict[str, int] = defaultdict(int)
        for (_, project), minor in worth.items():
            costs[project] += minor
        mode = self.config.rules.currency.totals
        return {name: divide(c * self.rule.markup, 10_000, mode) for name, c in costs.items()}

    def key(self, of: str, side: str, with_: str) -> str:
        stream = self.parts[0].portion.stream.name
        name = self.header.key.rsplit("/", 1)[1]
        via = "bill/" if self.header.kind == Kind.BILL else ""
        return f"{stream}/journal/@{of}/{side}/{with_}/{via}{self.header.currency}/{name}"

    def documents(self, documents: Mapping[str, Document]) -> Iterator[Document]:
        """Nothing where it comes to nothing."""
        rule, worth = self.rule, self.worth(documents)
        more = self.markups(worth)
        sides = (
            (self.giver, "due_from", self.taker, rule.due_from, rule.income, -1),
            (self.taker, "due_to", self.giver, rule.due_to, rule.expense, 1),
        )
        for of, side, with_, due, markup_role, sign in sides:
            lines = [
                self.line(f"{role}/{project}", role, of, sign * minor, project)
                for (role, project), minor in worth.items()
            ] + [
                self.line(f"{markup_role}/{project}/markup", markup_role, of, sign * minor, project)
                for project, minor in more.items()
            ]
            lines = [line for line in lines if line.amount]
            if lines:
                lines.append(self.line(f"={due}", due, of, -sum(x.amount for x in lines), None))
                yield Document(
                    key=self.key(of, side, with_), kind=Kind.JOURNAL, entity=of,
                    currency=self.header.currency, date=self.header.date, from_=self.header.from_,
                    to=self.header.to, lines=tuple(sorted(lines, key=lambda line: line.key)),
                )  # fmt: skip

    def line(self, key: str, role: str, of: str, minor: int, project: str | None) -> Line:
        day = date.fromisoformat(self.header.date)
        where = job_and_class(self.config, project, self.produce, Period("", day, day))
        ref = account_ref(self.config, role, self.produce, day, of)
        return Line(key=key, account=role, account_ref=ref, amount=minor, project=project, **where)


def charges(config: Config, parts: Sequence[Part]) -> list[Charge]:
    """One for each two entities, kind of document, currency and period."""
    rule, found = config.rules.intercompany, defaultdict(list)
    for part in parts:
        header = part.header
        if part.charged is not None:
            name = header.key.rsplit("/", 1)[1]
            found[header.kind, str(header.entity), part.charged, header.currency, name].append(part)
    assert rule is not None or not found
    return [
        Charge(config, rule, giver, taker, tuple(same))
        for (_, giver, taker, *_), same in found.items()
        if rule is not None
    ]


def moved(charge: Charge, document: Document) -> list[Part]:
    """What its claims are made of: the one gives up what the other takes over."""
    sign = -1 if document.entity == charge.giver else 1
    return [replace(p, header=document, seconds=sign * p.seconds) for p in charge.parts]
