"""The values that rule tests are told in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tieout.config.reader import Map
from tieout.domain.diagnostic import Diagnostic, Position
from tieout.domain.document import Document
from tieout.pipeline.found import Finding

FAILED = "TO750"


@dataclass(frozen=True, kw_only=True)
class RuleTest:
    """One example of a file below `rules/tests/`; `given` and `expect` fit the schema."""

    file: str
    name: str
    at: Position
    given: Map
    expect: Map

    def position(self, node: Any) -> Position:
        """Where something of this test stands."""
        return Position(self.file, node.line, node.column)


@dataclass(frozen=True, kw_only=True)
class Reason:
    """What made a figure so: how much of it, by which words of a law or rule, and where."""

    text: str
    position: Position | None = None


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that a test expects, and what came. `what` reads like `hours overtime`."""

    what: str
    at: Position
    expected: str
    came: str
    ok: bool
    because: tuple[Reason, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a test came to. `problems`: why it could not be run at all."""

    test: RuleTest
    checks: tuple[Check, ...] = ()
    problems: tuple[Diagnostic, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.problems and all(check.ok for check in self.checks)

    @property
    def failed(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if not check.ok)


@dataclass(frozen=True, kw_only=True)
class Observed:
    """What the engine made of a test's givens.

    `hours`: pay class → seconds that are paid. `total`, `premium`, `qualified` (what of overtime the
    FLSA requires): exact amounts in the major unit; None without rates. `rates`: the regular rate of
    each workweek, in their order; `percents`: what of it overtime is paid. `rounded`: purpose → seconds
    of each given entry. `held`: (code, purpose) → messages. `findings`: code → messages; `law`: those of
    breaks, rest and limits, with their figures. `documents`: those that the company itself produces.
    """

    hours: Mapping[str, int]
    total: Fraction | None
    premium: Fraction | None
    qualified: Fraction | None
    rates: Sequence[Fraction]
    percents: Sequence[int]
    rounded: Mapping[str, Sequence[int]]
    held: Mapping[tuple[str, str], Sequence[str]]
    documents: Sequence[Document]
    findings: Mapping[str, Sequence[str]] = field(default_factory=dict)
    law: Sequence[Finding] = ()
    because_hours: Mapping[str, tuple[Reason, ...]] = field(default_factory=dict)
    because_rounded: Mapping[str, tuple[Reason, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Tests:
    """The tests that were read, and what is wrong with their files."""

    tests: tuple[RuleTest, ...]
    diagnostics: tuple[Diagnostic, ...]
