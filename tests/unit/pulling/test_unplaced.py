"""Kinds of documents that a target has no place for, and settings of targets that can't be used."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tieout.config.load import load
from tieout.domain.diagnostic import Refused
from tieout.planning.gather import gather
from tieout.pulling.unplaced import unplaced

BASE = Path(__file__).resolve().parents[2] / "conformance" / "invalid" / "_base"
PLAIN = "connector: plaintext, format: beancount, path: books/"
ERP = """connector: tryton, address: "https://erp.base.example", database: base, login: tieout"""


def company(root: Path, target: str):
    shutil.copytree(BASE, root)
    text = (root / "tieout.yaml").read_text()
    if "tryton" in target:
        text = text.replace("{books: {path: sandbox/}}", "{books: {database: sandbox}}")
    text = text.replace(PLAIN, target)
    (root / "tieout.yaml").write_text(text)
    loaded = load(root)
    assert loaded.config is not None, loaded.diagnostics
    return loaded.config


def test_plain_text_books_hold_what_the_base_sends(tmp_path):
    assert unplaced(company(tmp_path / "base", PLAIN)) == ()


def test_a_kind_without_a_place_is_refused_where_it_is_sent(tmp_path):
    config = company(tmp_path / "erp", f'{ERP}, secret: "${{env:TRYTON}}"')
    (found,) = unplaced(config)
    assert (found.code, str(found.position)) == ("TO187", "tieout.yaml:16:23")
    assert found.message == "the target 'books' has no place for a timesheet"
    assert "timesheet" in found.line
    with pytest.raises(Refused) as refused:
        gather(config)
    assert [d.code for d in refused.value.diagnostics] == ["TO187"]


def test_settings_of_a_target_are_told_too_and_no_secret(tmp_path):
    (found,) = unplaced(company(tmp_path / "erp", f"{ERP}, secret: hunter22"))
    assert found.code == "TO430"
    assert "hunter22" not in repr(found)
