"""Beside the picture, in real browsers: answers, questions, reactions, a timed offer; by keyboard and with axe."""

import datetime as dtm
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from domain.events import (
    Emitter,
    Offer,
    Poll,
    PollAnswered,
    PollOption,
    QuestionUpvoted,
    WebinarConfigured,
    WebinarScheduled,
)
from tests.journeys.accessible import assert_accessible, tab_to
from tests.journeys.house import House
from tests.journeys.test_host import console, say
from tests.journeys.test_room import come_in
from tests.patience import PATIENCE_MS
from warehouse.interface import Personal, PersonalRow

pytestmark = pytest.mark.journey

ANNA, BORIS = "lead-beside-anna", "lead-beside-boris"
OPTIONS = (PollOption(option_id="1", text={"ru": "Да"}), PollOption(option_id="2", text={"ru": "Ещё нет"}))


def live_room(house: House) -> str:
    """A LIVE session with a prepared offer and poll, and two people who have a place."""
    texts = {"ru": "Эфир с вопросами (синтетический пример)", "en": "With questions (synthetic sample)"}
    offer = Offer(
        offer_id="course",
        title={"ru": "Курс со скидкой", "en": "The course, discounted"},
        text={"ru": "Цена держится, пока идёт счётчик.", "en": "The price holds while the clock runs."},
        button={"ru": "Хочу на курс", "en": "I want it"},
        stands_seconds=900,
        fields=("name", "contact"),
    )
    configured = WebinarConfigured(
        action_id="configure-beside",
        slug="beside",
        title=texts,
        host_name="Мария Пример",
        mode="live",
        media_url="sample.mp4",
        duration_seconds=600,
        time_zone=house.zone,
        offers=(offer,),
        polls=(Poll(poll_id="ready", question={"ru": "Вы уже вели вебинары?"}, options=OPTIONS),),
        is_guest_link_clickable=True,
    )
    house.state(configured, Emitter.STUDIO, webinar_id="beside")
    starts_at = dtm.datetime.now(dtm.UTC) + dtm.timedelta(seconds=20)
    plan = WebinarScheduled(action_id="schedule-beside", starts_at=starts_at, duration_seconds=600, mode="live")
    house.state(plan, Emitter.STUDIO, webinar_id="beside", session_id="beside-1")
    names = [PersonalRow(ANNA, Personal.NAME, "Анна Пример"), PersonalRow(BORIS, Personal.NAME, "Борис Пример")]
    house.warehouse.append([], personal=names)
    return "beside-1"


def line(page: Page, text: str) -> object:
    return page.locator("[data-testid=chat-line]", has_text=text)


def test_guests_talk_ask_react_and_take_the_offer(
    browser: Browser, house: House, phone: BrowserContext, desk: BrowserContext, pictures: Path
) -> None:
    session_id = live_room(house)
    anna, boris = phone.new_page(), desk.new_page()
    for page, lead in ((anna, ANNA), (boris, BORIS)):
        come_in(page, house, "beside", session_id, lead)
        expect(page.locator("[data-testid=curtain-lobby]")).to_be_visible(timeout=PATIENCE_MS)
    assert_accessible(boris)
    anna.locator("#sound-play").click()
    anna.locator("#sound-yes").click(timeout=PATIENCE_MS)
    expect(anna.locator("[data-testid=sound-heard]")).to_be_visible()
    assert_accessible(anna)
    host = console(browser, house, session_id)
    host.locator("#air-go-live").click(timeout=PATIENCE_MS)
    for page in (anna, boris):
        expect(page.locator("[data-testid=sign]")).to_have_text("В эфире", timeout=PATIENCE_MS)

    say(anna, "Где взять материалы? https://example.org/materials")
    said = boris.locator("[data-testid=chat-line]", has_text="материалы")
    expect(said.locator("a")).to_have_attribute("rel", "noopener noreferrer nofollow ugc", timeout=PATIENCE_MS)
    tab_to(boris, ".chat-answer")
    boris.keyboard.press("Enter")
    expect(boris.locator("[data-testid=replying]")).to_contain_text("материалы")
    boris.keyboard.type("Обещали после эфира, @а")
    expect(boris.locator("#chat-names [aria-selected=true]")).to_have_text("@Анна")
    boris.keyboard.press("Enter")
    boris.keyboard.press("Enter")
    answer = anna.locator("[data-testid=chat-line][data-called]", has_text="Обещали после эфира, @Анна")
    expect(answer.locator(".chat-quote")).to_contain_text("материалы", timeout=PATIENCE_MS)
    expect(anna.locator("[data-testid=chat-announced]")).to_contain_text("Обещали")
    host.locator("[data-testid=air-line]", has_text="Где взять").first.get_by_test_id("air-answer").click()
    expect(host.locator("#air-text")).to_be_focused()
    expect(host.get_by_test_id("air-reply")).to_contain_text("Где взять материалы?")
    host.keyboard.type("пришлём сегодня.")
    host.keyboard.press("Enter")
    told = anna.locator("[data-testid=chat-line][data-host][data-called]", has_text="@Анна пришлём сегодня.")
    expect(told.locator(".chat-quote")).to_contain_text("материалы", timeout=PATIENCE_MS)
    expect(boris.locator("[data-testid=chat-line][data-host]")).to_be_visible(timeout=PATIENCE_MS)
    expect(host.get_by_test_id("air-reply")).to_have_count(0)
    expect(host.get_by_test_id("air-quote").last).to_contain_text("Где взять материалы?")
    anna.locator("[data-testid=reactions] [data-kind=heart]").click()
    expect(boris.locator(".reaction[data-kind=heart] .reaction-count")).to_have_text("1", timeout=PATIENCE_MS)
    for page, width in ((anna, 360), (boris, 1280)):
        page.screenshot(path=pictures / f"room-chat-{width}.png")
        assert_accessible(page)

    anna.locator("#tab-questions").click()
    anna.locator("#question-text").fill("Сколько длится курс?")
    anna.locator("#question-send").click()
    tab_to(boris, "#tab-chat")
    boris.keyboard.press("ArrowRight")
    tab_to(boris, "[data-testid=upvote]")
    boris.keyboard.press("Enter")
    vote = house.wait_for(QuestionUpvoted.name, where=lambda fact: fact.lead_id == BORIS)
    assert vote.session_id == session_id
    queued = host.locator("[data-testid=air-question]", has_text="Сколько длится")
    expect(queued).to_contain_text("▲ 1", timeout=PATIENCE_MS)
    queued.get_by_role("button", name="Ответить письменно").click()
    queued.locator("textarea").fill("Шесть недель.")
    queued.get_by_role("button", name="Отправить").click()
    for page, width in ((anna, 360), (boris, 1280)):
        expect(page.locator("[data-testid=question-answer]")).to_contain_text("Шесть недель", timeout=PATIENCE_MS)
        page.screenshot(path=pictures / f"room-questions-{width}.png")
        assert_accessible(page)

    host.locator("[data-testid=air-poll]").get_by_role("button").first.click()
    expect(boris.locator("[data-testid=herald]")).to_contain_text("Вы уже вели вебинары?", timeout=PATIENCE_MS)
    assert_accessible(boris)
    boris.keyboard.press("Tab")
    boris.locator(".room-bar button").first.focus()
    tab_to(boris, "[data-testid=poll-option]")
    boris.keyboard.press("Enter")
    house.wait_for(PollAnswered.name, where=lambda fact: fact.lead_id == BORIS)
    host.locator("[data-testid=air-offer]").get_by_role("button").first.click()
    expect(boris.locator("[data-testid=offer-left]")).to_contain_text("14:", timeout=PATIENCE_MS)
    boris.locator(".room-bar button").first.focus()
    tab_to(boris, "[data-testid=offer-open]")
    boris.keyboard.press("Enter")
    expect(boris.locator("[data-testid=offer-name]")).to_be_focused()
    boris.keyboard.press("Escape")
    expect(boris.locator("[data-testid=offer-open]")).to_be_focused()
    boris.keyboard.press("Enter")
    anna.locator("[data-testid=offer-open]").click()
    for page, width in ((anna, 360), (boris, 1280)):
        page.screenshot(path=pictures / f"room-offer-{width}.png")
        assert_accessible(page)
    assert anna.evaluate("document.documentElement.scrollWidth") <= 360
    assert_accessible(host)
    host.screenshot(path=pictures / "console-questions-1280.png")
    host.context.close()


def test_the_doors_have_no_grave_finding(house: House, phone: BrowserContext) -> None:
    house.add_webinar("beside-pages", seconds=600)
    house.add_session("beside-pages", "beside-pages-1", starts_in=3600, seconds=600)
    page = phone.new_page()
    page.goto(f"{house.url}/login")
    expect(page.locator("form")).to_be_visible(timeout=PATIENCE_MS)
    assert_accessible(page)
    page.goto(f"{house.url}/w/beside-pages")
    expect(page.locator("#submit")).to_be_visible(timeout=PATIENCE_MS)
    assert_accessible(page)
    page.locator("#submit").click()
    expect(page.get_by_test_id("error-name")).not_to_be_empty(timeout=PATIENCE_MS)
    assert_accessible(page)
    page.locator("#name").fill("Галина Пример")
    page.locator("#phone").fill("+7 900 000-09-01")
    page.locator("#consent-processing").check()
    page.locator("#submit").click()
    expect(page.locator("#room-link")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("#telegram-link")).to_be_visible(timeout=PATIENCE_MS)
    assert_accessible(page)


def test_the_replay_has_no_grave_finding(house: House, desk: BrowserContext) -> None:
    webinar = house.add_webinar("beside-replay", seconds=30)
    session = house.add_session(webinar, "beside-replay-1", starts_in=-40, seconds=30)
    page = desk.new_page()
    come_in(page, house, webinar, session, "lead-beside-replay")
    page.goto(f"{house.url}/replay/{session}")
    expect(page.locator("[data-testid=chat]")).to_be_visible(timeout=PATIENCE_MS)
    assert_accessible(page)
