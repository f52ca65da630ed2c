"""Waiving a check for an entry, or handing what it found to somebody: rows in git, by people.

Nothing here decides what may be waived of one's own: the checks that a waiver lifts are listed where
the configuration is validated (``config/checks/decisions.py``), and a waiver ends on its day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tieout.config.checks.decisions import WAIVABLE
from tieout.config.model import Config, Decision
from tieout.domain.change import Exception_
from tieout.domain.diagnostic import Diagnostic, Refused
from tieout.governance.decisions import Recorded, numbered, on_the_same, record, same


def waive(config: Config, found: Iterable[Exception_], wanted: Decision) -> tuple[Recorded, ...]:
    """A waiver for each entry and check among ``found``; of ``wanted`` the id, key and code are
    filled in. Raises ``Refused`` with all that is wrong, before anything is written: TO703 no reason,
    TO704 expired already, TO374 nothing that can be waived."""
    found = tuple(found)
    pairs = sorted({(e.entry, e.code) for e in found if e.code in WAIVABLE})
    problems = [*_problems(wanted)]
    if not pairs:
        problems.append(_nothing(found))
    if problems:
        raise Refused(problems)
    return _written(config, [replace(wanted, key=key, code=code) for key, code in pairs])


def assign(config: Config, found: Iterable[Exception_], wanted: Decision) -> tuple[Recorded, ...]:
    """Who hears from now on of what ``found`` tells, whatever the mappings say: ``wanted.owner``.
    Raises ``Refused``: TO703, TO704, TO375 nothing to hand over."""
    pairs = sorted({(e.entry, e.code) for e in found})
    problems = [*_problems(wanted)]
    if not pairs:
        problems.append(Diagnostic(
            code="TO375", message="there is nothing to assign: no exception is selected",
            hint="select them by --code, --entry, --worker, --project …", next="tieout exceptions",
        ))  # fmt: skip
    if problems:
        raise Refused(problems)
    return _written(config, [replace(wanted, key=key, code=code) for key, code in pairs])


def _written(config: Config, wanted: Sequence[Decision]) -> tuple[Recorded, ...]:
    """Each in the place of one on the same subject, or as a further row; the same again is left."""
    decisions, told = list(config.rules.decisions), []
    for one in wanted:
        standing = on_the_same(decisions, one)
        file = str(config.positions[standing.row].file) if standing else None
        if standing and same(standing, one):
            told.append(Recorded(standing, str(file), standing))
            continue
        named = standing and replace(one, id=standing.id, row=standing.row)
        decision = named or numbered(decisions, one)
        told.append(record(config.root, decision, standing, file))
        decisions.append(decision)
    return tuple(told)


def _problems(wanted: Decision) -> list[Diagnostic]:
    found = []
    if not wanted.reason.strip():
        found.append(Diagnostic(
            code="TO703", message="the decision has no reason",
            hint="say in a few words why: whoever reads the books next year will ask",
            next=f'tieout exceptions --{wanted.action} … --reason "…"',
        ))  # fmt: skip
    if wanted.expires and wanted.expires < wanted.on:
        found.append(Diagnostic(
            code="TO704",
            message=f"the decision would have expired on {wanted.expires}, before today",
            hint="give the last day on which it shall hold, or leave it out",
            next="tieout exceptions",
        ))  # fmt: skip
    return found


def _nothing(found: Sequence[Exception_]) -> Diagnostic:
    codes = ", ".join(sorted({e.code for e in found}))
    return Diagnostic(
        code="TO374",
        message=f"{codes}: no waiver lifts that" if codes else "no exception is selected",
        hint=f"a waiver lifts {', '.join(WAIVABLE)}; all else is mended where it is wrong",
        next=f"tieout explain {found[0].code}" if found else "tieout exceptions",
    )
