"""`tieout explain KEY` on the small studio: every figure with the row and the rule behind it."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import studio as small

INVOICE = "studio/invoice/acme/USD/2026-09"


def explained(studio: small.Studio, key: str, *args: str) -> dict[str, Any]:
    return dict(json.loads(studio.tieout("explain", key, "--format", "json", *args)))


def at(studio: small.Studio, origin: dict[str, Any]) -> str:
    """The line of the company's file that an origin names."""
    return (
        (studio.root / origin["file"]).read_text(encoding="utf-8").splitlines()[origin["line"] - 1]
    )


def flat(page: str) -> str:
    return " ".join(page.split())


# entries


def test_an_entry_with_overtime_from_the_file_to_the_lines(booked: small.Studio) -> None:
    page = flat(booked.tieout("explain", "sheet:5", "--show-pay"))
    assert "Entry sheet:5 · 2026-09-11 · 8:15:00 captured data/sheet.csv:6 · day · approved" in page
    assert "worker E-1 by email ana@studio.example mappings/workers.yaml:3 workers/E-1" in page
    assert "project web by project Website mappings/projects.yaml:2 projects/web" in page
    assert "customer acme by the project mappings/customers.yaml:2 customers/acme" in page
    assert "service general by any service mappings/services.yaml:2 services/general" in page
    # 8 + 8 + 9 + 9.5 + 8.25 hours in one week: 2:45 past forty
    assert "5:30:00 regular 100 % 2:45:00 overtime 150 %" in page
    assert "law/us-flsa for US-NY rules/rules.yaml:3 rules/overtime default" in page
    assert "pay rate 40.00 USD an hour, from 2026-01-01 pay/rates.csv:2" in page
    assert "bill rate 100.00 USD an hour, project mappings/projects.yaml:6 projects/web" in page
    # 8:15 × 40.00, and 2:45 × 50 % × 40.00
    assert "cost labor_expense/web 330.00 USD overhead_premium/- 55.00 USD" in page
    assert (
        f"= {INVOICE} in the books web/general/E-1@100.00 billing 8:15:00 of 33:45:00 3,375.00 USD"
        in page
    )
    assert page.endswith(f"Next: tieout explain {INVOICE}")


def test_the_row_of_a_rate_is_where_the_json_says(booked: small.Studio) -> None:
    told = explained(booked, "sheet:5")
    (portion,) = told["portions"]
    assert told["format_version"] == 1
    assert told["of"] == "entry"
    assert portion["bill"]["rate"] == 1_000_000
    assert "rate: 100.00" in at(booked, told["origins"][portion["bill"]["row"]])
    assert "id: E-1" in at(booked, told["origins"][portion["mapped"][0]["row"]])
    assert [(u["purpose"], u["state"], u["counted"]) for u in portion["uses"]] == [
        (p, "booked", 29_700) for p in ("record", "pay", "cost", "billing")
    ]
    assert {line["document"].split("/")[1] for line in told["lines"]} == {
        "invoice",
        "journal",
        "time_activity",
        "timesheet",
    }


def test_who_wrote_the_row_and_when(studio: small.Studio) -> None:
    for args in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "Begin")):
        subprocess.run(["git", *args], cwd=studio.root, check=True)
    studio.settle()
    told = explained(studio, "sheet:5")
    row = told["origins"]["workers/E-1"]
    assert row["author"] == "Kim Tester"
    assert len(row["commit"]) == 40
    assert f"@ {row['commit'][:7]} (Kim Tester, {row['when'][:10]})" in studio.tieout(
        "explain", "sheet:5"
    )


def test_pay_is_hidden_unless_asked_for(booked: small.Studio) -> None:
    for key in ("sheet:5", "sheet:8", "journal/USD/2026-09-06", "bill/C-1/USD/2026-09"):
        for form in ("text", "json"):
            shown = booked.tieout("explain", key, "--format", form)
            open_ = booked.tieout("explain", key, "--format", form, "--show-pay")
            for wage in (
                "40.00",
                "60.00",
                "400000",
                "600000",
                "330.00",
                "33000",
                "300.00",
                "30000",
                "510.00",
            ):
                assert not re.search(rf"(?<![\d.,]){re.escape(wage)}(?!\d)", shown), (
                    key,
                    form,
                    wage,
                )
            assert len(open_) != len(shown)


def test_what_is_held_says_why_and_what_is_booked_all_the_same(booked: small.Studio) -> None:
    page = flat(booked.tieout("explain", "sheet:10"))
    assert "project - no row for project Skunkworks, customer Bolt" in page
    assert "pay 4:00:00 booked" in page
    assert "billing 4:00:00 held TO201 project 'Bolt / Skunkworks' is not mapped" in page
    assert "suspense/- cost 4:00:00" in page
    assert page.endswith("Next: tieout explain TO201")


def test_what_is_excluded_names_the_rule(studio: small.Studio) -> None:
    studio.edit("tieout.yaml", "billing: 2026-09-01", "billing: 2026-10-01")
    studio.plan()
    told = explained(studio, "sheet:1")
    (use,) = (u for u in told["portions"][0]["uses"] if u["purpose"] == "billing")
    assert (use["state"], use["code"]) == ("excluded", "TO250")
    assert use["sentence"] == "billing begins on 2026-10-01"
    assert use["rule"]["row"] == "streams/studio starts.billing"
    assert "billing: 2026-10-01" in at(studio, told["origins"][use["rule"]["row"]])


def test_a_purpose_that_nothing_serves_is_left_out(studio: small.Studio) -> None:
    studio.edit("tieout.yaml", "      invoice: {to: books, per: [customer], ", "      # ")
    studio.plan()
    uses = explained(studio, "sheet:1")["portions"][0]["uses"]
    assert [use["purpose"] for use in uses] == ["record", "pay", "cost"]


def test_a_project_without_billing_and_a_contractor(studio: small.Studio) -> None:
    studio.edit("mappings/projects.yaml", "method: hourly, rate: 120.00", "method: fixed")
    studio.settle()
    page = flat(studio.tieout("explain", "sheet:9", "--show-pay"))
    assert "excluded TO254 the project's billing method is fixed mappings/projects.yaml:11" in page
    assert "pay rate 60.00 USD an hour, from 2026-01-01 pay/rates.csv:4" in page
    assert "contractor_expense/app@60.00 pay, cost 3:30:00 210.00 USD" in page


def test_a_beginning_is_enough_where_it_is_one(booked: small.Studio) -> None:
    assert booked.tieout("explain", "sheet:1").startswith(
        "Entry sheet:1 "
    )  # though sheet:10 begins so too
    several = booked.run("--root", str(booked.root), "explain", "sheet:")
    assert (several.code, several.out) == (1, "")
    assert "TO295" in several.err
    assert "sheet:1, sheet:10, sheet:2" in several.err
    for unknown in ("sheet:99", "invoice/nobody/USD/2026-09", "books:1"):
        ran = booked.run("--root", str(booked.root), "explain", unknown)
        assert (ran.code, ran.out) == (1, "")
        assert "TO294" in ran.err
        assert "Traceback" not in ran.err


def test_nothing_was_pulled_yet(studio: small.Studio) -> None:
    ran = studio.run("--root", str(studio.root), "explain", "sheet:1")
    assert ran.code == 1
    assert "TO454" in ran.err


# documents


def test_an_invoice_with_its_entries_rows_and_what_we_wrote(booked: small.Studio) -> None:
    page = flat(booked.tieout("explain", "invoice/acme/USD/2026-09"))
    assert page.startswith(f"Document {INVOICE} · in the books 2026-09-01 – 2026-09-30 · in books")
    assert "account Assets:Receivable (receivable) mappings/accounts.yaml:7" in page
    assert "Website · General · Ana 33:45:00 × 100.00 3,375.00 USD" in page
    assert "rate project mappings/projects.yaml:6 projects/web billing.rate" in page
    assert "2026-09-07 8:00:00 sheet:1 data/sheet.csv:2" in page
    act = r"create · \S+ \S+Z plan [0-9a-f]{8} · record \d+ of the journal( ·)? by \S+"
    assert re.search(rf"written {INVOICE} · {act}", page)
    assert f"books {INVOICE} · 44:45:00 · 4,475.00 USD" in page


def test_every_line_of_every_document_is_its_entries(booked: small.Studio) -> None:
    from tieout.config.load import load
    from tieout.domain.document import is_counter
    from tieout.planning.told import tell
    from tieout.planning.trace_document import known, trace_document

    config = load(booked.root).config
    assert config is not None
    with tell(config) as told:
        keys = known(told)
        assert len(keys) > 15
        for key in sorted(keys):
            trace = trace_document(told, key)
            assert trace.standing.state == "in_books"
            assert [act.action for act in trace.written] == ["create"]
            assert [held.document for held in trace.books] == [trace.document]
            for line in trace.lines:
                assert sum(part.seconds for part in line.entries) == line.line.seconds
                assert line.entries or is_counter(line.line.key)
                assert all(
                    re.fullmatch(r"data/sheet\.csv:\d+", part.place) for part in line.entries
                )


def test_a_pending_change_and_then_a_hold(booked: small.Studio) -> None:
    booked.edit("mappings/projects.yaml", "rate: 100.00", "rate: 110.00")
    told = explained(booked, INVOICE)
    assert told["standing"] == {
        "state": "planned",
        "action": "update",
        "code": None,
        "message": "rate_changed",
    }
    assert [c["action"] for c in told["changes"]] == ["update"]
    assert "planned update" in flat(booked.tieout("explain", INVOICE))
    assert "~ studio/invoice/acme/USD/2026-09 update planned" in flat(
        booked.tieout("explain", "sheet:1")
    )
    booked.mark(INVOICE)
    booked.tieout("pull")
    page = booked.tieout("explain", INVOICE)
    assert (
        page.splitlines()[0]
        == f"Document {INVOICE}  ·  held: {explained(booked, INVOICE)['standing']['code']}"
    )
    assert "final: " in page


def test_a_document_that_nothing_asks_for(booked: small.Studio) -> None:
    kept = [row for row in small.SEPTEMBER if not row.startswith(("8,", "9,"))]
    booked.entries(*kept)
    booked.plan()
    page = flat(booked.tieout("explain", "bill/C-1/USD/2026-09"))
    assert "void planned" in page
    assert "No entry asks for it now; this is what stands of it." in page
    assert "It was last written from 2026-09-15 5:00:00 sheet:8" in page


@pytest.mark.parametrize("columns", [80, 100])
def test_the_pages_fit_the_terminal(
    booked: small.Studio, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    keys = ("sheet:5", "sheet:10", INVOICE, "journal/USD/2026-09-06", "bill/C-1/USD/2026-09")
    for key in keys:
        for shown in ([], ["--show-pay"]):
            lines = booked.tieout("explain", key, *shown).splitlines()
            assert [line for line in lines if len(line) > columns] == []


# without a go-live date


def test_without_starts_everything_is_in_scope(studio: small.Studio) -> None:
    studio.edit(
        "tieout.yaml",
        "    starts: {record: 2026-09-01, pay: 2026-09-01, cost: 2026-09-01, "
        "billing: 2026-09-01}\n",
        "",
    )
    studio.entries("0,ana@studio.example,Acme,Website,Design,2020-01-06,8,yes")
    plan = studio.plan()
    assert plan["conservation"]["billing"]["booked"] == 28_800
    assert plan["conservation"]["record"]["excluded"] == 0


def test_each_purpose_may_have_its_own_start(studio: small.Studio) -> None:
    studio.edit("tieout.yaml", "record: 2026-09-01, pay: 2026-09-01, cost: 2026-09-01, ", "")
    studio.entries("0,ana@studio.example,Acme,Website,Design,2026-08-31,8,yes")
    plan = studio.plan()
    assert plan["conservation"]["billing"]["excluded_by"] == {"TO250": 28_800}
    assert plan["conservation"]["record"]["excluded"] == 0


# the sample company


def test_the_sample_company(tmp_path: Path, tieout: Any) -> None:
    """One entry of the sample, found by a beginning of its key, and the invoice that it is on."""
    from shutil import copytree

    from tieout.config import resources

    root = tmp_path / "sample"
    for part in ("mappings", "rules", "contracts", "data"):
        copytree(resources.sample() / part, root / part)
    (root / "tieout.yaml").write_text(
        (resources.sample() / "tieout.yaml").read_text(encoding="utf-8")
    )
    studio = small.Studio(root, tieout)
    studio.plan()
    told = explained(studio, "invoice/acme/USD/2026-10")
    assert told["standing"]["state"] == "planned"
    entry = told["lines"][0]["entries"][0]["entry"]
    page = studio.tieout("explain", entry[:-6])
    assert page.startswith(f"Entry {entry} ")
    assert "+ studio/invoice/acme/USD/2026-10" in page
    assert "create planned" in page
