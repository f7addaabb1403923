"""The room in a real browser: the show keeps its own time, a seat is one, and nobody faces a blank page."""

import datetime as dtm
import uuid

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.house import House
from tests.patience import PATIENCE_MS
from warehouse import tokens

pytestmark = pytest.mark.journey


def come_in(page: Page, house: House, webinar_id: str, session_id: str, lead_id: str) -> None:
    """Follow a personal link into the room."""
    body = {"lead_id": lead_id, "webinar_id": webinar_id, "session_id": session_id}
    now = dtm.datetime.now(dtm.UTC)
    token = tokens.mint(house.warehouse, "join", body, now=now, ttl=dtm.timedelta(hours=1))
    page.goto(f"{house.url}/j/{token}")


def test_the_seat_follows_the_newer_page_and_can_be_taken_back(house: House, desk: BrowserContext) -> None:
    webinar = house.add_webinar("room-seat", seconds=120)
    session = house.add_session(webinar, "ROOMSEAT", starts_in=-5, seconds=120)
    first, second = desk.new_page(), desk.new_page()
    lead = str(uuid.uuid4())
    come_in(first, house, webinar, session, lead)
    expect(first.locator("video")).to_be_visible(timeout=PATIENCE_MS)
    second.goto(f"{house.url}/room/{session}")
    expect(first.locator("[data-testid=curtain-taken-over]")).to_be_visible(timeout=PATIENCE_MS)
    expect(second.locator("video")).to_be_visible(timeout=PATIENCE_MS)
    first.locator("#take-back").click()
    expect(second.locator("[data-testid=curtain-taken-over]")).to_be_visible(timeout=PATIENCE_MS)
    expect(first.locator("video")).to_be_visible(timeout=PATIENCE_MS)


def test_closing_the_page_is_leaving_at_once(house: House, desk: BrowserContext) -> None:
    webinar = house.add_webinar("room-leave", seconds=120)
    session = house.add_session(webinar, "ROOMLEAVE", starts_in=-5, seconds=120)
    page, lead = desk.new_page(), str(uuid.uuid4())
    come_in(page, house, webinar, session, lead)
    house.wait_for("client_webinar_entered", where=lambda fact: fact.lead_id == lead)
    page.close(run_before_unload=False)
    left = house.wait_for("client_webinar_left", where=lambda fact: fact.lead_id == lead)
    assert left.properties["reason"] == "closed"


def test_without_a_seat_the_room_says_where_to_get_one(house: House, phone: BrowserContext) -> None:
    webinar = house.add_webinar("room-door", seconds=120)
    session = house.add_session(webinar, "ROOMDOOR", starts_in=600, seconds=120)
    page = phone.new_page()
    page.goto(f"{house.url}/room/{session}")
    expect(page.locator("[data-testid=curtain-refused-no_seat]")).to_be_visible(timeout=PATIENCE_MS)
    page.locator("#to-landing").click()
    expect(page.locator("#submit")).to_be_visible(timeout=PATIENCE_MS)
    page.goto(f"{house.url}/replay/{session}")
    expect(page.locator("[data-testid=curtain-refused-no_seat]")).to_be_visible(timeout=PATIENCE_MS)
    page.goto(f"{house.url}/room/NOWHERE")
    expect(page.locator("[data-testid=curtain-refused-unknown]")).to_be_visible(timeout=PATIENCE_MS)
