"""A live session that is over becomes an automatic webinar, and a late guest sees its chat and its poll."""

import datetime as dtm
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.access import accounts, sessions
from app.access.roles import Role
from domain.events import (
    ChatPosted,
    Emitter,
    Fact,
    HostPosted,
    Poll,
    PollOpened,
    PollOption,
    ScriptSaved,
    WebinarEnded,
    WebinarScheduled,
    WebinarStarted,
)
from tests.journeys.house import House
from tests.journeys.test_room import come_in
from tests.journeys.visitor import picture
from tests.patience import PATIENCE_MS
from warehouse.interface import Personal, PersonalRow

pytestmark = pytest.mark.journey

HOST, GUEST, LATE = "script-host@example.org", "lead-script-guest", "lead-script-late"
POLL = Poll(
    poll_id="q1",
    question={"ru": "Вы уже вели вебинары?"},
    options=(PollOption(option_id="1", text={"ru": "Да"}), PollOption(option_id="2", text={"ru": "Пока нет"})),
)
FILE = "время;автор;текст\n0:04;Вера;А запись будет?\nскоро;Вера;Не туда\n"


def a_session_that_was(house: House) -> None:
    """Ten minutes of live an hour ago: a guest and the host wrote, a poll was opened."""
    zero = dtm.datetime.now(dtm.UTC) - dtm.timedelta(hours=1)
    house.add_webinar("then", seconds=600)
    plan = WebinarScheduled(action_id="schedule-then", starts_at=zero, duration_seconds=600, mode="live")
    told = [
        (plan, 0, None), (WebinarStarted(), 0, None), (WebinarEnded(), 600, None),
        (ChatPosted(action_id="then-1", position_seconds=2), 2, GUEST),
        (HostPosted(action_id="then-2", by=HOST), 5, None),
        (PollOpened(action_id="then-3", by=HOST, poll=POLL), 8, None),
    ]  # fmt: skip
    facts = [
        Fact.of(
            event,
            emitter=Emitter.TRACKER if lead else Emitter.STUDIO,
            occurred_at=zero + dtm.timedelta(seconds=second),
            lead_id=lead,
            webinar_id="then",
            session_id="then-1",
        )
        for event, second, lead in told
    ]
    words = [
        PersonalRow(GUEST, Personal.CHAT_TEXT, "Всем добрый вечер!", ref="then-1"),
        PersonalRow(HOST, Personal.CHAT_TEXT, "Начинаем, друзья.", ref="then-2"),
        PersonalRow(LATE, Personal.NAME, "Пётр Опоздавший"),
    ]
    assert {receipt.status for receipt in house.warehouse.append(facts, personal=words)} == {"accepted"}


def studio(browser: Browser, house: House, path: str) -> Page:
    """The host's laptop, logged in."""
    house.warehouse.put(accounts.COLLECTION, HOST, {"role": str(Role.HOST), "is_active": True})
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="ru-RU", timezone_id=house.zone)
    token = sessions.start(house.warehouse, accounts.Account(HOST, Role.HOST), dtm.datetime.now(dtm.UTC))
    context.add_cookies([{"name": sessions.COOKIE, "value": token, "url": house.url}])
    page = context.new_page()
    page.goto(f"{house.url}{path}")
    return page


def both_widths(page: Page, pictures: Path, name: str) -> None:
    picture(page, pictures / f"{name}-1280.png")
    page.set_viewport_size({"width": 360, "height": 740})
    picture(page, pictures / f"{name}-360.png")
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_live_show_runs_again_by_itself(
    browser: Browser, house: House, phone: BrowserContext, pictures: Path
) -> None:
    a_session_that_was(house)
    host = studio(browser, house, "/studio/webinars/then")
    host.locator("[data-testid=make-auto-link]").click(timeout=PATIENCE_MS)
    expect(host.locator("[data-testid=figure-lines]")).to_have_text("2", timeout=PATIENCE_MS)
    both_widths(host, pictures, "record")
    host.locator("#make-auto").click()

    rows = host.locator("[data-testid=script-entry]")
    expect(rows.filter(has_text="Всем добрый вечер!")).to_contain_text("Алина", timeout=PATIENCE_MS)
    host.locator("#add-entry").click()
    host.locator("#time").fill("0:06", timeout=PATIENCE_MS)
    host.locator("#author").fill("Борис")
    host.locator("#text").fill("Отлично слышно")
    host.locator("#keep-entry").click()
    expect(rows.filter(has_text="Отлично слышно")).to_be_visible(timeout=PATIENCE_MS)
    host.locator("#save-script").click()
    expect(host.locator("[data-testid=script-version]")).to_contain_text("v2", timeout=PATIENCE_MS)

    host.locator("#script-mode").select_option("add")
    host.locator("#script-file").set_input_files({"name": "chat.csv", "mimeType": "text/csv", "buffer": FILE.encode()})
    host.locator("#send-script").click()
    expect(host.locator("[data-testid=script-file-result]")).to_contain_text("Строк с ошибками: 1", timeout=PATIENCE_MS)
    expect(rows.filter(has_text="А запись будет?")).to_be_visible(timeout=PATIENCE_MS)
    host.locator("#at").fill("0:09")
    host.locator("#look-script").click()
    expect(host.locator("[data-testid=script-preview]")).to_contain_text("Вы уже вели вебинары?", timeout=PATIENCE_MS)
    both_widths(host, pictures, "script")
    host.goto(f"{host.url}?lang=en")
    expect(host.get_by_role("heading", name="The webinar's script")).to_be_visible(timeout=PATIENCE_MS)
    assert len(house.warehouse.facts_of(webinar_ids=["then-auto"], names=[ScriptSaved.name])) == 3

    house.add_session("then-auto", "auto-1", starts_in=-30, seconds=600)
    late = phone.new_page()
    come_in(late, house, "then-auto", "auto-1", LATE)
    for text in ("Всем добрый вечер!", "А запись будет?", "Начинаем, друзья.", "Отлично слышно"):
        expect(late.locator("[data-testid=chat-line]", has_text=text)).to_be_visible(timeout=PATIENCE_MS)
    late.locator("[data-testid=poll-option]", has_text="Пока нет").click(timeout=PATIENCE_MS)
    expect(late.locator("[data-testid=poll-results]")).to_contain_text("100%", timeout=PATIENCE_MS)
    late.screenshot(path=pictures / "room-script-360.png")
    host.context.close()
