"""Exchange rates from files: the European Central Bank's, or a table of one's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tieout.config.model import SourceConfig
from tieout.connectors.ports import Capture
from tieout.connectors.sources.cells import BadRow
from tieout.connectors.sources.layout import bind
from tieout.connectors.sources.orders import date_orders
from tieout.connectors.sources.profiles.ecb import NOT_PUBLISHED
from tieout.connectors.sources.settings import Settings
from tieout.connectors.sources.table import Table
from tieout.connectors.sources.times import parse_date, parse_number
from tieout.connectors.sources.whole import read_all
from tieout.domain.entry import Coverage, Rejected
from tieout.domain.exchange import ExchangeRate, exchange_key, parse_exchange
from tieout.domain.money import CURRENCIES


@dataclass
class _Read:
    """What the files read so far come to."""

    rates: dict[str, ExchangeRate] = field(default_factory=dict)
    rows: dict[str, str] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


class ExchangeSource:
    """Reads published rates, digits as they stand. Implements ``ports.Source``."""

    def __init__(self, config: SourceConfig, settings: Settings, root: Path) -> None:
        self._config = config
        self._settings = settings
        self._root = root

    def pull(self) -> Capture:
        """Raises ``Refused`` with what is wrong with any file as a whole."""
        read = _Read()
        inputs = read_all(
            self._config, self._settings, self._root, lambda table: self._gather(table, read)
        )
        return Capture(
            exchange=list(read.rates.values()),
            coverage=Coverage(None, None, proves_absence=self._config.files == "replace"),
            rejected=read.rejected,
            rows=read.rows,
            inputs=inputs,
            left_out=dict(read.left_out),
            timezone=self._settings.zone.name,
        )

    def _gather(self, table: Table, read: _Read) -> None:
        layout = bind(table, self._settings.columns, self._settings.source)
        orders = date_orders(table, layout, self._settings.date_order)
        for row in table.filled():
            try:
                fields = layout.fields(row)
                if fields["rate"] == NOT_PUBLISHED:
                    read.left_out["not published"] += 1
                    continue
                rate = self._rate(fields, orders.get("date"), read)
            except BadRow as bad:
                read.rejected.append(Rejected(table.name, row.line, bad.code, bad.message))
                continue
            if rate.key in read.rates:
                read.left_out["repeated row"] += 1
                continue
            read.rates[rate.key] = rate
            read.rows[rate.key] = f"{table.name}:{row.line}"

    def _rate(self, row: Mapping[str, str], order: str | None, read: _Read) -> ExchangeRate:
        try:
            day = parse_date(row["date"], order)
        except ValueError as error:
            raise BadRow("TO321", f"date: {error}") from None
        base, currency = (row[side].upper() for side in ("from", "to"))
        # The bank's older days hold currencies that are no more: they are kept as they are called.
        if not all(code in CURRENCIES or self._historic(code) for code in (base, currency)):
            raise BadRow("TO351", f"{base or '(blank)'} to {currency or '(blank)'} is unknown")
        if base == currency:
            raise BadRow("TO351", f"{base} to {currency} needs no rate")
        rate = ExchangeRate(
            exchange_key(self._settings.source, day, base, currency),
            self._settings.source, day, base, currency, *self._digits(row["rate"]),
        )  # fmt: skip
        if (known := read.rates.get(rate.key, rate)) != rate:
            raise BadRow(
                "TO352",
                f"1 {base} has another rate to {currency} on {day}, at {read.rows[known.key]}",
            )
        return rate

    def _historic(self, code: str) -> bool:
        """A code of the bank's own files, in which currencies stand that were given up since."""
        known = self._settings.profile.name == "ecb"
        return known and len(code) == 3 and code.isascii() and code.isalpha()

    def _digits(self, text: str) -> tuple[int, int]:
        try:
            return parse_exchange(str(parse_number(text, self._settings.decimal_comma)))
        except (ValueError, ArithmeticError):
            raise BadRow(
                "TO351",
                f"rate: {text!r} is not a number above zero like 1.0845, of at most 12 digits",
            ) from None
