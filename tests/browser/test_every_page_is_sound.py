"""Every page in a real browser: nothing wrong on the console, nothing from elsewhere, nothing too wide, axe content."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser.seeing import SIZES, Window, window
from tests.ward.conftest import Ward

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/?range=this-week",
    "/?from=2026-13-01&to=x",
    "/?from=2020-01-01&to=2020-01-31",
    "/kiosks",
    "/kiosks?q=nowhere",
    "/kiosks/1?range=this-year",
    "/kiosks/1?from=2025-12-01&to=2025-12-03",
    "/kiosks/4",
    "/kiosks/5",
    "/compare",
    "/compare?by=unit",
    "/compare?by=session",
    "/compare?by=hour&range=this-year",
    "/health",
    "/formulae",
)
SERIOUS = ("serious", "critical")


def in_language(path: str, language: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_sound(ward: Ward, url: str, browser: Browser, path: str, language: str, size: str) -> None:
    with window(browser, url, size) as seen:
        seen.open(in_language(path, language))
        assert seen.complaints == []
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]
        assert serious(seen) == []
        assert seen.page.locator("html").get_attribute("lang") == language
        assert seen.page.locator("h1").count() == 1


def serious(seen: Window) -> list[str]:
    """What axe finds that would shut somebody out."""
    seen.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    found = Axe().run(seen.page).response["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in found if one["impact"] in SERIOUS for node in one["nodes"]]


def test_axe_would_see_what_is_wrong(ward: Ward, url: str, browser: Browser) -> None:
    with window(browser, url) as seen:
        seen.open("/")
        seen.page.evaluate("document.querySelector('h1').style.color = '#eee'; document.documentElement.lang = ''")
        assert {one.split(":")[0] for one in serious(seen)} == {"color-contrast", "html-has-lang"}


def test_a_breach_of_the_policy_would_be_seen(ward: Ward, url: str, browser: Browser) -> None:
    with window(browser, url) as seen:
        seen.open("/")
        seen.page.evaluate('document.body.innerHTML = \'<img src="https://example.invalid/x.png" style="color: red">\'')
        seen.page.wait_for_timeout(100)
        assert len(seen.complaints) >= 2


@pytest.mark.parametrize(("path", "most"), [("/", 3), ("/kiosks/1", 3), ("/compare?by=session", 1), ("/health", 1)])
def test_a_page_is_few_sheets_of_a4(ward: Ward, url: str, browser: Browser, path: str, most: int) -> None:
    with window(browser, url) as seen:
        seen.open(path)
        sheets = seen.page.pdf(prefer_css_page_size=True)
        assert b"/MediaBox [0 0 594.95996 841.91998]" in sheets or b"/MediaBox [0 0 595" in sheets
        assert sheets.count(b"/Type /Page\n") <= most


def test_only_what_is_for_a_screen_is_missing_on_paper(ward: Ward, url: str, browser: Browser) -> None:
    with window(browser, url) as seen:
        seen.open("/")
        seen.page.emulate_media(media="print")
        for gone in ("nav.pages", "nav.languages", "nav.ranges"):
            assert not seen.page.locator(gone).is_visible(), gone
        for kept in ("header .ward", "main h1", ".plot", "footer .as-of"):
            assert seen.page.locator(kept).first.is_visible(), kept


def test_the_sheet_is_drawn_in_colour(tmp_path: Path) -> None:
    """Browsers leave backgrounds out when they print; those that mean something are asked for."""
    css = (Path(__file__).parents[2] / "sync/ward/static/ward.css").read_text()
    assert "print-color-adjust: exact" in css.split("@media print")[1]
