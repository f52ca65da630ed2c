"""Privacy at the door: what the configuration doesn't collect is in no snapshot.

It is taken out of what was read now and of what lives on from the snapshot before, so that a field
which is no longer collected is gone from the next snapshot, whatever the files still hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from tieout.config.model import PrivacyRule

if TYPE_CHECKING:
    import duckdb

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "worker": ("worker_name",),
    "email": ("worker_email",),
    "worker_id": ("worker_id",),
    "customer": ("customer_name",),
    "customer_id": ("customer_id",),
    "project": ("project_name",),
    "project_id": ("project_id",),
    "task": ("task_name",),
    "task_id": ("task_id",),
    "approved_by": ("approved_by",),
    "approved_at": ("approved_at",),
    "rate": ("rate", "rate_currency"),
    "notes": ("notes",),
    "tags": ("tags",),
}
"""The fields that a company may do without, as the language calls them, and their columns."""
_MARK: Final = "sha256:"


def collect(connection: duckdb.DuckDBPyConnection, rule: PrivacyRule) -> dict[str, int]:
    """Empties in ``folded`` what isn't collected, and hashes notes where that is said. Gives how
    many values of each field were dropped, those of fields without any left out."""
    dropped: dict[str, int] = {}
    for field in _unwanted(rule):
        first, *_ = COLUMNS[field]
        emptied = ", ".join(f"{column} = NULL" for column in COLUMNS[field])
        told = connection.execute(
            f"UPDATE folded SET {emptied} WHERE {first} IS NOT NULL"
        ).fetchone()
        dropped |= {field: told[0]} if told and told[0] else {}
    if rule.notes == "hash" and "notes" not in dropped:
        connection.execute(
            "UPDATE folded SET notes = $mark || left(sha256(notes), 16) "
            "WHERE notes IS NOT NULL AND NOT regexp_full_match(notes, $hashed)",
            {"mark": _MARK, "hashed": f"{_MARK}[0-9a-f]{{16}}"},
        )
    return dropped


def _unwanted(rule: PrivacyRule) -> Iterator[str]:
    for field in COLUMNS:
        unlisted = rule.collect is not None and field not in rule.collect
        if unlisted or (field == "notes" and rule.notes == "drop"):
            yield field
