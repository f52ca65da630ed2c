"""The report as a page: its figures are those of the JSON, and nothing of it asks anybody."""

import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
import reporting_examples as made
from test_reconcile import balanced, billing, books, settled, written

from tieout.config.model import LawPack, Tier
from tieout.domain.diagnostic import Refused
from tieout.domain.money import format_seconds
from tieout.planning.weeks import Detail, Week
from tieout.reporting.names import Names
from tieout.reporting.page import held, page, waterfall
from tieout.reporting.page import weeks as page_weeks
from tieout.reporting.page.weeks import workers
from tieout.reporting.plan_view import view
from tieout.reporting.reconcile import PLANNED, reconcile
from tieout.reporting.reconciliation import Hours

PACK = LawPack(id="law/us-xx", title="Somewhere", tiers=(
    Tier(window="week", over=144_000, percent=150, pay_class="overtime", exclude=False,
         basis="Section 1", source="x", verified=False),
))  # fmt: skip
NAMES = Names(workers={"E-001": "Ana Reyes"}, customers={"acme": "Acme Corp"})


def week(worker="E-001", first=date(2026, 11, 16), purpose="pay", source=144_000, **rest):
    figures = {"booked": source, "held": 0, "excluded": 0, **rest}
    return Week(worker=worker, first=first, purpose=purpose, source=source, **figures)


DETAIL = Detail(
    weeks=(
        week(purpose="billing", booked=108_900, held=35_100),
        week(),
        week("E-002", date(2026, 11, 9), excluded=3_600, booked=140_400),
    ),
    days={"toggl:481516": date(2026, 10, 1)},
)


class Shown(HTMLParser):
    """What a reader gets: text by table and row, every figure's exact value, every reference."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.values, self.text, self.references = [], [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append(tag)
        if tag == "data":
            self.values.append(int(attrs["value"]))
        self.references += [attrs[n] for n in ("src", "href", "action", "data") if n in attrs]
        assert not [name for name in attrs if name.startswith("on") or name == "style"]

    def handle_data(self, data):
        self.text.append(data)


def opened(*, show_pay=False, detail=DETAIL):
    found = reconcile(
        made.full_plan(), balanced(16), written(made.invoice("acme")), show_pay=show_pay
    )
    return found, page.html(found, detail, [PACK], names=NAMES, show_pay=show_pay)


def planned():
    """Two hours more are to be billed, and one is held: the invoice has sixteen of nineteen."""
    body = made.plan(
        made.acme_update(), exceptions=made.held("TO201", "toggl:481516", 3_600, "billing"),
        conservation=billing(68_400, 64_800, held=3_600, held_by={"TO201": 3_600}),
        control=settled().body.control,
    )  # fmt: skip
    return reconcile(body, balanced(16), written(made.invoice("acme")))


def table(html, attribute):
    """The figures in seconds of one table, row by row."""
    whole = re.search(rf"<table[^>]*{attribute}.*?</table>", html, re.DOTALL)[0]
    rows = re.findall(r"<tr.*?</tr>", whole, re.DOTALL)
    return [
        [int(v) for v in re.findall(r'<data value="(-?\d+)">', row)]
        for row in rows
        if "<data" in row
    ]


# figures


def test_the_page_says_what_the_json_says():
    found, html = opened()
    told = json.loads(json.dumps(found.as_json()))
    conservation = found.plan.body.conservation
    assert table(html, 'id="conservation"') == [
        [getattr(conservation[p], n)
         for n in ("source", "booked", "rounding", "grain", "held", "excluded")]
        for p in ("pay", "billing")
    ]  # fmt: skip
    for row in told["hours"]:
        steps = [row["source"], *row["causes"].values()]
        steps += [row["unexplained"]] if row["unexplained"] else []
        figures = table(html, f'data-purpose="{row["purpose"]}"')
        assert figures == [[value] for value in (*steps, row["booked"])]
        assert figures[0][0] - sum(f[0] for f in figures[1:-1]) == figures[-1][0]
    for balance in found.balances:
        assert balance.account in html


def test_every_figure_reads_as_its_exact_value():
    _, html = opened()
    shown = re.findall(r'<data value="(-?\d+)">([^<]+)</data>', html)
    assert len(shown) > 40
    for value, text in shown:
        assert text.lstrip("-") == format_seconds(abs(int(value)))


def test_the_page_to_the_letter(golden):
    """Without the style and the script, which no figure depends on."""
    html = page.html(planned(), DETAIL, [PACK], names=NAMES)
    parts = r"(?s)(?<=<style>|script>).*?(?=</s)|sha256-[\w+/=]+"
    golden("report-open.html", re.sub(parts, "", html))


def test_the_first_screen_answers_both_questions():
    html = page.html(planned(), DETAIL)
    first = html[html.index('id="answer"') : html.index('id="conservation"')]
    assert "Every second is accounted for." in first
    assert "Does not tie out (legs 1 and 3; leg 2 not proved)" in first
    assert first.index("Apply 1 planned change<") < first.index("Release 1:00:00 held in 1 item<")
    assert "<code>tieout plan -o plan.tieout</code>" in first
    assert "<code>tieout exceptions</code>" in first


def test_a_second_that_is_missing_is_the_headline():
    plan = settled()
    lost = replace(plan.body.conservation["billing"], source=64_801)
    broken = replace(plan, body=replace(plan.body, conservation={"billing": lost}))
    html = page.html(reconcile(broken, balanced(), ()), Detail())
    assert "Not every second is accounted for." in html
    assert "✗ it doesn&#39;t" in html
    assert "Find out why leg 1 doesn&#39;t tie" in html
    assert '<tr class="wrong"' in html


def test_rows_that_nobody_read_take_the_headline_back():
    rows = made.held("TO321", "data/a.csv:7", 0, None, severity="warn", message="start: no date")
    plan = settled()
    plan = replace(plan, body=replace(plan.body, exceptions=rows))
    html = page.html(reconcile(plan, balanced(), ()), Detail())
    assert "Every second that could be read is accounted for." in html
    assert 'class="verdict open"' in html
    assert "Mend 1 row that couldn&#39;t be read" in html
    assert "start: no date" in html[html.index('id="unread"') :]


def test_nothing_to_do_is_said():
    html = page.html(reconcile(settled(), balanced(), ()), Detail())
    assert "Nothing. Time and books agree" in html
    assert "Nothing is held." in html
    assert 'id="weeks"' not in html


# a page by itself


def test_nothing_leaves_the_page_and_only_its_own_script_runs():
    _, html = opened()
    shown = Shown(html)
    assert all(reference.startswith("#") for reference in shown.references)
    assert not set(shown.tags) & {"img", "link", "iframe", "object", "form", "base", "audio"}
    assert shown.tags.count("script") == shown.tags.count("style") == 1
    assert not re.search(r"url\(|@import|https?:", html)
    for tag, rule in (("script", "script-src"), ("style", "style-src")):
        text = re.search(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)[1]
        assert f"{rule} '{page._hash(text)}'" in html
    assert "default-src 'none'" in html


def test_names_and_messages_stay_text():
    evil = '"><img src=//evil.example onerror=alert(1)><script>\u202egnp.exe'
    plan = made.plan(exceptions=made.held("TO201", "t:1", 60, "pay", owner=evil, message=evil))
    detail = Detail(weeks=(week(evil),))
    html = page.html(reconcile(plan, balanced(), ()), detail, names=Names(workers={evil: evil}))
    shown = Shown(html)
    assert "img" not in shown.tags
    assert shown.tags.count("script") == 1
    assert "\u202e" not in html


def test_pay_stays_out_of_it():
    assert "1,600.00" not in opened()[1]
    assert "1,600.00" in opened(show_pay=True)[1]


def test_a_bill_in_the_books_hides_its_amount():
    bill = made.bill("C-1", 36_000, 900_000)
    found = reconcile(settled(), books(bill), written(bill))
    (row,) = found.posted
    assert (row.hidden, row.amount, row.seconds) == (True, None, 36_000)
    assert "900.00" not in page.html(found, Detail())
    (row,) = reconcile(settled(), books(bill), written(bill), show_pay=True).posted
    assert (row.hidden, row.amount) == (False, 90_000)


def test_a_company_has_its_own_template_and_its_mistakes_are_told(tmp_path):
    found = reconcile(settled(), balanced(), ())
    reports = tmp_path / "reports"
    reports.mkdir()
    (reports / "reconciliation.html.j2").write_text(
        "<h1>{{ plan.company }}</h1>{{ weeks.count }}\n"
    )
    assert page.html(found, Detail(), root=tmp_path) == "<h1>northwind</h1>0\n"
    (reports / "reconciliation.html.j2").write_text("{{ weeks.lost }}\n")
    with pytest.raises(Refused) as refused:
        page.html(found, Detail(), root=tmp_path)
    assert [d.code for d in refused.value.diagnostics] == ["TO292"]


# the parts


def hours(source, booked, **causes):
    unexplained = source - booked - sum(causes.values())
    return Hours(
        purpose="pay", source=source, booked=booked, causes=causes, unexplained=unexplained
    )


def test_each_step_of_a_waterfall_begins_where_the_last_one_ended():
    causes = {"not mapped": 200, PLANNED: 300, "rounding": -100}
    steps = waterfall.waterfall(hours(1000, 590, **causes))
    assert [(s["name"], s["kind"], s["x"], s["width"]) for s in steps] == [
        ("in the sources", "total", 0, 1000), ("not mapped", "held", 800, 200),
        (PLANNED, "planned", 500, 300), ("rounding", "rounding", 500, 100),
        ("unexplained", "wrong", 590, 10), ("in the books", "total", 0, 590),
    ]  # fmt: skip


def test_a_step_too_small_to_see_is_seen_and_nothing_is_drawn_for_nothing():
    steps = waterfall.waterfall(hours(10_000_000, 9_999_999, grain=1))
    assert steps[1]["width"] > 0
    assert steps[1]["x"] + steps[1]["width"] <= waterfall.WIDTH
    assert [step["width"] for step in waterfall.waterfall(hours(0, 0))] == [0, 0]


def test_a_worker_shows_the_weeks_that_differ_and_a_strip_of_all():
    told = workers(DETAIL.weeks, NAMES.workers)
    assert told["count"] == 2
    ana, other = told["rows"]
    assert (ana["name"], ana["source"], ana["held"]) == ("Ana Reyes", 144_000, 35_100)
    assert [row["week"] for row in ana["rows"]] == ["2026-11-16"]
    cells = [(cell["seconds"], cell["kind"]) for cell in ana["rows"][0]["cells"]]
    assert (ana["purposes"], cells) == (["billing"], [(35_100, "held")])
    assert ana["strip"] == {"full": "", "part": "", "held": "M10 0h8v10h-8z"}
    assert other["strip"]["part"] == "M0 0h8v10h-8z"


def test_long_lists_say_how_much_more_there_is(monkeypatch):
    weeks = tuple(week(f"E-{n}", date(2026, 11, d), held=60) for n in range(3) for d in (9, 16, 23))
    monkeypatch.setattr(page_weeks, "LISTED", 2)
    monkeypatch.setattr(page_weeks, "LATEST", 1)
    monkeypatch.setattr(page, "ROWS", 1)
    told = workers(weeks, {})
    assert (len(told["rows"]), told["more"]) == (2, 1)
    assert [row["week"] for row in told["rows"][0]["rows"]] == ["2026-11-23"]
    assert told["rows"][0]["earlier"] == 2
    assert told["rows"][0]["totals"][0]["seconds"] == 0
    found = reconcile(settled(), books(made.invoice("acme"), made.invoice("borealis")), ())
    html = page.html(found, Detail(weeks=weeks))
    assert html.count("tieout report --format xlsx") == 4
    assert html.count("2 earlier") == 2


def test_who_isnt_mapped_is_told_so():
    (row,) = workers([week(None, held=144_000, booked=0)], {})["rows"]
    assert (row["id"], row["name"]) == ("-", "not mapped")


@pytest.mark.parametrize(
    ("days", "band"),
    [(-3, "up to 7 days"), (7, "up to 7 days"), (8, "8 to 30 days"), (30, "8 to 30 days"),
     (31, "31 to 90 days"), (90, "31 to 90 days"), (91, "over 90 days"), (None, "without a day")],
)  # fmt: skip
def test_ages_fall_into_bands(days, band):
    assert held.age_band(days) == band


def test_what_is_held_adds_up_by_owner_and_age(monkeypatch):
    exceptions = (
        *made.held("TO201", "t:1", 3_600, "pay", "billing", owner="kim"),
        *made.held("TO210", "t:2", 7_200, "pay", owner="kim"),
        *made.held("TO231", "studio/invoice/acme/USD/2026-11", -600, "billing"),
    )
    days = {"t:1": date(2026, 11, 20), "t:2": date(2026, 1, 1)}
    monkeypatch.setattr(held, "OF_ONE", 1)
    told = held.by_owner(view(made.plan(exceptions=exceptions)), days)
    assert told["bands"] == ["up to 7 days", "over 90 days", "without a day"]
    kim, nobody = told["owners"]
    assert (kim["owner"], kim["number"], kim["seconds"]) == ("kim", 2, 10_800)
    assert [band["seconds"] for band in kim["bands"]] == [3_600, 7_200, 0]
    assert (kim["rows"][0]["key"], kim["rows"][0]["age"], kim["more"]) == ("t:2", 325, 1)
    assert (nobody["owner"], nobody["seconds"], nobody["rows"][0]["age"]) == ("nobody", 600, None)
