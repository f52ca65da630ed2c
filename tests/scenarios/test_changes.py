"""What one edit by a person comes to: entries, mappings, rates, approvals. Each ends in an empty plan."""

from __future__ import annotations

from studio import SEPTEMBER, Studio, acts, codes, conserved

ACME, BOLT = "studio/invoice/acme/USD/2026-09", "studio/invoice/bolt/USD/2026-09"


def test_first_plan_creates_every_document_and_holds_what_has_no_project(studio: Studio) -> None:
    plan = studio.plan()
    conserved(plan)
    assert plan["summary"]["create"] == len(plan["changes"]) > 0
    assert ("TO201", "sheet:10") in codes(plan, "billing")
    assert ("TO201", "sheet:10") not in codes(plan, "pay")
    journal = next(c for c in plan["changes"] if c["document"] == "studio/journal/USD/2026-09-20")
    assert {line["account"]: line["amount"] for line in journal["after"]["lines"]} == {
        "suspense": 12000, "labor_clearing": -12000}


def test_an_edited_entry_updates_what_it_is_in(booked: Studio) -> None:
    rows = [row.replace("2026-09-15,6,", "2026-09-15,6.5,") for row in SEPTEMBER]
    booked.entries(*rows)
    plan = booked.plan()
    assert acts(plan) == {
        ("update", "studio/time_activity/E-2/web/general/work/billable/2026-09-15"),
        ("update", "studio/timesheet/E-2/2026-09-06"), ("update", ACME),
        ("update", "studio/journal/USD/2026-09-13"),
    }
    assert {c["reason"] for c in plan["changes"]} == {"entries_edited"}
    assert {o["row"] for c in plan["changes"] for o in c["origin"]} == {"sheet:7"}
    booked.settle()


def test_a_deleted_entry_empties_its_documents(booked: Studio) -> None:
    booked.entries(*(row for row in SEPTEMBER if not row.startswith("9,")))
    plan = booked.plan()
    assert acts(plan) == {
        ("void", "studio/time_activity/C-1/app/general/work/billable/2026-09-22"),
        ("update", "studio/bill/C-1/USD/2026-09"), ("update", BOLT),
    }
    booked.settle()


def test_merge_never_deletes(studio: Studio) -> None:
    studio.edit("tieout.yaml", "files: replace", "files: merge")
    studio.settle()
    studio.entries(SEPTEMBER[0].replace(",8,yes", ",7,yes"),
                   "11,bo@studio.example,Acme,Website,Build,2026-09-24,2,yes")
    plan = studio.plan()
    conserved(plan)
    assert plan["conservation"]["record"]["source"] == 3600 * (68 + 3 // 4) + 2700 - 3600 + 7200
    assert all(action != "void" for action, _ in acts(plan))
    assert ("update", "studio/time_activity/E-1/web/general/work/billable/2026-09-07") in acts(plan)
    assert ("create", "studio/time_activity/E-2/web/general/work/billable/2026-09-24") in acts(plan)
    studio.settle()


def test_a_rate_from_a_date_prices_from_that_date(booked: Studio) -> None:
    booked.edit("mappings/projects.yaml", "rate: 100.00", "rate: {2026-01-01: 100.00, 2026-09-10: 110.00}")
    plan = booked.plan()
    assert acts(plan) == {("update", ACME)}
    change = plan["changes"][0]
    assert change["reason"] == "rate_changed"
    assert "projects/web billing.rate@2026-09-10" in {o["row"] for o in change["origin"]}
    assert change["origin"][0]["file"] == "mappings/projects.yaml"
    before = sum(line["amount"] for line in change["before"]["lines"])
    after = sum(line["amount"] for line in change["after"]["lines"])
    assert after - before == 10_00 * (9.5 + 8.25 + 6 + 5)
    booked.settle()


def test_a_late_mapping_empties_suspense_by_itself(booked: Studio) -> None:
    booked.edit("mappings/projects.yaml", "projects:\n", "projects:\n  - {id: skunk, name: Skunkworks, "
                "customer: bolt, sheet: {project: Skunkworks}, billing: {method: hourly, rate: 90.00}}\n")
    plan = booked.plan()
    conserved(plan)
    assert acts(plan) == {
        ("void", "studio/time_activity/E-2/-/general/work/billable/2026-09-23"),
        ("create", "studio/time_activity/E-2/skunk/general/work/billable/2026-09-23"),
        ("update", "studio/timesheet/E-2/2026-09-20"), ("update", "studio/journal/USD/2026-09-20"),
        ("update", BOLT),
    }
    journal = next(c for c in plan["changes"] if c["kind"] == "journal")
    assert {line["key"]: line["amount"] for line in journal["after"]["lines"]} == {
        "labor_expense/skunk": 12000, "=labor_clearing": -12000}
    moved = [c for c in plan["changes"] if c["kind"] == "time_activity"]
    assert len({c["change_set"] for c in moved}) == 1
    assert [c["action"] for c in sorted(moved, key=lambda c: c["phase"])] == ["void", "create"]
    booked.settle()


def test_a_project_that_changes_customer_moves_its_hours_as_one_change_set(booked: Studio) -> None:
    booked.edit("mappings/projects.yaml", "customer: bolt", "customer: acme")
    plan = booked.plan()
    conserved(plan)
    assert acts(plan) == {("update", ACME), ("void", BOLT)}
    assert len({c["change_set"] for c in plan["changes"]}) == 1
    phases = {c["document"]: c["phase"] for c in plan["changes"]}
    assert phases[BOLT] < phases[ACME]
    assert [g for g in plan["guards"] if not g["ok"]] == [
        {"name": "voids.invoice", "value": "1", "limit": "0", "ok": False}]
    booked.apply(expect=3)
    booked.tieout("approve", str(booked.root / "plan.tieout"), "--override", "voids.invoice",
                  "--reason", "Bolt was taken over by Acme")
    booked.apply()
    assert booked.plan()["changes"] == []


def test_withdrawn_approval_takes_the_hours_out_again(booked: Studio) -> None:
    booked.edit("rules/rules.yaml", "required: []", "required: [pay, billing]")
    assert booked.plan()["changes"] == []
    booked.entries(*(row.replace("-15,6,yes", "-15,6,no") for row in SEPTEMBER))
    plan = booked.plan()
    conserved(plan)
    assert acts(plan) == {("update", "studio/timesheet/E-2/2026-09-06"), ("update", ACME)} or \
        acts(plan) == {("void", "studio/timesheet/E-2/2026-09-06"), ("update", ACME)}
    assert {("TO210", "sheet:7")} <= codes(plan, "pay") & codes(plan, "billing")
    booked.settle()


def test_revert_restores_the_books_byte_for_byte(booked: Studio) -> None:
    before = booked.books()
    booked.edit("mappings/projects.yaml", "rate: 100.00", "rate: 111.00")
    booked.settle()
    assert booked.books() != before
    booked.edit("mappings/projects.yaml", "rate: 111.00", "rate: 100.00")
    booked.settle()
    assert booked.books() == before


def test_only_selects_documents_and_counts_the_rest_as_held(booked: Studio) -> None:
    booked.edit("mappings/projects.yaml", "rate: 100.00", "rate: 101.00")
    booked.edit("mappings/projects.yaml", "rate: 120.00", "rate: 121.00")
    plan = booked.plan("--only", "studio/invoice/acme/*")
    conserved(plan)
    assert acts(plan) == {("update", ACME)}
    assert ("TO247", BOLT) in codes(plan)
    booked.apply()
    assert acts(booked.plan()) == {("update", BOLT)}
