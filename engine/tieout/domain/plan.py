"""The plan: a body that is a function of its inputs, and an envelope that tells about it.

The id is the SHA-256 of the body's canonical JSON. What a person may want to know but what doesn't
decide anything (commit, dirty tree, ages, file positions) stands in the envelope.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tieout.domain.change import Change, Conservation, Exception_, Guard
from tieout.domain.key import digest

FORMAT_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Body:
    """What the plan says. Everything in it is determined by config, snapshots, state and ``as_of``.

    ``applied`` gives, by target and document, [sequence, digest of what we wrote last] for all that
    the plan touches: the state that apply finds must still be this. ``control`` are the balances by
    account and currency (minor units) that our documents in the books will come to after a full apply.
    """

    company: str
    environment: str
    streams: tuple[str, ...]
    as_of: str
    snapshots: Mapping[str, str]
    config: str
    targets: Mapping[str, str]
    only: tuple[str, ...]
    applied: Mapping[str, Mapping[str, tuple[int, str | None]]]
    changes: tuple[Change, ...]
    exceptions: tuple[Exception_, ...]
    guards: tuple[Guard, ...]
    conservation: Mapping[str, Conservation]
    control: Mapping[str, Mapping[str, int]]
    entries: int
    format_version: int = FORMAT_VERSION

    def as_json(self) -> dict[str, Any]:
        return {
            "format_version": self.format_version, "company": self.company,
            "environment": self.environment, "streams": list(self.streams), "as_of": self.as_of,
            "snapshots": dict(self.snapshots), "config": self.config,
            "targets": dict(self.targets), "only": list(self.only),
            "applied": {
                target: {key: list(stood) for key, stood in documents.items()}
                for target, documents in self.applied.items()
            },
            "changes": [c.as_json() for c in self.changes],
            "exceptions": [e.as_json() for e in self.exceptions],
            "guards": [g.as_json() for g in self.guards],
            "conservation": {p: c.as_json() for p, c in self.conservation.items()},
            "control": {a: dict(v) for a, v in self.control.items()},
            "entries": self.entries,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Body:
        return cls(**{
            **data,
            "streams": tuple(data["streams"]), "only": tuple(data["only"]),
            "applied": {
                target: {key: (stood[0], stood[1]) for key, stood in documents.items()}
                for target, documents in data["applied"].items()
            },
            "changes": tuple(Change.from_json(c) for c in data["changes"]),
            "exceptions": tuple(Exception_.from_json(e) for e in data["exceptions"]),
            "guards": tuple(Guard(**g) for g in data["guards"]),
            "conservation": {p: Conservation(purpose=p, **c) for p, c in data["conservation"].items()},
        })


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What surrounds the body: where its rows stand in git, who wrote them, when it was made.

    ``origins`` gives, per row address of the body, {file, line, commit, author, when}.
    """

    made_at: str
    engine: str
    commit: str | None = None
    dirty: bool = False
    authors: tuple[str, ...] = ()
    serial: int = 0
    journal_head: str | None = None
    origins: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "authors": list(self.authors),
                "origins": {k: dict(v) for k, v in self.origins.items()}}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Envelope:
        return cls(**{**data, "authors": tuple(data["authors"])})


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Body and envelope. ``id`` names the body and nothing else."""

    body: Body
    envelope: Envelope

    @cached_property
    def id(self) -> str:
        return digest(self.body.as_json())

    @property
    def empty(self) -> bool:
        return not self.body.changes

    @property
    def summary(self) -> dict[str, int]:
        counts = dict.fromkeys(("create", "update", "void", "adjust", "adopt", "forget"), 0)
        for change in self.body.changes:
            counts[change.action.value] += 1
        held = {e.entry for e in self.body.exceptions if e.severity in ("hold", "block")}
        return {**counts, "hold": len(held)}
