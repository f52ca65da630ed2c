"""The schemas themselves: valid, described, and understood by us as by any other validator."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from referencing import Registry, Resource

from tieout.config import resources
from tieout.config.findings import Findings
from tieout.config.reader import read
from tieout.config.scalars import FORMATS
from tieout.config.shape import Names, Report, compiled

ROOT = Path(__file__).resolve().parents[3]
INVALID = ROOT / "tests/conformance/invalid"
OURS = ("x-sources", "x-targets", "x-later", "x-pay", "x-said")
KINDS = sorted(
    name.removesuffix(".schema.json")
    for name in resources.names("schemas")
    if name.endswith(".schema.json")
)
LANGUAGE = (
    "tieout workers customers projects services accounts earnings approval unmapped rounding "
    "overtime after_final guards tax checks decisions law"
).split()


def schema(kind):
    return json.loads(resources.schema(kind).read_text(encoding="utf-8"))


REGISTRY = Registry().with_resources(
    [(f"{kind}.schema.json", Resource.from_contents(schema(kind))) for kind in KINDS]
)


def test_there_is_one_for_each_kind_of_file():
    assert set(LANGUAGE) <= set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_a_valid_schema(kind):
    document = schema(kind)
    assert document["$id"] == f"{kind}.schema.json"
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(document)


def nodes(value):
    if isinstance(value, dict):
        yield value
        for child in value.values():
            yield from nodes(child)
    elif isinstance(value, list):
        for child in value:
            yield from nodes(child)


@pytest.mark.parametrize("kind", [*LANGUAGE, "rules", "values"])
def test_every_property_is_described_and_every_mapping_closed(kind):
    for node in nodes(schema(kind)):
        for name, child in node.get("properties", {}).items():
            file, _, definition = child.get("$ref", "#").partition("#/$defs/")
            meant = schema(file.removesuffix(".schema.json") or kind) if file != "#" else {}
            meant = meant["$defs"][definition] if definition else meant
            assert "description" in child or "description" in meant, f"{kind}: {name}"
        if "properties" in node:
            assert "additionalProperties" in node or "x-later" in node


def typed(value):
    """A document as an editor reads it (YAML 1.2, dates as text)."""
    if isinstance(value, dict):
        return {str(k): typed(v) for k, v in value.items()}
    if isinstance(value, list):
        return [typed(v) for v in value]
    if value in ("true", "false"):
        return value == "true"
    if re.fullmatch(r"-?\d+", value):
        return int(value)
    return float(value) if re.fullmatch(r"-?\d+\.\d+", value) else value


def checker():
    """jsonschema with our formats; of a typed value it sees the text again."""
    formats = jsonschema.FormatChecker(formats=())
    for name, parse in FORMATS.items():

        def check(value, parse=parse):
            parse({True: "true", False: "false"}[value] if isinstance(value, bool) else str(value))
            return True

        formats.checks(name, raises=ValueError)(check)
    return formats


def accepts(kind, data):
    document = typed(yaml.load(data, Loader=yaml.BaseLoader))
    validator = jsonschema.Draft202012Validator(
        schema(kind), registry=REGISTRY, format_checker=checker()
    )
    return validator.is_valid(document)


def ours(kind, data):
    findings = Findings()
    findings.add_text("file", data)
    node = read(data, findings.complain("file"))
    compiled(kind)(node, Report("file", findings))
    return not [d for d in findings.all() if d.code != "TO113"]


def examples():
    """Every file of the sample, of the base, and of each case that YAML alone can read."""
    kinds = {"tieout.yaml": "tieout", **{f"mappings/{k}.yaml": k for k in LANGUAGE[1:7]}}
    for base in (ROOT, INVALID / "_base"):
        for path in [*base.glob("tieout.yaml"), *base.glob("mappings/*.yaml")]:
            kind = kinds[path.relative_to(base).as_posix()]
            yield f"{base.name}/{path.name}", kind, path.read_text()
        for path in base.glob("rules/*.yaml"):
            yield f"{base.name}/{path.name}", "rules", path.read_text()
    for path in ROOT.glob("rules/law/*.yaml"):
        yield f"law/{path.name}", "law", path.read_text()
    for path in sorted(INVALID.glob("*/case.yaml")):
        case = yaml.safe_load(path.read_text())
        for file, changes in case.get("replace", {}).items():
            text = (INVALID / "_base" / file).read_text()
            for old, new in changes.items():
                text = text.replace(old, new)
            yield f"{path.parent.name}/{file}", kinds.get(file, "rules"), text


EXAMPLES = {name: (kind, text) for name, kind, text in examples()}
@pytest.mark.parametrize("name", EXAMPLES)
def test_we_say_the_same_as_jsonschema(name):
    kind, text = EXAMPLES[name]
    told = []
    read(text.encode(), lambda code, *_: told.append(code))
    if told:
        pytest.skip("not a matter of schemas")
    assert ours(kind, text.encode()) == accepts(kind, text)


def test_names_of_sources_and_targets_become_keys():
    data = b"customers:\n  - {id: a, name: A, books: {customer: A}, boks: {customer: A}}\n"
    findings = Findings()
    findings.add_text("mappings/customers.yaml", data)
    node = read(data, print)
    fine = compiled("customers", Names(("tracker",), ("books",)))(node, Report("f", findings))
    assert not fine
    assert [(d.code, d.message, d.hint) for d in findings.all()] == [
        ("TO104", "unknown key 'boks'", "did you mean 'books'?")
    ]
