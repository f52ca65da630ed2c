"""Fills an empty Tryton with the sample company, as a bookkeeper would in the client: the company, its
currencies, two fiscal years, the chart, parties, employees, works and a user for tieout.

Run in a process of its own (``python tests/tryton_setup.py DATABASE CONFIG``): it loads the whole of Tryton.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from documents import ACCOUNTS
from proteus import Model, Wizard, config

ROOT = Path(__file__).resolve().parent.parent
USER, PASSWORD = "tieout", "only-for-tests"
#: Code, digits, and how many of it are a dollar.
CURRENCIES = (
    ("USD", 2, "1"),
    ("EUR", 2, "0.85"),
    ("GBP", 2, "0.75"),
    ("JPY", 0, "150"),
    ("KWD", 3, "0.3"),
)
YEARS = (2026, 2027)
#: What the user has to be allowed: see docs/tryton.md.
GROUPS = (
    "Accounting",
    "Account Administration",
    "Timesheet Administration",
    "Party Administration",
)


def mapped(name: str) -> list[dict[str, Any]]:
    """Rows of one of the sample company's mappings."""
    text = (ROOT / "mappings" / f"{name}.yaml").read_text(encoding="utf-8")
    rows: Any = yaml.safe_load(text)[name]
    return list(rows)


def accounts() -> Iterator[str]:
    """The names of the sample company's accounts, and those of tests/documents.py."""
    text = (ROOT / "mappings" / "accounts.yaml").read_text(encoding="utf-8")
    for row in yaml.safe_load(text)["accounts"].values():
        yield row["books"]
    yield from ACCOUNTS


def one(model: str, *domain: Any) -> Any:
    """The only record, or the first, that meets the domain."""
    return Model.get(model).find(list(domain), limit=1)[0]


def made(model: str, **values: Any) -> Any:
    record = Model.get(model)(**values)
    record.save()
    return record


def company(connection: Any) -> Any:
    """The company, with the user ``admin`` at work in it."""
    units = {}
    for code, digits, rate in CURRENCIES:
        currency = Model.get("currency.currency")(name=code, code=code, symbol=code, digits=digits)
        currency.rounding = Decimal(1).scaleb(-digits)
        currency.rates.new(date=date(YEARS[0], 1, 1), rate=Decimal(rate))
        currency.save()
        units[code] = currency
    party = made("party.party", name="Northwind Studio")
    ours = made(
        "company.company", party=party, currency=units["USD"], timezone="America/Los_Angeles"
    )
    admin = one("res.user", ("login", "=", "admin"))
    admin.companies.append(ours)
    admin.company = ours
    admin.save()
    connection._context = Model.get("res.user").get_preferences(True, {})
    return ours


def fiscal_years(ours: Any) -> None:
    def numbered(name: str, kind: str) -> Any:
        return made(
            "ir.sequence.strict",
            name=name,
            company=ours,
            sequence_type=one("ir.sequence.type", ("name", "=", kind)),
        )

    for year in YEARS:
        fiscal = Model.get("account.fiscalyear")(name=str(year), company=ours)
        fiscal.start_date, fiscal.end_date = date(year, 1, 1), date(year, 12, 31)
        fiscal.move_sequence = numbered(f"moves {year}", "Account Move")
        invoices = numbered(f"invoices {year}", "Invoice")
        (line,) = fiscal.invoice_sequences
        line.out_invoice_sequence = line.out_credit_note_sequence = invoices
        line.in_invoice_sequence = line.in_credit_note_sequence = invoices
        fiscal.save()
        fiscal.click("create_period")


def chart(ours: Any) -> None:
    """Tryton's minimal chart, and beside it the accounts that the mappings name."""
    wizard = Wizard("account.create_chart")
    wizard.execute("account")
    wizard.form.account_template = one("account.account.template", ("parent", "=", None))
    wizard.form.company = ours
    wizard.execute("create_account")
    parted = (("party_required", "=", True), ("closed", "!=", True))
    receivable = one("account.account", ("type.receivable", "=", True), *parted)
    payable = one("account.account", ("type.payable", "=", True), *parted)
    wizard.form.account_receivable, wizard.form.account_payable = receivable, payable
    wizard.execute("create_properties")
    like = {
        "Income": one("account.account", ("type.revenue", "=", True)),
        "Expenses": one("account.account", ("type.expense", "=", True)),
        "Assets:Receivable": receivable,
        "Assets": receivable,
        "Liabilities:Payable": payable,
    }
    other = one("account.account.type", ("statement", "=", "balance"), ("payable", "=", False))
    for name in dict.fromkeys(accounts()):
        model = like.get(name) or like.get(name.split(":")[0])
        made(
            "account.account",
            name=name,
            company=ours,
            type=model.type if model else other,
            party_required=bool(model and model.party_required),
            reconcile=bool(model and model.reconcile),
        )
    tax_group(ours)


def tax_group(ours: Any) -> None:
    """The sample company's sales tax, and the one of tests/documents.py."""
    due = one("account.account", ("name", "=", "Liabilities:Sales-Tax"))
    for code, percent in (("sales_tax_ca", "0.0975"), ("standard", "0.0975")):
        tax = Model.get("account.tax")(name=code, description=code, company=ours)
        tax.type, tax.rate = "percentage", Decimal(percent)
        tax.invoice_account = tax.credit_note_account = due
        tax.save()


def people(ours: Any) -> None:
    """Customers and vendors as parties with an address, workers as employees, jobs as works."""
    workers, projects = mapped("workers"), mapped("projects")
    vendors = (w["books"]["vendor"] for w in workers if "vendor" in w["books"])
    customers = (c["books"]["customer"] for c in mapped("customers"))
    for name in dict.fromkeys([*customers, *vendors]):
        party = Model.get("party.party")(name=name)
        party.addresses[0].city = "Oakland"
        party.save()
    for worker in workers:
        if "employee" in worker["books"]:
            party = made("party.party", name=worker["books"]["employee"])
            made("company.employee", party=party, company=ours)
    for name in dict.fromkeys([*(p["books"]["job"] for p in projects), *_tried()]):
        made("timesheet.work", name=name, company=ours)


def _tried() -> Iterable[str]:
    """The jobs of tests/documents.py."""
    return ("Acme Corp:Website",)


def user(ours: Any) -> None:
    """Whom tieout signs in as."""
    groups = Model.get("res.group").find([("name", "in", GROUPS)])
    login = Model.get("res.user")(name="tieout", login=USER, password=PASSWORD)
    login.companies.append(Model.get("company.company")(ours.id))
    login.company = ours
    for group in groups:
        login.groups.append(Model.get("res.group")(group.id))
    login.save()


def fill(database: str, file: str) -> None:
    connection = config.set_trytond(f"postgresql:///{database}", config_file=file)
    ours = company(connection)
    fiscal_years(ours)
    chart(ours)
    people(ours)
    user(ours)


if __name__ == "__main__":
    fill(*sys.argv[1:])
