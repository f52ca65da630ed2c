"""A company's folder → Config: versions by date, defaults, environments, positions, digest."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieout.config.load import load
from tieout.config.model import ALWAYS, FOREVER, GuardRule, Rounding
from tieout.domain.diagnostic import Position

ROOT = Path(__file__).resolve().parents[3]
BASE = ROOT / "tests/conformance/invalid/_base"


@pytest.fixture
def base(tmp_path):
    return Path(shutil.copytree(BASE, tmp_path / "base"))


def config(root, environment=None):
    loaded = load(root, environment)
    assert loaded.diagnostics == ()
    return loaded.config


def change(root, file, old, new):
    text = (root / file).read_text()
    assert text.count(old) == 1
    (root / file).write_text(text.replace(old, new))


def only(rows, name):
    return [row for row in rows if row.id == name]


def test_the_sample_company_is_valid():
    sample = config(ROOT)
    assert sample.company.name == "Northwind Studio"
    assert sample.rules.packs.keys() == {"law/us-flsa", "law/us-ca"}
    assert sample.state == ROOT / ".tieout"


def test_a_dated_value_splits_its_row(base):
    before, first, second = only(config(base).projects, "web")
    assert (before.from_, before.to, before.rate) == (ALWAYS, date(2025, 12, 31), None)
    assert (first.from_, first.to, first.rate) == (date(2026, 1, 1), date(2026, 6, 30), 1_400_000)
    assert (second.from_, second.to, second.rate) == (date(2026, 7, 1), FOREVER, 1_500_000)
    assert {v.method for v in (before, first, second)} == {"hourly"}
    assert second.origins == {"rate": "projects/web billing.rate@2026-07-01"}
    assert before.origins == {}, "only what is dated by itself"


def test_of_several_dated_values_of_one_field_the_latest_is_its_origin(base):
    change(base, "mappings/projects.yaml", "{method: fixed}",
           "{workers: {E-2: {2026-02-01: 9.00}, E-1: {2026-01-01: 8.00, 2026-03-01: 8.50}}}")
    change(base, "mappings/accounts.yaml", '{books: "Income:Services"}',
           '{books: {2026-01-01: "Income:Services", 2027-01-01: "Income:Work"}}')
    found = config(base)
    assert [v.origins.get("worker_rates") for v in only(found.projects, "brand")] == [
        None,
        "projects/brand billing.workers.E-1@2026-01-01",
        "projects/brand billing.workers.E-2@2026-02-01",
        "projects/brand billing.workers.E-1@2026-03-01",
    ]
    income = only(found.accounts, "billable_income")
    assert [(v.books.get("books"), v.origins.get("books")) for v in income] == [
        (None, None),
        ("Income:Services", "accounts/billable_income books@2026-01-01"),
        ("Income:Work", "accounts/billable_income books@2027-01-01"),
    ]


def test_several_dated_values_meet_within_the_rows_own_time(base):
    change(base, "mappings/projects.yaml", "    customer: acme\n",
           "    customer: {2026-01-01: acme, 2026-03-01: borealis}\n"
           "    valid: {from: 2026-02-01, to: 2026-08-31}\n")
    web = only(config(base).projects, "web")
    assert [(v.from_.isoformat(), v.to.isoformat(), v.customer, v.rate) for v in web] == [
        ("2026-02-01", "2026-02-28", "acme", 1_400_000),
        ("2026-03-01", "2026-06-30", "borealis", 1_400_000),
        ("2026-07-01", "2026-08-31", "borealis", 1_500_000),
    ]


def test_every_address_that_is_given_can_be_found(base):
    found = config(base)
    rows = [*found.workers, *found.customers, *found.projects, *found.services, *found.accounts]
    addresses = {a for row in rows for a in (row.row, *row.origins.values())}
    assert addresses <= set(found.positions)
    at = {
        "projects/web": Position("mappings/projects.yaml", 2, 5),
        "projects/web customer": Position("mappings/projects.yaml", 4, 15),
        "projects/web billing": Position("mappings/projects.yaml", 7, 5),
        "projects/web billing.rate@2026-07-01": Position("mappings/projects.yaml", 7, 70),
        "accounts/receivable": Position("mappings/accounts.yaml", 5, 3),
        "rules/rounding billing": Position("rules/rules.yaml", 3, 3),
        "streams/main produce.invoice.to": Position("tieout.yaml", 18, 21),
    }
    assert {address: found.positions[address] for address in at} == at
    assert len(found.positions) == len(set(found.positions))
    with pytest.raises(KeyError):
        found.positions["projects/web nothing"]


def test_rows_of_one_id_have_addresses_of_their_own(base):
    change(base, "mappings/customers.yaml", "{id: borealis, name: Borealis,",
           "{id: acme, name: Acme, valid: {from: 2026-07-01}, terms: net-60,")
    change(base, "mappings/customers.yaml", "{id: acme, name: Acme, books",
           "{id: acme, name: Acme, valid: {to: 2026-06-30}, books")
    change(base, "mappings/projects.yaml", "customer: borealis", "customer: acme")
    rows = [customer.row for customer in config(base).customers]
    assert rows == ["customers/acme", "customers/acme@2026-07-01"]


def test_defaults_lie_under_every_row_mapping_by_mapping(base):
    path = base / "mappings/projects.yaml"
    head = "defaults: {owner: kim@base.example, billing: {method: books, rate: 99.00}}\n"
    path.write_text(head + path.read_text())
    found = config(base)
    brand, *web = only(found.projects, "brand") + only(found.projects, "web")
    assert (brand.method, brand.rate, brand.owner) == ("fixed", 990_000, "kim@base.example")
    assert [v.rate for v in web] == [None, 1_400_000, 1_500_000], "a dated value replaces it whole"
    assert found.positions["projects/brand billing.rate"].line == 1


def test_a_mapping_may_be_a_folder_of_files(base):
    (base / "mappings/customers").mkdir()
    text = (base / "mappings/customers.yaml").read_text().splitlines(keepends=True)
    (base / "mappings/customers/a.yaml").write_text(text[0] + text[1])
    (base / "mappings/customers/b.yaml").write_text(text[0] + text[2])
    former = config(BASE)
    (base / "mappings/customers.yaml").unlink()
    found = config(base)
    assert found.customers == former.customers
    assert found.digest == former.digest
    assert found.positions["customers/borealis"].file == "mappings/customers/b.yaml"


def test_what_a_source_calls_a_row(base):
    change(base, "mappings/workers.yaml", "{email: ana@base.example}",
           "[{email: ' Ana@Base.EXAMPLE '}, {id: 0071}]")
    found = config(base)
    assert found.workers[0].refs == {"tracker": ({"email": "ana@base.example"}, {"id": "0071"})}
    assert found.services[0].refs == {"tracker": ({},)}, "any task"


def test_the_default_environment_and_another(base):
    assert config(base).targets["books"].path == "books/"
    sandbox = config(base, "sandbox")
    assert sandbox.environment.name == "sandbox"
    assert sandbox.targets["books"].path == "sandbox/"
    assert sandbox.targets["books"].options == {"format": "beancount"}
    assert sandbox.state == base / ".tieout/sandbox"


def test_what_an_environment_plans_for(base):
    change(base, "tieout.yaml", "{path: sandbox/}}}",
           "{path: sandbox/}}, only: {workers: [E-1], since: 2026-11-01}}")
    sandbox = config(base, "sandbox").environment
    assert (sandbox.workers, sandbox.since) == (("E-1",), date(2026, 11, 1))
    assert config(base).environment.workers == ()


def test_rules_have_defaults(base):
    (base / "rules/rules.yaml").unlink()
    rules = config(base).rules
    assert rules.approval.required == ()
    assert rules.rounding == {}
    assert rules.overtime.default is None
    assert rules.packs == {}
    assert rules.after_final == {
        "invoice": "hold", "timesheet": "next_period", "bill": "hold", "journal": "adjust"
    }
    assert rules.guards == (GuardRule(name="voids.invoice", max=0),)
    assert rules.unmapped["project", "pay"] == "book"
    assert rules.unmapped["project", "cost"] == "hold"
    assert {rules.unmapped["worker", p] for p in ("record", "pay", "cost", "billing")} == {"hold"}


def test_rules_as_they_are_written(base):
    (base / "rules/rules.yaml").write_text("""\
approval: {required: [billing, pay], pay_unapproved: pay_and_flag}
unmapped: {project: {cost: hold, billing: block}, service: book}
rounding: {increment: 15m, mode: up, grace: 30s}
overtime: {default: law/us-ca, premium: pro_rata, effective: 2026-01-01}
guards:
  creates: {max: 500}
  updates: {max: 5%, over: 20}
  voids: {time_activity: 20}
  amount_change: [{max: 25000 USD}, {max: 20000 EUR}]
  suspense_at_close: {max: 0, age: 30d}
tax: {vat: {rate: 8.25%, account: billable_income}}
checks: {TO203: warn}
""")
    change(base, "mappings/services.yaml", "item: Services\n", "item: Services\n    tax: vat\n")
    rules = config(base).rules
    assert rules.approval.required == ("pay", "billing")
    assert rules.approval.pay_unapproved == "pay_and_flag"
    assert rules.unmapped["project", "pay"] == "book"
    assert rules.unmapped["project", "billing"] == "block"
    assert rules.unmapped["service", "cost"] == "book"
    assert rules.rounding == dict.fromkeys(
        ("pay", "billing"), Rounding(increment=900, mode="up", grace=30)
    )
    assert rules.overtime.effective == date(2026, 1, 1)
    assert rules.guards == (
        GuardRule(name="amount_change", max=2_000_000, currency="EUR"),
        GuardRule(name="amount_change", max=2_500_000, currency="USD"),
        GuardRule(name="creates", max=500),
        GuardRule(name="suspense_at_close", max=0, currency="USD", age_days=30),
        GuardRule(name="updates", share=500, over=20),
        GuardRule(name="voids.invoice", max=0),
        GuardRule(name="voids.time_activity", max=20),
    )
    assert rules.tax["vat"].percent == 825
    assert rules.checks == {"TO203": "warn"}


def test_the_law_of_california(base):
    pack = config(base).rules.packs["law/us-ca"]
    tiers = [(t.window, t.over, t.percent, t.pay_class, t.exclude) for t in pack.tiers]
    assert tiers == [
        ("day", 28800, 150, "overtime", False),
        ("day", 0, 150, "overtime", False),
        ("day", 28800, 200, "double_time", False),
        ("day", 43200, 200, "double_time", False),
        ("week", 144000, 150, "overtime", True),
        ("seventh_day", 0, 150, "overtime", False),
        ("seventh_day", 28800, 200, "double_time", False),
    ]
    assert all(t.basis and t.source for t in pack.tiers)
    assert pack.reviewed == "never"


def test_a_companys_own_pack_comes_before_the_built_in_one(base):
    (base / "rules/law").mkdir()
    own = (ROOT / "rules/law/us-ca.yaml").read_text().replace("over: 8h", "over: 7h")
    (base / "rules/law/us-ca.yaml").write_text(own)
    assert config(base).rules.packs["law/us-ca"].tiers[0].over == 25200


def test_decisions_are_read_in_the_order_of_their_ids(base):
    (base / "rules/decisions").mkdir()
    path = base / "rules/decisions/2026.yaml"
    path.write_text("""\
decisions:
  - id: d-2
    kind: correct
    key: main/invoice/acme/USD/2026-10
    action: credit
    reason: agreed on the phone
    by: kim
    on: 2026-11-01
  - {id: d-1, kind: waive, key: "tracker:7", action: waive, code: TO208, expires: 2026-12-31,
     reason: same walk, by: kim, on: 2026-11-02}
""")
    first, second = config(base).rules.decisions
    assert (first.id, first.expires, first.row) == ("d-1", date(2026, 12, 31), "decisions/d-1")
    assert (second.action, second.on) == ("credit", date(2026, 11, 1))
    path.write_text(path.read_text().replace("id: d-2", "id: d-1"))
    assert [d.code for d in load(base).diagnostics] == ["TO130"]


def test_the_digest_covers_values_and_nothing_of_form(base):
    former = config(base).digest
    for file in base.rglob("*.yaml"):
        file.write_text("# a comment\n\n" + file.read_text())
    change(base, "mappings/projects.yaml", "2026-01-01: 140.00, 2026-07-01: 150.00",
           '2026-07-01: "150.0", 2026-01-01: 140')
    change(base, "mappings/customers.yaml", "{id: acme, name: Acme, books: {customer: Acme}}",
           "{books: {customer: Acme}, name: Acme, id: acme}")
    (base / "rules/rules.yaml").rename(base / "rules/other.yaml")
    change(base, "tieout.yaml", '"time/*.csv"', '"elsewhere/*.csv"')
    change(base, "tieout.yaml", "path: books/", "path: ledger/")
    assert config(base).digest == former


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("mappings/projects.yaml", "150.00", "150.01"),
        ("mappings/projects.yaml", "2026-07-01", "2026-07-02"),
        ("mappings/workers.yaml", "overtime: eligible", "overtime: exempt\n    exempt_ground: x"),
        ("mappings/accounts.yaml", "Income:Services", "Income:Work"),
        ("rules/rules.yaml", "max: 500", "max: 501"),
        ("rules/rules.yaml", "increment: 6m", "increment: 15m"),
        ("tieout.yaml", "timesheet: {to: books, period: week}",
         "timesheet: {to: books, period: month}"),
        ("tieout.yaml", "timezone: America/Los_Angeles", "timezone: America/New_York"),
    ],
)  # fmt: skip
def test_the_digest_tells_what_planning_depends_on(base, file, old, new):
    former = config(base).digest
    change(base, file, old, new)
    assert config(base).digest != former


def test_the_digest_of_an_environment_is_its_own(base):
    assert config(base).digest != config(base, "sandbox").digest


ROWS = (BASE / "mappings/workers.yaml").read_text().partition("\n")[2].split("  - ")[1:]


@given(order=st.permutations(range(4)))
@settings(max_examples=8)
def test_the_order_of_rows_changes_nothing(tmp_path_factory, order):
    root = tmp_path_factory.mktemp("company") / "base"
    shutil.copytree(BASE, root)
    rows = [*ROWS, *(r.replace("E-", "F-").replace("base.ex", "f.ex") for r in ROWS)]
    path = root / "mappings/workers.yaml"
    path.write_text("workers:\n" + "".join(f"  - {row}" for row in rows))
    former = config(root)
    path.write_text("workers:\n" + "".join(f"  - {rows[n]}" for n in order))
    later = config(root)
    assert later.workers == former.workers
    assert later.digest == former.digest


def test_loading_never_raises_whatever_a_file_holds(base):
    for file in sorted(base.rglob("*.yaml")):
        whole = file.read_bytes()
        for text in (b"", b"[", b"- a\n", b"a\n", b"company: 1\nprojects: 2\nrules: {}\n", b"\xff",
                     b"projects: {a: b}\nworkers: [1, [2], {id: {}}]\naccounts: [a]\nguards: x\n"):
            file.write_bytes(text)
            assert load(base).diagnostics, (file, text)
        file.write_bytes(whole)


def test_a_note_and_a_hidden_file_are_passed_over(base):
    (base / "mappings/README.md").write_text("notes")
    (base / "mappings/.gitkeep").write_text("")
    (base / "rules/tests").mkdir()
    (base / "rules/tests/hours.yaml").write_text("tests: []\n")
    config(base)
