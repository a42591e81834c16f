"""The portfolio report in a real browser: readable in both schemes, at desk and phone width, and by everybody.

Without a Chromium these tests fail: a page that nobody looked at is not proven.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from pmohub.cli import main

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync")
Scheme = Literal["light", "dark"]
WIDTHS = {"desk": 1280, "phone": 360}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report that the demo writes."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        with pytest.raises(SystemExit):
            main(["demo"])
    (written,) = folder.rglob("*.html")
    return written


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert chromium, "no Chromium was found; install the package chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        yield browser
        browser.close()


def opened(browser: Browser, report: Path, *, width: int = 1280, scheme: Scheme = "light") -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto(report.as_uri())
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_axe_finds_nothing(browser: Browser, report: Path, width: int, scheme: Scheme) -> None:
    page = opened(browser, report, width=width, scheme=scheme)
    violations = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in violations] == []


@pytest.mark.parametrize("width", [*WIDTHS.values(), 320])
def test_the_page_never_scrolls_sideways(browser: Browser, report: Path, width: int) -> None:
    page = opened(browser, report, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_asks_for_nothing_from_elsewhere(browser: Browser, report: Path) -> None:
    asked: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report.as_uri())
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def test_it_prints_on_paper(browser: Browser, report: Path) -> None:
    pdf = opened(browser, report).pdf(format="A4")
    assert pdf.startswith(b"%PDF")
    assert 3 <= pdf.count(b"/Type /Page\n") <= 12


def test_chart_text_is_never_too_small_to_read(browser: Browser, report: Path) -> None:
    page = opened(browser, report, width=360)
    heights = page.eval_on_selector_all(
        "svg.chart.narrow text", "all => all.map(one => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert heights
    assert min(heights) >= 11
