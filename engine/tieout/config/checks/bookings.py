"""Everything that a document needs in the books has a name there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tieout.config.checks.draft import Draft, Unknowable, address, works
from tieout.config.entities import OWN, named_entities, role_of
from tieout.config.findings import Findings
from tieout.config.model import Produce, Service
from tieout.domain.document import Kind

#: What hledger takes for an account: anything but what would end or change it in a posting.
_HLEDGER = re.compile(r"(?![!*(\[;=~\"])(?!.*(?:  |::))[^\s:;](?:[^\x00-\x1f\x7f;]*[^\s:;])?")
#: What Beancount takes for an account (Beancount Language Syntax): under one of its five roots,
#: each part beginning with a capital, a digit or a letter outside ASCII.
_BEANCOUNT = re.compile(
    r"(?:Assets|Liabilities|Equity|Income|Expenses)"
    r"(?::(?:[A-Z0-9]|[^\x00-\x7f])(?:[A-Za-z0-9\-]|[^\x00-\x7f])*)+"
)
#: By the format of plain-text books: what it takes for an account, its name, what to write.
_ACCOUNTS = {
    "beancount": (
        _BEANCOUNT,
        "Beancount",
        "write it like Expenses:Payroll:Wages, under Assets, Liabilities, Equity, Income or Expenses",
    ),
    "hledger": (
        _HLEDGER,
        "hledger",
        "write it like expenses:payroll:wages: one blank at most between words, no ';'",
    ),
}

#: Kinds from which customers are billed.
_SALES = (Kind.INVOICE, Kind.WORKSHEET)


def check(draft: Draft, findings: Findings) -> None:
    """TO107 an account that the books can't hold, TO141 a document without what it needs, TO142 a
    role without account in the target, TO143 a service without income account or tax code, TO170 an
    amount without its currency, TO315 charges between entities that no journal holds."""
    for stream, produce in draft.produced():
        here = f"streams/{stream.name} produce.{produce.kind}"
        _check_produce(here, produce, draft, findings)
        if draft.has("targets", produce.to):
            _check_roles(here, produce, draft, findings)
    if any(produce.kind in _SALES for _, produce in draft.produced()):
        for service in filter(works, draft.config.services):
            _check_sale(service, draft, findings)
    _check_accounts(draft, findings)
    _check_amounts(draft, findings)
    _check_charges(draft, findings)


def _check_accounts(draft: Draft, findings: Findings) -> None:
    journals = {
        t.name: str(t.options.get("format", "beancount"))
        for t in draft.config.targets.values()
        if t.connector == "plaintext"
    }
    for account in draft.config.accounts:
        for target in sorted(journals.keys() & account.books.keys()):
            name, format = account.books[target] or "", journals[target]
            if format in _ACCOUNTS and not _ACCOUNTS[format][0].fullmatch(name):
                findings.error("TO107", draft.at(address(account, target)),
                               f"'{name}' is not an account of {_ACCOUNTS[format][1]}",
                               _ACCOUNTS[format][2])


def _check_produce(here: str, produce: Produce, draft: Draft, findings: Findings) -> None:
    if produce.period == "biweek" and produce.anchor is None:
        findings.error("TO141", draft.at(here), "the period biweek needs an anchor",
                       "add anchor: and the first day of any one period")
    if produce.kind != Kind.BILL:
        return
    if produce.mode == "self_billing" and not produce.agreement:
        findings.error("TO141", draft.at(f"{here}.mode"), "self-billing needs an agreement",
                       "add agreement: and where it is kept")


def _check_roles(here: str, produce: Produce, draft: Draft, findings: Findings) -> None:
    mapped = {account.id for account in draft.config.accounts if produce.to in account.books}
    sound = {account.id for account in draft.config.accounts}
    told = draft.ids["accounts"] - sound
    if isinstance(draft.ids["accounts"], Unknowable):
        return
    for role, at in dict(_roles(here, produce, draft)).items():
        if role in draft.roles and not _is_mapped(role, mapped | told, draft):
            findings.error(
                "TO142",
                draft.at(at),
                f"{produce.kind} needs '{role}', which has no account in '{produce.to}'",
                f"add {role}: {{{produce.to}: …}} to mappings/accounts.yaml",
            )


def _is_mapped(role: str, mapped: frozenset[str] | set[str], draft: Draft) -> bool:
    """Whether everybody has an account for the role, or each legal entity one of its own."""
    if role in mapped:
        return True
    owned = {account.partition(OWN)[2] for account in mapped if role_of(account) == role}
    return bool(owned) and named_entities(draft.config) <= owned


def _roles(here: str, produce: Produce, draft: Draft) -> Iterator[tuple[str, str]]:
    """Role → the address that asks for it; of several the last counts."""
    rules = draft.config.rules
    worked = [s for s in draft.config.services if s.kind != "break"]
    if produce.kind == Kind.JOURNAL:
        yield produce.counter or "labor_clearing", here
        if rules.overtime.premium == "overhead" and rules.packs:
            yield "overhead_premium", here
        yield from (_expense(s, "employee", here) for s in worked if s.paid is not False)
    elif produce.kind == Kind.BILL:
        yield produce.counter or "accounts_payable", here
        yield from (_expense(s, "contractor", here) for s in worked if s.paid is not False)
    elif produce.kind in _SALES:
        yield "receivable", here
        yield from ((s.revenue, address(s, "revenue"))
                    for s in draft.config.services if works(s) and s.revenue)
        yield from ((tax.account, f"rules/tax {code}.account")
                    for code, tax in rules.tax.items() if tax.account)
    if produce.kind in (Kind.JOURNAL, Kind.BILL) and rules.intercompany:
        charges = rules.intercompany
        yield from ((role, "rules/intercompany") for role in (*charges.gives, *charges.takes))
    if produce.kind in (Kind.JOURNAL, Kind.BILL) and "suspense" in (
        policy for (_, purpose), policy in rules.unmapped.items() if purpose == "cost"
    ):
        yield "suspense", here


def _expense(service: Service, kind: str, here: str) -> tuple[str, str]:
    return service.expense[kind], here


def _check_charges(draft: Draft, findings: Findings) -> None:
    """What entities charge one another for contractors' work stands in journals beside the bills."""
    for stream in draft.config.streams.values() if draft.config.rules.intercompany else ():
        bill, journal = stream.produce.get(Kind.BILL), stream.produce.get(Kind.JOURNAL)
        if bill and (journal is None or journal.to != bill.to):
            findings.error(
                "TO315", draft.at(f"streams/{stream.name} produce.bill"),
                "entities charge one another by journals, and this stream makes none "
                f"in '{bill.to}'",
                f"add journal: {{to: {bill.to}, …}}, or take out rules/intercompany",
                related=[draft.at("rules/intercompany")],
            )  # fmt: skip


def _check_sale(service: Service, draft: Draft, findings: Findings) -> None:
    if not service.revenue:
        findings.error("TO143", draft.at(service.row),
                       f"the service '{service.id}' is invoiced but has no income account",
                       "add revenue: and an account role, such as billable_income")
    untaxed = [c for c in draft.config.customers if not c.tax]
    if not service.tax and untaxed and draft.config.rules.tax:
        findings.error("TO143", draft.at(service.row),
                       f"neither the service '{service.id}' nor the customer "
                       f"'{untaxed[0].id}' has a tax code",
                       "add tax: to one of them; exempt adds nothing",
                       related=[draft.at(untaxed[0].row)])


def _check_amounts(draft: Draft, findings: Findings) -> None:
    own = draft.config.company.currency
    used = {own} | {customer.currency or own for customer in draft.config.customers}
    used |= {entity.currency or own for entity in draft.config.company.entities.values()}
    guards = draft.rows.get("rules/guards")
    if len(used) < 2 or guards is None or not guards.sound:
        return
    for name in ("amount_change", "suspense_at_close"):
        given = guards.node.get(name)
        for one in given if isinstance(given, list) else filter(None, [given]):
            text = one["max"]
            if text.isdigit() and text.strip("0"):
                at = type(guards)(guards.address, guards.file, one, text).position()
                findings.error("TO170", at, f"the amount {text} has no currency, and "
                               f"{' and '.join(sorted(used))} are in use", f"write {text} {own}")
