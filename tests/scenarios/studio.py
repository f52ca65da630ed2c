"""A small studio for scenarios: two employees, a contractor, two customers, four weeks of work.

A scenario edits its files as a person would (``edit``, ``entries``, ``book``) and runs the verbs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import companies

TIEOUT = """\
company: {id: studio, name: Studio, timezone: America/New_York, currency: USD,
          workweek: {starts: sunday, at: "00:00"}}
sources:
  sheet:
    connector: file
    profile: generic
    path: "data/*.csv"
    files: replace
    grain: day
    duration: hours
    columns: {id: id, email: who, customer: client, project: project, task: task, date: day,
              duration: hours, approved: ok}
  rates: {connector: file, profile: pay_rates, path: pay/rates.csv}
targets:
  books: {connector: plaintext, format: beancount, path: books/, drift: report}
streams:
  studio:
    from: sheet
    starts: {record: 2026-09-01, pay: 2026-09-01, cost: 2026-09-01, billing: 2026-09-01}
    produce:
      time_activity: {to: books}
      timesheet: {to: books, period: biweek, anchor: 2026-09-06}
      journal: {to: books, period: week, basis: allocate}
      invoice: {to: books, per: [customer], period: month, lines: [project, service, worker]}
      bill: {to: books, period: month, mode: self_billing, agreement: contracts/self-billing.md}
"""
WORKERS = """\
defaults: {jurisdiction: US-NY, overtime: eligible, manager: kim@studio.example}
workers:
  - {id: E-1, name: Ana, sheet: {email: ana@studio.example}, books: {employee: Ana}}
  - {id: E-2, name: Bo, sheet: {email: bo@studio.example}, books: {employee: Bo}}
  - {id: C-1, name: Cy, kind: contractor, sheet: {email: cy@cy.example}, books: {vendor: Cy Ltd}}
"""
CUSTOMERS = """\
customers:
  - {id: acme, name: Acme, books: {customer: Acme}, tax: exempt}
  - {id: bolt, name: Bolt, books: {customer: Bolt}, tax: exempt}
"""
PROJECTS = """\
projects:
  - id: web
    name: Website
    customer: acme
    sheet: {project: Website}
    billing: {method: hourly, rate: 100.00}
  - id: app
    name: App
    customer: bolt
    sheet: {project: App}
    billing: {method: hourly, rate: 120.00}
"""
SERVICES = """\
services:
  - {id: general, name: General, sheet: {task: any}, item: Services, kind: work,
     revenue: billable_income, expense: {employee: labor_expense, contractor: contractor_expense},
     tax: exempt}
"""
RULES = """\
approval: {required: [], from: source}
unmapped: {worker: hold, project: {pay: book, cost: suspense, billing: hold}}
overtime: {default: law/us-flsa, premium: overhead}
"""
HEADER = "id,who,client,project,task,day,hours,ok"


@dataclass
class Studio:
    """The company's folder and the verbs run in it."""

    root: Path
    run: Callable[..., Any]

    def tieout(self, *args: str, expect: int = 0) -> str:
        ran = self.run("--root", str(self.root), *args)
        assert ran.code == expect, (args, ran.code, ran.out, ran.err)
        return str(ran.out)

    def edit(self, file: str, old: str, new: str) -> None:
        """Replaces text in one of the company's files; it has to be there."""
        path = self.root / file
        text = path.read_text(encoding="utf-8")
        assert old in text, (file, old)
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def entries(self, *rows: str, file: str = "data/sheet.csv") -> None:
        """Writes the export: ``id,who,client,project,task,day,hours,ok`` a row."""
        companies.write(self.root, file, [HEADER, *rows])

    def plan(self, *args: str) -> dict[str, Any]:
        """Pulls and plans; the plan as JSON. The file ``plan.tieout`` is ready to be applied."""
        self.tieout("pull")
        file = str(self.root / "plan.tieout")
        return dict(
            json.loads(self.tieout("plan", "-o", file, "--format", "json", "--show-pay", *args))
        )

    def apply(self, expect: int = 0) -> str:
        return self.tieout("apply", str(self.root / "plan.tieout"), expect=expect)

    def settle(self) -> dict[str, Any]:
        """Plan, apply, and the plan after, which has to be empty."""
        plan = self.plan()
        self.apply()
        again = self.plan()
        assert again["changes"] == []
        conserved(again)
        return plan

    def book(self, kind: str, name: str) -> Path:
        return self.root / "books" / "tieout" / kind / f"{name}.beancount"

    def books(self) -> dict[str, str]:
        """Every file of the books."""
        folder = self.root / "books"
        return {
            str(p.relative_to(folder)): p.read_text(encoding="utf-8")
            for p in sorted(folder.rglob("*.beancount"))
        }

    def mark(self, key: str, flag: str = "*") -> None:
        """Sets a document's flag by hand: a person has issued it."""
        for path in (self.root / "books").rglob("*.beancount"):
            text = path.read_text(encoding="utf-8")
            new = re.sub(
                rf'^(\d{{4}}-\d\d-\d\d) [!*]( [^\n]*\n(?:  [^\n]*\n)*?  tieout: "{re.escape(key)}")',
                rf"\1 {flag}\2",
                text,
                flags=re.MULTILINE,
            )
            if new != text:
                path.write_text(new, encoding="utf-8")
                return
        raise AssertionError(f"no document {key} to mark")


def build(root: Path, run: Callable[..., Any]) -> Studio:
    """The company with its mappings and rules, and September's work."""
    studio = Studio(root, run)
    for name, text in (
        ("tieout.yaml", TIEOUT),
        ("mappings/workers.yaml", WORKERS),
        ("mappings/customers.yaml", CUSTOMERS),
        ("mappings/projects.yaml", PROJECTS),
        ("mappings/services.yaml", SERVICES),
        ("rules/rules.yaml", RULES),
        ("contracts/self-billing.md", "Agreed.\n"),
        (
            "pay/rates.csv",
            "worker,from,rate,currency\nE-1,2026-01-01,40.00,USD\nE-2,2026-01-01,30.00,USD\n"
            "C-1,2026-01-01,60.00,USD\n",
        ),
    ):
        companies.write(root, name, text.splitlines())
    companies.accounts(root)
    studio.entries(*SEPTEMBER)
    return studio


SEPTEMBER = (
    "1,ana@studio.example,Acme,Website,Design,2026-09-07,8,yes",
    "2,ana@studio.example,Acme,Website,Design,2026-09-08,8,yes",
    "3,ana@studio.example,Bolt,App,Design,2026-09-09,9,yes",
    "4,ana@studio.example,Acme,Website,Design,2026-09-10,9.5,yes",
    "5,ana@studio.example,Acme,Website,Design,2026-09-11,8.25,yes",
    "6,bo@studio.example,Bolt,App,Build,2026-09-14,7.5,yes",
    "7,bo@studio.example,Acme,Website,Build,2026-09-15,6,yes",
    "8,cy@cy.example,Acme,Website,Copy,2026-09-15,5,yes",
    "9,cy@cy.example,Bolt,App,Copy,2026-09-22,3.5,yes",
    "10,bo@studio.example,Bolt,Skunkworks,Build,2026-09-23,4,yes",
)


def conserved(plan: Mapping[str, Any]) -> None:
    """source = booked − rounding − grain + held + excluded, per purpose, exactly."""
    for purpose, c in plan["conservation"].items():
        total = c["booked"] - c["rounding"] - c["grain"] + c["held"] + c["excluded"]
        assert c["source"] == total, (purpose, c)


def acts(plan: Mapping[str, Any]) -> set[tuple[str, str]]:
    """(action, document) of every change."""
    return {(c["action"], c["document"]) for c in plan["changes"]}


def codes(plan: Mapping[str, Any], purpose: str | None = None) -> set[tuple[str, str]]:
    """(code, entry or document) of every exception."""
    return {(e["code"], e["entry"]) for e in plan["exceptions"] if purpose in (None, e["purpose"])}
