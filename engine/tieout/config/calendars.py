"""Whose public holidays: by the `holidays` library, which knows them by country, part and category."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date


def public_holidays(calendar: str, years: Iterable[int]) -> dict[date, str]:
    """The days of a calendar (``CA``, ``CA-QC``, ``CA/government``) in these years with their names, on the
    days on which they fall. Raises ValueError, in words, for a calendar that nobody knows."""
    import holidays

    where, _, category = calendar.partition("/")
    country, _, part = where.partition("-")
    try:
        found = holidays.country_holidays(
            country, subdiv=part or None, years=sorted(years), observed=False, language="en_US",
            categories=category or None,
        )  # fmt: skip
    except (NotImplementedError, ValueError) as unknown:
        raise ValueError("is not a calendar like CA, CA-QC or CA/government") from unknown
    return dict(found.items())


def library() -> str:
    """The library and its version: what it says of a day may change with it, so a plan tells it."""
    from importlib.metadata import version

    return f"holidays {version('holidays')}"
