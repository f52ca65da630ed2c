"""Payments from a table: what vendors were paid, on which day, and how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from tieout.config.model import SourceConfig
from tieout.connectors.ports import Capture
from tieout.connectors.sources.cells import BadRow
from tieout.connectors.sources.identity import natural_digest
from tieout.connectors.sources.layout import bind
from tieout.connectors.sources.orders import date_orders
from tieout.connectors.sources.settings import Settings
from tieout.connectors.sources.table import Table
from tieout.connectors.sources.times import parse_date, parse_number
from tieout.connectors.sources.whole import read_all
from tieout.domain.entry import Coverage, Rejected
from tieout.domain.money import CURRENCIES, parse_amount
from tieout.domain.payment import Payment


class PaymentSource:
    """Reads payments: the files, as they stand, are all of them. Implements ``ports.Source``."""

    def __init__(self, config: SourceConfig, settings: Settings, root: Path) -> None:
        self._config = config
        self._settings = settings
        self._root = root

    def pull(self) -> Capture:
        """Raises ``Refused`` with what is wrong with any file as a whole."""
        payments: dict[str, Payment] = {}
        rows: dict[str, str] = {}
        rejected: list[Rejected] = []

        def take(table: Table) -> None:
            rejected.extend(self._gather(table, payments, rows))

        inputs = read_all(self._config, self._settings, self._root, take)
        return Capture(
            payments=list(payments.values()),
            coverage=Coverage(None, None, proves_absence=True),
            rejected=rejected,
            rows=rows,
            inputs=inputs,
            timezone=self._settings.zone.name,
        )

    def _gather(
        self, table: Table, payments: dict[str, Payment], rows: dict[str, str]
    ) -> list[Rejected]:
        """Two rows of a file that agree in everything are two payments, and the key counts them; the
        same row in another file is the same payment."""
        layout = bind(table, self._settings.columns, self._settings.source)
        orders = date_orders(table, layout, self._settings.date_order)
        seen: Counter[str] = Counter()
        rejected = []
        for row in table.filled():
            try:
                fields = layout.fields(row)
                natural = natural_digest([fields[name] for name in sorted(fields)])
                seen[natural] += 1
                key = f"{self._settings.source}:{natural}.{seen[natural]}"
                payment = self._payment(key, fields, orders.get("date"))
            except BadRow as bad:
                rejected.append(Rejected(table.name, row.line, bad.code, bad.message))
                continue
            payments.setdefault(key, payment)
            rows.setdefault(key, f"{table.name}:{row.line}")
        return rejected

    def _payment(self, key: str, row: Mapping[str, str], order: str | None) -> Payment:
        if not row["vendor"]:
            raise BadRow("TO325", "vendor is blank")
        try:
            day = parse_date(row["date"], order)
        except ValueError as error:
            raise BadRow("TO321", f"date: {error}") from None
        currency = row["currency"].upper()
        if currency not in CURRENCIES:
            raise BadRow("TO327", f"currency: {currency!r} is not known")
        withheld = self._amount(row["withheld"], currency) if row.get("withheld") else 0
        return Payment(
            key, self._settings.source, day, row["vendor"],
            self._amount(row["amount"], currency), currency, row.get("method") or "bank", withheld,
        )  # fmt: skip

    def _amount(self, text: str, currency: str) -> int:
        try:
            return parse_amount(str(parse_number(text, self._settings.decimal_comma)), currency)
        except ValueError as error:
            raise BadRow("TO359", f"amount: {error}") from None
