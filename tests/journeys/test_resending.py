"""Telegram refuses a message; staff see it in the outbox with the reason and send it again by a click."""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.journeys.house import House
from tests.journeys.visitor import Guest, is_on_a_screen, link_telegram, log_in, sign_up
from tests.patience import PATIENCE_MS

pytestmark = pytest.mark.journey


def test_a_message_that_failed_is_sent_again_by_a_click(
    house: House, phone: BrowserContext, desk: BrowserContext
) -> None:
    house.add_webinar("again", seconds=600)
    session_id = house.add_session("again", "journey005", starts_in=7200, seconds=600)
    dina = Guest("Дина Пример", "+7 900 000-05-01", 1005)
    page = phone.new_page()
    sign_up(page, house, dina, "/w/again", session_id)
    house.botapi.misbehave("bad_request")
    link_telegram(page, house, dina)
    failed = house.wait_for("message_failed", where=lambda fact: fact.lead_id == dina.lead_id)
    key = failed.properties["message_key"]
    assert not is_on_a_screen(house, dina.lead_id, key)

    studio = desk.new_page()
    log_in(studio, house)
    studio.goto(f"{house.url}/studio/outbox?state=failed")
    studio.get_by_test_id("resend").click()
    expect(studio.get_by_test_id("resend")).to_have_count(0, timeout=PATIENCE_MS)
    house.wait_for("message_sent", where=lambda fact: fact.properties["message_key"] == key)
    assert is_on_a_screen(house, dina.lead_id, key)
