"""Pay rates from a table: what each worker is paid an hour, from when on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from tieout.config.model import SourceConfig
from tieout.connectors.ports import Capture
from tieout.connectors.sources.cells import BadRow, scaled_rate
from tieout.connectors.sources.files import find
from tieout.connectors.sources.identity import natural_digest
from tieout.connectors.sources.layout import bind
from tieout.connectors.sources.opening import open_input
from tieout.connectors.sources.orders import date_orders
from tieout.connectors.sources.settings import Settings
from tieout.connectors.sources.table import Table
from tieout.connectors.sources.times import parse_date
from tieout.domain.diagnostic import Diagnostic, Refused, ordered
from tieout.domain.entry import Coverage, PayRate, Rejected
from tieout.domain.money import CURRENCIES


class RateSource:
    """Reads pay rates: the files, as they stand, are all of them. Implements ``ports.Source``."""

    def __init__(self, config: SourceConfig, settings: Settings, root: Path) -> None:
        self._config = config
        self._settings = settings
        self._root = root

    def pull(self) -> Capture:
        """Raises ``Refused`` with what is wrong with any file as a whole."""
        rates: dict[str, PayRate] = {}
        rows: dict[str, str] = {}
        inputs: dict[str, str] = {}
        rejected: list[Rejected] = []
        refused: list[Diagnostic] = []
        for file in find(self._config, self._root):
            try:
                table, inputs[file.name] = open_input(file, self._settings)
                rejected += self._read(table, rates, rows)
            except Refused as refusal:
                refused += refusal.diagnostics
        if refused:
            raise Refused(ordered(refused))
        return Capture(
            rates=list(rates.values()),
            coverage=Coverage(None, None, proves_absence=True),
            rejected=rejected,
            rows=rows,
            inputs=inputs,
            timezone=self._settings.zone.name,
        )

    def _read(
        self, table: Table, rates: dict[str, PayRate], rows: dict[str, str]
    ) -> list[Rejected]:
        layout = bind(table, self._settings.columns, self._settings.source)
        orders = date_orders(table, layout, self._settings.date_order)
        rejected = []
        for row in table.rows():
            if not any(row.cells) and not row.fault:
                continue
            try:
                rate = self._rate(layout.fields(row), orders)
                if rate.key in rates and rates[rate.key] != rate:
                    raise BadRow(
                        "TO336",
                        f"{rate.worker} has another rate from {rate.from_date} on, "
                        f"at {rows[rate.key]}",
                    )
            except BadRow as bad:
                rejected.append(Rejected(table.name, row.line, bad.code, bad.message))
                continue
            rates.setdefault(rate.key, rate)
            rows.setdefault(rate.key, f"{table.name}:{row.line}")
        return rejected

    def _rate(self, row: Mapping[str, str], orders: Mapping[str, str | None]) -> PayRate:
        worker, project, earning = (
            row.get(name) or None for name in ("worker", "project", "earning")
        )
        from_date = _date(row, "from", orders)
        if not worker or from_date is None:
            raise BadRow("TO325", f"{'from' if worker else 'worker'} is blank")
        to_date = _date(row, "to", orders)
        if to_date and to_date < from_date:
            raise BadRow("TO323", f"the rate ends on {to_date}, before it begins on {from_date}")
        if (basis := row.get("basis") or "hour") != "hour":
            raise BadRow("TO335", f"basis: {basis!r}: only rates an hour can be used")
        currency = row.get("currency", "").upper()
        if currency not in CURRENCIES:
            raise BadRow("TO327", f"currency: {currency!r} is not known")
        parts = (worker, str(from_date), project or "", earning or "")
        return PayRate(
            key=f"{self._settings.source}:{natural_digest(parts)}",
            worker=worker,
            from_date=from_date,
            to_date=to_date,
            rate=self._scaled(row.get("rate", "")),
            currency=currency,
            project=project,
            earning=earning,
        )

    def _scaled(self, text: str) -> int:
        """The message doesn't repeat the cell: it is somebody's pay."""
        try:
            return scaled_rate(text, self._settings.decimal_comma)
        except ValueError:
            raise BadRow(
                "TO327",
                "rate: write a number like 31.50, of at most four decimals and not below zero"
                if text
                else "rate is blank",
            ) from None


def _date(row: Mapping[str, str], field: str, orders: Mapping[str, str | None]) -> date | None:
    if not row.get(field):
        return None
    try:
        return parse_date(row[field], orders.get(field))
    except ValueError as error:
        raise BadRow("TO321", f"{field}: {error}") from None
