"""What each worker is paid, from a table: rates and salaries from when on, and single amounts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from tieout.config.model import SourceConfig
from tieout.connectors.ports import Capture
from tieout.connectors.sources.cells import BadRow, scaled_rate
from tieout.connectors.sources.identity import natural_digest
from tieout.connectors.sources.layout import bind
from tieout.connectors.sources.orders import date_orders
from tieout.connectors.sources.paid import again, basis_of, days_of
from tieout.connectors.sources.settings import Settings
from tieout.connectors.sources.table import Table
from tieout.connectors.sources.times import parse_date
from tieout.connectors.sources.whole import read_all
from tieout.domain.entry import ITEM_KINDS, Coverage, PayRate, Rejected
from tieout.domain.money import CURRENCIES, RATE_SCALE


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
        rejected: list[Rejected] = []

        def take(table: Table) -> None:
            rejected.extend(self._read(table, rates, rows))

        inputs = read_all(self._config, self._settings, self._root, take)
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
        for row in table.filled():
            try:
                read = self._item if self._settings.profile.name == "pay_items" else self._rate
                rate = read(layout.fields(row), orders)
                while rate.key in rates and rate.basis in ITEM_KINDS:
                    rate = again(rate)
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
        basis = basis_of(row)
        currency = _currency(row)
        parts = (worker, str(from_date), project or "", earning or "")
        return PayRate(
            key=f"{self._settings.source}:{natural_digest(parts)}",
            worker=worker,
            from_date=from_date,
            to_date=to_date,
            rate=0 if basis == "piece" and not row.get("rate") else self._scaled(row, "rate"),
            currency=currency,
            project=project,
            earning=earning,
            basis=basis,
        )

    def _item(self, row: Mapping[str, str], orders: Mapping[str, str | None]) -> PayRate:
        worker, kind = row.get("worker"), row.get("kind", "").lower()
        if not worker:
            raise BadRow("TO325", "worker is blank")
        if kind not in ITEM_KINDS:
            raise BadRow("TO261", f"kind: {kind!r} is none of {', '.join(ITEM_KINDS)}")
        first, last = days_of({name: _date(row, name, orders) for name in ("date", "from", "to")})
        amount = self._amount(row)
        parts = (worker, str(first), str(last or ""), kind, row.get("project") or "", str(amount))
        return PayRate(
            key=f"{self._settings.source}:{natural_digest(parts)}",
            worker=worker,
            from_date=first,
            to_date=last,
            rate=amount,
            currency=_currency(row),
            project=row.get("project") or None,
            basis=kind,
        )

    def _amount(self, row: Mapping[str, str]) -> int:
        """The amount, or the units at a rate each; exact to ten-thousandths."""
        if row.get("amount"):
            if row.get("units"):
                raise BadRow("TO261", "amount and units: give one of the two")
            return self._scaled(row, "amount")
        if not row.get("units"):
            raise BadRow("TO325", "amount is blank, and there are no units at a rate")
        units, rate = self._scaled(row, "units"), self._scaled(row, "rate")
        amount, rest = divmod(units * rate, RATE_SCALE)
        if rest:
            raise BadRow("TO327", "units times rate has more than four decimals")
        return amount

    def _scaled(self, row: Mapping[str, str], field: str) -> int:
        """The message doesn't repeat the cell: it is somebody's pay."""
        text = row.get(field, "")
        try:
            return scaled_rate(text, self._settings.decimal_comma)
        except ValueError:
            raise BadRow(
                "TO327",
                f"{field}: write a number like 31.50, of at most four decimals and not below zero"
                if text
                else f"{field} is blank",
            ) from None


def _currency(row: Mapping[str, str]) -> str:
    currency = row.get("currency", "").upper()
    if currency not in CURRENCIES:
        raise BadRow("TO327", f"currency: {currency!r} is not known")
    return currency


def _date(row: Mapping[str, str], field: str, orders: Mapping[str, str | None]) -> date | None:
    if not row.get(field):
        return None
    try:
        return parse_date(row[field], orders.get(field))
    except ValueError as error:
        raise BadRow("TO321", f"{field}: {error}") from None
