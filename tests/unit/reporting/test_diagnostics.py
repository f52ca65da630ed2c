"""Three views of the same diagnostics."""

import json

from tieout.domain.diagnostic import Diagnostic, Position, Severity
from tieout.reporting.diagnostics import as_json, counted, github, text

UNKNOWN = Diagnostic(
    code="TO104",
    message="unknown key 'custmer'",
    position=Position("mappings/projects.yaml", 12, 5),
    line="    custmer: acme",
    hint="did you mean 'customer'?",
    next="tieout explain TO104",
)
DOUBLE = Diagnostic(
    code="TO130",
    message="'E-1' has two rows, 100%\nsure",
    severity=Severity.WARNING,
    position=Position("a,b:c.yaml"),
    related=(Position("mappings/workers.yaml", 3, 5),),
)
NOWHERE = Diagnostic(code="TO120", message="there is no environment 'x'")


def test_text_shows_place_line_and_what_to_do():
    assert text([UNKNOWN]) == (
        "mappings/projects.yaml:12:5  TO104  unknown key 'custmer'\n"
        "   12 |     custmer: acme\n"
        "            ^\n"
        "    did you mean 'customer'?"
    )


def test_text_without_a_line_or_a_place():
    assert text([DOUBLE]).splitlines()[0] == "a,b:c.yaml  TO130  warning: 'E-1' has two rows, 100%"
    assert text([DOUBLE]).endswith("    see mappings/workers.yaml:3:5")
    assert text([NOWHERE]) == "tieout  TO120  there is no environment 'x'"
    assert text([]) == ""


def test_a_line_cannot_rewrite_the_terminal():
    sly = Diagnostic(code="TO101", message="x", position=Position("a", 1, 1), line="\x1b[2Jy\t: z")
    assert "\x1b" not in text([sly])
    assert "\x1b[1;31mTO101\x1b[0m" in text([sly], colour=True)


def test_json_is_a_document_with_a_version():
    document = json.loads(as_json([UNKNOWN, NOWHERE]))
    assert document["format_version"] == 1
    first, second = document["diagnostics"]
    assert (first["code"], first["file"], first["line"], first["column"]) == (
        "TO104", "mappings/projects.yaml", 12, 5
    )
    assert second["file"] is None


def test_github_commands_are_escaped():
    assert github([UNKNOWN, DOUBLE, NOWHERE]).splitlines() == [
        "::error file=mappings/projects.yaml,line=12,col=5,title=TO104::unknown key 'custmer' "
        "(did you mean 'customer'?)",
        "::warning file=a%2Cb%3Ac.yaml,line=1,col=1,title=TO130::'E-1' has two rows, 100%25%0Asure",
        "::error title=TO120::there is no environment 'x'",
    ]


def test_what_was_found_is_counted():
    assert counted([]) == "nothing wrong"
    assert counted([UNKNOWN]) == "1 error"
    assert counted([UNKNOWN, NOWHERE, DOUBLE]) == "2 errors, 1 warning"
