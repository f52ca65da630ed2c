"""What is held, by who has to release it and by how long it has been waiting."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tieout.reporting import codes
from tieout.reporting.plan_view import Held, PlanView

#: (name, days up to which it goes): the usual bands of an ageing list. None: no end.
BANDS: tuple[tuple[str, int | None], ...] = (
    ("up to 7 days", 7), ("8 to 30 days", 30), ("31 to 90 days", 90), ("over 90 days", None),
)  # fmt: skip
#: For what has no day of work: a document, or a row that couldn't be read.
UNDATED = "without a day"

#: So many items are listed in all, and of one owner, those with the most hours; of everybody a few.
#: The page says how many more there are.
LISTED, OF_ONE, OF_EACH = 2_000, 200, 5


def by_owner(shown: PlanView, days: Mapping[str, date]) -> dict[str, Any]:
    """``bands`` that have anything, and ``owners`` with {owner, seconds, number, bands, rows,
    more}, the most seconds first. The age is in days from the day it was worked to the plan's."""
    as_of = date.fromisoformat(shown.plan.body.as_of)
    owners: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for group in shown.held:
        for row in group.rows:
            owners[row.owner or ""].append(_item(group.code, row, days.get(row.entry), as_of))
    used = [band for band in _names() if any(i["band"] == band for o in owners.values() for i in o)]
    most = min(OF_ONE, max(OF_EACH, LISTED // max(len(owners), 1)))
    told = [_owner(owner, items, used, most) for owner, items in owners.items()]
    told.sort(key=lambda row: (-row["seconds"], row["owner"]))
    return {"bands": used, "owners": told, "number": sum(row["number"] for row in told)}


def _names() -> list[str]:
    return [*(name for name, _ in BANDS), UNDATED]


def age_band(days: int | None) -> str:
    """The band of an age in days; a day that is still to come counts as new."""
    if days is None:
        return UNDATED
    return next(name for name, most in BANDS if most is None or days <= most)


def _item(code: str, row: Held, day: date | None, as_of: date) -> dict[str, Any]:
    age = None if day is None else (as_of - day).days
    return {
        "code": code, "title": codes.title(code), "key": row.entry, "seconds": row.seconds,
        "message": row.message.removeprefix(f"{row.entry} "), "purposes": ", ".join(row.purposes),
        "day": day.isoformat() if day else "", "age": age, "band": age_band(age),
    }  # fmt: skip


def _owner(
    owner: str, items: list[dict[str, Any]], bands: Iterable[str], most: int
) -> dict[str, Any]:
    items.sort(key=lambda item: (-abs(item["seconds"]), item["code"], item["key"]))
    return {
        "owner": owner or "nobody", "number": len(items), "seconds": _seconds(items),
        "bands": [_band([i for i in items if i["band"] == band]) for band in bands],
        "rows": items[:most], "more": len(items[most:]),
    }  # fmt: skip


def _band(items: list[dict[str, Any]]) -> dict[str, int]:
    return {"number": len(items), "seconds": _seconds(items)}


def _seconds(items: Iterable[Mapping[str, Any]]) -> int:
    return sum(abs(item["seconds"]) for item in items)
