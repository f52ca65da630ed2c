"""The journal: the append-only, hash-chained log of what apply intended and what came of it.

A record is hashed with the hash of the one before it, so that no record can be changed, left out
or put in between unnoticed. Only digests of payloads enter the chain; see ``schema.sql``.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import Any

from tieout.domain.diagnostic import Diagnostic, Refused
from tieout.store import applied, database
from tieout.store.record import (
    COLUMNS,
    MOVES,
    SETTLES,
    Act,
    Event,
    Record,
    record_of,
    stamp,
)

_INSERT = f"INSERT INTO record ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
_KEEP = "INSERT OR IGNORE INTO payload VALUES (?, ?)"
_SELECT = f"SELECT {', '.join(COLUMNS)} FROM record"
_CARRIED = (
    "event",
    "plan",
    "actor",
    "target",
    "identity",
    "document",
    "sequence",
    "operation",
    "attempt",
    "before",
    "after",
    "remote_id",
    "version",
)
_carried = attrgetter(*_CARRIED)


class Journal:
    """The journal of one company and environment. A context manager; made by :meth:`open`."""

    def __init__(
        self, connection: sqlite3.Connection, state: Path, company: str, environment: str
    ) -> None:
        self.connection = connection
        self.state = state
        self.company = company
        self.environment = environment

    @classmethod
    def open(cls, state: Path, company: str, environment: str) -> Journal:
        """For appending; made if it isn't there. Raises ``Refused``: damaged (TO501), another
        company's or environment's (TO502), not writable (TO503), too new (TO504)."""
        journal = cls(database.connect_writer(state), state, company, environment)
        with journal._told():
            journal.connection.execute(
                "INSERT OR IGNORE INTO meta VALUES ('company', ?), ('environment', ?)",
                (company, environment),
            )
        journal._check_owner()
        return journal

    @classmethod
    def read(cls, state: Path, company: str, environment: str) -> Journal | None:
        """For reading, also while an apply runs; None before the first apply. Raises as `open`."""
        connection = database.connect_reader(state)
        if connection is None:
            return None
        journal = cls(connection, state, company, environment)
        journal._check_owner()
        return journal

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.connection.close()

    def append(self, acts: Sequence[Act], now: datetime) -> tuple[Record, ...]:
        """Record acts in one durable transaction, and follow them in the applied state.

        Raises ``Refused``: TO508 when one of them was already intended or done by another apply,
        TO503 when the disk says no. Then none of them stands.
        """
        with self._told():
            try:
                with database.transaction(self.connection):
                    records = self._chained(acts, stamp(now))
                    self.connection.executemany(_KEEP, _payloads(acts))
                    self.connection.executemany(_INSERT, (record.row() for record in records))
                    applied.follow(self.connection, _moves(acts, records))
                    return records
            except sqlite3.IntegrityError as error:
                raise Refused([_twice(acts)], exit_code=3) from error

    def records(self, first: int = 1, *, document: str | None = None) -> Iterator[Record]:
        """From number ``first`` on, in order; of one document key if given."""
        where: str = "number >= ?"
        values: tuple[int | str, ...] = (first,)
        if document is not None:
            where, values = "number >= ? AND document = ?", (first, document)
        with self._told():
            for row in self.connection.execute(f"{_SELECT} WHERE {where} ORDER BY number", values):
                yield self._record(row)

    def applies(self) -> tuple[Record, ...]:
        """The records that open and close applies, in order."""
        with self._told():
            rows = self.connection.execute(
                f"{_SELECT} WHERE event IN ('opened', 'closed') ORDER BY number"
            ).fetchall()
        return tuple(self._record(row) for row in rows)

    def payload(self, digest: str | None) -> Any:
        """What was recorded under this digest; None when there is none (removed by retention)."""
        with self._told():
            row = self.connection.execute(
                "SELECT body FROM payload WHERE digest = ?", (digest,)
            ).fetchone()
        return json.loads(row[0]) if row else None

    def head(self) -> tuple[int, str | None]:
        """Number and hash of the newest record; (0, None) of an empty journal."""
        with self._told():
            row = self.connection.execute(
                "SELECT number, hash FROM record ORDER BY number DESC LIMIT 1"
            ).fetchone()
        return (row[0], row[1]) if row else (0, None)

    def holds(self, number: int, hash_: str | None) -> bool:
        """Whether this is still the journal whose head once was ``(number, hash_)``."""
        with self._told():
            row = self.connection.execute(
                "SELECT hash FROM record WHERE number = ?", (number,)
            ).fetchone()
        return hash_ is None or (row is not None and row[0] == hash_)

    def open_intents(self) -> tuple[Record, ...]:
        """Intents without an outcome: what a crash, or an answer that never came, left behind.

        An apply opens only when none is left, so that they all follow the last ``opened``.
        """
        opened = [record.number for record in self.applies() if record.event is Event.OPENED]
        pending: dict[tuple[str | None, int | None], Record] = {}
        for record in self.records(opened[-1] if opened else 1):
            act = (record.operation, record.attempt)
            if record.event is Event.INTENDED:
                pending[act] = record
            elif record.event in SETTLES:
                pending.pop(act, None)
        return tuple(pending.values())

    def unclosed(self) -> bool:
        """Whether the last apply never came to its end."""
        applies = self.applies()
        return bool(applies) and applies[-1].event is Event.OPENED

    def attempts(self, operations: Iterable[str]) -> dict[str, int]:
        """How often each of these operations was intended so far."""
        with self._told():
            return dict(
                self.connection.execute(
                    "SELECT operation, max(attempt) FROM record WHERE event = 'intended'"
                    " AND operation IN (SELECT value FROM json_each(?)) GROUP BY operation",
                    (json.dumps(list(operations)),),
                ).fetchall()
            )

    def standings(self, keys: Iterable[str]) -> dict[tuple[str, str], applied.Standing]:
        """Where these documents stand, by (target, key)."""
        with self._told():
            return applied.standings(self.connection, keys)

    def identities(self) -> dict[str, str]:
        """Which books each target's acts went to, as last recorded."""
        with self._told():
            return dict(
                self.connection.execute(
                    "SELECT target, identity FROM record"
                    " WHERE number IN (SELECT max(number) FROM applied GROUP BY target)"
                ).fetchall()
            )

    def verify(self) -> list[Diagnostic]:
        """Everything that isn't as it was written, by record number; empty when all is well."""
        from tieout.store.verify import verify

        return verify(self.connection, self.state)

    def _record(self, row: tuple[Any, ...]) -> Record:
        try:
            return record_of(row)
        except ValueError as error:
            raise Refused([database.damaged(self.state, f"record {row[0]}: {error}")]) from error

    def _chained(self, acts: Sequence[Act], at: str) -> tuple[Record, ...]:
        """The acts as records, each sealed with the hash of the one before it."""
        last, previous = self.head()
        records: list[Record] = []
        for number, act in enumerate(acts, start=last + 1):
            record = Record(
                number=number,
                at=at,
                company=self.company,
                environment=self.environment,
                previous=previous,
                payload=act.payload.digest if act.payload else None,
                **dict(zip(_CARRIED, _carried(act), strict=True)),
            )
            records.append(replace(record, hash=record.sealed()))
            previous = records[-1].hash
        return tuple(records)

    def _told(self) -> AbstractContextManager[None]:
        return database.told(self.state)

    def _check_owner(self) -> None:
        with self._told():
            owner = dict(self.connection.execute("SELECT name, value FROM meta").fetchall())
        found = (owner.get("company"), owner.get("environment"))
        if found == (None, None) or found == (self.company, self.environment):
            return
        self.close()
        raise Refused(
            [
                Diagnostic(
                    code="TO502",
                    message=f"the journal in {self.state} belongs to {found[0]}/{found[1]},"
                    f" not to {self.company}/{self.environment}",
                    hint="give each company and environment a state folder of its own",
                    next="tieout state show",
                )
            ]
        )


def _payloads(acts: Iterable[Act]) -> Iterator[tuple[str, str]]:
    """(digest, text), each once a batch: an intent and its outcome are about the same."""
    payloads = {act.payload.digest: act.payload.text for act in acts if act.payload}
    yield from payloads.items()


def _moves(
    acts: Sequence[Act], records: Sequence[Record]
) -> Iterator[tuple[Record, Mapping[str, Any]]]:
    """The records that move the applied state, each with what it was about."""
    for act, record in zip(acts, records, strict=True):
        if act.event in MOVES:
            if act.payload is None:
                raise ValueError("an act that is done must say what it did")
            yield record, act.payload.value


def _twice(acts: Sequence[Act]) -> Diagnostic:
    documents = ", ".join(sorted({act.document for act in acts if act.document}))
    return Diagnostic(
        code="TO508",
        message=f"another apply already recorded an act on one of: {documents}",
        hint="two applies ran on one state: see what the other did, then plan anew",
        next="tieout log",
    )
