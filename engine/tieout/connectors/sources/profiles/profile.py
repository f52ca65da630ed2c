"""The shape of a profile: which columns of a file mean what, and which of them make a key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

#: Canonical fields of a time entry that a column may give.
WHO: Final = ("worker", "email", "worker_id")
WHEN: Final = (
    "start",
    "end",
    "start_date",
    "start_time",
    "end_date",
    "end_time",
    "date",
    "clock_in",
    "clock_out",
    "from",
    "to",
    "duration",
    "hours",
    "seconds",
)
WHAT: Final = (
    "customer",
    "customer_id",
    "project",
    "project_id",
    "task",
    "task_id",
    "type",
    "billable",
    "billed",
    "approval",
    "approved",
    "approved_by",
    "approved_at",
    "rate",
    "currency",
    "notes",
    "tags",
    "id",
)
ENTRY_FIELDS: Final = frozenset((*WHO, *WHEN, *WHAT))
RATE_FIELDS: Final = frozenset(
    ("worker", "from", "to", "rate", "currency", "project", "earning", "basis")
)


@dataclass(frozen=True)
class Column:
    """Where a canonical field comes from.

    ``names``: headers, of which the first one present is taken; ``joined``: headers whose cells are
    put together (first and last name); ``fixed``: the same value in every row. ``values`` turns the
    file's words (case-folded) into canonical ones. ``required``: a file without it is refused.
    """

    names: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    fixed: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    required: bool = True


@dataclass(frozen=True)
class Profile:
    """``key``: the natural key's fields, where no column gives an id; empty: by the grain.
    ``kind``: ``entries`` or ``rates``. ``columns`` of the config are laid over these."""

    name: str
    kind: str = "entries"
    columns: Mapping[str, Column] = field(default_factory=dict)
    key: tuple[str, ...] = ()


def column(*names: str, required: bool = True) -> Column:
    """A column known under these headers, in different versions of an export."""
    return Column(names=names, required=required)
