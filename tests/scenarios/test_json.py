"""Every verb that prints JSON keeps to a schema of its own, with something in each list."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource
from studio import Studio
from typer.main import get_command

from tieout.cli.app import VERBS, app
from tieout.config import resources

SCHEMAS = {
    "apply": "apply", "audit": "audit", "doctor": "doctor", "exceptions": "exceptions",
    "explain": "lineage", "impact": "impact", "log": "log", "overtime": "overtime-report",
    "plan": "plan", "pull": "pull", "reconcile": "reconciliation", "show": "plan",
    "test": "test-results", "vendors": "form-1099", "validate": "diagnostics",
}  # fmt: skip
REFERRED = ("diagnostic", "document", "plan-body")


@cache
def checker(name: str) -> jsonschema.Draft202012Validator:
    def read(name: str) -> Any:
        return json.loads(resources.schema(name).read_text(encoding="utf-8"))

    known = [(f"{n}.schema.json", Resource.from_contents(read(n))) for n in REFERRED]
    return jsonschema.Draft202012Validator(
        read(name), registry=Registry().with_resources(known),
        format_checker=jsonschema.FormatChecker(),
    )  # fmt: skip


def told(text: str, schema: str) -> dict[str, Any]:
    """The JSON of a verb, once it is found to be as its schema says."""
    found = json.loads(text)
    checker(schema).validate(found)
    assert found["format_version"] == 1
    return dict(found)


def filled(value: dict[str, Any], *names: str) -> None:
    """An empty list would meet any schema."""
    assert all(value[name] for name in names), [name for name in names if not value[name]]


def test_each_verb_that_prints_json_has_a_schema() -> None:
    group: Any = get_command(app)
    verbs = {verb.name: group.get_command(None, verb.name) for verb in VERBS}
    offers = {
        name
        for name, command in verbs.items()
        for param in command.params
        if "--format" in param.opts and "json" in getattr(param.type, "choices", ())
    }
    assert offers == set(SCHEMAS)


def test_a_company_at_work(booked: Studio) -> None:
    filled(told(booked.tieout("log", "--format", "json"), "log"), "applies")
    booked.edit("mappings/projects.yaml", "100.00", "110.00")
    booked.edit("mappings/projects.yaml", "project: App", "project: Apps")
    pulled = told(booked.tieout("pull", "--format", "json"), "pull")
    filled(pulled, "sources", "books")
    file = str(booked.root / "plan.tieout")
    planned = told(booked.tieout("plan", "-o", file, "--format", "json"), "plan")
    filled(planned, "changes", "exceptions", "guards", "conservation")
    assert told(booked.tieout("show", file, "--format", "json"), "plan") == planned
    filled(told(booked.tieout("exceptions", file, "--format", "json"), "exceptions"), "exceptions")
    ran = booked.run("--root", str(booked.root), "apply", file, "--format", "json")
    if ran.code == 3:  # a guard: what the plan voids has been looked at
        guard = next(g["name"] for g in planned["guards"] if not g["ok"])
        booked.tieout("approve", file, "--override", guard, "--reason", "it is App no more")
        ran = booked.run("--root", str(booked.root), "apply", file, "--format", "json")
    filled(told(ran.out, "apply"), "results", "counts")
    ran = booked.run("--root", str(booked.root), "reconcile", "--format", "json")
    proof = told(ran.out, "reconciliation")
    filled(proof, "legs", "hours", "parts", "balances", "documents")


def test_what_is_refused_in_part(booked: Studio) -> None:
    booked.edit("mappings/projects.yaml", "100.00", "110.00")
    booked.plan()  # which pulls: what is edited from here on, apply finds
    book = booked.book("invoice", "2026-09")
    text = book.read_text(encoding="utf-8")
    book.write_text(text.replace('2026-09-30 ! "Acme"', '2026-09-29 ! "Acme"'), encoding="utf-8")
    file = str(booked.root / "plan.tieout")
    report = told(booked.tieout("apply", file, "--format", "json", expect=5), "apply")
    assert [result["why"]["code"] for result in report["results"] if result["why"]]


@pytest.mark.parametrize(
    ("key", "pay"),
    [("sheet:5", "--show-pay"), ("invoice/acme/USD/2026-09", ""), ("journal/USD/2026-09-13", "")],
)
def test_lineage(booked: Studio, key: str, pay: str) -> None:
    booked.edit("mappings/projects.yaml", "100.00", "110.00")
    args = [key, "--format", "json", *filter(None, [pay])]
    filled(told(booked.tieout("explain", *args), "lineage"), "lines", "origins")


def test_codes(studio: Studio) -> None:
    page = told(studio.tieout("explain", "to201", "--format", "json"), "code")
    assert (page["code"], page["title"]) == ("TO201", "Project not mapped")
    everything = told(studio.tieout("explain", "--format", "json"), "code")
    assert {"code": "TO201", "title": "Project not mapped"} in everything["codes"]


def test_what_is_wrong(studio: Studio) -> None:
    told(studio.tieout("test", "--format", "json"), "test-results")
    assert told(studio.tieout("validate", "--format", "json"), "diagnostics")["diagnostics"] == []
    studio.edit("mappings/projects.yaml", "customer: acme", "customer: acmee")
    ran = studio.tieout("validate", "--format", "json", expect=1)
    filled(told(ran, "diagnostics"), "diagnostics")
