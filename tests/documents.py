"""Documents to test targets with: an example of each kind, and hypothesis strategies for any."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from tieout.domain.change import Action, Change
from tieout.domain.document import LINE_FIELDS, Document, Kind, Line

ACCOUNTS = (
    "Income:Services",
    "Income:Print",
    "Expenses:Payroll:Wages",
    "Expenses:Contractors",
    "Liabilities:Payroll-Clearing",
    "Assets:Receivable",
    "Income:Überträge:Ä-1",
)


def invoice(key="studio/invoice/acme/USD/2026-11", amount=252_000, **more) -> Document:
    """Two lines; 18 hours of design at 140.00 unless told otherwise."""
    design = Line(
        key="acme-web/design/E-001@1400000",
        seconds=18 * 3600,
        amount=amount,
        rate=1_400_000,
        account="billable_income",
        account_ref="Income:Services",
        item="Design services",
        job="Acme Corp:Website redesign",
        project="acme-web",
        service="design",
        worker="E-001",
        class_="Consulting",
        tax="standard",
        text="Website redesign · Design · Ana Reyes",
    )
    printing = replace(
        design,
        key="acme-web/print/E-001@900000",
        seconds=3600,
        amount=9_000,
        rate=900_000,
        account="print_income",
        account_ref="Income:Print",
        tax="exempt",
        text=None,
        class_=None,
    )
    values = {
        "kind": Kind.INVOICE.value,
        "date": "2026-11-30",
        "from_": "2026-11-01",
        "to": "2026-11-30",
        "currency": "USD",
        "role": "customer",
        "party": "acme",
        "party_ref": "Acme Corp",
        "control": "receivable",
        "control_ref": "Assets:Receivable",
        "lines": (design, printing),
    }
    return Document(key=key, **{**values, **more})


def credit_note(**more) -> Document:
    """What reduces an invoice: negative lines, linked."""
    lines = tuple(
        replace(
            line,
            seconds=-line.seconds,
            amount=-line.amount,
            period="studio/invoice/acme/USD/2026-11",
        )
        for line in invoice().lines
    )
    base = "studio/invoice/acme/USD/2026-11"
    return invoice(
        f"{base}~1",
        **{
            "kind": Kind.CREDIT_NOTE.value,
            "adjusts": base,
            "credits": base,
            "date": "2026-12-01",
            "lines": lines,
            **more,
        },
    )


def bill(**more) -> Document:
    line = Line(
        key="contractor_expense/acme-web@800000",
        seconds=36_000,
        amount=80_000,
        rate=800_000,
        account="contractor_expense",
        account_ref="Expenses:Contractors",
        project="acme-web",
    )
    values = {
        "key": "studio/bill/C-007/USD/2026-11",
        "kind": Kind.BILL.value,
        "date": "2026-11-30",
        "from_": "2026-11-01",
        "to": "2026-11-30",
        "currency": "USD",
        "role": "vendor",
        "party": "C-007",
        "party_ref": "Adler Consulting",
        "control": "accounts_payable",
        "control_ref": "Liabilities:Payable",
        "lines": (line,),
    }
    return Document(**{**values, **more})


def vendor_credit(**more) -> Document:
    """What reduces a bill: a quarter of its hours, linked."""
    owed = bill()
    line = replace(owed.lines[0], seconds=-9_000, amount=-20_000, period="2026-11")
    linked = {"adjusts": owed.key, "credits": owed.key, "date": "2026-12-01", "lines": (line,)}
    return bill(key=f"{owed.key}~1", kind=Kind.VENDOR_CREDIT.value, **{**linked, **more})


def reversal(accrued: Document) -> Document:
    """What takes an accrual back: money, and no hours, a day later."""
    lines = tuple(replace(line, seconds=0, amount=-line.amount) for line in accrued.lines)
    return replace(accrued, key=f"{accrued.key}~r", date="2026-12-01", lines=lines)


def journal(amount=123_456, **more) -> Document:
    debit = Line(
        key="labor_expense/acme-web",
        seconds=30_600,
        amount=amount,
        account="labor_expense",
        account_ref="Expenses:Payroll:Wages",
        project="acme-web",
        class_="Consulting",
    )
    counter = Line(
        key="=labor_clearing",
        amount=-amount,
        account="labor_clearing",
        account_ref="Liabilities:Payroll-Clearing",
    )
    values = {
        "key": "studio/journal/USD/2026-11-01",
        "kind": Kind.JOURNAL.value,
        "date": "2026-11-07",
        "from_": "2026-11-01",
        "to": "2026-11-07",
        "currency": "USD",
        "lines": (debit, counter),
    }
    return Document(**{**values, **more})


def timesheet(**more) -> Document:
    lines = tuple(
        Line(
            key=f"2026-11-{day:02}/acme-web/work/{pay}",
            seconds=seconds,
            date=f"2026-11-{day:02}",
            earning=earning,
            hour_kind="work",
            pay_class=pay,
            project="acme-web",
        )
        for day, seconds, pay, earning in (
            (2, 28_800, "regular", None),
            (2, 1_800, "overtime", "OT"),
            (3, 27_001, "regular", None),
        )
    )
    values = {
        "key": "studio/timesheet/E-001/2026-11-01",
        "kind": Kind.TIMESHEET.value,
        "date": "2026-11-14",
        "from_": "2026-11-01",
        "to": "2026-11-14",
        "role": "employee",
        "party": "E-001",
        "party_ref": "Ana Reyes",
        "lines": lines,
    }
    return Document(**{**values, **more})


def time_activity(day="2026-11-02", **more) -> Document:
    line = Line(
        key="time",
        seconds=5_445,
        billable=True,
        class_="Consulting",
        hour_kind="work",
        item="Design services",
        job="Acme Corp:Website",
        project="acme-web",
        service="design",
    )
    values = {
        "key": f"studio/time_activity/E-001/acme-web/design/work/billable/{day}",
        "kind": Kind.TIME_ACTIVITY.value,
        "date": day,
        "from_": day,
        "to": day,
        "role": "employee",
        "party": "E-001",
        "party_ref": "Ana Reyes",
        "lines": (line,),
    }
    return Document(**{**values, **more})


EXAMPLES = {
    "invoice": invoice(),
    "credit_note": credit_note(),
    "bill": bill(),
    "journal": journal(),
    "timesheet": timesheet(),
    "time_activity": time_activity(),
    "vendor_credit": vendor_credit(),
    "reversal": reversal(journal()),
    "reversed_bill": reversal(bill()),
}


def change(before: Document | None, after: Document | None, target="books", **more) -> Change:
    """The change that leads from one to the other."""
    document = after or before
    action = Action.CREATE if before is None else Action.UPDATE if after else Action.VOID
    values = {
        "action": action,
        "document": document.key,
        "kind": document.kind,
        "target": target,
        "change_set": document.key,
        "reason": "test",
        "sequence": 1,
        "phase": 0 if not after else 1,
        "before": before,
        "after": after,
    }
    return Change(**{**values, **more})


def with_line(document: Document, index: int, **values) -> Document:
    """The document with one line changed."""
    lines = list(document.lines)
    lines[index] = replace(lines[index], **values)
    return replace(document, lines=tuple(lines))


# any document

_TRICKY = st.sampled_from(
    [
        '"',
        "\\",
        "\\n",
        "\n",
        "a | b",
        "|",
        " | ",
        "; no comment",
        "# 5",
        "é",
        "日本",
        "🗺",
        "  ",
        "line=x",
        "=",
        'tieout: "x"',
        '2026-01-01 * "x"',
        "\r\n",
        "\t",
        "\x00",
        "\x85",
        "\u2028",
        "",
    ]
)
texts = st.lists(st.one_of(_TRICKY, st.text(max_size=12)), max_size=5).map("".join)
refs = st.one_of(st.none(), texts)
seconds = st.one_of(st.integers(-(10**7), 10**7), st.just(0), st.integers(-(10**12), 10**12))
amounts = st.one_of(st.integers(-(10**7), 10**7), st.just(0), st.integers(-(10**18), 10**18))
days = st.dates(date(1990, 1, 1), date(2090, 1, 1)).map(str)
_FIELDS = {
    "rate": st.one_of(st.none(), st.integers(-(10**9), 10**12)),
    "account_ref": st.sampled_from(ACCOUNTS),
    "billable": st.sampled_from([None, True, False]),
    "date": st.one_of(st.none(), days),
    "seconds": seconds,
    "amount": amounts,
    "tax": st.sampled_from([None, "exempt", "standard", "half"]),
}


def seen(key: str) -> str:
    """What of a text can be seen."""
    return "".join(letter for letter in key if letter.isprintable() and not letter.isspace())


@st.composite
def documents(draw, kinds=tuple(EXAMPLES)) -> Document:
    """Any document that books can hold: its kind's references are accounts, a journal balances."""
    example = EXAMPLES[draw(st.sampled_from(kinds))]
    size = draw(st.sampled_from([2, 2, 40]))
    # made of ids, so never blank; two that differ in what can't be seen would be one in the books
    keys = draw(st.lists(texts.filter(seen), min_size=1, max_size=size, unique_by=seen))
    lines = []
    for key in keys:
        names = [name for name in LINE_FIELDS[example.kind] if name != "key"]
        values = {("class_" if n == "class" else n): draw(_FIELDS.get(n, refs)) for n in names}
        lines.append(Line(key=key, **values))
    if example.kind == Kind.JOURNAL:
        total = sum(line.amount for line in lines)
        lines.append(Line(key="=labor_clearing", amount=-total, account_ref=ACCOUNTS[4]))
    posts = example.currency is not None
    return replace(
        example,
        lines=tuple(lines),
        date=draw(days),
        from_=draw(days),
        to=draw(days),
        currency=draw(st.sampled_from(["USD", "EUR", "JPY", "KWD"] + [None] * (not posts))),
        role=draw(st.sampled_from([None, "customer", "vendor"])),
        party=draw(refs),
        party_ref=draw(refs),
        control=draw(refs),
        adjusts=draw(refs),
        credits=draw(refs),
        entity=draw(st.sampled_from([None, None, "east"])),
    )
