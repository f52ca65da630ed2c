"""What rule tests expect beside hours: a contractor's form 1099, and until when records are kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from tieout.config.findings import Findings
from tieout.config.model import Config, FormOf1099
from tieout.config.overlay import laid_over
from tieout.config.reader import Map
from tieout.config.scalars import count, day, figure, flag
from tieout.domain.diagnostic import Refused
from tieout.domain.money import format_amount, parse_amount
from tieout.domain.payment import Payment
from tieout.governance.form1099.report import CURRENCY, Vendor, form_1099
from tieout.governance.retention.dates import Kept, keep_until
from tieout.governance.ruletests.model import Check, Reason, RuleTest
from tieout.governance.ruletests.world import OURS, tested_worker

APART: Final = ("form_1099", "keep_until")
_AMOUNTS: Final = ("paid", "by_others", "withheld")


def apart_checks(company: Config, test: RuleTest, findings: Findings) -> Iterator[Check]:
    """A check for each thing that the test expects of these; what can't be used is reported."""
    over = test.given.get("rules")
    rules = laid_over(company, over, test.file, findings) if over else company.rules
    config = replace(company, rules=rules)
    if "form_1099" in test.expect:
        yield from _form_checks(config, test, findings)
    if "keep_until" in test.expect:
        yield from _kept_checks(config, test)


def _form_checks(company: Config, test: RuleTest, findings: Findings) -> Iterator[Check]:
    asked = test.given.get("worker") or Map()
    rows = tested_worker(company, test, asked, findings)
    payments = list(_payments(rows[0].id if rows else OURS, test, findings))
    if rows is None:
        return
    form = rows[-1].form_1099 or FormOf1099()
    if "w9_on_file" in asked:
        form = replace(form, w9_on_file=flag(asked["w9_on_file"]))
    workers = tuple(replace(row, kind="contractor", form_1099=form) for row in rows)
    config = replace(company, workers=workers)
    for wanted in test.expect["form_1099"]:
        try:
            report = form_1099(config, payments, count(str(wanted["year"])))
        except Refused as refusal:
            for one in refusal.diagnostics:
                findings.error(one.code, test.position(wanted["year"]), one.message, one.hint)
            continue
        came = report.vendors[0] if report.vendors else None
        yield from _of_year(test, wanted, came)


def _payments(worker: str, test: RuleTest, findings: Findings) -> Iterator[Payment]:
    for number, row in enumerate(test.given.get("payments") or ()):
        currency = str(row.get("currency", CURRENCY))
        try:
            amount, withheld = (
                parse_amount(str(row.get(name, "0")), currency) for name in ("amount", "withheld")
            )
        except ValueError as error:
            findings.error("TO752", test.position(row), f"this payment can't be used: {error}")
            continue
        method = str(row.get("method", "bank"))
        yield Payment(f"{number:04}", OURS, day(row["date"]), worker, amount, currency, method,
                      withheld)  # fmt: skip


def _of_year(test: RuleTest, wanted: Any, came: Vendor | None) -> Iterator[Check]:
    """A year in which nothing was paid has no form, no amounts and no problems."""
    because = () if came is None else tuple(Reason(text=t) for t in came.problems.values())
    for key, value in wanted.items():
        if key == "year":
            continue
        if key in _AMOUNTS:
            found = format_amount(getattr(came, key) if came else 0, CURRENCY)
            ok, expected = figure(found) == figure(value), str(value)
        elif key == "problems":
            codes = sorted(came.problems) if came else []
            ok, expected = codes == sorted(map(str, value)), ", ".join(value) or "none"
            found = ", ".join(codes) or "none"
        else:
            due = came is not None and came.file
            ok, expected, found = due == flag(value), str(value), "true" if due else "false"
        yield Check(what=f"form 1099 {wanted['year']} {key}", at=test.position(value),
                    expected=expected, came=found, ok=ok, because=because)  # fmt: skip


def _kept_checks(config: Config, test: RuleTest) -> Iterator[Check]:
    records: Any = test.given.get("records") or ()
    given = test.given.get("as_of")
    for number, text in enumerate(test.expect["keep_until"]):
        came, because = "no such record", tuple[Reason, ...]()
        if number < len(records):
            record = _record(records[number])
            today = day(given) if given else record.on + timedelta(days=1)
            came, because = _kept(config, record, today)
        yield Check(what=f"keep until, record {number + 1}", at=test.position(text),
                    expected=str(text), came=came, ok=came == str(text), because=because)  # fmt: skip


def _record(row: Map) -> Kept:
    said: dict[str, Any] = {n: str(row[n]) for n in ("system", "pay_period") if n in row}
    return Kept(
        record=str(row["record"]),
        jurisdiction=str(row["jurisdiction"]),
        on=day(row["date"]),
        **said,
    )


def _kept(config: Config, record: Kept, today: date) -> tuple[str, tuple[Reason, ...]]:
    found = keep_until(config, record, today)
    if found.hold:
        return "held", (Reason(text=f"legal hold: {found.hold.reason}"),)
    if found.last is None or found.period is None:
        return "none", (Reason(text=f"no period for {record.record} in {record.jurisdiction}"),)
    return found.last.isoformat(), (Reason(text=found.period.basis),)
