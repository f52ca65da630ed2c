"""The outcomes of rule tests as text, as JSON, as annotations for GitHub and as JUnit XML."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

from tieout.reporting import diagnostics
from tieout.reporting.paint import Paint, painter

if TYPE_CHECKING:
    from tieout.governance.ruletests.model import Check, Outcome, Reason
    from tieout.governance.ruletests.run import Results

FORMAT_VERSION = 1


def text(results: Results, *, colour: bool = False) -> str:
    """By file, a line a test; below each that fails what was expected, what came and why."""
    paint = painter(colour)
    lines = [diagnostics.text(results.diagnostics, colour=colour)] if results.diagnostics else []
    for file, group in groupby(results.outcomes, key=lambda outcome: outcome.test.file):
        lines.append(paint(file, "title"))
        for outcome in group:
            lines += _outcome(outcome, paint, colour)
    return "\n".join([*lines, "", *_summary(results, paint)]).lstrip("\n")


def _outcome(outcome: Outcome, paint: Paint, colour: bool) -> Iterator[str]:
    mark = paint("✓", "good") if outcome.ok else paint("✗", "bad")
    where = "" if outcome.ok else paint(f"   {outcome.test.at}", "faint")
    yield f"  {mark} {outcome.test.name}{where}"
    if outcome.problems:
        told = diagnostics.text(outcome.problems, colour=colour)
        yield from (f"      {line}" for line in told.splitlines())
    for check in outcome.failed:
        yield f"      {check.what}: expected {check.expected}, came {check.came}"
        for reason in check.because:
            yield paint(f"          {_reason(reason)}", "faint")


def _reason(reason: Reason) -> str:
    return f"{reason.text}   {reason.position}" if reason.position else reason.text


def _summary(results: Results, paint: Paint) -> Iterator[str]:
    count, failed = len(results.outcomes), sum(not o.ok for o in results.outcomes)
    if not count and not results.diagnostics:
        yield "no rule tests here: write what must come out in rules/tests/NAME.yaml"
        return
    verdict = paint(f"{failed} failed", "bad") if failed else paint("all hold", "good")
    yield f"{count} {'test' if count == 1 else 'tests'}, {verdict}"
    if not results.ok:
        yield "\nNext: mend the rule, or the example if the decision changed, then: tieout test"


def as_json(results: Results) -> str:
    """The document that `schemas/test-results.schema.json` describes."""
    failed = sum(not outcome.ok for outcome in results.outcomes)
    document = {
        "format_version": FORMAT_VERSION,
        "ok": results.ok,
        "summary": {"passed": len(results.outcomes) - failed, "failed": failed},
        "tests": [_test(outcome) for outcome in results.outcomes],
        "diagnostics": [found.as_json() for found in results.diagnostics],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _test(outcome: Outcome) -> dict[str, Any]:
    return {
        "name": outcome.test.name,
        "file": outcome.test.file,
        "line": outcome.test.at.line,
        "ok": outcome.ok,
        "checks": [_check(check) for check in outcome.checks],
        "problems": [problem.as_json() for problem in outcome.problems],
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "what": check.what,
        "line": check.at.line,
        "expected": check.expected,
        "came": check.came,
        "ok": check.ok,
        "because": [
            {"text": r.text, "position": str(r.position) if r.position else None}
            for r in check.because
        ],
    }


def github(results: Results) -> str:
    """A workflow command for each thing that is wrong, beside the line that expects otherwise."""
    return diagnostics.github(results.failures())


def junit(results: Results) -> str:
    """JUnit XML as CI systems read it: a suite a file, a case a test."""
    from xml.etree import ElementTree

    root = ElementTree.Element("testsuites", _counts(results.outcomes))
    if results.diagnostics:
        suite = ElementTree.SubElement(root, "testsuite", name="files")
        case = ElementTree.SubElement(suite, "testcase", name="the files can be read")
        told = diagnostics.text(results.diagnostics)
        ElementTree.SubElement(case, "error", message="files").text = _plain(told)
    for file, group in groupby(results.outcomes, key=lambda outcome: outcome.test.file):
        outcomes = tuple(group)
        suite = ElementTree.SubElement(root, "testsuite", {"name": file, **_counts(outcomes)})
        for outcome in outcomes:
            name = _plain(outcome.test.name)
            case = ElementTree.SubElement(suite, "testcase", name=name, classname=file)
            if outcome.problems:
                told = _plain(diagnostics.text(outcome.problems))
                ElementTree.SubElement(case, "error", message="can't be run").text = told
            for check in outcome.failed:
                message = f"{check.what}: expected {check.expected}, came {check.came}"
                told = "\n".join(map(_reason, check.because))
                ElementTree.SubElement(case, "failure", message=_plain(message)).text = _plain(told)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True)


def _counts(outcomes: tuple[Outcome, ...]) -> dict[str, str]:
    errors = sum(bool(outcome.problems) for outcome in outcomes)
    failures = sum(bool(outcome.failed) for outcome in outcomes)
    return {"tests": str(len(outcomes)), "failures": str(failures), "errors": str(errors)}


def _plain(told: str) -> str:
    """Without the control characters that XML 1.0 can't hold."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in told)
