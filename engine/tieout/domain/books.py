"""What the books answer and what we wrote last: two of the three states of the diff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tieout.domain.diagnostic import Diagnostic
from tieout.domain.document import Document


@dataclass(frozen=True, kw_only=True)
class Record:
    """One record of the books that carries our marker, normalised by the target's codec.

    ``document`` is what it says in canonical shape; ``remote_id`` and ``version`` are the target's.
    ``final`` is the reason why it can no longer be changed (``sent``, ``paid``, ``authorised`` …) or
    None. ``foreign`` are fields that the books' people own: kept on update, never drift.
    """

    document: Document
    remote_id: str
    version: str
    final: str | None = None
    foreign: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "document": self.document.as_json(),
            "remote_id": self.remote_id,
            "version": self.version,
            "final": self.final,
            "foreign": dict(self.foreign),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Record:
        return cls(**{**data, "document": Document.from_json(data["document"])})


@dataclass(frozen=True, kw_only=True)
class Credit:
    """A credit that somebody made by hand in the books, linked to one of our documents.

    ``amount`` is in minor units and positive; ``seconds`` where the record states them.
    """

    credits: str
    amount: int
    currency: str
    date: str
    remote_id: str
    seconds: int | None = None


@dataclass(frozen=True, kw_only=True)
class Foreign:
    """A record of the books that isn't ours: never touched, counted, compared for double booking.

    ``text``: payee and narration, joined by `` · ``. ``bills``: the key of the expected bill that a
    vendor's own answers, where somebody has written that down.
    """

    remote_id: str
    date: str
    account: str
    amount: int
    currency: str
    text: str = ""
    bills: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Without ``bills`` where it isn't said, as older captures are."""
        return {name: value for name, value in vars(self).items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class Books:
    """A capture of one target: what ``pull`` stores and planning compares with.

    ``lock_date``: the books are closed up to and including this ISO date. ``balances``: what the
    books say each account holds, minor units by (account, currency), for tie-out leg 3.
    ``diagnostics`` tell what couldn't be read; they belong to the reading, not to its JSON.
    """

    target: str
    identity: str
    records: tuple[Record, ...] = ()
    credits: tuple[Credit, ...] = ()
    foreign: tuple[Foreign, ...] = ()
    lock_date: str | None = None
    balances: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "target": self.target,
            "identity": self.identity,
            "lock_date": self.lock_date,
            "records": [r.as_json() for r in sorted(self.records, key=lambda r: r.document.key)],
            "credits": [vars(c) for c in sorted(self.credits, key=lambda c: c.remote_id)],
            "foreign": [
                f.as_json() for f in sorted(self.foreign, key=lambda f: (f.remote_id, f.account))
            ],
            "balances": {a: dict(sorted(v.items())) for a, v in sorted(self.balances.items())},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Books:
        return cls(
            target=data["target"],
            identity=data["identity"],
            lock_date=data["lock_date"],
            records=tuple(Record.from_json(r) for r in data["records"]),
            credits=tuple(Credit(**c) for c in data["credits"]),
            foreign=tuple(Foreign(**f) for f in data["foreign"]),
            balances=data["balances"],
        )


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One entry's part in a document: the stuff of lineage and of change sets.

    ``entry`` is the entry's key, ``digest`` names its content (so that an edit can be told from a
    change of mapping), ``seconds`` what of it the document claims, ``date`` its work date.
    """

    entry: str
    digest: str
    seconds: int
    date: str


@dataclass(frozen=True, kw_only=True)
class Applied:
    """What we last wrote under a document key: the fold of the journal.

    ``sequence`` counts the acts done on the document. ``document`` is None after a void (the key is
    kept, so that a later create goes on counting). ``config`` is the digest of the configuration
    that the plan of that act was made from.
    """

    key: str
    target: str
    sequence: int
    document: Document | None
    remote_id: str | None = None
    version: str | None = None
    config: str = ""
    claims: tuple[Claim, ...] = ()
