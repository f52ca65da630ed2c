"""Hours that payroll has no code for, and hours that cross from one legal entity to another."""

from __future__ import annotations

from studio import Studio, acts, codes, conserved

LEAVE = "services:\n  - {id: leave, name: Leave, sheet: {task: Leave}, kind: leave, item: Leave,\n"
LEAVE += "     expense: {employee: labor_expense, contractor: contractor_expense}}\n"
PAID = "1,ana@studio.example,Acme,Website,{},2026-09-07,{},yes"


def coded(studio: Studio, *rows: str, policy: str = "hold") -> None:
    (studio.root / "mappings/earnings.yaml").write_text(
        "\n".join(["earnings:", *(f"  {row}" for row in rows), ""]), encoding="utf-8"
    )
    studio.edit("rules/rules.yaml", "unmapped: {", f"unmapped: {{earning: {{pay: {policy}}}, ")
    studio.edit("mappings/services.yaml", "services:\n", LEAVE)


def test_an_hour_kind_has_its_own_code_and_a_premium_its_class(studio: Studio) -> None:
    coded(studio, "regular: {books: REG}", "leave: {books: PTO}")
    studio.entries(PAID.format("Leave", 8), PAID.format("Design", 8).replace("1,", "2,", 1))
    plan = studio.settle()
    [sheet] = [c["after"] for c in plan["changes"] if c["kind"] == "timesheet"]
    assert {(li["hour_kind"], li["earning"]) for li in sheet["lines"]} == {("leave", "PTO"), ("work", "REG")}
    assert 'earning=PTO' in studio.book("timesheet", "2026-09").read_text(encoding="utf-8")


def test_leave_of_no_project_costs_what_its_service_says(studio: Studio) -> None:
    """And what names a project that nobody has mapped still waits for it, or goes to suspense."""
    coded(studio, "regular: {books: REG}", "leave: {books: PTO}")
    of_none = "1,ana@studio.example,,,Leave,2026-09-07,8,yes"
    studio.entries(of_none, PAID.format("Leave", 8).replace("1,", "2,", 1).replace("Website", "Party"))
    plan = studio.plan()
    [journal] = [c["after"] for c in plan["changes"] if c["kind"] == "journal"]
    assert {line["key"]: line["amount"] for line in journal["lines"]} == {
        "labor_expense/-": 32_000, "suspense/-": 32_000, "=labor_clearing": -64_000,
    }  # fmt: skip
    assert {code for code, _ in codes(plan)} == set(), "leave is billed to nobody"


def test_a_timesheet_without_a_code_waits_or_blocks(studio: Studio) -> None:
    coded(studio, "regular: {books: REG}")
    key = "studio/timesheet/E-1/2026-09-06"
    plan = studio.plan()
    assert (key, "TO243") in {(e["entry"], e["code"]) for e in plan["exceptions"]}
    assert plan["conservation"]["pay"]["held_by"]["TO243"] == 42.75 * 3600
    assert ("create", "studio/timesheet/E-2/2026-09-06") in acts(plan), "who has codes is paid"
    conserved(plan)
    studio.edit("rules/rules.yaml", "{pay: hold}", "{pay: block}")
    studio.plan()
    studio.apply(expect=3)


def test_cost_and_billing_wait_where_entities_differ(studio: Studio) -> None:
    studio.edit("mappings/workers.yaml", "name: Bo,", "name: Bo, entity: east,")
    studio.edit("mappings/projects.yaml", "name: App", "name: App\n    entity: west")
    plan = studio.settle()
    assert codes(plan, "billing") >= {("TO245", "sheet:6")}
    assert ("TO245", "sheet:6") in codes(plan, "cost")
    assert not codes(plan, "pay")
    studio.edit("mappings/projects.yaml", "entity: west", "entity: east")
    assert not {code for code, _ in codes(studio.plan())} & {"TO245"}
