"""Companies made around real exports: mappings generated from the file itself, some left out."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

ACCOUNTS = {
    "labor_expense": "Expenses:Payroll:Wages",
    "labor_clearing": "Liabilities:Payroll:Clearing",
    "overhead_premium": "Expenses:Payroll:Overtime-Premium",
    "contractor_expense": "Expenses:Contractors",
    "accounts_payable": "Liabilities:Payable",
    "receivable": "Assets:Receivable",
    "billable_income": "Income:Services",
    "suspense": "Expenses:Suspense:Unmapped-Time",
}


def write(root: Path, name: str, lines: Iterable[str]) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def accounts(root: Path) -> None:
    rows = (f'  {role}: {{books: "{account}"}}' for role, account in ACCOUNTS.items())
    write(root, "mappings/accounts.yaml", ["accounts:", *rows])


def tock(root: Path, export: Path, *, approval: str, left_out: int = 5) -> None:
    """18F's weekly buckets as a company: every worker mapped, all projects but the last few.

    ``approval`` is the list of purposes that need an approved time card, as YAML.
    """
    with export.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    workers = sorted({int(row["user_id"]) for row in rows})
    projects = sorted({(int(row["project_id"]), row["project_name"]) for row in rows})
    write(root, "data/tock.csv", export.read_text(encoding="utf-8").splitlines())
    write(
        root,
        "data/rates.csv",
        [
            "worker,from,rate,currency",
            *(f"U-{w:03},2014-01-01,{30 + w % 25}.00,USD" for w in workers),
        ],
    )
    write(
        root,
        "tieout.yaml",
        [
            "company: {id: tock, name: Tock, timezone: America/New_York, currency: USD,",
            '          workweek: {starts: sunday, at: "00:00"}}',
            "sources:",
            "  tock:",
            "    connector: file",
            "    profile: generic",
            "    path: data/tock.csv",
            "    files: replace",
            "    grain: week",
            "    duration: hours",
            "    columns: {id: entry_id, worker_id: user_id, from: period_start, to: period_end,",
            "              project_id: project_id, project: project_name, duration: hours,",
            "              billable: billable, approved: submitted}",
            "  rates: {connector: file, profile: pay_rates, path: data/rates.csv}",
            "targets:",
            "  books: {connector: plaintext, format: beancount, path: books/, drift: report}",
            "streams:",
            "  gov:",
            "    from: tock",
            "    starts: {record: 2014-01-01, pay: 2014-01-01, cost: 2014-01-01, billing: 2014-01-01}",
            "    produce:",
            "      time_activity: {to: books}",
            "      timesheet: {to: books, period: biweek, anchor: 2015-03-29}",
            "      journal: {to: books, period: week, basis: allocate}",
            "      invoice: {to: books, per: [customer], period: month, lines: [project, worker]}",
        ],
    )
    write(
        root,
        "mappings/workers.yaml",
        [
            "defaults: {jurisdiction: US-DC, overtime: eligible, manager: lead@tock.example}",
            "workers:",
            *(
                f'  - {{id: U-{w:03}, name: "Worker {w}", tock: {{id: "{w}"}}, books: {{employee: "Worker {w}"}}}}'
                for w in workers
            ),
        ],
    )
    write(
        root,
        "mappings/customers.yaml",
        ["customers:", "  - {id: gsa, name: GSA, books: {customer: GSA}, tax: exempt}"],
    )
    write(
        root,
        "mappings/projects.yaml",
        [
            "defaults: {customer: gsa}",
            "projects:",
            *(
                f'  - {{id: P-{p:03}, name: "{name}", tock: {{project_id: "{p}"}}, '
                f"billing: {{method: hourly, rate: {100 + p % 7 * 10}.00}}}}"
                for p, name in projects[:-left_out]
            ),
        ],
    )
    write(
        root,
        "mappings/services.yaml",
        [
            "services:",
            "  - {id: general, name: General, tock: {task: any}, item: Services, kind: work,",
            "     revenue: billable_income, expense: {employee: labor_expense, contractor: contractor_expense},",
            "     tax: exempt}",
        ],
    )
    accounts(root)
    write(
        root,
        "rules/rules.yaml",
        [
            f"approval: {{required: {approval}, from: source}}",
            "unmapped: {worker: hold, project: {pay: book, cost: suspense, billing: hold}}",
            "overtime: {default: law/us-flsa, premium: overhead}",
        ],
    )


def client_id(code: str) -> str:
    """``BRK/A`` → ``brk-a``: the id of a client's customer and of its one project."""
    return code.lower().replace("/", "-")


def punches(root: Path, export: Path, terms: Path, *, rounding: str = "") -> None:
    """One person's clock: a customer and a project for each client's code, as the rate table says.

    Hourly clients are priced, flat ones are ``fixed``, the owner's own business is billed to nobody.
    ``rounding`` is the YAML of rounding for billing, none by default.
    """
    with terms.open(encoding="utf-8", newline="") as stream:
        clients = list(csv.DictReader(stream))
    methods = {"hourly": "method: hourly, rate: {rate}", "flat rate": "method: fixed"}
    write(root, "data/clock.csv", export.read_text(encoding="utf-8").splitlines())
    write(
        root,
        "tieout.yaml",
        [
            "company: {id: solo, name: Solo, timezone: America/New_York, currency: USD,",
            '          workweek: {starts: monday, at: "00:00"}}',
            "sources:",
            "  clock:",
            "    connector: file",
            "    profile: generic",
            "    path: data/clock.csv",
            "    files: replace",
            "    columns: {worker: {fixed: Ana}, date: date, clock_in: clock_in, clock_out: clock_out,",
            "              customer: code, notes: notes, tags: tags}",
            "targets:",
            "  books: {connector: plaintext, format: beancount, path: books/, drift: report}",
            "streams:",
            "  solo:",
            "    from: clock",
            "    starts: {record: 2020-01-01, billing: 2020-01-01}",
            "    produce:",
            "      time_activity: {to: books}",
            "      invoice: {to: books, per: [customer], period: month, lines: [project]}",
        ],
    )
    write(
        root,
        "mappings/workers.yaml",
        [
            "workers:",
            "  - {id: ana, name: Ana, kind: contractor, jurisdiction: US-NY,",
            "     clock: {name: Ana}, books: {vendor: Ana}}",
        ],
    )
    write(
        root,
        "mappings/customers.yaml",
        [
            "customers:",
            *(
                f'  - {{id: {client_id(c["code"])}, name: "{c["code"]}", books: {{customer: "{c["code"]}"}}, tax: exempt}}'
                for c in clients
            ),
        ],
    )
    write(
        root,
        "mappings/projects.yaml",
        [
            "projects:",
            *(
                f'  - {{id: {client_id(c["code"])}, name: "{c["code"]}", customer: {client_id(c["code"])}, '
                f'clock: {{customer: "{c["code"]}"}}, '
                f"billing: {{{methods.get(c['type'], 'method: none').format(rate=c['rate'])}}}}}"
                for c in clients
            ),
        ],
    )
    write(
        root,
        "mappings/services.yaml",
        [
            "services:",
            "  - {id: general, name: General, clock: {task: any}, item: Services, kind: work,",
            "     revenue: billable_income, expense: {employee: labor_expense, contractor: contractor_expense},",
            "     tax: exempt}",
        ],
    )
    accounts(root)
    write(
        root,
        "rules/rules.yaml",
        [
            "approval: {required: [], from: source}",
            *([f"rounding: {{billing: {rounding}}}"] if rounding else []),
        ],
    )
