"""`rules/tests/*.yaml` → rule tests; whatever is wrong with a file is reported, all at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tieout.config import regular
from tieout.config.files import outside, parse
from tieout.config.findings import Findings
from tieout.config.reader import Map
from tieout.config.shape import Check, Report, compiled
from tieout.domain.diagnostic import Position
from tieout.governance.ruletests.model import RuleTest, Tests

FOLDER: Final = "rules/tests"


def read_tests(root: Path) -> Tests:
    """Every rule test of the company below `root`, in the order of files and lines."""
    findings = Findings()
    check = compiled("tests")
    found = [
        test
        for path in sorted((root / FOLDER).rglob("*.yaml"))
        for test in _of_file(root, path.relative_to(root).as_posix(), check, findings)
    ]
    return Tests(tuple(found), findings.all())


def _of_file(root: Path, name: str, check: Check, findings: Findings) -> Iterator[RuleTest]:
    if outside(root, name):
        findings.error("TO112", Position(name), "this file is a link that leaves the company")
        return
    try:
        data = regular.read(root / name)
    except OSError as error:
        findings.error("TO102", Position(name), f"the file can't be read: {error.strerror}")
        return
    node = parse(data, name, findings)
    if node is None:
        return
    report = Report(name, findings)
    check(node, report)
    for test in node.get("tests") or ():
        if _sound(test, report):
            yield RuleTest(
                file=name,
                name=str(test["name"]),
                at=Position(name, test.line, test.column),
                given=test["given"],
                expect=test["expect"],
            )


def _sound(node: object, report: Report) -> bool:
    """Whether neither the test nor any mapping in it is unfit to be read on."""
    if type(node) is Map:
        return id(node) not in report.bad and all(_sound(v, report) for v in node.values())
    return not isinstance(node, list) or all(_sound(child, report) for child in node)
