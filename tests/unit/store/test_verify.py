"""A journal that somebody edited says which record isn't what was written."""

import sqlite3

from filebooks import World

from tieout.store import database
from tieout.store.journal import Journal


def test_an_edited_record_is_found_by_its_number(tmp_path):
    world = World(tmp_path)
    world.apply(world.plan({"a": {"e1": 60}}))
    with sqlite3.connect(database.path(world.state)) as connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE record SET actor = 'eve' WHERE number = 2")
    connection.close()

    with Journal.open(world.state, "northwind", "default") as journal:
        [found] = journal.verify()
    assert found.code == "TO505"
    assert found.message == "journal record 2 was changed after it was written"
    assert "backup" in found.hint
