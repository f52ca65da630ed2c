"""A pay register → rows of what was paid: a table as payrolls export it, CSV, TSV or XLSX.

The headers are those under which common payrolls know a column. A row that can't be read refuses the
whole register: a proof on part of it would be none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from tieout.connectors.sources.cells import BadRow
from tieout.connectors.sources.files import InputFile
from tieout.connectors.sources.layout import Layout, bind
from tieout.connectors.sources.opening import open_input
from tieout.connectors.sources.orders import date_orders
from tieout.connectors.sources.profiles.profile import Profile, Shape, column, maybe
from tieout.connectors.sources.settings import Settings
from tieout.connectors.sources.table import Table
from tieout.connectors.sources.times import Zone, parse_date, parse_number
from tieout.domain.diagnostic import Diagnostic, Position, Refused, ordered
from tieout.domain.entry import Grain
from tieout.domain.money import CURRENCIES, SECONDS_PER_HOUR, divide
from tieout.domain.register import PaidRow

PROFILE: Final = Profile(
    name="pay_register",
    kind="register",
    shapes=(
        Shape(
            columns={
                "worker": column(
                    "worker", "worker id", "employee id", "employee number", "employee no", "file #",
                    "file number", "emp id", "employee", "employee name", "payee", "name",
                ),
                "from": maybe(
                    "from", "period start", "period begin", "period beginning", "pay period start",
                    "pay period begin", "pay period beginning", "period start date", "start date",
                ),
                "to": maybe(
                    "to", "period end", "period ending", "pay period end", "pay period ending",
                    "period end date", "pay period end date", "end date",
                ),
                "paid_on": maybe(
                    "pay date", "check date", "payment date", "paid on", "payday", "date paid",
                ),
                "earning": maybe(
                    "earning", "earning code", "earnings code", "earning type", "earnings type",
                    "earnings", "pay type", "pay code", "pay item", "payroll item", "earnings rate",
                ),
                "hours": maybe("hours", "hours paid", "earnings hours", "quantity", "qty", "units"),
                "gross": maybe(
                    "gross", "gross pay", "gross amount", "gross earnings", "earnings amount",
                    "amount", "total gross",
                ),
                "currency": maybe("currency"),
            }
        ),
    ),
    total="total",
)  # fmt: skip
"""Columns by their headers: of several that a file has, the first named here."""

_MOST: Final = 20
"""How many rows that can't be read are named."""


def read_register(path: Path, currency: str) -> tuple[PaidRow, ...]:
    """The rows of a register; ``currency`` is that of rows that name none.

    Raises ``Refused``: what a file as a whole may lack (TO303 … TO306, TO312 … TO314), TO544 for a
    register without period, or without hours and gross, TO545 for each row that can't be read.
    """
    shape = PROFILE.shapes[0]
    settings = Settings(
        source="register", profile=PROFILE, columns=shape.columns, grain=Grain.DAY, key=(),
        zone=Zone("UTC"), shape=shape,
    )  # fmt: skip
    table, _ = open_input(InputFile(path.name, path), settings)
    layout = bind(table, shape.columns, "register")
    names = {*layout.names}
    if not names & {"to", "paid_on"}:
        raise Refused([_lacks(table, "when a period ended or was paid", "to", "paid_on")])
    if not names & {"hours", "gross"}:
        raise Refused([_lacks(table, "hours or gross", "hours", "gross")])
    rows, bad = [], []
    for found in _rows(table, layout, currency):
        if isinstance(found, PaidRow):
            rows.append(found)
        else:
            bad.append(found)
    if bad:
        raise Refused(ordered(bad[:_MOST]))
    return tuple(rows)


def _rows(table: Table, layout: Layout, currency: str) -> Iterator[PaidRow | Diagnostic]:
    orders = date_orders(table, layout, None)
    for row in table.rows():
        first = next((cell.strip() for cell in row.cells if cell.strip()), "")
        if (not row.fault and first.casefold().startswith(("total", "grand total"))) or not first:
            continue
        try:
            yield _row(f"{table.name}:{row.line}", layout.fields(row), orders, currency)
        except BadRow as wrong:
            yield Diagnostic(
                "TO545", wrong.message, position=Position(table.name, row.line),
                hint="a leg is proved by the whole register or not at all: mend the row",
                next="tieout explain TO545",
            )  # fmt: skip


def _row(
    place: str, row: Mapping[str, str], orders: Mapping[str, str | None], currency: str
) -> PaidRow:
    dates = {name: _date(row, name, orders) for name in ("from", "to", "paid_on")}
    if not row.get("worker"):
        raise BadRow("TO545", "the row names no worker")
    if not (dates["to"] or dates["paid_on"]):
        raise BadRow("TO545", "the row has neither the end of its period nor a pay date")
    unit = (row.get("currency") or currency).upper()
    if unit not in CURRENCIES:
        raise BadRow("TO545", f"currency: {unit!r} is not known")
    hours, gross = _number(row, "hours"), _number(row, "gross")
    numerator, denominator = (hours or Decimal()).as_integer_ratio()
    places = -int((hours or Decimal()).as_tuple().exponent)
    return PaidRow(
        place=place, worker=row["worker"], from_=dates["from"], to=dates["to"],
        paid_on=dates["paid_on"], earning=row.get("earning") or None,
        seconds=None if hours is None else divide(numerator * SECONDS_PER_HOUR, denominator),
        step=SECONDS_PER_HOUR // 10 ** max(places, 0), gross=gross, currency=unit,
    )  # fmt: skip


def _date(row: Mapping[str, str], name: str, orders: Mapping[str, str | None]) -> date | None:
    if not row.get(name):
        return None
    try:
        return parse_date(row[name], orders.get(name))
    except ValueError as error:
        raise BadRow("TO545", f"{name}: {error}") from None


def _number(row: Mapping[str, str], name: str) -> Decimal | None:
    """A number as payrolls write it: thousands parted by commas, a currency's sign, a negative in
    brackets. The message doesn't repeat the cell: it may be somebody's pay."""
    text = row.get(name, "").replace(" ", "").lstrip("$€£")
    if not text:
        return None
    negative = text.startswith("(") and text.endswith(")")
    plain = text.strip("()").lstrip("$€£").replace(",", "")
    try:
        number = parse_number(plain, decimal_comma=False)
    except ValueError:
        raise BadRow("TO545", f"{name} is not a number like 1,234.50") from None
    return -number if negative else number


def _lacks(table: Table, what: str, *names: str) -> Diagnostic:
    shape = PROFILE.shapes[0]
    headers = ", ".join(header for name in names for header in shape.columns[name].names)
    return Diagnostic(
        "TO544", f"{table.name} has no column that tells {what}",
        position=Position(table.name, table.header_line),
        hint=f"call it one of: {headers}", next="tieout explain TO544",
    )  # fmt: skip
