"""Mappings as CSV: the same rows, checks and positions as in YAML."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tieout.config import separated
from tieout.config.load import load
from tieout.config.reader import Map, Seq
from tieout.domain.diagnostic import Position
from tieout.governance.changelog import words

BASE = Path(__file__).resolve().parents[2] / "conformance/invalid/_base"
YAML = """\
projects:
  - id: p.1
    name: 010
    customer: acme
    tracker: [{project: Site}, {project: "Site, new", customer: ACME}]
    books: {job: "Acme:Site"}
    billing:
      method: hourly
      rate: {2026-01-01: 140.00, 2026-07-01: 150.00}
      workers: {E-1: 165.00}
    valid: {from: 2026-01-01, to: 2026-12-31}
  - {id: p2, name: "Two \\"2\\"", books: {job: B}}
"""
CSV = """\
# written by the bookkeeper's spreadsheet
id,name,customer,tracker[1].project,tracker[2].project,tracker[2].customer,books.job,billing.method,\
billing.rate@2026-01-01,billing.rate@2026-07-01,billing.workers.E-1,valid.from,valid.to

p.1,010,acme,Site,"Site, new", ACME ,Acme:Site,hourly,140.00,150.00,165.00,2026-01-01,2026-12-31,,
p2,"Two ""2\""",,,,,B,,,,,,
"""


@pytest.fixture
def base(tmp_path):
    return Path(shutil.copytree(BASE, tmp_path / "base"))


def loaded(root):
    found = load(root)
    assert found.diagnostics == ()
    return found.config


def written(root, name, text):
    path = root / "mappings" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def test_a_folder_of_both_gives_what_yaml_alone_gives(base):
    written(base, "projects/more.yaml", YAML)
    plain = loaded(base)
    (base / "mappings/projects/more.yaml").unlink()
    written(base, "projects/more.csv", CSV)
    config = loaded(base)
    assert config.digest == plain.digest
    assert config.projects == plain.projects, "origins and addresses too"
    dated = next(p for p in config.projects if p.rate == 1_500_000 and p.id == "p.1")
    assert config.positions[dated.origins["rate"]] == Position("mappings/projects/more.csv", 4, 62)
    assert config.positions["projects/p2"] == Position("mappings/projects/more.csv", 5, 1)


@pytest.mark.parametrize(
    "form",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace(",", ";").replace("Site;", "Site,").encode(),
        lambda text: ("sep=\t\n" + text.replace(",", "\t").replace("\n", "\r\n")).encode(),
    ],
)
def test_marks_separators_and_line_ends_change_nothing(form):
    text = "id,name,tracker.email,form_1099.w9_on_file\nE-7,Gil,gil@base.example,TRUE\n"
    said = []
    root = separated.read(form(text), "workers", ("tracker",), lambda *what: said.append(what))
    assert said == []
    assert root == {
        "workers": [
            {
                "id": "E-7", "name": "Gil", "tracker": {"email": "gil@base.example"},
                "form_1099": {"w9_on_file": "TRUE"},
            }
        ]
    }  # fmt: skip


def test_a_flag_may_be_as_spreadsheets_write_it(base):
    written(base, "workers/c.csv", "id,name,kind,form_1099.w9_on_file\nC-1,Cai,contractor,TRUE\n")
    assert load(base).diagnostics == ()


def test_roles_are_the_keys_of_accounts(base):
    shutil.move(base / "mappings/accounts.yaml", base / "accounts.yaml")
    before = loaded_with(base, "accounts.yaml")
    written(
        base,
        "accounts.csv",
        "id,books\nlabor_expense,Expenses:Wages\nlabor_clearing,Liabilities:Clearing\n"
        "overhead_premium,Expenses:Premium\nreceivable,Assets:Receivable\n"
        "billable_income,Income:Services\n",
    )
    config = loaded(base)
    assert config.accounts == before.accounts
    assert config.positions["accounts/receivable"].line == 5


def loaded_with(root, name):
    shutil.copy(root / name, root / "mappings" / name)
    config = loaded(root)
    (root / "mappings" / name).unlink()
    (root / name).unlink()
    return config


def test_names_of_sources_may_have_dots():
    text = b"id,name,time.eu.email,time.email\nE-1,Ana,a@b.c,d@b.c\n"
    root = separated.read(text, "workers", ("time", "time.eu"), print)
    assert root["workers"][0]["time.eu"] == {"email": "a@b.c"}
    assert root["workers"][0]["time"] == {"email": "d@b.c"}


def test_an_alternative_without_cells_is_none():
    text = b"id,name,t[1].project,t[2].project,t[10].project\np,P,,B,C\n"
    row = separated.read(text, "projects", ("t",), print)["projects"][0]
    assert type(row["t"]) is Seq
    assert row["t"] == [{"project": "B"}, {"project": "C"}]
    assert type(row["t"][0]) is Map


def test_a_list_of_words_has_numbered_columns():
    text = b"id,name,requires[1]\np,P,notes\n"
    row = separated.read(text, "projects", (), print)["projects"][0]
    assert row["requires"] == ["notes"]


def test_the_changelog_reads_it():
    before = {"mappings/customers.csv": b"id,name,terms\nacme,Acme,net-30\n"}
    after = {"mappings/customers.csv": b"id,terms,name\nacme,net-15,Acme\n"}
    assert words(before, after) == ("Acme: terms net-30 \u2192 net-15",)
    moved = {"mappings/customers.yaml": b"customers: [{id: acme, name: Acme, terms: net-30}]\n"}
    assert words(moved, before) == ()


def test_a_row_that_fits_survives_one_that_does_not(base):
    written(base, "workers/c.csv", "id,name,overtime\nE-8,Hal,exempt\nE-9,Ida,eligible,x\n")
    codes = [(d.code, d.position.line) for d in load(base).diagnostics]
    assert codes == [("TO151", 2), ("TO195", 3)]


def test_columns_in_any_order_are_one_configuration(base):
    written(base, "workers/c.csv", "id,name,kind,tracker.email\nC-1,Cai,contractor,c@base.example\n")
    one = loaded(base)
    written(base, "workers/c.csv", "tracker.email;kind;id;name\nc@base.example;contractor;C-1;Cai\n")
    other = loaded(base)
    assert other.digest == one.digest
    assert [replace(w, row="") for w in other.workers] == [replace(w, row="") for w in one.workers]
