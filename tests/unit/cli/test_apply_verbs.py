"""The verbs around apply, as a person types them: apply, approve, state, log."""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest
from filebooks import NOON, document, key, plan_of

from tieout.config.load import load
from tieout.connectors.targets import reader
from tieout.domain.change import Action, Change, Guard
from tieout.planning import plan_file
from tieout.store import database, lock, snapshot
from tieout.store.journal import Journal
from tieout.store.record import Act, Event

COMPANY = """\
company:
  id: northwind
  name: Northwind Studio
  timezone: America/Los_Angeles
  currency: USD
  workweek: {starts: sunday, at: "00:00"}
sources:
  timesheets: {connector: file, profile: toggl, path: "data/*.csv"}
targets:
  books: {connector: plaintext, format: beancount, path: books/}
streams:
  studio:
    from: timesheets
    starts: {record: 2026-09-01}
    produce:
      time_activity: {to: books}
"""
TOO_MANY = Guard(name="creates", value="1", limit="0", ok=False)


@pytest.fixture
def company(tmp_path, monkeypatch):
    (tmp_path / "tieout.yaml").write_text(COMPANY)
    monkeypatch.chdir(tmp_path)
    loaded = load(tmp_path)
    assert loaded.config is not None, loaded.diagnostics
    return loaded.config


@pytest.fixture
def plan(company):
    """A plan of one invoice, saved as plan.tieout."""
    return saved(company, {"e1": 60})


def saved(company, entries, name="plan.tieout", **more):
    after = document(key("a"), entries)
    create = Change(
        action=Action.CREATE, document=key("a"), kind="invoice", target="books", change_set="a",
        reason="entries", sequence=1, phase=1, before=None, after=after,
    )  # fmt: skip
    plan = plan_of([create], identity=reader(company, "books").identity, applied={}, **more)
    plan = replace(plan, body=replace(plan.body, config=company.digest))
    plan_file.write(company.root / name, plan)
    return plan


def test_applied_logged_shown_verified_and_applied_again(tieout, company, plan):
    first = tieout("apply", "plan.tieout")
    assert first.code == 0, first.err
    assert first.out.startswith(f"Plan {plan.id[:8]}  ·  applied")
    assert "create  1 done" in first.out
    assert "Next: tieout reconcile" in first.out
    assert (company.root / "books/tieout/invoice/2026-11.beancount").exists()

    again = tieout("apply", "plan.tieout")
    assert again.code == 0
    assert "nothing to do" in again.out

    assert f"plan {plan.id[:8]}  ·  1 done" in tieout("log").out
    shown = tieout("state", "show")
    assert shown.code == 0
    assert "4 records" in shown.out
    assert "lock     free" in shown.out
    verified = tieout("state", "verify")
    assert (verified.code, "4 records verified" in verified.out) == (0, True)
    assert "made anew from 4 records" in tieout("state", "rebuild").out


def test_before_the_first_apply_every_verb_says_so(tieout, company):
    assert "nothing was applied yet" in tieout("state", "show").out
    assert "nothing to verify" in tieout("state", "verify").out
    assert "nothing to rebuild" in tieout("state", "rebuild").out
    assert "Next: tieout plan" in tieout("log").out
    nothing = {"format_version": 1, "applies": [], "changes": []}
    assert json.loads(tieout("log", "--format", "json").out) == nothing
    assert not company.state.exists()


def test_the_dry_run_shows_the_text_that_would_be_written(tieout, company, plan):
    ran = tieout("apply", "plan.tieout", "--dry-run")
    assert ran.code == 0
    assert key("a") in ran.out
    assert "Nothing was written. Next: tieout apply plan.tieout" in ran.out
    assert not company.state.exists()
    assert not (company.root / "books").exists()


def test_json_is_the_report(tieout, plan):
    ran = tieout("apply", "plan.tieout", "--format", "json")
    assert json.loads(ran.out)["counts"] == {"create": {"done": 1}}
    logged = json.loads(tieout("log", "--format", "json").out)["applies"]
    assert logged[0]["counts"] == {"done": 1}


def test_a_guard_refuses_until_approved_with_the_line_it_prints(tieout, company):
    saved(company, {"e1": 60}, guards=(TOO_MANY,))
    refused = tieout("apply", "plan.tieout")
    assert refused.code == 3
    line = 'tieout approve plan.tieout --override creates --reason "…"'
    assert f"Next: {line}" in refused.err

    approved = tieout("approve", "plan.tieout", "--override", "creates", "--reason", "first run")
    assert approved.code == 0
    assert "creates overridden: first run" in approved.out
    assert "Next: tieout apply plan.tieout" in approved.out
    assert tieout("apply", "plan.tieout").code == 0


def test_after_one_override_the_next_guard_is_named(tieout, company):
    saved(company, {"e1": 60}, guards=(TOO_MANY, replace(TOO_MANY, name="updates")))
    allow = ("approve", "plan.tieout", "--reason", "first run", "--override")
    assert "Next: tieout approve plan.tieout --override updates" in tieout(*allow, "creates").out
    assert "Next: tieout apply plan.tieout" in tieout(*allow, "updates").out


def test_a_damaged_journal_is_no_ground_to_rebuild_on(tieout, company, plan):
    tieout("apply", "plan.tieout")
    with contextlib.closing(sqlite3.connect(company.state / "journal.db")) as connection:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for (name,) in connection.execute(triggers).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE record SET actor = 'nobody' WHERE number = 2")
        connection.commit()
    ran = tieout("state", "rebuild")
    assert (ran.code, "TO505 journal record 2" in ran.err) == (1, True)


def test_an_override_without_reason_is_refused(tieout, company):
    saved(company, {"e1": 60}, guards=(TOO_MANY,))
    ran = tieout("approve", "plan.tieout", "--override", "creates")
    assert ran.code == 3
    assert "TO527" in ran.err


def test_a_stale_plan_exits_4(tieout, company, plan):
    saved(company, {"e2": 30}, "other.tieout")
    assert tieout("apply", "other.tieout").code == 0
    ran = tieout("apply", "plan.tieout")
    assert ran.code == 4
    assert "TO521" in ran.err


def test_drift_exits_5_and_is_listed(tieout, company, plan):
    tieout("apply", "plan.tieout")
    books = company.root / "books/tieout/invoice/2026-11.beancount"
    after = document(key("a"), {"e1": 60})
    update = Change(
        action=Action.UPDATE, document=key("a"), kind="invoice", target="books", change_set="a",
        reason="entries", sequence=2, phase=1, before=after, after=document(key("a"), {"e1": 90}),
    )  # fmt: skip
    second = plan_of(
        [update], identity=plan.body.targets["books"], applied={key("a"): (1, after.digest)}
    )
    plan_file.write(company.root / "second.tieout", second)
    books.write_text(books.read_text().replace("2026-11-30", "2026-11-29"))

    ran = tieout("apply", "second.tieout")

    assert ran.code == 5
    assert "applied in part" in ran.out
    assert f"! {key('a')}  refused  TO533" in ran.out
    assert "TO543" in ran.err, "the second plan was made from another config: told, not refused"


def test_newer_time_is_told_and_not_refused(tieout, company, monkeypatch):
    saved(company, {"e1": 60}, snapshots={"timesheets": "a" * 64})
    monkeypatch.setattr(snapshot, "newest", lambda *_: SimpleNamespace(id="b" * 64))
    ran = tieout("apply", "plan.tieout")
    assert ran.code == 0
    assert "the time in timesheets changed since the plan was made" in ran.err


def test_the_log_tells_of_cut_off_and_forgotten_applies(tieout, company, plan):
    opened = Act(event=Event.OPENED, actor="kim", plan=plan.id)
    closed = replace(opened, event=Event.CLOSED)
    with Journal.open(company.state, "northwind", "default") as journal:
        journal.append([opened, opened, closed], NOON)
    newest, oldest = tieout("log").out.splitlines()
    assert newest.endswith("its counts were removed by retention")
    assert oldest.endswith("cut off")


def test_an_invalid_company_is_refused(tieout, company, plan):
    (company.root / "tieout.yaml").write_text("company: 1\n")
    assert tieout("apply", "plan.tieout").code == 1


def test_an_unexpected_config_is_refused(tieout, plan):
    ran = tieout("apply", "plan.tieout", "--expect-config", "d" * 64)
    assert (ran.code, "TO530" in ran.err) == (3, True)


def test_a_broken_journal_is_told_without_a_traceback(tieout, company, plan):
    tieout("apply", "plan.tieout")
    connection = sqlite3.connect(database.path(company.state))
    connection.execute("DROP TRIGGER record_never_updated")
    connection.execute("UPDATE record SET actor = 'eve' WHERE number = 2")
    connection.commit()
    connection.close()
    ran = tieout("state", "verify")
    assert ran.code == 1
    assert "journal record 2 was changed after it was written" in ran.err
    for suffix in ("", "-wal", "-shm"):
        database.path(company.state).with_name("journal.db" + suffix).unlink(missing_ok=True)
    database.path(company.state).write_text("gone")
    for verb in ("show", "verify", "rebuild"):
        ran = tieout("state", verb)
        assert (ran.code, "TO501" in ran.err) == (1, True)


def test_a_lock_is_shown_broken_by_its_id_and_remembered(tieout, company, plan):
    held = lock.hold(
        company.state, who="ana", command="apply p", clock=lambda: NOON, tell=lambda _: None
    )
    with held as ours:
        shown = tieout("state", "show").out
        assert f"Next: tieout state unlock {ours.holder.id}" in shown
        refused = tieout("apply", "plan.tieout")
        assert refused.code == 3
        assert "the state is locked by ana" in refused.err
        assert tieout("state", "unlock", ours.holder.id).code == 3
        broken = tieout("state", "unlock", ours.holder.id, "--force")
        assert broken.code == 0
        assert broken.out.endswith("Next: tieout apply p\n")
    assert tieout("apply", "plan.tieout").code == 0
    connection = sqlite3.connect(database.path(company.state))
    assert connection.execute("SELECT event FROM record").fetchone() == ("unlocked",)
    connection.close()


def test_killed_and_resumed_from_the_command_line(tieout, company, plan):
    """A real process, killed between the file and its record."""
    script = (
        "import os, signal, sys\n"
        "from tieout.applying import execute\n"
        "from tieout.cli.app import main\n"
        "whole = execute._Walk._record\n"
        "execute._Walk._record = lambda *a: os.kill(os.getpid(), signal.SIGKILL)\n"
        "main(['apply', 'plan.tieout'])\n"
    )
    died = subprocess.run([sys.executable, "-c", script], cwd=company.root, check=False)
    assert died.returncode == -signal.SIGKILL
    assert "that process has ended" in tieout("state", "show").out

    refused = tieout("apply", "plan.tieout")
    assert refused.code == 3
    assert "took over the lock" in refused.err
    assert "Next: tieout apply plan.tieout --resume" in refused.err

    resumed = tieout("apply", "plan.tieout", "--resume")
    assert resumed.code == 0
    assert f"{key('a')}: was done" in resumed.err
    assert tieout("log").out.count("plan") == 2
    assert "cut off" in tieout("log").out


def test_ctrl_c_ends_in_good_order(company, plan):
    """SIGTERM while the books are read: the end report comes, and nothing is left open."""
    script = (
        "import os, signal, sys\n"
        "from tieout.applying import execute\n"
        "from tieout.cli.app import main\n"
        "whole = execute._Walk._open\n"
        "def signalled(self, pending):\n"
        "    whole(self, pending)\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "execute._Walk._open = signalled\n"
        "sys.exit(main(['apply', 'plan.tieout']))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=company.root, check=False, capture_output=True,
        text=True,
    )  # fmt: skip
    assert ran.returncode == 5, ran.stderr
    assert "not tried" in ran.stdout
    assert "TO539" in ran.stderr
    assert lock.holder(company.state) is None


def test_who_is_asking_is_known_even_outside_a_repository(tieout, company, plan, monkeypatch):
    monkeypatch.setenv("LOGNAME", "kim")
    with contextlib.suppress(KeyError):
        monkeypatch.delenv("USER")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", os.fspath(company.root.parent))
    assert "approved by kim" in tieout("approve", "plan.tieout").out
