"""The report in a real browser: its figures, filters, print and phone, and nothing that it asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import companies
import pytest
from studio import Studio
from test_report_page import DETAIL, NAMES, planned

from tieout.domain.money import format_seconds
from tieout.reporting.page import page as pages

EXPORT = "government/18F_tock_flat_DERIVED.csv"
#: What A4 leaves between the page's margins, in CSS pixels.
PAPER = 688
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}

#: The lowest contrast of any text with what lies behind it (WCAG 2, relative luminance).
CONTRAST = """() => {
  const parse = (c) => c.match(/[\\d.]+/g).map(Number);
  const linear = (v) => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = (c) => parse(c).slice(0, 3).map(linear)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const behind = (e) => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
    if ((parse(c)[3] ?? 1) > 0) return c; } return "rgb(255, 255, 255)"; };
  let worst = [99, ""];
  for (const e of document.querySelectorAll("body *")) {
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) || !e.checkVisibility()) continue;
    const [a, b] = [light(getComputedStyle(e).color), light(behind(e))].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    if (ratio < worst[0]) worst = [ratio, e.className + ": " + e.textContent.slice(0, 40)];
  }
  return worst;
}"""


@dataclass
class Tab:
    """A page that is open, and everything that it asked for or complained of."""

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def shown(self, selector: str) -> list[str]:
        """The text of what can be seen."""
        return [e.inner_text() for e in self.page.query_selector_all(selector) if e.is_visible()]


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Tab]]:
    contexts = []

    def go(file: Path, **options: Any) -> Tab:
        context = browser.new_context(**{"viewport": DESKTOP, **options})
        contexts.append(context)
        tab = Tab(context.new_page())
        tab.page.on("request", lambda request: tab.requests.append(request.url))
        tab.page.on("console", lambda message: tab.complaints.append(message.text))
        tab.page.on("pageerror", lambda error: tab.complaints.append(str(error)))
        tab.page.goto(file.as_uri())
        return tab

    yield go
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two workers, one invoice that has to grow, one entry held."""
    file = tmp_path_factory.mktemp("small") / "report.html"
    file.write_text(pages.html(planned(), DETAIL, names=NAMES), encoding="utf-8")
    return file


def test_it_shows_its_figures_and_asks_for_nothing(visit: Callable[..., Tab], small: Path) -> None:
    tab = visit(small)
    assert tab.page.title().startswith("northwind to 2026-11-22: Does not tie out")
    row = tab.page.query_selector("#conservation [data-purpose=billing]").inner_text().split("\t")
    found = planned().plan.body.conservation["billing"]
    assert row[1:7] == [
        format_seconds(n)
        for n in (found.source, found.booked, found.rounding, found.grain, found.held, found.excluded)
    ]  # fmt: skip
    bars = tab.page.evaluate(
        "[...document.querySelectorAll('.falls rect')].map((r) => +r.getAttribute('width'))"
    )
    assert bars == [1000, 53, 105, 842]  # 19 h, of them 1 h held and 2 h planned, 16 h booked
    tab.page.click(".worker summary")
    assert "9:45:00" in tab.shown(".worker[open] td")
    assert tab.requests == [small.as_uri()]
    assert tab.complaints == []


def test_the_answer_is_on_the_first_screen(visit: Callable[..., Tab], small: Path) -> None:
    for size in (DESKTOP, PHONE):
        tab = visit(small, viewport=size)
        last = tab.page.query_selector(".steps").bounding_box()
        assert last["y"] + last["height"] <= size["height"]


def test_filters_narrow_and_widen(visit: Callable[..., Tab], small: Path) -> None:
    tab = visit(small)
    assert len(tab.shown(".worker summary b")) == 2
    tab.page.fill("#weeks [type=search]", "REYES ana")
    assert [text.split()[0] for text in tab.shown(".worker summary b")] == ["Ana"]
    assert tab.shown("#weeks output") == ["1 of 2"]
    tab.page.fill("#weeks [type=search]", "")
    tab.page.check("#weeks [type=checkbox]")
    assert len(tab.shown(".worker summary b")) == 1
    tab.page.fill("#held [type=search]", "TO999")
    assert tab.shown("#held [data-row]") == []
    tab.page.fill("#held [type=search]", "481516")
    tab.page.select_option("#held select", "nobody")
    assert len(tab.shown("#held [data-row]")) == 1


def test_without_its_script_all_of_it_can_be_read(visit: Callable[..., Tab], small: Path) -> None:
    tab = visit(small, java_script_enabled=False)
    assert tab.shown(".filters") == []
    assert len(tab.shown(".worker summary b")) == 2
    assert len(tab.shown("#held [data-row]")) == 1


def test_print_shows_everything_but_the_controls(visit: Callable[..., Tab], small: Path) -> None:
    tab = visit(small, color_scheme="dark")
    tab.page.fill("#weeks [type=search]", "nobody of that name")
    tab.page.emulate_media(media="print")
    tab.page.set_viewport_size({"width": PAPER, "height": 1000})
    assert tab.page.evaluate("document.documentElement.scrollWidth") == PAPER
    assert tab.shown(".filters, nav") == []
    assert len(tab.shown(".worker summary b")) == 2
    assert "Acme Corp acme" in tab.shown(".fold th")
    paper = tab.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb(255, 255, 255)"
    assert tab.page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out(visit: Callable[..., Tab], small: Path, scheme: str) -> None:
    tab = visit(small, color_scheme=scheme)
    tab.page.evaluate("document.querySelectorAll('details').forEach((d) => d.open = true)")
    ratio, where = tab.page.evaluate(CONTRAST)
    assert ratio >= 4.5, where


def test_a_phone_never_scrolls_sideways(visit: Callable[..., Tab], small: Path) -> None:
    tab = visit(small, viewport=PHONE)
    tab.page.evaluate("document.querySelectorAll('details').forEach((d) => d.open = true)")
    assert tab.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    outside = tab.page.evaluate(
        "[...document.querySelectorAll('body *')].filter((e) => !e.closest('.skip')"
        f" && e.getBoundingClientRect().right > {PHONE['width']}).map((e) => e.outerHTML.slice(0, 80))"
    )
    assert outside == []


def test_a_year_of_18f_is_a_light_page(
    visit: Callable[..., Tab], samples: Path, tmp_path: Path, tieout: Callable[..., Any]
) -> None:
    company = Studio(tmp_path / "tock", tieout)
    companies.tock(company.root, samples / EXPORT, approval="[record, pay, cost, billing]")
    company.tieout("pull")
    company.tieout("report", "-o", str(tmp_path / "report.html"))
    file = tmp_path / "report.html"
    assert file.stat().st_size < 3_000_000
    tab = visit(file)
    assert len(tab.page.query_selector_all(".worker")) == 146
    times = []
    for _ in range(3):
        tab.page.reload()
        (entry,) = tab.page.evaluate("performance.getEntriesByType('navigation')")
        times.append(entry["loadEventEnd"])
    print(f"\n18F: {file.stat().st_size:,} bytes, opens in {min(times):.0f} ms")
    assert min(times) < 2_000
    assert {*tab.requests} == {file.as_uri()}
    assert tab.complaints == []
    tab.page.set_viewport_size(PHONE)
    tab.page.evaluate("document.querySelectorAll('.worker').forEach((d, i) => d.open = i < 20)")
    assert tab.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
