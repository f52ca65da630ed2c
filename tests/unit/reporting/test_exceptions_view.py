"""The list of what is held."""

import csv
import io
import json

import pytest
import reporting_examples as made

from tieout.planning.exceptions import document_exceptions
from tieout.reporting import exceptions, plan_text
from tieout.reporting.figures import width


def test_the_page(golden):
    golden("exceptions.txt", exceptions.text(exceptions.select(made.full_plan())))
    assert exceptions.text(()).startswith("Nothing is held.")


def test_a_list_for_each_owner():
    found = exceptions.select(made.full_plan())
    page = exceptions.text(found, by_owner=True)
    heads = [line for line in page.splitlines() if line.startswith("→ ")]
    owners = [head.split()[1] for head in heads]
    named = [owner for owner in owners if owner != "nobody"]
    assert named == sorted({e.owner for e in found if e.owner})
    assert owners[len(named):] == (["nobody"] if any(not e.owner for e in found) else [])
    for line in exceptions.text(found).splitlines():  # the same rows, under their owners
        row = line.partition("  → ")[0].rstrip()
        assert row.startswith(("TO", "Next")) or row.strip()[:35] in page
    assert page.endswith(f"Next: tieout explain {found[0].code}\n")


@pytest.mark.parametrize("columns", [80, 100])
@pytest.mark.parametrize("code", ["TO231", "TO232", "TO233"])
def test_the_command_that_a_line_names_is_never_cut(columns, code):
    key = "studio/invoice/northwind-trading/USD/2026-09"
    found = tuple(document_exceptions(key, "invoice", code, "paid", 3_600, "kim@northwind.example"))
    command = " ".join(found[0].message.partition(": tieout ")[2].split())
    assert command.startswith(f"{'correct' if code == 'TO231' else 'drift'} {key} --")
    assert command.endswith('--reason "…"')
    pages = (
        exceptions.text(found, columns=columns), exceptions.text(found, columns=columns, by_owner=True),
        plan_text.text(made.plan(exceptions=found), columns=columns),
    )  # fmt: skip
    for page in pages:
        assert f"tieout {command}" in " ".join(page.split())
        assert f"\n{' ' * 6}tieout " in page or f"\n{' ' * 15}tieout " in page  # begins a line
        assert max(map(width, page.splitlines())) <= columns


def test_filters():
    plan = made.full_plan()
    assert {e.code for e in exceptions.select(plan, code="to201")} == {"TO201"}
    assert {e.purpose for e in exceptions.select(plan, purpose="cost")} == {"cost"}
    lee = exceptions.select(plan, owner="lee@northwind.example", purpose="pay")
    assert [e.seconds for e in lee] == sorted((e.seconds for e in lee), reverse=True)
    assert len(lee) == 7
    assert exceptions.select(plan, code="TO299") == ()


@pytest.mark.parametrize("lead", ["=", "+", "-", "@", "\t", "\r"])
def test_a_spreadsheet_runs_no_formula(lead):
    evil = f"{lead}cmd|' /C calc'!A0"
    text = exceptions.as_csv(made.held("TO201", evil, -60, "pay", owner=evil, message=evil))
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["entry"] == row["owner"] == row["message"] == f"'{evil}"
    assert row["seconds"] == "-60"


def test_json():
    shown = json.loads(exceptions.as_json(exceptions.select(made.full_plan(), code="TO201")))
    assert [e["purpose"] for e in shown["exceptions"]] == ["billing", "cost"]
    assert shown["format_version"] == 1
