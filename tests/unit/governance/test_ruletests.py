"""Rule tests: what they may give, what they compare, and how they fail."""

from __future__ import annotations

import json
import shutil
from fractions import Fraction
from pathlib import Path
from textwrap import dedent, indent
from xml.etree import ElementTree

import jsonschema
import pytest
from referencing import Registry, Resource

from tieout.config import resources
from tieout.config.load import load
from tieout.governance.ruletests.compare import shown
from tieout.governance.ruletests.observe import hours_text
from tieout.governance.ruletests.run import run_tests

BASE = Path(__file__).resolve().parents[2] / "conformance/invalid/_base"


@pytest.fixture
def base(tmp_path):
    return Path(shutil.copytree(BASE, tmp_path / "base"))


def write(base, body, name="examples.yaml"):
    """One test of these lines, as a file of the company."""
    (base / "rules/tests").mkdir(exist_ok=True)
    lines = indent(dedent(body).strip(), "    ")
    (base / "rules/tests" / name).write_text(f"tests:\n  - name: it\n{lines}\n")


def run(base, body):
    """What comes of one test: nothing where it holds, else what is told."""
    write(base, body)
    return told(base)


def told(base):
    results = run_tests(load(base).config)
    found = [f"{d.position} {d.code} {d.message.removeprefix('it: ')}" for d in results.failures()]
    assert results.ok == (not found)
    return found


def test_what_holds_says_nothing(base):
    assert not run(base, """
        given:
          worker: {jurisdiction: US-CA, rate: "30.00"}
          rules: {rounding: {pay: {increment: 1m}}}
          entries:
            - {date: 2026-03-02, hours: "9"}
        expect:
          hours: {regular: "8", overtime: "1"}
          pay:
            {total: "285.00", regular_rate: "30.00", overtime_premium: "15.00", overtime_rate: "45.00"}
          rounded: {pay: ["9"], billing: "9:00"}
          findings: []
          exceptions: []
          documents: []
    """)  # fmt: skip


@pytest.mark.parametrize("premium", ["overhead", "pro_rata", "where_worked"])
def test_paid_leave_is_no_part_of_the_regular_rate(base, premium):
    """29 CFR 778.218: 45 h at 30.00, and 8 h of leave at 15.00, which no average takes in."""
    assert not run(base, f"""
        given:
          worker: {{jurisdiction: US-TX, rate: "30.00"}}
          rules: {{overtime: {{premium: {premium}}}}}
          entries:
            - {{date: 2026-03-02, hours: "23"}}
            - {{date: 2026-03-03, hours: "22"}}
            - {{date: 2026-03-04, hours: "8", kind: leave, rate: "15.00"}}
        expect:
          hours: {{regular: "48", overtime: "5"}}
          pay: {{total: "1545.00", regular_rate: "30.00", overtime_premium: "75.00"}}
    """)  # fmt: skip


def test_what_fails_says_what_came_and_which_tier_made_it_so(base):
    body = """
        given: {worker: {id: E-1}, entries: [{date: 2026-03-02, hours: "9"}]}
        expect: {hours: {regular: "9", overtime: "0"}}
    """
    assert run(base, body) == [
        "rules/tests/examples.yaml:4:31 TO750 hours regular: expected 9, came 8",
        "rules/tests/examples.yaml:4:46 TO750 hours overtime: expected 0, came 1",
    ]
    failure = list(run_tests(load(base).config).failures())[1]
    assert failure.hint.startswith("1 h: Cal. Labor Code §510(a): over 8 h a workday")
    line = int(failure.hint.partition("(rules/law/us-ca.yaml:")[2].split(":")[0])
    assert (
        "window: day" in resources.law("us-ca").read_text(encoding="utf-8").splitlines()[line - 1]
    )


def test_only_what_is_named_is_compared(base):
    assert not run(base, """
        given: {worker: {id: E-1}, entries: [{date: 2026-03-02, hours: "9"}]}
        expect: {hours: {overtime: "1"}}
    """)  # fmt: skip


def test_rules_are_laid_over_for_the_test_alone(base):
    write(base, """
        given:
          worker: {jurisdiction: US-CA}
          rules: {overtime: {jurisdictions: {US-CA: law/us-flsa}}}
          entries: [{date: 2026-03-02, hours: "9"}]
        expect: {hours: {regular: "9"}}
    """)  # fmt: skip
    write(base, """
        given: {worker: {jurisdiction: US-CA}, entries: [{date: 2026-03-02, hours: "9"}]}
        expect: {hours: {regular: "8"}}
    """, "without.yaml")  # fmt: skip
    assert not told(base)


def test_a_pack_that_is_not_there(base):
    assert run(base, """
        given:
          rules: {overtime: {jurisdictions: {US-CA: law/us-cal}}}
          entries: [{date: 2026-03-02, hours: "9"}]
        expect: {hours: {regular: "9"}}
    """) == [
        "rules/tests/examples.yaml:4:49 TO120 there is no law pack 'law/us-cal'"
    ]  # fmt: skip


def test_a_pack_of_the_company_s_own(base):
    (base / "rules/law").mkdir()
    (base / "rules/law/mine.yaml").write_text(
        "title: Mine\nreviewed: never\ntiers:\n"
        "  - {window: day, over: 7h, multiplier: 1.5, pay_class: overtime, basis: b, source: s,\n"
        "     from: 2026-01-01}\n"
    )
    assert not run(base, """
        given:
          worker: {jurisdiction: DE}
          rules: {overtime: {jurisdictions: {DE: law/mine}}}
          entries: [{date: 2026-03-02, hours: "9"}]
        expect: {hours: {overtime: "2"}}
    """)  # fmt: skip


SPANS = """
    given: {{worker: {{id: E-1}}, entries: [{entry}]}}
    expect: {{hours: {{regular: "{hours}"}}}}
"""


@pytest.mark.parametrize(
    ("entry", "hours"),
    [
        ('{date: 2026-03-02, start: "09:00", end: "12:00"}', "3"),
        ('{start: "2026-03-02T09:00", end: "2026-03-02T12:00"}', "3"),
        ('{start: "2026-03-02T09:00Z", end: "2026-03-02T10:00+00:00"}', "1"),
        ('{date: 2026-03-02, start: "22:00", end: "02:00"}', "4"),
        ('{date: 2026-03-02, start: "09:00", end: "13:00", breaks: 30m}', "3.5"),
        (
            '{date: 2026-03-02, start: "09:00", end: "13:00",'
            ' breaks: [{start: "09:00", end: "10:00"}, {start: "11:00", end: "11:20"}]}',
            "2:40",
        ),
        # The clocks go forward at two: seven hours on the clock are six at work.
        ('{date: 2026-03-07, start: "22:00", end: "05:00"}', "6"),
        ('{start: "2026-03-02T09:00", end: "12:00", zone: Europe/Berlin}', "3"),
        ('{date: 2026-03-02, hours: "8"}', "8"),
        ('{date: 2026-03-07, hours: "40", week: true}', "40"),
        ('{date: 2026-03-02, hours: "8", kind: break}', "0"),
        ('{date: 2026-03-02, hours: "8", kind: sick}', "8"),
    ],
)
def test_how_time_may_be_given(base, entry, hours):
    assert not run(base, SPANS.format(entry=entry, hours=hours))


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ('{hours: "8"}', "give `date` and `hours`, or `start` and `end`"),
        ("{date: 2026-03-02}", "give `date` and `hours`, or `start` and `end`"),
        ('{start: "09:00", end: "12:00"}', "'09:00' is not a date with a time of day"),
        (
            '{date: 2026-03-02, start: "09:00", end: "10:00", breaks: [{start: "11:00", end: "12:00"}]}',
            "a break lies outside start and end, or in another break",
        ),
        ('{date: 2026-03-02, hours: "8", source: clock}', "there is no source 'clock' in a stream"),
    ],
)
def test_an_entry_that_can_t_be_used(base, entry, message):
    assert run(base, SPANS.format(entry=entry, hours="0")) == [
        f"rules/tests/examples.yaml:3:42 TO752 this entry can't be used: {message}"
    ]


def test_a_worker_who_isn_t_there(base):
    assert run(base, """
        given: {worker: {id: E-9}, entries: [{date: 2026-03-02, hours: "9"}]}
        expect: {hours: {regular: "9"}}
    """) == ["rules/tests/examples.yaml:3:26 TO751 there is no worker 'E-9'"]  # fmt: skip


CSV = """
    given: {worker: {id: E-1}, entries: week.csv}
    expect: {hours: {regular: "8", overtime: "1"}}
"""


def test_entries_from_a_file_beside_the_test(base):
    write(base, CSV)
    (base / "rules/tests/week.csv").write_text(
        "date,hours,project,notes\n2026-03-02,9,web,\n,,,\n2026-03-03,0,,nothing\n"
    )
    assert not told(base)


def test_a_file_that_can_t_be_read(base):
    write(base, CSV)
    assert told(base) == ["rules/tests/examples.yaml:3:41 TO753 week.csv isn't there"]
    write(base, CSV.replace("week.csv", "../../../week.csv"))
    (base.parent / "week.csv").write_text("date,hours\n")
    assert [line.split(" ")[1] for line in told(base)] == ["TO753"]
    write(base, CSV)
    (base / "rules/tests/week.csv").write_bytes(b"date,hours\n2026-03-02,\xff\n")
    assert told(base)[0].startswith("rules/tests/week.csv TO753 this can't be read as CSV in UTF-8")
    (base / "rules/tests/week.csv").write_text("date,hous\n2026-03-02,9\n")
    assert told(base) == ["rules/tests/week.csv:2:1 TO104 unknown key 'hous'"]


def test_two_rates_for_one_hour(base):
    assert [line.split(" ")[1] for line in run(base, """
        given:
          worker: {id: E-1}
          entries:
            - {date: 2026-03-02, hours: "1", project: web, rate: "20.00"}
            - {date: 2026-03-02, hours: "1", project: web, rate: "25.00"}
            - {date: 2026-03-02, hours: "1", project: Website, customer: ACME, rate: "25.00"}
        expect: {hours: {regular: "3"}}
    """)] == ["TO754", "TO754"]  # fmt: skip


def test_rates_by_day_and_project(base):
    assert not run(base, """
        given:
          worker: {id: E-2}
          rates: [{rate: "10.00"}, {rate: "20.00", from: 2026-03-03}, {rate: "50.00", project: web}]
          entries:
            - {date: 2026-03-02, hours: "1"}
            - {date: 2026-03-03, hours: "1"}
            - {date: 2026-03-03, hours: "1", project: web}
        expect: {pay: {total: "80.00"}}
    """)  # fmt: skip


def test_money_without_a_rate(base):
    assert run(base, """
        given: {worker: {id: E-1}, entries: [{date: 2026-03-02, hours: "9"}]}
        expect: {pay: {total: "9.00"}, exceptions: []}
    """) == [
        "rules/tests/examples.yaml:4:27 TO750 pay total: expected 9.00, "
        "came none: no rate, or no such hours"
    ]  # fmt: skip


def test_exceptions_all_of_them_by_purpose_or_for_any(base):
    body = """
        given:
          worker: {{id: E-1, rate: "30.00"}}
          entries: [{{date: 2026-03-02, hours: "8", project: Skunkworks}}]
        expect: {{exceptions: {codes}}}
    """
    assert not run(base, body.format(codes="[TO201]"))
    both = "[{code: TO201, purpose: billing}, {code: TO201, purpose: cost}]"
    assert not run(base, body.format(codes=both))
    for codes in ("[]", "[TO201, TO210]", "[{code: TO201, purpose: billing}]"):
        assert len(run(base, body.format(codes=codes))) == 1


def test_documents_must_come_or_must_not(base):
    body = """
        given:
          worker: {{id: E-1, rate: "30.00"}}
          entries: [{{date: 2026-03-02, hours: "9", project: web}}]
        expect: {{documents: [{wanted}]}}
    """
    fine = (
        '{kind: timesheet, party: E-1, hours: "9.00", lines: [{pay_class: overtime, hours: "1"}]}',
        '{kind: journal, amount: "285.00", accounts: {labor_expense: "270", "Expenses:Premium": "15"}}',
        '{kind: invoice, currency: USD, lines: [{rate: "140", amount: "1260.00", project: web}]}',
        "{kind: bill, absent: true}",
        '{kind: invoice, absent: true, lines: [{rate: "150"}]}',
    )
    for wanted in fine:
        assert not run(base, body.format(wanted=wanted))
    assert run(base, body.format(wanted='{kind: invoice, amount: "1.00"}')) == [
        "rules/tests/examples.yaml:6:26 TO750 document invoice: expected invoice amount 1.00, "
        "came main/invoice/acme/USD/2026-03: amount 1260.00, not 1.00"
    ]
    assert len(run(base, body.format(wanted="{kind: invoice, absent: true}"))) == 1
    assert len(run(base, body.format(wanted="{kind: bill}"))) == 1
    assert len(run(base, body.format(wanted='{kind: journal, accounts: {suspense: "1"}}'))) == 1


def test_documents_that_the_company_doesn_t_make_are_not_shown(base):
    assert not run(base, """
        given:
          worker: {kind: contractor, rate: "50.00"}
          entries: [{date: 2026-03-02, hours: "13"}]
        expect:
          hours: {regular: "13"}
          pay: {total: "650.00"}
          documents: [{kind: bill, absent: true}, {kind: timesheet, absent: true}]
    """)  # fmt: skip


def test_another_workweek_and_another_day_to_look_from(base):
    assert not run(base, """
        given:
          worker: {jurisdiction: US-TX}
          workweek: {starts: monday}
          as_of: 2026-03-07
          entries:
            - {date: 2026-03-02, hours: "40"}
            - {date: 2026-03-08, hours: "8"}
        expect: {hours: {regular: "40", overtime: "0"}, exceptions: [TO218]}
    """)  # fmt: skip


def test_what_is_wrong_with_a_file_is_told_and_the_rest_is_run(base, tieout):
    write(base, "given: {}\nexpect: {hours: {}}", "broken.yaml")
    write(base, 'given: {entries: [{date: 2026-03-02, hours: "1"}]}\nexpect: {hours: {regular: "1"}}')
    ran = tieout("--root", base, "test")
    assert ran.code == 1
    assert "rules/tests/broken.yaml:3:12  TO105  'entries' is missing" in ran.out
    assert "✓ it" in ran.out


# the verb


def both(base):
    body = """
        given: {{worker: {{id: E-1}}, entries: [{{date: 2026-03-02, hours: "9"}}]}}
        expect: {{hours: {{overtime: "{n}"}}}}
    """
    write(base, body.format(n=1), "a.yaml")
    write(base, body.format(n=2), "b.yaml")


def test_text(base, tieout):
    assert tieout("--root", base, "test").out.startswith("no rule tests here")
    both(base)
    ran = tieout("--root", base, "test")
    assert ran.code == 1
    place = "rules/law/us-ca.yaml"
    assert ran.out.splitlines()[:5] == [
        "rules/tests/a.yaml",
        "  ✓ it",
        "rules/tests/b.yaml",
        "  ✗ it   rules/tests/b.yaml:2:5",
        "      hours overtime: expected 2, came 1",
    ]
    assert place in ran.out
    assert "2 tests, 1 failed" in ran.out
    assert tieout("--root", base, "test", "a.yaml").code == 0


def test_json_fits_its_schema(base, tieout):
    both(base)
    document = json.loads(tieout("--root", base, "test", "--format", "json").out)
    read = {n: json.loads(resources.schema(n).read_text()) for n in ("test-results", "diagnostic")}
    registry = Registry().with_resources(
        [(f"{n}.schema.json", Resource.from_contents(s)) for n, s in read.items()]
    )
    jsonschema.Draft202012Validator(read["test-results"], registry=registry).validate(document)
    assert document["summary"] == {"passed": 1, "failed": 1}


def test_github_and_junit(base, tieout):
    both(base)
    line = tieout("--root", base, "test", "--format", "github").out
    assert line.startswith("::error file=rules/tests/b.yaml,line=4,col=32,title=TO750::it: hours")
    tree = ElementTree.fromstring(tieout("--root", base, "test", "--format", "junit").out)
    assert tree.attrib == {"tests": "2", "failures": "1", "errors": "0"}
    (failure,) = tree.iter("failure")
    assert failure.attrib["message"] == "hours overtime: expected 2, came 1"
    write(base, 'given: {worker: {id: E-9}, entries: []}\nexpect: {hours: {regular: "0"}}', "c.yaml")
    write(base, "given: {}\nexpect: {}", "d.yaml")
    tree = ElementTree.fromstring(tieout("--root", base, "test", "--format", "junit").out)
    assert len(list(tree.iter("error"))) == 2


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(29700, "8.25"), (3600, "1"), (0, "0"), (36000, "10"), (9360, "2.6"), (30000, "8:20:00"),
     (-29700, "-8.25"), (-30000, "-8:20:00")],
)  # fmt: skip
def test_hours_are_shown_exactly(seconds, text):
    assert hours_text(seconds) == text


def test_figures_are_shown_to_the_digits_written():
    assert shown(Fraction(37, 3), "12.33") == "12.33"
    assert shown(Fraction(1, 2), "1") == "1"
    assert shown(Fraction(-1, 2), "1") == "-1"


def test_entries_say_their_approval_where_the_company_has_it_attested(base):
    assert not run(base, """
        given:
          worker: {rate: "30.00"}
          rules: {approval: {required: [pay], from: attest}}
          entries:
            - {date: 2026-03-02, hours: "4"}
            - {date: 2026-03-03, hours: "2", approval: submitted}
        expect: {hours: {regular: "4"}, exceptions: [TO210]}
    """)
