"""A journal that somebody edited, or a disk changed, says what isn't as it was written."""

import random
import sqlite3
from contextlib import closing

import pytest
from filebooks import NOON, World

from tieout.domain.diagnostic import Refused
from tieout.store import applied, database
from tieout.store.journal import Journal
from tieout.store.record import Act, Event

TABLES = ("meta", "record", "payload", "applied")


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    world.apply(world.plan({"a": {"e1": 60}, "b": {"e2": 30}}))
    world.apply(world.plan({"a": {"e1": 90}, "c": {"e3": 30}}))
    return world


def read(state):
    """All that can be read from the file; None where it can't be read at all."""
    try:
        with closing(sqlite3.connect(f"file:{database.path(state)}?mode=ro", uri=True)) as db:
            db.text_factory = bytes
            rows = [sorted(map(repr, db.execute(f"SELECT * FROM {name}"))) for name in TABLES]
            return [*rows, database.layout(db), db.execute("PRAGMA user_version").fetchone()]
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return None


def found(state):
    """What `state verify` tells; a traceback would be a failure."""
    try:
        with Journal.read(state, "northwind", "default") as journal, database.told(state):
            return journal.verify() or applied.compare(journal.connection)
    except Refused as refused:
        return list(refused.diagnostics)


def test_an_edited_record_is_found_by_its_number(world):
    with closing(sqlite3.connect(database.path(world.state))) as connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE record SET actor = 'eve' WHERE number = 2")
        connection.commit()

    with Journal.open(world.state, "northwind", "default") as journal:
        [bare, edited] = journal.verify()
    assert bare.code == "TO501"
    assert "payload_never_updated, record_never_deleted, record_never_updated: not" in bare.message
    assert edited.code == "TO505"
    assert edited.message == "journal record 2 was changed after it was written"
    assert "backup" in edited.hint


def test_every_byte_that_says_something_is_watched(world):
    """Bytes that nobody reads may change; but then nothing that can be read has changed."""
    assert found(world.state) == []
    file, whole = database.path(world.state), read(world.state)
    data, draw = file.read_bytes(), random.Random(7)
    written = [place for place, byte in enumerate(data) if byte]
    places = draw.sample(written, 240) + draw.sample(range(len(data)), 40)
    noticed = 0
    for place in places:
        byte = bytes([data[place] ^ draw.randrange(1, 256)])
        file.write_bytes(data[:place] + byte + data[place + 1 :])
        told = found(world.state)
        noticed += bool(told)
        assert told or read(world.state) == whole, (place, byte)
        assert {each.code for each in told} <= {"TO501", "TO502", "TO504", "TO505", "TO507"}
    assert noticed >= 230


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (b"CREATE TABLE record", b"CREATE TABLE rec\xbard"),  # SQLite quotes the byte
        (b"record_donerecord", b"recordXdonerecord"),
        (b"sqlite_autoindex_payload_1payload", b"sqlite_autoindex_payload_1paylaod"),
        (b"BEFORE DELETE ON record", b"BEFORE DELETE ON appliE"),
        (b"event = 'intended'", b"event = 'intendee'"),
        (b"raise(ABORT, 'the journal", b"raise(IGNORE) -- journal "),
    ],
)
def test_tables_indexes_and_triggers_are_held_to_the_letter(world, was, now):
    file = database.path(world.state)
    data = file.read_bytes()
    assert was in data
    assert len(was) == len(now)
    file.write_bytes(data.replace(was, now))
    assert [each.code for each in found(world.state)][:1] == ["TO501"]


def test_a_journal_that_calls_itself_new_is_not_taken_for_empty(world):
    with closing(sqlite3.connect(database.path(world.state))) as connection:
        connection.execute("PRAGMA user_version = 0")
    for door in (Journal.read, Journal.open):
        with pytest.raises(Refused) as refused:
            door(world.state, "northwind", "default")
        assert [each.code for each in refused.value.diagnostics] == ["TO501"]


def test_who_may_only_read_reads_and_leaves_nothing(world, monkeypatch):
    """As root every folder can be written: that this one can't is pretended."""
    world.journal().close()  # the last to close folds the log into the file
    monkeypatch.setattr(database.os, "access", lambda *_: False)
    with Journal.read(world.state, "northwind", "default") as journal:
        assert journal.head()[0] > 0
        assert [path.name for path in world.state.iterdir()] == ["journal.db"]
    with world.journal() as writing:  # whoever writes has its files beside it: they are read too
        writing.append([Act(event=Event.CLOSED, actor="kim")], NOON)
        with Journal.read(world.state, "northwind", "default") as journal:
            assert journal.head() == writing.head()
