"""`tieout doctor` and `tieout explain KEY`: what a newcomer asks when something is in the way."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from test_json import told

from tieout.config.load import load
from tieout.governance.doctor import Health, examine


def healths(root: Path, now: datetime) -> dict[str, tuple[str, str, str]]:
    found = examine(load(root), root, now)
    return {c.name: (c.health.value, c.message, c.next) for c in found}


def test_each_thing_that_a_run_relies_on(booked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.now(UTC)
    document = told(booked.tieout("doctor", "--format", "json"), "doctor")
    assert {"config", "git", "state", "lock"} <= {c["name"] for c in document["checks"]}
    found = healths(booked.root, now)
    assert found["state"][0] == "ok"
    assert found["lock"] == ("ok", "free", "")
    later = healths(booked.root, now + timedelta(days=400))
    aged = [
        name for name, (health, said, _) in later.items() if health == "warn" and "days ago" in said
    ]
    assert aged
    before = healths(booked.root, datetime(2001, 1, 1, tzinfo=UTC))
    assert before["clock"][0] == Health.FAIL
    text = (booked.root / "tieout.yaml").read_text()
    source = (
        'sources:\n  pay: {connector: file, profile: pay_rates, path: "${env:NO_SUCH_THING}"}\n'
    )
    (booked.root / "tieout.yaml").write_text(text.replace("sources:\n", source, 1))
    secret = healths(booked.root, now)["source pay"]
    assert (secret[0], secret[2]) == ("fail", "tieout explain TO163")
    ran = booked.run("--root", str(booked.root), "doctor")
    assert ran.code == 1
    assert "Next: tieout explain TO163" in ran.out


def test_a_config_that_is_wrong_is_told_and_nothing_else_is_tried(
    tmp_path: Path, tieout: Any
) -> None:
    (tmp_path / "tieout.yaml").write_text("company: 1\n")
    ran = tieout("--root", tmp_path, "doctor")
    assert ran.code == 1
    assert ran.out.startswith("fail  config")
    assert "warn  git" in ran.out


def test_strict_minds_warnings_and_a_plan_waits_for_its_approval(
    tmp_path: Path, tieout: Any
) -> None:
    tieout("init", tmp_path / "c")
    root = ("--root", tmp_path / "c")
    assert tieout(*root, "doctor").code == 0
    assert tieout(*root, "doctor", "--strict").code == 1
    (tmp_path / "c" / "torn.tieout").write_text("{")
    assert "fail  plan torn.tieout" in tieout(*root, "doctor").out


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("billing.rate", "projects.billing.rate  ·  mappings/projects"),
        ("overtime", "overtime  ·  rules"),
        ("starts", "streams.NAME.starts  ·  tieout.yaml"),
        ("apply", "Next: tieout apply --help"),
    ],
)
def test_keys_and_verbs_are_explained(word: str, says: str, tieout: Any) -> None:
    ran = tieout("explain", word)
    assert ran.code == 0
    assert says in ran.out


def test_a_slip_in_a_key_is_near_to_it(tieout: Any) -> None:
    ran = tieout("explain", "overtme")
    assert ran.code == 1
    assert "did you mean overtime" in ran.err
    document = told(tieout("explain", "after_final", "--format", "json").out, "code")
    assert document["keys"][0]["file"] == "rules"
    assert json.dumps(document)
