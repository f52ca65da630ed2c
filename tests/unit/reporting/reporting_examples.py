"""Plans made by hand, small enough to check with a pencil."""

from tieout.domain.books import Claim
from tieout.domain.change import Action, Change, Conservation, Exception_, Guard, Origin
from tieout.domain.document import Document, Line
from tieout.domain.plan import Body, Envelope, Plan

RATE_ROW = "projects/borealis-app billing.rate@2026-11-01"
WORKERS = ("E-001", "E-002", "E-003", "E-004", "E-005")


def claims(*entries, date="2026-11-20"):
    return tuple(Claim(entry=e, digest="d" * 8, seconds=3600, date=date) for e in entries)


def sale(key, seconds, rate, *, text, project="acme-web", service="design", worker="E-001"):
    return Line(
        key=key, seconds=seconds, rate=rate, amount=seconds * rate // 360_000, text=text,
        account="billable_income", account_ref="Income:Services", item="Design services",
        project=project, service=service, worker=worker,
    )  # fmt: skip


def invoice(party, *lines, month="2026-11", currency="USD"):
    return Document(
        key=f"studio/invoice/{party}/{currency}/{month}", kind="invoice", date=f"{month}-30",
        from_=f"{month}-01", to=f"{month}-30", lines=lines, currency=currency, role="customer",
        party=party, party_ref=party.title(), control="receivable", control_ref="Assets:Receivable",
    )  # fmt: skip


def timesheet(worker, *parts, period="2026-11-16"):
    lines = tuple(
        Line(key=f"{date}/acme-web/work/{pay_class}", seconds=seconds, date=date,
             project="acme-web", hour_kind="work", pay_class=pay_class)
        for date, pay_class, seconds in parts
    )  # fmt: skip
    return Document(
        key=f"studio/timesheet/{worker}/{period}", kind="timesheet", date="2026-11-22",
        from_=period, to="2026-11-22", lines=lines, role="employee", party=worker,
    )  # fmt: skip


def journal(period, *amounts, currency="USD"):
    lines = [
        Line(key=f"{account}/{project}", seconds=seconds, amount=amount, account=account,
             account_ref=f"Expenses:{account}", project=project)
        for account, project, seconds, amount in amounts
    ]  # fmt: skip
    counter = Line(
        key="=labor_clearing", amount=-sum(line.amount for line in lines), account="labor_clearing",
        account_ref="Liabilities:Clearing",
    )  # fmt: skip
    return Document(
        key=f"studio/journal/{currency}/{period}", kind="journal", date="2026-11-22", from_=period,
        to="2026-11-22", lines=(*lines, counter), currency=currency,
    )  # fmt: skip


def bill(vendor, seconds, rate, month="2026-11"):
    line = Line(
        key=f"contractor_expense/acme-web@{rate}", seconds=seconds, rate=rate,
        amount=seconds * rate // 360_000, account="contractor_expense",
        account_ref="Expenses:Contractors", project="acme-web",
    )  # fmt: skip
    return Document(
        key=f"studio/bill/{vendor}/USD/{month}", kind="bill", date=f"{month}-30",
        from_=f"{month}-01", to=f"{month}-30", lines=(line,), currency="USD", role="vendor",
        party=vendor, control="accounts_payable", control_ref="Liabilities:Payable",
    )  # fmt: skip


def change(before=None, after=None, *, action=None, reason="new", origin=(), entries=(), **more):
    document = after or before
    action = action or (
        Action.CREATE if before is None else Action.VOID if after is None else Action.UPDATE
    )
    return Change(
        action=action, document=document.key, kind=document.kind, target="books",
        change_set=document.key, reason=reason, sequence=1, phase=1, before=before, after=after,
        origin=tuple(Origin(row=row) for row in origin), claims=claims(*entries), **more,
    )  # fmt: skip


def held(code, entry, seconds, *purposes, owner=None, message="held", severity="hold"):
    return tuple(
        Exception_(code=code, severity=severity, purpose=purpose, entry=entry, owner=owner,
                   message=message, seconds=seconds)
        for purpose in purposes or (None,)
    )  # fmt: skip


def plan(*changes, exceptions=(), guards=(), conservation=None, control=None, **more):
    conservation = conservation or {
        "pay": Conservation(
            purpose="pay", source=1_448_100, booked=1_444_320, rounding=180, excluded=3_960,
            excluded_by={"TO252": 3_960}),
        "billing": Conservation(
            purpose="billing", source=1_448_100, booked=1_409_400, rounding=360, held=35_100,
            excluded=3_960, held_by={"TO201": 35_100}, excluded_by={"TO253": 3_960}),
    }  # fmt: skip
    body = Body(
        company="northwind", environment="default", streams=("studio",), as_of="2026-11-22",
        snapshots={"timesheets": "a" * 64, "books": "b" * 64}, config="c" * 64,
        targets={"books": "plaintext:books"}, only=(), applied={}, changes=tuple(changes),
        exceptions=tuple(exceptions), guards=tuple(guards), conservation=conservation,
        control=control or {}, entries=1204,
    )  # fmt: skip
    envelope = Envelope(
        made_at="2026-11-23T09:00:00Z", engine="0.1.0",
        commit="a1b2c3d4e5f60718293a4b5c6d7e8f9012345678", serial=7, journal_head="f" * 64,
        origins={
            RATE_ROW: {"file": "mappings/projects.yaml", "line": 12, "author": "kim",
                       "commit": "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678", "when": "2026-11-20"},
            "toggl:481490": {"file": "data/toggl/2026-11.csv", "line": 88},
        },
    )  # fmt: skip
    return Plan(body=body, envelope=Envelope(**{**vars(envelope), **more}))


def acme_update():
    text = "Website redesign · Design · Ana Reyes"
    return change(
        invoice("acme", sale("acme-web/design/E-001@1400000", 57_600, 1_400_000, text=text)),
        invoice("acme", sale("acme-web/design/E-001@1400000", 64_800, 1_400_000, text=text)),
        reason="entries_changed", origin=("toggl:481490",), entries=("toggl:481490",),
    )  # fmt: skip


def borealis_update():
    text = "Mobile app · Design · Ben Okafor"
    old = sale("borealis-app/design/E-002@1400000", 108_000, 1_400_000, text=text,
               project="borealis-app", worker="E-002")  # fmt: skip
    new = sale("borealis-app/design/E-002@1500000", 108_000, 1_500_000, text=text,
               project="borealis-app", worker="E-002")  # fmt: skip
    return change(
        invoice("borealis", old), invoice("borealis", new), reason="configuration_changed",
        origin=(RATE_ROW,), entries=("toggl:481491",),
    )  # fmt: skip


def timesheets():
    day = "2026-11-20"
    sheets = [timesheet(w, (day, "regular", 28_800), (day, "overtime", 3_600)) for w in WORKERS]
    return tuple(change(after=sheet, entries=(f"toggl:{sheet.party}",)) for sheet in sheets)


def labour(workers=WORKERS):
    document = journal("2026-11-16", ("labor_expense", "acme-web", 162_000, 611_850))
    return change(after=document, entries=tuple(f"toggl:{w}" for w in workers))


def full_plan():
    """Updates, a void, creates, holds, a note and a refused guard."""
    gone = invoice("cirrus", sale("cirrus/design/E-003@1200000", 3_600, 1_200_000,
                                  text="Audit · Design · Cho Minji", project="cirrus"))  # fmt: skip
    new = invoice(
        "delta", sale("delta/design/E-004@900000", 72_000, 900_000, text="Delta · Design")
    )
    return plan(
        acme_update(), borealis_update(),
        change(before=gone, reason="no_longer_wanted", origin=("toggl:481499",)),
        change(after=new, entries=("toggl:1", "toggl:2")), *timesheets(), labour(),
        change(after=bill("C-007", 72_000, 800_000), entries=("toggl:C-007",)),
        exceptions=(
            *held("TO201", "toggl:481516", 35_100, "cost", "billing", owner="kim@northwind.example",
                  message="'Skunkworks' of Ana Reyes on 2026-11-19: pay booked"),
            *(row for n in range(7) for row in held(
                "TO210", f"toggl:{500 + n}", 3_600 + n, "pay", "billing",
                owner="lee@northwind.example", message=f"submitted, not approved, 2026-11-1{n}")),
            *held("TO240", "studio/invoice/elm/USD/2026-10", 900, "billing", severity="info",
                  message="differs from what the entries say; the difference was accepted"),
        ),
        guards=(
            Guard(name="creates", value="8", limit="500", ok=True),
            Guard(name="voids.invoice", value="1", limit="0", ok=False),
        ),
    )  # fmt: skip


def empty_plan():
    return plan()
