"""Law packs: the company's own file under `rules/law/`, else the one that tieout brings."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from tieout.config import resources
from tieout.config.files import File, parse
from tieout.config.findings import Findings
from tieout.config.model import ALWAYS, FOREVER, LawPack, Tier
from tieout.config.scalars import day, duration, flag, multiplier
from tieout.config.shape import Check, Report
from tieout.domain.diagnostic import Position

PREFIX: Final = "law/"


def named(pack: str, own: list[File], check: Check, findings: Findings) -> LawPack | None:
    """The pack that a rule calls `pack` (`law/us-ca`), or None where there is none or it is
    unsound. The company's own files have been checked; a built-in one is checked here."""
    for file in own:
        if file.name == f"rules/{pack}.yaml":
            return _sound(pack, file, check)
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
    if root is None or not check(root, Report(name, findings)):
        return None
    return _pack(pack, name, root)


def _sound(pack: str, file: File, check: Check) -> LawPack | None:
    """Checked a second time, silently, so that an unsound file isn't used; packs are small."""
    sound = check(file.root, Report(file.name, Findings()))
    return _pack(pack, file.name, file.root) if sound else None


def _pack(pack: str, file: str, node: Any) -> LawPack:
    return LawPack(
        id=pack,
        title=str(node["title"]),
        reviewed=str(node["reviewed"]),
        tiers=tuple(_tier(file, tier) for tier in node["tiers"]),
    )


def _tier(file: str, node: Any) -> Tier:
    return Tier(
        window=str(node["window"]),
        over=duration(node["over"]),
        percent=multiplier(node["multiplier"]),
        pay_class=str(node["pay_class"]),
        exclude=flag(node.get("exclude", "false")),
        basis=str(node["basis"]),
        source=str(node["source"]),
        from_=day(node["from"]) if "from" in node else ALWAYS,
        to=day(node["to"]) if "to" in node else FOREVER,
        verified=flag(node.get("verified", "true")),
        place=Position(file, node.line, node.column),
    )
