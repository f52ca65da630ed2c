"""Tryton made ready for the contract suite: one database a mode, swept by SQL before each test; its people
work with proteus, Tryton's own client library."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, closing
from datetime import date
from decimal import Decimal
from hashlib import md5
from pathlib import Path
from typing import Any

import pytest
from benches import Bench, Hands

from tieout.connectors.ports import TargetSettings
from tieout.connectors.targets import tryton
from tieout.connectors.wire.failures import Unknown
from tieout.domain.change import Change

#: Bench → the mode of its database.
TRYTON = {"tryton-strict": "strict", "tryton-vanilla": "vanilla"}

#: What a test leaves behind: records, and the months of journals that closed with a period and, other than
#: it, aren't opened again with it.
SWEPT = (
    "TRUNCATE account_invoice_line, account_invoice, account_move_line, account_move, timesheet_line"
    " CASCADE",
    "UPDATE account_journal_period SET state = 'open'",
)


#: What books may never hold, and how it is found.
UNSOUND = {
    "a move that doesn't balance":
        "SELECT move FROM account_move_line GROUP BY move HAVING sum(debit) <> sum(credit)",
    "a line on both sides, or below nothing":
        "SELECT id FROM account_move_line WHERE debit <> 0 AND credit <> 0 OR debit < 0 OR credit < 0",
    "a move outside its period":
        "SELECT m.id FROM account_move m JOIN account_period p ON p.id = m.period"
        " WHERE m.date NOT BETWEEN p.start_date AND p.end_date",
    "time below nothing":
        "SELECT id FROM timesheet_line WHERE duration < interval '0'",
    "a line without its whole":
        "SELECT id FROM account_invoice_line WHERE invoice IS NULL",
}  # fmt: skip


def settings(database: Any, folder: Path, company: str = "northwind", **more: Any) -> TargetSettings:
    """As ``tieout.yaml`` would say it; the password waits in a file that only we can read."""
    secret = folder / "password"
    secret.write_text(database.password)
    secret.chmod(0o600)
    return TargetSettings(
        name="erp",
        company=company,
        environment="default",
        root=str(folder),
        path=None,
        options={
            "address": database.address,
            "database": database.name,
            "login": database.user,
            "secret": "${file:password}",
            "once": "unique" if database.mode == "strict" else "lookup",
            "settle": "0s",
            **more,
        },
        tax={"standard": (975, "Liabilities:Sales-Tax")},
        names={("customer", "acme"): "Acme Corp"},
        state=str(folder / "state"),
    )


class People:
    """What people do in Tryton's own client."""

    def __init__(self, database: Any, reader: Any) -> None:
        from proteus import Model

        self.database, self.reader = database, reader
        self.model = Model.get
        database.people()

    def record(self, key: str) -> Any:
        (held,) = self.reader.held([key])
        model, _, number = held.remote.partition(",")
        return self.model(model)(int(number))

    def edit_their_field(self, key: str) -> None:
        """A purchase order's number before our mark, or in a field that we never fill."""
        record = self.record(key)
        if record.__class__.__name__ == "account.invoice":
            record.reference = "4711"
        else:
            record.description = f"4711 {record.description}"
        record.save()

    def their_field(self, key: str) -> object:
        foreign = self.reader.look_up([key])[key].foreign
        return foreign.get("reference") or foreign["description"].split()[0]

    def edit_our_amount(self, key: str) -> None:
        invoice = self.record(key)
        line = invoice.lines[0]
        line.unit_price = line.unit_price + 1
        invoice.save()

    def close_through(self, day: str) -> None:
        periods = self.model("account.period").find([("end_date", "<=", date.fromisoformat(day))])
        for period in periods:
            period.click("close")

    def reopen(self) -> None:
        for period in self.model("account.period").find([("state", "!=", "open")]):
            period.click("reopen")

    def finalise(self, key: str) -> None:
        """Posted, and the warning that its date lies ahead clicked away."""
        invoice = self.record(key)
        seal = md5(f"account.invoice,{invoice.id}".encode(), usedforsecurity=False).hexdigest()
        self.model("res.user.warning")(name=f"{seal}.invoice_date_future", user=1).save()
        invoice.click("post")

    def credit(self, key: str, minor: int) -> None:
        invoice = self.record(key)
        credit = self.model("account.invoice")(type="out", party=invoice.party)
        credit.account, credit.invoice_date = invoice.account, invoice.invoice_date
        line = credit.lines.new()
        line.account, line.quantity = invoice.lines[0].account, -1.0
        line.unit_price, line.origin = Decimal(minor).scaleb(-2), invoice.lines[0]
        credit.save()

    def check(self) -> None:
        """What stands in the database is sound, whatever was asked of Tryton."""
        with closing(self.database.cluster.connect(self.database.name)) as connection:
            found = {what: connection.execute(sql).fetchall() for what, sql in UNSOUND.items()}
        assert found == {what: [] for what in UNSOUND}


def bench_of(database: Any, folder: Path) -> tuple[Bench, People]:
    reader = tryton.reader(settings(database, folder))
    writer = tryton.writer(settings(database, folder))
    people = People(database, reader)

    def lose_answer(changes: Sequence[Change]) -> None:
        losing = tryton.writer(settings(database, folder))
        tell = losing.reader.rpc.tell

        def told(*params: Any, **more: Any) -> None:
            tell(*params, **more)
            raise Unknown("the answer is lost")

        losing.reader.rpc.tell = told
        ((name, batch),) = losing.batches(changes)
        assert {o.status for o in losing.write(name, batch)} == {"unknown"}

    hands = Hands(
        edit_their_field=people.edit_their_field,
        edit_our_amount=people.edit_our_amount,
        their_field=people.their_field,
        close_through=people.close_through,
        finalise=people.finalise,
        credit=people.credit,
        check=people.check,
    )
    stranger = tryton.writer(settings(database, folder, "southwind"))
    return Bench(reader, writer, stranger, hands, lose_answer, 1, "posted"), people


@pytest.fixture(scope="session")
def tryton_databases(tryton_server: Any) -> Any:
    """Mode → a database that the whole session shares."""
    with ExitStack() as stack:
        made: dict[str, Any] = {}

        def database(mode: str) -> Any:
            if mode not in made:
                made[mode] = stack.enter_context(tryton_server.database(mode))
            return made[mode]

        yield database


@pytest.fixture
def tryton_bench(tryton_databases: Any) -> Any:
    def made(mode: str, folder: Path) -> Bench:
        database = tryton_databases(mode)
        database.sql(*SWEPT)
        bench, people = bench_of(database, folder)
        people.reopen()
        return bench

    return made
