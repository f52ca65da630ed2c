"""Which rows gave a document its references: by posting date, as the documents themselves do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tieout.config.entities import entity_role
from tieout.config.model import Customer, Version
from tieout.domain.document import Document, Line
from tieout.planning.provenance import Provenance, on, posted
from tieout.planning.trace import Value

#: Whose row holds the target's name of a party, by the party's role.
_PARTIES = {"customer": "customers", "employee": "workers", "vendor": "workers"}


@dataclass(frozen=True)
class References:
    """Answers for one document, which is for ``target``."""

    rows: Provenance
    document: Document
    target: str

    @property
    def _day(self) -> date:
        return date.fromisoformat(self.document.date)

    def header(self) -> tuple[Value, ...]:
        """The party's name in the books, the control account, the currency."""
        document, party = self.document, self._party()
        values: list[Value] = []
        if party and document.role:
            path = f"{self.target}.{document.role}"
            row = self.rows.row(party, "books", path)
            values.append(
                Value(what=document.role, value=document.party_ref, how=party.id, row=row)
            )
        values += self._account(document.control, document.control_ref)
        if isinstance(party, Customer):
            how = "" if party.currency else "the company's"
            row = self.rows.row(party, "currency", "currency")
            values.append(Value(what="currency", value=document.currency, how=how, row=row))
        return tuple(values)

    def line(self, line: Line) -> tuple[Value, ...]:
        """The rows behind the references of one line; its rate's row is the entries' own."""
        config, target = self.rows.config, self.target
        project = posted(config.projects, line.project, self._day)
        service = posted(config.services, line.service, self._day)
        earning = on(config.earnings, line.pay_class, self._day)
        return (
            *self._account(line.account, line.account_ref),
            *self._given(project, "job", line.job, "books", f"{target}.job"),
            *self._given(project, "class", line.class_, "class_", "class"),
            *self._given(service, "item", line.item, "item", "item"),
            *self._given(earning, "earning", line.earning, "books", target),
            *self._given(self._taxed(service), "tax", line.tax, "tax", "tax"),
        )

    def _party(self) -> Version | None:
        kind = _PARTIES.get(self.document.role or "")
        rows: Sequence[Version] = getattr(self.rows.config, kind) if kind else ()
        return posted(rows, self.document.party, self._day)

    def _taxed(self, service: Version | None) -> Version | None:
        """Whose tax code counts: the customer's outranks the service's."""
        party = self._party()
        return party if isinstance(party, Customer) and party.tax else service

    def _account(self, role: str | None, ref: str | None) -> Iterator[Value]:
        of, accounts = self.document.entity, self.rows.config.accounts
        own = on(accounts, entity_role(role, of), self._day) if role and of else None
        account = own if own and self.target in own.books else on(accounts, role, self._day)
        return self._given(account, "account", ref, "books", self.target)

    def _given(
        self, version: Version | None, what: str, value: str | None, field: str, path: str
    ) -> Iterator[Value]:
        """The value and its row, where there are both."""
        if version is not None and value is not None:
            row = self.rows.row(version, field, path)
            yield Value(what=what, value=value, how=version.id, row=row)
