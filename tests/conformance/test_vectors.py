"""Worked examples of labour law, each by `tieout test`'s own path."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import vectors as law
import yaml

from tieout.config.load import load
from tieout.governance.ruletests.read import read_tests
from tieout.governance.ruletests.run import run_tests

HERE = Path(__file__).resolve().parent
FILE = Path(os.environ.get("TIEOUT_VECTORS") or HERE.parents[2] / "shared/vectors") / "labour.yaml"
VECTORS = {v["id"]: v for v in law.read(FILE)} if FILE.is_file() else {}
TOLD = {id_: made for id_, v in VECTORS.items() if isinstance(made := law.told(v), dict)}

#: Those that examples bill in.
CURRENCIES = ("USD", "JPY", "EUR", "GBP")

pytestmark = pytest.mark.skipif(not VECTORS, reason="no vectors here; TIEOUT_VECTORS names them")


@pytest.fixture(scope="session")
def company(tmp_path_factory):
    """The base company, with a customer and projects of each currency that examples bill in."""
    root = Path(shutil.copytree(HERE / "invalid/_base", tmp_path_factory.mktemp("law") / "co"))
    customers = [
        {"id": c, "name": c, "currency": c, "books": {"customer": c}} for c in CURRENCIES
    ]
    projects = [
        {"id": f"{c}-{n}", "name": f"{c} {n}", "customer": c, "billing": {"method": "hourly"}}
        for c in CURRENCIES for n in range(6)
    ]  # fmt: skip
    (root / "mappings/customers").mkdir()
    (root / "mappings/customers/more.yaml").write_text(yaml.safe_dump({"customers": customers}))
    (root / "mappings/projects").mkdir()
    (root / "mappings/projects/more.yaml").write_text(yaml.safe_dump({"projects": projects}))
    loaded = load(root)
    assert loaded.config, loaded.diagnostics
    return loaded.config


@pytest.mark.parametrize("id_", TOLD)
def test_a_worked_example_comes_out_as_its_source_says(id_, company):
    made = dict(TOLD[id_])
    folder = company.root / "rules/tests"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (company.root / "rules/law").mkdir(exist_ok=True)
    (company.root / "rules/law/own.yaml").write_text(made.pop("law", "tiers: []"))
    (folder / "it.yaml").write_text(yaml.safe_dump({"tests": [made]}))
    assert not read_tests(company.root).diagnostics
    results = run_tests(company)
    failures = [diagnostic.message for diagnostic in results.failures()]
    if id_ in law.FAILING:
        assert failures, "it holds now: take it out of FAILING"
        pytest.xfail(law.FAILING[id_])
    assert len(results.outcomes) == 1
    assert not failures


def test_every_kind_is_told_or_has_its_reason():
    kinds = {v["kind"] for v in VECTORS.values()}
    assert kinds <= law.TOLD.keys() | law.MISSING.keys()
    assert not law.TOLD.keys() & law.MISSING.keys(), "a kind that is told has no reason to be missing"
    assert law.FAILING.keys() <= TOLD.keys()


def test_the_page_tells_how_many_hold():
    assert law.PAGE.read_text(encoding="utf-8") == law.page(list(VECTORS.values()))
