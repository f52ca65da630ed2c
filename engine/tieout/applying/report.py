"""What came of an apply: each change of the plan has one result; a failure hides no success."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tieout.domain.change import Action, Change
from tieout.domain.diagnostic import Diagnostic, ordered


class State(StrEnum):
    """Where a change stands when apply ends. ``differs``: written, but the books read back
    something else. ``held``: not tried, since another document of its change set was not done."""

    DONE = "done"
    ALREADY_DONE = "already_done"
    DIFFERS = "differs"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    HELD = "held"
    NOT_TRIED = "not_tried"


#: The books hold what the plan said.
GOOD = frozenset({State.DONE, State.ALREADY_DONE})


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of one change, and why where it isn't done."""

    action: Action
    document: str
    target: str
    change_set: str
    state: State
    why: Diagnostic | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "action": self.action.value,
            "document": self.document,
            "target": self.target,
            "change_set": self.change_set,
            "state": self.state.value,
            "why": self.why.as_json() if self.why else None,
        }


@dataclass(frozen=True, kw_only=True)
class ApplyReport:
    """The end report. ``results`` in the plan's order; ``halted`` why apply ended before its end;
    ``notices`` are what to know besides."""

    plan: str
    results: tuple[Result, ...]
    halted: Diagnostic | None = None
    notices: tuple[Diagnostic, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 when the books hold all that the plan said, else 5 (partly applied)."""
        return 0 if all(result.state in GOOD for result in self.results) else 5

    @property
    def nothing_done(self) -> bool:
        """Whether there was nothing left to do."""
        return all(result.state is State.ALREADY_DONE for result in self.results)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Everything that a person must know, each once."""
        found = [result.why for result in self.results if result.why]
        return ordered([*found, *self.notices, *([self.halted] if self.halted else [])])

    def of(self, *states: State) -> tuple[Result, ...]:
        """The results in one of these states."""
        return tuple(result for result in self.results if result.state in states)

    def counts(self) -> dict[str, dict[str, int]]:
        """Action → state → how many; only what occurs."""
        counts: dict[str, dict[str, int]] = {}
        for action in Action:
            found = tally(result for result in self.results if result.action is action)
            if found:
                counts[action.value] = found
        return counts

    def as_json(self) -> dict[str, Any]:
        return {
            "format_version": 1,
            "plan": self.plan,
            "exit_code": self.exit_code,
            "counts": self.counts(),
            "results": [result.as_json() for result in self.results],
            "halted": self.halted.as_json() if self.halted else None,
            "notices": [notice.as_json() for notice in self.notices],
        }


def result(change: Change, state: State, why: Diagnostic | None = None) -> Result:
    """The result of one change."""
    return Result(
        action=change.action,
        document=change.document,
        target=change.target,
        change_set=change.change_set,
        state=state,
        why=why,
    )


def tally(results: Iterable[Result]) -> dict[str, int]:
    """State → how many; only what occurs."""
    states = [item.state.value for item in results]
    return {state.value: states.count(state.value) for state in State if state.value in states}
