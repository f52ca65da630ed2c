"""The shape of a profile: which columns of a file mean what, and which of them make a key."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from tieout.connectors.sources.table import Table

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
    "break",
    "running",
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
    "deleted",
)
ENTRY_FIELDS: Final = frozenset((*WHO, *WHEN, *WHAT))
RATE_FIELDS: Final = frozenset(
    (
        *("worker", "from", "to", "rate", "currency", "project", "earning", "basis", "hours"),
        *("date", "kind", "amount", "units"),
    )
)
EXCHANGE_FIELDS: Final = frozenset(("date", "from", "to", "rate"))
PAYMENT_FIELDS: Final = frozenset(
    ("date", "vendor", "amount", "currency", "method", "withheld", "reference")
)
FIELDS: Final[Mapping[str, frozenset[str]]] = {
    "entries": ENTRY_FIELDS,
    "rates": RATE_FIELDS,
    "exchange": EXCHANGE_FIELDS,
    "payments": PAYMENT_FIELDS,
}
"""Which fields a column may give, by the kind of the profile."""
#: What stands in a column's name for a currency's code: ``Billable Rate ({currency})``.
CURRENCY: Final = "{currency}"


@dataclass(frozen=True)
class Column:
    """Where a canonical field comes from.

    ``names``: headers, of which the first one present is taken; ``joined``: headers whose cells are
    put together (first and last name); ``fixed``: the same value in every row. ``values`` turns the
    file's words (case-folded) into canonical ones, ``read`` a cell's text into another.
    ``required``: a file without it is refused.
    """

    names: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    fixed: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    read: Callable[[str], str] | None = None
    required: bool = True


@dataclass(frozen=True)
class Shape:
    """One table that an export comes as: versions, reports and file formats have different ones.

    ``key``: the natural key's fields, where no column gives an id; empty: by the grain. ``unit``:
    what a bare duration counts. ``amounts``: a row without a clock is a day's amount. ``slack``:
    seconds by which a duration may miss the clocks, which this export rounds, untold.
    """

    columns: Mapping[str, Column] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    unit: str | None = None
    amounts: bool = False
    slack: int = 0


@dataclass(frozen=True)
class Profile:
    """A tracker's exports. ``kind``: ``entries``, ``rates``, ``exchange`` or ``payments``. Of the
    ``shapes`` the first whose required columns a file has is taken; the config's ``columns`` are laid
    over each.

    ``total``: what the first cell of a sum below the table says. In JSON, ``nested`` is the list
    inside a record that holds the entries, and ``cells`` names the parts of records that are lists.
    ``text`` makes a table of a format of the tracker's own, from the file's name and its text.
    ``archive``: how the one file ends that counts in a zip archive, where exports come as such.
    """

    name: str
    kind: str = "entries"
    shapes: tuple[Shape, ...] = (Shape(),)
    total: str | None = None
    nested: str | None = None
    cells: tuple[str, ...] = ()
    text: Callable[[str, str], Table] | None = None
    archive: tuple[str, ...] = ()


def column(*names: str, read: Callable[[str], str] | None = None) -> Column:
    """A column known under these headers, in different versions of an export."""
    return Column(names=names, read=read)


def maybe(*names: str, read: Callable[[str], str] | None = None) -> Column:
    """A column that some versions of the export don't have."""
    return Column(names=names, read=read, required=False)


def words(*names: str, **ours: str) -> Column:
    """A column that may be missing, with the file's words (parted by ``|``) for each of ours."""
    values = {theirs: word for word, listed in ours.items() for theirs in listed.split("|")}
    return Column(names=names, values=values, required=False)


def part(pattern: str) -> Callable[[str], str]:
    """Reads the first group of ``pattern`` out of a cell; a cell that doesn't fit stays whole."""
    compiled = re.compile(pattern)

    def read(text: str) -> str:
        found = compiled.search(text)
        return found[1] if found else text

    return read
