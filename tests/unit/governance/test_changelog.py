"""What a commit changed, in the words of whoever reads it."""

import git
import pytest

from tieout.governance.changelog import changelog, words

PROJECT = """\
projects:
  - id: web
    name: Website
    customer: acme
    billing: {method: hourly, rate: 140.00}
"""


def told(before, after, file="mappings/projects.yaml"):
    return words({file: before.encode()}, {file: after.encode()})


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("rate: 140.00", "rate: 150.00", "rate 140.00 → 150.00"),
        ("rate: 140.00", "rate: {2026-01-01: 140.00, 2026-12-01: 150.00}",
         "rate 140.00 → 150.00 from 2026-12-01"),
        ("rate: 140.00", "rate: {2026-12-01: 150.00}", "rate 140.00 → 150.00 from 2026-12-01"),
        (", rate: 140.00", "", "rate 140.00 removed"),
        ("rate: 140.00", "rate: 140.00, workers: {E-1: 165.00}", "workers E-1 set to 165.00"),
        ("customer: acme", "customer: bolt", "customer acme → bolt"),
        ("customer: acme", "customer: acme\n    sheet: [{project: A}, {project: B}]",
         "sheet set to project A; project B"),
        ("name: Website", "name: Site", "name Website → Site"),
    ],
)  # fmt: skip
def test_a_value(old, new, line):
    title = "Site" if "Site" in new else "Website"
    assert told(PROJECT, PROJECT.replace(old, new)) == (f"{title}: {line}",)


def test_a_date_moved_and_a_date_dropped():
    dated = PROJECT.replace("140.00", "{2026-01-01: 140.00, 2026-12-01: 150.00}")
    later = PROJECT.replace("140.00", "{2026-01-01: 140.00, 2027-01-01: 150.00}")
    assert told(dated, later) == ("Website: rate 150.00 → 140.00 from 2026-12-01",)
    assert told(dated, PROJECT) == ("Website: rate 150.00 → 140.00 from 2026-12-01",)
    raised = dated.replace("150.00", "160.00")
    assert told(dated, raised) == ("Website: rate 150.00 → 160.00 from 2026-12-01",)


def test_laying_out_and_moving_say_nothing():
    flow = "projects:\n  - {id: web, customer: acme, name: Website,\n     " \
        "billing: {rate: 140.00, method: hourly}}   # moved\n"  # fmt: skip
    assert told(PROJECT, flow) == ()
    assert words(
        {"mappings/projects.yaml": PROJECT.encode()},
        {"mappings/projects/a.yaml": PROJECT.encode()},
    ) == ()  # fmt: skip


def test_rows_that_come_and_go():
    more = PROJECT + "  - {id: app, name: App}\n  - {id: app, valid: {from: 2027-01-01}}\n"
    assert told(PROJECT, more) == ("App: new project (app)", "app: new project")
    assert told(more, PROJECT) == ("App: project removed (app)", "app: project removed")


@pytest.mark.parametrize(
    ("file", "old", "new", "line"),
    [
        ("rules/all.yaml", "rounding: {pay: {increment: 1m}}\n",
         "rounding: {pay: {increment: 6m}}\n",
         "rounding: pay increment 1m → 6m"),
        ("rules/all.yaml", "approval: {required: [pay]}\n",
         "approval: {required: [pay, billing]}\n",
         "approval: required pay → pay, billing"),
        ("rules/law/xx.yaml", "id: law/xx\nover: 8h\n", "id: law/xx\nover: 9h\n",
         "xx: over 8h → 9h"),
        ("tieout.yaml", "company: {id: c, timezone: UTC}\n", "company: {id: c, timezone: CET}\n",
         "company: timezone UTC → CET"),
        ("tieout.yaml", "state: a\n", "state: b\n", "state: a → b"),
        ("tieout.yaml", "sources: {t: {path: a}}\n", "sources: {t: {path: b}}\n", "t: path a → b"),
        ("tieout.yaml", "sources: {}\n", "sources: {t: {path: b}}\n", "t: new source"),
        ("mappings/accounts.yaml", "accounts: {wages: {books: A}}\n",
         "accounts: {wages: {books: B}}\n", "wages: books A → B"),
        ("mappings/workers.yaml", "defaults: {overtime: eligible}\nworkers: []\n",
         "defaults: {overtime: exempt}\nworkers: []\n",
         "workers defaults: overtime eligible → exempt"),
        ("rules/decisions/2026-11.yaml", "decisions: []\n",
         "decisions:\n  - {id: d-1, kind: drift, key: s/invoice/a, action: accept, reason: so}\n",
         "s/invoice/a: new decision (d-1): accept (so)"),
    ],
)  # fmt: skip
def test_each_kind_of_file(file, old, new, line):
    assert told(old, new, file) == (line,)


def test_secrets_and_pay_are_never_told():
    old = "workers:\n  - {id: E-1, name: Ana, pay_rate: 40.00}\n"
    assert told(old, old.replace("40.00", "41.00"), "mappings/workers.yaml") == ()
    assert told(old.replace(", pay_rate: 40.00", ""), old, "mappings/workers.yaml") == (
        "Ana: pay_rate set to ***",
    )
    token = "sources: {t: {api_token: s3cret}}\n"
    assert told("sources: {t: {}}\n", token, "tieout.yaml") == ("t: api_token set to ***",)


def test_what_can_t_be_read_is_said():
    assert told(PROJECT, "projects: [") == (
        "Website: project removed (web)", "mappings/projects.yaml can't be read in this commit",
    )  # fmt: skip


@pytest.fixture
def company(tmp_path):
    """A company in a folder of its repository, with three commits."""
    root = tmp_path / "north"
    (root / "mappings").mkdir(parents=True)
    with git.Repo.init(tmp_path) as repo:
        for text, subject in (
            (PROJECT, "Begin"),
            (None, "Something else"),
            (PROJECT.replace("140", "150"), "Raise the rate"),
        ):
            (tmp_path / "README").write_text(subject)
            if text:
                (root / "mappings/projects.yaml").write_text(text)
            repo.git.add("-A")
            repo.git.commit("-m", subject)
    return root


def test_commits_newest_first_with_author(company):
    raised, begun = changelog(company)
    assert (raised.subject, raised.author) == ("Raise the rate", "Kim Tester")
    assert raised.words == ("Website: rate 140.00 → 150.00",)
    assert raised.when.endswith("+00:00")
    assert begun.words == ("Website: new project (web)",)
    assert [edit.subject for edit in changelog(company, 1)] == ["Raise the rate"]
    assert changelog(company, 0) == ()
    assert raised.as_json()["words"] == ["Website: rate 140.00 → 150.00"]


def test_without_history_there_is_nothing_to_tell(tmp_path):
    assert changelog(tmp_path) == ()
    git.Repo.init(tmp_path).close()
    assert changelog(tmp_path) == ()
