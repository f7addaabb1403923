"""Pages are built in Russian: who reads English sees nothing of it, and does not wait for a server that is away."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.house import House
from tests.screen.room import PATIENCE_MS

PAINTED = """
  window.painted = new Set();
  const look = () => {
    const main = document.querySelector("main");
    if (main) window.painted.add(main.innerText);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
"""
"""What stood on the page in each frame; hidden text is no `innerText`."""
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


def opened(browser: Browser, house: House, *, locale: str, path: str = "/", query: str = "") -> Page:
    page = browser.new_context(locale=locale, timezone_id=house.zone).new_page()
    page.add_init_script(PAINTED)
    page.goto(f"{house.url}{path}{query}")
    return page


@pytest.mark.parametrize(("locale", "query"), [("en-GB", ""), ("ru-RU", "?lang=en")])
@pytest.mark.parametrize("path", ["/legal/processing", "/studio"])
def test_who_reads_english_sees_no_russian_first(
    browser: Browser, house: House, locale: str, path: str, query: str
) -> None:
    page = opened(browser, house, locale=locale, path=path, query=query)
    expect(page.locator("[lang=en] h1")).to_be_visible(timeout=PATIENCE_MS)
    assert [text for text in page.evaluate("[...window.painted]") if CYRILLIC.search(text)] == []
    page.context.close()


def test_who_reads_russian_waits_for_nothing(browser: Browser, house: House) -> None:
    page = browser.new_context(locale="ru-RU", timezone_id=house.zone).new_page()
    page.route_web_socket("**/_event/**", lambda _: None)
    page.goto(f"{house.url}/legal/processing")
    expect(page.locator("main")).to_be_visible(timeout=PATIENCE_MS)
    assert page.evaluate("document.documentElement.dataset.awaits") is None
    page.context.close()


def test_a_server_that_does_not_answer_is_not_waited_for(browser: Browser, house: House) -> None:
    page = browser.new_context(locale="en-GB", timezone_id=house.zone).new_page()
    page.route_web_socket("**/_event/**", lambda _: None)
    page.goto(f"{house.url}/legal/processing")
    expect(page.locator(".page[lang=ru]")).to_be_visible(timeout=PATIENCE_MS)
    page.context.close()
