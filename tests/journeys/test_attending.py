"""A partner's link becomes a lead who comes, watches, clicks the offer and hears from us; a neighbour buys at once."""

import datetime as dtm
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from domain.events import Emitter, Fact, MessagePlanned, WebinarRescheduled
from domain.funnel import STAGES
from domain.reaction import react
from domain.referral import signed
from domain.webinars import SCHEDULE_EVENTS, fold_schedule
from tests.journeys.house import House
from tests.journeys.visitor import Guest, arrived, link, link_telegram, log_in, picture, screen, sign_up, stages
from tests.patience import PATIENCE_MS
from warehouse import secrets, tokens

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]
SESSION_SECONDS = 60
PARTNER_CHAT = 5001


def link_partner(house: House, partner_id: str) -> None:
    token = tokens.mint(
        house.warehouse, "telegram_link", {"partner_id": partner_id},
        now=dtm.datetime.now(dtm.UTC), ttl=dtm.timedelta(hours=1), single_use=True,
    )  # fmt: skip
    house.botapi.user_sends(f"/start {token}", chat_id=PARTNER_CHAT, name="Partner")
    house.wait_for("telegram_linked", where=lambda fact: fact.properties.get("partner_id") == partner_id)


def media_position(page: Page) -> float:
    return float(page.evaluate("document.querySelector('video')?.currentTime ?? -1"))


def follow_up_comes_ten_minutes_after(house: House, welcome: Fact) -> None:
    """What the rules will say of the facts in this log ten minutes on, and not a second before.

    Were the show tomorrow: to this one, over by then, nobody needs to prepare any more.
    """
    facts = house.facts(welcome.lead_id or "")
    due = welcome.occurred_at + dtm.timedelta(minutes=10)
    moved = WebinarRescheduled(
        action_id="moved", starts_at=due + dtm.timedelta(days=1), duration_seconds=SESSION_SECONDS
    )
    envelope = {"webinar_id": welcome.webinar_id, "session_id": welcome.session_id}
    tomorrow = Fact.of(moved, emitter=Emitter.STUDIO, occurred_at=dtm.datetime.now(dtm.UTC), **envelope)
    stated = house.warehouse.facts_of(names=SCHEDULE_EVENTS)
    plan = fold_schedule([*stated, tomorrow.model_copy(update={"seq": (stated[-1].seq or 0) + 1})])

    def planned(now: dtm.datetime) -> list[dtm.datetime]:
        said = [fact for fact in react(facts, plan, now).facts if fact.name == MessagePlanned.name]
        return [fact.as_event(MessagePlanned).due_at for fact in said if fact.properties["step"] == "welcome_follow_up"]

    assert planned(due - dtm.timedelta(seconds=1)) == []
    assert planned(due) == [due]


@pytest.fixture(scope="module")
def stories(house: House) -> dict[str, str]:
    house.add_webinar("start", seconds=SESSION_SECONDS)
    partner_id = house.add_partner("primer", "Клуб «Пример» (синтетический)")
    link_partner(house, partner_id)
    return {"partner_id": partner_id}


def test_a_lead_of_a_partner_comes_watches_clicks_and_is_followed_up(
    house: House, phone: BrowserContext, browser: Browser, stories: dict[str, str], pictures: Path
) -> None:
    session_id = house.add_session("start", "journey001", starts_in=40, seconds=SESSION_SECONDS)
    anna = Guest("Анна Пример", "+7 900 000-01-01", 1001)
    page = phone.new_page()
    ref = signed("primer", secrets.ensure(house.settings.home).signing_key)

    sign_up(page, house, anna, f"/w/start?ref={ref}&utm_source=telegram&utm_campaign=spring", session_id)
    page.screenshot(path=pictures / "thanks-360.png", full_page=True)
    created = house.wait_for("core_lead_created", where=lambda fact: fact.lead_id == anna.lead_id)
    assert created.properties["lead_source"] == "telegram"
    assert created.properties["lead_created_via"] == "core_ingest"
    assert created.properties["partner_id"] == stories["partner_id"]
    touches = house.warehouse.facts_of(names=["touch_recorded"])
    (touch,) = [fact for fact in touches if fact.properties["ref"] == ref]
    assert touch.properties["utm"]["campaign"] == "spring"

    link_telegram(page, house, anna)
    for template in ("partner_new_lead", "registered"):
        arrived(house, anna.lead_id, template)
    follow_up_comes_ten_minutes_after(house, arrived(house, anna.lead_id, "welcome"))
    assert screen(house, PARTNER_CHAT), "the partner was told"
    assert any("Анна" in message["text"] for message in screen(house, anna.chat_id))

    page.goto(link(house, anna, "/j/"))
    page.wait_for_url(f"**/room/{session_id}")
    expect(page.get_by_test_id("curtain-lobby")).to_be_visible()
    assert not house.facts(anna.lead_id, "client_webinar_entered"), "the lobby is no entry"
    page.screenshot(path=pictures / "lobby-360.png", full_page=True)

    laptop = browser.new_context(viewport={"width": 1280, "height": 800}, locale="ru-RU", timezone_id=house.zone)
    boris = Guest("Борис Пример", "+7 900 000-01-02", 1002)
    other = laptop.new_page()
    sign_up(other, house, boris, "/w/start", session_id)
    link_telegram(other, house, boris)
    picture(other, pictures / "thanks-1280.png")
    other.locator("#room-link").click()
    other.wait_for_url(f"**/room/{session_id}")

    expect(page.get_by_test_id("screen")).to_be_visible(timeout=PATIENCE_MS)
    house.wait_for("client_webinar_entered", where=lambda fact: fact.lead_id == anna.lead_id)
    house.wait_for("client_webinar_entered", where=lambda fact: fact.lead_id == boris.lead_id)
    arrived(house, anna.lead_id, "partner_entered")
    started = house.wait_for("webinar_started", where=lambda fact: fact.session_id == session_id)
    expect(page.get_by_test_id("present")).to_contain_text("2", timeout=PATIENCE_MS)

    page.locator("#chat-text").fill("Привет из синтетического примера")
    page.locator("#chat-send").click()
    line = other.locator("[data-testid=chat-line]", has_text="Привет из синтетического примера")
    expect(line).to_be_visible(timeout=PATIENCE_MS)

    expect(page.get_by_test_id("offer")).to_be_visible(timeout=PATIENCE_MS)
    elapsed = (dtm.datetime.now(dtm.UTC) - started.occurred_at).total_seconds()
    assert abs(media_position(page) - elapsed) < 2.5, "the picture stands where the server's clock stands"
    page.screenshot(path=pictures / "room-360.png")
    other.screenshot(path=pictures / "room.png")
    page.locator("[data-testid=offer-open]").click()
    house.wait_for("client_webinar_offer_clicked", where=lambda fact: fact.lead_id == anna.lead_id)
    other.locator("[data-testid=offer-open]").click()
    other.locator("[data-testid=offer-contact]").fill("@synthetic_sample")
    other.locator("[data-testid=offer-submit]").click()
    expect(other.locator("[data-testid=offer-done]")).to_be_visible(timeout=PATIENCE_MS)

    verdict = house.wait_for("client_webinar_attendance_classified", where=lambda fact: fact.lead_id == anna.lead_id)
    assert verdict.properties["status"] == "attended"
    assert any(reason.startswith("reached") for reason in verdict.properties["reasons"]), verdict.properties["reasons"]
    house.wait_for("client_webinar_completed", where=lambda fact: fact.lead_id == anna.lead_id)
    expect(page.get_by_test_id("curtain-over")).to_be_visible(timeout=PATIENCE_MS)
    route = house.wait_for("post_webinar_route", where=lambda fact: fact.lead_id == anna.lead_id)
    assert route.properties["route"] == "attended"
    arrived(house, anna.lead_id, "follow_up_attended")
    skipped = house.wait_for(
        "message_skipped",
        where=lambda fact: fact.lead_id == boris.lead_id and fact.properties["step"] == "follow_up_attended",
    )
    assert skipped.properties["reason"] == "exited", "who bought is not sold to again"
    house.wait_for("client_webinar_completed", where=lambda fact: fact.lead_id == boris.lead_id)
    every = [stage.slug for stage in STAGES]
    assert stages(house, boris.lead_id) == every
    assert stages(house, anna.lead_id) == every[:-1], "Anna clicked and sent no form"
    laptop.close()


def test_the_funnel_page_shows_the_numbers_of_the_log(house: House, desk: BrowserContext) -> None:
    page = desk.new_page()
    log_in(page, house)
    page.goto(f"{house.url}/studio/funnel")
    stages = page.get_by_test_id("stage")
    expect(stages.first).to_be_visible(timeout=PATIENCE_MS)
    shown = {
        stage.get_attribute("data-stage"): int(re.sub(r"\D", "", stage.get_by_test_id("count").inner_text()))
        for stage in stages.all()
    }
    in_log = house.warehouse.sql(
        "select count(distinct lead_id) filter (name = 'core_lead_created') as lead, "
        "count(distinct lead_id) filter (name = 'client_webinar_entered') as entered, "
        "count(distinct lead_id) filter (name = 'client_webinar_form_submitted') as submitted from events"
    ).to_pylist()[0]
    assert in_log["lead"] >= 2
    assert {name: shown[name] for name in in_log} == in_log
    counts = list(shown.values())
    assert counts == sorted(counts, reverse=True), "an ordered funnel never widens"


def test_the_outbox_shows_what_people_got(house: House, desk: BrowserContext) -> None:
    page = desk.new_page()
    log_in(page, house)
    page.goto(f"{house.url}/studio/outbox")
    expect(page.get_by_text("Анна").first).to_be_visible(timeout=PATIENCE_MS)
