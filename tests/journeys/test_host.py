"""A host and two attendees in one live room: on air, chat, pin, offer, poll, order, a seat taken over, the end."""

import datetime as dtm
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.access import accounts, sessions
from app.access.accounts import Account
from app.access.roles import Role
from domain.events import Emitter, OfferLaunched, OfferShown, PollAnswered, WebinarScheduled
from tests.journeys.house import House
from tests.journeys.test_room import come_in
from tests.patience import PATIENCE_MS
from warehouse.interface import Personal, PersonalRow

pytestmark = pytest.mark.journey

ANNA, BORIS = "lead-host-anna", "lead-host-boris"


def live_room(house: House) -> str:
    """A LIVE session that waits for its host, with two people who have a place."""
    house.add_webinar("host", seconds=600)
    starts_at = dtm.datetime.now(dtm.UTC) + dtm.timedelta(seconds=5)
    plan = WebinarScheduled(action_id="schedule-host", starts_at=starts_at, duration_seconds=600, mode="live")
    house.state(plan, Emitter.STUDIO, webinar_id="host", session_id="host-1")
    names = [PersonalRow(ANNA, Personal.NAME, "Анна Пример"), PersonalRow(BORIS, Personal.NAME, "Борис Пример")]
    house.warehouse.append([], personal=names)
    return "host-1"


def console(browser: Browser, house: House, session_id: str) -> Page:
    """The host's laptop, logged in, with the console open."""
    now = dtm.datetime.now(dtm.UTC)
    host = Account("host@example.org", Role.HOST)
    house.warehouse.put(accounts.COLLECTION, host.email, {"role": str(host.role), "is_active": True})
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="ru-RU", timezone_id=house.zone)
    token = sessions.start(house.warehouse, host, now)
    context.add_cookies([{"name": sessions.COOKIE, "value": token, "url": house.url}])
    page = context.new_page()
    page.goto(f"{house.url}/studio/air/{session_id}")
    expect(page.locator("[data-testid=air]")).to_be_visible(timeout=PATIENCE_MS)
    return page


def say(page: Page, text: str) -> None:
    page.locator("#chat-text").fill(text)
    page.locator("#chat-send").click()


def test_a_host_runs_a_live_room(
    browser: Browser, house: House, phone: BrowserContext, desk: BrowserContext, pictures: Path
) -> None:
    session_id = live_room(house)
    anna, boris = phone.new_page(), desk.new_page()
    for page, lead in ((anna, ANNA), (boris, BORIS)):
        come_in(page, house, "host", session_id, lead)
        expect(page.locator("[data-testid=curtain-lobby]")).to_be_visible(timeout=PATIENCE_MS)
    host = console(browser, house, session_id)
    expect(host.locator("[data-testid=air-present]")).to_have_text("2", timeout=PATIENCE_MS)

    host.locator("#air-go-live").click()
    for page in (anna, boris):
        expect(page.locator("[data-testid=sign]")).to_have_text("В эфире", timeout=PATIENCE_MS)
    expect(host.locator("[data-testid=air-watching]")).to_have_text("2", timeout=PATIENCE_MS)

    say(anna, "Всё слышно")
    expect(boris.locator("[data-testid=chat-line]", has_text="Всё слышно")).to_be_visible(timeout=PATIENCE_MS)
    expect(host.locator("[data-testid=air-heard]")).to_have_text("Новых сообщений в чате: 1.", timeout=PATIENCE_MS)
    host.locator("#air-text").fill("Добрый день! Начинаем.")
    host.locator("#air-send").click()
    for page in (anna, boris):
        expect(page.locator("[data-testid=chat-line]", has_text="Добрый день! Начинаем.")).to_be_visible(
            timeout=PATIENCE_MS
        )
    host.locator("[data-testid=air-line]", has_text="Добрый день").get_by_role("button", name="Закрепить").click()
    expect(anna.locator("[data-testid=pinned]")).to_contain_text("Начинаем", timeout=PATIENCE_MS)

    offer = host.locator("[data-testid=air-offer]")
    offer.get_by_role("button", name="Убрать").click(timeout=PATIENCE_MS)  # its own time is second 8
    for page in (anna, boris):
        expect(page.locator("[data-testid=offer]")).to_have_count(0, timeout=PATIENCE_MS)
    offer.get_by_role("button", name="Показать").click(timeout=PATIENCE_MS)
    for page, lead in ((anna, ANNA), (boris, BORIS)):
        expect(page.locator("[data-testid=offer]")).to_be_visible(timeout=PATIENCE_MS)
        house.wait_for(OfferShown.name, where=lambda fact, lead=lead: fact.lead_id == lead)
    house.wait_for(OfferLaunched.name, where=lambda fact: fact.session_id == session_id)

    host.locator("#air-new-poll").click()
    host.locator("#air-question").fill("Вы уже вели вебинары?")
    host.locator("#air-options").fill("Да, не раз\nПока нет")
    host.locator("#air-poll-start").click()
    anna.locator("[data-testid=poll-option]", has_text="Пока нет").click(timeout=PATIENCE_MS)
    expect(anna.locator("[data-testid=poll-results]")).to_contain_text("100%", timeout=PATIENCE_MS)
    anna.screenshot(path=pictures / "room-poll-360.png")
    boris.screenshot(path=pictures / "room-poll-1280.png")
    boris.locator("[data-testid=poll-option]", has_text="Да, не раз").press("Enter")
    expect(boris.locator("[data-testid=poll-results]")).to_be_focused(timeout=PATIENCE_MS)
    expect(host.locator("[data-testid=air-poll]")).to_contain_text("Да, не раз1", timeout=PATIENCE_MS)
    answers = [f.as_event(PollAnswered).option for f in house.facts(ANNA, PollAnswered.name)]
    assert answers == ["2"]

    say(boris, "Здравствуйте")
    greeting = host.locator("[data-testid=air-line]", has_text="Здравствуйте")
    greeting.get_by_role("button", name="Заглушить").click(timeout=PATIENCE_MS)
    expect(host.locator("#air-order")).to_be_visible(timeout=PATIENCE_MS)
    say(boris, "Меня кто-нибудь видит?")
    expect(host.locator("[data-testid=air-line]", has_text="Меня кто-нибудь видит?")).to_be_visible(timeout=PATIENCE_MS)
    expect(boris.locator("[data-testid=chat-line]", has_text="Меня кто-нибудь видит?")).to_be_visible()
    host.locator("#air-text").fill("Отвечаю на вопросы.")
    host.locator("#air-send").click()
    expect(anna.locator("[data-testid=chat-line]", has_text="Отвечаю на вопросы.")).to_be_visible(timeout=PATIENCE_MS)
    expect(anna.locator("[data-testid=chat-line]", has_text="Меня кто-нибудь видит?")).to_have_count(0)
    host.get_by_role("button", name="Вернуть голос").click()
    expect(host.locator("#air-order")).to_have_count(0, timeout=PATIENCE_MS)

    second = desk.new_page()
    second.goto(boris.url)
    expect(second.locator("[data-testid=sign]")).to_have_text("В эфире", timeout=PATIENCE_MS)
    expect(boris.locator("[data-testid=curtain-taken-over]")).to_be_visible(timeout=PATIENCE_MS)
    boris.locator("#take-back").click()
    expect(second.locator("[data-testid=curtain-taken-over]")).to_be_visible(timeout=PATIENCE_MS)
    second.close()
    expect(boris.locator("#chat-text")).to_be_visible(timeout=PATIENCE_MS)

    say(boris, "Купите у меня рекламу")
    spam = host.locator("[data-testid=air-line]", has_text="рекламу")
    expect(anna.locator("[data-testid=chat-line]", has_text="рекламу")).to_be_visible(timeout=PATIENCE_MS)
    spam.get_by_role("button", name="Удалить").click(timeout=PATIENCE_MS)
    expect(anna.locator("[data-testid=chat-line]", has_text="рекламу")).to_have_count(0, timeout=PATIENCE_MS)
    host.evaluate("scrollTo(0, 0)")
    host.screenshot(path=pictures / "console-1280.png")
    host.set_viewport_size({"width": 360, "height": 740})
    host.screenshot(path=pictures / "console-360.png", full_page=True)
    wide = host.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360
    host.set_viewport_size({"width": 1280, "height": 900})
    host.goto(f"{house.url}/studio/air/{session_id}?lang=en")
    expect(host.get_by_role("heading", name="Host console")).to_be_visible(timeout=PATIENCE_MS)
    expect(host.locator("[data-testid=air-phase]")).to_contain_text("On air", timeout=PATIENCE_MS)
    host.screenshot(path=pictures / "console-en-1280.png")

    spammer = host.locator("[data-testid=air-line]", has_text="Всё слышно")
    expect(spammer.get_by_role("button", name="Ban")).to_have_accessible_description("Анна")
    spammer.get_by_role("button", name="Ban").click()
    expect(anna.locator("[data-testid=curtain-refused-banned]")).to_be_visible(timeout=PATIENCE_MS)
    expect(anna.locator("[data-testid=herald]")).to_have_text("Ведущий закрыл вам вход")
    expect(anna.locator("[data-testid=offer]")).to_have_count(0)
    anna.screenshot(path=pictures / "room-banned-360.png")

    with host.expect_popup() as opening:
        host.locator("#air-pop-out").click()
    alone = opening.value
    expect(alone.locator("[data-testid=air-line]", has_text="Отвечаю на вопросы.")).to_be_visible(timeout=PATIENCE_MS)
    expect(alone.locator("#air-end")).to_have_count(0)
    alone.set_viewport_size({"width": 360, "height": 740})
    alone.screenshot(path=pictures / "console-chat-360.png")
    alone.close()

    host.locator("#air-end").press("Enter")
    expect(host.locator("#air-end-no")).to_be_focused()
    host.keyboard.press("Escape")
    expect(host.locator("#air-end")).to_be_focused()
    host.keyboard.press("Enter")
    expect(host.locator("#air-end-no")).to_be_focused()
    host.keyboard.press("Shift+Tab")
    expect(host.locator("#air-end-yes")).to_be_focused()
    host.keyboard.press("Enter")
    expect(boris.locator("[data-testid=curtain-over]")).to_be_visible(timeout=PATIENCE_MS)
    expect(boris.locator("[data-testid=herald]")).to_have_text("Эфир окончен")
    host.context.close()
