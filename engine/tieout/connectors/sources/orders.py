"""Whether 03/04 is March or April: told by the whole column, or by the config, never guessed."""

from __future__ import annotations

from collections.abc import Mapping

from tieout.connectors.sources.layout import Layout
from tieout.connectors.sources.table import Table
from tieout.connectors.sources.times import ORDERS, date_part, possible_orders
from tieout.domain.diagnostic import Diagnostic, Position, Refused

DATE_FIELDS = frozenset(
    ("start", "end", "start_date", "end_date", "date", "from", "to", "approved_at")
)


def date_orders(table: Table, layout: Layout, said: str | None) -> Mapping[str, str | None]:
    """The order of each date field of the file (None where no cell needs one).

    Raises ``Refused`` (TO307) for columns that more than one order, or none, can read whole.
    """
    columns = [(name, index) for name, index in layout.plain if name in DATE_FIELDS]
    if said:
        return dict.fromkeys((name for name, _ in columns), said)
    orders: dict[str, str | None] = {}
    found: list[Diagnostic] = []
    for name, seen in _distinct(table, columns).items():
        verdict = _order(seen)
        if isinstance(verdict, _Unclear):
            header = table.header[dict(columns)[name]]
            found.append(_diagnostic(table, header, verdict))
        else:
            orders[name] = verdict
    if found:
        raise Refused(found)
    return orders


def _distinct(table: Table, columns: list[tuple[str, int]]) -> dict[str, dict[str, int]]:
    """By field: each text that needs an order, and the first line that holds it."""
    seen: dict[str, dict[str, int]] = {name: {} for name, _ in columns}
    for row in table.rows():
        for name, index in columns:
            if index >= len(row.cells) or (cell := row.cells[index])[4:5] == "-":
                continue  # 2026-11-02 needs no order
            text = date_part(cell.strip())
            if text:
                seen[name].setdefault(text, row.line)
    return seen


class _Unclear:
    """``line`` and ``text`` are the first that leaves a choice (or takes the last one away)."""

    def __init__(self, text: str, line: int, orders: list[str]) -> None:
        self.text, self.line, self.orders = text, line, orders


def _order(seen: Mapping[str, int]) -> str | _Unclear | None:
    """The one order that reads every date; a text that no order reads is its row's own fault."""
    left = list(ORDERS)
    readings = {text: possible_orders(text) for text in seen}
    for text, reading in readings.items():
        if reading:
            remaining = [order for order in left if order in reading]
            if not remaining:
                return _Unclear(text, seen[text], [])
            left = remaining
    for text, reading in readings.items():
        if len({reading[order] for order in left if order in reading}) > 1:
            return _Unclear(text, seen[text], left)
    return left[0] if any(readings.values()) else None


def _diagnostic(table: Table, header: str, unclear: _Unclear) -> Diagnostic:
    if unclear.orders:
        what = (
            f"the column {header!r} can be read as {' or '.join(unclear.orders)} throughout; "
            f"{unclear.text!r} is the first date that differs"
        )
    else:
        what = (
            f"the column {header!r} mixes orders: {unclear.text!r} doesn't fit the rows before it"
        )
    return Diagnostic(
        "TO307",
        what,
        position=Position(table.name, unclear.line),
        line=unclear.text,
        hint="say `date_order: dmy`, `mdy` or `ymd` at the source",
        next="tieout validate",
    )
