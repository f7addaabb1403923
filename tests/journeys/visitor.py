"""What people do in a browser and in Telegram, step by step, as the journeys tell it."""

import datetime as dtm
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from app.access.accounts import create_invite
from app.access.roles import Role
from domain.events import Fact
from domain.funnel import STAGES
from tests.journeys.house import House
from tests.patience import PATIENCE_MS, PATIENCE_SECONDS
from warehouse.interface import Personal
from warehouse.reads.funnel import Behind, FunnelFilter, people

TALLEST = 1500
"""Pixels of a page that a picture shows: a documentation's picture stays below 200 kB."""


@dataclass
class Guest:
    """A synthetic person of a journey."""

    name: str
    phone: str
    chat_id: int
    lead_id: str = ""


def sign_up(page: Page, house: House, guest: Guest, address: str, session_id: str) -> None:
    """Open the landing, fill the form in as on a phone, and stand on the thank-you page."""
    page.goto(f"{house.url}{address}")
    page.locator("#name").fill(guest.name, timeout=PATIENCE_MS)
    page.locator("#phone").fill(guest.phone)
    page.locator(f"#session-{session_id}").check()
    for purpose in ("processing", "marketing", "partner_transfer"):
        page.locator(f"#consent-{purpose}").check()
    before = house.warehouse.facts_after(0, limit=1_000_000).next_seq
    page.locator("#submit").click()
    page.wait_for_url("**/thanks/**", timeout=PATIENCE_MS)
    expect(page.locator("#room-link")).to_be_visible(timeout=PATIENCE_MS)
    taken = house.wait_for("client_webinar_registered", where=lambda fact: (fact.seq or 0) > before)
    guest.lead_id = taken.lead_id or ""


def link_telegram(page: Page, house: House, guest: Guest) -> Fact:
    """Follow the deep link as Telegram does: START sends its payload to the bot."""
    href = page.locator("#telegram-link").get_attribute("href") or ""
    assert "?start=" in href, href
    house.botapi.user_sends(f"/start {href.split('?start=')[1]}", chat_id=guest.chat_id, name=guest.name)
    return house.wait_for("telegram_linked", where=lambda fact: fact.lead_id == guest.lead_id)


def log_in(page: Page, house: House) -> None:
    """The first admin follows the invitation and chooses a password."""
    now = dtm.datetime.now(dtm.UTC)
    page.goto(create_invite(house.warehouse, "admin@example.com", Role.ADMIN, now, house.url))
    for field in page.locator("input[type=password]").all():
        field.fill("correct horse battery staple")
    page.locator("button[type=submit]").first.click()
    page.wait_for_url("**/studio**")


def arrived(house: House, lead_id: str, template: str, *, seconds: float = PATIENCE_SECONDS) -> Fact:
    """The message of this template was planned for the lead and the Bot API took it."""
    planned = house.wait_for(
        "message_planned",
        seconds=seconds,
        where=lambda fact: fact.lead_id == lead_id and fact.properties["template"] == template,
    )
    key = planned.properties["message_key"]
    house.wait_for("message_sent", where=lambda fact: fact.properties["message_key"] == key)
    assert is_on_a_screen(house, lead_id, key), f"{template} came in other words: {house.botapi.messages()}"
    return planned


def is_on_a_screen(house: House, lead_id: str, key: str) -> bool:
    """Whether the message of this key stands in some chat, in the words that were kept."""
    kept = {row.ref: json.loads(row.value) for row in house.warehouse.people([lead_id], {Personal.MESSAGE_TEXT})}
    # Buttons to localhost become lines below the text: Telegram takes no such buttons.
    return any(str(message["text"]).startswith(kept[key]["text"]) for message in house.botapi.messages())


def stages(house: House, lead_id: str) -> list[str]:
    """The stages the funnel counts this lead in."""
    everybody = FunnelFilter()
    return [
        stage.slug
        for stage in STAGES
        if lead_id
        in {person.lead_id for person in people(house.warehouse, everybody, Behind(stage.slug), limit=10_000).rows}
    ]


def picture(page: Page, path: Path) -> None:
    """A screenshot of the page, not of the whole of an endless one; it must not be wider than its window."""
    width = (page.viewport_size or {"width": 0})["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{page.url} is wider than {width} px"
    page.evaluate("scrollTo(0, 0)")  # a menu that stays in sight would stand in the middle
    height = min(int(page.evaluate("document.documentElement.scrollHeight")), TALLEST)
    page.screenshot(path=path, full_page=True, clip={"x": 0, "y": 0, "width": width, "height": height})


def screen(house: House, chat_id: int) -> list[dict[str, Any]]:
    """What stands in the chat, oldest first."""
    return house.botapi.messages(chat_id)


def link(house: House, guest: Guest, part: str) -> str:
    """Address of the newest button (or link in a text) of the guest's chat that leads to `part`."""
    for message in reversed(screen(house, guest.chat_id)):
        text = json.dumps(message, ensure_ascii=False, default=str)
        found = re.findall(rf"https?://[^\s\"'<>]*{re.escape(part)}[^\s\"'<>]*", text)
        if found:
            return str(found[0])
    raise AssertionError(f"nothing in the chat leads to {part}: {screen(house, guest.chat_id)}")
