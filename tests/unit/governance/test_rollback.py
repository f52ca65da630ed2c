"""What is refused before anything is undone."""

from types import SimpleNamespace

import pytest

from tieout.cli import rollback as verb
from tieout.domain.diagnostic import Refused
from tieout.governance import revert, rollback
from tieout.governance.applies import Applied


def apply(number, plan):
    return Applied(number=number, plan=plan, actor="kim", began="2026-11-23T12:00:00Z")


class Journal:
    """Stands in for a journal that is opened and asked for nothing but its applies."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


@pytest.fixture
def applies(monkeypatch):
    found = (
        apply(1, "7c1f0a92"),
        apply(9, "7c1f0a92"),
        apply(15, "7c1fe000"),
        apply(20, "12345678"),
    )
    monkeypatch.setattr(rollback, "_journal", lambda config: Journal())
    monkeypatch.setattr(rollback, "history", lambda journal: found)
    return found


def codes(refused):
    return [d.code for d in refused.value.diagnostics]


def test_an_apply_by_its_number_or_all_of_a_plan(applies):
    assert rollback.named(SimpleNamespace(), "15") == applies[2:3]
    assert rollback.named(SimpleNamespace(), "7C1F0A") == applies[:2]
    assert rollback.named(SimpleNamespace(), "1234") == applies[3:]
    assert rollback.named(SimpleNamespace(), "7c1") == ()
    assert rollback.named(SimpleNamespace(), "2") == ()


def test_the_beginning_of_several_plans_is_refused(applies):
    with pytest.raises(Refused) as refused:
        rollback.named(SimpleNamespace(), "7c1f")
    assert codes(refused) == ["TO720"]


def test_before_the_first_apply_there_is_none(monkeypatch):
    monkeypatch.setattr(rollback, "_journal", lambda config: None)
    assert rollback.named(SimpleNamespace(), "1") == ()


def test_what_is_a_commit_and_an_apply_is_refused():
    with pytest.raises(Refused) as refused:
        verb._only_one("1234", (apply(20, "12345678"),), "1234abcd" * 5)
    assert codes(refused) == ["TO726"]


def test_without_a_repository_there_is_no_commit(tmp_path):
    assert revert.commit_of(tmp_path, "HEAD") is None
    with pytest.raises(Refused) as refused:
        revert.revert(tmp_path, "HEAD", ())
    assert codes(refused) == ["TO721"]
