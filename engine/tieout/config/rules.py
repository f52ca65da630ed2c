"""The rule files → `model.Rules`, with the defaults of whatever a company doesn't say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tieout.config.keeping import Hold, Period, RetentionRule
from tieout.config.model import (
    ALWAYS,
    FOREVER,
    ApprovalRule,
    ChargeRule,
    CurrencyRule,
    Decision,
    Grid,
    GuardRule,
    LimitRule,
    Override,
    OvertimeRule,
    PrivacyRule,
    ReconcileRule,
    Rounding,
    Rules,
    TaxRule,
    Tolerance,
    VendorRule,
)
from tieout.config.money import Review
from tieout.config.reader import Seq, Text
from tieout.config.scalars import amount, count, day, duration, share
from tieout.config.versions import Row
from tieout.domain.diagnostic import Position

PURPOSES: Final = ("record", "pay", "cost", "billing")
_DAY: Final = 86400

UNMAPPED: Final[Mapping[str, Mapping[str, str]]] = {
    "worker": dict.fromkeys(PURPOSES, "hold"),
    "project": {"record": "book", "pay": "book", "cost": "hold", "billing": "hold"},
    "service": {"record": "book", "pay": "book", "cost": "hold", "billing": "hold"},
    "customer": {"record": "book", "pay": "book", "cost": "book", "billing": "hold"},
    "account": dict.fromkeys(PURPOSES, "hold"),
    "earning": dict.fromkeys(PURPOSES, "book"),
    "hour_kind": dict.fromkeys(PURPOSES, "hold"),
}
"""Where unmapped time goes by default (1-model: hours worked are owed whatever they were for)."""
AFTER_FINAL: Final = {
    "invoice": "hold",
    "timesheet": "next_period",
    "bill": "hold",
    "journal": "adjust",
}
VOIDS: Final = {"invoice": 0}
"""The one guard that stands without being written: no invoice is voided unnoticed."""


def rules(sections: Mapping[str, Row], decisions: list[Row], currency: str) -> Rules:
    """`sections` are the sound rules by name (`rounding` …), `currency` the company's. Law packs
    are added by who loads them."""
    given: dict[str, Any] = {name: row.node for name, row in sections.items()}
    return Rules(
        approval=_approval(given.get("approval", {})),
        unmapped=dict(_unmapped(given.get("unmapped", {}))),
        rounding=_roundings(given.get("rounding", {})),
        overtime=_overtime(sections.get("overtime")),
        after_final=AFTER_FINAL | {str(k): str(v) for k, v in given.get("after_final", {}).items()},
        guards=tuple(_guards(given.get("guards", {}), currency)),
        tax={str(code): _tax(str(code), node) for code, node in given.get("tax", {}).items()},
        currency=_currency(given.get("currency", {})),
        vendors=_vendors(given.get("vendors", {})),
        retention=retention(given.get("retention", {})),
        decisions=tuple(sorted(map(_decision, decisions), key=lambda d: d.id)),
        limits=_limits(given.get("limits", {})),
        privacy=_privacy(given.get("privacy", {})),
        checks={str(code): str(severity) for code, severity in given.get("checks", {}).items()},
        reconcile=_reconcile(given.get("reconcile", {}), currency),
        intercompany=_charges(given["intercompany"]) if "intercompany" in given else None,
    )


def _reconcile(node: Any, currency: str) -> ReconcileRule:
    said = node.get("register", {})
    amounts = said.get("amount", ())
    each = amounts if type(amounts) is Seq else (amounts,) if amounts else ()
    return ReconcileRule(register=Tolerance(
        seconds=duration(said.get("hours", "0s")),
        amounts={unit: most for most, unit in (amount(str(one), currency) for one in each)},
    ))  # fmt: skip


def _charges(node: Any) -> ChargeRule:
    roles = {name: str(node[name]) for name in ("income", "expense") if name in node}
    return ChargeRule(
        due_from=str(node["due_from"]), due_to=str(node["due_to"]),
        markup=share(node["markup"]) if "markup" in node else 0, **roles,
    )  # fmt: skip


def _approval(node: Any) -> ApprovalRule:
    return ApprovalRule(
        required=tuple(p for p in PURPOSES if p in node.get("required", ())),
        from_=str(node.get("from", "source")),
        pay_unapproved=str(node.get("pay_unapproved", "hold")),
        by=tuple(map(str, node.get("by", ()))),
    )


def _unmapped(node: Any) -> Iterator[tuple[tuple[str, str], str]]:
    for kind, policies in UNMAPPED.items():
        said = node.get(kind, {})
        for purpose, policy in policies.items():
            own = said if type(said) is Text else said.get(purpose, policy)
            yield (kind, purpose), str(own)


def _roundings(node: Any) -> dict[str, Rounding]:
    """An entry without a purpose stands for pay and for billing."""
    if "pay" not in node and "billing" not in node:
        return dict.fromkeys(("pay", "billing"), _rounding(node)) if node else {}
    return {purpose: _rounding(node[purpose]) for purpose in ("pay", "billing") if purpose in node}


def _rounding(node: Any) -> Rounding:
    own, per = _grid(node), str(node.get("per", "entry"))
    punch = own if per == "punch" and own.increment else None
    return Rounding(
        **vars(own),
        where=str(node.get("where", "tieout")),
        per=per,
        start=_grid(node["start"]) if "start" in node else punch,
        end=_grid(node["end"]) if "end" in node else punch,
        meals=str(node.get("meals", "rounded")),
        **_tolerance(node.get("tolerance", {})),
        **_audit(node.get("audit", {})),
    )


def _tolerance(node: Any) -> dict[str, Any]:
    return {f"tolerate_{side}": duration(text) for side, text in node.items()}


def _audit(node: Any) -> dict[str, Any]:
    limits = {"audit_bias": share(node["bias"])} if "bias" in node else {}
    return limits | ({"audit_over": count(node["entries"])} if "entries" in node else {})


def _grid(node: Any) -> Grid:
    return Grid(
        increment=duration(node.get("increment", "0s")),
        mode=str(node.get("mode", "nearest")),
        grace=duration(node.get("grace", "0s")),
    )


def _overtime(row: Row | None) -> OvertimeRule:
    if row is None:
        return OvertimeRule()
    node: Any = row.node
    return OvertimeRule(
        default=str(node["default"]) if "default" in node else None,
        packs={str(where): str(pack) for where, pack in node.get("jurisdictions", {}).items()},
        premium=str(node.get("premium", "overhead")),
        regular_rate=str(node.get("regular_rate", "weighted_average")),
        rate_rounding=str(node.get("rate_rounding", "none")),
        effective=day(node["effective"]) if "effective" in node else ALWAYS,
        overrides=tuple(_override(one, row.file) for one in node.get("overrides", ())),
    )


def _override(node: Any, file: str) -> Override:
    return Override(
        law=str(node["law"]),
        parameter=str(node["parameter"]),
        value=str(node["value"]),
        reason=str(node["reason"]),
        by=str(node["by"]) if "by" in node else None,
        from_=day(node["from"]) if "from" in node else ALWAYS,
        to=day(node["to"]) if "to" in node else FOREVER,
        place=Position(file, node.line, node.column),
    )


def _guards(node: Any, currency: str) -> Iterator[GuardRule]:
    """Sorted by name (and currency): a plan's body lists them in this order."""
    voids = VOIDS | {str(kind): count(text) for kind, text in node.get("voids", {}).items()}
    found = [GuardRule(name=f"voids.{kind}", max=most) for kind, most in voids.items()]
    for name in ("creates", "updates", "unmapped"):
        if name in node:
            found.append(_limit(name, node[name]))
    amounts = node.get("amount_change", ())
    each: Any = amounts if type(amounts) is Seq else (amounts,) if amounts else ()
    for one in each:
        most, unit = amount(one["max"], currency)
        found.append(GuardRule(name="amount_change", max=most, currency=unit))
    if "suspense_at_close" in node:
        found.append(_at_close(node["suspense_at_close"], currency))
    yield from sorted(found, key=lambda guard: (guard.name, guard.currency or ""))


def _limit(name: str, node: Any) -> GuardRule:
    text, over = node["max"], count(node.get("over", "0"))
    if text.endswith("%"):
        return GuardRule(name=name, share=share(text), over=over)
    return GuardRule(name=name, max=count(text), over=over)


def _at_close(node: Any, currency: str) -> GuardRule:
    most, unit = amount(node["max"], currency)
    days = duration(node["age"]) // _DAY if "age" in node else None
    return GuardRule(name="suspense_at_close", max=most, currency=unit, age_days=days)


def _limits(node: Any) -> LimitRule:
    def seconds(name: str, otherwise: int | None) -> int | None:
        return duration(node[name]) if name in node else otherwise

    age = seconds("age", None)
    return LimitRule(
        entry=seconds("entry", LimitRule.entry), day=seconds("day", None), week=seconds("week", None),
        age_days=None if age is None else age // _DAY,
    )  # fmt: skip


def _privacy(node: Any) -> PrivacyRule:
    return PrivacyRule(
        collect=tuple(map(str, node["collect"])) if "collect" in node else None,
        notes=str(node.get("notes", "collect")),
    )


def _tax(code: str, node: Any) -> TaxRule:
    account = str(node["account"]) if "account" in node else None
    return TaxRule(code=code, percent=share(node["rate"]), account=account)


def _currency(node: Any) -> CurrencyRule:
    said: dict[str, Any] = {str(mode): str(name) for mode, name in node.get("rounding", {}).items()}
    for name in ("split", "convert", "policy", "at", "common"):
        if name in node:
            said[name] = str(node[name])
    if "max_age" in node:
        said["max_age"] = duration(node["max_age"]) // _DAY
    if "intermediate" in node:
        said["intermediate"] = count(node["intermediate"])
    return CurrencyRule(**said)


def _vendors(node: Any) -> VendorRule:
    return VendorRule(
        payments=str(node["payments"]) if "payments" in node else None,
        cards=tuple(map(str, node.get("cards", ()))),
        withholding=tuple(map(str, node.get("withholding", ()))),
        thresholds={
            int(year): amount(text, "USD")[0] for year, text in node.get("thresholds", {}).items()
        },
        reviews=tuple(
            Review(
                vendor=str(one["vendor"]),
                year=count(one["year"]),
                by=str(one["by"]),
                on=day(one["on"]),
            )
            for one in node.get("reviews", ())
        ),
    )


def retention(node: Any) -> RetentionRule:
    """Periods and holds of a section (or of the file that tieout brings along)."""
    return RetentionRule(
        periods=tuple(map(_period, node.get("periods", ()))),
        holds=tuple(map(_hold, node.get("holds", ()))),
    )


def _period(node: Any) -> Period:
    valid = node.get("valid", {})
    said: dict[str, Any] = {n: count(node[n]) for n in ("years", "months", "days") if n in node}
    said |= {n: str(node[n]) for n in ("system", "basis", "source") if n in node}
    return Period(
        record=str(node["record"]),
        jurisdiction=str(node["jurisdiction"]) if "jurisdiction" in node else None,
        start=str(node["from"]),
        from_=day(valid["from"]) if "from" in valid else ALWAYS,
        to=day(valid["to"]) if "to" in valid else FOREVER,
        **said,
    )


def _hold(node: Any) -> Hold:
    return Hold(
        reason=str(node["reason"]),
        by=str(node["by"]),
        on=day(node["on"]),
        records=tuple(map(str, node.get("records", ()))),
        jurisdiction=str(node["jurisdiction"]) if "jurisdiction" in node else None,
        until=day(node["until"]) if "until" in node else None,
    )


def _decision(row: Row) -> Decision:
    given: dict[str, Any] = {str(key): str(value) for key, value in row.node.items()}
    given |= {name: day(given[name]) for name in ("on", "expires") if name in given}
    return Decision(**given, row=row.address)
