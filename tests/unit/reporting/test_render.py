"""Templates: data in, inert text out, no file beyond the templates, and always an end."""

import pytest

from tieout.domain.diagnostic import Refused
from tieout.reporting import render as module
from tieout.reporting.render import render


@pytest.fixture
def company(tmp_path):
    (tmp_path / "reports").mkdir()
    return tmp_path


@pytest.fixture
def page(company):
    def rendered(text, name="x.md.j2", **data):
        (company / "reports" / name).write_text(text, encoding="utf-8")
        return render(name, data, company)

    return rendered


def refused(call, *args, **kwargs):
    with pytest.raises(Refused) as error:
        call(*args, **kwargs)
    (diagnostic,) = error.value.diagnostics
    return diagnostic


def test_values_are_escaped_for_the_pages_own_language(page):
    assert page("{{ a }}", a="<b>|`x`@kim") == "&lt;b&gt;\\|\\`x\\`@&#8203;kim"
    assert page("{{ a }}", name="x.html.j2", a="<b>|'") == "&lt;b&gt;|&#39;"
    assert page("{{ ' a' }}{{ a }}", name="x.html.j2", a="\u202e") == " a�"


def test_the_companys_own_template_outranks_the_built_in(company):
    (company / "reports" / "reconciliation.md.j2").write_text("ours", encoding="utf-8")
    assert render("reconciliation.md.j2", {}, company) == "ours"
    assert refused(render, "reconciliation.md.j2", {}, None).code == "TO292"


@pytest.mark.parametrize(
    "name", ["../secret", "/etc/passwd", "a/../../secret", "", "x\x00y", "none.j2"]
)
def test_no_name_leads_out(company, name):
    (company / "secret").write_text("secret", encoding="utf-8")
    assert refused(render, name, {}, company).code == "TO291"


def test_neither_does_a_link_nor_an_include(company, page):
    (company / "secret").write_text("secret", encoding="utf-8")
    (company / "reports" / "link.md.j2").symlink_to(company / "secret")
    assert refused(render, "link.md.j2", {}, company).code == "TO291"
    assert refused(page, "{% include '../secret' %}").code == "TO291"


def test_a_reports_folder_that_is_a_link_is_not_followed(tmp_path):
    (tmp_path / "away").mkdir()
    (tmp_path / "away" / "x.md.j2").write_text("secret", encoding="utf-8")
    (tmp_path / "company").mkdir()
    (tmp_path / "company" / "reports").symlink_to(tmp_path / "away")
    assert refused(render, "x.md.j2", {}, tmp_path / "company").code == "TO291"


def test_a_template_too_large_is_not_read(company):
    (company / "reports" / "x.md.j2").write_text("x" * (module.LONGEST_TEMPLATE + 1))
    assert refused(render, "x.md.j2", {}, company).code == "TO291"


@pytest.mark.parametrize(
    "text",
    [
        "{{ missing }}",
        "{{ a.missing }}",
        "{% for %}",
        "{{ ''.__class__.__mro__ }}",
        "{{ a.__class__ }}",
        "{{ a.pop('x') }}",
        "{{ 'x'.center(1000000000) }}",
        "{{ '{:>999999999}'.format(1) }}",
        "{{ 'x' * 1000000000 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ 9 ** 999999999 }}",
        "{{ 1 / 0 }}",
        "{{ range(10) }}",
        "{{ lipsum() }}",
        "{{ a|attr('x') }}",
        "{% include 'x.md.j2' %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    ],
)
def test_what_a_template_may_not_do_is_refused(page, text):
    assert refused(page, text, a={"x": 1}).code == "TO292"


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in x %}{% for b in x %}{% for c in x %}{% endfor %}{% endfor %}{% endfor %}",
        "{% macro m(n) %}{% if n %}{{ m(n-1) }}{{ m(n-1) }}{% endif %}{% endmacro %}{{ m(60) }}",
        "{% for a in x %}{% set t = 'y' ~ 'z' %}{% for b in x %}{{ t }}{% endfor %}{% endfor %}",
    ],
)
def test_what_would_never_end_ends(page, monkeypatch, text):
    monkeypatch.setattr(module, "BUDGET", 100_000)
    found = refused(page, text, x=list(range(1_000)))
    assert found.code == "TO292"
    assert "loops too often" in found.message


def test_a_page_too_long_is_refused(page, monkeypatch):
    monkeypatch.setattr(module, "LONGEST_PAGE", 100)
    assert (
        refused(page, "{% for a in x %}1234567890{% endfor %}", x=list(range(20))).code == "TO292"
    )


def test_a_mistake_is_told_with_its_line(page):
    found = refused(page, "one\ntwo {{ missing }}\n")
    assert str(found.position) == "reports/x.md.j2:2"
    assert "missing" in found.message


def test_filters_for_figures(page):
    text = "{{ 5400|hours }} {{ 462000|money('USD') }} {{ 1204|count }} {{ 'TO201'|code_title }}"
    assert page(text) == "1:30:00 4,620.00 USD 1,204 Project not mapped"
