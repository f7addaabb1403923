"""The first admin opens the house: one-time link, webinar, session, partner; an analyst finds the assets."""

import datetime as dtm
import re
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import BrowserContext, Page, WebSocketRoute, expect

from domain.events import Fact, TouchRecorded, WebinarScheduled
from tests.journeys.house import House
from tests.journeys.visitor import PATIENCE_MS, picture
from tests.patience import PATIENCE_SECONDS

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]
WEBINAR, CODE, PASSWORD = "begin", "begin-club", "correct horse battery staple"


def first_admins_link(house: House) -> str:
    """The one-time link the house prints below its addresses."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        for line in list(house.log):
            if found := re.search(r"first admin\s+(http\S+)", line):
                return found[1]
        house.warehouse.facts_after(10**9, wait_seconds=0.1)
    raise AssertionError("The house printed no link:\n" + "\n".join(house.log))


def begin(page: Page, house: House) -> None:
    page.goto(first_admins_link(house))
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.locator("button[type=submit]").first.click()
    page.wait_for_url("**/studio**", timeout=PATIENCE_MS)


def put_on_the_programme(page: Page, house: House) -> None:
    """A webinar and a session two minutes ahead, typed into the studio's forms."""
    page.goto(f"{house.url}/studio/webinars/new")
    page.locator("#title_ru").fill("Первый эфир (синтетический пример)", timeout=PATIENCE_MS)
    page.locator("#slug").fill(WEBINAR)
    page.locator("#duration").fill("1")
    page.locator("#media_url").fill("sample.mp4")
    page.locator("#time_zone").fill(house.zone)
    page.locator("#save-webinar").click()
    page.wait_for_url(f"**/studio/webinars/{WEBINAR}", timeout=PATIENCE_MS)
    ahead = dtm.datetime.now(ZoneInfo(house.zone)).replace(second=0, microsecond=0) + dtm.timedelta(minutes=2)
    page.locator("#starts_at").fill(f"{ahead:%Y-%m-%dT%H:%M}", timeout=PATIENCE_MS)
    page.locator("#schedule-session").click()
    expect(page.get_by_test_id("session")).to_have_count(1, timeout=PATIENCE_MS)
    scheduled = house.wait_for("webinar_scheduled", where=lambda fact: fact.webinar_id == WEBINAR)
    assert scheduled.as_event(WebinarScheduled).starts_at == ahead


def recruit(page: Page, house: House) -> str:
    """A partner, and the link the studio shows for them."""
    page.goto(f"{house.url}/studio/partners")
    page.locator("#name").fill("Клуб «Начало» (синтетический)", timeout=PATIENCE_MS)
    page.locator("#code").fill(CODE)
    page.locator("#add-partner").click()
    card = page.locator(f"[data-testid=partner][data-code={CODE}]")
    link = card.get_by_test_id("partner-link").get_attribute("href", timeout=PATIENCE_MS) or ""
    assert link.startswith(f"{house.url}/w/")
    return link.replace(link.partition("?")[0], f"{house.url}/w/{WEBINAR}")


def is_of(fact: Fact, link: str) -> bool:
    """Whether this touch came by the partner's link, whose code is signed."""
    touch = fact.as_event(TouchRecorded)
    return touch.partner_id is not None and f"ref={touch.ref}" in link


def test_the_first_admin_makes_a_webinar_and_a_partner_whose_link_opens_its_landing(
    house: House, desk: BrowserContext, phone: BrowserContext, pictures: Path
) -> None:
    page = desk.new_page()
    begin(page, house)
    put_on_the_programme(page, house)
    link = recruit(page, house)

    visitor = phone.new_page()
    visitor.goto(link)
    expect(visitor.get_by_text("Первый эфир (синтетический пример)").first).to_be_visible(timeout=PATIENCE_MS)
    expect(visitor.locator("#submit")).to_be_visible(timeout=PATIENCE_MS)
    touch = house.wait_for("touch_recorded", where=lambda fact: is_of(fact, link))
    assert touch.properties["landing"].startswith(f"/w/{WEBINAR}")
    picture(visitor, pictures / "landing-360.png")
    page.goto(link)
    expect(page.locator("#submit")).to_be_visible(timeout=PATIENCE_MS)
    picture(page, pictures / "landing-1280.png")


class Delayed:
    """The socket of a tab, relayed; what the house says while `is_holding` comes with `release`."""

    def __init__(self, page: Page) -> None:
        self.is_holding = False
        self.held: list[str | bytes] = []
        page.route_web_socket(re.compile("/_event"), self.relay)

    def relay(self, socket: WebSocketRoute) -> None:
        self.socket = socket
        server = socket.connect_to_server()
        server.on_message(lambda message: self.held.append(message) if self.is_holding else socket.send(message))

    def release(self) -> None:
        self.is_holding = False
        for message in self.held:
            self.socket.send(message)


def test_a_page_does_not_say_that_there_is_nothing_before_its_data_came(house: House, desk: BrowserContext) -> None:
    page = desk.new_page()
    delayed = Delayed(page)
    page.goto(f"{house.url}/login?next=/studio/partners")
    page.locator("[name=email]").fill("admin@example.com")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").first.click()
    expect(page.locator(f"[data-testid=partner][data-code={CODE}]")).to_be_visible(timeout=PATIENCE_MS)
    delayed.is_holding = True
    page.get_by_test_id("nav-webinars").click()
    expect(page).to_have_url(re.compile("/studio/webinars/?$"), timeout=PATIENCE_MS)
    expect(page.locator("main.webinars")).to_have_text("Загружаем…", timeout=PATIENCE_MS)
    delayed.release()
    expect(page.get_by_text("Первый эфир (синтетический пример)").first).to_be_visible(timeout=PATIENCE_MS)


def test_an_analyst_finds_the_assets_in_dagster(house: House, desk: BrowserContext) -> None:
    page = desk.new_page()
    for asset in ("touches", "leads", "attendance", "lead_metrics", "funnel"):
        page.goto(f"{house.dagster_url}/assets/{asset}?view=overview")
        expect(page.get_by_text(asset, exact=True).first).to_be_visible(timeout=PATIENCE_MS)
        kinds = page.get_by_text(re.compile("polars|duckdb", re.IGNORECASE))
        expect(kinds.first).to_be_visible(timeout=PATIENCE_MS)
