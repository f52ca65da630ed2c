"""The JSON view is a contract: schema, keys in order, nothing shortened, no pay."""

import json
from functools import cache

import jsonschema
import pytest
import reporting_examples as made
from referencing import Registry, Resource

from tieout.config import resources
from tieout.domain.diagnostic import Diagnostic, Position
from tieout.domain.document import LINE_FIELDS
from tieout.reporting import plan_json
from tieout.store.record import COLUMNS, Event

OURS = (
    "plan", "plan-body", "document", "diagnostic", "journal-record", "apply", "code", "diagnostics",
    "exceptions", "lineage", "log", "pull", "reconciliation",
)  # fmt: skip


@cache
def schema(name):
    return json.loads(resources.schema(name).read_text(encoding="utf-8"))


def valid(value, name):
    known = [(f"{n}.schema.json", Resource.from_contents(schema(n))) for n in OURS]
    jsonschema.Draft202012Validator(
        schema(name), registry=Registry().with_resources(known)
    ).validate(value)


@pytest.mark.parametrize("name", OURS)
def test_schemas_are_sound_and_describe_every_property(name):
    jsonschema.Draft202012Validator.check_schema(schema(name))

    def walk(node):
        if isinstance(node, dict):
            for prop, value in node.get("properties", {}).items():
                described = "description" in value or "const" in value or "items" in value
                assert described, f"{name}: {prop}"
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(schema(name))


@pytest.mark.parametrize("plan", [made.full_plan(), made.empty_plan()], ids=["full", "empty"])
@pytest.mark.parametrize("show_pay", [True, False])
def test_the_view_meets_its_schema(plan, show_pay):
    valid(json.loads(plan_json.text(plan, show_pay=show_pay)), "plan")
    valid(json.loads(json.dumps(plan.body.as_json())), "plan-body")


def test_every_key_of_the_contract_is_there():
    shown = plan_json.document(made.full_plan())
    assert shown["id"] == made.full_plan().id
    assert shown["config"] == {
        "digest": "c" * 64,
        "commit": shown["config"]["commit"],
        "dirty": False,
    }
    assert shown["state"] == {"serial": 7, "journal_head": "f" * 64}
    assert shown["summary"]["hold"] == 8
    assert shown["conservation"]["pay"]["source"] == 1_448_100
    origin = next(c for c in shown["changes"] if "borealis" in c["document"])["origin"]
    assert origin[0]["file"] == "mappings/projects.yaml"
    assert origin[0]["line"] == 12
    assert origin[0]["row"] == made.RATE_ROW


def test_documents_and_diagnostics_meet_theirs():
    for change in made.full_plan().body.changes:
        valid((change.after or change.before).as_json(), "document")
    found = Diagnostic(code="TO201", message="x", position=Position("a.yaml", 1, 2))
    valid(found.as_json(), "diagnostic")
    assert set(schema("document")["$defs"]) == set(map(str, LINE_FIELDS))


def test_the_journals_schema_names_its_columns_and_events():
    record = schema("journal-record")["properties"]
    assert tuple(record) == COLUMNS
    assert set(record["event"]["enum"]) == {event.value for event in Event}


def test_no_wage_can_be_read_off_it():
    hidden, shown = (plan_json.text(made.full_plan(), show_pay=pay) for pay in (False, True))
    for figure in ("800000", "611850", "160000"):
        assert figure not in hidden
        assert figure in shown
    assert json.loads(hidden)["pay"] == "hidden"
