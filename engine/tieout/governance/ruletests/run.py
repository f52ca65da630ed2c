"""Runs rule tests: an outcome for each, and what is wrong with their files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tieout.config.findings import Findings
from tieout.config.model import Config
from tieout.domain.diagnostic import Diagnostic, Severity
from tieout.governance.ruletests.apart import APART, apart_checks
from tieout.governance.ruletests.compare import compare
from tieout.governance.ruletests.model import FAILED, Check, Outcome, RuleTest
from tieout.governance.ruletests.observe import observe
from tieout.governance.ruletests.read import read_tests
from tieout.governance.ruletests.world import world


@dataclass(frozen=True)
class Results:
    """What all tests came to; `diagnostics` are about the files themselves."""

    outcomes: tuple[Outcome, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def ok(self) -> bool:
        broken = any(d.severity is Severity.ERROR for d in self.diagnostics)
        return not broken and all(outcome.ok for outcome in self.outcomes)

    def failures(self) -> Iterator[Diagnostic]:
        """Everything that is wrong, each at its place: files, tests that can't be run, figures."""
        yield from self.diagnostics
        for outcome in self.outcomes:
            yield from outcome.problems
            for check in outcome.failed:
                yield _failure(outcome.test, check)


def run_tests(
    config: Config, chosen: str = "", progress: Callable[[str], None] = lambda _: None
) -> Results:
    """Every rule test of the company whose name or file contains `chosen`."""
    read = read_tests(config.root)
    outcomes = []
    for test in read.tests:
        if chosen.lower() in f"{test.file} {test.name}".lower():
            progress(test.name)
            outcomes.append(run_test(config, test))
    return Results(tuple(outcomes), read.diagnostics)


def run_test(config: Config, test: RuleTest) -> Outcome:
    """One test by the engine's own path; a test that can't be run says why."""
    findings = Findings()
    apart = tuple(apart_checks(config, test, findings))
    if set(test.expect) <= set(APART):
        problems = findings.all() if findings.errors else ()
        return Outcome(test=test, checks=apart, problems=problems)
    given = world(config, test, findings)
    if given is None or findings.errors:
        return Outcome(test=test, problems=findings.all())
    return Outcome(test=test, checks=(*compare(test, observe(given)), *apart))


def _failure(test: RuleTest, check: Check) -> Diagnostic:
    because = "; ".join(
        f"{reason.text} ({reason.position})" if reason.position else reason.text
        for reason in check.because
    )
    return Diagnostic(
        code=FAILED,
        message=f"{test.name}: {check.what}: expected {check.expected}, came {check.came}",
        position=check.at,
        hint=because,
        next=f"tieout explain {FAILED}",
    )
