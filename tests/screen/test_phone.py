"""The page on a phone 360 px wide and in English: nothing sticks out, every word is in the chosen language."""

import re

from playwright.sync_api import Page, expect

from tests.screen.room import PATIENCE_MS, Screen, on_air

WIDTH = "document.documentElement.scrollWidth"
SHOWN = {"ru": "Воронка продаж без потерь", "en": "A funnel that loses nobody"}


def phone(screen: Screen, locale: str = "ru-RU") -> Page:
    """A phone."""
    screen.context.close()
    screen.context = screen.browser.new_context(
        viewport={"width": 360, "height": 740}, locale=locale, is_mobile=True, has_touch=True
    )
    return screen.context.new_page()


def test_lobby_room_offer_and_recording_fit_a_phone(screen: Screen) -> None:
    page = phone(screen)
    screen.rooms.schedule("S1", starts_in=600, seconds=120, media_url="sample.mp4", title=SHOWN)
    screen.enter("S1", page=page)
    expect(page.locator("[data-testid=countdown]")).to_be_visible(timeout=PATIENCE_MS)
    assert page.evaluate(WIDTH) == 360
    screen.rooms.schedule("S2", starts_in=-5, seconds=120, media_url="sample.mp4", title=SHOWN)
    screen.enter("S2", page=page)
    on_air(page)
    expect(page.locator("[data-testid=offer]")).to_be_visible(timeout=PATIENCE_MS)
    assert page.evaluate(WIDTH) == 360
    page.get_by_test_id("offer-open").click()
    expect(page.get_by_test_id("offer-contact")).to_be_visible()
    expect(page.get_by_test_id("offer-submit")).to_be_in_viewport(ratio=1)
    assert page.evaluate(WIDTH) == 360
    page.get_by_test_id("offer-contact").fill("+7 900 000-00-00")
    page.get_by_test_id("offer-submit").click()
    expect(page.get_by_test_id("offer-done")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("#chat-text")).to_be_in_viewport(ratio=1)
    screen.rooms.schedule("S3", starts_in=-30, seconds=20, media_url="sample.mp4", title=SHOWN, replay_hours=1)
    screen.enter("S3", page=page)
    expect(page.locator("[data-testid=curtain-over]")).to_be_visible(timeout=PATIENCE_MS)
    page.locator("#to-replay").click()
    expect(page.locator("video")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("[data-testid=offer]")).to_be_visible(timeout=PATIENCE_MS)
    assert page.evaluate(WIDTH) == 360


def test_an_english_visitor_reads_no_russian(screen: Screen) -> None:
    page = phone(screen, "en-GB")
    screen.rooms.schedule("S1", starts_in=-5, seconds=120, media_url="sample.mp4", title=SHOWN, offers=())
    screen.enter("S1", page=page)
    on_air(page)
    expect(page.locator("h1")).to_have_text(SHOWN["en"])
    assert page.evaluate("document.documentElement.lang") == "en"
    assert re.findall(r"[а-яё]+", page.locator("#page").inner_text().replace("Рус", ""), re.IGNORECASE) == []
    page.locator("#lang-ru").click()
    expect(page.locator("h1")).to_have_text(SHOWN["ru"])


def test_the_page_opens_no_connection_but_the_rooms(screen: Screen) -> None:
    page = screen.context.new_page()
    sockets: list[str] = []
    page.on("websocket", lambda opened: sockets.append(opened.url))
    screen.rooms.schedule("S1", starts_in=-5, seconds=120, media_url="sample.mp4")
    with page.expect_websocket(timeout=PATIENCE_MS):
        screen.enter("S1", page=page)
        on_air(page)
    page.wait_for_load_state("networkidle")
    assert [address.rpartition("/")[2] for address in sockets] == ["socket"]


def test_the_waiting_room_is_drawn_before_its_connection_is_there(screen: Screen) -> None:
    page = phone(screen)
    screen.context.route("**/ticket", lambda route: route.abort())
    screen.rooms.schedule("S1", starts_in=600, seconds=120, media_url="sample.mp4", title=SHOWN)
    screen.enter("S1", page=page)
    expect(page.locator("[data-testid=countdown]")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("h1")).to_have_text(SHOWN["ru"])
