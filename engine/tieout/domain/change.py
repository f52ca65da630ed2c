"""Changes and plans: data in, data out. Every view of a plan is a view of these objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tieout.domain.books import Claim
from tieout.domain.document import Document
from tieout.domain.key import operation_key


class Action(StrEnum):
    """One act on one document."""

    CREATE = "create"
    UPDATE = "update"
    VOID = "void"
    ADJUST = "adjust"
    ADOPT = "adopt"
    FORGET = "forget"


WRITES = frozenset({Action.CREATE, Action.UPDATE, Action.VOID, Action.ADJUST})


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What caused a change: a configuration row (its address) or an entry of a source.

    In a plan's body only ``row`` stands; file, line, commit and author are added in the envelope.
    """

    row: str
    file: str | None = None
    line: int | None = None
    commit: str | None = None
    author: str | None = None

    def as_json(self) -> dict[str, Any]:
        return dict(vars(self))


@dataclass(frozen=True, kw_only=True)
class Change:
    """One act on one document, with what stood before and what will stand after.

    ``before`` is the document as the books hold it at planning time (None: nothing), ``after`` what
    they will hold (None: void or forget). ``phase`` is 0 for reductions, 1 for the rest: within a
    change set phase 1 starts only when phase 0 is done. ``sequence`` is the one the act will get.
    """

    action: Action
    document: str
    kind: str
    target: str
    change_set: str
    reason: str
    sequence: int
    phase: int
    before: Document | None
    after: Document | None
    remote_id: str | None = None
    version: str | None = None
    origin: tuple[Origin, ...] = ()
    claims: tuple[Claim, ...] = ()

    def operation(self, identity: str) -> str:
        """The operation key, for the target's ``identity`` (path, realm, tenant)."""
        return operation_key(
            identity, self.document, self.sequence,
            self.before.digest if self.before else None, self.after.digest if self.after else None,
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "action": self.action.value, "document": self.document, "kind": self.kind,
            "target": self.target, "change_set": self.change_set, "reason": self.reason,
            "sequence": self.sequence, "phase": self.phase,
            "before": self.before.as_json() if self.before else None,
            "after": self.after.as_json() if self.after else None,
            "remote_id": self.remote_id, "version": self.version,
            "origin": [o.as_json() for o in self.origin],
            "claims": [[c.entry, c.digest, c.seconds, c.date] for c in self.claims],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Change:
        def document(value: Any) -> Document | None:
            return Document.from_json(value) if value else None

        return cls(**{
            **data, "action": Action(data["action"]), "before": document(data["before"]),
            "after": document(data["after"]),
            "origin": tuple(Origin(**o) for o in data["origin"]),
            "claims": tuple(Claim(entry=e, digest=d, seconds=s, date=t) for e, d, s, t in data["claims"]),
        })


@dataclass(frozen=True, kw_only=True)
class Exception_:
    """An entry or document that can't be booked for some purpose: code, owner, and what to do.

    ``entry`` is an entry's or a document's key. ``seconds`` is what of it is held for ``purpose``.
    """

    code: str
    severity: str
    purpose: str | None
    entry: str
    owner: str | None
    message: str
    seconds: int = 0
    origin: tuple[Origin, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "origin": [o.as_json() for o in self.origin]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Exception_:
        return cls(**{**data, "origin": tuple(Origin(**o) for o in data["origin"])})


@dataclass(frozen=True, kw_only=True)
class Guard:
    """A limit, what the plan comes to, and whether it passes. Part of the body, never an exception."""

    name: str
    value: str
    limit: str
    ok: bool

    def as_json(self) -> dict[str, Any]:
        return dict(vars(self))


@dataclass(frozen=True, kw_only=True)
class Conservation:
    """Seconds of one purpose: source = booked − rounding − grain + held + excluded, exactly.

    ``held_by`` and ``excluded_by`` split the two by reason code and add up to them.
    """

    purpose: str
    source: int = 0
    booked: int = 0
    rounding: int = 0
    grain: int = 0
    held: int = 0
    excluded: int = 0
    held_by: Mapping[str, int] = field(default_factory=dict)
    excluded_by: Mapping[str, int] = field(default_factory=dict)

    @property
    def exact(self) -> bool:
        return (
            self.source == self.booked - self.rounding - self.grain + self.held + self.excluded
            and sum(self.held_by.values()) == self.held
            and sum(self.excluded_by.values()) == self.excluded
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "source": self.source, "booked": self.booked, "rounding": self.rounding,
            "grain": self.grain, "held": self.held, "excluded": self.excluded,
            "held_by": dict(sorted(self.held_by.items())),
            "excluded_by": dict(sorted(self.excluded_by.items())),
        }
