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
    assert {o["row"] for o in change["origin"]} == {"projects/web billing.rate@2026-09-10"}
    assert change["origin"][0]["file"] == "mappings/projects.yaml"
    before = sum(line["amount"] for line in change["before"]["lines"])
    after = sum(line["amount"] for line in change["after"]["lines"])
    assert after - before == 10_00 * (9.5 + 8.25 + 6 + 5)
    booked.settle()


def test_of_two_dated_rates_the_one_that_changed_is_named(booked: Studio) -> None:
    rate = "{2026-01-01: 100.00, 2026-09-10: 105.00}"
    booked.edit("mappings/projects.yaml", "rate: 100.00", f"rate: {rate}")
    booked.settle()
    booked.edit("mappings/projects.yaml", "2026-01-01: 100.00", "2026-01-01: 99.00")
    [change] = booked.plan()["changes"]
    assert {o["row"] for o in change["origin"]} == {"projects/web billing.rate@2026-01-01"}


def test_another_account_is_the_origin_of_its_lines_alone(booked: Studio) -> None:
    booked.edit("mappings/services.yaml", "revenue: billable_income", "revenue: overhead_premium")
    plan = booked.plan()
    assert acts(plan) == {("update", ACME), ("update", BOLT)}
    rows = {o["row"] for c in plan["changes"] for o in c["origin"]}
    assert rows == {"services/general", "accounts/overhead_premium"}
    booked.settle()


def test_an_invoice_that_gains_one_entry_and_loses_another_says_both(booked: Studio) -> None:
    kept = [row for row in SEPTEMBER if not row.startswith("1,")]
    booked.entries(*kept, "11,ana@studio.example,Acme,Website,Design,2026-09-07,2,yes")
    change = next(c for c in booked.plan()["changes"] if c["document"] == ACME)
    assert change["reason"] == "entries_changed"
    assert {o["row"] for o in change["origin"]} == {"sheet:1", "sheet:11"}
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
    assert {o["row"] for c in moved for o in c["origin"]} >= {"projects/skunk"}
    assert [c["reason"] for c in moved if c["action"] == "void"] == ["remapped"]
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
        {"name": "voids.invoice", "value": "1", "limit": "0", "ok": False, "overrides": []}]
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


def test_projects_that_swap_customers_never_bill_an_hour_twice(booked: Studio) -> None:
    booked.edit("mappings/projects.yaml", "customer: acme", "customer: zorg")
    booked.edit("mappings/projects.yaml", "customer: bolt", "customer: acme")
    booked.edit("mappings/projects.yaml", "customer: zorg", "customer: bolt")
    plan = booked.plan()
    conserved(plan)
    assert len({c["change_set"] for c in plan["changes"]}) == 1
    steps = [(c["phase"], c["action"], c["document"]) for c in plan["changes"]]
    assert steps == [(0, "void", ACME), (1, "update", BOLT), (2, "create", ACME)]
    assert [c["sequence"] for c in plan["changes"] if c["document"] == ACME] == [2, 3]
    booked.tieout("approve", str(booked.root / "plan.tieout"), "--override", "voids.invoice",
                  "--reason", "they swapped")
    booked.apply()
    assert booked.plan()["changes"] == []
    assert "nothing to do" in booked.apply()


def test_nothing_before_go_live_is_touched(studio: Studio) -> None:
    studio.edit("tieout.yaml", "billing: 2026-09-01", "billing: 2026-09-10")
    plan = studio.plan()
    conserved(plan)
    assert plan["conservation"]["billing"]["excluded_by"] == {"TO250": 25 * 3600}
    invoice = next(c for c in plan["changes"] if c["document"] == BOLT)
    assert sum(line["seconds"] for line in invoice["after"]["lines"]) == 11 * 3600
    studio.settle()


def test_open_wait_holds_a_kind_until_its_period_has_ended(studio: Studio) -> None:
    studio.edit("tieout.yaml", "period: month, lines:", "period: month, open: wait, lines:")
    plan = studio.plan("--as-of-date", "2026-09-30")
    conserved(plan)
    assert {("TO242", ACME), ("TO242", BOLT)} <= codes(plan)
    assert "invoice" not in {c["kind"] for c in plan["changes"]}
    plan = studio.plan("--as-of-date", "2026-10-01")
    assert {("create", ACME), ("create", BOLT)} <= acts(plan)


def test_an_environment_plans_for_its_own_books_and_workers(booked: Studio) -> None:
    path = booked.root / "tieout.yaml"
    path.write_text(path.read_text() + "environments:\n  sandbox: {targets: {books: {path: sandbox/}}, "
                    "only: {workers: [E-1], since: 2026-09-09}}\n")
    booked.tieout("pull", "--env", "sandbox")
    file = str(booked.root / "sandbox.tieout")
    booked.tieout("plan", "--env", "sandbox", "-o", file)
    before = booked.books()
    booked.tieout("apply", file)
    assert booked.books() == before
    assert (booked.root / "sandbox" / "tieout" / "invoice").is_dir()
    assert booked.plan()["changes"] == []


def test_an_edit_withdraws_the_approval_until_it_is_given_again(studio: Studio) -> None:
    studio.edit("rules/rules.yaml", "required: []", "required: [pay, billing]")
    studio.settle()
    edited = [row.replace("-15,6,yes", "-15,6.5,yes") for row in SEPTEMBER]
    studio.entries(*edited)
    plan = studio.plan()
    conserved(plan)
    assert {("TO210", "sheet:7")} <= codes(plan, "pay") & codes(plan, "billing")
    assert next(e for e in plan["exceptions"] if e["code"] == "TO210")["message"].partition(
        " was edited after its approval")[1]
    studio.settle()
    studio.entries(*SEPTEMBER)  # the approved content brought back has its approval back
    assert codes(studio.plan()) == {("TO201", "sheet:10")}
    studio.entries(*edited)
    assert ("TO210", "sheet:7") in codes(studio.plan())
    studio.entries(*(row.replace("-15,6.5,yes", "-15,6.5,no") for row in edited))
    studio.plan()
    studio.entries(*edited)  # taken back and given anew
    assert codes(studio.plan()) == {("TO201", "sheet:10")}
    studio.settle()


def test_pay_and_flag_pays_what_nobody_approved_and_says_so(studio: Studio) -> None:
    studio.edit("rules/rules.yaml", "required: []", "required: [pay], pay_unapproved: pay_and_flag")
    studio.entries(*(row.replace("-15,6,yes", "-15,6,no") for row in SEPTEMBER))
    plan = studio.plan()
    conserved(plan)
    flagged = [e for e in plan["exceptions"] if e["code"] == "TO219"]
    assert [(e["entry"], e["severity"], e["purpose"]) for e in flagged] == [("sheet:7", "warn", "pay")]
    assert plan["conservation"]["pay"]["held"] == 0
    studio.settle()


def test_planning_as_of_an_earlier_day_takes_nothing_back(booked: Studio) -> None:
    plan = booked.plan("--as-of-date", "2026-09-12")
    conserved(plan)
    assert plan["changes"] == []
    assert ("TO235", BOLT) in codes(plan, "billing")
