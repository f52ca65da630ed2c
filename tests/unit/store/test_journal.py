"""The journal: append-only, chained, and honest about every byte that isn't as it was."""

import sqlite3
from dataclasses import replace
from datetime import datetime

import pytest
from filebooks import CONFIG, NOON, World, document, key

from tieout.domain.diagnostic import Refused
from tieout.store import database
from tieout.store.journal import Journal
from tieout.store.record import Act, Event, Payload, stamp

OPENED = Act(event=Event.OPENED, actor="kim", plan="p" * 64, payload=Payload({"changes": 1}))


@pytest.fixture
def journal(tmp_path):
    with Journal.open(tmp_path / "state", "northwind", "default") as journal:
        yield journal


def act(event, attempt=1, operation="op", **fields):
    payload = Payload({"change": {"after": None, "claims": []}, "config": CONFIG})
    return Act(
        **{
            "event": event,
            "actor": "kim",
            "target": "books",
            "identity": "file:books",
            "document": key("a"),
            "sequence": 1,
            "operation": operation,
            "attempt": attempt,
            "payload": payload,
            **fields,
        }
    )


def tamper(state, sql, *parameters):
    """What somebody with a tool can do: drop the triggers, change a row, put them back."""
    connection = sqlite3.connect(database.path(state))
    triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    triggers = triggers.fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(sql, parameters)
    for _, text in triggers:
        connection.execute(text)
    connection.commit()
    connection.close()


def codes(diagnostics):
    return [d.code for d in diagnostics]


def test_records_are_numbered_chained_and_say_who_and_when(journal):
    first, second = journal.append([OPENED, act(Event.INTENDED)], NOON)
    assert (first.number, second.number) == (1, 2)
    assert (first.previous, second.previous) == (None, first.hash)
    assert (first.at, first.actor) == ("2026-11-23T12:00:00.000000Z", "kim")
    assert (first.company, first.environment) == ("northwind", "default")
    assert journal.head() == (2, second.hash)
    assert list(journal.records()) == [first, second]
    assert list(journal.records(2)) == list(journal.records(document=key("a"))) == [second]
    assert journal.payload(first.payload) == {"changes": 1}
    assert journal.payload("0" * 64) is None


def test_a_payload_is_kept_once(journal):
    journal.append([OPENED, OPENED], NOON)
    assert journal.connection.execute("SELECT count(*) FROM payload").fetchone() == (1,)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE record SET actor = 'eve'",
        "DELETE FROM record",
        "UPDATE payload SET body = '{}'",
    ],
)
def test_the_database_itself_forbids_change(journal, sql):
    journal.append([OPENED], NOON)
    with pytest.raises(sqlite3.IntegrityError):
        journal.connection.execute(sql)


def test_the_same_act_cannot_be_intended_or_done_twice(journal):
    journal.append([OPENED, act(Event.INTENDED), act(Event.DONE)], NOON)
    for again in (act(Event.INTENDED), act(Event.DONE), act(Event.DONE_DIFFERS, attempt=2)):
        with pytest.raises(Refused) as refused:
            journal.append([act(Event.INTENDED, operation="other"), again], NOON)
        assert codes(refused.value.diagnostics) == ["TO508"]
    assert journal.head()[0] == 3, "a transaction stands whole or not at all"


def test_open_intents_are_those_without_an_outcome(journal):
    ops = [act(Event.INTENDED, operation=str(n), document=key(n)) for n in range(5)]
    journal.append([OPENED, *ops], NOON)
    for n, event in enumerate((Event.DONE, Event.REFUSED, Event.NOT_DONE, Event.UNKNOWN)):
        journal.append([replace(ops[n], event=event)], NOON)
    assert [r.document for r in journal.open_intents()] == [key(3), key(4)]
    assert journal.attempts(["0", "none"]) == {"0": 1}
    assert journal.unclosed()
    journal.append([Act(event=Event.CLOSED, actor="kim")], NOON)
    assert not journal.unclosed()


def test_a_reader_sees_what_a_writer_appends_meanwhile(journal):
    journal.append([OPENED], NOON)
    with Journal.read(journal.state, "northwind", "default") as reader:
        journal.append([act(Event.INTENDED)], NOON)
        assert reader.head() == journal.head()
        assert reader.holds(1, reader.head()[1]) is False
        assert reader.holds(*reader.head())
        with pytest.raises(Refused) as refused:
            reader.append([OPENED], NOON)
    assert codes(refused.value.diagnostics) == ["TO503"]


def test_before_the_first_apply_there_is_nothing_to_read(tmp_path):
    assert Journal.read(tmp_path, "northwind", "default") is None
    database.path(tmp_path).touch()
    assert Journal.read(tmp_path, "northwind", "default") is None


@pytest.mark.parametrize("owner", [("acme", "default"), ("northwind", "sandbox")])
def test_another_company_or_environment_is_refused(journal, owner):
    for opening in (Journal.open, Journal.read):
        with pytest.raises(Refused) as refused:
            opening(journal.state, *owner)
        assert codes(refused.value.diagnostics) == ["TO502"]


def test_a_file_that_is_no_journal_is_refused(tmp_path):
    database.path(tmp_path).write_bytes(b"not a database at all" * 100)
    for opening in (Journal.open, Journal.read):
        with pytest.raises(Refused) as refused:
            opening(tmp_path, "northwind", "default")
        assert codes(refused.value.diagnostics) == ["TO501"]


def test_a_newer_format_is_refused(journal):
    journal.connection.execute(f"PRAGMA user_version = {database.FORMAT + 1}")
    for opening in (Journal.open, Journal.read):
        with pytest.raises(Refused) as refused:
            opening(journal.state, "northwind", "default")
        assert codes(refused.value.diagnostics) == ["TO504"]


def test_a_state_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(Refused) as refused:
        Journal.open(tmp_path / "file" / "state", "northwind", "default")
    assert codes(refused.value.diagnostics) == ["TO503"]


def test_a_full_disk_leaves_the_journal_as_it_was(journal):
    journal.append([OPENED], NOON)
    pages = journal.connection.execute("PRAGMA page_count").fetchone()[0]
    journal.connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Refused) as refused:
        journal.append([replace(OPENED, payload=Payload({"much": "x" * 100_000}))], NOON)
    assert codes(refused.value.diagnostics) == ["TO503"]
    assert journal.head()[0] == 1
    assert journal.verify() == []


def test_a_done_act_must_say_what_it_did_and_when(journal):
    with pytest.raises(ValueError, match="what it did"):
        journal.append([act(Event.DONE, payload=None)], NOON)
    with pytest.raises(ValueError, match="without a zone"):
        stamp(datetime(2026, 11, 23))


@pytest.fixture
def state(tmp_path):
    world = World(tmp_path)
    world.apply(world.plan({"a": {"e1": 60}, "b": {"e2": 30}}))
    return world.state


def verified(state):
    with Journal.open(state, "northwind", "default") as journal:
        return [d.message for d in journal.verify()]


def test_an_untouched_journal_verifies_also_without_a_removed_payload(state):
    assert verified(state) == []
    connection = sqlite3.connect(database.path(state))
    connection.execute("DELETE FROM payload WHERE rowid = 1")
    connection.commit()
    connection.close()
    assert verified(state) == []


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE record SET actor = 'eve' WHERE number = 2", "record 2 was changed after"),
        ("UPDATE record SET at = at || ' ' WHERE number = 6", "record 6 was changed after"),
        ("UPDATE record SET event = 'dined' WHERE number = 3", "record 3 was changed after"),
        ("UPDATE record SET actor = x'ff' WHERE number = 3", "record 3 was changed after"),
        ("DELETE FROM record WHERE number = 4", "record 4 is missing (next is 5)"),
        ("UPDATE record SET previous = 'x' WHERE number = 4", "record 4 doesn't follow record 3"),
        ("UPDATE payload SET body = replace(body, 'e1', 'e9')", "record 2 has a payload that was"),
        (
            "UPDATE payload SET digest = 'x' || digest WHERE rowid = 2",
            "record 2 has a payload that",
        ),
    ],
)
def test_whatever_is_changed_is_named_by_its_record(state, sql, said):
    tamper(state, sql)
    assert any(said in message for message in verified(state)), verified(state)


def test_an_event_that_is_none_is_told_without_a_traceback(state):
    tamper(state, "UPDATE record SET event = 'dined' WHERE number = 3")
    journal = Journal.open(state, "northwind", "default")
    with journal, pytest.raises(Refused) as refused:
        journal.open_intents()
    assert codes(refused.value.diagnostics) == ["TO501"]
    assert "record 3" in refused.value.diagnostics[0].message


def test_a_flipped_byte_in_a_row_is_named(state):
    World(state.parent).journal().close()  # the last to close folds the log into the file
    file = database.path(state)
    content = file.read_bytes()
    place = content.index(b"2026-11-23T12:00:00.000000Zintended")
    file.write_bytes(content[:place] + b"3" + content[place + 1 :])
    assert any("was changed after it was written" in message for message in verified(state))


def test_a_corrupt_page_is_told_without_a_traceback(state):
    with Journal.open(state, "northwind", "default") as journal:
        page = journal.connection.execute("PRAGMA page_size").fetchone()[0]
        root = journal.connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'record'"
        ).fetchone()[0]
    with database.path(state).open("r+b") as file:
        file.seek((root - 1) * page)
        file.write(b"\xff" * page)
    with Journal.open(state, "northwind", "default") as journal:
        assert "TO501" in codes(journal.verify())
        with pytest.raises(Refused) as refused:
            journal.head()
    assert codes(refused.value.diagnostics) == ["TO501"]


def test_a_corrupt_payload_page_is_told(state):
    with Journal.open(state, "northwind", "default") as journal:
        page = journal.connection.execute("PRAGMA page_size").fetchone()[0]
        root = journal.connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'payload'"
        ).fetchone()[0]
    with database.path(state).open("r+b") as file:
        file.seek((root - 1) * page)
        file.write(b"\xff" * page)
    assert any("payload" in message for message in verified(state))


def test_which_books_our_acts_went_to(state):
    with Journal.open(state, "northwind", "default") as journal:
        assert journal.identities() == {"books": "file:books"}
        assert (
            journal.standings([key("a"), key("x")])[("books", key("a"))].digest
            == document(key("a"), {"e1": 60}).digest
        )
