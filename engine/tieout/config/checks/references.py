"""References name something that is there."""

from __future__ import annotations

from collections.abc import Iterable

from tieout.config.checks.draft import Draft, address
from tieout.config.findings import Findings
from tieout.config.shape import nearest

_RESERVED = frozenset(
    "id name kind overtime exempt_ground jurisdiction timezone manager entity form_1099 contract "
    "valid retroactive currency tax terms owner rate customer class billing item paid "
    "counts_to_overtime billable revenue expense".split()
)
"""Keys of mapping rows: a source or target can't be called the same."""


def check(draft: Draft, findings: Findings) -> None:
    """TO120 for what isn't there, TO124 for a name that can't be used."""
    _check_projects(draft, findings)
    _check_services(draft, findings)
    _check_streams(draft, findings)
    _check_rules(draft, findings)
    _check_names(draft, findings)


class _Lookup:
    """Tells once for each place what is missing there."""

    def __init__(self, draft: Draft, findings: Findings) -> None:
        self._draft = draft
        self._findings = findings

    def need(self, what: str, name: str | None, known: Iterable[str], address: str) -> None:
        if name is not None and name not in known:
            hint = nearest(name, known) or f"add it, or name one that is there: {_some(known)}"
            self._findings.error(
                "TO120", self._draft.at(address), f"there is no {what} '{name}'", hint
            )


def _some(known: Iterable[str]) -> str:
    names = sorted(known)
    return ", ".join(names[:6]) + (" …" if len(names) > 6 else "") if names else "none"


def _check_projects(draft: Draft, findings: Findings) -> None:
    lookup, ids = _Lookup(draft, findings), draft.ids
    customers, workers, services = ids["customers"], ids["workers"], ids["services"]
    for project in draft.config.projects:
        if project.customer is not None and project.customer not in customers:
            lookup.need("customer", project.customer, customers, address(project, "customer"))
        for worker in project.worker_rates:
            if worker not in workers:
                lookup.need("worker", worker, workers, f"{project.row} billing.workers.{worker}")
        for service in project.service_rates:
            if service not in services:
                lookup.need(
                    "service", service, services, f"{project.row} billing.services.{service}"
                )


def _check_services(draft: Draft, findings: Findings) -> None:
    lookup, known = _Lookup(draft, findings), draft.roles
    codes = draft.ids["tax"]
    for service in draft.config.services:
        lookup.need("account role", service.revenue, known, address(service, "revenue"))
        for kind, role in service.expense.items():
            lookup.need("account role", role, known, f"{service.row} expense.{kind}")
        lookup.need("tax code", service.tax, codes, address(service, "tax"))
    for customer in draft.config.customers:
        lookup.need("tax code", customer.tax, codes, address(customer, "tax"))


def _check_streams(draft: Draft, findings: Findings) -> None:
    lookup = _Lookup(draft, findings)
    sources, targets = draft.named("sources"), draft.named("targets")
    for stream in draft.config.streams.values():
        for source in stream.sources:
            lookup.need("source", source, sources, f"streams/{stream.name} from")
    for stream, produce in draft.produced():
        lookup.need(
            "target", produce.to, targets, f"streams/{stream.name} produce.{produce.kind}.to"
        )


def _check_rules(draft: Draft, findings: Findings) -> None:
    lookup, rules = _Lookup(draft, findings), draft.config.rules
    for code, tax in rules.tax.items():
        lookup.need("account role", tax.account, draft.roles, f"rules/tax {code}.account")
    if "exempt" in rules.tax:
        findings.error(
            "TO124",
            draft.at("rules/tax exempt"),
            "'exempt' is the built-in tax code that adds nothing",
            "give it another name",
        )
    overtime = rules.overtime
    lookup.need("law pack", overtime.default, draft.packs, "rules/overtime default")
    for where, pack in overtime.packs.items():
        lookup.need("law pack", pack, draft.packs, f"rules/overtime jurisdictions.{where}")


def _check_names(draft: Draft, findings: Findings) -> None:
    """Sources and targets share one space of names with the keys of mapping rows."""
    sources = set(draft.named("sources"))
    for kind in ("sources", "targets"):
        for name in draft.named(kind):
            if name in _RESERVED:
                findings.error(
                    "TO124",
                    draft.at(f"{kind}/{name}"),
                    f"'{name}' is a key of mapping rows and can't be a name here",
                    "give it another name",
                )
            elif kind == "targets" and name in sources:
                findings.error(
                    "TO124",
                    draft.at(f"targets/{name}"),
                    f"a source is called '{name}' too",
                    "give them different names: mappings hold ids by them",
                    related=[draft.at(f"sources/{name}")],
                )
