"""The landing page in a browser: the visitor's own time, the other language, a form that keeps what was typed."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from tests.screen.room import PATIENCE_MS, Screen

TITLE = {"ru": "Воронка продаж без потерь", "en": "A funnel that loses nobody"}
WIDTH = "document.documentElement.scrollWidth"


def phone(screen: Screen, **more: str | bool) -> BrowserContext:
    """A phone in Omsk."""
    screen.context.close()
    told = {"locale": "ru-RU", "timezone_id": "Asia/Omsk", **more}
    screen.context = screen.browser.new_context(
        viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True, **told  # type: ignore[arg-type]
    )  # fmt: skip
    return screen.context


def come(screen: Screen, query: str = "", **more: str | bool) -> Page:
    """Open the landing of a webinar that begins in two days."""
    screen.rooms.schedule("S1", starts_in=2 * 86_400 + 60, seconds=120, title=TITLE)
    page = phone(screen, **more).new_page()
    page.goto(f"{screen.rooms.origin}/w/funnel{query}")
    return page


def visits(screen: Screen) -> int:
    return len(screen.rooms.warehouse.facts_of(names=["touch_recorded"]))


def test_times_are_the_visitors_and_nothing_sticks_out(screen: Screen) -> None:
    page = come(screen)
    expect(page.locator(".next-time .zone")).to_contain_text("Омск", timeout=PATIENCE_MS)
    expect(page.locator("[data-zone]")).to_contain_text("Омск")
    expect(page.get_by_test_id("countdown")).to_contain_text("2 дня")
    assert page.locator("input[name=time_zone]").input_value() == "Asia/Omsk"
    assert page.evaluate(WIDTH) == 360


def test_the_words_are_set_in_the_houses_own_typeface(screen: Screen) -> None:
    page = come(screen)
    loaded = page.evaluate(
        "document.fonts.ready.then(faces => [...faces].filter(one => one.status === 'loaded').map(one => one.family))"
    )
    assert len(loaded) == 2, "Russian and Latin letters have a file each."
    assert {family.strip('"') for family in loaded} == {"Golos Text"}


def test_the_other_language_keeps_what_was_typed_and_is_no_second_visit(screen: Screen) -> None:
    page = come(screen, "?utm_source=vk")
    page.locator("#name").fill("Вера")
    page.locator("#consent-marketing").check()
    opening = page.locator("input[name=opening]").input_value()
    page.locator("#lang-en").click()
    expect(page.locator("h1")).to_have_text(TITLE["en"], timeout=PATIENCE_MS)
    expect(page.locator("#name")).to_have_value("Вера")
    expect(page.locator("#consent-marketing")).to_be_checked()
    assert page.locator("input[name=opening]").input_value() == opening
    assert page.locator("input[name=language]").input_value() == "en"
    assert re.findall(r"[а-яё]+", page.locator("#sign-up").inner_text(), re.IGNORECASE) == []
    expect(page.locator("#lang-en")).to_be_focused()
    page.wait_for_load_state("networkidle")
    assert visits(screen) == 1
    page.reload()
    expect(page.locator("h1")).to_have_text(TITLE["en"])


def test_a_wrong_form_says_so_in_place_and_a_right_one_goes_on(screen: Screen) -> None:
    page = come(screen)
    page.locator("#name").fill("Вера")
    page.locator("#phone").fill("8 900")
    page.locator("#submit").click()
    expect(page.get_by_test_id("error-phone")).not_to_be_empty(timeout=PATIENCE_MS)
    expect(page.locator("#phone")).to_be_focused()
    expect(page.locator("#name")).to_have_value("Вера")
    expect(page.get_by_test_id("countdown")).to_contain_text("2 дня")
    page.locator("#phone").fill("+7 900 000-07-07")
    page.locator("#consent-processing").check()
    page.locator("#submit").click()
    page.wait_for_url("**/thanks/**", timeout=PATIENCE_MS)
    [ingest] = screen.rooms.warehouse.facts_of(names=["core_ingest_event"])
    assert ingest.properties["time_zone"] == "Asia/Omsk"
    assert visits(screen) == 1, "an answer with errors is no other visit"


def test_a_line_that_breaks_loses_nothing_typed(screen: Screen) -> None:
    page = come(screen)
    page.locator("#name").fill("Вера")
    page.locator("#phone").fill("+7 900 000-07-07")
    page.locator("#consent-processing").check()
    page.wait_for_load_state("networkidle")
    screen.context.set_offline(True)
    page.locator("#submit").click()
    expect(page.get_by_test_id("error-form")).not_to_be_empty(timeout=PATIENCE_MS)
    screen.context.set_offline(False)
    page.locator("#submit").click()
    page.wait_for_url("**/thanks/**", timeout=PATIENCE_MS)


def test_without_scripts_the_page_works(screen: Screen) -> None:
    page = come(screen, java_script_enabled=False)
    page.locator("#lang-en").click()
    expect(page.locator("h1")).to_have_text(TITLE["en"])
    page.locator("#name").fill("Vera")
    page.locator("#submit").click()
    expect(page.get_by_test_id("error-phone")).not_to_be_empty()
    expect(page.locator("#name")).to_have_value("Vera")
    page.locator("#phone").fill("+7 900 000-07-07")
    page.locator("#consent-processing").check()
    page.locator("#submit").click()
    page.wait_for_url("**/thanks/**", timeout=PATIENCE_MS)
    assert visits(screen) == 0, "who runs no scripts may be a link preview; the sign-up tells where they came from"
