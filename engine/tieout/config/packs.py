"""Law packs: the company's own file under `rules/law/`, else the one that tieout brings."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from tieout.config import resources
from tieout.config.calendars import public_holidays
from tieout.config.files import File, parse
from tieout.config.findings import Findings
from tieout.config.model import ALWAYS, FOREVER, Gate, LawPack, Limit, Tier
from tieout.config.reader import Map
from tieout.config.scalars import count, day, duration, flag, multiplier, rate, span, weeks
from tieout.config.shape import Check, Report
from tieout.domain.diagnostic import Position

PREFIX: Final = "law/"


def named(pack: str, own: list[File], check: Check, findings: Findings) -> LawPack | None:
    """The pack that a rule calls `pack` (`law/us-ca`), or None where there is none or it is
    unsound. The company's own files have been checked; a built-in one is checked here."""
    for file in own:
        if file.name == f"rules/{pack}.yaml":
            return _sound(pack, file, check, findings)
    if not pack.startswith(PREFIX):
        return None
    try:
        path = resources.law(pack)
    except resources.ResourceMissing:
        return None
    return _built_in(pack, path, check, findings)


def known(own: list[File]) -> tuple[str, ...]:
    """What packs there are to name."""
    files = {file.name.removeprefix("rules/") for file in own}
    files |= {PREFIX + name for name in resources.names("rules/law")}
    return tuple(sorted(name.removesuffix(".yaml") for name in files if name.endswith(".yaml")))


def _built_in(pack: str, path: Path, check: Check, findings: Findings) -> LawPack | None:
    name = f"rules/{pack}.yaml"
    root = parse(path.read_bytes(), name, findings)
    report = Report(name, findings)
    if root is None or not check(root, report) or not _consistent(root, report):
        return None
    return _pack(pack, name, root)


def _consistent(root: Map, report: Report) -> bool:
    """Tiers of one window are one ladder: over as many weeks, below the same rate, by the same holidays."""
    fine = _known_holidays(root, report)
    first: dict[str, Any] = {}
    for tier in root["tiers"]:
        family = "week" if weeks(tier["window"]) else str(tier["window"])
        said = (str(tier["window"]), tier.get("rate_below"), tier.get("holiday"))
        if first.setdefault(family, said) != said:
            fine = report.wrong(
                "TO107",
                tier,
                f"the tiers of a window differ in their weeks, rate_below or holiday: {family}",
                "make them alike, or write a pack for each",
            )
        if "holiday" in tier and not (weeks(tier["window"]) and "holidays" in root):
            fine = report.wrong(
                "TO107", tier, "holidays shorten weeks alone, and the pack has to say whose",
                "write window: week here, and holidays: at the head of the pack",
            )  # fmt: skip
        if "schedule" in tier and tier["window"] != "day":
            fine = report.wrong(
                "TO107", tier, "a schedule says the hours of days, and this tier is of another window",
                "write window: day",
            )  # fmt: skip
    return fine


def _known_holidays(root: Map, report: Report) -> bool:
    if "holidays" not in root:
        return True
    try:
        public_holidays(str(root["holidays"]), [2026])
    except ValueError as error:
        return report.wrong("TO107", root["holidays"], f"'{root['holidays']}' {error}",
                            "name a country, its part and a category as the holidays library does")
    return True


def _sound(pack: str, file: File, check: Check, findings: Findings) -> LawPack | None:
    """Its shape is checked a second time, silently, so that an unsound file isn't used."""
    if not check(file.root, Report(file.name, Findings())):
        return None
    consistent = _consistent(file.root, Report(file.name, findings))
    return _pack(pack, file.name, file.root) if consistent else None


def _pack(pack: str, file: str, node: Any) -> LawPack:
    given = {"anchor": day(node["anchor"])} if "anchor" in node else {}
    windows = {str(tier["window"]) for tier in node["tiers"]}
    return LawPack(
        id=pack,
        title=str(node["title"]),
        reviewed=str(node["reviewed"]),
        tiers=tuple(_tier(file, tier) for tier in node["tiers"]),
        combination=str(node.get("combination", "highest")),
        workday=str(node.get("workday", "calendar")),
        weeks=max((span for window in windows if (span := weeks(window))), default=1),
        gap=duration(node.get("gap", "0s")),
        salary_hours=duration(node["salary_hours"]) if "salary_hours" in node else None,
        flat_bonus=str(node.get("flat_bonus", "all")),
        limits=tuple(_limit(file, limit) for limit in node.get("limits", ())),
        shift_gap=duration(node.get("shift_gap", "4h")),
        holidays=str(node["holidays"]) if "holidays" in node else None,
        exact=tuple((str(p), str(source)) for p, source in node.get("exact", {}).items()),
        **given,
    )


def _tier(file: str, node: Any) -> Tier:
    return Tier(
        window="week" if weeks(node["window"]) else str(node["window"]),
        over=duration(node["over"]),
        percent=multiplier(node["multiplier"]),
        pay_class=str(node["pay_class"]),
        exclude=flag(node.get("exclude", "false")),
        basis=str(node["basis"]),
        source=str(node["source"]),
        from_=day(node["from"]) if "from" in node else ALWAYS,
        to=day(node["to"]) if "to" in node else FOREVER,
        verified=flag(node.get("verified", "true")),
        rate_below=rate(node["rate_below"]) if "rate_below" in node else None,
        place=Position(file, node.line, node.column),
        where=_gate(node.get("where", {})),
        schedule=str(node.get("schedule", "")),
        holiday=duration(node.get("holiday", "0s")),
    )


def _limit(file: str, node: Any) -> Limit:
    lengths = ("over", "least", "slice", "below", "by", "every", "reduced", "most", "premium")
    given: dict[str, Any] = {n: duration(node[n]) for n in (*lengths, "waived_to") if n in node}
    given |= {name: day(node[key]) for name, key in (("from_", "from"), ("to", "to")) if key in node}
    given |= {name: flag(node[name]) for name in ("eligible", "verified") if name in node}
    window, periods = span(node.get("window", "day"))
    return Limit(
        kind=str(node["limit"]),
        basis=str(node["basis"]),
        source=str(node["source"]),
        window=window,
        periods=periods,
        number=count(node.get("number", "1")),
        waiver=str(node["waiver"]) if "waiver" in node else None,
        place=Position(file, node.line, node.column),
        where=_gate(node.get("where", {})),
        **given,
    )


def _gate(node: Any) -> Gate:
    texts = {n: str(node[n]) for n in ("agreement", "unless") if n in node}
    days = {n: day(node[n]) for n in ("hired_from", "hired_before") if n in node}
    sizes = {n: count(node[n]) for n in ("employees_from", "employees_below") if n in node}
    given: dict[str, Any] = {**texts, **days, **sizes}
    return Gate(industry=tuple(map(str, node.get("industry", ()))), **given)
