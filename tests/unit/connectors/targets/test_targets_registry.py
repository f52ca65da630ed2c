"""Which module meets a target, and what of the config it is told."""

from datetime import date
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace

import pytest

from tieout.config.model import (
    Account,
    Company,
    Config,
    Customer,
    Environment,
    Rules,
    TargetConfig,
    TaxRule,
    Worker,
)
from tieout.connectors import targets
from tieout.connectors.targets.plaintext.reader import PlainTextReader
from tieout.connectors.targets.plaintext.writer import PlainTextWriter
from tieout.domain.diagnostic import Refused


def config(root="/company", connector="plaintext"):
    spring = date(2026, 3, 1)
    return Config(
        root=Path(root), company=Company(
            id="northwind", name="Northwind", timezone="UTC", currency="USD", week_starts=6),
        environment=Environment(name="sandbox"), sources={}, streams={},
        targets={"books": TargetConfig(
            name="books", connector=connector, path="books/", options={"resolution": "6m"})},
        workers=(Worker(id="E-001", name="Ana"), Worker(id="C-7", name="Li", kind="contractor")),
        customers=(Customer(id="acme", name="Acme Inc", from_=spring),
                   Customer(id="acme", name="Acme")),
        projects=(), services=(), accounts=(
            Account(id="sales_tax", books={"books": "Liabilities:New"}, from_=spring),
            Account(id="sales_tax", books={"books": "Liabilities:Old"})),
        earnings=(), rules=Rules(tax={
            "standard": TaxRule(code="standard", percent=975, account="sales_tax"),
            "odd": TaxRule(code="odd", percent=1, account="unmapped")}),
        state=Path("/company/.tieout"), digest="d", positions={},
    )  # fmt: skip


def test_a_target_is_told_what_it_needs_and_no_more():
    settings = targets.settings(config(), "books")
    assert (settings.company, settings.environment) == ("northwind", "sandbox")
    assert settings.path == "books/"
    assert settings.tax == {"standard": (975, "Liabilities:New"), "odd": (1, "unmapped")}
    assert settings.names == {
        ("employee", "E-001"): "Ana", ("vendor", "C-7"): "Li", ("customer", "acme"): "Acme Inc",
    }  # fmt: skip


def test_reader_and_writer_of_plain_text(tmp_path):
    reader = targets.reader(config(tmp_path), "books")
    assert isinstance(reader, PlainTextReader)
    assert reader.capabilities.resolution == 360
    assert isinstance(targets.writer(config(tmp_path), "books"), PlainTextWriter)
    steps = []
    assert targets.writer(config(tmp_path), "books", steps.append).checkpoint == steps.append


def test_to401_names_that_are_not_there():
    with pytest.raises(Refused) as error:
        targets.settings(config(), "book")
    (diagnostic,) = error.value.diagnostics
    assert (diagnostic.code, diagnostic.hint) == ("TO401", "did you mean 'books'?")
    with pytest.raises(Refused) as error:
        targets.reader(config(connector="abacus"), "books")
    assert error.value.diagnostics[0].hint == "there are: plaintext, tryton"


def test_a_third_party_brings_a_connector(monkeypatch):
    theirs = SimpleNamespace(
        reader=lambda s: f"reads {s.name}", writer=lambda s: f"writes {s.name}"
    )
    monkeypatch.setattr(EntryPoint, "load", lambda self: theirs)
    point = EntryPoint("abacus", "abacus.tieout", targets.GROUP)
    monkeypatch.setattr(targets, "entry_points", lambda group: [point])
    assert targets.reader(config(connector="abacus"), "books") == "reads books"
    assert targets.writer(config(connector="abacus"), "books") == "writes books"
